// Many processors in one, whose messages come in any order: all end, every object has one place,
// and the longest time never grows. Not promised: how even it gets, which is chance; what is tested
// of that has a wide margin.
#include "components/load_balance/gossip.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "components/base/random.h"

namespace heddle {
namespace {

struct Machine {
  std::vector<LoadProcessor> processors;
  std::vector<std::vector<LoadObject>> objects;  // Of each processor.
};

double Time(const LoadProcessor& processor, const std::vector<double>& loads) {
  double work = 0;
  for (const double load : loads) work += load;
  return processor.background + work / processor.speed;
}

// Runs a balancing; what the objects of each processor are afterwards, and how many messages that
// took.
struct Outcome {
  std::vector<std::vector<double>> loads;
  std::size_t messages = 0;
};
Outcome Balance(const Machine& machine, std::uint64_t seed) {
  Random order(seed);
  const int count = static_cast<int>(machine.processors.size());
  std::vector<std::pair<int, GossipMessage>> under_way;
  StrategyOptions options;
  options.seed = seed;
  std::vector<std::unique_ptr<GossipBalancer>> balancers;
  const auto send = [&](int to, GossipMessage message) {
    ASSERT_GE(to, 0);
    ASSERT_LT(to, count);
    under_way.emplace_back(to, std::move(message));
  };
  for (int p = 0; p < count; ++p)
    balancers.push_back(std::make_unique<GossipBalancer>(p, count, options, send));
  std::vector<int> to_start(static_cast<std::size_t>(count));
  for (int p = 0; p < count; ++p) to_start[static_cast<std::size_t>(p)] = p;
  Outcome outcome;
  // Some have begun long before others.
  while (!under_way.empty() || !to_start.empty()) {
    const auto i = order.Below(static_cast<std::uint32_t>(under_way.size() + to_start.size()));
    if (i < to_start.size()) {
      const auto p = static_cast<std::size_t>(to_start[i]);
      to_start[i] = to_start.back();
      to_start.pop_back();
      balancers[p]->Start(machine.processors[p], machine.objects[p]);
      continue;
    }
    const std::size_t at = i - to_start.size();
    const auto [to, message] = std::move(under_way[at]);
    under_way[at] = std::move(under_way.back());
    under_way.pop_back();
    ++outcome.messages;
    balancers[static_cast<std::size_t>(to)]->Receive(message);
  }
  outcome.loads.resize(machine.processors.size());
  std::vector<int> came(machine.processors.size(), 0);
  for (std::size_t p = 0; p < balancers.size(); ++p) {
    EXPECT_TRUE(balancers[p]->done());
    std::vector<int> at(machine.objects[p].size(), static_cast<int>(p));
    for (const auto& [object, to] : balancers[p]->departures()) {
      EXPECT_TRUE(machine.objects[p][object].movable);
      EXPECT_EQ(at[object], static_cast<int>(p)) << "given away twice";
      EXPECT_NE(to, static_cast<int>(p));
      EXPECT_TRUE(machine.processors[static_cast<std::size_t>(to)].available);
      at[object] = to;
      ++came[static_cast<std::size_t>(to)];
    }
    for (std::size_t i = 0; i < at.size(); ++i)
      outcome.loads[static_cast<std::size_t>(at[i])].push_back(machine.objects[p][i].load);
  }
  for (std::size_t p = 0; p < balancers.size(); ++p) EXPECT_EQ(balancers[p]->arrivals(), came[p]);
  return outcome;
}

double Longest(const Machine& machine, const std::vector<std::vector<double>>& loads) {
  double longest = 0;
  for (std::size_t p = 0; p < loads.size(); ++p)
    longest = std::max(longest, Time(machine.processors[p], loads[p]));
  return longest;
}
double LongestBefore(const Machine& machine) {
  std::vector<std::vector<double>> loads(machine.processors.size());
  for (std::size_t p = 0; p < loads.size(); ++p)
    for (const LoadObject& object : machine.objects[p]) loads[p].push_back(object.load);
  return Longest(machine, loads);
}

Machine RandomMachine(Random& random, bool all_available) {
  Machine machine;
  const auto count = 1 + random.Below(random.Below(4) == 0 ? 200 : 12);
  for (std::uint32_t p = 0; p < count; ++p) {
    machine.processors.push_back(
        {random.Below(50) / 50.0, 1.0 + random.Below(3), all_available || random.Below(4) != 0});
    machine.objects.emplace_back();
    const auto objects = random.Below(3) == 0 ? random.Below(60) : 0;
    for (std::uint32_t i = 0; i < objects; ++i)
      machine.objects[p].push_back({random.Below(1000) / 1000.0, 0, random.Below(8) != 0});
  }
  return machine;
}

TEST(GossipTest, EndsAndNeverMakesTheLongestLonger) {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Machine machine = RandomMachine(random, true);
    EXPECT_LE(Longest(machine, Balance(machine, seed).loads), LongestBefore(machine) + 1e-9);
  }
}

TEST(GossipTest, EvictsWhatIsOnUnavailableProcessors) {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Machine machine = RandomMachine(random, false);
    const bool any = std::any_of(machine.processors.begin(), machine.processors.end(),
                                 [](const LoadProcessor& p) { return p.available; });
    const Outcome outcome = Balance(machine, seed);
    for (std::size_t p = 0; p < machine.processors.size(); ++p) {
      if (machine.processors[p].available) continue;
      std::size_t stay = 0;
      for (const LoadObject& object : machine.objects[p]) stay += !object.movable || !any;
      EXPECT_EQ(outcome.loads[p].size(), stay);
    }
  }
}

