// A bounded queue for many producers and many consumers: injection of work from outside.
//
// Layout: pushed_ and popped_ count what was claimed, each on a line of its own; slot i has a
// sequence number and a value. For the ticket with ticket % capacity == i the number is
//   ticket             the slot is free for the push with that ticket
//   ticket + 1         it holds the value of that push           stored by the pusher
//   ticket + capacity  it is free for the push one round later   stored by the popper
// Whoever advances the counter from `ticket` by compare-exchange owns the slot until it stores the
// next number. Dmitry Vyukov's bounded MPMC queue,
// https://www.1024cores.net/home/lock-free-algorithms/queues/bounded-mpmc-queue.
//
// Not lock-free in the strict sense: a pusher stopped between its claim and its store hides what
// was pushed after it until it goes on (its own notification then follows).
#ifndef HEDDLE_COMPONENTS_SYNC_MPMC_RING_H_
#define HEDDLE_COMPONENTS_SYNC_MPMC_RING_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

#include "components/base/cache_line.h"
#include "components/base/check.h"

namespace heddle {

// T is a pointer or another small value. FIFO: values leave in the order in which their pushes were
// claimed, so those of one producer in its order.
// Lifetime: destroy it when no call is running; values left in it are dropped.
template <class T>
class MpmcRing {
  static_assert(std::is_trivially_copyable_v<T>, "a failed push must lose nothing");

 public:
  // Errors: dies unless `capacity` is a power of two, at least 2.
  explicit MpmcRing(std::size_t capacity) : mask_(capacity - 1), slots_(CheckedSlots(capacity)) {
    for (std::size_t i = 0; i < capacity; ++i) {
      slots_[i].sequence.store(i, std::memory_order_relaxed);
    }
  }
  MpmcRing(const MpmcRing&) = delete;
  MpmcRing& operator=(const MpmcRing&) = delete;

  // Appends a value; false where the ring is full, or the popper of the slot's former value is not
  // through.
  // Thread safety: any thread.  Blocking: never.
  // Memory order: what came before TryPush happens before the TryPop that takes the value.
  // Cost: one compare-exchange; two cache misses under contention.
  [[nodiscard]] bool TryPush(T value) {
    std::uint64_t ticket = pushed_.load(std::memory_order_relaxed);
    for (;;) {
      Slot& slot = slots_[ticket & mask_];
      const std::uint64_t sequence = slot.sequence.load(std::memory_order_acquire);
      if (sequence == ticket) {
        if (pushed_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_relaxed)) {
          slot.value = value;
          slot.sequence.store(ticket + 1, std::memory_order_release);
          return true;
        }
      } else if (sequence < ticket) {
        return false;
      } else {
        ticket = pushed_.load(std::memory_order_relaxed);
      }
    }
  }

  // Takes the oldest value; false where the ring is empty, or the oldest push is not through.
  // Thread safety: any thread.  Blocking: never.  Memory order: see TryPush.
  // Cost: two loads where it is empty; else one compare-exchange.
  [[nodiscard]] bool TryPop(T* value) {
    std::uint64_t ticket = popped_.load(std::memory_order_relaxed);
    for (;;) {
      Slot& slot = slots_[ticket & mask_];
      const std::uint64_t sequence = slot.sequence.load(std::memory_order_acquire);
      if (sequence == ticket + 1) {
        if (popped_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_relaxed)) {
          *value = slot.value;
          slot.sequence.store(ticket + capacity(), std::memory_order_release);
          return true;
        }
      } else if (sequence <= ticket) {
        return false;
      } else {
        ticket = popped_.load(std::memory_order_relaxed);
      }
    }
  }

  // Values in the ring, pushes and pops that are not through included or not; exact where nobody
  // else is active.
  // Thread safety: any thread.  Cost: two loads.
  std::size_t ApproximateSize() const {
    const std::uint64_t popped = popped_.load(std::memory_order_relaxed);
    const std::uint64_t pushed = pushed_.load(std::memory_order_relaxed);
    if (pushed <= popped) return 0;
    return pushed - popped < capacity() ? pushed - popped : capacity();
  }

  std::size_t capacity() const { return mask_ + 1; }

 private:
  struct Slot {
    std::atomic<std::uint64_t> sequence;
    T value;
  };

  static std::unique_ptr<Slot[]> CheckedSlots(std::size_t capacity) {
    HEDDLE_CHECK(capacity >= 2 && (capacity & (capacity - 1)) == 0)
        << "a ring's capacity must be a power of two, at least 2, not " << capacity;
    return std::make_unique<Slot[]>(capacity);
  }

  const std::size_t mask_;
  const std::unique_ptr<Slot[]> slots_;
  alignas(kFalseSharingBytes) std::atomic<std::uint64_t> pushed_{0};
  alignas(kFalseSharingBytes) std::atomic<std::uint64_t> popped_{0};
  char padding_[kFalseSharingBytes - sizeof(std::uint64_t)] = {};
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_SYNC_MPMC_RING_H_
