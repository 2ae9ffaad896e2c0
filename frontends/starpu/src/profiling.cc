#include "frontends/starpu/src/profiling.h"

#include <cstdlib>

#include "components/base/check.h"
#include "starpu_profiling.h"

namespace heddle::starpu {

bool profiling_enabled = false;

namespace {
timespec Now() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now;
}
}  // namespace

void ProfileSubmitted(struct starpu_task* task) {
  if (task->profiling_info == nullptr) {
    task->profiling_info = static_cast<struct starpu_profiling_task_info*>(std::calloc(1, sizeof(*task->profiling_info)));
    HEDDLE_CHECK(task->profiling_info != nullptr) << "no memory for the profiling record of a task";
  }
  task->profiling_info->submit_time = Now();
  task->profiling_info->workerid = -1;
}

void ProfileStarted(struct starpu_task* task, int worker) {
  task->profiling_info->start_time = Now();
  task->profiling_info->workerid = worker;
}

void ProfileEnded(struct starpu_task* task) { task->profiling_info->end_time = Now(); }

}  // namespace heddle::starpu

extern "C" {

int starpu_profiling_status_set(int status) {
  const int before = heddle::starpu::profiling_enabled;
  heddle::starpu::profiling_enabled = status == STARPU_PROFILING_ENABLE;
  return before;
}

int starpu_profiling_status_get(void) { return heddle::starpu::profiling_enabled; }

}  // extern "C"
