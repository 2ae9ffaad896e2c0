// What one dependency costs. Operations alone; then whole graphs with empty bodies on one thread,
// ready tasks in a plain stack: a 128 x 128 wavefront and a tiled Cholesky of 24 tiles (2,600
// tasks), on arrays of counters, on explicit edges and with dependencies found at insertion. Items
// are tasks.
#include <cstdint>
#include <memory>
#include <vector>

#include "benchmark/benchmark.h"
#include "components/dependency/access.h"
#include "components/dependency/counter.h"
#include "components/dependency/fork_join_group.h"
#include "components/dependency/group.h"
#include "components/memory_pool/pool.h"

namespace heddle {
namespace {

void PerTask(benchmark::State& state, std::int64_t tasks) {
  state.SetItemsProcessed(state.iterations() * tasks);
}

// ---- Operations ----

void BM_CounterArriveNotLast(benchmark::State& state) {
  Counter counter;
  counter.Reset(1u << 31);
  for (auto _ : state) benchmark::DoNotOptimize(counter.Arrive());
}
BENCHMARK(BM_CounterArriveNotLast);

void BM_CounterArriveLast(benchmark::State& state) {
  Counter counter;
  for (auto _ : state) {
    counter.Reset(1);
    benchmark::DoNotOptimize(counter.Arrive());
  }
}
BENCHMARK(BM_CounterArriveLast);

void BM_SuccessorListAddAndClose(benchmark::State& state) {
  SuccessorList list;
  Link link;
  for (auto _ : state) {
    benchmark::DoNotOptimize(list.Add(&link, nullptr));
    benchmark::DoNotOptimize(list.Close());
    list.Reset();
  }
}
BENCHMARK(BM_SuccessorListAddAndClose);

void BM_GroupStartedAndFinished(benchmark::State& state) {
  Group group(2);
  for (auto _ : state) {
    group.Started(0);
    benchmark::DoNotOptimize(group.Finished(0));
  }
}
BENCHMARK(BM_GroupStartedAndFinished);

// 1,000 tasks started, a waiter added, all finished: a wait in all.
void BM_GroupWaitForAThousand(benchmark::State& state) {
  Group group(2);
  GroupWaiter waiter;
  waiter.notify = [](GroupWaiter*) {};
  for (auto _ : state) {
    group.Started(0, 1000);
    group.AddWaiter(&waiter);
    for (int i = 0; i < 1000; ++i) benchmark::DoNotOptimize(group.Finished(0));
  }
  PerTask(state, 1000);
}
BENCHMARK(BM_GroupWaitForAThousand);

void BM_GroupMakeAndDestroy(benchmark::State& state) {
  for (auto _ : state) Group group(static_cast<int>(state.range(0)));
}
BENCHMARK(BM_GroupMakeAndDestroy)->Arg(2)->Arg(64);

void BM_ForkJoinSpawnedAndFinishedByOwner(benchmark::State& state) {
  ForkJoinGroup group;
  for (auto _ : state) {
    group.Spawned();
    benchmark::DoNotOptimize(group);
    group.FinishedByOwner();
    benchmark::DoNotOptimize(group.Done());
  }
}
BENCHMARK(BM_ForkJoinSpawnedAndFinishedByOwner);

void BM_ForkJoinSpawnedAndFinishedByOther(benchmark::State& state) {
  ForkJoinGroup group;
  for (auto _ : state) {
    group.Spawned();
    benchmark::DoNotOptimize(group.FinishedByOther());
    benchmark::DoNotOptimize(group.Done());
    group.Reset();
  }
}
BENCHMARK(BM_ForkJoinSpawnedAndFinishedByOther);

// ---- Tasks of the graphs ----

struct BenchTask {
  DependencyNode node;
  Access accesses[3];
  BenchTask* next = nullptr;
};

BenchTask* TaskOf(DependencyNode* node) { return reinterpret_cast<BenchTask*>(node); }

// Runs what is ready, and what becomes ready, to the end; the newest first. With `release` the
// descriptors go back to the pool.
template <bool kAccesses>
void RunAll(BenchTask* ready, bool release) {
  while (ready != nullptr) {
    BenchTask* const task = ready;
    ready = ready->next;
    const auto push = [&ready](DependencyNode* node) {
      TaskOf(node)->next = ready;
      ready = TaskOf(node);
    };
    if constexpr (kAccesses) {
      task->node.FinishAccesses(push);
    } else {
      task->node.Finish(push);
    }
    if (release) PoolDelete(task);
  }
}

// One access at a time, all of one chain: insertion and finish of a task together.
void BM_ChainInsertAndFinish(benchmark::State& state) {
  AccessChain chain;
  const auto mode = static_cast<AccessMode>(state.range(0));
  const auto tasks = static_cast<std::size_t>(state.range(1));
  for (auto _ : state) {
    BenchTask* ready = nullptr;
    BenchTask* last = nullptr;
    BenchTask* first = PoolNew<BenchTask>();  // Holds the others back.
    chain.Insert(&first->accesses[0], &first->node, AccessMode::kWrite);
    if (first->node.Release()) ready = first;
    for (std::size_t i = 1; i < tasks; ++i) {
      last = PoolNew<BenchTask>();
      chain.Insert(&last->accesses[0], &last->node, mode);
      if (last->node.Release()) state.SkipWithError("ready too early");
    }
    RunAll<true>(ready, true);
  }
  PerTask(state, state.range(1));
}
BENCHMARK(BM_ChainInsertAndFinish)
    ->ArgNames({"mode", "tasks"})
    ->Args({static_cast<int>(AccessMode::kRead), 1000})
    ->Args({static_cast<int>(AccessMode::kReadWrite), 1000});

void BM_TableAt(benchmark::State& state) {
  AccessTable table;
  std::vector<double> data(static_cast<std::size_t>(state.range(0)));
  std::vector<std::unique_ptr<BenchTask>> tasks;
  for (double& datum : data) {  // In use, so that they stay.
    tasks.push_back(std::make_unique<BenchTask>());
    table.At(&datum).Insert(&tasks.back()->accesses[0], &tasks.back()->node, AccessMode::kWrite);
  }
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(&table.At(&data[i]));
    if (++i == data.size()) i = 0;
  }
  for (auto& task : tasks) {
    benchmark::DoNotOptimize(task->node.Release());
    task->node.FinishAccesses([](DependencyNode*) {});
  }
}
BENCHMARK(BM_TableAt)->Arg(300)->Arg(10000);

// ---- Wavefront: task (i, j) after (i-1, j) and (i, j-1) ----

constexpr int kSide = 128;

// As one writes it with TBB: an array of counters, the first ready successor is run next.
void BM_WavefrontCounterArray(benchmark::State& state) {
  std::vector<Counter> counters(kSide * kSide);
  std::vector<int> stack(2 * kSide);
  for (auto _ : state) {
    for (int i = 0; i < kSide; ++i) {
      for (int j = 0; j < kSide; ++j) {
        counters[i * kSide + j].Reset((i > 0 ? 1 : 0) + (j > 0 ? 1 : 0));
      }
    }
    int top = 0;
    stack[top++] = 0;
    while (top > 0) {
      int task = stack[--top];
      while (task >= 0) {
        int next = -1;
        benchmark::ClobberMemory();
        const int j = task % kSide;
        if (j + 1 < kSide && counters[task + 1].Arrive()) next = task + 1;
        if (task + kSide < kSide * kSide && counters[task + kSide].Arrive()) {
          if (next >= 0) stack[top++] = task + kSide;
          if (next < 0) next = task + kSide;
        }
        task = next;
      }
    }
  }
  PerTask(state, kSide * kSide);
}
BENCHMARK(BM_WavefrontCounterArray);

// `insert(i, j, task)` adds the dependencies; tasks come from the pool.
template <bool kAccesses, typename Insert>
void InsertWavefront(Insert insert) {
  BenchTask* root = nullptr;
  for (int i = 0; i < kSide; ++i) {
    for (int j = 0; j < kSide; ++j) {
      BenchTask* const task = PoolNew<BenchTask>();
      insert(i, j, task);
      if (task->node.Release()) root = task;
    }
  }
  RunAll<kAccesses>(root, true);
}

void BM_WavefrontExplicitEdges(benchmark::State& state) {
  std::vector<BenchTask*> tasks(kSide * kSide);
  for (auto _ : state) {
    InsertWavefront<false>([&tasks](int i, int j, BenchTask* task) {
      tasks[i * kSide + j] = task;
      if (i > 0) (void)DependencyNode::AddSuccessor(&tasks[(i - 1) * kSide + j]->node, &task->node);
      if (j > 0) (void)DependencyNode::AddSuccessor(&tasks[i * kSide + j - 1]->node, &task->node);
    });
  }
  PerTask(state, kSide * kSide);
}
BENCHMARK(BM_WavefrontExplicitEdges);

template <typename ChainAt>
void InsertWavefrontAccesses(ChainAt chain_at) {
  InsertWavefront<true>([&](int i, int j, BenchTask* task) {
    int n = 0;
    if (i > 0) {
      chain_at(i - 1, j).Insert(&task->accesses[n++], &task->node, AccessMode::kRead);
    }
    if (j > 0) {
      chain_at(i, j - 1).Insert(&task->accesses[n++], &task->node, AccessMode::kRead);
    }
    chain_at(i, j).Insert(&task->accesses[n], &task->node, AccessMode::kWrite);
  });
}

void BM_WavefrontByHandle(benchmark::State& state) {
  std::vector<AccessChain> chains(kSide * kSide);
  for (auto _ : state) {
    InsertWavefrontAccesses([&](int i, int j) -> AccessChain& { return chains[i * kSide + j]; });
  }
  PerTask(state, kSide * kSide);
}
BENCHMARK(BM_WavefrontByHandle);

// With `fresh` the table is made anew each time, else cleared and kept.
void BM_WavefrontByAddress(benchmark::State& state) {
  std::vector<double> data(kSide * kSide);
  auto table = std::make_unique<AccessTable>();
  for (auto _ : state) {
    if (state.range(0) == 1) table = std::make_unique<AccessTable>();
    table->Clear();
    InsertWavefrontAccesses(
        [&](int i, int j) -> AccessChain& { return table->At(&data[i * kSide + j]); });
  }
  PerTask(state, kSide * kSide);
}
BENCHMARK(BM_WavefrontByAddress)->ArgName("fresh")->Arg(0)->Arg(1);

// ---- Tiled Cholesky ----

constexpr int kTiles = 24;
constexpr int kCholeskyTasks = kTiles * (kTiles + 1) * (kTiles + 2) / 6;

template <typename ChainAt>
void InsertCholesky(ChainAt chain_at) {
  BenchTask* root = nullptr;
  const auto release = [&root](BenchTask* task) {
    if (task->node.Release()) root = task;
  };
  for (int k = 0; k < kTiles; ++k) {
    BenchTask* const potrf = PoolNew<BenchTask>();
    chain_at(k, k).Insert(&potrf->accesses[0], &potrf->node, AccessMode::kReadWrite);
    release(potrf);
    for (int m = k + 1; m < kTiles; ++m) {
      BenchTask* const trsm = PoolNew<BenchTask>();
      chain_at(k, k).Insert(&trsm->accesses[0], &trsm->node, AccessMode::kRead);
      chain_at(m, k).Insert(&trsm->accesses[1], &trsm->node, AccessMode::kReadWrite);
      release(trsm);
    }
    for (int m = k + 1; m < kTiles; ++m) {
      for (int n = k + 1; n <= m; ++n) {
        BenchTask* const update = PoolNew<BenchTask>();
        chain_at(m, k).Insert(&update->accesses[0], &update->node, AccessMode::kRead);
        if (n != m) {
          chain_at(n, k).Insert(&update->accesses[1], &update->node, AccessMode::kRead);
        }
        chain_at(m, n).Insert(&update->accesses[2], &update->node, AccessMode::kReadWrite);
        release(update);
      }
    }
  }
  RunAll<true>(root, true);
}

void BM_CholeskyByHandle(benchmark::State& state) {
  std::vector<AccessChain> chains(kTiles * kTiles);
  for (auto _ : state) {
    InsertCholesky([&](int i, int j) -> AccessChain& { return chains[i * kTiles + j]; });
  }
  PerTask(state, kCholeskyTasks);
}
BENCHMARK(BM_CholeskyByHandle);

void BM_CholeskyByAddress(benchmark::State& state) {
  std::vector<double> data(kTiles * kTiles);
  for (auto _ : state) {
    AccessTable table;
    InsertCholesky([&](int i, int j) -> AccessChain& { return table.At(&data[i * kTiles + j]); });
  }
  PerTask(state, kCholeskyTasks);
}
BENCHMARK(BM_CholeskyByAddress);

// The same graph on an array of counters whose successors are computed: task (k, m, n) updates tile
// (m, n) in step k; n == k is trsm, m == k as well is potrf.
int Index(int k, int m, int n) { return (k * kTiles + m) * kTiles + n; }

void BM_CholeskyCounterArray(benchmark::State& state) {
  std::vector<Counter> counters(kTiles * kTiles * kTiles);
  std::vector<int> stack(kCholeskyTasks);
  for (auto _ : state) {
    for (int k = 0; k < kTiles; ++k) {
      for (int m = k; m < kTiles; ++m) {
        for (int n = k; n <= m; ++n) {
          // The step before on this tile, and the panel tiles that it reads.
          const std::uint32_t reads = n > k ? (m == n ? 1 : 2) : (m == k ? 0 : 1);
          counters[Index(k, m, n)].Reset(reads + (k > 0 ? 1 : 0));
        }
      }
    }
    int top = 0;
    int ran = 0;
    stack[top++] = 0;
    const auto arrive = [&](int k, int m, int n) {
      if (counters[Index(k, m, n)].Arrive()) stack[top++] = Index(k, m, n);
    };
    while (top > 0) {
      const int task = stack[--top];
      ++ran;
      const int n = task % kTiles, m = task / kTiles % kTiles, k = task / (kTiles * kTiles);
      benchmark::ClobberMemory();
      if (n > k) {
        arrive(k + 1, m, n);
      } else if (m == k) {
        for (int i = k + 1; i < kTiles; ++i) arrive(k, i, k);
      } else {
        for (int i = k + 1; i <= m; ++i) arrive(k, m, i);
        for (int i = m + 1; i < kTiles; ++i) arrive(k, i, m);
      }
    }
    if (ran != kCholeskyTasks) state.SkipWithError("not every task ran once");
  }
  PerTask(state, kCholeskyTasks);
}
BENCHMARK(BM_CholeskyCounterArray);

}  // namespace
}  // namespace heddle
