#include "components/blocking/condition.h"

#include <mutex>

#include "components/base/check.h"
#include "components/base/clock.h"
#include "components/memory_pool/pool.h"
#include "components/worker_pool/worker_pool.h"

namespace heddle {

struct Condition::Waiter : ListLink {
  Condition* condition = nullptr;
  Mutex* mutex = nullptr;
  Suspension* suspension = nullptr;  // Under spin_; nullptr: not yet published.
  TimedWaiter* timed = nullptr;
};

struct Condition::TimedWaiter : Waiter {
  enum State : std::uint32_t { kWaiting, kSignalled, kExpired };
  std::atomic<std::uint32_t> state{kWaiting};
  std::atomic<int> references{2};  // The waiter's and the timer's.

  bool Claim(State by) {
    std::uint32_t expected = kWaiting;
    return state.compare_exchange_strong(expected, by, std::memory_order_acq_rel);
  }
  void Drop() {
    if (references.fetch_sub(1, std::memory_order_acq_rel) == 1) PoolDelete(this);
  }
};

void Condition::Publish(Suspension* suspension, void* argument) {
  Waiter* const waiter = static_cast<Waiter*>(argument);
  Condition* const condition = waiter->condition;
  Mutex* const mutex = waiter->mutex;
  bool expired = false;
  {
    std::lock_guard<SpinLock> hold(condition->spin_);
    TimedWaiter* const timed = waiter->timed;
    // The timer may have fired already; it finds us unpublished and leaves the resuming to us.
    expired =
        timed != nullptr && timed->state.load(std::memory_order_acquire) != TimedWaiter::kWaiting;
    if (!expired) {
      waiter->suspension = suspension;
      condition->waiters_.PushBack(waiter);
      condition->waiting_.fetch_add(1, std::memory_order_relaxed);
    }
  }
  // From here on a signal may resume the waiter: what stays alive until then is the mutex, which it
  // needs to go on.
  mutex->unlock();
  if (expired) Resume(suspension);
}

void Condition::Wait(Mutex& mutex, SuspendMode mode) {
  Waiter waiter;
  waiter.condition = this;
  waiter.mutex = &mutex;
  Suspension suspension("a condition");
  Suspend(suspension, mode, Publish, &waiter);
  mutex.lock(mode);
}

bool Condition::WaitUntil(Mutex& mutex, std::int64_t deadline_ns, SuspendMode mode) {
  const Activity* const activity = CurrentActivity();
  Pool* const pool =
      activity != nullptr && activity->client != nullptr ? &activity->client->pool() : pool_;
  HEDDLE_CHECK(pool != nullptr)
      << "a thread without a client waits with a deadline on a condition without a pool";
  TimedWaiter* const waiter = PoolNew<TimedWaiter>();
  waiter->condition = this;
  waiter->mutex = &mutex;
  waiter->timed = waiter;
  const PollingServices::Id timer = pool->polling().AddTimer(deadline_ns, Expire, waiter);
  Suspension suspension("a condition");
  Suspend(suspension, mode, Publish, static_cast<Waiter*>(waiter));
  const bool signalled = waiter->state.load(std::memory_order_acquire) == TimedWaiter::kSignalled;
  if (signalled && pool->polling().CancelTimer(timer)) waiter->Drop();
  waiter->Drop();
  mutex.lock(mode);
  return signalled;
}

void Condition::Expire(void* argument) {
  TimedWaiter* const waiter = static_cast<TimedWaiter*>(argument);
  if (waiter->Claim(TimedWaiter::kExpired)) {
    // The waiter has not been resumed, and only we or its Publish() can: the condition lives.
    Condition* const condition = waiter->condition;
    Suspension* suspension = nullptr;
    {
      std::lock_guard<SpinLock> hold(condition->spin_);
      suspension = waiter->suspension;
      if (waiter->linked()) {  // Not where a Pop() that lost the claim took it out.
        condition->waiters_.Remove(waiter);
        condition->waiting_.fetch_sub(1, std::memory_order_relaxed);
      }
    }
    if (suspension != nullptr) Resume(suspension);
  }
  waiter->Drop();
}

Condition::Waiter* Condition::Pop() {
  for (;;) {
    Waiter* const waiter = waiters_.PopFront();
    if (waiter == nullptr) return nullptr;
    waiting_.fetch_sub(1, std::memory_order_relaxed);
    if (waiter->timed == nullptr || waiter->timed->Claim(TimedWaiter::kSignalled)) return waiter;
  }
}

void Condition::Signal() {
  if (waiting_.load(std::memory_order_relaxed) == 0) return;
  Suspension* suspension = nullptr;
  {
    std::lock_guard<SpinLock> hold(spin_);
    if (Waiter* const waiter = Pop(); waiter != nullptr) suspension = waiter->suspension;
  }
  if (suspension != nullptr) Resume(suspension);
}

void Condition::Broadcast() {
  if (waiting_.load(std::memory_order_relaxed) == 0) return;
  internal::WaitList wake;
  {
    std::lock_guard<SpinLock> hold(spin_);
    while (Waiter* const waiter = Pop()) wake.PushBack(waiter->suspension);
  }
  internal::ResumeAll(wake.TakeAll());
}

}  // namespace heddle
