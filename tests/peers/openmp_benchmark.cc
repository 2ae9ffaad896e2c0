// OpenMP tasks: recursive spawn and sync, one producer of empty tasks, and a wavefront whose dependences are found at
// insertion. The argument is the number of threads; figures are per task.
#include <benchmark/benchmark.h>

#include <vector>

#include "tests/peers/fibonacci.h"

namespace heddle::peers {
namespace {

long Fib(int n) {
  if (n < 2) return n;
  long a = 0;
#pragma omp task shared(a)
  a = Fib(n - 1);
  const long b = Fib(n - 2);
#pragma omp taskwait
  return a + b;
}

void BM_Fib25(benchmark::State& state) {
  const int threads = static_cast<int>(state.range(0));
  for (auto _ : state) {
    long result = 0;
#pragma omp parallel num_threads(threads)
#pragma omp single
    result = Fib(kFibonacciArgument);
    if (result != kFibonacciResult) state.SkipWithError("wrong result");
  }
  state.SetItemsProcessed(state.iterations() * kFibonacciSpawns);
}
BENCHMARK(BM_Fib25)->Arg(1)->Arg(2)->UseRealTime();

void BM_EmptyTasksOfOneProducer(benchmark::State& state) {
  constexpr int kTasks = 100'000;
  const int threads = static_cast<int>(state.range(0));
  for (auto _ : state) {
#pragma omp parallel num_threads(threads)
#pragma omp single
    for (int i = 0; i < kTasks; ++i) {
#pragma omp task
      benchmark::ClobberMemory();
    }
  }
  state.SetItemsProcessed(state.iterations() * kTasks);
}
BENCHMARK(BM_EmptyTasksOfOneProducer)->Arg(1)->Arg(2)->UseRealTime();

void BM_WavefrontFoundAtInsertion(benchmark::State& state) {
  constexpr int kSide = 128;
  const int threads = static_cast<int>(state.range(0));
  std::vector<char> cells((kSide + 1) * (kSide + 1));
  for (auto _ : state) {
#pragma omp parallel num_threads(threads)
#pragma omp single
    for (int i = 1; i <= kSide; ++i) {
      for (int j = 1; j <= kSide; ++j) {
        [[maybe_unused]] char* const cell = &cells[static_cast<std::size_t>(i * (kSide + 1) + j)];
#pragma omp task depend(in : cell[-1], cell[-kSide - 1]) depend(inout : cell[0])
        benchmark::ClobberMemory();
      }
    }
  }
  state.SetItemsProcessed(state.iterations() * kSide * kSide);
}
BENCHMARK(BM_WavefrontFoundAtInsertion)->Arg(1)->Arg(2)->UseRealTime();

}  // namespace
}  // namespace heddle::peers
