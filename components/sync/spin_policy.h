// How long to spin before going to sleep.
//
// Waking a sleeper costs the waker 12 us and the sleeper runs 25 to 45 us later (virtual machine),
// so a wait that ends within some 50 us is cheaper spun than slept: competitive spinning (Karlin,
// Li, Manasse, Owicki, SOSP 1991, https://doi.org/10.1145/121132.286599). But only on a core that
// nobody else wants: with more runnable threads than cores a spinner keeps off the very thread that
// it waits for, and the budget is zero.
//
// The number of runnable threads is counted for the process, since it is the process that has the
// cores; the budget belongs to the object, of which each worker has its own.
#ifndef HEDDLE_COMPONENTS_SYNC_SPIN_POLICY_H_
#define HEDDLE_COMPONENTS_SYNC_SPIN_POLICY_H_

#include <atomic>
#include <cstdint>

#include "components/base/cache_line.h"
#include "components/base/clock.h"

namespace heddle {

namespace internal {
struct alignas(kFalseSharingBytes) RunnableThreads {
  std::atomic<int> count{0};
};
extern RunnableThreads runnable_threads;
}  // namespace internal

// Thread safety: any thread; one object for each worker keeps its line private.
class SpinPolicy {
 public:
  static constexpr std::int64_t kMostNs = 100'000;  // Beyond it a sleep costs less than the spin.
  static constexpr std::int64_t kLeastNs =
      2'000;  // One attempt still catches an answer that is under way.

  // `cores`: how many cores the process may use: affinity mask and cgroup quota
  // (components/topology). With one core nobody else can make the awaited come true while we spin:
  // the budget is zero for ever.
  explicit SpinPolicy(int cores) : cores_(cores) {}

  // A thread of ours wants a core from now on; a thread is about to sleep in the kernel. Each calls
  // them for itself, in turns. A forked child starts at zero: what goes on running there registers
  // anew.
  // Thread safety: any thread.  Blocking: never.
  // Memory order: none; who looks may see an old count for a moment.
  // Cost: one read-modify-write of a line that all workers share: on the way into and out of a
  // sleep, never for a task.
  static void ThreadBecomesRunnable() {
    internal::runnable_threads.count.fetch_add(1, std::memory_order_relaxed);
  }
  static void ThreadSleeps() {
    internal::runnable_threads.count.fetch_sub(1, std::memory_order_relaxed);
  }
  static int RunnableThreads() {
    return internal::runnable_threads.count.load(std::memory_order_relaxed);
  }

  // How long SpinUntil would spin now; 0 where more threads are runnable than there are cores, or
  // there is only one core.
  // Thread safety: any thread.  Blocking: never.  Cost: two loads.
  std::int64_t BudgetNs() const {
    return MaySpin() ? budget_ns_.load(std::memory_order_relaxed) : 0;
  }

  // Calls `pred` until it returns true (then true), or until the budget is used up or gone (then
  // false). `pred` is called at least once; it should read one line, and the longer it takes the
  // coarser is the budget.
  //
  // Adapts: after a success the budget is twice the time that it took, after a failure half of what
  // it was, within [kLeastNs, kMostNs]; every 16th failure in a row the next budget is kMostNs, or
  // a long budget would never come back.
  // Thread safety: any thread.  Blocking: the calling thread, at most BudgetNs() and the time of 16
  // calls of `pred`.
  // Memory order: none of its own; that of `pred`.  Cost: the first call of `pred` costs no clock.
  template <class Pred>
  bool SpinUntil(Pred pred) {
    if (pred()) return true;
    const std::int64_t budget = BudgetNs();
    if (budget == 0) return false;
    const std::int64_t start = NowNs();
    for (;;) {
      for (int i = 0; i < kLooksPerClock; ++i) {
        CpuRelax();
        if (pred()) {
          Succeeded(NowNs() - start);
          return true;
        }
      }
      if (!MaySpin()) return false;  // Says nothing about how long the wait would have been.
      if (NowNs() - start >= budget) {
        Failed(budget);
        return false;
      }
    }
  }

 private:
  static constexpr int kLooksPerClock = 16;
  static constexpr int kFailuresPerProbe = 16;

  bool MaySpin() const { return cores_ > 1 && RunnableThreads() <= cores_; }
  void Succeeded(std::int64_t took_ns);
  void Failed(std::int64_t budget_ns);

  const int cores_;
  std::atomic<std::int32_t> failures_{0};  // In a row.
  std::atomic<std::int64_t> budget_ns_{kMostNs / 2};
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_SYNC_SPIN_POLICY_H_
