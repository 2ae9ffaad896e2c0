// Where movable objects should live, so that processors have as much to do as each other.
#ifndef HEDDLE_COMPONENTS_LOAD_BALANCE_STRATEGY_H_
#define HEDDLE_COMPONENTS_LOAD_BALANCE_STRATEGY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace heddle {

struct LoadObject {
  double load = 0;    // Seconds on a processor of speed 1, since the last balancing.
  int processor = 0;  // Where it is.
  bool movable = true;
};
struct LoadProcessor {
  double background = 0;  // Seconds of what cannot move and is no object.
  double speed = 1;       // An object of load l takes l / speed; > 0.
  bool available = true;  // Gets objects.
};
// What two objects have told each other, in either direction; several edges of a pair count
// together.
struct LoadEdge {
  std::size_t a = 0;
  std::size_t b = 0;
  double bytes = 0;
};
struct LoadState {
  std::vector<LoadObject> objects;
  std::vector<LoadProcessor> processors;
  std::vector<LoadEdge> edges;  // Only for strategies that want them.
};

// Thread safety: one call at a time.  Deterministic: a new strategy with the same seed gives the
// same answers to the same states. Objects that cannot move stay, and no unavailable processor is
// given one.
class Strategy {
 public:
  virtual ~Strategy() = default;
  // `(*to)[i]` is where object i shall be; its size is that of the objects.
  // Blocking: never.  Cost: as each strategy says.
  virtual void Assign(const LoadState& state, std::vector<int>* to) = 0;
  // Whether it looks at LoadState::edges; for others a frontend need not collect them.
  virtual bool wants_edges() const { return false; }
};

struct StrategyOptions {
  std::uint64_t seed = 1;  // random, distributed, metis
  double tolerance =
      1.05;  // refine, greedy-refine, distributed: how much over the average is not worth a move
  int passes = 4;  // distributed: how often what was refused is offered again
};

// By name: "greedy", "greedy-refine", "refine", "rotate", "random", "dummy", "distributed",
// "metis". Errors: kNotFound, with the names that there are.
absl::StatusOr<std::unique_ptr<Strategy>> MakeStrategy(std::string_view name,
                                                       const StrategyOptions& options = {});
std::vector<std::string> StrategyNames();

// The longest that any processor takes with this assignment, and the average over those available,
// in seconds.
struct LoadSummary {
  double maximum = 0;
  double average = 0;
};
LoadSummary Summarize(const LoadState& state, const std::vector<int>& to);

// Each in a file of its own.
std::unique_ptr<Strategy> MakeGreedy();
std::unique_ptr<Strategy> MakeGreedyRefine(double tolerance);
std::unique_ptr<Strategy> MakeRefine(double tolerance);
std::unique_ptr<Strategy> MakeRotate();
std::unique_ptr<Strategy> MakeRandom(std::uint64_t seed);
std::unique_ptr<Strategy> MakeDummy();
std::unique_ptr<Strategy> MakeDistributed(const StrategyOptions& options);
std::unique_ptr<Strategy> MakeMetis(std::uint64_t seed);

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_LOAD_BALANCE_STRATEGY_H_
