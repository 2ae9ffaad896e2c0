// "prio": one queue for all workers, the greatest Task::priority first; of equal ones the first
// pushed.
#ifndef HEDDLE_COMPONENTS_READY_QUEUE_PRIORITY_POLICY_H_
#define HEDDLE_COMPONENTS_READY_QUEUE_PRIORITY_POLICY_H_

#include "components/ready_queue/central_policy.h"
#include "components/ready_queue/priority_queue.h"

namespace heddle {

// A PriorityQueue that a wait takes a task of its own from only where that is the next one anyway.
class StablePriorityQueue : public PriorityQueue {
 public:
  using PriorityQueue::PriorityQueue;
  Task* PopIf(void* owner) {
    Task* next = Peek();
    return next != nullptr && next->owner == owner ? Pop() : nullptr;
  }
};

class PriorityPolicy final : public CentralPolicy<StablePriorityQueue> {
 public:
  explicit PriorityPolicy(int workers, PriorityQueue::Ties ties = PriorityQueue::Ties::kOldestFirst)
      : CentralPolicy(workers, StablePriorityQueue(ties)) {}
  const char* name() const override { return "prio"; }
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_READY_QUEUE_PRIORITY_POLICY_H_
