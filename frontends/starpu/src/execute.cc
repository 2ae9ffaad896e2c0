// Running a task on a worker: replicas and memory of its buffers, its function, the hooks around it.
#include <cstdlib>
#include <vector>

#include "frontends/starpu/src/context.h"
#include "frontends/starpu/src/profiling.h"
#include "frontends/starpu/src/redux.h"

namespace heddle::starpu {
namespace {

void* InterfaceFor(Handle handle, int mode, const Worker& worker) {
  if ((mode & (STARPU_SCRATCH | STARPU_REDUX)) != 0) [[unlikely]] {
    return ReplicaInterface(handle, worker, (mode & STARPU_REDUX) != 0);
  }
  if ((mode & STARPU_W) != 0) {
    if (!handle->allocated) [[unlikely]] EnsureAllocated(handle);
    if (!handle->initialized) [[unlikely]] handle->initialized = true;
  } else {
    HEDDLE_CHECK(handle->initialized) << "a task reads data " << (handle->name == nullptr ? "" : handle->name)
                                      << " that nobody has written";
  }
  return handle->interface;
}

void RunFunction(struct starpu_task* task, Job* job, Worker& worker) {
  struct starpu_codelet* const cl = task->cl;
  const int count = static_cast<int>(STARPU_TASK_GET_NBUFFERS(task));
  void** interfaces = task->interfaces;
  if (count > STARPU_NMAXBUFS) {
    if (task->dyn_interfaces == nullptr) {
      task->dyn_interfaces = static_cast<void**>(std::calloc(static_cast<std::size_t>(count), sizeof(void*)));
    }
    interfaces = task->dyn_interfaces;
  }
  const Handle* const handles = STARPU_TASK_GET_HANDLES(task);
  for (int i = 0; i < count; ++i) interfaces[i] = InterfaceFor(handles[i], STARPU_TASK_GET_MODE(task, i), worker);
  unsigned implementation = job->implementation;
  if (cl->can_execute != nullptr || cl->cpu_funcs[implementation] == nullptr) [[unlikely]] {
    (void)starpu_worker_can_execute_task_first_impl(static_cast<unsigned>(worker.id), task, &implementation);
    job->implementation = static_cast<std::uint8_t>(implementation);
  }
  const starpu_cpu_func_t function = cl->cpu_funcs[implementation] != nullptr && cl->cpu_funcs[implementation] != STARPU_MULTIPLE_CPU_IMPLEMENTATIONS
                                         ? cl->cpu_funcs[implementation]
                                         : cl->cpu_func;
  if (task->profiling_info != nullptr) [[unlikely]] ProfileStarted(task, worker.id);
  function(interfaces, task->cl_arg);
  if (task->profiling_info != nullptr) [[unlikely]] ProfileEnded(task);
  // The field is for humans: workers of one codelet on neighbouring words.
  if (worker.id < STARPU_NMAXWORKERS && worker.index >= 0) ++cl->per_worker_stats[worker.id];
}

}  // namespace

void RunJob(Task* pool_task) {
  Job* const job = JobOf(pool_task);
  Worker& worker = *CurrentWorker();
  struct starpu_task* const task = job->user;
  if (task == nullptr) [[unlikely]] {
    job->body(job->arg);
    ArriveAtEnd(job);
    return;
  }
  const struct starpu_sched_policy& policy = context->policy;
  task->status = STARPU_TASK_RUNNING;
  if (policy.pre_exec_hook != nullptr) [[unlikely]] policy.pre_exec_hook(task, 0);
  if (task->prologue_callback_pop_func != nullptr) [[unlikely]] {
    task->prologue_callback_pop_func(task->prologue_callback_pop_arg);
  }
  worker.current = task;
  RunFunction(task, job, worker);
  worker.current = nullptr;
  ++worker.executed;
  if (policy.post_exec_hook != nullptr) [[unlikely]] policy.post_exec_hook(task, 0);
  ArriveAtEnd(job);
}

}  // namespace heddle::starpu

extern "C" {

int starpu_worker_can_execute_task(unsigned workerid, struct starpu_task* task, unsigned nimpl) {
  const struct starpu_codelet* const cl = task->cl;
  if (nimpl >= STARPU_MAXIMPLEMENTATIONS || (heddle::starpu::WhereOf(*task) & STARPU_CPU) == 0) return 0;
  if (task->workerids_len != 0) {
    const unsigned word = workerid / 32;
    if (word >= task->workerids_len || (task->workerids[word] >> workerid % 32 & 1) == 0) return 0;
  }
  if (cl->cpu_funcs[nimpl] == nullptr && !(nimpl == 0 && cl->cpu_func != nullptr)) return 0;
  return cl->can_execute == nullptr || cl->can_execute(workerid, task, nimpl) != 0;
}

int starpu_worker_can_execute_task_first_impl(unsigned workerid, struct starpu_task* task, unsigned* nimpl) {
  for (unsigned implementation = 0; implementation < STARPU_MAXIMPLEMENTATIONS; ++implementation) {
    if (starpu_worker_can_execute_task(workerid, task, implementation)) {
      if (nimpl != nullptr) *nimpl = implementation;
      return 1;
    }
  }
  return 0;
}

}  // extern "C"
