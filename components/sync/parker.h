// One thread sleeps, any thread wakes it.
//
// Layout: one 32-bit futex word, 4 bytes in all.
//   kEmpty     nobody sleeps, no token; written by the owner
//   kToken     an Unpark that no Park has consumed yet; written by any thread
//   kSleeping  the owner sleeps, or is about to; written by the owner
// The owner goes kEmpty -> kSleeping by compare-exchange; a token in between makes it fail. Unpark
// exchanges kToken in and wakes only where it took out kSleeping. Both work on one word, so its
// modification order decides: either Unpark sees the sleeper, or the sleeper sees the token. No
// fence, no wake-up lost; and the kernel compares the word once more as it sleeps.
#ifndef HEDDLE_COMPONENTS_SYNC_PARKER_H_
#define HEDDLE_COMPONENTS_SYNC_PARKER_H_

#include <atomic>
#include <cstdint>

#include "components/base/futex.h"

namespace heddle {

// Belongs to one thread at a time, its owner, who alone calls Park, ParkFor and TryPark. Tokens do
// not add up: two Unparks before a Park let one Park through.
//
// Lifetime: Unpark touches the object in its one exchange and not after it (the wake that may
// follow passes the address to the kernel, which does not read it). So the owner may destroy the
// parker as soon as a Park has returned, provided that no other Unpark is still to come: an Unpark
// that is late needs the object alive. One token, one Unpark is always safe.
//
// A wake for a parker that has gone may reach a futex that lives at the same address by then: a
// wake without cause, which every user of a futex must expect anyway.
class Parker {
 public:
  Parker() = default;
  Parker(const Parker&) = delete;
  Parker& operator=(const Parker&) = delete;

  // Returns when there is a token, and consumes it.
  // Thread safety: the owner.  Blocking: the calling thread; never returns without a token.
  // Memory order: what came before each Unpark whose token this is happens before the return.
  // Cost: two read-modify-writes, about 10 ns, where the token is there; else a futex wait.
  void Park() {
    if (!TryPark()) Sleep(-1);
  }

  // The same, for `ns` nanoseconds at most; returns false where the time ran out and there is still
  // no token. `ns` <= 0 looks once.
  bool ParkFor(std::int64_t ns) { return TryPark() || (ns > 0 && Sleep(ns)); }

  // Consumes the token if there is one; what to spin on before Park.
  // Thread safety: the owner.  Blocking: never.  Memory order: as Park.
  // Cost: one load where there is none: spinning on it leaves the line to the waker.
  [[nodiscard]] bool TryPark() {
    return word_.load(std::memory_order_relaxed) == kToken &&
           word_.exchange(kEmpty, std::memory_order_acquire) == kToken;
  }

  // Leaves a token and wakes the owner if it sleeps.
  // Thread safety: any thread.  Blocking: never.  Memory order: release, see Park.
  // Cost: one exchange; with a sleeper one futex wake beside it, 12 us on a virtual machine.
  void Unpark() {
    if (word_.exchange(kToken, std::memory_order_release) == kSleeping) FutexWake(word_, 1);
  }

 private:
  static constexpr std::uint32_t kEmpty = 0, kToken = 1, kSleeping = 2;

  bool Sleep(std::int64_t ns);

  std::atomic<std::uint32_t> word_{kEmpty};
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_SYNC_PARKER_H_
