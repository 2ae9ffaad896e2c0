// Coroutines of an activity: stacks of its own that an activity runs on in turn (Converse's threads, a PE's scheduler).
//
// The pool sees one activity, whichever coroutine runs: suspending it (a lock, a barrier) suspends that coroutine, and resuming
// it goes on there. A coroutine may outlive the activity: left behind by one, it is entered by the next on the same lane.
#ifndef HEDDLE_COMPONENTS_WORKER_POOL_COROUTINE_H_
#define HEDDLE_COMPONENTS_WORKER_POOL_COROUTINE_H_

#include "components/fiber/fiber.h"

namespace heddle {

// The stack on which the calling activity runs: a coroutine, or the one on which it was started.
// Thread safety: the running activity.  Blocking: never.
Fiber& RunningFiber();

// Leaves the running coroutine for `to`, which is started or was left before.  `after` as in SwitchFiber().
// Thread safety: the running activity, whose own coroutines these are.  Blocking: never; returns when something switches back,
// perhaps on another thread, as part of another activity.
// Cost: that of SwitchFiber() and two stores.
void SwitchCoroutine(Fiber& to, void (*after)(void* argument) = nullptr, void* argument = nullptr);

// The same, ending the running coroutine; `after` may free its stack.
[[noreturn]] void ExitCoroutine(Fiber& to, void (*after)(void* argument) = nullptr, void* argument = nullptr);

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_WORKER_POOL_COROUTINE_H_
