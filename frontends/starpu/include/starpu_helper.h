/* Time, environment, and running a function on workers. */
#ifndef HEDDLE_STARPU_HELPER_H
#define HEDDLE_STARPU_HELPER_H

#include "starpu_task.h"
#include "starpu_util.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Microseconds of a monotonic clock. */
double starpu_timing_now(void);

char *starpu_getenv(const char *name);
/* -1, or the default, where the variable is not set. A value that is no number ends the process. */
int starpu_get_env_number(const char *name);
int starpu_get_env_number_default(const char *name, int value);
float starpu_get_env_float_default(const char *name, float value);
#define starpu_getenv_number(name) starpu_get_env_number(name)
#define starpu_getenv_number_default(name, value) starpu_get_env_number_default(name, value)
#define starpu_getenv_float_default(name, value) starpu_get_env_float_default(name, value)

/* Calls func(arg) once on each worker of the kinds in `where`, and waits. Not from a task. */
void starpu_execute_on_each_worker(void (*func)(void *), void *arg, uint32_t where);
void starpu_execute_on_each_worker_ex(void (*func)(void *), void *arg, uint32_t where, const char *name);
void starpu_execute_on_specific_workers(void (*func)(void *), void *arg, unsigned num_workers, unsigned *workers,
                                        const char *name);

#ifdef __cplusplus
}
#endif
#endif /* HEDDLE_STARPU_HELPER_H */
