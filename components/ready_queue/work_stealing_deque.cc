#include "components/ready_queue/work_stealing_deque.h"

namespace heddle {

WorkStealingDeque::WorkStealingDeque(std::size_t capacity, std::uint64_t first_index)
    : bottom_(first_index),
      top_(Word(first_index, 1)),
      own_bottom_(first_index),
      cached_top_(first_index),
      mask_(capacity - 1),
      slots_(new std::atomic<Task*>[capacity]()) {
  HEDDLE_CHECK(capacity > 0 && (capacity & (capacity - 1)) == 0 && capacity <= 65536)
      << "the capacity of a deque is a power of two up to 65536, not " << capacity;
}

// Reads the top again; whether there is room for an item at b. Acquire: a thief has read its slot
// before it moved the top.
bool WorkStealingDeque::Refresh(std::uint64_t b) {
  cached_top_ = b - static_cast<std::uint64_t>(Distance(top_.load(std::memory_order_acquire), b));
  return b - cached_top_ <= mask_;
}

Task* WorkStealingDeque::PushList(Task* first) {
  std::uint64_t b = own_bottom_;
  while (first != nullptr) {
    if (b - cached_top_ > mask_ && !Refresh(b)) break;
    Task* next = first->next;  // Read before it is published: from then on it may be gone.
    slot(b++).store(first, std::memory_order_relaxed);
    first = next;
  }
  PublishBottom(b);
  return first;
}

// Item i is the last one. bottom_ stays: with the top at i + 1 the deque is empty.
Task* WorkStealingDeque::PopLast(std::uint64_t word, std::uint64_t i) {
  Task* task = slot(i).load(std::memory_order_relaxed);
  return top_.compare_exchange_strong(word, Word(i + 1, 1), std::memory_order_acq_rel,
                                      std::memory_order_acquire)
             ? task
             : nullptr;
}

// bottom_ is i already, and `word` is the top as last read.
Task* WorkStealingDeque::PopNearTop(std::uint64_t word, std::uint64_t i) {
  for (;;) {
    const std::int64_t distance = Distance(word, i);
    if (distance <= 0) {
      Task* task = distance == 0 ? PopLast(word, i) : nullptr;
      PublishBottom(i + 1);  // Taken by whom ever, the top is at i + 1 now.
      return task;
    }
    if (distance < Limit(word)) {
      if (top_.compare_exchange_strong(word, Word(Index(word), distance / 2),
                                       std::memory_order_acq_rel, std::memory_order_acquire)) {
        return slot(i).load(std::memory_order_relaxed);
      }
    } else {
      FullFence();
      word = top_.load(std::memory_order_acquire);
      if (Distance(word, i) >= Limit(word)) return slot(i).load(std::memory_order_relaxed);
    }
  }
}

Task* WorkStealingDeque::Steal() {
  std::uint64_t word = top_.load(std::memory_order_acquire);
  FullFence();
  const std::int64_t size = Distance(word, bottom_.load(std::memory_order_acquire));
  if (size <= 0) return nullptr;
  const std::uint64_t t = Index(word);
  Task* task = slot(t).load(std::memory_order_relaxed);
  return top_.compare_exchange_strong(word, Word(t + 1, (size - 1) / 2), std::memory_order_acq_rel,
                                      std::memory_order_relaxed)
             ? task
             : nullptr;
}

int WorkStealingDeque::StealHalf(WorkStealingDeque& into, Task** first, int most) {
  *first = nullptr;
  HEDDLE_DCHECK(&into != this);
  std::uint64_t word = top_.load(std::memory_order_acquire);
  FullFence();
  const std::int64_t size = Distance(word, bottom_.load(std::memory_order_acquire));
  if (size <= 0) return 0;
  std::int64_t count = std::min<std::int64_t>({(size + 1) / 2, most, Limit(word)});
  if (count > 1) count = std::min<std::int64_t>(count, 1 + into.Room());
  count = std::max<std::int64_t>(count, 1);
  const std::uint64_t t = Index(word);
  Task* oldest = slot(t).load(std::memory_order_relaxed);
  // The slots of `into` beyond its bottom are nobody's but its owner's.
  const std::uint64_t b = into.own_bottom_;
  for (std::int64_t k = 1; k < count; ++k) {
    into.slot(b + k - 1).store(slot(t + k).load(std::memory_order_relaxed),
                               std::memory_order_relaxed);
  }
  if (!top_.compare_exchange_strong(word, Word(t + count, (size - count) / 2),
                                    std::memory_order_acq_rel, std::memory_order_relaxed)) {
    return 0;
  }
  for (std::int64_t k = 1; k < count; ++k) {
    __builtin_prefetch(into.slot(b + k - 1).load(std::memory_order_relaxed), /*write=*/1);
  }
  if (count > 1) into.PublishBottom(b + count - 1);
  *first = oldest;
  return static_cast<int>(count);
}

int WorkStealingDeque::TakeOldest(Task** out, int most) {
  std::uint64_t word = top_.load(std::memory_order_acquire);
  const std::int64_t size = Distance(word, own_bottom_);
  const std::int64_t count = std::min<std::int64_t>(size, most);
  if (count <= 0) return 0;
  const std::uint64_t t = Index(word);
  for (std::int64_t k = 0; k < count; ++k) out[k] = slot(t + k).load(std::memory_order_relaxed);
  if (!top_.compare_exchange_strong(word, Word(t + count, (size - count) / 2),
                                    std::memory_order_acq_rel, std::memory_order_acquire)) {
    return 0;
  }
  return static_cast<int>(count);
}

}  // namespace heddle
