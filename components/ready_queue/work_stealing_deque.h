// A bounded work-stealing deque: Chase and Lev (SPAA'05) with the orderings of Le, Pop, Cohen and
// Zappa Nardelli (PPoPP'13, https://doi.org/10.1145/2442516.2442524), extended by a steal of
// several items at once.
//
// Layout, and who writes what; the three parts stand kFalseSharingBytes apart:
//   bottom_   index after the newest item. Written by the owner only.
//   top_      one word: index `t` of the oldest item (48 bits) and the batch limit `d` (16 bits, at
//             least 1). Written by CAS, by thieves (t grows) and by the owner (t grows, or t stays
//             and d shrinks). Hence no word comes back while t stays, and a CAS that succeeds has
//             missed no change in between (t comes round after 2^48 steals).
//   owner's   own_bottom_ (a copy of bottom_) and cached_top_ (a lower bound of t): most pushes
//             read no shared line.
//   slots     slot i & mask is written by the owner only, and only where i - t < capacity.
//
// The difficulty of taking several items: the owner pops item i without a CAS if it is not the last
// one, so that a thief which claims [t, t+k) by moving t alone might claim i as well. Here a thief
// claims at most the items below t + d, and the owner pops without CAS only at i >= t + d; to go
// below, it first shrinks d by CAS. Since it halves the distance each time, a batch limit of n
// costs it log2(n) CASes in all. Thieves set the next limit, half of what they leave, when they
// move t.
//
// Claim: no item is taken twice. Let the owner pop i without CAS after a full fence having read the
// word v, and let a thief have read the word w, passed a full fence, read bottom b, and succeeded
// in CAS of w, claiming an item j < min(t+d, b).
//   v before w in top_'s order: the owner's fence precedes the thief's (else the owner would have
//       read w or a later word), so the thief's read of bottom_ sees the owner's store b <= i or a
//       later push; it does not claim the item popped.
//   v is w: i >= t + d > j.
//   v after w: v's t is beyond j; the owner finds i below it and gives up.
// Where the owner pops by CAS of v, no other CAS of v succeeds, and who reads the new word sees
// bottom_ <= i (release). That the owner needs no fence in this case makes a pop near the top cost
// one read-modify-write, as elsewhere.
#ifndef HEDDLE_COMPONENTS_READY_QUEUE_WORK_STEALING_DEQUE_H_
#define HEDDLE_COMPONENTS_READY_QUEUE_WORK_STEALING_DEQUE_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "components/base/cache_line.h"
#include "components/base/check.h"
#include "components/base/fence.h"
#include "components/ready_queue/task.h"

namespace heddle {

// One owner at a time pushes and pops at the bottom (LIFO), any thread steals at the top (FIFO).
// Successive owners are ordered by happens-before. What comes before a push happens before the pop
// or steal that returns the task. Nothing here blocks; pushes and pops of the owner are wait-free
// except that a pop near the top repeats where a thief moved the top meanwhile.
class WorkStealingDeque {
 public:
  // `capacity`: a power of two up to 65536. `first_index`: where the indices start, for tests of
  // their wrap-around.
  explicit WorkStealingDeque(std::size_t capacity = 1024, std::uint64_t first_index = 0);
  WorkStealingDeque(const WorkStealingDeque&) = delete;
  WorkStealingDeque& operator=(const WorkStealingDeque&) = delete;

  // Adds the newest item; false, and no change, where the ring is full.
  // Thread safety: owner.  Memory order: release.  Cost: about 1 ns; reads the shared top once per
  // `capacity` pushes.
  [[nodiscard]] bool Push(Task* task) {
    const std::uint64_t b = own_bottom_;
    if (b - cached_top_ > mask_ && !Refresh(b)) [[unlikely]]
      return false;
    slot(b).store(task, std::memory_order_relaxed);
    PublishBottom(b + 1);
    return true;
  }

  // Adds the tasks linked by `next`, in order, and publishes them at once. Returns the rest that
  // did not fit.
  // Thread safety: owner.  Memory order: release.  Cost: O(tasks).
  [[nodiscard]] Task* PushList(Task* first);

  // Takes the newest item, or nullptr where the deque is empty.
  // Thread safety: owner.  Cost: one fence or one CAS, about 6 ns; a miss where a thief has moved
  // the top.
  [[nodiscard]] Task* Pop() {
    const std::uint64_t i = own_bottom_ - 1;
    std::uint64_t word = top_.load(std::memory_order_acquire);
    std::int64_t distance = Distance(word, i);
    if (distance < 0) return nullptr;
    if (distance == 0) return PopLast(word, i);
    PublishBottom(i);
    if (distance >= Limit(word)) {
      FullFence();
      word = top_.load(std::memory_order_acquire);
      distance = Distance(word, i);
      if (distance >= Limit(word)) [[likely]]
        return slot(i).load(std::memory_order_relaxed);
    }
    return PopNearTop(word, i);
  }

