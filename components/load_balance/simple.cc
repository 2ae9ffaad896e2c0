// Strategies that look at no loads: for tests of moving, and as baselines.
#include "components/base/random.h"
#include "components/load_balance/strategy.h"

namespace heddle {
namespace {

// The next available processor after `from`, in a ring.
int Next(const LoadState& state, int from) {
  const int count = static_cast<int>(state.processors.size());
  for (int step = 1; step <= count; ++step) {
    const int p = (from + step) % count;
    if (state.processors[static_cast<std::size_t>(p)].available) return p;
  }
  return from;
}

// Every object goes one further. Cost: O(n).
class Rotate : public Strategy {
 public:
  void Assign(const LoadState& state, std::vector<int>* to) override {
    to->clear();
    for (const LoadObject& object : state.objects)
      to->push_back(object.movable ? Next(state, object.processor) : object.processor);
  }
};

// Cost: O(n).
class RandomPlaces : public Strategy {
 public:
  explicit RandomPlaces(std::uint64_t seed) : random_(seed) {}
  void Assign(const LoadState& state, std::vector<int>* to) override {
    to->clear();
    const auto count = static_cast<std::uint32_t>(state.processors.size());
    for (const LoadObject& object : state.objects) {
      int p = object.processor;
      if (object.movable) {
        p = static_cast<int>(random_.Below(count));
        const auto available = [&] {
          return state.processors[static_cast<std::size_t>(p)].available;
        };
        if (!available()) p = Next(state, p);
        if (!available()) p = object.processor;  // There is none.
      }
      to->push_back(p);
    }
  }

 private:
  Random random_;
};

class Dummy : public Strategy {
 public:
  void Assign(const LoadState& state, std::vector<int>* to) override {
    to->clear();
    for (const LoadObject& object : state.objects) to->push_back(object.processor);
  }
};

}  // namespace

std::unique_ptr<Strategy> MakeRotate() { return std::make_unique<Rotate>(); }
std::unique_ptr<Strategy> MakeRandom(std::uint64_t seed) {
  return std::make_unique<RandomPlaces>(seed);
}
std::unique_ptr<Strategy> MakeDummy() { return std::make_unique<Dummy>(); }

}  // namespace heddle
