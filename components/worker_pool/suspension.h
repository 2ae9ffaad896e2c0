// Suspending the running activity, and resuming it: what every blocking object is made of.
#ifndef HEDDLE_COMPONENTS_WORKER_POOL_SUSPENSION_H_
#define HEDDLE_COMPONENTS_WORKER_POOL_SUSPENSION_H_

#include <atomic>
#include <cstdint>

#include "components/worker_pool/context.h"

namespace heddle {

// What becomes of the lane of an activity that waits.
enum class SuspendMode : std::uint8_t {
  kHold,        // The lane waits too; its slot serves others. The default: a Charm++ entry method stays atomic.
  kRelease,     // The lane goes on with its next activity, and the waiting one needs it back to go on (CthSuspend).
  kSubstitute,  // A stand-in lane with the same id goes on; the waiting activity keeps its own (nested frontends).
};

// One wait of one activity or thread, on the waiter's stack; wait queues link it by `next`. It is gone once Resume() was
// called: whoever dequeues it reads what it needs before.
struct Suspension {
  Suspension() = default;
  // `what` is waited for: a literal, for the watchdog and the debugger ("a mutex").
  explicit Suspension(const char* what_) : what(what_) {}

  Suspension* next = nullptr;
  void* data = nullptr;  // For the owner of the wait queue.
  const char* what = "a resumption";

  // ---- For the pool ----
  enum State : std::uint32_t { kParked, kOnWorker, kResumed };
  Thread* thread = nullptr;    // Where a thread without a slot waits.
  Context* context = nullptr;  // Where an activity waits.
  std::atomic<std::uint32_t> state{kParked};
};

// Suspends the calling activity, or blocks the calling thread where it is not a worker's, until Resume(suspension).
// `publish(suspension, argument)` runs once the caller can be resumed, on another stack, and makes the suspension visible
// to whoever shall resume it; it may call Resume itself. It must not suspend.
//
// A thread that holds no slot sleeps, or works as a guest where its client allows guests (see Attachment).
//
// Thread safety: any thread.  Blocking: suspends.  Memory order: what came before Resume happens before the return.
// Errors: dies in a no-suspend section, naming the client and the task type.
// Cost: 40 to 60 ns with the Resume, where both happen on one worker.
void Suspend(Suspension& suspension, SuspendMode mode,
             void (*publish)(Suspension* suspension, void* argument), void* argument);

// Lets a suspended activity go on: on the thread that it left, or, where it is movable, on any thread of its slot.
// Exactly once per suspension.  Thread safety: any thread.  Blocking: never.
// Cost: a list insertion on its own worker, an exchange from elsewhere; a wake-up where its slot sleeps.
void Resume(Suspension* suspension);

// Runs other ready work for a while: the calling activity goes to the end of its worker's queue of resumed contexts.
// Does nothing in a thread that holds no slot.
void Yield(SuspendMode mode = SuspendMode::kRelease);

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_WORKER_POOL_SUSPENSION_H_
