#include "components/sync/parker.h"

#include <limits>

#include "components/base/check.h"
#include "components/base/clock.h"

namespace heddle {

bool Parker::Sleep(std::int64_t ns) {
  std::uint32_t seen = kEmpty;
  if (!word_.compare_exchange_strong(seen, kSleeping, std::memory_order_relaxed)) {
    HEDDLE_CHECK_EQ(seen, kToken) << "two threads park on one Parker";
    word_.exchange(kEmpty, std::memory_order_acquire);
    return true;
  }
  const std::int64_t now = ns < 0 ? 0 : NowNs();
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const std::int64_t deadline = ns < 0 || ns > most - now ? most : now + ns;
  while (word_.load(std::memory_order_relaxed) == kSleeping) {
    std::int64_t left = -1;
    if (deadline != most) {
      left = deadline - NowNs();
      if (left <= 0) break;
    }
    FutexWait(word_, kSleeping, left);
  }
  // Takes the token out, or, where the time ran out, the announcement that somebody sleeps. An
  // exchange: a second Unpark may have put its token over the first, and what came before it must
  // be visible too.
  return word_.exchange(kEmpty, std::memory_order_acquire) == kToken;
}

}  // namespace heddle
