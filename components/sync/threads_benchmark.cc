// Locks and wake-ups, each beside the bare thing that it is built on.
#include <benchmark/benchmark.h>
#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "components/base/clock.h"
#include "components/base/fence.h"
#include "components/base/futex.h"
#include "components/sync/delegation_lock.h"
#include "components/sync/event_count.h"
#include "components/sync/parker.h"
#include "components/sync/spin_lock.h"
#include "components/sync/spin_policy.h"
#include "components/sync/stress_options.h"

namespace heddle {
namespace {

// A counter on which one thread sleeps in the bare way, as the yardstick.
struct BareFutex {
  std::atomic<std::uint32_t> word{0};
  void Park() {
    while (word.exchange(0, std::memory_order_acquire) == 0) FutexWait(word, 0);
  }
  void Unpark() {
    word.store(1, std::memory_order_release);
    FutexWake(word, 1);
  }
};

// From the wake to the sleeper's first instruction, the sleeper being 50 us asleep; the median of
// the run. Manual time is the whole latency, the counter `waker` what the waker paid of it.
template <class Sleeper>
void BM_WakeASleeper(benchmark::State& state) {
  Sleeper sleeper;
  std::atomic<std::int64_t> woken{0};
  std::atomic<bool> stop{false};
  const ScopedBinding binding(0);
  std::thread thread([&] {
    BindToCore(1);
    for (;;) {
      sleeper.Park();
      if (stop.load()) return;
      woken.store(NowNs(), std::memory_order_release);
    }
  });
  std::vector<double> waker, latency;
  for (auto _ : state) {
    const std::int64_t ready = NowNs() + 50'000;
    while (NowNs() < ready) CpuRelax();
    woken.store(0, std::memory_order_relaxed);
    const std::int64_t start = NowNs();
    sleeper.Unpark();
    waker.push_back(static_cast<double>(NowNs() - start));
    std::int64_t end;
    while ((end = woken.load(std::memory_order_acquire)) == 0) CpuRelax();
    latency.push_back(static_cast<double>(end - start));
    state.SetIterationTime(static_cast<double>(end - start) * 1e-9);
  }
  stop.store(true);
  sleeper.Unpark();
  thread.join();
  const auto median = [](std::vector<double>& values) {
    std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
    return values[values.size() / 2];
  };
  state.counters["median_ns"] = median(latency);
  state.counters["best_ns"] = *std::min_element(latency.begin(), latency.end());
  state.counters["waker_ns"] = median(waker);
}
BENCHMARK(BM_WakeASleeper<BareFutex>)->UseManualTime();
BENCHMARK(BM_WakeASleeper<Parker>)->UseManualTime();

void BM_ParkAndUnparkWithoutSleep(benchmark::State& state) {
  Parker parker;
  for (auto _ : state) {
    parker.Unpark();
    parker.Park();
  }
}
BENCHMARK(BM_ParkAndUnparkWithoutSleep);

// One way between two threads that wake each other; each sleeps mostly.
template <class Sleeper>
void BM_SleepingPingPong(benchmark::State& state) {
  Sleeper sleepers[2];
  std::atomic<bool> stop{false};
  const ScopedBinding binding(0);
  std::thread thread([&] {
    BindToCore(1);
    for (;;) {
      sleepers[1].Park();
      if (stop.load()) return;
      sleepers[0].Unpark();
    }
  });
  for (auto _ : state) {
    sleepers[1].Unpark();
    sleepers[0].Park();
  }
  stop.store(true);
  sleepers[1].Unpark();
  thread.join();
}
BENCHMARK(BM_SleepingPingPong<BareFutex>)->UseRealTime();
BENCHMARK(BM_SleepingPingPong<Parker>)->UseRealTime();

void BM_EventCountNotifyNobody(benchmark::State& state) {
  EventCount event;
  std::atomic<int> published{0};
  for (auto _ : state) {
    published.store(1, std::memory_order_release);
    event.NotifyOne();
  }
}
BENCHMARK(BM_EventCountNotifyNobody);

// What NotifyOne would cost with a full fence in it, which is the alternative: then PrepareWait
// would need no membarrier.
void BM_EventCountNotifyNobodyWithFullFence(benchmark::State& state) {
  std::atomic<int> published{0};
  std::atomic<std::uint32_t> waiters{0};
  for (auto _ : state) {
    published.store(1, std::memory_order_release);
    FullFence();
    benchmark::DoNotOptimize(waiters.load(std::memory_order_relaxed));
  }
}
BENCHMARK(BM_EventCountNotifyNobodyWithFullFence);

// The waiter's side of that choice: membarrier(2) interrupts the other core, if a thread of ours
// runs there.
void BM_EventCountPrepareAndCancelBesideABusyThread(benchmark::State& state) {
  EventCount event;
  std::atomic<bool> stop{false};
  const ScopedBinding binding(0);
  std::thread busy([&] {
    BindToCore(1);
    while (!stop.load(std::memory_order_relaxed)) CpuRelax();
  });
  for (auto _ : state) event.CancelWait(event.PrepareWait());
  stop.store(true);
  busy.join();
}
BENCHMARK(BM_EventCountPrepareAndCancelBesideABusyThread)->UseRealTime();

template <class Lock>
void BM_Lock(benchmark::State& state) {
  static Lock lock;
  static long counter = 0;
  const ScopedBinding binding(state.thread_index());
  for (auto _ : state) {
    std::lock_guard<Lock> guard(lock);
    benchmark::DoNotOptimize(++counter);
  }
}
BENCHMARK(BM_Lock<std::mutex>)->Threads(1)->Threads(2)->Threads(8)->UseRealTime();
BENCHMARK(BM_Lock<SpinLock>)->Threads(1)->Threads(2)->Threads(8)->UseRealTime();

// Everybody fetches the next number from a shared counter; a holder answers up to 16 waiters.
void BM_DelegationLock(benchmark::State& state) {
  static DelegationLock<long> lock(64);
  static long counter = 0;
  const ScopedBinding binding(state.thread_index());
  long delegated = 0;
  for (auto _ : state) {
    long number;
    if (lock.LockOrDelegate(state.thread_index(), &number)) {
      number = ++counter;
      for (int i = 0; i < 16 && lock.WaiterPresent(); ++i) lock.ServeFront(++counter);
      lock.Unlock();
    } else {
      ++delegated;
    }
    benchmark::DoNotOptimize(number);
  }
  state.counters["answered"] =
      benchmark::Counter(static_cast<double>(delegated) / static_cast<double>(state.iterations()),
                         benchmark::Counter::kAvgThreads);
}
BENCHMARK(BM_DelegationLock)->Threads(1)->Threads(2)->Threads(8)->UseRealTime();

void BM_SpinPolicyFirstLookSucceeds(benchmark::State& state) {
  SpinPolicy policy(2);
  for (auto _ : state) benchmark::DoNotOptimize(policy.SpinUntil([] { return true; }));
}
BENCHMARK(BM_SpinPolicyFirstLookSucceeds);

}  // namespace
}  // namespace heddle
