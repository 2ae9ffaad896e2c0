// Many producers, one consumer, links in the items; the mailbox of a lane.
//
// Layout, two pairs of lines:
//   last_        kIdle     no item; the consumer has closed (at first too): the next Push says true
//                kOpen     no item; the consumer is awake
//                item | 1  this is the only item, and nothing leads to it but this word
//                item      the item pushed last; a chain leads to it from first_ or front_
//                Producers exchange or compare-exchange it, the consumer compare-exchanges it.
//   first_       the head of a new chain: stored by the one producer that started the chain, taken
//                by the consumer
//   front_       the head of the chain that the consumer works on; the consumer's own
//   item->*Next  the next younger item: nullptr by its producer, then once by the producer after it
//
// Push into an empty queue is one compare-exchange, Pop of the only item another: the hand-over to
// a waiting consumer needs no second store, which would come late, since the polling consumer takes
// the line away between the two. Otherwise Push exchanges itself into last_ and then links itself
// to the item that it found there; if that was the only one, it then makes it the head of a chain.
// Pop of the last item of a chain swings last_ back to kOpen by compare-exchange.
//
// The chain is the queue of MCS lock waiters (Mellor-Crummey, Scott, TOCS 1991,
// https://doi.org/10.1145/103727.103729) put to work as a mailbox; it needs no stub node, which in
// Vyukov's intrusive MPSC queue would have to be a T. README.md has the measurements that decided.
//
// No wake-up is lost. last_ alone tells whether the consumer is idle. CloseIfEmpty is one
// compare-exchange of last_, the point at which a Push takes effect another or an exchange, so one
// comes first: if the Push, the close fails and the consumer goes on; if the close, that Push, and
// none after it until the next close, takes out kIdle and returns true. So for each successful
// close exactly one producer wakes.
//
// Nothing of an item or of the queue is touched late. A producer's last access to the queue or to
// the previous item is the one that lets the consumer reach its item (or, for a new chain, the head
// of it); the consumer returns an item only when its successor has been linked or, by the
// compare-exchange of last_, can never be.
#ifndef HEDDLE_COMPONENTS_SYNC_MPSC_QUEUE_H_
#define HEDDLE_COMPONENTS_SYNC_MPSC_QUEUE_H_

#include <atomic>
#include <cstdint>

#include "components/base/cache_line.h"
#include "components/base/check.h"
#include "components/base/clock.h"

namespace heddle {

// `Next` is the member of T that links it, a plain pointer: MpscQueue<Message, &Message::next>. An
// item is in one queue at a time and belongs to it from Push to Pop; after Pop the consumer may
// free it or push it again.
//
// The consumer is one thread at a time; another may take over if the hand-over orders them. A Push
// that returns true does so: what the consumer did before CloseIfEmpty happens before it.
//
// Lifetime: when as many items have come out as went in, no producer touches the queue any more,
// even if its Push has not returned yet: the consumer may destroy it.
template <class T, T* T::*Next>
class MpscQueue {
 public:
  MpscQueue() = default;
  ~MpscQueue() { HEDDLE_DCHECK(Empty()) << "a queue is destroyed with items in it"; }
  MpscQueue(const MpscQueue&) = delete;
  MpscQueue& operator=(const MpscQueue&) = delete;

  // Appends an item. Returns true where the consumer had closed (CloseIfEmpty; a new queue is
  // closed): this push must wake or schedule it. An empty queue whose consumer has not closed
  // returns false: it is awake and will look before it closes.
  // Thread safety: any thread.  Blocking: never, wait-free.
  // Memory order: what came before Push(item) happens before the Pop() that returns it; items of
  // one producer stay in order.
  // Cost: one compare-exchange into an empty queue; else an exchange and a store, and at worst
  // both. One to two cache misses when the consumer or another producer is on another core.
  [[nodiscard]] bool Push(T* item) {
    PrefetchForWrite(&last_);
    std::uintptr_t previous = last_.load(std::memory_order_relaxed);
    if (previous <= kOpen &&
        last_.compare_exchange_strong(previous, AddressOf(item) | kOnly, std::memory_order_acq_rel,
                                      std::memory_order_relaxed)) {
      return previous == kIdle;
    }
    LinkOf(item).store(nullptr, std::memory_order_relaxed);
    previous = last_.exchange(AddressOf(item), std::memory_order_acq_rel);
    if (previous <= kOpen) [[unlikely]] {  // Emptied since the load.
      first_.store(item, std::memory_order_release);
      return previous == kIdle;
    }
    T* const before = reinterpret_cast<T*>(previous & ~kOnly);
    LinkOf(before).store(item, std::memory_order_release);
    if (previous & kOnly) first_.store(before, std::memory_order_release);
    return false;
  }

