// The gossip of all processors, played in one place: for a frontend that knows all loads, and for
// tests. Who has processors that can send each other messages gives each a GossipBalancer instead.
#include <deque>

#include "components/load_balance/gossip.h"

namespace heddle {
namespace {

// Cost: O(n log n + processors * log(processors) * GossipBalancer::kMostKnown), and n * kMostKnown
// where all is on few.
class Distributed : public Strategy {
 public:
  explicit Distributed(const StrategyOptions& options) : options_(options) {}

  void Assign(const LoadState& state, std::vector<int>* to) override {
    to->clear();
    const int count = static_cast<int>(state.processors.size());
    std::vector<std::vector<LoadObject>> objects(state.processors.size());
    std::vector<std::vector<std::size_t>> numbers(state.processors.size());
    for (std::size_t i = 0; i < state.objects.size(); ++i) {
      const auto at = static_cast<std::size_t>(state.objects[i].processor);
      to->push_back(state.objects[i].processor);
      objects[at].push_back(state.objects[i]);
      numbers[at].push_back(i);
    }
    std::deque<std::pair<int, GossipMessage>> messages;
    const auto send = [&](int receiver, GossipMessage message) {
      messages.emplace_back(receiver, std::move(message));
    };
    std::deque<GossipBalancer> balancers;
    for (int p = 0; p < count; ++p) {
      balancers.emplace_back(p, count, options_, send);
      balancers.back().Start(state.processors[static_cast<std::size_t>(p)],
                             std::move(objects[static_cast<std::size_t>(p)]));
    }
    while (!messages.empty()) {
      const auto [receiver, message] = std::move(messages.front());
      messages.pop_front();
      balancers[static_cast<std::size_t>(receiver)].Receive(message);
    }
    for (std::size_t p = 0; p < balancers.size(); ++p)
      for (const auto& [object, receiver] : balancers[p].departures())
        (*to)[numbers[p][object]] = receiver;
    ++options_.seed;  // Another time, others are asked.
  }

 private:
  StrategyOptions options_;
};

}  // namespace

std::unique_ptr<Strategy> MakeDistributed(const StrategyOptions& options) {
  return std::make_unique<Distributed>(options);
}

}  // namespace heddle
