// A condition variable for activities.
//
// Layout: a queue under spin_, and its length in waiting_, which is read without the lock by those
// who signal: a waiter enqueues itself before it unlocks the mutex, so that who changes the
// condition under the mutex afterwards finds it.
//
// A wait with a deadline is a block of its own with two references, the waiter's and the timer's,
// since a timer that is firing cannot be called back. Its state says who ends the wait: Signal() or
// the timer, whichever moves it from kWaiting first. The one that comes second leaves it alone; a
// timer that comes second does not touch the condition, which may be gone.
#ifndef HEDDLE_COMPONENTS_BLOCKING_CONDITION_H_
#define HEDDLE_COMPONENTS_BLOCKING_CONDITION_H_

#include <atomic>
#include <cstdint>

#include "components/base/intrusive_list.h"
#include "components/blocking/mutex.h"
#include "components/sync/spin_lock.h"
#include "components/worker_pool/suspension.h"

namespace heddle {

class Pool;

// First come, first woken. No spurious wake-ups. May be destroyed once nobody waits, also while a
// Signal() or Broadcast() that woke the last of them has not returned.
class Condition {
 public:
  Condition() = default;
  // `pool`: whose timers WaitUntil() uses where the caller belongs to no client of a pool.
  explicit Condition(Pool& pool) : pool_(&pool) {}
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;

  // Unlocks the mutex, waits for a Signal() or Broadcast() that comes after, and locks it again.
  // Thread safety: any thread, for the activity that holds `mutex`; all who wait at a time with the
  // same mutex. Blocking: suspends.  Errors: as Suspend().  Cost: a suspension.
  void Wait(Mutex& mutex, SuspendMode mode = SuspendMode::kHold);
  template <class Predicate>
  void Wait(Mutex& mutex, Predicate predicate, SuspendMode mode = SuspendMode::kHold) {
    while (!predicate()) Wait(mutex, mode);
  }

  // The same until `deadline_ns` (CLOCK_MONOTONIC, see NowNs()) at the earliest; false where the
  // time ran out first. The mutex is locked again in both cases. Errors: dies where the caller
  // belongs to no client and the condition was made without a pool. Cost: a suspension and a timer,
  // O(log timers); where it was signalled the timer is searched, O(timers).
  [[nodiscard]] bool WaitUntil(Mutex& mutex, std::int64_t deadline_ns,
                               SuspendMode mode = SuspendMode::kHold);

  // Wakes the one that waits longest; Broadcast() wakes all.
  // Thread safety: any thread, with or without the mutex.  Blocking: never.
  // Cost: one load where nobody waits, else a short lock and a Resume().
  void Signal();
  void Broadcast();

 private:
  struct Waiter;
  struct TimedWaiter;
  static void Publish(Suspension* suspension, void* waiter);
  static void Expire(void* waiter);
  // The next to wake, or nullptr. Under spin_.
  Waiter* Pop();

  Pool* const pool_ = nullptr;
  std::atomic<std::uint32_t> waiting_{0};
  SpinLock spin_;
  IntrusiveList<Waiter> waiters_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_BLOCKING_CONDITION_H_
