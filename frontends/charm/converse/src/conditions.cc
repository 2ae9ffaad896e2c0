#include "frontends/charm/converse/src/conditions.h"

#include <algorithm>
#include <limits>

#include "components/base/clock.h"

namespace heddle::converse {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kSecond = 1000 * kMillisecond;
constexpr std::int64_t kPeriodNs[] = {
    kMillisecond,   10 * kMillisecond,   100 * kMillisecond,  kSecond,       5 * kSecond,
    10 * kSecond,   60 * kSecond,        120 * kSecond,       300 * kSecond, 600 * kSecond,
    3600 * kSecond, 12 * 3600 * kSecond, 24 * 3600 * kSecond,
};
// How often an idle PE raises CcdPROCESSOR_STILL_IDLE: often at first, and then as often as costs
// little.
constexpr std::int64_t kFirstStillIdle = 50'000;
constexpr std::int64_t kLastStillIdle = kMillisecond;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr int kMostConditions = 1 << 16;

}  // namespace

static_assert(std::size(kPeriodNs) == CcdPERIODIC_LAST - CcdPERIODIC_FIRST);

Conditions::Conditions(Place& place)
    : place_(place), polling_(place.lane().client().pool().polling()), lists_(CcdUSERMAX + 1) {}

Conditions::~Conditions() { polling_.RemoveTimer(timer_); }

void Conditions::CallAfter(CcdVoidFn function, void* argument, double milliseconds) {
  const double wait = std::clamp(milliseconds * kMillisecond, 0.0, 1e18);
  timers_.emplace(NowNs() + static_cast<std::int64_t>(wait),
                  Timer{function, argument, next_timer_++});
  ++timed_;
}

int Conditions::CallOn(int condition, CcdCondFn function, void* argument, bool keep) {
  if (condition < 0 || condition >= kMostConditions) {
    CmiAbort("there is no condition %d: they are 0 to %d", condition, kMostConditions - 1);
  }
  if (lists_.size() <= static_cast<unsigned>(condition))
    lists_.resize(static_cast<unsigned>(condition) + 1);
  List& list = lists_[static_cast<unsigned>(condition)];
  if (IsPeriod(condition)) {
    const auto period = static_cast<unsigned>(condition - CcdPERIODIC_FIRST);
    if (list.Empty()) period_due_[period] = NowNs() + kPeriodNs[period];
    ++timed_;
  }
  const int index = list.next++;
  (keep ? list.keep : list.once).emplace(index, Callback{function, argument});
  return index;
}

void Conditions::Cancel(int condition, int index, bool keep) {
  if (condition < 0 || static_cast<unsigned>(condition) >= lists_.size()) return;
  List& list = lists_[static_cast<unsigned>(condition)];
  const std::size_t erased = (keep ? list.keep : list.once).erase(index);
  if (IsPeriod(condition)) timed_ -= static_cast<int>(erased);
}

void Conditions::Raise(int condition) {
  if (!Wants(condition)) return;
  const auto place = static_cast<std::size_t>(condition);  // Callbacks may make the vector longer.
  const int end = lists_[place].next;
  for (;;) {
    auto& once = lists_[place].once;
    if (once.empty() || once.begin()->first >= end) break;
    const Callback callback = once.begin()->second;
    once.erase(once.begin());
    if (IsPeriod(condition)) --timed_;
    callback.function(callback.argument);
  }
  for (int index = -1;;) {
    auto& keep = lists_[place].keep;
    const auto next = keep.upper_bound(index);
    if (next == keep.end() || next->first >= end) break;
    index = next->first;
    const Callback callback = next->second;
    callback.function(callback.argument);
  }
}

void Conditions::RunDue() {
  const std::int64_t now = NowNs();
  const std::uint64_t end = next_timer_;
  while (!timers_.empty()) {
    const auto first = timers_.begin();
    if (first->first > now || first->second.number >= end) break;
    const Timer timer = first->second;
    timers_.erase(first);
    --timed_;
    timer.function(timer.argument, CmiWallTimer());
  }
  for (int period = 0; period < kPeriods; ++period) {
    const int condition = CcdPERIODIC_FIRST + period;
    std::int64_t& due = period_due_[static_cast<unsigned>(period)];
    if (!Wants(condition) || due > now) continue;
    due = std::max(due + kPeriodNs[period], now + kPeriodNs[period] / 2);
    Raise(condition);
  }
}

std::int64_t Conditions::NextTime(std::int64_t now) const {
  std::int64_t next = timers_.empty() ? kNever : timers_.begin()->first;
  if (timed_ > static_cast<int>(timers_.size())) {
    for (int period = 0; period < kPeriods; ++period) {
      if (Wants(CcdPERIODIC_FIRST + period))
        next = std::min(next, period_due_[static_cast<unsigned>(period)]);
    }
  }
  if (WantsToBeAwake()) next = std::min(next, std::max(still_idle_due_, now));
  if (Wants(CcdPROCESSOR_LONG_IDLE)) next = std::min(next, std::max(long_idle_due_, now));
  return next;
}

void Conditions::BeginIdle() {
  if (idle_) return;
  idle_ = true;
  still_idle_due_ = 0;
  still_idle_step_ = kFirstStillIdle;
  long_idle_due_ = kNever;  // The clock is read where somebody asks for it.
  Raise(CcdPROCESSOR_BEGIN_IDLE);
}

void Conditions::StillIdle() {
  const bool still = WantsToBeAwake();
  const bool late = Wants(CcdPROCESSOR_LONG_IDLE);
  if (!still && !late && timed_ == 0) return;
  std::int64_t now = NowNs();
  if (still && now >= still_idle_due_) {
    still_idle_due_ = now + still_idle_step_;
    still_idle_step_ = std::min(2 * still_idle_step_, kLastStillIdle);
    Raise(CcdPROCESSOR_STILL_IDLE);
  }
  if (late) {
    if (long_idle_due_ == kNever) long_idle_due_ = now + long_idle_ns;
    if (now >= long_idle_due_) {
      long_idle_due_ = now + long_idle_ns;
      Raise(CcdPROCESSOR_LONG_IDLE);
    }
  }
  Periodic();
  now = NowNs();
  const std::int64_t next = NextTime(now);
  if (next != kNever) Arm(next);
}

void Conditions::EndIdle() {
  if (!idle_) return;
  idle_ = false;
  Raise(CcdPROCESSOR_END_IDLE);
}

void Conditions::Arm(std::int64_t deadline) {
  if (armed_.load(std::memory_order_acquire)) {
    if (timer_deadline_ <= deadline) return;
    // Where it cannot be cancelled it fires now, and the place looks again.
    if (!polling_.CancelTimer(timer_)) return;
  }
  armed_.store(true, std::memory_order_relaxed);
  timer_deadline_ = deadline;
  timer_ = polling_.AddTimer(deadline, &Conditions::Fire, this);
}

void Conditions::Fire(void* self) {
  auto* const conditions = static_cast<Conditions*>(self);
  // First: who has been woken by this must find that a new one is needed.
  conditions->armed_.store(false, std::memory_order_release);
  conditions->place_.Wake();
}

}  // namespace heddle::converse
