#include "components/worker_pool/polling.h"

#include <algorithm>
#include <mutex>

#include "components/worker_pool/activity.h"

namespace heddle {
namespace {
constexpr std::int64_t kFirstPollIntervalNs = 20'000;
constexpr std::int64_t kMostOutstandingIntervalNs = 200'000;
}  // namespace

void PollingServices::Changed() {
  any_.store(!services_.empty() || !timers_.empty(), std::memory_order_seq_cst);
}

PollingServices::Id PollingServices::AddService(PollResult (*poll)(void*), void* argument) {
  Id id = 0;
  {
    std::lock_guard<SpinLock> hold(lock_);
    id = next_id_++;
    services_.push_back(Service{id, poll, argument});
    Changed();
  }
  if (wake_ != nullptr) wake_(wake_argument_);
  return id;
}

void PollingServices::RemoveService(Id id) {
  std::lock_guard<SpinLock> polling(poll_lock_);  // No call is under way.
  std::lock_guard<SpinLock> hold(lock_);
  std::erase_if(services_, [id](const Service& service) { return service.id == id; });
  Changed();
}

PollingServices::Id PollingServices::AddTimer(std::int64_t deadline_ns, void (*fire)(void*),
                                              void* argument) {
  Id id = 0;
  bool first = false;
  {
    std::lock_guard<SpinLock> hold(lock_);
    id = next_id_++;
    first = timers_.empty() || deadline_ns < timers_.begin()->first;
    timers_.emplace(deadline_ns, Timer{id, fire, argument});
    Changed();
  }
  if (first && wake_ != nullptr) wake_(wake_argument_);
  return id;
}

bool PollingServices::CancelTimer(Id id) {
  std::lock_guard<SpinLock> hold(lock_);
  const auto timer = std::find_if(timers_.begin(), timers_.end(),
                                  [id](const auto& entry) { return entry.second.id == id; });
  if (timer == timers_.end()) return false;
  timers_.erase(timer);
  Changed();
  return true;
}

void PollingServices::RemoveTimer(Id id) {
  std::lock_guard<SpinLock> polling(poll_lock_);  // No call is under way.
  (void)CancelTimer(id);
}

bool PollingServices::Poll(std::int64_t now_ns, std::int64_t* next_ns, bool* progress) {
  *next_ns = kMostPollIntervalNs;
  if (!poll_lock_.try_lock()) return false;
  std::lock_guard<SpinLock> polling(poll_lock_, std::adopt_lock);
  const NoSuspendSection no_suspend;
  // Timers. Fired outside of the table's lock: they may add others.
  for (;;) {
    Timer due;
    {
      std::lock_guard<SpinLock> hold(lock_);
      if (timers_.empty()) break;
      const auto first = timers_.begin();
      if (first->first > now_ns) {
        *next_ns = std::min(*next_ns, first->first - now_ns);
        break;
      }
      due = first->second;
      timers_.erase(first);
      Changed();
    }
    due.fire(due.argument);
    *progress = true;
  }
  // Services. Only the holder of poll_lock_ removes any, so that indices stay right while the table is unlocked.
  for (std::size_t i = 0;; ++i) {
    Service service;
    {
      std::lock_guard<SpinLock> hold(lock_);
      if (i >= services_.size()) break;
      service = services_[i];
    }
    if (service.due_ns <= now_ns) {
      switch (service.poll(service.argument)) {
        case PollResult::kProgress:
          *progress = true;
          service.interval_ns = 0;
          break;
        case PollResult::kOutstanding:
          service.interval_ns = std::clamp<std::int64_t>(service.interval_ns * 2, kFirstPollIntervalNs,
                                                         kMostOutstandingIntervalNs);
          break;
        case PollResult::kIdle:
          service.interval_ns = std::clamp<std::int64_t>(service.interval_ns * 2, kFirstPollIntervalNs,
                                                         kMostPollIntervalNs);
          break;
      }
      service.due_ns = now_ns + service.interval_ns;
      std::lock_guard<SpinLock> hold(lock_);
      services_[i].interval_ns = service.interval_ns;
      services_[i].due_ns = service.due_ns;
    }
    *next_ns = std::min(*next_ns, std::max<std::int64_t>(service.due_ns - now_ns, 0));
  }
  return true;
}

}  // namespace heddle
