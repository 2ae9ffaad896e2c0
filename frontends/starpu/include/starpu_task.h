/* Codelets and tasks. The field names of struct starpu_codelet and struct starpu_task are the API. */
#ifndef HEDDLE_STARPU_TASK_H
#define HEDDLE_STARPU_TASK_H

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "starpu_config.h"
#include "starpu_data.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef uint64_t starpu_tag_t;

/* Where a codelet can run: bits by enum starpu_worker_archtype. Zero: where it has functions. */
#define STARPU_NOWHERE (1U << 0)
#define STARPU_WORKER_TO_MASK(worker_archtype) (1U << ((worker_archtype) + 1))
#define STARPU_CPU (1U << 1)
#define STARPU_CUDA (1U << 2)
#define STARPU_OPENCL (1U << 3)
#define STARPU_MAX_FPGA (1U << 5)
#define STARPU_MPI_MS (1U << 6)
#define STARPU_TCPIP_MS (1U << 7)
#define STARPU_HIP (1U << 8)

#define STARPU_CODELET_SIMGRID_EXECUTE (1 << 0)
#define STARPU_CODELET_SIMGRID_EXECUTE_AND_INJECT (1 << 1)
#define STARPU_CODELET_NOPLANS (1 << 2)
#define STARPU_CUDA_ASYNC (1 << 0)
#define STARPU_HIP_ASYNC (1 << 0)
#define STARPU_OPENCL_ASYNC (1 << 0)

#define STARPU_VARIABLE_NBUFFERS (-1)
#define STARPU_SPECIFIC_NODE_LOCAL (-1)
#define STARPU_SPECIFIC_NODE_CPU (-2)
#define STARPU_SPECIFIC_NODE_SLOW (-3)
#define STARPU_SPECIFIC_NODE_FAST (-4)
#define STARPU_DEFAULT_PRIO 0

typedef void (*starpu_cpu_func_t)(void **, void *);
typedef void (*starpu_cuda_func_t)(void **, void *);
typedef void (*starpu_hip_func_t)(void **, void *);
typedef void (*starpu_opencl_func_t)(void **, void *);

#define STARPU_MULTIPLE_CPU_IMPLEMENTATIONS ((starpu_cpu_func_t)-1)
#define STARPU_MULTIPLE_CUDA_IMPLEMENTATIONS ((starpu_cuda_func_t)-1)
#define STARPU_MULTIPLE_HIP_IMPLEMENTATIONS ((starpu_hip_func_t)-1)
#define STARPU_MULTIPLE_OPENCL_IMPLEMENTATIONS ((starpu_opencl_func_t)-1)

enum starpu_codelet_type { STARPU_SEQ = 0, STARPU_SPMD, STARPU_FORKJOIN };

enum starpu_task_status {
  STARPU_TASK_INIT,
  STARPU_TASK_BLOCKED,
  STARPU_TASK_READY,
  STARPU_TASK_RUNNING,
  STARPU_TASK_FINISHED,
  STARPU_TASK_BLOCKED_ON_TAG,
  STARPU_TASK_BLOCKED_ON_TASK,
  STARPU_TASK_BLOCKED_ON_DATA,
  STARPU_TASK_STOPPED
};
#define STARPU_TASK_INIT STARPU_TASK_INIT
#define STARPU_TASK_INVALID STARPU_TASK_INIT

struct starpu_task;
struct starpu_perfmodel;
struct starpu_profiling_task_info;
struct starpu_task_bundle;
typedef struct starpu_task_bundle *starpu_task_bundle_t;

struct starpu_codelet {
  uint32_t where;
  int (*can_execute)(unsigned workerid, struct starpu_task *task, unsigned nimpl);
  enum starpu_codelet_type type;
  int max_parallelism;
  starpu_cpu_func_t cpu_func STARPU_DEPRECATED;
  starpu_cuda_func_t cuda_func STARPU_DEPRECATED;
  starpu_opencl_func_t opencl_func STARPU_DEPRECATED;
  starpu_cpu_func_t cpu_funcs[STARPU_MAXIMPLEMENTATIONS];
  starpu_cuda_func_t cuda_funcs[STARPU_MAXIMPLEMENTATIONS];
  char cuda_flags[STARPU_MAXIMPLEMENTATIONS];
  starpu_hip_func_t hip_funcs[STARPU_MAXIMPLEMENTATIONS];
  char hip_flags[STARPU_MAXIMPLEMENTATIONS];
  starpu_opencl_func_t opencl_funcs[STARPU_MAXIMPLEMENTATIONS];
  char opencl_flags[STARPU_MAXIMPLEMENTATIONS];
  const char *cpu_funcs_name[STARPU_MAXIMPLEMENTATIONS];
  int nbuffers;
  enum starpu_data_access_mode modes[STARPU_NMAXBUFS];
  enum starpu_data_access_mode *dyn_modes;
  unsigned specific_nodes;
  int nodes[STARPU_NMAXBUFS];
  int *dyn_nodes;
  struct starpu_perfmodel *model;
  struct starpu_perfmodel *energy_model;
  unsigned long per_worker_stats[STARPU_NMAXWORKERS]; /* How many each worker ran. */
  const char *name;
  unsigned color;
  void (*callback_func)(void *);
  int flags;
  int checked;
};

