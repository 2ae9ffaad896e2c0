#include "components/sync/spin_policy.h"

#include <pthread.h>

#include <algorithm>

namespace heddle {
namespace internal {

RunnableThreads runnable_threads;

namespace {
// The child has one thread, and the pool that counted the others is gone.
void ForgetInForkedChild() { runnable_threads.count.store(0, std::memory_order_relaxed); }
[[maybe_unused]] const int registered = pthread_atfork(nullptr, nullptr, ForgetInForkedChild);
}  // namespace

}  // namespace internal

void SpinPolicy::Succeeded(std::int64_t took_ns) {
  failures_.store(0, std::memory_order_relaxed);
  budget_ns_.store(std::clamp(2 * took_ns, kLeastNs, kMostNs), std::memory_order_relaxed);
}

void SpinPolicy::Failed(std::int64_t budget_ns) {
  const int failures = failures_.load(std::memory_order_relaxed) + 1;
  const bool probe = failures >= kFailuresPerProbe;
  failures_.store(probe ? 0 : failures, std::memory_order_relaxed);
  budget_ns_.store(probe ? kMostNs : std::max(budget_ns / 2, kLeastNs), std::memory_order_relaxed);
}

}  // namespace heddle
