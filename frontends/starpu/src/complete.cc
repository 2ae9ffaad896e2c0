// The end of a task: its dependents, its tag, its callback, those who wait for it, its memory.
#include "components/memory_pool/pool.h"
#include "frontends/starpu/src/context.h"
#include "frontends/starpu/src/wait.h"

namespace heddle::starpu {
namespace {

void WakeWaiters(Link* link) {
  while (link != nullptr) {
    Link* const next = link->next;
    WakeJobWaiter(link);
    link = next;
  }
}

// What a callback sees: no current task.
void RunCallback(Worker* worker, void (*callback)(void*), void* arg) {
  struct starpu_task* outer = nullptr;
  if (worker != nullptr) {
    outer = worker->current;
    worker->current = nullptr;
  }
  callback(arg);
  if (worker != nullptr) worker->current = outer;
}

void CompleteInternal(Job* job, int worker) {
  const bool counted = job->counted;
  job->node.Finish(OnReady);
  FreeJob(job);
  if (counted) TaskUncounted(worker);
}

void Complete(Job* job) {
  Worker* const worker = CurrentWorker();
  const int index = WorkerIndex(worker);
  struct starpu_task* const task = job->user;
  if (task == nullptr) [[unlikely]] return CompleteInternal(job, index);

  if (task->epilogue_callback_func != nullptr) [[unlikely]] {
    RunCallback(worker, task->epilogue_callback_func, task->epilogue_callback_arg);
  }
  Tag* const tag = job->tag;
  // Whoever waited for the data alone may go on, and the codelet go, once the node has finished.
  void (*const callback)(void*) =
      task->callback_func != nullptr ? task->callback_func : task->cl != nullptr ? task->cl->callback_func : nullptr;
  task->status = STARPU_TASK_FINISHED;
  job->node.Finish(OnReady);
  if (tag != nullptr) [[unlikely]] TagEnded(tag, job);
  if (callback != nullptr) [[unlikely]] RunCallback(worker, callback, task->callback_arg);

  // From here on the task may be the program's again: what decides is read before.
  const bool regenerate = task->regenerate;
  const bool destroy = task->destroy && task->detach;
  if (regenerate) [[unlikely]] {
    RenewJob(job, /*keep_waiters=*/true);
    const int error = SubmitTask(task, /*again=*/true);
    HEDDLE_CHECK_EQ(error, 0) << "a task that regenerates could not be submitted again";
  } else if (destroy) [[likely]] {
    job->state = Job::kNew;
    FreeTask(task);
  } else {
    WakeWaiters(job->waiters.Close());
  }
  TaskUncounted(index);
}

}  // namespace

void ArriveAtEnd(Job* job) {
  if (job->end.Arrive()) Complete(job);
}

}  // namespace heddle::starpu
