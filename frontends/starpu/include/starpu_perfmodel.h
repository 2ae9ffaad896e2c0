/* Performance models: the types that codelets name. Scheduling does not use them, and they are not filled in. */
#ifndef HEDDLE_STARPU_PERFMODEL_H
#define HEDDLE_STARPU_PERFMODEL_H

#include "starpu_task.h"
#include "starpu_worker.h"

#ifdef __cplusplus
extern "C" {
#endif

struct starpu_perfmodel_device {
  enum starpu_worker_archtype type;
  int devid;
  int ncores;
};

struct starpu_perfmodel_arch {
  int ndevices;
  struct starpu_perfmodel_device *devices;
};

enum starpu_perfmodel_type {
  STARPU_PERFMODEL_INVALID = 0,
  STARPU_PER_WORKER,
  STARPU_PER_ARCH,
  STARPU_COMMON,
  STARPU_HISTORY_BASED,
  STARPU_REGRESSION_BASED,
  STARPU_NL_REGRESSION_BASED,
  STARPU_MULTIPLE_REGRESSION_BASED
};

struct _starpu_perfmodel_state;
typedef struct _starpu_perfmodel_state *starpu_perfmodel_state_t;

struct starpu_perfmodel {
  enum starpu_perfmodel_type type;
  double (*cost_function)(struct starpu_task *, unsigned nimpl);
  double (*arch_cost_function)(struct starpu_task *, struct starpu_perfmodel_arch *arch, unsigned nimpl);
  double (*worker_cost_function)(struct starpu_task *, unsigned workerid, unsigned nimpl);
  size_t (*size_base)(struct starpu_task *, unsigned nimpl);
  uint32_t (*footprint)(struct starpu_task *);
  const char *symbol;
  unsigned is_loaded;
  unsigned benchmarking;
  unsigned is_init;
  void (*parameters)(struct starpu_task *task, double *parameters);
  const char **parameters_names;
  unsigned nparameters;
  unsigned **combinations;
  unsigned ncombinations;
  starpu_perfmodel_state_t state;
};

extern struct starpu_perfmodel starpu_perfmodel_nop;

#ifdef __cplusplus
}
#endif
#endif /* HEDDLE_STARPU_PERFMODEL_H */
