// Promised, of random machines: numbers are dense, distances are symmetric and nested, steal orders
// are permutations in rings of growing distance, random text is refused or yields a machine and
// never hangs. HEDDLE_TEST_SEED, HEDDLE_TEST_ROUNDS.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>
#include <string>

#include "components/base/random.h"
#include "components/topology/topology.h"

namespace heddle {
namespace {

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? std::strtoull(value, nullptr, 10) : otherwise;
}

class TopologyStressTest : public ::testing::Test {
 protected:
  const std::uint64_t seed_ = FromEnvironment("HEDDLE_TEST_SEED", std::random_device()());
  const int rounds_ = static_cast<int>(FromEnvironment("HEDDLE_TEST_ROUNDS", 40));
  Random random_{seed_};
};

std::string RandomMachine(Random& random) {
  std::string description;
  for (const char* level : {"pack", "numa", "l3", "l2", "core"}) {
    if (random.Below(3) != 0)
      description += std::string(level) + ":" + std::to_string(1 + random.Below(3)) + " ";
  }
  return description + "pu:" + std::to_string(1 + random.Below(3));
}

void ExpectDense(const Topology& machine, int ProcessingUnit::*member, int count) {
  std::set<int> numbers;
  for (const ProcessingUnit& unit : machine.units()) numbers.insert(unit.*member);
  EXPECT_EQ(static_cast<int>(numbers.size()), count);
  EXPECT_EQ(*numbers.begin(), 0);
  EXPECT_EQ(*numbers.rbegin(), count - 1);
}

TEST_F(TopologyStressTest, RandomMachinesKeepEveryPromise) {
  for (int round = 0; round < rounds_ && !HasFailure(); ++round) {
    const std::string description = RandomMachine(random_);
    SCOPED_TRACE("HEDDLE_TEST_SEED=" + std::to_string(seed_) + " machine " + description);
    const absl::StatusOr<Topology> machine = Topology::FromSynthetic(description);
    ASSERT_TRUE(machine.ok()) << machine.status();
    const int n = machine->unit_count();
    ExpectDense(*machine, &ProcessingUnit::index, n);
    ExpectDense(*machine, &ProcessingUnit::core, machine->cores());
    ExpectDense(*machine, &ProcessingUnit::numa_node, machine->numa_nodes());
    ExpectDense(*machine, &ProcessingUnit::package, machine->packages());
    for (int core = 0; core < machine->cores(); ++core)
      EXPECT_EQ(machine->units()[core].core, core) << "one unit of each core first";

    for (int trial = 0; trial < 200; ++trial) {
      const int a = random_.Below(n), b = random_.Below(n), c = random_.Below(n);
      EXPECT_EQ(machine->Distance(a, b), machine->Distance(b, a));
      EXPECT_LE(machine->Distance(a, c), std::max(machine->Distance(a, b), machine->Distance(b, c)))
          << "units " << a << " " << b << " " << c;
    }
    for (int trial = 0; trial < 10; ++trial) {
      const int unit = random_.Below(n);
      const int limit = 1 + random_.Below(n);
      std::set<int> victims;
      int last = -1;
      for (const std::vector<int>& ring : machine->StealOrder(unit, limit)) {
        ASSERT_FALSE(ring.empty());
        const int distance = machine->Distance(unit, ring[0]);
        EXPECT_GT(distance, last);
        last = distance;
        for (int victim : ring) {
          EXPECT_EQ(machine->Distance(unit, victim), distance);
          EXPECT_TRUE(victims.insert(victim).second) << "unit " << victim << " comes twice";
          EXPECT_TRUE(victim >= 0 && victim < limit && victim != unit) << victim;
        }
      }
      EXPECT_EQ(static_cast<int>(victims.size()), unit < limit ? limit - 1 : limit);
    }
  }
}

TEST_F(TopologyStressTest, RandomTextIsRefusedOrYieldsAMachine) {
  static constexpr const char* kPieces[] = {
      "pack", "numa", "l2", "core",  "pu",   ":",    "2", "3",   " ",     "(", ")",  "[",
      "]",    "0",    "-",  "size=", "9999", "\xff", ",", "die", "group", "x", "\n", "misc"};
  int accepted = 0;
  for (int round = 0; round < rounds_ * 50; ++round) {
    std::string text;
    for (std::uint32_t i = random_.Below(12); i > 0; --i)
      text += kPieces[random_.Below(std::size(kPieces))];
    if (random_.Below(2) == 0) text += " pu:2";
    SCOPED_TRACE("HEDDLE_TEST_SEED=" + std::to_string(seed_) + " text " + text);
    const absl::StatusOr<Topology> machine = Topology::FromSynthetic(text);
    if (machine.ok()) {
      ++accepted;
      EXPECT_GE(machine->unit_count(), 1);
      EXPECT_LE(machine->unit_count(), Topology::kMaxSyntheticUnits);
    } else {
      EXPECT_EQ(machine.status().code(), absl::StatusCode::kInvalidArgument) << machine.status();
    }
  }
  EXPECT_GT(accepted, 0) << "HEDDLE_TEST_SEED=" << seed_;
}

}  // namespace
}  // namespace heddle
