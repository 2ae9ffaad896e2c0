// Moves as little as it can: from processors above the tolerance, the largest object that fits, to the least loaded one (as the
// refinement of Kale, Bhandarkar, Brunner, "Run-time support for adaptive load balancing", IPDPS 2000).
#include <algorithm>

#include "components/load_balance/strategy.h"

namespace heddle {
namespace {

// Cost: O(moves * (processors + objects of one)); every move makes the largest load smaller, or ends that processor's turn.
class Refine : public Strategy {
 public:
  explicit Refine(double tolerance) : tolerance_(tolerance) {}

  void Assign(const LoadState& state, std::vector<int>* to) override {
    to->clear();
    const std::size_t count = state.processors.size();
    std::vector<double> load;
    for (const LoadProcessor& processor : state.processors) load.push_back(processor.background);
    std::vector<std::vector<std::size_t>> objects(count);
    for (std::size_t i = 0; i < state.objects.size(); ++i) {
      const LoadObject& object = state.objects[i];
      const auto at = static_cast<std::size_t>(object.processor);
      to->push_back(object.processor);
      load[at] += object.load / state.processors[at].speed;
      if (object.movable) objects[at].push_back(i);
    }
    for (auto& mine : objects)
      std::stable_sort(mine.begin(), mine.end(), [&](std::size_t a, std::size_t b) { return state.objects[a].load > state.objects[b].load; });
    // What must leave an unavailable processor comes on top of what the others have.
    double total = 0;
    int available = 0;
    for (std::size_t p = 0; p < count; ++p) {
      if (state.processors[p].available) {
        total += load[p];
        ++available;
      } else {
        for (const std::size_t i : objects[p]) total += state.objects[i].load;
      }
    }
    if (available == 0) return;
    const double limit = total / available * tolerance_;
    std::vector<bool> done(count, false);
    for (;;) {
      std::size_t donor = count, receiver = count;
      bool donor_must = false;
      for (std::size_t p = 0; p < count; ++p) {
        const bool must_leave = !state.processors[p].available && !objects[p].empty();
        // Those that must give all away come first: the loads of the others are not final before.
        if (!done[p] && (must_leave || (state.processors[p].available && load[p] > limit)) &&
            (donor == count || must_leave > donor_must ||
             (must_leave == donor_must && load[p] > load[donor]))) {
          donor = p;
          donor_must = must_leave;
        }
        if (state.processors[p].available && (receiver == count || load[p] < load[receiver])) receiver = p;
      }
      if (donor == count || receiver == count || donor == receiver) return;
      const double speed = state.processors[receiver].speed;
      const bool evict = !state.processors[donor].available;
      const auto fits = std::find_if(objects[donor].begin(), objects[donor].end(), [&](std::size_t i) {
        const double with = load[receiver] + state.objects[i].load / speed;
        return evict || (state.objects[i].load > 0 && with < load[donor]);
      });
      if (fits == objects[donor].end()) {
        done[donor] = true;
        continue;
      }
      const std::size_t i = *fits;
      objects[donor].erase(fits);
      load[donor] -= state.objects[i].load / state.processors[donor].speed;
      load[receiver] += state.objects[i].load / speed;
      (*to)[i] = static_cast<int>(receiver);
      // It is not moved again.
    }
  }

 private:
  const double tolerance_;
};

}  // namespace

std::unique_ptr<Strategy> MakeRefine(double tolerance) { return std::make_unique<Refine>(tolerance); }

}  // namespace heddle
