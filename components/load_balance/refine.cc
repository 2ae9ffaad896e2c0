// Moves as little as it can: from the most loaded processor above the tolerance, the largest object
// with which another one is still done earlier (as the refinement of Kale, Bhandarkar, Brunner,
// "Run-time support for adaptive load balancing", IPDPS 2000). What must leave an unavailable
// processor is dealt out before, the longest first.
#include <algorithm>
#include <numeric>
#include <optional>

#include "components/load_balance/processor_loads.h"

namespace heddle {
namespace {

// The movable objects of a processor, the longest first, of which some have left.
class Remaining {
 public:
  void Add(std::size_t object) { objects_.push_back(object); }
  template <class Before>
  void Sort(Before before) {
    std::stable_sort(objects_.begin(), objects_.end(), before);
    next_.resize(objects_.size() + 1);
    std::iota(next_.begin(), next_.end(), std::size_t{0});
  }
  // Takes the first that is not too long; `too_long` holds for the first ones only.  Cost: O(log
  // objects), amortized.
  template <class TooLong>
  std::optional<std::size_t> Take(TooLong too_long) {
    const auto first = std::partition_point(objects_.begin(), objects_.end(), too_long);
    const std::size_t at = Next(static_cast<std::size_t>(first - objects_.begin()));
    if (at == objects_.size()) return std::nullopt;
    next_[at] = at + 1;
    return objects_[at];
  }

 private:
  // The first at `at` or behind it that is still there; the ways that it goes become shorter.
  std::size_t Next(std::size_t at) {
    while (next_[at] != at) at = next_[at] = next_[next_[at]];
    return at;
  }
  std::vector<std::size_t> objects_;
  std::vector<std::size_t> next_;
};

// Cost: O(n log n + moves * (processors + log n)).
class Refine : public Strategy {
 public:
  explicit Refine(double tolerance) : tolerance_(tolerance) {}

  void Assign(const LoadState& state, std::vector<int>* to) override {
    *to = StayPut(state);
    ProcessorLoads loads(state);
    if (!loads.any_available()) return;
    const int count = static_cast<int>(state.processors.size());
    std::vector<Remaining> objects(state.processors.size());
    std::vector<std::size_t> homeless;
    for (std::size_t i = 0; i < state.objects.size(); ++i) {
      const LoadObject& object = state.objects[i];
      if (MustLeave(state, object)) {
        homeless.push_back(i);
        continue;
      }
      loads.Add(object.processor, object.load);
      if (object.movable) objects[static_cast<std::size_t>(object.processor)].Add(i);
    }
    const auto longest_first = [&](std::size_t a, std::size_t b) {
      return state.objects[a].load > state.objects[b].load;
    };
    std::stable_sort(homeless.begin(), homeless.end(), longest_first);
    for (Remaining& mine : objects) mine.Sort(longest_first);
    for (const std::size_t i : homeless) {
      (*to)[i] = loads.Best(state.objects[i].load);
      loads.Add((*to)[i], state.objects[i].load);
    }

    const double limit = FairLoad(state) * tolerance_;
    std::vector<bool> done(objects.size(), false);
    for (;;) {
      int donor = -1;
      for (int p = 0; p < count; ++p) {
        if (done[static_cast<std::size_t>(p)] ||
            !state.processors[static_cast<std::size_t>(p)].available || loads.load(p) <= limit)
          continue;
        if (donor < 0 || loads.load(p) > loads.load(donor)) donor = p;
      }
      if (donor < 0) return;
      // The longer an object, the later its best receiver is done: those that are too long come
      // first.
      const std::optional<std::size_t> fits =
          objects[static_cast<std::size_t>(donor)].Take([&](std::size_t i) {
            const double load = state.objects[i].load;
            return loads.With(loads.Best(load), load) >= loads.load(donor);
          });
      if (!fits.has_value() || state.objects[*fits].load <= 0) {
        done[static_cast<std::size_t>(donor)] = true;
        continue;
      }
      const std::size_t i = *fits;
      const double load = state.objects[i].load;
      const int receiver = loads.Best(load);
      loads.Add(donor, -load);
      loads.Add(receiver, load);
      (*to)[i] = receiver;  // It is not moved again.
    }
  }

 private:
  const double tolerance_;
};

}  // namespace

std::unique_ptr<Strategy> MakeRefine(double tolerance) {
  return std::make_unique<Refine>(tolerance);
}

}  // namespace heddle
