// A context: a stack with a worker's loop or a suspended activity on it.
#ifndef HEDDLE_COMPONENTS_WORKER_POOL_CONTEXT_H_
#define HEDDLE_COMPONENTS_WORKER_POOL_CONTEXT_H_

#include "components/base/intrusive_list.h"
#include "components/fiber/fiber.h"
#include "components/memory_pool/stack_pool.h"
#include "components/worker_pool/activity.h"

namespace heddle {

struct Slot;

// Written by the thread that runs it, and after a suspension by whoever holds it: its wait queue, then a slot's queue of
// resumed contexts, then the thread that resumes it.
struct Context : ListLink {
  Fiber fiber;
  Stack stack;                   // Empty for a thread's native context.
  Context* link = nullptr;       // Link of a queue of resumed contexts or of the cache.
  Activity* activity = nullptr;  // What was running when it was suspended.
  Thread* thread = nullptr;      // The only thread that may resume it; nullptr: any.
  Slot* slot = nullptr;          // Where it goes on.
  Lane* released_lane = nullptr;  // It needs this lane to go on.
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_WORKER_POOL_CONTEXT_H_
