// Polling services and timers: what idle workers look at.
#ifndef HEDDLE_COMPONENTS_WORKER_POOL_POLLING_H_
#define HEDDLE_COMPONENTS_WORKER_POOL_POLLING_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "components/sync/spin_lock.h"

namespace heddle {

enum class PollResult : int {
  kProgress,     // Did something: poll again at once.
  kOutstanding,  // Nothing now, but something of ours is under way: poll often.
  kIdle,         // Nothing expected: poll at up to kMostPollIntervalNs.
};

inline constexpr std::int64_t kMostPollIntervalNs = 5'000'000;

// Thread safety: every method from any thread.
class PollingServices {
 public:
  using Id = std::uint64_t;

  // `poll(argument)` is called by idle workers, and by busy ones now and then; never by two at once; a no-suspend section.
  Id AddService(PollResult (*poll)(void* argument), void* argument);
  // After it returns the service is not called again. Not from inside the service.
  // Blocking: until a running call ends.
  void RemoveService(Id id);

  // `fire(argument)` is called once, not before `deadline_ns` (CLOCK_MONOTONIC), as a no-suspend section of some worker, or
  // of whoever polls: with all workers busy up to a task later.
  Id AddTimer(std::int64_t deadline_ns, void (*fire)(void* argument), void* argument);
  // False where it has fired or is firing.
  bool CancelTimer(Id id);
  // After it returns neither this timer nor one of its user's that went before is firing. Not from inside a timer or service.
  // Blocking: until a running call ends.
  void RemoveTimer(Id id);

  // ---- For the pool ----
  // Polls what is due; false where another worker is at it. `*next_ns`: how long until the next look is due at the latest.
  bool Poll(std::int64_t now_ns, std::int64_t* next_ns, bool* progress);
  // Whether there is a service or a timer at all.
  bool any() const { return any_.load(std::memory_order_seq_cst); }
  // Called (by AddTimer, AddService) when what sleepers wait for may have become earlier.
  void set_wake(void (*wake)(void*), void* argument) {
    wake_ = wake;
    wake_argument_ = argument;
  }

 private:
  struct Service {
    Id id;
    PollResult (*poll)(void*);
    void* argument;
    std::int64_t interval_ns = 0;
    std::int64_t due_ns = 0;
  };
  struct Timer {
    Id id;
    void (*fire)(void*);
    void* argument;
  };
  void Changed();
  void (*wake_)(void*) = nullptr;
  void* wake_argument_ = nullptr;
  std::atomic<bool> any_{false};
  SpinLock poll_lock_;  // Held by the one who polls.
  SpinLock lock_;       // The tables below.
  Id next_id_ = 1;
  std::vector<Service> services_;
  std::multimap<std::int64_t, Timer> timers_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_WORKER_POOL_POLLING_H_
