// Which ready task runs next: the interface behind which the schedulers of a client stand.
#ifndef HEDDLE_COMPONENTS_READY_QUEUE_POLICY_H_
#define HEDDLE_COMPONENTS_READY_QUEUE_POLICY_H_

#include "components/ready_queue/task.h"

namespace heddle {

// The ready tasks of one client. The pool calls it with `worker`, the index of the calling slot in
// [0, workers), or kNoWorker from a thread that holds no slot. At most one thread acts as a given
// worker at a time, and successive holders of a slot are ordered by happens-before, so that a
// policy may keep plain data per worker.
//
// Every method is a no-suspend section: blocking there is a named abort. What happens before
// Push(t) happens before the Pop that returns t.
class Policy {
 public:
  static constexpr int kNoWorker = -1;

  virtual ~Policy() = default;

  // Takes over a ready task. The pool wakes a worker after it returns.
  // Thread safety: any thread.  Blocking: never suspends; may spin for a short lock.
  virtual void Push(Task* task, int worker) = 0;

  // Takes over a list of ready tasks linked by `next`, in order.
  virtual void PushList(Task* first, int worker) {
    while (first != nullptr) {
      Task* next = first->next;
      Push(first, worker);
      first = next;
    }
  }

  // The next task that is at hand for `worker` without taking from another worker's part, or
  // nullptr.
  // Thread safety: any thread; one at a time per worker.
  virtual Task* PopLocal(int worker) = 0;

  // The next task from anywhere, or nullptr where none was found. A nullptr that is due to a race
  // with another worker is allowed as long as that worker found a task.
  virtual Task* PopAny(int worker) = 0;

  // Takes the most recently pushed task of `worker` where its owner is `owner`, else nothing: how a
  // wait runs what it waits for. The default never finds one, and the wait suspends instead.
  virtual Task* PopOwned(int worker, void* owner) {
    (void)worker;
    (void)owner;
    return nullptr;
  }

  // Whether PopAny could find something; asked by workers about to sleep after they announced it
  // (see sync/event_count.h). Must not miss a Push that happened before.
  virtual bool Empty() const = 0;

  // The same for one worker: whether PopAny(worker) could find something. A task that is pinned to
  // another worker keeps Empty() false but not this one, so that the others can sleep while it
  // waits for its worker.
  virtual bool EmptyFor(int worker) const {
    (void)worker;
    return Empty();
  }

  virtual const char* name() const = 0;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_READY_QUEUE_POLICY_H_