struct starpu_data_descr {
  starpu_data_handle_t handle;
  enum starpu_data_access_mode mode;
};

struct starpu_task {
  const char *name;
  const char *file;
  int line;
  struct starpu_codelet *cl;
  int32_t where; /* -1: the codelet's. */
  int nbuffers;
  starpu_data_handle_t *dyn_handles;
  void **dyn_interfaces;
  enum starpu_data_access_mode *dyn_modes;
  starpu_data_handle_t handles[STARPU_NMAXBUFS];
  void *interfaces[STARPU_NMAXBUFS];
  enum starpu_data_access_mode modes[STARPU_NMAXBUFS];
  unsigned char *handles_sequential_consistency;
  void *cl_arg;
  size_t cl_arg_size;
  void (*epilogue_callback_func)(void *);
  void *epilogue_callback_arg;
  void (*callback_func)(void *);
  void *callback_arg;
  void (*prologue_callback_func)(void *);
  void *prologue_callback_arg;
  void (*prologue_callback_pop_func)(void *);
  void *prologue_callback_pop_arg;
  starpu_tag_t tag_id;
  unsigned cl_arg_free : 1;
  unsigned callback_arg_free : 1;
  unsigned epilogue_callback_arg_free : 1;
  unsigned prologue_callback_arg_free : 1;
  unsigned prologue_callback_pop_arg_free : 1;
  unsigned use_tag : 1;
  unsigned sequential_consistency : 1;
  unsigned synchronous : 1;
  unsigned execute_on_a_specific_worker : 1;
  unsigned detach : 1;
  unsigned destroy : 1;
  unsigned regenerate : 1;
  unsigned no_submitorder : 1;
  unsigned char mf_skip;
  unsigned char scheduled;
  unsigned char prefetched;
  unsigned workerid;
  unsigned workerorder;
  uint32_t *workerids;
  unsigned workerids_len;
  int priority;
  enum starpu_task_status status;
  int magic;
  unsigned type;
  unsigned color;
  unsigned sched_ctx;
  int hypervisor_tag;
  unsigned possibly_parallel;
  starpu_task_bundle_t bundle;
  struct starpu_profiling_task_info *profiling_info;
  double flops;
  double predicted;
  double predicted_transfer;
  double predicted_start;
  struct starpu_task *prev;
  struct starpu_task *next;
  void *starpu_private; /* The library's; NULL before the first use. */
  void *omp_task;
  unsigned nb_termination_call_required;
  void *sched_data;
};

#define STARPU_TASK_TYPE_NORMAL 0
#define STARPU_TASK_TYPE_INTERNAL (1 << 0)
#define STARPU_TASK_TYPE_DATA_ACQUIRE (1 << 1)

/* For a task that the program allocates. What it does not name is zero. */
#define STARPU_TASK_INITIALIZER                                                                        \
  {                                                                                                    \
    .where = -1, .sequential_consistency = 1, .detach = 1, .priority = STARPU_DEFAULT_PRIO,            \
    .status = STARPU_TASK_INIT, .magic = 42, .sched_ctx = STARPU_NMAX_SCHED_CTXS, .predicted = NAN,    \
    .predicted_transfer = NAN, .predicted_start = NAN                                                  \
  }

#define STARPU_TASK_GET_NBUFFERS(task) \
  ((unsigned)((task)->cl->nbuffers == STARPU_VARIABLE_NBUFFERS ? (task)->nbuffers : (task)->cl->nbuffers))
