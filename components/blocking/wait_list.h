// The queue in which activities and threads stand that wait for a blocking object. For this
// package.
//
// How every object of the package waits. A waiter first tries without waiting. If it must wait, it
// suspends, and looks once more in `publish`, which runs on another stack when it can be resumed:
// under the object's lock it either finds that it need not wait any more and resumes itself, or
// enqueues itself. So nothing is held across a suspension, and a wake-up that comes between the
// first look and the second is not lost.
//
// How every object wakes. It takes waiters out of its queue under its lock, unlocks, and then
// resumes them: once the first of several has been resumed the object may be gone, and no more than
// the taken suspensions is touched.
#ifndef HEDDLE_COMPONENTS_BLOCKING_WAIT_LIST_H_
#define HEDDLE_COMPONENTS_BLOCKING_WAIT_LIST_H_

#include "components/worker_pool/suspension.h"

namespace heddle::internal {

// First in, first out.  Thread safety: under the lock of the object it belongs to.  Cost: O(1).
class WaitList {
 public:
  bool empty() const { return first_ == nullptr; }
  Suspension* front() const { return first_; }  // nullptr where empty.

  void PushBack(Suspension* waiter) {
    waiter->next = nullptr;
    *(first_ == nullptr ? &first_ : &last_->next) = waiter;
    last_ = waiter;
  }

  void PushFront(Suspension* waiter) {
    waiter->next = first_;
    if (first_ == nullptr) last_ = waiter;
    first_ = waiter;
  }

  // nullptr where there is none.
  Suspension* PopFront() {
    Suspension* const waiter = first_;
    if (waiter != nullptr) first_ = waiter->next;
    return waiter;
  }

  // All of them, linked in order, for ResumeAll().
  Suspension* TakeAll() {
    Suspension* const all = first_;
    first_ = nullptr;
    return all;
  }

 private:
  Suspension* first_ = nullptr;
  Suspension* last_ = nullptr;  // Meaningful where first_ is not nullptr.
};

// Resumes a list linked by Suspension::next, in order.  Thread safety: any thread.  Blocking:
// never.
inline void ResumeAll(Suspension* waiters) {
  while (waiters != nullptr) {
    Suspension* const next = waiters->next;  // It is gone once it is resumed.
    Resume(waiters);
    waiters = next;
  }
}

}  // namespace heddle::internal

#endif  // HEDDLE_COMPONENTS_BLOCKING_WAIT_LIST_H_
