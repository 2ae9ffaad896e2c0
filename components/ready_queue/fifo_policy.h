// "fifo": one queue for all workers, first in first out.
#ifndef HEDDLE_COMPONENTS_READY_QUEUE_FIFO_POLICY_H_
#define HEDDLE_COMPONENTS_READY_QUEUE_FIFO_POLICY_H_

#include "components/ready_queue/central_policy.h"

namespace heddle {

// Thread safety: one thread at a time.  Cost: O(1).
class FifoQueue {
 public:
  void Push(Task* task) {
    task->next = nullptr;
    (first_ == nullptr ? first_ : last_->next) = task;
    last_ = task;
  }
  Task* Pop() {
    Task* task = first_;
    if (task != nullptr) first_ = task->next;
    return task;
  }
  // Never: the task pushed last is not the next one.
  Task* PopIf(void*) { return nullptr; }

 private:
  Task* first_ = nullptr;
  Task* last_ = nullptr;
};

class FifoPolicy final : public CentralPolicy<FifoQueue> {
 public:
  explicit FifoPolicy(int workers) : CentralPolicy(workers) {}
  const char* name() const override { return "fifo"; }
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_READY_QUEUE_FIFO_POLICY_H_
