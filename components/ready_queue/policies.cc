#include "components/ready_queue/policies.h"

#include <utility>

#include "components/base/check.h"
#include "components/ready_queue/fifo_policy.h"
#include "components/ready_queue/lifo_policy.h"
#include "components/ready_queue/priority_policy.h"

namespace heddle {

std::unique_ptr<Policy> MakePolicy(std::string_view name, int workers, StealOrder steal_order) {
  HEDDLE_CHECK_GT(workers, 0);
  if (name == "ws") return std::make_unique<WorkStealingPolicy>(workers, std::move(steal_order));
  if (name == "ws_fifo") {
    // Room for the order of many ready tasks.
    return std::make_unique<WorkStealingPolicy>(workers, std::move(steal_order), 16384,
                                                WorkStealingPolicy::OwnOrder::kOldestFirst);
  }
  if (name == "fifo") return std::make_unique<FifoPolicy>(workers);
  if (name == "lifo") return std::make_unique<LifoPolicy>(workers);
  if (name == "prio") return std::make_unique<PriorityPolicy>(workers);
  return nullptr;
}

std::vector<std::string_view> PolicyNames() { return {"ws", "ws_fifo", "fifo", "lifo", "prio"}; }

}  // namespace heddle
