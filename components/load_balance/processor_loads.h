// What each processor has to do while a strategy deals out objects. Of this component only.
#ifndef HEDDLE_COMPONENTS_LOAD_BALANCE_PROCESSOR_LOADS_H_
#define HEDDLE_COMPONENTS_LOAD_BALANCE_PROCESSOR_LOADS_H_

#include <map>
#include <set>
#include <vector>

#include "components/load_balance/strategy.h"

namespace heddle {

// Every object where it is.
std::vector<int> StayPut(const LoadState& state);
// Work on a processor that must leave it: movable, and the processor is not available.
bool MustLeave(const LoadState& state, const LoadObject& object);
// The time in which all available processors would end together, if work could be cut at will.
double FairLoad(const LoadState& state);

// Begins with the background of each processor.
class ProcessorLoads {
 public:
  explicit ProcessorLoads(const LoadState& state);
  bool any_available() const { return !by_speed_.empty(); }
  double load(int p) const { return load_[static_cast<std::size_t>(p)]; }
  double With(int p, double load) const {
    return load_[static_cast<std::size_t>(p)] + load / Speed(p);
  }
  // The available processor that would be done first with an object of this load; there is one.
  // Cost: O(different speeds).
  int Best(double load) const;
  // Cost: O(log processors).
  void Add(int p, double load);

 private:
  double Speed(int p) const { return state_.processors[static_cast<std::size_t>(p)].speed; }
  const LoadState& state_;
  std::vector<double> load_;
  // Of the available processors: those of each speed, the least loaded first.
  std::map<double, std::set<std::pair<double, int>>> by_speed_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_LOAD_BALANCE_PROCESSOR_LOADS_H_
