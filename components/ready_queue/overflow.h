// Where a worker's deque spills its oldest tasks when its ring is full: a list of blocks without
// bound.
//
// Layout: blocks of up to kTasks task pointers in a list under a lock, oldest first. The lock is
// taken once a block, so that its cost and that of the block's allocation are spread over hundreds
// of tasks. size_ tells without the lock whether to look.
#ifndef HEDDLE_COMPONENTS_READY_QUEUE_OVERFLOW_H_
#define HEDDLE_COMPONENTS_READY_QUEUE_OVERFLOW_H_

#include <atomic>
#include <mutex>

#include "components/base/cache_line.h"
#include "components/base/intrusive_list.h"
#include "components/memory_pool/pool.h"
#include "components/ready_queue/task.h"
#include "components/sync/spin_lock.h"

namespace heddle {

// Tasks in the order in which they were pushed.
struct OverflowBlock : ListLink {
  // From the pool: an allocator that returns the pages after each burst costs more than the queue.
  static void* operator new(std::size_t bytes) { return PoolAllocate(bytes); }
  static void operator delete(void* block, std::size_t bytes) { PoolFree(block, bytes); }

  static constexpr int kTasks = 256;
  int count = 0;
  Task* tasks[kTasks];
};

// Thread safety: any thread.  Blocking: spins for a lock that is held for some ten nanoseconds.
// Memory order: what came before PushNewest(b) happens before the Take that returns b.
class Overflow {
 public:
  Overflow() = default;
  ~Overflow() {
    while (OverflowBlock* block = blocks_.PopFront()) delete block;
  }
  Overflow(const Overflow&) = delete;
  Overflow& operator=(const Overflow&) = delete;

  // Takes over a block.
  void PushNewest(OverflowBlock* block) {
    const std::lock_guard<SpinLock> lock(lock_);
    blocks_.PushBack(block);
    newest_ = block;
    SetSize(+1);
  }

  // The block pushed last, for the owner; the caller deletes it. nullptr where there is none.
  OverflowBlock* TakeNewest() {
    const std::lock_guard<SpinLock> lock(lock_);
    return Remove(newest_);
  }
  // The block pushed first, for thieves.
  OverflowBlock* TakeOldest() {
    const std::lock_guard<SpinLock> lock(lock_);
    return Remove(blocks_.front());
  }

  // A push that happened before is not missed.  Cost: one load.
  bool Empty() const { return size_.load(std::memory_order_acquire) == 0; }

 private:
  OverflowBlock* Remove(OverflowBlock* block) {
    if (block == nullptr) return nullptr;
    if (block == newest_) {
      newest_ = block == blocks_.front() ? nullptr : static_cast<OverflowBlock*>(block->previous);
    }
    blocks_.Remove(block);
    SetSize(-1);
    return block;
  }
  void SetSize(int change) {
    size_.store(size_.load(std::memory_order_relaxed) + change, std::memory_order_release);
  }

  alignas(kFalseSharingBytes) SpinLock lock_;
  IntrusiveList<OverflowBlock> blocks_;  // Guarded by lock_, as is the next.
  OverflowBlock* newest_ = nullptr;
  std::atomic<int> size_{0};  // Written under lock_.
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_READY_QUEUE_OVERFLOW_H_
