// Something that happens once.
//
// Layout: one word. nullptr: not set, nobody waits; kSet: set; else the newest of those who wait,
// linked by Suspension::next. Waiters push by CAS, Set() closes by one exchange and wakes whom it
// found, the oldest first. After the exchange Set() touches only the waiters, so that whoever has
// seen it set may destroy it. (The stack is R. K. Treiber's, "Systems Programming: Coping with
// Parallelism", IBM RJ 5118, 1986; since it is emptied only as a whole, and for ever, there is no
// ABA.)
#ifndef HEDDLE_COMPONENTS_BLOCKING_EVENT_H_
#define HEDDLE_COMPONENTS_BLOCKING_EVENT_H_

#include <atomic>

#include "components/worker_pool/suspension.h"

namespace heddle {

// One-shot; any number may wait. May be destroyed once a Wait() has returned or IsSet() was true,
// also while Set() has not returned, provided that nobody else still waits.
class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  // Thread safety: any thread.  Blocking: never.  Memory order: acquire where true.  Cost: one
  // load.
  bool IsSet() const { return waiters_.load(std::memory_order_acquire) == Closed(); }

  // Lets all go on that wait or will wait. Setting again does nothing.
  // Thread safety: any thread.  Blocking: never.  Cost: one exchange, and Resume() for each who
  // waits.
  void Set();

  // Thread safety: any thread.  Blocking: suspends until set.  Memory order: what came before Set()
  // happens before the return.  Errors: as Suspend().  Cost: one load where set.
  void Wait(SuspendMode mode = SuspendMode::kHold) {
    if (!IsSet()) WaitUnset(mode);
  }

 private:
  static Suspension* Closed() { return reinterpret_cast<Suspension*>(1); }
  void WaitUnset(SuspendMode mode);
  void Publish(Suspension* waiter);

  std::atomic<Suspension*> waiters_{nullptr};
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_BLOCKING_EVENT_H_
