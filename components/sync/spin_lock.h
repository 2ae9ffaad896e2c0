// A lock for sections of some ten nanoseconds between threads.
//
// Layout: one byte, true while held. Test and test-and-set (Rudolph and Segall, ISCA 1984,
// https://doi.org/10.1145/800015.808204): waiters read a shared line and write it only when they
// have seen it free.
#ifndef HEDDLE_COMPONENTS_SYNC_SPIN_LOCK_H_
#define HEDDLE_COMPONENTS_SYNC_SPIN_LOCK_H_

#include <atomic>

namespace heddle {

// Names as the standard library's, so that std::lock_guard works. Not fair, not recursive. Never
// hold it over a system call, a callback, or a suspension of the activity: waiters burn their core
// until the holder runs again.
//
// Lifetime: unlock() is one store and touches nothing after it: whoever takes the lock next may
// destroy it.
class SpinLock {
 public:
  SpinLock() = default;
  SpinLock(const SpinLock&) = delete;
  SpinLock& operator=(const SpinLock&) = delete;

  // Thread safety: any thread that does not hold it.  Blocking: spins, from 1 to 64 pauses between
  // looks, and from then on yields the core between looks, since the holder may have lost its own.
  // Memory order: acquire; what came before the unlock() that let it through happens before the
  // return.
  // Cost: one exchange, about 6 ns uncontended.
  void lock() {
    if (!try_lock()) [[unlikely]]
      LockContended();
  }

  // Thread safety: any thread.  Blocking: never.  Memory order: acquire where it returns true.
  [[nodiscard]] bool try_lock() { return !held_.exchange(true, std::memory_order_acquire); }

  // Thread safety: the holder.  Blocking: never.  Memory order: release.  Cost: one store.
  void unlock() { held_.store(false, std::memory_order_release); }

 private:
  void LockContended();

  std::atomic<bool> held_{false};
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_SYNC_SPIN_LOCK_H_
