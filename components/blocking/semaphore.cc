#include "components/blocking/semaphore.h"

#include <mutex>

namespace heddle {

void Semaphore::AcquireLater(SuspendMode mode) {
  Suspension suspension("a semaphore");
  Suspend(
      suspension, mode,
      [](Suspension* waiter, void* semaphore) {
        static_cast<Semaphore*>(semaphore)->Publish(waiter);
      },
      this);
}

void Semaphore::Publish(Suspension* waiter) {
  {
    std::lock_guard<SpinLock> hold(spin_);
    if (owed_ == 0) {
      waiters_.PushBack(waiter);
      return;
    }
    --owed_;
  }
  Resume(waiter);
}

// Whom the last permit lets go may destroy this: all are taken out before the first is resumed.
void Semaphore::Wake(std::int64_t n) {
  internal::WaitList wake;
  {
    std::lock_guard<SpinLock> hold(spin_);
    for (; n > 0; --n) {
      Suspension* const waiter = waiters_.PopFront();
      if (waiter == nullptr) break;
      wake.PushBack(waiter);
    }
    owed_ += n;
  }
  internal::ResumeAll(wake.TakeAll());
}

}  // namespace heddle
