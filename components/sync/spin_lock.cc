#include "components/sync/spin_lock.h"

#include <sched.h>

#include "components/base/clock.h"

namespace heddle {

void SpinLock::LockContended() {
  constexpr int kMostPauses = 64;  // 2 to 3 us: longer than any section that this lock is for.
  int pauses = 1;
  do {
    while (held_.load(std::memory_order_relaxed)) {
      if (pauses > kMostPauses) {
        sched_yield();
        continue;
      }
      for (int i = 0; i < pauses; ++i) CpuRelax();
      pauses *= 2;
    }
  } while (!try_lock());
}

}  // namespace heddle
