// oneTBB: recursive spawn and sync, one producer of empty tasks, graphs of counters, the start of a
// task on an idle worker, suspension and resumption. The argument is the number of threads; figures
// are per task. Threads are bound to cores, as those of our pool.
#include <benchmark/benchmark.h>
#include <tbb/global_control.h>
#include <tbb/task.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>
#include <tbb/task_scheduler_observer.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "components/base/measuring_for_test.h"
#include "tests/peers/fibonacci.h"
#include "tests/peers/graphs.h"

namespace heddle::peers {
namespace {

// An arena whose threads are bound to the cores in turn.
class Arena {
 public:
  explicit Arena(benchmark::State& state) : Arena(static_cast<int>(state.range(0))) {}
  explicit Arena(int threads)
      : limit_(tbb::global_control::max_allowed_parallelism,
               static_cast<std::size_t>(std::max(threads, 2))),
        arena_(threads),
        binding_(arena_) {}
  template <class F>
  void Run(F body) {
    arena_.execute(body);
  }

 private:
  class Binding : public tbb::task_scheduler_observer {
   public:
    explicit Binding(tbb::task_arena& arena) : task_scheduler_observer(arena) {
      (void)UsableCores();
      observe(true);
    }
    ~Binding() override {
      observe(false);
      Unbind();
    }
    void on_scheduler_entry(bool) override {
      BindToCore(tbb::this_task_arena::current_thread_index());
    }
  };

  tbb::global_control limit_;
  tbb::task_arena arena_;
  Binding binding_;
};

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
  Arena arena(state);
  for (auto _ : state) {
    long result = 0;
    arena.Run([&] { result = Fib(kFibonacciArgument); });
    if (result != kFibonacciResult) state.SkipWithError("wrong result");
  }
  state.SetItemsProcessed(state.iterations() * kFibonacciSpawns);
}
BENCHMARK(BM_Fib25)->Arg(1)->Arg(2)->UseRealTime();

void BM_EmptyTasksOfOneProducer(benchmark::State& state) {
  constexpr int kTasks = 100'000;
  Arena arena(state);
  for (auto _ : state) {
    arena.Run([] {
      tbb::task_group group;
      for (int i = 0; i < kTasks; ++i) group.run([] {});
      group.wait();
    });
  }
  state.SetItemsProcessed(state.iterations() * kTasks);
}
BENCHMARK(BM_EmptyTasksOfOneProducer)->Arg(1)->Arg(2)->UseRealTime();

template <class Graph, bool kChained>
class CounterGraph {
 public:
  CounterGraph() : missing_(Graph::kIds) {}

  void Run() {
    Graph::ForEachCount([this](int task, int predecessors) {
      missing_[static_cast<std::size_t>(task)].store(predecessors, std::memory_order_relaxed);
    });
    tbb::task_group group;
    Spawn(group, 0);
    group.wait();
  }

 private:
  void Spawn(tbb::task_group& group, int task) {
    group.run([this, &group, task] {
      const auto arrive = [this](int successor) {
        std::atomic<int>& missing = missing_[static_cast<std::size_t>(successor)];
        return missing.fetch_sub(1, std::memory_order_acq_rel) == 1;
      };
      const auto spawn = [this, &group](int successor) { Spawn(group, successor); };
      if constexpr (kChained) {
        RunChained<Graph>(task, arrive, spawn);
      } else {
        RunAlone<Graph>(task, arrive, spawn);
      }
    });
  }
  std::vector<std::atomic<int>> missing_;
};

template <class Graph, bool kChained>
void BM_Counters(benchmark::State& state) {
  Arena arena(state);
  CounterGraph<Graph, kChained> graph;
  for (auto _ : state) arena.Run([&] { graph.Run(); });
  state.SetItemsProcessed(state.iterations() * Graph::kTasks);
}
BENCHMARK(BM_Counters<Wavefront, true>)->Name("BM_WavefrontChained")->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(BM_Counters<Cholesky, true>)->Name("BM_CholeskyChained")->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(BM_Counters<Wavefront, false>)->Name("BM_WavefrontTasks")->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(BM_Counters<Cholesky, false>)->Name("BM_CholeskyTasks")->Arg(1)->Arg(2)->UseRealTime();

// From run() in one thread, which then only looks, to the body on the other one, which has been
// idle for a microsecond.
void BM_StartOnAnAwakeWorker(benchmark::State& state) {
  Arena arena(2);
  Latencies latencies;
  arena.Run([&] {
    std::atomic<std::int64_t> started;
    const std::thread::id submitter = std::this_thread::get_id();
    tbb::task_group group;
    for (auto _ : state) {
      started.store(0, std::memory_order_relaxed);
      SpinFor(1'000);
      const std::int64_t begin = NowNs();
      group.run([&started, submitter] {
        started.store(std::this_thread::get_id() == submitter ? -1 : NowNs(),
                      std::memory_order_release);
      });
      std::int64_t end;
      while ((end = started.load(std::memory_order_acquire)) == 0) CpuRelax();
      if (end < 0) state.SkipWithError("the submitter ran it");
      latencies.Add(end - begin);
    }
    group.wait();
  });
  latencies.Report(state);
}
BENCHMARK(BM_StartOnAnAwakeWorker)->UseRealTime();

void BM_SuspendAndResume(benchmark::State& state) {
  constexpr int kRounds = 1'000;
  Arena arena(state);
  for (auto _ : state) {
    arena.Run([] {
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
