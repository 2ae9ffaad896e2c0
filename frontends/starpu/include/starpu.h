/* The StarPU API on Heddle. Programs include this and nothing else. */
#ifndef HEDDLE_STARPU_H
#define HEDDLE_STARPU_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "starpu_config.h"
#include "starpu_thread.h"
#include "starpu_thread_util.h"
#include "starpu_util.h"
#include "starpu_data.h"
#include "starpu_helper.h"
#include "starpu_data_interfaces.h"
#include "starpu_data_filters.h"
#include "starpu_stdlib.h"
#include "starpu_task.h"
#include "starpu_task_dep.h"
#include "starpu_worker.h"
#include "starpu_perfmodel.h"
#include "starpu_task_list.h"
#include "starpu_task_util.h"
#include "starpu_scheduler.h"
#include "starpu_sched_ctx.h"
#include "starpu_rand.h"
#include "starpu_hash.h"
#include "starpu_profiling.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Filled by starpu_conf_init, then changed field by field. Fields about devices that do not exist here are accepted. */
struct starpu_conf {
  int magic;
  int will_use_mpi;
  const char *sched_policy_name;            /* STARPU_SCHED goes first, always. */
  struct starpu_sched_policy *sched_policy; /* One of the predefined ones, or the program's own. */
  void (*sched_policy_callback)(unsigned);
  int precedence_over_environment_variables; /* For the numbers of workers. */
  int ncpus;                                 /* -1: STARPU_NCPU, or else one for each usable core. */
  int reserve_ncpus;
  int ncuda;
  int nhip;
  int nopencl;
  int nmax_fpga;
  int nmpi_ms;
  int ntcpip_ms;
  unsigned use_explicit_workers_bindid;
  unsigned workers_bindid[STARPU_NMAXWORKERS];
  int bus_calibrate;
  int calibrate;
  int single_combined_worker;
  int disable_asynchronous_copy;
  int disable_asynchronous_cuda_copy;
  int disable_asynchronous_opencl_copy;
  uint64_t trace_buffer_size;
  int global_sched_ctx_min_priority;
  int global_sched_ctx_max_priority;
  int catch_signals;
  unsigned driver_spinning_backoff_min;
  unsigned driver_spinning_backoff_max;
};

/* The defaults. -EINVAL for NULL. */
int starpu_conf_init(struct starpu_conf *conf);
/* No worker of any kind: the program then sets the numbers that it wants. */
int starpu_conf_noworker(struct starpu_conf *conf);
/* 0; -ENODEV where there would be no worker, -EINVAL for a structure that was not initialised or an unknown policy. Calls are
 * counted: as many of starpu_shutdown end it. */
int starpu_init(struct starpu_conf *conf) STARPU_WARN_UNUSED_RESULT;
int starpu_initialize(struct starpu_conf *user_conf, int *argc, char ***argv);
int starpu_is_initialized(void);
/* Waits for all tasks. Not from a task. */
void starpu_shutdown(void);
/* While paused no worker starts a task. Nests. */
void starpu_pause(void);
void starpu_resume(void);
int starpu_is_paused(void);

void starpu_topology_print(FILE *file);
int starpu_asynchronous_copy_disabled(void);
int starpu_asynchronous_cuda_copy_disabled(void);
int starpu_asynchronous_opencl_copy_disabled(void);
void starpu_get_version(int *major, int *minor, int *release);

#ifdef __cplusplus
}
#endif
#endif /* HEDDLE_STARPU_H */
