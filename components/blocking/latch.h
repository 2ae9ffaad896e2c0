// Waits until something has been counted down to zero, once.
#ifndef HEDDLE_COMPONENTS_BLOCKING_LATCH_H_
#define HEDDLE_COMPONENTS_BLOCKING_LATCH_H_

#include <atomic>
#include <cstdint>

#include "components/base/check.h"
#include "components/blocking/event.h"

namespace heddle {

// One-shot; any number may wait. May be destroyed once a Wait() has returned, also while
// CountDown() has not, provided that nobody else still waits.
class Latch {
 public:
  explicit Latch(std::int64_t count) : count_(count) {
    HEDDLE_CHECK_GE(count, 0);
    if (count == 0) zero_.Set();
  }
  Latch(const Latch&) = delete;
  Latch& operator=(const Latch&) = delete;

  // True for the call that reached zero.
  // Thread safety: any thread.  Blocking: never.  Memory order: happens before each Wait() returns.
  // Errors: dies where it goes below zero.  Cost: one RMW.
  bool CountDown(std::int64_t n = 1) {
    const std::int64_t left = count_.fetch_sub(n, std::memory_order_acq_rel) - n;
    HEDDLE_CHECK_GE(left, 0) << "a latch was counted down too far";
    if (left != 0) return false;  // Zero was not reached here: not ours to touch any more.
    zero_.Set();
    return true;
  }

  // Whether a Wait() would return at once.  Thread safety: any thread.  Memory order: acquire where
  // true.
  bool IsZero() const { return zero_.IsSet(); }

  // Thread safety: any thread.  Blocking: suspends until zero.  Errors: as Suspend().
  void Wait(SuspendMode mode = SuspendMode::kHold) { zero_.Wait(mode); }

 private:
  std::atomic<std::int64_t> count_;
  Event zero_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_BLOCKING_LATCH_H_
