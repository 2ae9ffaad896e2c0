// OpenMP tasks: recursive spawn and sync, one producer of empty tasks, and graphs whose dependences
// are found at insertion. The argument is the number of threads; figures are per task.
#include <benchmark/benchmark.h>

#include <initializer_list>
#include <vector>

#include "tests/peers/fibonacci.h"
#include "tests/peers/graphs.h"

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

template <class Graph>
void BM_FoundAtInsertion(benchmark::State& state) {
  const int threads = static_cast<int>(state.range(0));
  std::vector<double> data(Graph::kCells);
  for (auto _ : state) {
#pragma omp parallel num_threads(threads)
#pragma omp single
    Graph::ForEachTask([&data](std::initializer_list<int> reads, int written) {
      // Clauses are text: one pragma for each number of data.
      [[maybe_unused]] double* const w = &data[static_cast<std::size_t>(written)];
      const auto read = [&](std::size_t i) {
        return &data[static_cast<std::size_t>(reads.begin()[i])];
      };
      if (reads.size() == 0) {
#pragma omp task depend(inout : w[0])
        benchmark::ClobberMemory();
      } else if (reads.size() == 1) {
        [[maybe_unused]] double* const r = read(0);
#pragma omp task depend(in : r[0]) depend(inout : w[0])
        benchmark::ClobberMemory();
      } else {
        [[maybe_unused]] double* const r = read(0);
        [[maybe_unused]] double* const q = read(1);
#pragma omp task depend(in : r[0], q[0]) depend(inout : w[0])
        benchmark::ClobberMemory();
      }
    });
  }
  state.SetItemsProcessed(state.iterations() * Graph::kTasks);
}
BENCHMARK(BM_FoundAtInsertion<Wavefront>)
    ->Name("BM_WavefrontFoundAtInsertion")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime();
BENCHMARK(BM_FoundAtInsertion<Cholesky>)
    ->Name("BM_CholeskyFoundAtInsertion")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime();

}  // namespace
}  // namespace heddle::peers
