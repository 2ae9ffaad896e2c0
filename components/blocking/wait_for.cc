#include "components/blocking/wait_for.h"

#include "components/worker_pool/worker_pool.h"

namespace heddle {
namespace {

struct WaiterOfGroup : GroupWaiter {
  Group* group = nullptr;
  Suspension suspension{"a group of tasks"};
};

}  // namespace

void WaitFor(Group& group, SuspendMode mode) {
  if (group.IsZero()) return;
  if (const Activity* const activity = CurrentActivity();
      activity != nullptr && activity->client != nullptr) {
    Pool& pool = activity->client->pool();
    while (pool.RunOwned(&group)) {
    }
    if (group.IsZero()) return;
  }
  WaiterOfGroup waiter;
  waiter.group = &group;
  waiter.notify = [](GroupWaiter* w) { Resume(&static_cast<WaiterOfGroup*>(w)->suspension); };
  Suspend(
      waiter.suspension, mode,
      [](Suspension*, void* argument) {
        WaiterOfGroup* const w = static_cast<WaiterOfGroup*>(argument);
        w->group->AddWaiter(w);
      },
      &waiter);
}

}  // namespace heddle
