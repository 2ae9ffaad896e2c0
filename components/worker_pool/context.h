// A context: a stack with a worker's loop or a suspended activity on it.
#ifndef HEDDLE_COMPONENTS_WORKER_POOL_CONTEXT_H_
#define HEDDLE_COMPONENTS_WORKER_POOL_CONTEXT_H_

#include <atomic>
#include <cstdint>

#include "components/base/intrusive_list.h"
#include "components/fiber/fiber.h"
#include "components/memory_pool/stack_pool.h"
#include "components/worker_pool/activity.h"

namespace heddle {

struct Slot;

// What a suspended context waits for, for watchdogs and debuggers: they read it at any time, and may see a torn record.
struct Wait {
  std::atomic<const char*> what{nullptr};  // A literal; nullptr: it does not wait.
  std::atomic<int> slot{-1};               // -1: an external thread.
  std::atomic<int> client{-1};             // Its index in the pool.
  std::atomic<std::uint32_t> type{0};      // Id of the task's type.

  void Begin(const char* what_, const Slot* slot, const Activity* activity);
  void End() { what.store(nullptr, std::memory_order_relaxed); }
};

// Written by the thread that runs it, and after a suspension by whoever holds it: its wait queue, then a slot's queue of
// resumed contexts, then the thread that resumes it.
struct Context : ListLink {  // In its pool's list of contexts.
  Fiber fiber;
  Fiber* running = &fiber;       // Where it goes on: `fiber`, or a coroutine of its activity (coroutine.h).
  Stack stack;                   // Empty for a thread's native context.
  Context* link = nullptr;       // Link of a queue of resumed contexts or of the cache.
  Activity* activity = nullptr;  // What was running when it was suspended.
  Thread* thread = nullptr;      // The only thread that may resume it; nullptr: any.
  Slot* slot = nullptr;          // Where it goes on.
  Lane* released_lane = nullptr;  // It needs this lane to go on.
  Wait wait;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_WORKER_POOL_CONTEXT_H_
