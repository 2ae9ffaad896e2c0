// A counting semaphore.
//
// Layout
//   count_     permits that are free; below zero: how many have come for one and must wait, whether
//   they stand in the queue
//              already or are on their way to it. One RMW each to acquire and to release.
//   waiters_, owed_   under spin_: the queue, and the permits for those on their way. One of them
//   is empty at a time.
//
// A release that finds the count below zero owes one of those who wait a permit: the first in the
// queue, else the next that comes to it. Nobody overtakes who waits: a free permit is only where
// nobody does. A release that finds zero or more touches nothing after its RMW, and one that finds
// less owes its permit to somebody who has not returned yet: whoever returns last may destroy the
// semaphore. (Benaphore with a queue; B. Schillings, Be Newsletter 1/26, 1996.)
#ifndef HEDDLE_COMPONENTS_BLOCKING_SEMAPHORE_H_
#define HEDDLE_COMPONENTS_BLOCKING_SEMAPHORE_H_

#include <atomic>
#include <cstdint>

#include "components/blocking/wait_list.h"
#include "components/sync/spin_lock.h"

namespace heddle {

// First come, first served.
class Semaphore {
 public:
  explicit Semaphore(std::int64_t count) : count_(count) {}
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  // Takes a permit.  Thread safety: any thread.  Blocking: suspends.
  // Memory order: what came before the Release() of its permit happens before the return.
  // Errors: as Suspend(), where it must wait.  Cost: one RMW where there is one.
  void Acquire(SuspendMode mode = SuspendMode::kHold) {
    if (count_.fetch_sub(1, std::memory_order_acquire) <= 0) [[unlikely]]
      AcquireLater(mode);
  }

  // Thread safety: any thread.  Blocking: never.  Memory order: acquire where true.
  [[nodiscard]] bool TryAcquire() {
    std::int64_t count = count_.load(std::memory_order_relaxed);
    while (count > 0) {
      if (count_.compare_exchange_weak(count, count - 1, std::memory_order_acquire,
                                       std::memory_order_relaxed)) {
        return true;
      }
    }
    return false;
  }

  // Gives n permits.  Thread safety: any thread.  Blocking: never.  Memory order: release.
  // Cost: one RMW, and a Resume() for each that waits.
  void Release(std::int64_t n = 1) {
    const std::int64_t before = count_.fetch_add(n, std::memory_order_release);
    if (before < 0) [[unlikely]]
      Wake(-before < n ? -before : n);
  }

  // Free permits, or less those who wait. A snapshot.  Thread safety: any thread.
  std::int64_t count() const { return count_.load(std::memory_order_relaxed); }

 private:
  void AcquireLater(SuspendMode mode);
  void Publish(Suspension* waiter);
  void Wake(std::int64_t n);

  std::atomic<std::int64_t> count_;
  SpinLock spin_;
  std::int64_t owed_ = 0;
  internal::WaitList waiters_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_BLOCKING_SEMAPHORE_H_
