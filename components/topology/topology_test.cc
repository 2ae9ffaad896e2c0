// Promised: dense numbers, one unit of each core first, distances as documented, steal orders that
// name every other unit once in rings of growing distance, errors that name what is wrong. Not
// promised: what this machine has.
#include "components/topology/topology.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <thread>

namespace heddle {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Topology Machine(std::string_view description) {
  absl::StatusOr<Topology> machine = Topology::FromSynthetic(description);
  EXPECT_TRUE(machine.ok()) << machine.status();
  return *std::move(machine);
}

// Sets or, with nullopt, unsets a variable for one test.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, std::optional<std::string> value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    Set(value);
  }
  ~ScopedVariable() { Set(old_); }

 private:
  void Set(const std::optional<std::string>& value) {
    if (value.has_value()) {
      setenv(name_, value->c_str(), 1);
    } else {
      unsetenv(name_);
    }
  }
  const char* name_;
  std::optional<std::string> old_;
};

int AllowedCpus() {
  cpu_set_t mask;
  EXPECT_EQ(sched_getaffinity(0, sizeof mask, &mask), 0);
  return CPU_COUNT(&mask);
}

TEST(TopologyTest, AMachineOfOneUnitHasNobodyToStealFrom) {
  const Topology machine = Machine("pu:1");
  EXPECT_EQ(machine.unit_count(), 1);
  EXPECT_EQ(machine.usable_cores(), 1);
  EXPECT_EQ(machine.numa_nodes(), 1);
  EXPECT_EQ(machine.packages(), 1);
  EXPECT_TRUE(machine.StealOrder(0, 1).empty());
  EXPECT_EQ(machine.Distance(0, 0), 0);
}

TEST(TopologyTest, TwoHyperthreadsAreTwoUnitsAndOneUsableCore) {
  const Topology machine = Machine("core:1 pu:2");
  EXPECT_EQ(machine.unit_count(), 2);
  EXPECT_EQ(machine.cores(), 1);
  EXPECT_EQ(machine.usable_cores(), 1);
  EXPECT_EQ(machine.Distance(0, 1), 0);
  EXPECT_THAT(machine.StealOrder(0, 2), ElementsAre(ElementsAre(1)));
}

TEST(TopologyTest, TwoCoresStealFromEachOther) {
  const Topology machine = Machine("core:2 pu:1");
  EXPECT_EQ(machine.usable_cores(), 2);
  EXPECT_THAT(machine.StealOrder(0, 2), ElementsAre(ElementsAre(1)));
  EXPECT_THAT(machine.StealOrder(1, 2), ElementsAre(ElementsAre(0)));
}

TEST(TopologyTest, OneUnitOfEachCoreComesFirst) {
  const Topology machine = Machine("pack:2 core:32 pu:2");
  ASSERT_EQ(machine.unit_count(), 128);
  EXPECT_EQ(machine.usable_cores(), 64);
  EXPECT_EQ(machine.packages(), 2);
  for (int i = 0; i < 128; ++i) {
    EXPECT_EQ(machine.units()[i].index, i);
    EXPECT_EQ(machine.units()[i].core, i % 64);
    EXPECT_EQ(machine.units()[i].package, i % 64 / 32);
  }
  EXPECT_EQ(machine.units()[0].os_index, 0);
  EXPECT_EQ(machine.units()[64].os_index, 1) << "the second hyperthread of core 0";
}

TEST(TopologyTest, DistanceGrowsWithWhatIsNoLongerShared) {
  // Package > NUMA node > L3 > L2 > core, two of each; units [0, 32) are the cores in order.
  const Topology machine = Machine("pack:2 numa:2 l3:2 l2:2 core:2 pu:2");
  ASSERT_EQ(machine.cores(), 32);
  EXPECT_EQ(machine.numa_nodes(), 4);
  EXPECT_EQ(machine.Distance(0, 32), 0);
  EXPECT_EQ(machine.Distance(0, 1), 1);
  EXPECT_EQ(machine.Distance(0, 2), 2);
  EXPECT_EQ(machine.Distance(0, 4), 3);
  EXPECT_EQ(machine.Distance(0, 8), 4);
  EXPECT_EQ(machine.Distance(0, 16), 5);
  EXPECT_EQ(machine.StealOrder(5, 64).size(), 6u);
}