TEST(GossipTest, SpreadsWhatIsOnAFew) {
  Machine machine;
  machine.processors.resize(256);
  machine.objects.resize(256);
  for (std::size_t p = 0; p < 32; ++p)
    for (int i = 0; i < 160; ++i)
      machine.objects[p].push_back({1.0, 0, true});  // The average is 20, the longest 160.
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(seed);
    Machine now = machine;
    double longest[3];
    for (double& after : longest) {
      const Outcome outcome = Balance(now, seed);
      after = Longest(now, outcome.loads);
      for (std::size_t p = 0; p < now.objects.size(); ++p)
        now.objects[p].assign(outcome.loads[p].size(), {1.0, 0, true});
    }
    EXPECT_LT(longest[0], 80);
    EXPECT_LT(longest[2], 30);
  }
}

// To each a share that grows with the logarithm of their number.
TEST(GossipTest, SendsFewMessages) {
  for (const std::size_t count : {16u, 128u, 1024u}) {
    Machine machine;
    machine.processors.resize(count);
    machine.objects.resize(count);
    for (std::size_t p = 0; p < count / 4; ++p)
      for (int i = 0; i < 16; ++i) machine.objects[p].push_back({1.0, 0, true});
    std::size_t rounds = 1;
    for (std::size_t reached = 1; reached < count; reached *= 2) ++rounds;
    // A message and its acknowledgement to two others each round; the tree; at most 16 offers a
    // pass, of four, by a quarter.
    EXPECT_LT(Balance(machine, 1).messages, count * (4 * rounds + 8 + 4 * 16 * 2 / 4)) << count;
  }
}

TEST(GossipTest, LeavesABalancedMachineAlone) {
  Machine machine;
  machine.processors.resize(9);
  machine.objects.assign(9, std::vector<LoadObject>(5, LoadObject{1.0, 0, true}));
  const Outcome outcome = Balance(machine, 1);
  for (const auto& loads : outcome.loads) EXPECT_EQ(loads.size(), 5u);
  EXPECT_EQ(outcome.messages, 16u);  // Up the tree, and down.
}

}  // namespace
}  // namespace heddle
