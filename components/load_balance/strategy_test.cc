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
  for (std::uint32_t i = 0; i < 2 * objects; ++i)
    state.edges.push_back({random.Below(objects), random.Below(objects), 1.0 + random.Below(1000)});
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

INSTANTIATE_TEST_SUITE_P(All, StrategyTest, testing::ValuesIn(StrategyNames()),
                         [](const auto& info) {
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
      EXPECT_LE(summary.maximum, (summary.average + largest) * (name[6] == '-' ? 1.05 : 1) + 1e-9)
          << name << " " << seed;
    }
  }
}

// Each processor's time is cut into pieces, so that the optimum is known: 1.
TEST(GreedyTest, IsWithinGrahamsBoundOfTheOptimum) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Random random(seed);
    LoadState state;
    const auto processors = 1 + random.Below(12);
    state.processors.resize(processors);
    for (std::uint32_t p = 0; p < processors; ++p) {
      double left = 1;
      for (auto pieces = random.Below(5); pieces > 0; --pieces) {
        const double load = left * (1 + random.Below(99)) / 100;
        state.objects.push_back({load, static_cast<int>(random.Below(processors)), true});
        left -= load;
      }
      state.objects.push_back({left, static_cast<int>(random.Below(processors)), true});
    }
    std::vector<int> to;
    (*MakeStrategy("greedy"))->Assign(state, &to);
    EXPECT_LE(Summarize(state, to).maximum, 4.0 / 3 - 1.0 / (3 * processors) + 1e-9) << seed;
  }
}

// Of machines whose processors differ; the bound is that of Gonzalez, Ibarra and Sahni (SIAM J.
// Comput. 1977).
TEST(GreedyTest, IsWithinTwiceTheOptimumWhereSpeedsDiffer) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Random random(seed);
    LoadState state;
    const auto processors = 1 + random.Below(12);
    for (std::uint32_t p = 0; p < processors; ++p) {
      state.processors.push_back({0, 1.0 + random.Below(8), true});
      double left = state.processors.back().speed;
      for (auto pieces = random.Below(5); pieces > 0; --pieces) {
        const double load = left * (1 + random.Below(99)) / 100;
        state.objects.push_back({load, static_cast<int>(random.Below(processors)), true});
        left -= load;
      }
      state.objects.push_back({left, static_cast<int>(random.Below(processors)), true});
    }
    std::vector<int> to;
    (*MakeStrategy("greedy"))->Assign(state, &to);
    EXPECT_LE(Summarize(state, to).maximum, 2 + 1e-9) << seed;
  }
}

TEST(GreedyTest, LooksAtSpeedsAndBackground) {
  LoadState state;
  state.processors = {{0, 1, true}, {0, 4, true}, {10, 1, true}};
  state.objects = {{2, 0, true}, {2, 0, true}};
  for (const char* const name : {"greedy", "greedy-refine", "refine", "distributed"}) {
    std::vector<int> to;
    (*MakeStrategy(name))->Assign(state, &to);
    // The fast one has both in 1 second.
    EXPECT_LE(Summarize(state, to).maximum, 10.0) << name;
    EXPECT_EQ(std::count(to.begin(), to.end(), 2), 0) << name;
  }
  std::vector<int> to;
  (*MakeStrategy("greedy"))->Assign(state, &to);
  EXPECT_EQ(to, (std::vector<int>{1, 1}));
}

TEST(RefineTest, NeverMakesTheLongestLonger) {
  for (const char* const name : {"refine", "distributed"}) {
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
      Random random(seed);
      LoadState state = RandomState(random, seed % 2 == 1);
      for (LoadProcessor& processor : state.processors) processor.available = true;
      std::vector<int> to;
      (*MakeStrategy(name))->Assign(state, &to);
      EXPECT_LE(Summarize(state, to).maximum, Summarize(state, Before(state)).maximum + 1e-9)
          << name << " " << seed;
    }
  }
}

TEST(EvictionTest, NothingThatCanMoveStaysOnUnavailableProcessors) {
  for (const char* const name : {"greedy", "greedy-refine", "refine", "distributed", "metis"}) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      SCOPED_TRACE(name + (" " + std::to_string(seed)));
      Random random(seed);
      const LoadState state = RandomState(random, true);
      std::vector<int> to;
      (*MakeStrategy(name))->Assign(state, &to);
      for (std::size_t i = 0; i < to.size(); ++i) {
        if (!state.objects[i].movable) continue;
        EXPECT_TRUE(state.processors[static_cast<std::size_t>(to[i])].available);
      }
    }
  }
}

// A grid whose objects lie around anywhere.
LoadState Grid(int side, int processors) {
  Random random(3);
  LoadState state;
  state.processors.resize(static_cast<std::size_t>(processors));
  for (int i = 0; i < side * side; ++i) {
    state.objects.push_back(
        {1.0, static_cast<int>(random.Below(static_cast<std::uint32_t>(processors))), true});
    const auto here = static_cast<std::size_t>(i);
    if (i % side > 0) state.edges.push_back({here - 1, here, 100});
    if (i >= side) state.edges.push_back({here, here - static_cast<std::size_t>(side), 100});
  }
  return state;
}
double BytesBetween(const LoadState& state, const std::vector<int>& to) {
  double bytes = 0;
  for (const LoadEdge& edge : state.edges) bytes += to[edge.a] == to[edge.b] ? 0 : edge.bytes;
  return bytes;
}

TEST(MetisTest, KeepsTogetherWhatTalks) {
  LoadState state = Grid(32, 4);
  const std::unique_ptr<Strategy> metis = *MakeStrategy("metis");
  EXPECT_TRUE(metis->wants_edges());
  std::vector<int> to;
  metis->Assign(state, &to);
  EXPECT_LT(Summarize(state, to).maximum, 1.1 * 256);
  // Quarters cut 64 edges; of 1984.
  EXPECT_LE(BytesBetween(state, to), 100 * 100);
  // What lies well is not moved again, only because another number would do as well.
  for (std::size_t i = 0; i < to.size(); ++i) state.objects[i].processor = to[i];
  std::vector<int> again;
  metis->Assign(state, &again);
  int moves = 0;
  for (std::size_t i = 0; i < to.size(); ++i) moves += to[i] != again[i];
  EXPECT_LT(moves, 200);
}

TEST(MetisTest, GivesToEachAsMuchAsItCanDo) {
  LoadState state = Grid(40, 3);
  state.processors = {{0, 3, true}, {0, 1, true}, {100, 2, true}};
  std::vector<int> to;
  (*MakeStrategy("metis"))->Assign(state, &to);
  EXPECT_LT(Summarize(state, to).maximum, 1.1 * (1600 + 200) / 6);
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
  for (int i = 0; i < 400; ++i)
    state.objects.push_back({1 + random.Below(100) / 100.0, i % 8, true});
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
  for (std::size_t i = 0; i < to.size(); ++i)
    EXPECT_EQ(to[i], (state.objects[i].processor + 1) % 3);
}

TEST(MakeStrategyTest, NamesThoseThatThereAre) {
  const auto unknown = MakeStrategy("gready");
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(std::string(unknown.status().message()).find("greedy-refine"), std::string::npos);
}

}  // namespace
}  // namespace heddle