TEST(TopologyTest, ANumaNodeLargerThanAPackageIsNoNearness) {
  const Topology machine = Machine("pack:2 core:4 pu:1");
  EXPECT_EQ(machine.numa_nodes(), 1);
  EXPECT_EQ(machine.Distance(0, 3), 3);
  EXPECT_EQ(machine.Distance(0, 4), 5);
}

TEST(TopologyTest, NumaNodesWithoutPackagesSeparate) {
  const Topology machine = Machine("numa:2 core:4 pu:1");
  EXPECT_EQ(machine.numa_nodes(), 2);
  EXPECT_EQ(machine.packages(), 1);
  EXPECT_EQ(machine.Distance(0, 3), 3);
  EXPECT_EQ(machine.Distance(0, 4), 4);
}

TEST(TopologyTest, RingsStartAfterTheThiefAndWrap) {
  const Topology machine = Machine("core:4 pu:1");
  EXPECT_THAT(machine.StealOrder(2, 4), ElementsAre(ElementsAre(3, 0, 1)));
}

TEST(TopologyTest, ALimitLeavesOutTheUnitsAboveIt) {
  const Topology machine = Machine("l2:4 core:2 pu:1");
  EXPECT_THAT(machine.StealOrder(0, 3), ElementsAre(ElementsAre(1), ElementsAre(2)));
  EXPECT_THAT(machine.StealOrder(7, 2), ElementsAre(ElementsAre(0, 1)));
  EXPECT_EQ(machine.StealOrder(0, 1000), machine.StealOrder(0, 8));
  EXPECT_TRUE(machine.StealOrder(0, 0).empty());
}

TEST(TopologyTest, CachesNameTheUnitsThatShareThem) {
  const Topology machine = Machine("l3:2(size=8MB) l2:2 core:1 pu:2");
  ASSERT_EQ(machine.caches().size(), 6u);
  EXPECT_EQ(machine.caches()[0].level, 2);
  EXPECT_THAT(machine.caches()[0].units, ElementsAre(0, 4));
  EXPECT_EQ(machine.caches()[5].level, 3);
  EXPECT_GT(machine.caches()[5].bytes, 0);
  EXPECT_THAT(machine.caches()[5].units, ElementsAre(2, 3, 6, 7));
}

TEST(TopologyTest, NothingIsBoundToASyntheticMachine) {
  const Topology machine = Machine("core:2 pu:1");
  EXPECT_TRUE(machine.synthetic());
  EXPECT_FALSE(machine.may_bind());
  const absl::Status status = machine.BindCurrentThread(1);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("unit 1"), HasSubstr("core:2 pu:1")));
}

TEST(TopologyTest, DescribeIsOneLineWithTheFigures) {
  const std::string line = Machine("pack:2 numa:2 core:8 pu:2").Describe();
  EXPECT_THAT(line, AllOf(HasSubstr("32 of 32 cores (64 units)"), HasSubstr("2 packages"),
                          HasSubstr("4 NUMA nodes"), HasSubstr("synthetic")));
  EXPECT_EQ(line.find('\n'), line.npos);
}

TEST(TopologyTest, ABadDescriptionIsAnErrorThatNamesItAndWhatIsAllowed) {
  for (const char* bad :
       {"", " ", "foo", "core:2", "pack:0 pu:2", "core:-1 pu:2", "pu:99999999999999999999",
        "core:1000000 pu:1000", "core:8193 pu:1", "pu:2)", "core:2 pu:(", "pu:1x", ":",
        "pu:2 core:2 pu:1", "\x01\xff", "pack:2 pu:2(indexes"}) {
    const absl::StatusOr<Topology> machine = Topology::FromSynthetic(bad);
    ASSERT_FALSE(machine.ok()) << bad << ": " << machine->Describe();
    EXPECT_EQ(machine.status().code(), absl::StatusCode::kInvalidArgument) << bad;
    EXPECT_THAT(std::string(machine.status().message()),
                AllOf(HasSubstr(bad), HasSubstr("8192 units")));
  }
}

TEST(TopologyTest, TheLargestSyntheticMachineIsAccepted) {
  EXPECT_EQ(Machine("pack:64 core:64 pu:2").unit_count(), Topology::kMaxSyntheticUnits);
}

TEST(TopologyTest, TheVariableReplacesTheMachine) {
  ScopedVariable variable("HEDDLE_TOPOLOGY", "pack:2 core:32 pu:2");
  ScopedVariable ranks("OMPI_COMM_WORLD_LOCAL_SIZE", "4");
  const absl::StatusOr<Topology> machine = Topology::Detect();
  ASSERT_TRUE(machine.ok()) << machine.status();
  EXPECT_TRUE(machine->synthetic());
  EXPECT_EQ(machine->usable_cores(), 64) << "whole, whatever mask, quota and ranks say";
}

