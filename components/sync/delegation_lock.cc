#include "components/sync/delegation_lock.h"

#include <sched.h>

#include "components/base/clock.h"

namespace heddle::internal {

void AwaitTicket(const std::atomic<std::uint64_t>& turn, std::uint64_t ticket) {
  constexpr int kSpins = 64;
  for (int i = 0; turn.load(std::memory_order_acquire) < ticket; ++i) {
    // First come, first served: where the next in the line has no core, everybody behind it waits
    // for that.
    if (i < kSpins) {
      CpuRelax();
    } else {
      sched_yield();
    }
  }
}

}  // namespace heddle::internal