#define STARPU_TASK_GET_HANDLES(task) ((task)->dyn_handles ? (task)->dyn_handles : (task)->handles)
#define STARPU_TASK_GET_HANDLE(task, i) (STARPU_TASK_GET_HANDLES(task)[i])
#define STARPU_TASK_SET_HANDLE(task, handle, i)  \
  do {                                           \
    STARPU_TASK_GET_HANDLES(task)[i] = (handle); \
  } while (0)
#define STARPU_CODELET_GET_MODE(codelet, i) ((codelet)->dyn_modes ? (codelet)->dyn_modes[i] : (codelet)->modes[i])
#define STARPU_CODELET_SET_MODE(codelet, mode, i)                                  \
  do {                                                                             \
    *((codelet)->dyn_modes ? &(codelet)->dyn_modes[i] : &(codelet)->modes[i]) = (mode); \
  } while (0)
#define STARPU_TASK_GET_MODE(task, i)                                            \
  ((task)->dyn_modes                                   ? (task)->dyn_modes[i]    \
   : (task)->cl->nbuffers == STARPU_VARIABLE_NBUFFERS ? (task)->modes[i]         \
                                                       : STARPU_CODELET_GET_MODE((task)->cl, i))
#define STARPU_TASK_SET_MODE(task, mode, i)                                                             \
  do {                                                                                                  \
    if ((task)->cl->nbuffers == STARPU_VARIABLE_NBUFFERS || (task)->cl->nbuffers > STARPU_NMAXBUFS)     \
      *((task)->dyn_modes ? &(task)->dyn_modes[i] : &(task)->modes[i]) = (mode);                        \
    else                                                                                                \
      STARPU_CODELET_SET_MODE((task)->cl, mode, i);                                                     \
  } while (0)
#define STARPU_CODELET_GET_NODE(codelet, i) ((codelet)->dyn_nodes ? (codelet)->dyn_nodes[i] : (codelet)->nodes[i])
#define STARPU_CODELET_SET_NODE(codelet, node, i)                                        \
  do {                                                                                   \
    *((codelet)->dyn_nodes ? &(codelet)->dyn_nodes[i] : &(codelet)->nodes[i]) = (node);  \
  } while (0)

/* Sets the defaults. Any thread. */
void starpu_task_init(struct starpu_task *task);
/* Gives back what the library keeps for a task of the program's; the task has ended or was never submitted. */
void starpu_task_clean(struct starpu_task *task);
/* A task with destroy = detach = 1: it goes when it has ended. */
struct starpu_task *starpu_task_create(void) STARPU_ATTRIBUTE_MALLOC;
struct starpu_task *starpu_task_dup(struct starpu_task *task);
void starpu_task_destroy(struct starpu_task *task);

/* 0, or -ENODEV where no worker can run it: then it stays the caller's. */
int starpu_task_submit(struct starpu_task *task) STARPU_WARN_UNUSED_RESULT;
int starpu_task_finished(struct starpu_task *task) STARPU_WARN_UNUSED_RESULT;
/* For tasks with detach = 0. -EINVAL for others, -EDEADLK in a task. */
int starpu_task_wait(struct starpu_task *task) STARPU_WARN_UNUSED_RESULT;
int starpu_task_wait_array(struct starpu_task **tasks, unsigned nb_tasks) STARPU_WARN_UNUSED_RESULT;
/* Waits for every task submitted, callbacks included. -EDEADLK in a task. */
int starpu_task_wait_for_all(void);
/* Waits until at most n submitted tasks have not ended. */
int starpu_task_wait_for_n_submitted(unsigned n);
int starpu_task_nsubmitted(void);

void starpu_iteration_push(unsigned long iteration);
void starpu_iteration_pop(void);
void starpu_do_schedule(void);

void starpu_codelet_init(struct starpu_codelet *cl);
void starpu_codelet_display_stats(struct starpu_codelet *cl);
extern struct starpu_codelet starpu_codelet_nop;

/* The task whose codelet runs in the caller, or NULL. */
struct starpu_task *starpu_task_get_current(void);
int starpu_task_get_current_data_node(unsigned i);
const char *starpu_task_get_name(struct starpu_task *task);
const char *starpu_task_get_model_name(struct starpu_task *task);
unsigned starpu_task_get_implementation(struct starpu_task *task);

/* An empty task that ends `sync_tag` once the tags in `deps` have ended. */
void starpu_create_sync_task(starpu_tag_t sync_tag, unsigned ndeps, starpu_tag_t *deps, void (*callback)(void *),
                             void *callback_arg);

#ifdef __cplusplus
}
#endif
#endif /* HEDDLE_STARPU_TASK_H */
