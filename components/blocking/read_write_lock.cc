#include "components/blocking/read_write_lock.h"

#include <mutex>

#include "components/base/check.h"

namespace heddle {

void ReadWriteLock::LockContended(bool writer, SuspendMode mode) {
  Suspension suspension("a read-write lock");
  suspension.data = writer ? this : nullptr;
  Suspend(
      suspension, mode,
      [](Suspension* waiter, void* lock) { static_cast<ReadWriteLock*>(lock)->Publish(waiter); },
      this);
}

void ReadWriteLock::Publish(Suspension* waiter) {
  const bool writer = waiter->data != nullptr;
  {
    std::lock_guard<SpinLock> hold(spin_);
    std::uint32_t state = state_.load(std::memory_order_relaxed);
    for (;;) {
      const bool free = writer ? state == 0 : (state & (kWriter | kWaiters)) == 0;
      const std::uint32_t next = free ? state + (writer ? kWriter : kReader) : state | kWaiters;
      if (!state_.compare_exchange_weak(state, next, std::memory_order_acquire,
                                        std::memory_order_relaxed)) {
        continue;
      }
      if (free) break;
      waiters_.PushBack(waiter);
      return;
    }
  }
  Resume(waiter);
}

// Called by the one who leaves the lock free; `held`: what it still holds of it, 0 for a reader
// that has left already.
void ReadWriteLock::HandOver(std::uint32_t held) {
  internal::WaitList wake;
  {
    std::lock_guard<SpinLock> hold(spin_);
    const std::uint32_t state = state_.load(std::memory_order_relaxed);
    HEDDLE_CHECK_EQ(state, kWaiters | (held & kWriter))
        << "a read-write lock was unlocked that was not held so";
    Suspension* const first = waiters_.PopFront();
    wake.PushBack(first);
    std::uint32_t next = kWriter;
    if (first->data == nullptr) {
      next = kReader;
      while (waiters_.front() != nullptr && waiters_.front()->data == nullptr) {
        wake.PushBack(waiters_.PopFront());
        next += kReader;
      }
    }
    // Nobody else changes the word now: whoever comes finds kWaiters and waits for spin_.
    state_.store(next | (waiters_.empty() ? 0 : kWaiters), std::memory_order_release);
  }
  internal::ResumeAll(wake.TakeAll());
}

}  // namespace heddle
