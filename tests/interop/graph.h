// One description of a task graph, which every frontend runs: tasks 0 .. size() - 1, each with up
// to four inputs, the values of earlier tasks. A frontend carries the values by its own means;
// every task checks that it got the right ones.
#ifndef HEDDLE_TESTS_INTEROP_GRAPH_H_
#define HEDDLE_TESTS_INTEROP_GRAPH_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace heddle::interop {

constexpr int kMaxInputs = 4;

class Graph {
 public:
  // Every input is a task that is there already, and another one. Returns the task's number.
  int Add(const std::vector<int>& inputs);

  int size() const { return static_cast<int>(tasks_.size()); }
  const std::vector<int>& inputs(int task) const {
    return tasks_[static_cast<std::size_t>(task)].inputs;
  }
  // The tasks whose input number `slot` is this one's value.
  const std::vector<int>& consumers(int task, int slot) const {
    return tasks_[static_cast<std::size_t>(task)].consumers[static_cast<std::size_t>(slot)];
  }
  // What a task computes, as found when it was added: the sequential reference.
  std::uint64_t value(int task) const { return tasks_[static_cast<std::size_t>(task)].value; }

 private:
  struct Task {
    std::vector<int> inputs;
    std::array<std::vector<int>, kMaxInputs> consumers;
    std::uint64_t value = 0;
  };
  std::vector<Task> tasks_;
};

enum class Kind { kChain, kStencil, kButterfly, kTree, kCholesky, kRandom };
constexpr Kind kKinds[] = {Kind::kChain, Kind::kStencil,  Kind::kButterfly,
                           Kind::kTree,  Kind::kCholesky, Kind::kRandom};
const char* NameOf(Kind kind);

// A graph of 40 to 300 tasks. `seed` picks its size and, of a random one, its edges.
Graph MakeGraph(Kind kind, std::uint64_t seed);

// One run of a graph. Lives until the frontend's Run() has returned.
class GraphRun {
 public:
  // `body`, where there is one, is called in every task before its value is computed. It may wait.
  explicit GraphRun(const Graph& graph, std::function<void()> body = {});

  const Graph& graph() const { return graph_; }

  // A task's body: checks the inputs, by their slots, and returns the value.  Thread safety: any
  // thread.
  std::uint64_t Execute(int task, const std::uint64_t* const inputs[]);

  // After the run: empty where every task ran once and got its inputs; else what went wrong, the
  // first mistakes of many.
  std::string Mistakes() const;

  // How many bodies of all runs were at work at a time, at most, since the last call; without those
  // whose `body` was called.
  static int MostBodies();

 private:
  void Mistake(int task, int slot);

  const Graph& graph_;
  const std::function<void()> body_;
  std::unique_ptr<std::atomic<int>[]> runs_;  // Of each task.
  std::atomic<std::int64_t> wrong_inputs_{0};
  std::atomic<std::int64_t> first_wrong_{-1};  // kMaxInputs * task + slot.
};

}  // namespace heddle::interop

#endif  // HEDDLE_TESTS_INTEROP_GRAPH_H_
