// Each overloaded processor gives objects away by itself, with what gossip told it of underloaded ones: the more room one has, the
// likelier it is chosen (Menon and Kale, "A distributed dynamic load balancer for iterative applications", SC'13). Here the
// processors' turns are run one after the other, with knowledge of all, which is what their gossip converges to.
#include <algorithm>

#include "components/base/random.h"
#include "components/load_balance/strategy.h"

namespace heddle {
namespace {

// Cost: O(n * processors).
class Distributed : public Strategy {
 public:
  explicit Distributed(std::uint64_t seed) : random_(seed) {}

  void Assign(const LoadState& state, std::vector<int>* to) override {
    to->clear();
    for (const LoadObject& object : state.objects) to->push_back(object.processor);
    const double average = Summarize(state, *to).average;
    const std::size_t count = state.processors.size();
    std::vector<double> load;
    for (const LoadProcessor& processor : state.processors) load.push_back(processor.background);
    for (const LoadObject& object : state.objects) load[static_cast<std::size_t>(object.processor)] += object.load / state.processors[static_cast<std::size_t>(object.processor)].speed;
    for (std::size_t donor = 0; donor < count; ++donor) {
      const bool evict = !state.processors[donor].available;
      std::vector<std::size_t> mine;
      for (std::size_t i = 0; i < state.objects.size(); ++i)
        if (static_cast<std::size_t>(state.objects[i].processor) == donor && state.objects[i].movable) mine.push_back(i);
      std::stable_sort(mine.begin(), mine.end(), [&](std::size_t a, std::size_t b) { return state.objects[a].load < state.objects[b].load; });
      for (const std::size_t i : mine) {
        if (!evict && load[donor] <= average * kThreshold) break;
        const std::size_t receiver = Choose(state, load, average, donor, evict);
        if (receiver == count) break;
        const double with = load[receiver] + state.objects[i].load / state.processors[receiver].speed;
        if (!evict && with > std::max(average * kThreshold, load[donor])) continue;
        load[donor] -= state.objects[i].load / state.processors[donor].speed;
        load[receiver] = with;
        (*to)[i] = static_cast<int>(receiver);
      }
    }
  }

 private:
  static constexpr double kThreshold = 1.01;

  // One with room, in proportion to it.
  std::size_t Choose(const LoadState& state, const std::vector<double>& load, double average, std::size_t donor, bool evict) {
    double room = 0;
    const auto room_of = [&](std::size_t p) {
      return p != donor && state.processors[p].available ? std::max(evict ? 1e-9 : 0.0, average - load[p]) : 0.0;
    };
    for (std::size_t p = 0; p < load.size(); ++p) room += room_of(p);
    if (room <= 0) return load.size();
    double at = room * static_cast<double>(random_.Below(1u << 24)) / (1u << 24);
    std::size_t last = load.size();
    for (std::size_t p = 0; p < load.size(); ++p) {
      const double mine = room_of(p);
      if (mine <= 0) continue;
      last = p;
      if (at < mine) return p;
      at -= mine;
    }
    return last;
  }

  Random random_;
};

}  // namespace

std::unique_ptr<Strategy> MakeDistributed(std::uint64_t seed) { return std::make_unique<Distributed>(seed); }

}  // namespace heddle
