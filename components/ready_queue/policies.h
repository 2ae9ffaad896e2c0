// The policies by name.
#ifndef HEDDLE_COMPONENTS_READY_QUEUE_POLICIES_H_
#define HEDDLE_COMPONENTS_READY_QUEUE_POLICIES_H_

#include <memory>
#include <string_view>
#include <vector>

#include "components/ready_queue/policy.h"
#include "components/ready_queue/work_stealing_policy.h"

namespace heddle {

// "ws", "ws_fifo": work stealing; "fifo", "lifo", "prio": one central queue. nullptr where the name is
// unknown. `steal_order`: see work_stealing_policy.h; the central policies ignore it.
// Thread safety: any thread.  Errors: dies where workers < 1 or the order names a worker that does
// not exist.
std::unique_ptr<Policy> MakePolicy(std::string_view name, int workers, StealOrder steal_order = {});

// What MakePolicy knows, the default first.
std::vector<std::string_view> PolicyNames();

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_READY_QUEUE_POLICIES_H_
