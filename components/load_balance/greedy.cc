// The longest object first, each to the processor that is done first with it (Graham, "Bounds on
// multiprocessing timing anomalies", SIAM J. Appl. Math. 1969: within 4/3 of the optimum where
// speeds are equal and all can move). What cannot move counts first. greedy-refine: leaves an
// object where it is as long as its processor stays under the tolerance times what greedy alone
// would reach.
#include <algorithm>
#include <numeric>

#include "components/load_balance/processor_loads.h"

namespace heddle {
namespace {

std::vector<std::size_t> ByLoad(const LoadState& state) {
  std::vector<std::size_t> order(state.objects.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return state.objects[a].load > state.objects[b].load;
  });
  return order;
}

// Calls `choose(loads, object)` for each movable object, the longest first, and gives it to the
// processor that this names.
template <class Choose>
void DealOut(const LoadState& state, std::vector<int>* to, Choose choose) {
  *to = StayPut(state);
  ProcessorLoads loads(state);
  if (!loads.any_available()) return;
  for (const LoadObject& object : state.objects)
    if (!object.movable) loads.Add(object.processor, object.load);
  for (const std::size_t i : ByLoad(state)) {
    const LoadObject& object = state.objects[i];
    if (!object.movable) continue;
    const int p = choose(loads, object);
    (*to)[i] = p;
    loads.Add(p, object.load);
  }
}

// Cost: O(n (log n + different speeds)).
class Greedy : public Strategy {
 public:
  void Assign(const LoadState& state, std::vector<int>* to) override {
    DealOut(state, to, [](const ProcessorLoads& loads, const LoadObject& object) {
      return loads.Best(object.load);
    });
  }
};

// Cost: as greedy's, twice.
class GreedyRefine : public Strategy {
 public:
  explicit GreedyRefine(double tolerance) : tolerance_(tolerance) {}
  void Assign(const LoadState& state, std::vector<int>* to) override {
    Greedy().Assign(state, to);
    const double goal = Summarize(state, *to).maximum * tolerance_;
    DealOut(state, to, [&](const ProcessorLoads& loads, const LoadObject& object) {
      const bool stays =
          !MustLeave(state, object) && loads.With(object.processor, object.load) <= goal;
      return stays ? object.processor : loads.Best(object.load);
    });
  }

 private:
  const double tolerance_;
};

}  // namespace

std::unique_ptr<Strategy> MakeGreedy() { return std::make_unique<Greedy>(); }
std::unique_ptr<Strategy> MakeGreedyRefine(double tolerance) {
  return std::make_unique<GreedyRefine>(tolerance);
}

}  // namespace heddle
