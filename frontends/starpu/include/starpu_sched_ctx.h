/* Scheduling contexts: the initial one only; what exists is in starpu_scheduler.h. */
#ifndef HEDDLE_STARPU_SCHED_CTX_H
#define HEDDLE_STARPU_SCHED_CTX_H
#include "starpu_scheduler.h"
#endif /* HEDDLE_STARPU_SCHED_CTX_H */
