#include "components/runtime/watchdog.h"

#include <pthread.h>

#include <cstdio>
#include <string>

#include "components/base/futex.h"

namespace heddle {

Watchdog::Watchdog(const Pool& pool, double seconds)
    : pool_(pool),
      interval_ns_(static_cast<std::int64_t>(seconds * 1e9)),
      thread_([this] { Main(); }) {}

Watchdog::~Watchdog() {
  stop_.store(1, std::memory_order_release);
  FutexWake(stop_, 1);
  thread_.join();
}

void Watchdog::Main() {
  pthread_setname_np(pthread_self(), "heddle/watchdog");
  std::uint64_t seen = pool_.Progress();
  bool said = false;
  while (stop_.load(std::memory_order_acquire) == 0) {
    if (FutexWait(stop_, 0, interval_ns_)) continue;  // Woken, or without cause: no interval passed.
    const std::uint64_t now = pool_.Progress();
    if (now != seen) {
      seen = now;
      said = false;
      continue;
    }
    if (said || pool_.Quiet()) continue;
    said = true;
    const std::string text = "heddle: no task has ended for " +
                             std::to_string(static_cast<double>(interval_ns_) / 1e9) +
                             " s (HEDDLE_WATCHDOG); who waits:\n" + pool_.Describe();
    std::fwrite(text.data(), 1, text.size(), stderr);
  }
}

}  // namespace heddle
