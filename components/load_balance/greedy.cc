// The longest object first, each to the processor that has least (Graham, "Bounds on multiprocessing timing
// anomalies", SIAM J. Appl. Math. 1969: within 4/3 of the optimum where speeds are equal). Objects that cannot move count first.
// greedy-refine: leaves an object where it is as long as its processor stays under the tolerance times what greedy alone would reach.
#include <algorithm>
#include <numeric>
#include <set>

#include "components/load_balance/strategy.h"

namespace heddle {
namespace {

std::vector<std::size_t> ByLoad(const LoadState& state) {
  std::vector<std::size_t> order(state.objects.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return state.objects[a].load > state.objects[b].load; });
  return order;
}

// Where objects may go, the least loaded first.
class Processors {
 public:
  explicit Processors(const LoadState& state) : state_(state) {
    for (const LoadProcessor& processor : state.processors) load_.push_back(processor.background);
    for (const LoadObject& object : state.objects)
      if (!object.movable) load_[static_cast<std::size_t>(object.processor)] += object.load / Speed(object.processor);
    for (std::size_t p = 0; p < load_.size(); ++p)
      if (state.processors[p].available) order_.emplace(load_[p], static_cast<int>(p));
  }
  int Least() const { return order_.begin()->second; }
  bool HasAny() const { return !order_.empty(); }
  bool Available(int p) const { return state_.processors[static_cast<std::size_t>(p)].available; }
  double With(int p, double load) const { return load_[static_cast<std::size_t>(p)] + load / Speed(p); }
  void Add(int p, double load) {
    double& now = load_[static_cast<std::size_t>(p)];
    order_.erase({now, p});
    now += load / Speed(p);
    order_.emplace(now, p);
  }

 private:
  double Speed(int p) const { return state_.processors[static_cast<std::size_t>(p)].speed; }
  const LoadState& state_;
  std::vector<double> load_;
  std::set<std::pair<double, int>> order_;
};

void StayPut(const LoadState& state, std::vector<int>* to) {
  to->clear();
  for (const LoadObject& object : state.objects) to->push_back(object.processor);
}

// Cost: O(n log n).
class Greedy : public Strategy {
 public:
  void Assign(const LoadState& state, std::vector<int>* to) override {
    StayPut(state, to);
    Processors processors(state);
    if (!processors.HasAny()) return;
    for (const std::size_t i : ByLoad(state)) {
      if (!state.objects[i].movable) continue;
      const int p = processors.Least();
      (*to)[i] = p;
      processors.Add(p, state.objects[i].load);
    }
  }
};

// Cost: O(n log n).
class GreedyRefine : public Strategy {
 public:
  explicit GreedyRefine(double tolerance) : tolerance_(tolerance) {}
  void Assign(const LoadState& state, std::vector<int>* to) override {
    Greedy().Assign(state, to);
    const double goal = Summarize(state, *to).maximum * tolerance_;
    StayPut(state, to);
    Processors processors(state);
    if (!processors.HasAny()) return;
    for (const std::size_t i : ByLoad(state)) {
      const LoadObject& object = state.objects[i];
      if (!object.movable) continue;
      int p = object.processor;
      if (!processors.Available(p) || processors.With(p, object.load) > goal) p = processors.Least();
      (*to)[i] = p;
      processors.Add(p, object.load);
    }
  }

 private:
  const double tolerance_;
};

}  // namespace

std::unique_ptr<Strategy> MakeGreedy() { return std::make_unique<Greedy>(); }
std::unique_ptr<Strategy> MakeGreedyRefine(double tolerance) { return std::make_unique<GreedyRefine>(tolerance); }

}  // namespace heddle
