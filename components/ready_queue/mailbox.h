// The pinned tasks of one worker: many producers, one consumer, in the order of their arrival.
#ifndef HEDDLE_COMPONENTS_READY_QUEUE_MAILBOX_H_
#define HEDDLE_COMPONENTS_READY_QUEUE_MAILBOX_H_

#include "components/ready_queue/task.h"
#include "components/sync/mpsc_queue.h"

namespace heddle {

// See sync/mpsc_queue.h for the algorithm and the memory order; the links are Task::next.
class Mailbox {
 public:
  // Thread safety: any thread.  Blocking: never.  Cost: one exchange, a miss or two if the worker
  // is on another core.
  void Push(Task* task) { (void)queue_.Push(task); }

  // The oldest task, or nullptr where there is none or its push is under way; Empty() is false in
  // the latter case.
  // Thread safety: the worker.  Blocking: never.  Cost: two loads where it is empty.
  Task* Pop() { return queue_.Pop(); }

  // A push that happened before is not missed.
  // Thread safety: any thread.  Cost: one load.
  bool Empty() const { return queue_.Empty(); }

 private:
  MpscQueue<Task, &Task::next> queue_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_READY_QUEUE_MAILBOX_H_