TEST(TopologyTest, RanksThatAreMoreThanTheCoresTakeTurns) {
  {
    ScopedVariable alone("OMPI_COMM_WORLD_LOCAL_SIZE", "1");
    EXPECT_TRUE(Topology::Detect()->ranks_have_cores());
  }
  ScopedVariable ranks("OMPI_COMM_WORLD_LOCAL_SIZE", "100000");
  EXPECT_FALSE(Topology::Detect()->ranks_have_cores());
}

TEST(TopologyTest, ABadVariableIsNamedInTheError) {
  ScopedVariable variable("HEDDLE_TOPOLOGY", "pack:two");
  const absl::StatusOr<Topology> machine = Topology::Detect();
  ASSERT_EQ(machine.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(
      std::string(machine.status().message()),
      AllOf(HasSubstr("HEDDLE_TOPOLOGY"), HasSubstr("\"pack:two\""), HasSubstr("allowed: ")));
}

TEST(TopologyTest, ThisMachineHasTheUnitsOfTheMask) {
  ScopedVariable variable("HEDDLE_TOPOLOGY", "");
  const absl::StatusOr<Topology> machine = Topology::Detect();
  ASSERT_TRUE(machine.ok()) << machine.status();
  EXPECT_FALSE(machine->synthetic());
  EXPECT_EQ(machine->unit_count(), AllowedCpus());
  EXPECT_GE(machine->usable_cores(), 1);
  EXPECT_LE(machine->usable_cores(), machine->cores());
  std::set<int> cpus;
  for (const ProcessingUnit& unit : machine->units()) cpus.insert(unit.os_index);
  EXPECT_EQ(static_cast<int>(cpus.size()), machine->unit_count());
}

TEST(TopologyTest, ANarrowMaskLeavesItsUnitsOnly) {
  ScopedVariable variable("HEDDLE_TOPOLOGY", std::nullopt);
  std::thread([] {
    const absl::StatusOr<Topology> all = Topology::Detect();
    ASSERT_TRUE(all.ok()) << all.status();
    const int last = all->unit_count() - 1;
    ASSERT_TRUE(all->BindCurrentThread(last).ok());
    const absl::StatusOr<Topology> one = Topology::Detect();
    ASSERT_TRUE(one.ok()) << one.status();
    ASSERT_EQ(one->unit_count(), 1);
    EXPECT_EQ(one->units()[0].os_index, all->units()[last].os_index);
    EXPECT_EQ(one->usable_cores(), 1);
  }).join();
}

TEST(TopologyTest, ABoundThreadRunsWhereItWasBound) {
  ScopedVariable variable("HEDDLE_TOPOLOGY", std::nullopt);
  const absl::StatusOr<Topology> machine = Topology::Detect();
  ASSERT_TRUE(machine.ok()) << machine.status();
  std::thread([&] {
    for (const ProcessingUnit& unit : machine->units()) {
      ASSERT_TRUE(machine->BindCurrentThread(unit.index).ok());
      EXPECT_EQ(AllowedCpus(), 1);
      EXPECT_EQ(sched_getcpu(), unit.os_index);
    }
  }).join();
}

TEST(TopologyTest, MoreRanksThanCoresLeaveOneCoreEachAndNoBinding) {
  ScopedVariable variable("HEDDLE_TOPOLOGY", std::nullopt);
  ScopedVariable ranks("OMPI_COMM_WORLD_LOCAL_SIZE", "100000");
  const absl::StatusOr<Topology> machine = Topology::Detect();
  ASSERT_TRUE(machine.ok()) << machine.status();
  EXPECT_EQ(machine->usable_cores(), 1);
  EXPECT_EQ(machine->local_ranks(), 100000);
  EXPECT_FALSE(machine->may_bind());
}

TEST(TopologyDeathTest, AUnitOutOfRangeDiesWithBothNumbers) {
  const Topology machine = Machine("core:2 pu:1");
  EXPECT_DEATH(machine.Distance(0, 2), "unit 2 of 2");
  EXPECT_DEATH(machine.StealOrder(-1, 2), "unit -1 of 2");
  EXPECT_DEATH((void)machine.BindCurrentThread(7), "unit 7 of 2");
}

}  // namespace
}  // namespace heddle
