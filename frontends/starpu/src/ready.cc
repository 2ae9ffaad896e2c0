// What becomes of a job whose edges are all there.
#include "frontends/starpu/src/acquire.h"
#include "frontends/starpu/src/context.h"
#include "frontends/starpu/src/deps.h"

namespace heddle::starpu {
namespace {

// Of threads that are no worker. Nothing that runs while it is active suspends: callbacks must not block.
thread_local DrainList thread_drain;

// A job without a body for a worker: ends here. Those that it makes ready are appended to the same list.
void Defer(Job* job) {
  Worker* const worker = CurrentWorker();
  DrainList& drain = worker != nullptr ? worker->drain : thread_drain;
  job->task.next = nullptr;
  *(drain.first == nullptr ? &drain.first : &drain.last->next) = &job->task;
  drain.last = &job->task;
  if (drain.active) return;
  drain.active = true;
  struct starpu_task* const outer = worker == nullptr ? nullptr : worker->current;
  if (worker != nullptr) worker->current = nullptr;
  while (drain.first != nullptr) {
    Job* const next = JobOf(drain.first);
    drain.first = drain.first->next;
    if (next->user == nullptr && next->body != nullptr) next->body(next->arg);
    ArriveAtEnd(next);
  }
  if (worker != nullptr) worker->current = outer;
  drain.active = false;
}

bool MayRunAnywhere(struct starpu_task* task) {
  return task->cl->can_execute == nullptr && task->workerids_len == 0;
}

// The first worker after the last one chosen that can run the task.
int ChooseLane(struct starpu_task* task) {
  context->lane_lock.lock();
  const int start = context->next_lane++;
  context->lane_lock.unlock();
  for (int i = 0; i < context->worker_count; ++i) {
    const int lane = static_cast<int>(static_cast<unsigned>(start + i) % static_cast<unsigned>(context->worker_count));
    unsigned implementation;
    if (task == nullptr || starpu_worker_can_execute_task_first_impl(static_cast<unsigned>(lane), task, &implementation)) return lane;
  }
  HEDDLE_CHECK(false) << "no worker can execute a task any more that was accepted at its submission";
  return 0;
}

// Tasks with a workerorder run in this order on their worker: those that come too early wait here.
void PushInOrder(Job* job) {
  Worker& worker = *context->workers[job->user->workerid];
  worker.order_lock.lock();
  Task** at = &worker.early;
  while (*at != nullptr && JobOf(*at)->user->workerorder < job->user->workerorder) at = &(*at)->next;
  job->task.next = *at;
  *at = &job->task;
  while (worker.early != nullptr && JobOf(worker.early)->user->workerorder == worker.next_order) {
    Job* const first = JobOf(worker.early);
    worker.early = worker.early->next;
    ++worker.next_order;
    PushToLane(first, worker.id);
  }
  worker.order_lock.unlock();
}

void Push(Job* job) {
  struct starpu_task* const task = job->user;
  if (task == nullptr) {
    if (context->user_policy) {
      PushToLane(job, ChooseLane(nullptr));
    } else {
      context->pool->Submit(&job->task);
    }
    return;
  }
  task->status = STARPU_TASK_READY;
  if (task->execute_on_a_specific_worker) [[unlikely]] {
    if (context->policy.push_task_notify != nullptr) {
      const int worker = static_cast<int>(task->workerid);
      context->policy.push_task_notify(task, worker, worker, 0);
    }
    if (task->workerorder != 0) {
      PushInOrder(job);
    } else {
      PushToLane(job, static_cast<int>(task->workerid));
    }
  } else if (MayRunAnywhere(task) || context->user_policy) [[likely]] {
    context->pool->Submit(&job->task);
  } else {
    PushToLane(job, ChooseLane(task));
  }
}

}  // namespace

void PushToLane(Job* job, int lane) {
  context->client->lanes()[static_cast<std::size_t>(lane)]->Push(&job->task);
}

void JobReady(Job* job) {
  if (!TryAcquireExclusive(&job->node)) return;
  if (job->user != nullptr && job->user->prologue_callback_func != nullptr) [[unlikely]] {
    job->user->prologue_callback_func(job->user->prologue_callback_arg);
  }
  if (job->nowhere) [[unlikely]] {
    Defer(job);
  } else {
    Push(job);
  }
}

void OnReady(DependencyNode* node) {
  if (node->kind() == kJobNode) [[likely]] {
    JobReady(JobOf(node));
  } else {
    EndDependencyMet(node);
  }
}

}  // namespace heddle::starpu
