// Many producers, one consumer, links in the items; the mailbox of a lane.
//
// Layout, two lines:
//     last_    the item pushed last, or one of two states without items     exchanged by producers, CASed by the consumer
//                kIdle  no items, and the consumer has closed (at first too): the next Push returns true
//                kOpen  no items, the consumer is awake
//     first_   hand-over of the first item after such a state               stored by the one producer that saw it, taken by
//                                                                           the consumer
//     front_   the oldest item that the consumer knows                      the consumer
//     item->*Next  the next younger item, or nullptr                        nullptr by its producer, then once by the next one
//
// Push exchanges the item into last_ and then stores its address where the consumer looks for it: in the previous item, or in
// first_ where there was none. Pop of the only item swings last_ back to kOpen by compare-exchange. This is the queue of
// MCS lock waiters (Mellor-Crummey, Scott, TOCS 1991, https://doi.org/10.1145/103727.103729) put to work as a mailbox, and
// needs no stub node (Vyukov's intrusive MPSC queue has one, which would have to be a T). Measured against it and against a
// compare-exchange stack that the consumer reverses: README.md.
//
// No wake-up is lost. last_ alone tells whether the consumer is idle. CloseIfEmpty is one compare-exchange of last_, Push one
// exchange of it, so one comes first: if the Push, the close fails and the consumer goes on; if the close, that Push, and none
// after it until the next close, takes out kIdle and returns true. So for each successful close exactly one producer wakes.
//
// Nothing of an item or of the queue is touched late. A producer's last access to the queue or to the previous item is the store
// that links its own item; the consumer returns an item only when its link has been stored or, by the compare-exchange,
// can never be; and reaches an item only through the link that leads to it.
#ifndef HEDDLE_COMPONENTS_SYNC_MPSC_QUEUE_H_
#define HEDDLE_COMPONENTS_SYNC_MPSC_QUEUE_H_

#include <atomic>
#include <cstdint>

#include "components/base/cache_line.h"
#include "components/base/check.h"
#include "components/base/clock.h"

namespace heddle {

// `Next` is the member of T that links it, a plain pointer: MpscQueue<Message, &Message::next>. An item is in one queue at a
// time and belongs to it from Push to Pop; after Pop the consumer may free it or push it again.
//
// The consumer is one thread at a time; another may take over if the hand-over orders them. A Push that returns true does so:
// what the consumer did before CloseIfEmpty happens before it.
//
// Lifetime: when as many items have come out as went in, no producer touches the queue any more, even if its Push has
// not returned yet: the consumer may destroy it.
template <class T, T* T::*Next>
class MpscQueue {
 public:
  MpscQueue() = default;
  ~MpscQueue() { HEDDLE_DCHECK(Empty()) << "a queue is destroyed with items in it"; }
  MpscQueue(const MpscQueue&) = delete;
  MpscQueue& operator=(const MpscQueue&) = delete;

  // Appends an item. Returns true where the consumer had closed (CloseIfEmpty; a new queue is closed): this push must wake or
  // schedule it. An empty queue whose consumer has not closed returns false: it is awake and will look before it closes.
  // Thread safety: any thread.  Blocking: never, wait-free.
  // Memory order: what came before Push(item) happens before the Pop() that returns it; items of one producer stay in order.
  // Cost: one exchange and one store; one to two cache misses when the consumer or another producer is on another core.
  [[nodiscard]] bool Push(T* item) {
    LinkOf(item).store(nullptr, std::memory_order_relaxed);
    const std::uintptr_t previous =
        last_.exchange(reinterpret_cast<std::uintptr_t>(item), std::memory_order_acq_rel);
    if (previous > kOpen) [[likely]] {
      LinkOf(reinterpret_cast<T*>(previous)).store(item, std::memory_order_release);
      return false;
    }
    first_.store(item, std::memory_order_release);
    return previous == kIdle;
  }

  // Takes the oldest item, or returns nullptr where there is none, or where its producer, or that of the next one, has been
  // stopped between its exchange and its store. Empty() is false then: do something else and come again; it spins some ten
  // looks first, for mostly the store is under way.
  // Thread safety: the consumer.  Blocking: never.  Memory order: see Push.
  // Cost: one load where it is empty; no read-modify-write but for the last item, which costs one.
  [[nodiscard]] T* Pop() {
    T* item = front_;
    if (item == nullptr) {
      item = first_.load(std::memory_order_acquire);
      if (item == nullptr) return nullptr;
      // Before the compare-exchange below: after it the next producer may store here.
      first_.store(nullptr, std::memory_order_relaxed);
      front_ = item;
    }
    T* next = LinkOf(item).load(std::memory_order_acquire);
    if (next == nullptr) {
      std::uintptr_t expected = reinterpret_cast<std::uintptr_t>(item);
      if (last_.compare_exchange_strong(expected, kOpen, std::memory_order_release,
                                        std::memory_order_relaxed)) {
        front_ = nullptr;
        return item;
      }
      next = AwaitLink(item);
      if (next == nullptr) return nullptr;
    }
    front_ = next;
    return item;
  }

  // Marks the consumer idle if there is no item, atomically; the next Push returns true then. Where it returns false there is
  // an item, or one is under way: Pop again, sooner or later.
  // Thread safety: the consumer.  Blocking: never.  Memory order: what the consumer did before happens before the Push that
  // returns true.  Cost: one compare-exchange.
  [[nodiscard]] bool CloseIfEmpty() {
    std::uintptr_t expected = kOpen;
    return last_.compare_exchange_strong(expected, kIdle, std::memory_order_release,
                                         std::memory_order_relaxed) ||
           expected == kIdle;
  }

  // Whether all items that were pushed have been popped. For the consumer exact at the time of the call (though Pop may
  // still return nullptr when it is false, see there); for others, old when it arrives.
  // Thread safety: any thread.  Blocking: never.  Memory order: none.  Cost: one load of the line that producers write.
  bool Empty() const { return last_.load(std::memory_order_relaxed) <= kOpen; }

 private:
  static constexpr std::uintptr_t kIdle = 0, kOpen = 1;
  static_assert(alignof(T) > kOpen, "addresses of items must differ from the two states");

  static std::atomic_ref<T*> LinkOf(T* item) { return std::atomic_ref<T*>(item->*Next); }

  static T* AwaitLink(T* item) {
    constexpr int kLooks = 10;
    T* next = nullptr;
    for (int i = 0; i < kLooks && next == nullptr; ++i) {
      CpuRelax();
      next = LinkOf(item).load(std::memory_order_acquire);
    }
    return next;
  }

  alignas(kCacheLineBytes) std::atomic<std::uintptr_t> last_{kIdle};
  std::atomic<T*> first_{nullptr};
  alignas(kCacheLineBytes) T* front_ = nullptr;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_SYNC_MPSC_QUEUE_H_
