#include "components/blocking/barrier.h"

#include <mutex>

namespace heddle {

// Under spin_.
bool Barrier::TryComplete(Suspension** others) {
  if (waiting_ + 1 < count_) return false;
  waiting_ = 0;
  *others = waiters_.TakeAll();
  return true;
}

bool Barrier::Wait(SuspendMode mode) {
  Suspension* others = nullptr;
  bool last = false;
  {
    std::lock_guard<SpinLock> hold(spin_);
    last = TryComplete(&others);
  }
  if (last) {
    internal::ResumeAll(others);
    return true;
  }
  Suspension suspension("a barrier");
  Suspend(
      suspension, mode,
      [](Suspension* waiter, void* barrier) { static_cast<Barrier*>(barrier)->Publish(waiter); },
      this);
  return suspension.data == this;
}

// Sets waiter->data to this where it came last after all.
void Barrier::Publish(Suspension* waiter) {
  Suspension* others = nullptr;
  {
    std::lock_guard<SpinLock> hold(spin_);
    if (!TryComplete(&others)) {
      ++waiting_;
      waiters_.PushBack(waiter);
      return;
    }
    waiter->data = this;
  }
  internal::ResumeAll(others);
  Resume(waiter);
}

}  // namespace heddle
