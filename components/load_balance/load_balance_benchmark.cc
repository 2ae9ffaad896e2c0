// How long a decision takes. Arguments: objects, processors. All objects are on a quarter of the
// processors; each talks to its four neighbours in a grid. HEDDLE_BENCHMARK_LARGE=1 adds 100,000
// and 1,000,000 objects. `max/avg` is what the strategy reaches (before: 4), `moved` the share of
// the objects.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>

#include "components/base/random.h"
#include "components/load_balance/strategy.h"

namespace heddle {
namespace {

LoadState Imbalanced(std::size_t objects, std::size_t processors) {
  Random random(7);
  LoadState state;
  state.processors.resize(processors);
  const auto side = static_cast<std::size_t>(std::sqrt(static_cast<double>(objects)));
  for (std::size_t i = 0; i < objects; ++i) {
    state.objects.push_back({0.5 + random.Below(1000) / 1000.0,
                             static_cast<int>(i * (processors / 4) / objects), true});
    if (i % side > 0) state.edges.push_back({i - 1, i, 1000});
    if (i >= side) state.edges.push_back({i - side, i, 1000});
  }
  return state;
}

void Decide(benchmark::State& bench, const std::string& name) {
  const LoadState state = Imbalanced(static_cast<std::size_t>(bench.range(0)),
                                     static_cast<std::size_t>(bench.range(1)));
  std::vector<int> to;
  for (auto _ : bench) {
    (*MakeStrategy(name))->Assign(state, &to);
    benchmark::DoNotOptimize(to.data());
  }
  const LoadSummary summary = Summarize(state, to);
  double moved = 0;
  for (std::size_t i = 0; i < to.size(); ++i) moved += to[i] != state.objects[i].processor;
  bench.counters["max/avg"] = summary.maximum / summary.average;
  bench.counters["moved"] = moved / static_cast<double>(to.size());
}

// A million objects take minutes in all: not in every test run.
int Most() { return std::getenv("HEDDLE_BENCHMARK_LARGE") != nullptr ? 1'000'000 : 10'000; }

const int registered = [] {
  for (const std::string& name : StrategyNames()) {
    auto* const bench =
        benchmark::RegisterBenchmark(name.c_str(), Decide, name)->Unit(benchmark::kMillisecond);
    for (const int processors : {4, 64, 1024})
      for (const int objects : {1'000, 10'000, 100'000, 1'000'000})
        if (objects <= Most()) bench->Args({objects, processors});
  }
  return 0;
}();

}  // namespace
}  // namespace heddle
