/* Times of tasks, where profiling is on. */
#ifndef HEDDLE_STARPU_PROFILING_H
#define HEDDLE_STARPU_PROFILING_H

#include <stdint.h>
#include <time.h>

#include "starpu_config.h"

#ifdef __cplusplus
extern "C" {
#endif

#define STARPU_PROFILING_DISABLE 0
#define STARPU_PROFILING_ENABLE 1

/* starpu_task.profiling_info; NULL where profiling is off. Filled in: submit_time, start_time, end_time, workerid. */
struct starpu_profiling_task_info {
  struct timespec submit_time;
  struct timespec start_time;
  struct timespec end_time;
  int workerid;
};

/* Any thread; for tasks submitted later. Returns what it was. */
int starpu_profiling_status_set(int status);
int starpu_profiling_status_get(void);

double starpu_timing_timespec_delay_us(struct timespec *start, struct timespec *end);
double starpu_timing_timespec_to_us(struct timespec *ts);

#ifdef __cplusplus
}
#endif
#endif /* HEDDLE_STARPU_PROFILING_H */
