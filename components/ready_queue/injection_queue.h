// Tasks from threads that hold no slot: many producers, many consumers, first in first out, without
// bound.
//
// Layout: an intrusive MPSC queue (sync/mpsc_queue.h), whose consumer is who holds the lock. A
// consumer that finds the lock taken goes away, as the holder takes tasks for its worker; producers
// never touch the lock. A batch amortises it. A compare-exchange stack that the consumer reverses
// needs no such lock for the producers' side either, but to reverse a flood of 10^6 tasks takes as
// many cache misses in a row, while the other consumers wait.
#ifndef HEDDLE_COMPONENTS_READY_QUEUE_INJECTION_QUEUE_H_
#define HEDDLE_COMPONENTS_READY_QUEUE_INJECTION_QUEUE_H_

#include "components/base/cache_line.h"
#include "components/ready_queue/task.h"
#include "components/sync/mpsc_queue.h"
#include "components/sync/spin_lock.h"

namespace heddle {

class InjectionQueue {
 public:
  // Thread safety: any thread.  Blocking: never.  Cost: one exchange.
  // Memory order: what came before Push(t) happens before the Take that returns t. Tasks of one
  // producer stay in order.
  void Push(Task* task) { (void)queue_.Push(task); }

  // Takes up to `most` of the oldest tasks into `out`, in order. Returns their number; 0 where
  // there are none, another thread is taking, or a producer was stopped in the middle of its push
  // (Empty() is false then).
  // Thread safety: any thread.  Blocking: never.  Cost: one exchange; one miss a task, which its
  // body would pay otherwise.
  int Take(Task** out, int most) {
    if (Empty() || !consumer_.try_lock()) return 0;
    int count = 0;
    while (count < most) {
      Task* task = queue_.Pop();
      if (task == nullptr) break;
      out[count++] = task;
    }
    consumer_.unlock();
    return count;
  }

  // A push that happened before is not missed.
  // Thread safety: any thread.  Cost: one load.
  bool Empty() const { return queue_.Empty(); }

 private:
  alignas(kFalseSharingBytes) MpscQueue<Task, &Task::next> queue_;
  alignas(kFalseSharingBytes) SpinLock consumer_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_READY_QUEUE_INJECTION_QUEUE_H_
