// "lifo": one stack for all workers, last in first out.
#ifndef HEDDLE_COMPONENTS_READY_QUEUE_LIFO_POLICY_H_
#define HEDDLE_COMPONENTS_READY_QUEUE_LIFO_POLICY_H_

#include "components/ready_queue/central_policy.h"

namespace heddle {

// Thread safety: one thread at a time.  Cost: O(1).
class LifoQueue {
 public:
  void Push(Task* task) {
    task->next = first_;
    first_ = task;
  }
  Task* Pop() {
    Task* task = first_;
    if (task != nullptr) first_ = task->next;
    return task;
  }
  Task* PopIf(void* owner) { return first_ != nullptr && first_->owner == owner ? Pop() : nullptr; }

 private:
  Task* first_ = nullptr;
};

class LifoPolicy final : public CentralPolicy<LifoQueue> {
 public:
  explicit LifoPolicy(int workers) : CentralPolicy(workers) {}
  const char* name() const override { return "lifo"; }
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_READY_QUEUE_LIFO_POLICY_H_
