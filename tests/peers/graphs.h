// The task graphs that tools/bench measures, written once for all runtimes: a wavefront of 128 x
// 128 cells, and the tiled Cholesky factorisation of 24 x 24 tiles. Bodies are empty.
//
// A graph is given twice: by the successors and the number of predecessors of a task, for runtimes
// on which the user counts; and by what each task reads and writes, in the order of a sequential
// program, for those that find the dependencies at insertion.
#ifndef HEDDLE_TESTS_PEERS_GRAPHS_H_
#define HEDDLE_TESTS_PEERS_GRAPHS_H_

#include <benchmark/benchmark.h>

#include <initializer_list>

namespace heddle::peers {

struct Wavefront {
  static constexpr int kSide = 128;
  static constexpr int kTasks = kSide * kSide;
  static constexpr int kIds = kTasks;  // Ids of tasks are below it; task 0 goes first.

  template <class Visit>  // visit(id, predecessors)
  static void ForEachCount(Visit visit) {
    for (int task = 0; task < kTasks; ++task) {
      visit(task, (task % kSide > 0 ? 1 : 0) + (task / kSide > 0 ? 1 : 0));
    }
  }
  template <class Visit>  // visit(id)
  static void ForEachSuccessor(int task, Visit visit) {
    if (task % kSide + 1 < kSide) visit(task + 1);
    if (task / kSide + 1 < kSide) visit(task + kSide);
  }

  // With a border above and to the left, which nobody writes.
  static constexpr int kCells = (kSide + 1) * (kSide + 1);
  template <class Visit>  // visit({read cells}, cell that is read and written)
  static void ForEachTask(Visit visit) {
    for (int i = 1; i <= kSide; ++i) {
      for (int j = 1; j <= kSide; ++j) {
        const int cell = i * (kSide + 1) + j;
        visit({cell - 1, cell - kSide - 1}, cell);
      }
    }
  }
};

// Task (k, m, n) changes tile (m, n) in step k: potrf where k = m = n, trsm where k = n, else
// update.
struct Cholesky {
  static constexpr int kTiles = 24;
  static constexpr int kTasks = kTiles * (kTiles + 1) * (kTiles + 2) / 6;
  static constexpr int kIds = kTiles * kTiles * kTiles;

  template <class Visit>
  static void ForEachCount(Visit visit) {
    for (int k = 0; k < kTiles; ++k) {
      for (int m = k; m < kTiles; ++m) {
        for (int n = k; n <= m; ++n) {
          // The tiles that it reads, and the step before on its own.
          const int reads = n > k ? (m == n ? 1 : 2) : (m == k ? 0 : 1);
          visit(Id(k, m, n), reads + (k > 0 ? 1 : 0));
        }
      }
    }
  }
  template <class Visit>
  static void ForEachSuccessor(int task, Visit visit) {
    const int n = task % kTiles, m = task / kTiles % kTiles, k = task / (kTiles * kTiles);
    if (n > k) {
      visit(Id(k + 1, m, n));
    } else if (m == k) {
      for (int i = k + 1; i < kTiles; ++i) visit(Id(k, i, k));
    } else {
      for (int i = k + 1; i <= m; ++i) visit(Id(k, m, i));
      for (int i = m + 1; i < kTiles; ++i) visit(Id(k, i, m));
    }
  }

  static constexpr int kCells = kTiles * kTiles;
  template <class Visit>
  static void ForEachTask(Visit visit) {
    const auto tile = [](int m, int n) { return m * kTiles + n; };
    for (int k = 0; k < kTiles; ++k) {
      visit({}, tile(k, k));
      for (int m = k + 1; m < kTiles; ++m) visit({tile(k, k)}, tile(m, k));
      for (int m = k + 1; m < kTiles; ++m) {
        for (int n = k + 1; n < m; ++n) visit({tile(m, k), tile(n, k)}, tile(m, n));
        visit({tile(m, k)}, tile(m, m));
      }
    }
  }

 private:
  static constexpr int Id(int k, int m, int n) { return (k * kTiles + m) * kTiles + n; }
};

// Runs `task` and then whatever becomes ready: the first ready successor in place of its
// predecessor, which is how one writes a fast graph on any of these runtimes; others are spawned.
//   arrive(id): a predecessor of `id` has ended; true where it was the last one
template <class Graph, class Arrive, class Spawn>
void RunChained(int task, const Arrive& arrive, const Spawn& spawn) {
  while (task >= 0) {
    benchmark::ClobberMemory();
    int next = -1;
    Graph::ForEachSuccessor(task, [&](int successor) {
      if (!arrive(successor)) return;
      if (next < 0) {
        next = successor;
      } else {
        spawn(successor);
      }
    });
    task = next;
  }
}

// The same with a task of the runtime's for every one of the graph.
template <class Graph, class Arrive, class Spawn>
void RunAlone(int task, const Arrive& arrive, const Spawn& spawn) {
  benchmark::ClobberMemory();
  Graph::ForEachSuccessor(task, [&](int successor) {
    if (arrive(successor)) spawn(successor);
  });
}

}  // namespace heddle::peers

#endif  // HEDDLE_TESTS_PEERS_GRAPHS_H_
