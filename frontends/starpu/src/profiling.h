// starpu_task.profiling_info.
#ifndef HEDDLE_FRONTENDS_STARPU_SRC_PROFILING_H_
#define HEDDLE_FRONTENDS_STARPU_SRC_PROFILING_H_

#include "frontends/starpu/src/job.h"

namespace heddle::starpu {

// Switched by the program between submissions, like the original's.
extern bool profiling_enabled;

// At submission: gives the task its record.
void ProfileSubmitted(struct starpu_task* task);
// Around the function; the task has a record.
void ProfileStarted(struct starpu_task* task, int worker);
void ProfileEnded(struct starpu_task* task);

}  // namespace heddle::starpu

#endif  // HEDDLE_FRONTENDS_STARPU_SRC_PROFILING_H_