  // Takes the newest item if its `owner` is `owner`. Otherwise the item is out of the deque for a
  // moment: it must be claimed before it may be looked at. A concurrent Empty() may miss it.
  // Thread safety: owner.  Cost: as Pop().
  [[nodiscard]] Task* PopIf(void* owner) {
    Task* task = Pop();
    if (task == nullptr || task->owner == owner) return task;
    const bool pushed = Push(task);  // Its slot is free again.
    HEDDLE_DCHECK(pushed);
    (void)pushed;
    return nullptr;
  }

  // Takes the oldest item, or nullptr where the deque is empty or another thread won; go on to the
  // next victim.
  // Thread safety: any thread.  Cost: one fence and one CAS; two to three misses when the owner is
  // on another core.
  [[nodiscard]] Task* Steal();

  // Takes up to half of the items, rounded up, at most `most`, and at most what the limit of the
  // last steal allows, which grows with what was found. The oldest is returned in *first, the
  // others are in `into`, in order. Returns their number; 0 and *first = nullptr where there is
  // nothing or another thread won.
  // Thread safety: the owner of `into`, another deque.  Cost: as Steal(), and 1 ns and a prefetch
  // per item.
  int StealHalf(WorkStealingDeque& into, Task** first, int most);

  // The owner takes its up to `most` oldest items, in order. Returns their number, 0 also where
  // thieves won.
  // Thread safety: owner.  Cost: one CAS, 1 ns per item.
  int TakeOldest(Task** out, int most);

  // A snapshot. Thread safety: any thread.
  std::size_t ApproximateSize() const {
    const std::uint64_t word = top_.load(std::memory_order_acquire);
    return static_cast<std::size_t>(
        std::max<std::int64_t>(0, Distance(word, bottom_.load(std::memory_order_acquire))));
  }
  // True where there was no item at one moment of the call; a push that happened before is not
  // missed.
  // Thread safety: any thread.  Cost: two loads.
  bool Empty() const { return ApproximateSize() == 0; }

  std::size_t capacity() const { return static_cast<std::size_t>(mask_) + 1; }
  // The room for pushes. Thread safety: owner.
  std::size_t Room() {
    Refresh(own_bottom_);
    return static_cast<std::size_t>(mask_ + 1 - (own_bottom_ - cached_top_));
  }

 private:
  static constexpr int kLimitBits = 16;
  static constexpr std::int64_t kMaxLimit = (1 << kLimitBits) - 1;

  // The word of the top index `t` and the limit `d`, which is clamped to [1, kMaxLimit].
  static std::uint64_t Word(std::uint64_t t, std::int64_t d) {
    return t << kLimitBits | static_cast<std::uint64_t>(std::clamp<std::int64_t>(d, 1, kMaxLimit));
  }
  static std::uint64_t Index(std::uint64_t word) { return word >> kLimitBits; }
  static std::int64_t Limit(std::uint64_t word) {
    return static_cast<std::int64_t>(word & kMaxLimit);
  }
  // index - t, where indices are taken modulo 2^48.
  static std::int64_t Distance(std::uint64_t word, std::uint64_t index) {
    const std::uint64_t t = word & ~static_cast<std::uint64_t>(kMaxLimit);
    return static_cast<std::int64_t>((index << kLimitBits) - t) >> kLimitBits;
  }

  std::atomic<Task*>& slot(std::uint64_t i) { return slots_[i & mask_]; }
  void PublishBottom(std::uint64_t b) {
    own_bottom_ = b;
    bottom_.store(b, std::memory_order_release);
  }
  bool Refresh(std::uint64_t b);
  Task* PopLast(std::uint64_t word, std::uint64_t i);
  Task* PopNearTop(std::uint64_t word, std::uint64_t i);

  alignas(kFalseSharingBytes) std::atomic<std::uint64_t> bottom_;
  alignas(kFalseSharingBytes) std::atomic<std::uint64_t> top_;
  alignas(kFalseSharingBytes) std::uint64_t own_bottom_;
  std::uint64_t cached_top_;
  std::uint64_t mask_;                           // Constant.
  std::unique_ptr<std::atomic<Task*>[]> slots_;  // Constant.
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_READY_QUEUE_WORK_STEALING_DEQUE_H_
