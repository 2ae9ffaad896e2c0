#include "tests/interop/graph.h"

#include <algorithm>
#include <chrono>
#include <random>

#include "components/base/check.h"

namespace heddle::interop {
namespace {

constexpr std::chrono::microseconds kWork(2);  // Of a body, so that several are at work at a time.

std::atomic<int> bodies{0};
std::atomic<int> most_bodies{0};

// Depends on the order of the inputs (splitmix64's mixing).
std::uint64_t Mix(std::uint64_t sum, std::uint64_t input) {
  std::uint64_t x = sum * 3 + input + 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

Graph Chain(int length) {
  Graph graph;
  for (int i = 0; i < length; ++i) graph.Add(i == 0 ? std::vector<int>{} : std::vector<int>{i - 1});
  return graph;
}

Graph Stencil(int width, int steps) {
  Graph graph;
  for (int step = 0; step < steps; ++step) {
    for (int column = 0; column < width; ++column) {
      std::vector<int> inputs;
      for (int from = std::max(column - 1, 0); step > 0 && from <= std::min(column + 1, width - 1);
           ++from) {
        inputs.push_back((step - 1) * width + from);
      }
      graph.Add(inputs);
    }
  }
  return graph;
}

Graph Butterfly(int levels) {
  Graph graph;
  const int width = 1 << levels;
  for (int step = 0; step <= levels; ++step) {
    for (int column = 0; column < width; ++column) {
      const int before = (step - 1) * width;
      graph.Add(step == 0
                    ? std::vector<int>{}
                    : std::vector<int>{before + column, before + (column ^ (1 << (step - 1)))});
    }
  }
  return graph;
}

// From a root out to the leaves, and back again.
Graph Tree(int levels) {
  Graph graph;
  const int leaves = 1 << levels;
  for (int i = 1; i < 2 * leaves; ++i)
    graph.Add(i == 1 ? std::vector<int>{} : std::vector<int>{i / 2 - 1});
  for (int width = leaves, first = leaves - 1; width > 1; width /= 2) {
    const int next = graph.size();
    for (int i = 0; i < width; i += 2) graph.Add({first + i, first + i + 1});
    first = next;
  }
  return graph;
}

Graph Cholesky(int tiles) {
  Graph graph;
  std::vector<std::vector<int>> last(static_cast<std::size_t>(tiles),
                                     std::vector<int>(static_cast<std::size_t>(tiles), -1));
  const auto add = [&](std::vector<int> reads, int i, int j) {
    int& updated = last[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
    if (updated >= 0) reads.push_back(updated);
    updated = graph.Add(reads);
  };
  const auto tile = [&](int i, int j) {
    return last[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
  };
  for (int k = 0; k < tiles; ++k) {
    add({}, k, k);
    for (int i = k + 1; i < tiles; ++i) add({tile(k, k)}, i, k);
    for (int i = k + 1; i < tiles; ++i) {
      for (int j = k + 1; j < i; ++j) add({tile(i, k), tile(j, k)}, i, j);
      add({tile(i, k)}, i, i);
    }
  }
  return graph;
}

Graph Random(int size, std::mt19937_64& random) {
  constexpr int kReach = 30;
  Graph graph;
  for (int i = 0; i < size; ++i) {
    std::vector<int> inputs;
    for (int n = static_cast<int>(random() % (kMaxInputs + 1)); n > 0 && i > 0; --n) {
      const int input =
          i - 1 - static_cast<int>(random() % static_cast<unsigned>(std::min(i, kReach)));
      if (std::find(inputs.begin(), inputs.end(), input) == inputs.end()) inputs.push_back(input);
    }
    graph.Add(inputs);
  }
  return graph;
}

}  // namespace

int Graph::Add(const std::vector<int>& inputs) {
  const int task = size();
  HEDDLE_CHECK(inputs.size() <= kMaxInputs)
      << "task " << task << " has " << inputs.size() << " inputs";
  std::uint64_t value = static_cast<std::uint64_t>(task);
  for (std::size_t slot = 0; slot < inputs.size(); ++slot) {
    HEDDLE_CHECK(inputs[slot] >= 0 && inputs[slot] < task)
        << "task " << task << " reads task " << inputs[slot];
    Task& input = tasks_[static_cast<std::size_t>(inputs[slot])];
    input.consumers[slot].push_back(task);
    value = Mix(value, input.value);
  }
  tasks_.push_back({inputs, {}, value});
  return task;
}

const char* NameOf(Kind kind) {
  constexpr const char* kNames[] = {"Chain", "Stencil", "Butterfly", "Tree", "Cholesky", "Random"};
  return kNames[static_cast<std::size_t>(kind)];
}

Graph MakeGraph(Kind kind, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto between = [&random](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  switch (kind) {
    case Kind::kChain:
      return Chain(between(100, 200));
    case Kind::kStencil:
      return Stencil(between(4, 12), between(10, 20));
    case Kind::kButterfly:
      return Butterfly(between(3, 5));
    case Kind::kTree:
      return Tree(between(4, 6));
    case Kind::kCholesky:
      return Cholesky(between(6, 8));
    case Kind::kRandom:
      return Random(between(100, 300), random);
  }
  return {};
}

GraphRun::GraphRun(const Graph& graph, std::function<void()> body)
    : graph_(graph),
      body_(std::move(body)),
      runs_(std::make_unique<std::atomic<int>[]>(static_cast<std::size_t>(graph.size()))) {}

std::uint64_t GraphRun::Execute(int task, const std::uint64_t* const inputs[]) {
  if (body_) {
    body_();
  } else {
    const int at_work = bodies.fetch_add(1) + 1;
    for (int most = most_bodies.load();
         at_work > most && !most_bodies.compare_exchange_weak(most, at_work);) {
    }
    const auto end = std::chrono::steady_clock::now() + kWork;
    while (std::chrono::steady_clock::now() < end) {
    }
  }
  runs_[static_cast<std::size_t>(task)].fetch_add(1);
  std::uint64_t value = static_cast<std::uint64_t>(task);
  const std::vector<int>& of = graph_.inputs(task);
  for (std::size_t slot = 0; slot < of.size(); ++slot) {
    if (inputs[slot] == nullptr || *inputs[slot] != graph_.value(of[slot])) {
      Mistake(task, static_cast<int>(slot));
    } else {
      value = Mix(value, *inputs[slot]);
    }
  }
  if (!body_) bodies.fetch_sub(1);
  return value;
}

void GraphRun::Mistake(int task, int slot) {
  wrong_inputs_.fetch_add(1);
  std::int64_t none = -1;
  first_wrong_.compare_exchange_strong(none, std::int64_t{kMaxInputs} * task + slot);
}

std::string GraphRun::Mistakes() const {
  std::string text;
  if (const std::int64_t first = first_wrong_.load(); first >= 0) {
    text = std::to_string(wrong_inputs_.load()) + " wrong inputs, the first of task " +
           std::to_string(first / kMaxInputs) + ": number " + std::to_string(first % kMaxInputs) +
           "; ";
  }
  for (int task = 0; task < graph_.size() && text.size() < 200; ++task) {
    if (const int runs = runs_[static_cast<std::size_t>(task)].load(); runs != 1) {
      text += "task " + std::to_string(task) + " of " + std::to_string(graph_.size()) + " ran " +
              std::to_string(runs) + " times; ";
    }
  }
  return text;
}

int GraphRun::MostBodies() { return most_bodies.exchange(0); }

}  // namespace heddle::interop
