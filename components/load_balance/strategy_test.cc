// What every strategy promises, for random states; and what each is for.
#include "components/load_balance/strategy.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "components/base/random.h"

namespace heddle {
namespace {

LoadState RandomState(Random& random, bool with_special) {
  LoadState state;
  const auto processors = 1 + random.Below(9);
  for (std::uint32_t p = 0; p < processors; ++p) {
    LoadProcessor processor;
    if (with_special) {
      processor.background = random.Below(100) / 50.0;
      processor.available = p == 0 || random.Below(5) != 0;
      processor.speed = 1 + random.Below(3);
    }
    state.processors.push_back(processor);
  }
  const auto objects = random.Below(200);
  for (std::uint32_t i = 0; i < objects; ++i) {
    LoadObject object;
    object.load = random.Below(1000) / 1000.0;
    object.processor = static_cast<int>(random.Below(processors));
    object.movable = !with_special || random.Below(8) != 0;
    state.objects.push_back(object);
  }
  return state;
}

std::vector<int> Before(const LoadState& state) {
  std::vector<int> at;
  for (const LoadObject& object : state.objects) at.push_back(object.processor);
  return at;
}

class StrategyTest : public testing::TestWithParam<std::string> {};

TEST_P(StrategyTest, MovesOnlyWhatCanMoveToWhereThereIsRoom) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const LoadState state = RandomState(random, true);
    std::vector<int> to, again;
    (*MakeStrategy(GetParam()))->Assign(state, &to);
    (*MakeStrategy(GetParam()))->Assign(state, &again);
    EXPECT_EQ(to, again);
    ASSERT_EQ(to.size(), state.objects.size());
    for (std::size_t i = 0; i < to.size(); ++i) {
      const LoadObject& object = state.objects[i];
      ASSERT_GE(to[i], 0);
      ASSERT_LT(to[i], static_cast<int>(state.processors.size()));
      if (to[i] == object.processor) continue;
      EXPECT_TRUE(object.movable);
      EXPECT_TRUE(state.processors[static_cast<std::size_t>(to[i])].available);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, StrategyTest, testing::ValuesIn(StrategyNames()), [](const auto& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

// Without special processors: list scheduling, so at most the average and one object more.
TEST(GreedyTest, IsWithinOneObjectOfTheAverage) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed);
    const LoadState state = RandomState(random, false);
    double largest = 0;
    for (const LoadObject& object : state.objects) largest = std::max(largest, object.load);
    for (const char* const name : {"greedy", "greedy-refine"}) {
      std::vector<int> to;
      (*MakeStrategy(name))->Assign(state, &to);
      const LoadSummary summary = Summarize(state, to);
      EXPECT_LE(summary.maximum, (summary.average + largest) * (name[6] == '-' ? 1.05 : 1) + 1e-9) << name << " " << seed;
    }
  }
}

TEST(RefineTest, NeverMakesTheLongestLonger) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed);
    const LoadState state = RandomState(random, false);
    std::vector<int> to;
    (*MakeStrategy("refine"))->Assign(state, &to);
    EXPECT_LE(Summarize(state, to).maximum, Summarize(state, Before(state)).maximum + 1e-9);
  }
}

TEST(RefineTest, EvictsWhatIsOnUnavailableProcessors) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const LoadState state = RandomState(random, true);
    std::vector<int> to;
    (*MakeStrategy("refine"))->Assign(state, &to);
    for (std::size_t i = 0; i < to.size(); ++i) {
      if (!state.objects[i].movable) continue;
      EXPECT_TRUE(state.processors[static_cast<std::size_t>(to[i])].available);
    }
  }
}

TEST(RandomTest, MovesNothingWhereNoProcessorIsAvailable) {
  LoadState state;
  state.processors.resize(3);
  for (LoadProcessor& processor : state.processors) processor.available = false;
  for (int i = 0; i < 30; ++i) state.objects.push_back({1.0, i % 3, true});
  std::vector<int> to;
  (*MakeStrategy("random"))->Assign(state, &to);
  EXPECT_EQ(to, Before(state));
}

TEST(RefineTest, LeavesABalancedStateAlone) {
  LoadState state;
  state.processors.resize(4);
  for (int i = 0; i < 40; ++i) state.objects.push_back({1.0, i % 4, true});
  for (const char* const name : {"refine", "greedy-refine", "distributed", "dummy"}) {
    std::vector<int> to;
    (*MakeStrategy(name))->Assign(state, &to);
    EXPECT_EQ(to, Before(state)) << name;
  }
}

TEST(GreedyRefineTest, MovesLessThanGreedy) {
  Random random(7);
  LoadState state;
  state.processors.resize(8);
  for (int i = 0; i < 400; ++i) state.objects.push_back({1 + random.Below(100) / 100.0, i % 8, true});
  state.objects[0].load = 20;
  const auto moves = [&](const char* name) {
    std::vector<int> to;
    (*MakeStrategy(name))->Assign(state, &to);
    int n = 0;
    for (std::size_t i = 0; i < to.size(); ++i) n += to[i] != state.objects[i].processor;
    return n;
  };
  EXPECT_LT(moves("greedy-refine"), moves("greedy") / 2);
}

TEST(RotateTest, MovesEachByOne) {
  LoadState state;
  state.processors.resize(3);
  for (int i = 0; i < 9; ++i) state.objects.push_back({1.0, i % 3, true});
  std::vector<int> to;
  (*MakeStrategy("rotate"))->Assign(state, &to);
  for (std::size_t i = 0; i < to.size(); ++i) EXPECT_EQ(to[i], (state.objects[i].processor + 1) % 3);
}

TEST(MakeStrategyTest, NamesThoseThatThereAre) {
  const auto unknown = MakeStrategy("gready");
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(std::string(unknown.status().message()).find("greedy-refine"), std::string::npos);
}

}  // namespace
}  // namespace heddle
