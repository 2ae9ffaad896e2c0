#include "components/blocking/mutex.h"

#include <pthread.h>

#include <mutex>

#include "components/base/check.h"
#include "components/worker_pool/activity.h"

namespace heddle {

void Mutex::LockContended(SuspendMode mode) {
  bool again = false;
  while (!try_lock()) {
    Suspension suspension("a mutex");
    struct Argument {
      Mutex* mutex;
      bool again;
    } argument{this, again};
    Suspend(
        suspension, mode,
        [](Suspension* waiter, void* a) {
          const Argument& arg = *static_cast<const Argument*>(a);
          arg.mutex->Publish(waiter, arg.again);
        },
        &argument);
    if (suspension.data == this) return;  // It was handed over.
    again = true;
  }
}

// Sets waiter->data to this where the waiter was made the holder.
void Mutex::Publish(Suspension* waiter, bool again) {
  {
    std::lock_guard<SpinLock> hold(spin_);
    std::uint32_t state = state_.load(std::memory_order_relaxed);
    for (;;) {
      if ((state & kLocked) == 0) {
        if (state_.compare_exchange_weak(state, state | kLocked, std::memory_order_acquire,
                                         std::memory_order_relaxed)) {
          break;
        }
      } else if (state_.compare_exchange_weak(state, state | kWaiters, std::memory_order_relaxed)) {
        // Who was woken and came too late keeps its place.
        again ? waiters_.PushFront(waiter) : waiters_.PushBack(waiter);
        return;
      }
    }
    waiter->data = this;
  }
  Resume(waiter);
}

void Mutex::UnlockContended() {
  Suspension* waiter = nullptr;
  {
    std::lock_guard<SpinLock> hold(spin_);
    HEDDLE_CHECK((state_.load(std::memory_order_relaxed) & kLocked) != 0)
        << "a mutex was unlocked that nobody holds";
    waiter = waiters_.PopFront();
    const std::uint32_t rest = waiters_.empty() ? 0 : kWaiters;
    // Nobody else changes the word now: it is locked, and kWaiters belongs to spin_.
    if (order_ == MutexOrder::kHandOver) {
      waiter->data = this;
      state_.store(kLocked | rest, std::memory_order_relaxed);
    } else {
      state_.store(rest, std::memory_order_release);
    }
  }
  Resume(waiter);
}

const void* CurrentOwner() {
  const void* const activity = CurrentActivity();
  // pthread_t is the address of the thread's descriptor: no activity stands there.
  return activity != nullptr ? activity : reinterpret_cast<const void*>(pthread_self());
}

void RecursiveMutex::lock(SuspendMode mode) {
  const void* const self = CurrentOwner();
  if (owner_.load(std::memory_order_relaxed) != self) {
    mutex_.lock(mode);
    owner_.store(self, std::memory_order_relaxed);
  }
  ++depth_;
}

bool RecursiveMutex::try_lock() {
  const void* const self = CurrentOwner();
  if (owner_.load(std::memory_order_relaxed) != self) {
    if (!mutex_.try_lock()) return false;
    owner_.store(self, std::memory_order_relaxed);
  }
  ++depth_;
  return true;
}

void RecursiveMutex::unlock() {
  HEDDLE_CHECK(owner_.load(std::memory_order_relaxed) == CurrentOwner())
      << "a recursive mutex was unlocked by one that does not hold it";
  if (--depth_ > 0) return;
  owner_.store(nullptr, std::memory_order_relaxed);
  mutex_.unlock();
}

int RecursiveMutex::depth() const {
  return owner_.load(std::memory_order_relaxed) == CurrentOwner() ? depth_ : 0;
}

}  // namespace heddle
