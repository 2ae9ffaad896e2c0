// The graphs of graphs.h on our pool, for comparison with the peers beside. The argument is the
// number of workers; figures are per task. The benchmark's thread sleeps while a task measures.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <vector>

#include "components/blocking/timed_pool_for_test.h"
#include "components/blocking/wait_for.h"
#include "components/dependency/access.h"
#include "components/dependency/counter.h"
#include "components/dependency/group.h"
#include "components/memory_pool/pool.h"
#include "components/worker_pool/worker_pool.h"
#include "tests/peers/graphs.h"

namespace heddle::peers {
namespace {

// ---- Counted by the user ----

// Only a task that is spawned passes through the pool: made, submitted, run, counted, freed.
template <class Graph>
class ChainedGraph {
 public:
  explicit ChainedGraph(TimedPool& team)
      : pool_(team.pool()), group_(pool_.slots()), counters_(Graph::kIds) {}

  void Run() {
    Graph::ForEachCount([this](int task, int predecessors) {
      counters_[static_cast<std::size_t>(task)].Reset(static_cast<std::uint32_t>(predecessors));
    });
    Spawn(0);
    WaitFor(group_);
  }

 private:
  struct Node : Task {
    ChainedGraph* graph;
    int first;
  };

  void Spawn(int first) {
    Node* const node = PoolNew<Node>();
    node->run = [](Task* task) {
      Node* const self = static_cast<Node*>(task);
      ChainedGraph* const graph = self->graph;
      RunChained<Graph>(
          self->first,
          [graph](int id) { return graph->counters_[static_cast<std::size_t>(id)].Arrive(); },
          [graph](int id) { graph->Spawn(id); });
      PoolDelete(self);
      (void)graph->group_.Finished(Pool::CurrentSlot());
    };
    node->owner = &group_;
    node->graph = this;
    node->first = first;
    group_.Started(Pool::CurrentSlot());
    pool_.Submit(node);
  }

  Pool& pool_;
  Group group_;
  std::vector<Counter> counters_;
};

// Every task passes through the pool, with a descriptor that was made before, as a graph of tasks
// that is known beforehand has it.
template <class Graph>
class TaskGraph {
 public:
  explicit TaskGraph(TimedPool& team) : pool_(team.pool()), group_(pool_.slots()), nodes_(Graph::kIds) {}

  void Run() {
    Graph::ForEachCount([this](int id, int predecessors) {
      Node& node = nodes_[static_cast<std::size_t>(id)];
      node.counter.Reset(static_cast<std::uint32_t>(predecessors));
      node.run = &RunNode;
      node.owner = &group_;
      node.user[0] = this;
    });
    group_.Started(Pool::CurrentSlot());
    pool_.Submit(&nodes_[0]);
    WaitFor(group_);
  }

 private:
  struct Node : Task {
    Counter counter;
  };

  static void RunNode(Task* task) {
    TaskGraph* const graph = static_cast<TaskGraph*>(task->user[0]);
    const int slot = Pool::CurrentSlot();
    Task* next = nullptr;
    RunAlone<Graph>(
        static_cast<int>(static_cast<Node*>(task) - graph->nodes_.data()),
        [graph](int id) { return graph->nodes_[static_cast<std::size_t>(id)].counter.Arrive(); },
        [graph, &next, slot](int id) {
          graph->group_.Started(slot);
          Task* const ready = &graph->nodes_[static_cast<std::size_t>(id)];
          if (next == nullptr) {
            next = ready;
          } else {
            graph->pool_.Submit(ready);
          }
        });
    if (next != nullptr) graph->pool_.SubmitNext(next);
    (void)graph->group_.Finished(slot);
  }

  Pool& pool_;
  Group group_;
  std::vector<Node> nodes_;
};

// ---- Found at insertion, by the address of what a task reads and writes ----

template <class Graph>
class InsertedGraph {
 public:
  explicit InsertedGraph(TimedPool& team)
      : pool_(team.pool()), group_(pool_.slots()), data_(Graph::kCells) {}

  void Run() {
    table_.Clear();
    const int slot = Pool::CurrentSlot();
    Graph::ForEachTask([this, slot](std::initializer_list<int> reads, int written) {
      Node* const node = PoolNew<Node>();
      node->run = &RunNode;
      node->owner = &group_;
      node->user[0] = this;
      Access* access = node->accesses;
      for (const int cell : reads) Insert(access++, node, cell, AccessMode::kRead);
      Insert(access, node, written, AccessMode::kReadWrite);
      group_.Started(slot);
      if (node->Release()) pool_.Submit(node);
    });
    WaitFor(group_);
  }

 private:
  struct Node : Task, DependencyNode {
    Access accesses[3];
  };

  void Insert(Access* access, Node* node, int cell, AccessMode mode) {
    table_.At(&data_[static_cast<std::size_t>(cell)]).Insert(access, node, mode);
  }

  static void RunNode(Task* task) {
    Node* const node = static_cast<Node*>(task);
    InsertedGraph* const graph = static_cast<InsertedGraph*>(task->user[0]);
    benchmark::ClobberMemory();
    Task* next = nullptr;
    node->FinishAccesses([graph, &next](DependencyNode* successor) {
      Task* const ready = static_cast<Node*>(successor);
      if (next == nullptr) {
        next = ready;
      } else {
        graph->pool_.Submit(ready);
      }
    });
    if (next != nullptr) graph->pool_.SubmitNext(next);
    PoolDelete(node);
    (void)graph->group_.Finished(Pool::CurrentSlot());
  }

  Pool& pool_;
  Group group_;
  std::vector<double> data_;
  AccessTable table_;
};

template <class Runner, class Graph>
void BM_Graph(benchmark::State& state) {
  TimedPool team(static_cast<int>(state.range(0)));
  Runner graph(team);
  for (auto _ : state) state.SetIterationTime(team.Time([&graph] { graph.Run(); }));
  state.SetItemsProcessed(state.iterations() * Graph::kTasks);
}

#define GRAPH_BENCHMARK(name, runner, graph) /* NOLINTNEXTLINE(bugprone-macro-parentheses) */ \
  BENCHMARK(BM_Graph<runner<graph>, graph>)->Name(name)->Arg(1)->Arg(2)->UseManualTime()
GRAPH_BENCHMARK("BM_WavefrontChained", ChainedGraph, Wavefront);
GRAPH_BENCHMARK("BM_CholeskyChained", ChainedGraph, Cholesky);
GRAPH_BENCHMARK("BM_WavefrontTasks", TaskGraph, Wavefront);
GRAPH_BENCHMARK("BM_CholeskyTasks", TaskGraph, Cholesky);
GRAPH_BENCHMARK("BM_WavefrontFoundAtInsertion", InsertedGraph, Wavefront);
GRAPH_BENCHMARK("BM_CholeskyFoundAtInsertion", InsertedGraph, Cholesky);

}  // namespace
}  // namespace heddle::peers
