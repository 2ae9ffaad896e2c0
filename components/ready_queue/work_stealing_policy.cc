#include "components/ready_queue/work_stealing_policy.h"

#include <algorithm>
#include <new>
#include <utility>

#include "components/base/check.h"
#include "components/base/fence.h"

namespace heddle {

namespace {

StealOrder CheckedOrder(int workers, StealOrder order) {
  HEDDLE_CHECK(workers > 0) << workers << " workers";
  if (order.empty()) {
    order.resize(workers, {{}});
    for (int worker = 0; worker < workers; ++worker) {
      for (int victim = 0; victim < workers; ++victim) {
        if (victim != worker) order[worker][0].push_back(victim);
      }
    }
  }
  HEDDLE_CHECK_EQ(order.size(), static_cast<std::size_t>(workers));
  for (int worker = 0; worker < workers; ++worker) {
    for (const std::vector<int>& ring : order[worker]) {
      for (int victim : ring) {
        HEDDLE_CHECK(victim >= 0 && victim < workers && victim != worker)
            << "worker " << worker << " of " << workers << " cannot steal from " << victim;
      }
    }
  }
  return order;
}

}  // namespace

WorkStealingPolicy::WorkStealingPolicy(int workers, StealOrder steal_order,
                                       std::size_t deque_capacity, OwnOrder own_order)
    : oldest_first_(own_order == OwnOrder::kOldestFirst),
      count_(workers),
      workers_(static_cast<Worker*>(
          ::operator new (sizeof(Worker) * workers, std::align_val_t{alignof(Worker)}))) {
  HEDDLE_CHECK_GE(deque_capacity, 2u);
  StealOrder order = CheckedOrder(workers, std::move(steal_order));
  for (int worker = 0; worker < workers; ++worker) {
    new (&workers_[worker]) Worker(deque_capacity, worker);
    workers_[worker].rings = std::move(order[worker]);
    std::erase_if(workers_[worker].rings, [](const auto& ring) { return ring.empty(); });
  }
}

WorkStealingPolicy::~WorkStealingPolicy() {
  for (int worker = 0; worker < count_; ++worker) workers_[worker].~Worker();
  ::operator delete (workers_, std::align_val_t{alignof(Worker)});
}

void WorkStealingPolicy::PushElsewhere(Task* task) {
  if ((task->flags & kTaskPinned) == 0) return injected_.Push(task);
  HEDDLE_CHECK(task->worker >= 0 && task->worker < count_)
      << "a task is pinned to worker " << task->worker << " of " << count_;
  workers_[task->worker].mailbox.Push(task);
}

// Spills the oldest tasks of the ring until there is room; thieves may have made some meanwhile.
void WorkStealingPolicy::PushFull(Task* task, int worker) {
  Worker& self = workers_[worker];
  const int most =
      static_cast<int>(std::min<std::size_t>(OverflowBlock::kTasks, self.deque.capacity() / 2));
  do {
    const Transit transit(self);
    auto* block = new OverflowBlock;
    block->count = self.deque.TakeOldest(block->tasks, most);
    if (block->count > 0) {
      self.overflow.PushNewest(block);
    } else {
      delete block;
    }
  } while (!self.deque.Push(task));
}

void WorkStealingPolicy::PushList(Task* first, int worker) {
  bool movable = worker != kNoWorker;
  for (Task* task = first; task != nullptr && movable; task = task->next) {
    movable = (task->flags & kTaskPinned) == 0;
  }
  if (!movable) return Policy::PushList(first, worker);
  while ((first = workers_[worker].deque.PushList(first)) != nullptr) {
    Task* next = first->next;
    PushFull(first, worker);
    first = next;
  }
}

// The deque is empty, so that a block, at most half as large, fits.
Task* WorkStealingPolicy::Unpack(Worker& self, OverflowBlock* block) {
  Task* oldest = block->tasks[0];
  for (int i = 1; i < block->count; ++i) {
    const bool pushed = self.deque.Push(block->tasks[i]);
    HEDDLE_CHECK(pushed) << "a block of " << block->count << " does not fit into an empty deque of "
                         << self.deque.capacity();
  }
  delete block;
  return oldest;
}

Task* WorkStealingPolicy::PopOverflow(Worker& self) {
  const Transit transit(self);
  OverflowBlock* block = oldest_first_ ? self.overflow.TakeOldest() : self.overflow.TakeNewest();
  if (block == nullptr) return nullptr;
  if (oldest_first_) return Unpack(self, block);
  std::rotate(block->tasks, block->tasks + block->count - 1, block->tasks + block->count);
  return Unpack(self, block);  // Its newest, which stands first now.
}

Task* WorkStealingPolicy::PopInjected(Worker& self) {
  self.until_injected = kInjectedEvery;
  if (injected_.Empty()) return nullptr;
  const Transit transit(self);
  Task* tasks[kInjectedBatch];
  const int room = static_cast<int>(std::min<std::size_t>(kInjectedBatch - 1, self.deque.Room()));
  const int count = injected_.Take(tasks, 1 + room);
  if (count == 0) return nullptr;
  for (int i = 1; i < count; ++i) {  // So that the worker pops them in the order of submission.
    const bool pushed = self.deque.Push(tasks[oldest_first_ ? i : count - i]);
    HEDDLE_CHECK(pushed);
  }
  return tasks[0];
}

Task* WorkStealingPolicy::PopAny(int worker) {
  if (Task* task = PopLocalFast(worker)) return task;
  Worker& self = workers_[worker];
  if (Task* task = PopInjected(self)) return task;
  return Steal(self);
}

// The last victim first, then ring by ring, each from a random start.
Task* WorkStealingPolicy::Steal(Worker& self) {
  if (self.last_victim >= 0) {
    if (Task* task = StealFrom(self, self.last_victim)) return task;
    self.last_victim = -1;
  }
  for (const std::vector<int>& ring : self.rings) {
    const std::size_t size = ring.size();
    std::size_t next = self.random.Below(static_cast<std::uint32_t>(size));
    for (std::size_t tried = 0; tried < size; ++tried) {
      const int victim = ring[next];
      if (++next == size) next = 0;
      if (Task* task = StealFrom(self, victim)) {
        self.last_victim = victim;
        return task;
      }
    }
  }
  return nullptr;
}

// Two attempts: who loses twice leaves the victim to the winners.
Task* WorkStealingPolicy::StealFrom(Worker& self, int victim) {
  Worker& from = workers_[victim];
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (!from.overflow.Empty()) {
      const Transit transit(self);
      if (OverflowBlock* block = from.overflow.TakeOldest()) return Unpack(self, block);
    }
    if (from.deque.Empty()) return nullptr;
    const Transit transit(self);
    Task* first;
    if (from.deque.StealHalf(self.deque, &first, kStealMost) > 0) return first;
  }
  return nullptr;
}

std::uint64_t WorkStealingPolicy::SumOfMoves() const {
  std::uint64_t sum = 0;
  for (int worker = 0; worker < count_; ++worker) {
    const std::uint64_t moves = workers_[worker].moves.load(std::memory_order_acquire);
    if (moves & 1) return 1;  // In transit.
    sum += moves;
  }
  return sum;
}

// Mailboxes are looked at for `worker`, or for all where it is kNoWorker.
bool WorkStealingPolicy::EmptyBut(int worker) const {
  const std::uint64_t before = SumOfMoves();
  if (before & 1) return false;
  for (int other = 0; other < count_; ++other) {
    const Worker& from = workers_[other];
    if ((worker == kNoWorker || worker == other) && !from.mailbox.Empty()) return false;
    if (!from.deque.Empty() || !from.overflow.Empty()) return false;
  }
  if (!injected_.Empty()) return false;
  FullFence();  // Makes the relaxed looks above acquires.
  return SumOfMoves() == before;
}

bool WorkStealingPolicy::Empty() const { return EmptyBut(kNoWorker); }

bool WorkStealingPolicy::EmptyFor(int worker) const { return EmptyBut(worker); }

}  // namespace heddle
