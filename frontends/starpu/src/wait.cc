// Waiting: for one task, for all, for all but n.
#include "frontends/starpu/src/wait.h"

#include <cerrno>

#include "frontends/starpu/src/context.h"

namespace heddle::starpu {
namespace {

struct AllWaiter {
  GroupWaiter waiter;
  Suspension suspension;
};

// How many tasks those who wait for few enough wait for, at most. Under target_lock.
SpinLock target_lock;
int target = 0;
int target_users = 0;

}  // namespace

void WakeJobWaiter(Link* link) {
  CloseWaiter* const waiter = reinterpret_cast<CloseWaiter*>(link);
  Resume(&waiter->suspension);
}

void WaitForClose(SuccessorList& list) {
  if (list.closed()) return;
  CloseWaiter waiter;
  Suspend(
      waiter.suspension, SuspendMode::kHold,
      [](Suspension* suspension, void* argument) {
        CloseWaiter* const self =
            reinterpret_cast<CloseWaiter*>(reinterpret_cast<char*>(suspension) - offsetof(CloseWaiter, suspension));
        if (!static_cast<SuccessorList*>(argument)->Add(&self->link)) Resume(suspension);
      },
      &list);
}

void TaskCounted(int worker) { context->submitted->Started(worker); }

int TasksNotEnded() {
  const Group::Sums sums = context->submitted->ReadSums();
  return static_cast<int>(sums.started - sums.finished);
}

void TaskUncounted(int worker) {
  Context* const self = context;
  self->submitted->Finished(worker);
  // The store above comes before this load for who announced a wait before (PrepareWait's HeavyFence, Finished's LightFence).
  if (self->progress.ApproximateWaiters() != 0) [[unlikely]] {
    target_lock.lock();
    const int enough = target;
    target_lock.unlock();
    if (TasksNotEnded() <= enough) self->progress.NotifyAll();
  }
}

}  // namespace heddle::starpu

using namespace heddle::starpu;

extern "C" {

int starpu_task_wait(struct starpu_task* task) {
  // Not from the task's bits, which its callback may be writing.
  Job* const job = JobOf(task);
  if (job == nullptr || job->state == Job::kNew || job->detached) return -EINVAL;
  if (!MayBlock()) return -EDEADLK;
  WaitForClose(job->waiters);
  if (task->destroy) FreeTask(task);
  return 0;
}

int starpu_task_wait_array(struct starpu_task** tasks, unsigned nb_tasks) {
  for (unsigned i = 0; i < nb_tasks; ++i) {
    if (const int error = starpu_task_wait(tasks[i]); error != 0) return error;
  }
  return 0;
}

int starpu_task_finished(struct starpu_task* task) {
  const Job* const job = JobOf(task);
  return job != nullptr && job->waiters.closed();
}

int starpu_task_wait_for_all(void) {
  if (context == nullptr) return -ENODEV;
  if (!MayBlock()) return -EDEADLK;
  AllWaiter waiter;
  waiter.waiter.notify = [](heddle::GroupWaiter* found) {
    heddle::Resume(&reinterpret_cast<AllWaiter*>(found)->suspension);
  };
  heddle::Suspend(
      waiter.suspension, heddle::SuspendMode::kHold,
      [](heddle::Suspension*, void* argument) { context->submitted->AddWaiter(static_cast<heddle::GroupWaiter*>(argument)); },
      &waiter.waiter);
  return 0;
}

int starpu_task_wait_for_n_submitted(unsigned n) {
  if (context == nullptr) return -ENODEV;
  if (!MayBlock()) return -EDEADLK;
  if (n == 0) return starpu_task_wait_for_all();
  const int enough = static_cast<int>(n);
  target_lock.lock();
  target = target_users == 0 || target < enough ? enough : target;
  ++target_users;
  target_lock.unlock();
  while (TasksNotEnded() > enough) {
    const heddle::EventCount::Key key = context->progress.PrepareWait();
    if (TasksNotEnded() <= enough) {
      context->progress.CancelWait(key);
    } else {
      context->progress.CommitWait(key);
    }
  }
  target_lock.lock();
  --target_users;
  target_lock.unlock();
  return 0;
}

int starpu_task_nsubmitted(void) { return context == nullptr ? 0 : TasksNotEnded(); }

}  // extern "C"
