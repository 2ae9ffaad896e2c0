#include "components/load_balance/strategy.h"

#include <algorithm>

namespace heddle {

std::vector<std::string> StrategyNames() {
  return {"greedy", "greedy-refine", "refine", "rotate", "random", "dummy", "distributed", "metis"};
}

absl::StatusOr<std::unique_ptr<Strategy>> MakeStrategy(std::string_view name,
                                                       const StrategyOptions& options) {
  if (name == "greedy") return MakeGreedy();
  if (name == "greedy-refine") return MakeGreedyRefine(options.tolerance);
  if (name == "refine") return MakeRefine(options.tolerance);
  if (name == "rotate") return MakeRotate();
  if (name == "random") return MakeRandom(options.seed);
  if (name == "dummy") return MakeDummy();
  if (name == "distributed") return MakeDistributed(options);
  if (name == "metis") return MakeMetis(options.seed);
  std::string text = "there is no strategy '" + std::string(name) + "'; there are";
  for (const std::string& known : StrategyNames()) text += " " + known;
  return absl::NotFoundError(text);
}

LoadSummary Summarize(const LoadState& state, const std::vector<int>& to) {
  std::vector<double> load;
  for (const LoadProcessor& processor : state.processors) load.push_back(processor.background);
  for (std::size_t i = 0; i < to.size(); ++i) {
    const auto at = static_cast<std::size_t>(to[i]);
    load[at] += state.objects[i].load / state.processors[at].speed;
  }
  LoadSummary summary;
  int available = 0;
  for (std::size_t p = 0; p < load.size(); ++p) {
    summary.maximum = std::max(summary.maximum, load[p]);
    if (!state.processors[p].available) continue;
    summary.average += load[p];
    ++available;
  }
  if (available > 0) summary.average /= available;
  return summary;
}

}  // namespace heddle
