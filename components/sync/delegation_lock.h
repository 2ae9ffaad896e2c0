// A lock whose holder may answer those who wait for it: one thread works on a shared structure with
// a warm cache and hands the results out, in place of each waiter taking the lock to fetch its own.
//
// The idea is the DTLock of Alvarez, Sala, Maronas, Roca, Beltran, PPoPP 2021,
// https://arxiv.org/abs/2105.07902; written from the paper. A ticket lock with a ring of places to
// wait at, so that each waiter spins on a line of its own:
//   next_ticket_            tickets drawn; any thread, by fetch_add
//   current_                the ticket that holds the lock, later the last one served; the holder
//   places_[t % n].turn     t: ticket t may go on, as holder or answered; written by the holder
//   places_[t % n].request  worker and ticket t: its owner would rather have an answer; the waiter
//   answers_[worker]        an item and the ticket that it answers; the holder
//
// ServeFront writes the answer and then the turn of the ticket after current_; Unlock writes the
// turn only. A waiter whose turn has come looks whether the answer is for its ticket; if not, it
// holds the lock.
//
// Answers belong to workers and not to places: a waiter that was answered may be slow to read, and
// meanwhile its place may be used one round later. For the same reason a waiter waits for its turn
// *or a later one*: a place moves on only after the ticket was answered, never while its owner
// holds the lock. An answer cannot be overwritten: its worker has to come back first.
#ifndef HEDDLE_COMPONENTS_SYNC_DELEGATION_LOCK_H_
#define HEDDLE_COMPONENTS_SYNC_DELEGATION_LOCK_H_

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "components/base/cache_line.h"
#include "components/base/check.h"

namespace heddle {

namespace internal {
// Returns when `turn` has reached `ticket`: spins some 3 us, then yields the core between looks.
void AwaitTicket(const std::atomic<std::uint64_t>& turn, std::uint64_t ticket);
}  // namespace internal

// First come, first served. Item: default-constructible and movable. Not recursive.
// Lifetime: destroy it after the last Unlock has returned and every waiter has.
template <class Item>
class DelegationLock {
 public:
  // `workers`: worker ids are 0 to workers - 1, each used by one thread at a time. `others`: how
  // many threads without an id may be inside Lock at once. More of them than announced are still
  // right, but may not be answered.
  explicit DelegationLock(int workers, int others = 8)
      : workers_(Checked(workers)),
        mask_(std::bit_ceil(static_cast<std::size_t>(workers) + CheckedOthers(others)) - 1),
        places_(std::make_unique<Place[]>(mask_ + 1)),
        answers_(std::make_unique<Answer[]>(workers)) {
    PlaceOf(kFirstTicket).turn.store(kFirstTicket, std::memory_order_relaxed);
  }
  DelegationLock(const DelegationLock&) = delete;
  DelegationLock& operator=(const DelegationLock&) = delete;

  // Returns true when the caller holds the lock, false when a holder answered: the answer is in
  // *result then.
  // Thread safety: any thread, with a worker id that no other uses meanwhile.  Blocking: spins,
  // then yields the core between looks; never sleeps: for short sections.
  // Memory order: acquire; what came before the call happens before the holder's WaiterPresent()
  // that returns true for it, and what the holder did before ServeFront or Unlock before the
  // return.
  // Cost: about 15 ns uncontended; one cache miss there and one back when answered.
  [[nodiscard]] bool LockOrDelegate(int worker, Item* result) {
    HEDDLE_CHECK(worker >= 0 && worker < workers_) << "worker " << worker << " of " << workers_;
    const std::uint64_t ticket = next_ticket_.fetch_add(1, std::memory_order_relaxed);
    Place& place = PlaceOf(ticket);
    if (place.turn.load(std::memory_order_acquire) < ticket) {
      place.request.store(RequestOf(ticket, worker), std::memory_order_release);
      internal::AwaitTicket(place.turn, ticket);
      Answer& answer = answers_[worker];
      if (answer.ticket == ticket) {
        *result = std::move(answer.item);
        return false;
      }
    }
    current_ = ticket;
    return true;
  }

