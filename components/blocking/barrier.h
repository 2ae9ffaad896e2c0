// All of a fixed number meet, again and again.
//
// Layout: how many have come and their queue, under spin_. The last one takes the queue and starts
// the next round in the same section, so that those who are quick to come again belong to the next
// round.
#ifndef HEDDLE_COMPONENTS_BLOCKING_BARRIER_H_
#define HEDDLE_COMPONENTS_BLOCKING_BARRIER_H_

#include "components/base/check.h"
#include "components/blocking/wait_list.h"
#include "components/sync/spin_lock.h"

namespace heddle {

// May be destroyed once the last round has let one go: the others do not touch it any more.
class Barrier {
 public:
  // Errors: dies where `count` is below 1.
  explicit Barrier(int count) : count_(count) { HEDDLE_CHECK_GE(count, 1); }
  Barrier(const Barrier&) = delete;
  Barrier& operator=(const Barrier&) = delete;

  // Waits for all `count`. True for one of them, the last to come.
  // Thread safety: any thread.  Blocking: suspends.  Memory order: what came before each call of a
  // round happens before all returns of it.  Errors: as Suspend(), where it must wait.  Cost: a
  // short lock twice and a suspension.
  bool Wait(SuspendMode mode = SuspendMode::kHold);

  int count() const { return count_; }

 private:
  // The caller comes as the last one: the others, to be resumed. False where it is not the last.
  bool TryComplete(Suspension** others);
  void Publish(Suspension* waiter);

  const int count_;
  SpinLock spin_;
  int waiting_ = 0;
  internal::WaitList waiters_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_BLOCKING_BARRIER_H_
