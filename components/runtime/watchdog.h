// HEDDLE_WATCHDOG: says who waits when nothing progresses.
#ifndef HEDDLE_COMPONENTS_RUNTIME_WATCHDOG_H_
#define HEDDLE_COMPONENTS_RUNTIME_WATCHDOG_H_

#include <atomic>
#include <cstdint>
#include <thread>

#include "components/worker_pool/worker_pool.h"

namespace heddle {

// Compares Pool::Progress() every `seconds`; where it has not grown and some activity is suspended, running or ready, prints
// Pool::Describe() to standard error, once until there is progress again. A thread of its own, since it must speak when all
// workers are stuck.
class Watchdog {
 public:
  Watchdog(const Pool& pool, double seconds);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  void Main();

  const Pool& pool_;
  const std::int64_t interval_ns_;
  std::atomic<std::uint32_t> stop_{0};
  std::thread thread_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_RUNTIME_WATCHDOG_H_
