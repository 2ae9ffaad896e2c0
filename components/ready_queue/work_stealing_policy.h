// "ws", the default policy: a deque for each worker, newest first for its owner, oldest first for
// thieves, nearest thieves' victims first. "ws_fifo": oldest first for its owner, too.
//
// A worker's part, in the order in which its PopLocal looks:
//   mailbox    pinned tasks; pushed by anyone, popped by the worker
//   deque      what the worker pushed: work_stealing_deque.h
//   overflow   the oldest of it, when the ring was full: blocks of 256; thieves look here first and
//              take whole blocks
//   moves      odd while the worker holds tasks that are in none of these (between two queues);
//              written by the worker
// and one injection queue for the pushes of threads that hold no slot.
//
// Empty() misses nothing that was pushed: a task in transit is announced by `moves`. Empty() reads
// all of them, then all queues, then all `moves` again; where one is odd or has changed it answers
// false. For a task to be missed it must leave a queue before that is read, hence with moves odd
// before (its removal is a release, the read of the queue an acquire), and it comes to rest before
// moves is even again; so the second reading sees another value than the first, or the first saw
// the new one and the queue in which the task rests is read after it. The body of a task that was
// taken for good is not its business.
#ifndef HEDDLE_COMPONENTS_READY_QUEUE_WORK_STEALING_POLICY_H_
#define HEDDLE_COMPONENTS_READY_QUEUE_WORK_STEALING_POLICY_H_

#include <atomic>
#include <cstdint>
#include <vector>

#include "components/base/cache_line.h"
#include "components/base/random.h"
#include "components/ready_queue/injection_queue.h"
#include "components/ready_queue/mailbox.h"
#include "components/ready_queue/overflow.h"
#include "components/ready_queue/policy.h"
#include "components/ready_queue/work_stealing_deque.h"

namespace heddle {

// steal_order[worker][ring]: the workers at the same distance from `worker`, the nearest ring
// first.
using StealOrder = std::vector<std::vector<std::vector<int>>>;

class WorkStealingPolicy final : public Policy {
 public:
  // In which order a worker runs what it has pushed itself. kNewestFirst goes deep first: little is
  // ready at a time, and a successor finds its predecessor's data in the cache. kOldestFirst goes
  // through chains of tasks side by side, in about the order in which their descriptors were made,
  // hence along the memory; of more than `deque_capacity` ready tasks a worker runs the newer ones
  // first.  Cost of kOldestFirst: a CAS a pop.
  enum class OwnOrder { kNewestFirst, kOldestFirst };

  // An empty `steal_order`: all others are in one ring. `deque_capacity`: a power of two, at least
  // 2.
  explicit WorkStealingPolicy(int workers, StealOrder steal_order = {},
                              std::size_t deque_capacity = 1024,
                              OwnOrder own_order = OwnOrder::kNewestFirst);
  ~WorkStealingPolicy() override;

  void Push(Task* task, int worker) override { PushFast(task, worker); }
  void PushList(Task* first, int worker) override;
  Task* PopLocal(int worker) override { return PopLocalFast(worker); }
  // Takes batches: from the injection queue up to 32, from a victim up to half of its deque or a
  // block of its overflow. The first is returned, the rest goes to the worker's own deque, from
  // which others steal in turn: the pool may wake another.
  Task* PopAny(int worker) override;
  Task* PopOwned(int worker, void* owner) override { return PopOwnedFast(worker, owner); }
  bool Empty() const override;
  bool EmptyFor(int worker) const override;
  const char* name() const override { return oldest_first_ ? "ws_fifo" : "ws"; }

  // The same as the virtual functions, inline for the pool.
  // Cost: PushFast about 2 ns, PopLocalFast about 8 ns.
  void PushFast(Task* task, int worker) {
    if (worker == kNoWorker || (task->flags & kTaskPinned) != 0) [[unlikely]] {
      PushElsewhere(task);
    } else if (!workers_[worker].deque.Push(task)) [[unlikely]] {
      PushFull(task, worker);
    }
  }

  Task* PopLocalFast(int worker) {
    Worker& self = workers_[worker];
    if (!self.mailbox.Empty()) [[unlikely]] {
      if (Task* task = self.mailbox.Pop()) return task;
    }
    if (--self.until_injected == 0) [[unlikely]] {
      if (Task* task = PopInjected(self)) return task;
    }
    if (Task* task = oldest_first_ ? PopOldest(self) : self.deque.Pop()) return task;
    return self.overflow.Empty() ? nullptr : PopOverflow(self);
  }

  Task* PopOwnedFast(int worker, void* owner) {
    Worker& self = workers_[worker];
    const Transit transit(self);
    return self.deque.PopIf(owner);
  }

 private:
  // Every so many pops of its own a worker looks at the injection queue first: work that begets
  // work must not starve it.
  static constexpr std::uint32_t kInjectedEvery = 64;
  static constexpr int kInjectedBatch = 32;
  static constexpr int kStealMost = 128;

  struct alignas(kFalseSharingBytes) Worker {
    Worker(std::size_t capacity, int index) : deque(capacity), random(index) {}

    WorkStealingDeque deque;
    Mailbox mailbox;
    Overflow overflow;
    alignas(kFalseSharingBytes) std::atomic<std::uint64_t> moves{0};
    // The worker's own.
    std::uint32_t until_injected = kInjectedEvery;
    int last_victim = -1;
    Random random;
    std::vector<std::vector<int>> rings;
  };

  // Marks that the worker holds tasks which are in no queue.
  class Transit {
   public:
    explicit Transit(Worker& worker)
        : moves_(worker.moves), before_(moves_.load(std::memory_order_relaxed)) {
      moves_.store(before_ + 1, std::memory_order_relaxed);
    }
    ~Transit() { moves_.store(before_ + 2, std::memory_order_release); }
    Transit(const Transit&) = delete;
    Transit& operator=(const Transit&) = delete;

   private:
    std::atomic<std::uint64_t>& moves_;
    const std::uint64_t before_;
  };

  void PushElsewhere(Task* task);
  void PushFull(Task* task, int worker);
  static Task* PopOldest(Worker& self) {
    while (!self.deque.Empty()) {
      Task* task;
      if (self.deque.TakeOldest(&task, 1) == 1) return task;  // Else a thief was faster.
    }
    return nullptr;
  }
  Task* PopOverflow(Worker& self);
  Task* PopInjected(Worker& self);
  Task* Unpack(Worker& self, OverflowBlock* block);
  Task* StealFrom(Worker& self, int victim);
  Task* Steal(Worker& self);
  std::uint64_t SumOfMoves() const;
  bool EmptyBut(int worker) const;

  const bool oldest_first_;
  const int count_;
  Worker* const workers_;  // An array of count_.
  InjectionQueue injected_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_READY_QUEUE_WORK_STEALING_POLICY_H_
