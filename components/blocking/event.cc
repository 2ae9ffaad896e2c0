#include "components/blocking/event.h"

#include "components/blocking/wait_list.h"

namespace heddle {

void Event::Set() {
  Suspension* newest = waiters_.exchange(Closed(), std::memory_order_acq_rel);
  if (newest == Closed()) return;
  Suspension* oldest = nullptr;
  while (newest != nullptr) {
    Suspension* const next = newest->next;
    newest->next = oldest;
    oldest = newest;
    newest = next;
  }
  internal::ResumeAll(oldest);
}

void Event::WaitUnset(SuspendMode mode) {
  Suspension suspension("an event");
  Suspend(
      suspension, mode,
      [](Suspension* waiter, void* event) { static_cast<Event*>(event)->Publish(waiter); }, this);
}

void Event::Publish(Suspension* waiter) {
  Suspension* newest = waiters_.load(std::memory_order_acquire);
  do {
    if (newest == Closed()) return Resume(waiter);
    waiter->next = newest;
  } while (!waiters_.compare_exchange_weak(newest, waiter, std::memory_order_release,
                                           std::memory_order_acquire));
}

}  // namespace heddle
