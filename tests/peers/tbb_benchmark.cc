// oneTBB: recursive spawn and sync, one producer of empty tasks, a wavefront of counters whose successors are chained,
// suspension and resumption. The argument is the number of threads; figures are per task.
#include <benchmark/benchmark.h>
#include <tbb/global_control.h>
#include <tbb/task.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>

#include <atomic>
#include <vector>

#include "tests/peers/fibonacci.h"

namespace heddle::peers {
namespace {

long Fib(int n) {
  if (n < 2) return n;
  long a = 0;
  tbb::task_group group;
  group.run([&] { a = Fib(n - 1); });
  const long b = Fib(n - 2);
  group.wait();
  return a + b;
}

void BM_Fib25(benchmark::State& state) {
  tbb::task_arena arena(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    long result = 0;
    arena.execute([&] { result = Fib(kFibonacciArgument); });
    if (result != kFibonacciResult) state.SkipWithError("wrong result");
  }
  state.SetItemsProcessed(state.iterations() * kFibonacciSpawns);
}
BENCHMARK(BM_Fib25)->Arg(1)->Arg(2)->UseRealTime();

void BM_EmptyTasksOfOneProducer(benchmark::State& state) {
  constexpr int kTasks = 100'000;
  tbb::task_arena arena(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    arena.execute([] {
      tbb::task_group group;
      for (int i = 0; i < kTasks; ++i) group.run([] {});
      group.wait();
    });
  }
  state.SetItemsProcessed(state.iterations() * kTasks);
}
BENCHMARK(BM_EmptyTasksOfOneProducer)->Arg(1)->Arg(2)->UseRealTime();

// Each cell waits for its left and upper neighbours; the first successor that becomes ready runs in place of its
// predecessor, the other is spawned.
class Wavefront {
 public:
  static constexpr int kSide = 128;
  Wavefront() : missing_(kSide * kSide) {}

  void Run() {
    for (int i = 0; i < kSide * kSide; ++i) {
      const int missing = (i % kSide > 0) + (i / kSide > 0);
      missing_[static_cast<std::size_t>(i)].store(missing, std::memory_order_relaxed);
    }
    tbb::task_group group;
    group.run([&] { Cell(group, 0); });
    group.wait();
  }

 private:
  bool Arrive(int cell) {
    return missing_[static_cast<std::size_t>(cell)].fetch_sub(1, std::memory_order_acq_rel) == 1;
  }
  void Cell(tbb::task_group& group, int cell) {
    for (;;) {
      const bool right = cell % kSide + 1 < kSide && Arrive(cell + 1);
      const bool down = cell / kSide + 1 < kSide && Arrive(cell + kSide);
      if (right && down) group.run([this, &group, cell] { Cell(group, cell + kSide); });
      if (!right && !down) return;
      cell += right ? 1 : kSide;
    }
  }
  std::vector<std::atomic<int>> missing_;
};

void BM_WavefrontOfCounters(benchmark::State& state) {
  tbb::task_arena arena(static_cast<int>(state.range(0)));
  Wavefront wavefront;
  for (auto _ : state) arena.execute([&] { wavefront.Run(); });
  state.SetItemsProcessed(state.iterations() * Wavefront::kSide * Wavefront::kSide);
}
BENCHMARK(BM_WavefrontOfCounters)->Arg(1)->Arg(2)->UseRealTime();

void BM_SuspendAndResume(benchmark::State& state) {
  constexpr int kRounds = 1'000;
  tbb::task_arena arena(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    arena.execute([] {
      for (int i = 0; i < kRounds; ++i) {
        tbb::task::suspend([](tbb::task::suspend_point point) { tbb::task::resume(point); });
      }
    });
  }
  state.SetItemsProcessed(state.iterations() * kRounds);
}
BENCHMARK(BM_SuspendAndResume)->Arg(1)->Arg(2)->UseRealTime();

}  // namespace
}  // namespace heddle::peers
