// One queue for all workers under one lock, and a mailbox a worker for pinned tasks: the frame of
// the central policies.
#ifndef HEDDLE_COMPONENTS_READY_QUEUE_CENTRAL_POLICY_H_
#define HEDDLE_COMPONENTS_READY_QUEUE_CENTRAL_POLICY_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

#include "components/base/cache_line.h"
#include "components/base/check.h"
#include "components/ready_queue/mailbox.h"
#include "components/ready_queue/policy.h"
#include "components/sync/spin_lock.h"

namespace heddle {

// Queue: void Push(Task*); Task* Pop(); Task* PopIf(void* owner); for one thread at a time. The
// order is the queue's over all workers; pinned tasks are outside of it and first. Right for coarse
// tasks whose order matters; every push and pop writes one shared line (see README.md for what this
// costs).
// Thread safety: any thread.  Blocking: spins for a lock that is held for one operation of the
// queue.
template <class Queue>
class CentralPolicy : public Policy {
 public:
  explicit CentralPolicy(int workers, Queue queue = Queue())
      : workers_(workers), mailboxes_(new Mailbox[workers]), queue_(std::move(queue)) {}

  void Push(Task* task, int worker) override { PushList(Cut(task), worker); }

  void PushList(Task* first, int) override {
    while (first != nullptr) {
      if (first->flags & kTaskPinned) {
        Task* next = first->next;
        MailboxOf(first->worker).Push(first);
        first = next;
      } else {
        first = PushMovable(first);
      }
    }
  }

  Task* PopLocal(int worker) override {
    Mailbox& mailbox = MailboxOf(worker);
    if (!mailbox.Empty()) {
      if (Task* task = mailbox.Pop()) return task;
    }
    if (size_.load(std::memory_order_acquire) == 0) return nullptr;
    const std::lock_guard<SpinLock> lock(lock_);
    return Count(queue_.Pop());
  }

  Task* PopAny(int worker) override { return PopLocal(worker); }

  Task* PopOwned(int, void* owner) override {
    if (size_.load(std::memory_order_acquire) == 0) return nullptr;
    const std::lock_guard<SpinLock> lock(lock_);
    return Count(queue_.PopIf(owner));
  }

  bool Empty() const override {
    for (int worker = 0; worker < workers_; ++worker) {
      if (!mailboxes_[worker].Empty()) return false;
    }
    return size_.load(std::memory_order_acquire) == 0;
  }

  bool EmptyFor(int worker) const override {
    return size_.load(std::memory_order_acquire) == 0 && mailboxes_[worker].Empty();
  }

 private:
  static Task* Cut(Task* task) {
    task->next = nullptr;
    return task;
  }

  Mailbox& MailboxOf(int worker) {
    HEDDLE_CHECK(worker >= 0 && worker < workers_)
        << "worker " << worker << " of " << workers_ << " in policy " << name();
    return mailboxes_[worker];
  }

  // Pushes the tasks up to the first pinned one under one lock; returns the rest.
  Task* PushMovable(Task* first) {
    const std::lock_guard<SpinLock> lock(lock_);
    std::size_t count = 0;
    while (first != nullptr && !(first->flags & kTaskPinned)) {
      Task* next = first->next;
      queue_.Push(first);
      first = next;
      ++count;
    }
    size_.store(size_.load(std::memory_order_relaxed) + count, std::memory_order_release);
    return first;
  }

  Task* Count(Task* popped) {
    if (popped != nullptr) {
      size_.store(size_.load(std::memory_order_relaxed) - 1, std::memory_order_release);
    }
    return popped;
  }

  const int workers_;
  const std::unique_ptr<Mailbox[]> mailboxes_;
  alignas(kFalseSharingBytes) SpinLock lock_;
  std::atomic<std::size_t> size_{0};  // Written under lock_: tells without it whether to look.
  Queue queue_;                       // Guarded by lock_.
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_READY_QUEUE_CENTRAL_POLICY_H_