  // Takes the oldest item, or returns nullptr where there is none, or where its producer, or that
  // of the next one, has been stopped between its exchange and its store. Empty() is false then: do
  // something else and come again; it spins some ten looks first, for mostly the store is under
  // way.
  // Thread safety: the consumer.  Blocking: never.  Memory order: see Push.
  // Cost: one load where it is empty; no read-modify-write but for the last item, which costs one.
  [[nodiscard]] T* Pop() {
    T* item = front_;
    if (item == nullptr) {
      std::uintptr_t last = last_.load(std::memory_order_relaxed);
      if (last <= kOpen) return nullptr;
      if (last & kOnly) {
        item = reinterpret_cast<T*>(last & ~kOnly);
        PrefetchForWrite(item);  // Comes while the compare-exchange waits; owners write.
        if (last_.compare_exchange_strong(last, kOpen, std::memory_order_acq_rel,
                                          std::memory_order_relaxed)) {
          return item;
        }
      }
      item = first_.load(std::memory_order_acquire);
      if (item == nullptr) return nullptr;
      // Before last_ can be kOpen again: after that another producer may store here.
      first_.store(nullptr, std::memory_order_relaxed);
      front_ = item;
    }
    T* next = LinkOf(item).load(std::memory_order_acquire);
    if (next == nullptr) {
      std::uintptr_t expected = AddressOf(item);
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

  // Marks the consumer idle if there is no item, atomically; the next Push returns true then. Where
  // it returns false there is an item, or one is under way: Pop again, sooner or later.
  // Thread safety: the consumer.  Blocking: never.
  // Memory order: what the consumer did before happens before the Push that returns true.
  // Cost: one compare-exchange.
  [[nodiscard]] bool CloseIfEmpty() {
    std::uintptr_t expected = kOpen;
    return last_.compare_exchange_strong(expected, kIdle, std::memory_order_release,
                                         std::memory_order_relaxed) ||
           expected == kIdle;
  }

  // Whether all items that were pushed have been popped. For the consumer exact at the time of the
  // call (though Pop may still return nullptr when it is false, see there); for others, old when it
  // arrives.
  // Thread safety: any thread.  Blocking: never.  Memory order: acquire; what came before the newest
  // push that it saw happens before its return.
  // Cost: one load of the line that producers write.
  bool Empty() const { return last_.load(std::memory_order_acquire) <= kOpen; }

 private:
  static constexpr std::uintptr_t kIdle = 0, kOpen = 1;
  static constexpr std::uintptr_t kOnly = 1;  // The bit beside an address.
  static_assert(alignof(T) > kOnly, "the lowest bit of an item's address must be free");

  static std::uintptr_t AddressOf(T* item) { return reinterpret_cast<std::uintptr_t>(item); }
  static std::atomic_ref<T*> LinkOf(T* item) { return std::atomic_ref<T*>(item->*Next); }

  static void PrefetchForWrite(const void* address) {
#if defined(__x86_64__)
    // The built-in asks for a shared copy unless the whole program is compiled for newer
    // processors; older ones ignore this.
    asm volatile("prefetchw %0" : : "m"(*static_cast<const char*>(address)));
#else
    __builtin_prefetch(address, 1);
#endif
  }

  static T* AwaitLink(T* item) {
    constexpr int kLooks = 10;
    T* next = nullptr;
    for (int i = 0; i < kLooks && next == nullptr; ++i) {
      CpuRelax();
      next = LinkOf(item).load(std::memory_order_acquire);
    }
    return next;
  }

  alignas(kFalseSharingBytes) std::atomic<std::uintptr_t> last_{kIdle};
  std::atomic<T*> first_{nullptr};
  alignas(kFalseSharingBytes) T* front_ = nullptr;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_SYNC_MPSC_QUEUE_H_