  // Takes the lock without an offer to be answered.
  // Thread safety: any thread.  Blocking, memory order: as LockOrDelegate.
  void Lock() {
    const std::uint64_t ticket = next_ticket_.fetch_add(1, std::memory_order_relaxed);
    internal::AwaitTicket(PlaceOf(ticket).turn, ticket);
    current_ = ticket;
  }

  // Takes the lock if it is free and nobody waits.  Blocking: never.
  // Memory order: acquire where it returns true.
  [[nodiscard]] bool TryLock() {
    std::uint64_t ticket = next_ticket_.load(std::memory_order_relaxed);
    if (PlaceOf(ticket).turn.load(std::memory_order_acquire) != ticket) return false;
    if (!next_ticket_.compare_exchange_strong(ticket, ticket + 1, std::memory_order_relaxed)) {
      return false;
    }
    current_ = ticket;
    return true;
  }

  // Thread safety of all below: the holder.  Blocking: never.

  // Whether the first of those who wait wants an answer. False where nobody waits, where the first
  // one called Lock, and where it has drawn its ticket but not yet written its request: Unlock lets
  // it in.
  // Cost: one load.
  bool WaiterPresent() const {
    const std::uint64_t ticket = current_ + 1;
    return PlaceOf(ticket).request.load(std::memory_order_acquire) >> kWorkerBits == ticket;
  }

  // The worker that is first in the line.
  // Errors: dies where !WaiterPresent().
  int FrontWaiter() const {
    HEDDLE_CHECK(WaiterPresent()) << "no waiter after ticket " << current_;
    return static_cast<int>(PlaceOf(current_ + 1).request.load(std::memory_order_relaxed) &
                            (kMostWorkers - 1));
  }

  // Answers FrontWaiter(), whose LockOrDelegate returns false with `item`; the caller goes on
  // holding the lock.
  // Errors: dies where !WaiterPresent().  Memory order: release.
  void ServeFront(Item item) {
    Answer& answer = answers_[FrontWaiter()];
    const std::uint64_t ticket = ++current_;
    answer.item = std::move(item);
    answer.ticket = ticket;
    PlaceOf(ticket).turn.store(ticket, std::memory_order_release);
  }

  // Lets the next one in.
  // Memory order: release.  Cost: one store, to the line that the next one spins on.
  void Unlock() {
    const std::uint64_t ticket = current_ + 1;
    PlaceOf(ticket).turn.store(ticket, std::memory_order_release);
  }

 private:
  static constexpr int kWorkerBits = 16;
  static constexpr int kMostWorkers = 1 << kWorkerBits;
  static constexpr std::uint64_t kFirstTicket = 1;  // 0 is the request, turn and answer of nobody.

  struct alignas(kCacheLineBytes) Place {
    std::atomic<std::uint64_t> turn{0};
    std::atomic<std::uint64_t> request{0};
  };
  struct alignas(kCacheLineBytes) Answer {
    std::uint64_t ticket = 0;
    Item item{};
  };

  static int Checked(int workers) {
    HEDDLE_CHECK(workers > 0 && workers <= kMostWorkers) << "a lock for " << workers << " workers";
    return workers;
  }
  static std::size_t CheckedOthers(int others) {
    HEDDLE_CHECK_GE(others, 0);
    return static_cast<std::size_t>(others);
  }
  static std::uint64_t RequestOf(std::uint64_t ticket, int worker) {
    return ticket << kWorkerBits | static_cast<std::uint64_t>(worker);
  }
  Place& PlaceOf(std::uint64_t ticket) const { return places_[ticket & mask_]; }

  const int workers_;
  const std::size_t mask_;
  const std::unique_ptr<Place[]> places_;
  const std::unique_ptr<Answer[]> answers_;
  alignas(kFalseSharingBytes) std::atomic<std::uint64_t> next_ticket_{kFirstTicket};
  alignas(kFalseSharingBytes) std::uint64_t current_ = kFirstTicket;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_SYNC_DELEGATION_LOCK_H_
