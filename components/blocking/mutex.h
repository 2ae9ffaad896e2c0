// Mutual exclusion between activities, across suspensions.
//
// Layout
//   state_     kLocked: somebody holds it. kWaiters: waiters_ is not empty, or about to be not
//   empty. Set and cleared under
//              spin_; kLocked alone is set and cleared by CAS without it, which is the uncontended
//              way.
//   waiters_   under spin_.
//
// No lost wake-up: a waiter sets kWaiters by a CAS that finds kLocked set, in the section of spin_
// in which it enqueues itself. The holder's unlocking CAS expects kLocked alone: it fails from then
// on, and the slow way waits for spin_.
//
// Destruction: unlock() touches the mutex no more once it could let another one in, but for the
// case that somebody waits, who is still inside of lock() and whom it resumes last.
#ifndef HEDDLE_COMPONENTS_BLOCKING_MUTEX_H_
#define HEDDLE_COMPONENTS_BLOCKING_MUTEX_H_

#include <atomic>
#include <cstdint>

#include "components/blocking/wait_list.h"
#include "components/sync/spin_lock.h"

namespace heddle {

enum class MutexOrder : std::uint8_t {
  // unlock() makes the longest waiting one the holder. Fair. An activity that unlocks and locks
  // again waits for those that
  // came before, which on a worker that nobody preempts is the only way for them to ever run. The
  // default.
  kHandOver,
  // unlock() frees the mutex and wakes the longest waiting one, which tries again; whoever comes
  // first has it. More
  // throughput under contention of threads, no fairness.
  kBarging,
};

// Names as the standard library's: std::lock_guard and std::unique_lock work. Owned by the
// activity: it may suspend while it holds it, and go on on another thread. Not recursive.
class Mutex {
 public:
  explicit Mutex(MutexOrder order = MutexOrder::kHandOver) : order_(order) {}
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  // Thread safety: any thread.  Blocking: suspends.
  // Memory order: what came before the unlock() that let it through happens before the return.
  // Errors: as Suspend(), where it must wait.  Cost: one CAS uncontended.
  void lock(SuspendMode mode = SuspendMode::kHold) {
    std::uint32_t free = 0;
    if (!state_.compare_exchange_strong(free, kLocked, std::memory_order_acquire,
                                        std::memory_order_relaxed)) [[unlikely]] {
      LockContended(mode);
    }
  }

  // Thread safety: any thread.  Blocking: never.  Memory order: acquire where true.  Cost: one
  // load, and one CAS where free.
  [[nodiscard]] bool try_lock() {
    std::uint32_t state = state_.load(std::memory_order_relaxed);
    while ((state & kLocked) == 0) {
      if (state_.compare_exchange_weak(state, state | kLocked, std::memory_order_acquire,
                                       std::memory_order_relaxed)) {
        return true;
      }
    }
    return false;
  }

  // Thread safety: any thread, for the activity that holds it.  Blocking: never.  Memory order:
  // release. Errors: dies where nobody holds it.  Cost: one CAS where nobody waits, else a
  // Resume().
  void unlock() {
    std::uint32_t locked = kLocked;
    if (!state_.compare_exchange_strong(locked, 0, std::memory_order_release,
                                        std::memory_order_relaxed)) [[unlikely]] {
      UnlockContended();
    }
  }

  // A snapshot.  Thread safety: any thread.
  bool locked() const { return (state_.load(std::memory_order_relaxed) & kLocked) != 0; }

 private:
  static constexpr std::uint32_t kLocked = 1;
  static constexpr std::uint32_t kWaiters = 2;

  void LockContended(SuspendMode mode);
  void Publish(Suspension* waiter, bool again);
  void UnlockContended();

  std::atomic<std::uint32_t> state_{0};
  const MutexOrder order_;
  SpinLock spin_;
  internal::WaitList waiters_;
};

// The one for whom recursive locks are kept: the running activity, or the calling thread where it
// runs none. Only to be compared.  Thread safety: any thread.  Cost: two loads.
const void* CurrentOwner();

// A mutex that the activity which holds it may lock again. A task that runs on top of a waiting one
// is another activity.
class RecursiveMutex {
 public:
  explicit RecursiveMutex(MutexOrder order = MutexOrder::kHandOver) : mutex_(order) {}

  // As Mutex. `depth`: how many unlock() it takes then to let another in.
  void lock(SuspendMode mode = SuspendMode::kHold);
  [[nodiscard]] bool try_lock();
  // Errors: dies where the caller does not hold it.
  void unlock();
  // How often the caller has locked it; 0: another one holds it, or nobody.
  int depth() const;

 private:
  Mutex mutex_;
  // Written by the holder. Others compare it with themselves, which it becomes only by their own
  // doing.
  std::atomic<const void*> owner_{nullptr};
  int depth_ = 0;  // The holder's.
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_BLOCKING_MUTEX_H_
