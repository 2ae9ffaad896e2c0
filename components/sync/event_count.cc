#include "components/sync/event_count.h"

#include <mutex>

#include "components/base/check.h"

namespace heddle {

EventCount::~EventCount() {
  HEDDLE_CHECK_EQ(waiters_.load(std::memory_order_relaxed), 0u)
      << "an event count is destroyed while threads wait on it";
}

bool EventCount::CommitWaitFor(Key key, std::int64_t ns) {
  Sleeper self;
  {
    std::lock_guard<SpinLock> guard(lock_);
    if (epoch_.load(std::memory_order_relaxed) != key.epoch_) {
      waiters_.fetch_sub(1, std::memory_order_relaxed);
      return true;
    }
    sleepers_.PushFront(&self);
    ++sleeper_count_;
  }
  if (ns < 0) {
    self.parker.Park();
    return true;
  }
  if (self.parker.ParkFor(ns)) return true;
  {
    std::lock_guard<SpinLock> guard(lock_);
    if (!self.taken) {
      sleepers_.Remove(&self);
      --sleeper_count_;
      waiters_.fetch_sub(1, std::memory_order_relaxed);
      return false;
    }
  }
  // A notifier has taken us off the stack and is about to unpark: `self` must outlive that.
  self.parker.Park();
  return true;
}

int EventCount::Sleepers() {
  std::lock_guard<SpinLock> guard(lock_);
  return sleeper_count_;
}

void EventCount::Notify(bool all) {
  // Nodes that this call took off the stack. They live until their Unpark, for their threads wait
  // for just that.
  IntrusiveList<Sleeper> woken;
  {
    std::lock_guard<SpinLock> guard(lock_);
    epoch_.store(epoch_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    // The waker takes them off the count, not they themselves: or every notification until they run
    // again, 30 us later, would come here for nothing.
    while (Sleeper* sleeper = sleepers_.PopFront()) {
      waiters_.fetch_sub(1, std::memory_order_relaxed);
      --sleeper_count_;
      sleeper->taken = true;
      woken.PushBack(sleeper);
      if (!all) break;
    }
  }
  // From here on the event count may be gone: the sleepers that we wake may destroy it.
  while (Sleeper* sleeper = woken.PopFront()) sleeper->parker.Unpark();
}

}  // namespace heddle
