// Times are of work on the workers: the benchmark's thread submits one task, which measures, and
// sleeps meanwhile. The argument is the number of workers.
#include <benchmark/benchmark.h>

#include <memory>
#include <utility>

#include "components/base/clock.h"
#include "components/blocking/barrier.h"
#include "components/blocking/condition.h"
#include "components/blocking/event.h"
#include "components/blocking/mutex.h"
#include "components/blocking/task_group.h"
#include "components/blocking/timed_pool_for_test.h"
#include "components/worker_pool/worker_pool.h"

namespace heddle {
namespace {

void SetPerItem(benchmark::State& state, double items) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(items));
  // Seconds an item, shown with a suffix: 44n is 44 ns.
  state.counters["per_item"] = benchmark::Counter(
      items, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

long Fib(Client& client, int n) {
  if (n < 2) return n;
  TaskGroup group(client);
  long a = 0;
  group.Run([&] { a = Fib(client, n - 1); });
  const long b = Fib(client, n - 2);
  group.Wait();
  return a + b;
}

void BM_Fib25(benchmark::State& state) {
  TimedPool bench(static_cast<int>(state.range(0)));
  constexpr int kSpawns = 121'392;  // Fib(26) - 1
  for (auto _ : state) {
    long result = 0;
    state.SetIterationTime(bench.Time([&] { result = Fib(bench.client(), 25); }));
    if (result != 75'025) state.SkipWithError("wrong result");
  }
  SetPerItem(state, kSpawns);
}
BENCHMARK(BM_Fib25)->Arg(1)->Arg(2)->UseManualTime()->Unit(benchmark::kMicrosecond);

void EmptyTasks(benchmark::State& state, std::uint32_t window) {
  TimedPool bench(static_cast<int>(state.range(0)));
  constexpr int kTasks = 100'000;
  for (auto _ : state) {
    state.SetIterationTime(bench.Time([&] {
      TaskGroup group(bench.client(), window);
      for (int i = 0; i < kTasks; ++i) group.Run([] {});
      group.Wait();
    }));
  }
  SetPerItem(state, kTasks);
}
void BM_EmptyTasksOfOneProducer(benchmark::State& state) { EmptyTasks(state, 0); }
BENCHMARK(BM_EmptyTasksOfOneProducer)
    ->Arg(1)
    ->Arg(2)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);
// As OpenMP's runtimes do it, whose producers run tasks themselves once some hundreds wait.
void BM_EmptyTasksInAWindow(benchmark::State& state) { EmptyTasks(state, 256); }
BENCHMARK(BM_EmptyTasksInAWindow)
    ->Arg(1)
    ->Arg(2)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

// An activity that is resumed as soon as it is suspended: a block and a resume an item, and a
// switch to another stack and back. (In TBB's terms: suspend() with a callback that calls
// resume().)
void BM_SuspendAndResume(benchmark::State& state) {
  TimedPool bench(static_cast<int>(state.range(0)));
  constexpr int kRounds = 10'000;
  for (auto _ : state) {
    state.SetIterationTime(bench.Time([] {
      for (int i = 0; i < kRounds; ++i) {
        Suspension self;
        Suspend(
            self, SuspendMode::kHold, [](Suspension* s, void*) { Resume(s); }, nullptr);
      }
    }));
  }
  SetPerItem(state, kRounds);
}
BENCHMARK(BM_SuspendAndResume)->Arg(1)->Arg(2)->UseManualTime()->Unit(benchmark::kMicrosecond);

// Two activities on one worker resume each other in turn: each item is one block and one resume.
void BM_BlockAndResume(benchmark::State& state) {
  TimedPool bench(1);
  constexpr int kRounds = 10'000;
  struct Turn {
    Suspension* waiting = nullptr;
    bool ended = false;
  };
  for (auto _ : state) {
    Turn turn;
    const auto play = [&turn] {
      for (int i = 0; i < kRounds; ++i) {
        Suspension self;
        Suspend(
            self, SuspendMode::kHold,
            [](Suspension* s, void* argument) {
              Turn& t = *static_cast<Turn*>(argument);
              Suspension* const other = std::exchange(t.waiting, s);
              if (t.ended) {
                Resume(s);
              } else if (other != nullptr) {
                Resume(other);
              }
            },
            &turn);
      }
      turn.ended = true;
      if (turn.waiting != nullptr) Resume(std::exchange(turn.waiting, nullptr));
    };
    state.SetIterationTime(bench.Time([&] {
      TaskGroup group(bench.client());
      group.Run(play);
      group.Run(play);
      group.Wait();
    }));
  }
  SetPerItem(state, 2 * kRounds);
}
BENCHMARK(BM_BlockAndResume)->UseManualTime()->Unit(benchmark::kMicrosecond);

void BM_MutexUncontended(benchmark::State& state) {
  Mutex mutex;
  for (auto _ : state) {
    mutex.lock();
    mutex.unlock();
  }
}
BENCHMARK(BM_MutexUncontended);

void BM_RecursiveMutexUncontended(benchmark::State& state) {
  RecursiveMutex mutex;
  for (auto _ : state) {
    mutex.lock();
    mutex.unlock();
  }
}
BENCHMARK(BM_RecursiveMutexUncontended);

// Four activities fight for one mutex, handed over each time.
void BM_MutexContended(benchmark::State& state) {
  TimedPool bench(static_cast<int>(state.range(0)));
  const MutexOrder order = state.range(1) == 0 ? MutexOrder::kHandOver : MutexOrder::kBarging;
  constexpr int kRounds = 5'000;
  for (auto _ : state) {
    Mutex mutex(order);
    long counter = 0;
    state.SetIterationTime(bench.Time([&] {
      TaskGroup group(bench.client());
      for (int i = 0; i < 4; ++i) {
        group.Run([&] {
          for (int round = 0; round < kRounds; ++round) {
            mutex.lock();
            ++counter;
            mutex.unlock();
          }
        });
      }
      group.Wait();
    }));
    if (counter != 4 * kRounds) state.SkipWithError("not exclusive");
  }
  SetPerItem(state, 4 * kRounds);
}
BENCHMARK(BM_MutexContended)
    ->ArgsProduct({{1, 2}, {0, 1}})
    ->ArgNames({"workers", "barging"})
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

// Eight activities meet: an item is one round of all.
void BM_Barrier(benchmark::State& state) {
  TimedPool bench(static_cast<int>(state.range(0)));
  constexpr int kRounds = 1'000;
  for (auto _ : state) {
    Barrier barrier(8);
    state.SetIterationTime(bench.Time([&] {
      TaskGroup group(bench.client());
      for (int i = 0; i < 8; ++i) {
        group.Run([&] {
          for (int round = 0; round < kRounds; ++round) barrier.Wait();
        });
      }
      group.Wait();
    }));
  }
  SetPerItem(state, kRounds);
}
BENCHMARK(BM_Barrier)->Arg(1)->Arg(2)->UseManualTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace heddle
