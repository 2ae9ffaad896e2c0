// Waiting for a group of tasks of components/dependency.
#ifndef HEDDLE_COMPONENTS_BLOCKING_WAIT_FOR_H_
#define HEDDLE_COMPONENTS_BLOCKING_WAIT_FOR_H_

#include "components/dependency/group.h"
#include "components/worker_pool/suspension.h"

namespace heddle {

// Waits for an instant at which all that was started in `group` has finished. First runs, on top of
// the caller, those ready tasks at hand whose Task::owner is &group. Any number may wait at a time;
// the group may be destroyed afterwards. Thread safety: any thread.  Blocking: suspends.  Memory
// order: those tasks' bodies happen before the return. Errors: as Suspend(), where it must wait.
// Cost: O(workers) loads where it is zero.
void WaitFor(Group& group, SuspendMode mode = SuspendMode::kHold);

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_BLOCKING_WAIT_FOR_H_
