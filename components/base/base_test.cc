// Promised: a failed CHECK names place, condition and values; lists keep their order; a futex wait returns on a wake, on a
// changed word and on time-out. Not promised: any duration.
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "components/base/check.h"
#include "components/base/clock.h"
#include "components/base/fence.h"
#include "components/base/futex.h"
#include "components/base/intrusive_list.h"
#include "components/base/random.h"

namespace heddle {
namespace {

struct Item : ListLink {
  explicit Item(int v) : value(v) {}
  int value;
};

TEST(CheckDeathTest, AFailedCheckNamesPlaceConditionValuesAndText) {
  const int have = 3;
  EXPECT_DEATH(HEDDLE_CHECK_EQ(have, 4) << "items",
               "base_test.cc:[0-9]+: check failed: .*have.* \\[3 vs 4\\] items");
}

TEST(CheckTest, APassedCheckDoesNotEvaluateItsText) {
  int evaluated = 0;
  HEDDLE_CHECK(true) << ++evaluated;
  EXPECT_EQ(evaluated, 0);
}

TEST(IntrusiveListTest, KeepsOrderAndRemovesFromTheMiddle) {
  Item a(1), b(2), c(3);
  IntrusiveList<Item> list;
  EXPECT_EQ(list.PopFront(), nullptr);
  list.PushBack(&b);
  list.PushBack(&c);
  list.PushFront(&a);
  EXPECT_EQ(list.After(&a), &b);
  list.Remove(&b);
  EXPECT_FALSE(b.linked());
  EXPECT_EQ(list.PopFront(), &a);
  EXPECT_EQ(list.PopFront(), &c);
  EXPECT_TRUE(list.empty());
}

TEST(FutexTest, ReturnsAtOnceWhereTheWordHasChanged) {
  std::atomic<std::uint32_t> word{1};
  EXPECT_TRUE(FutexWait(word, 0));
}

TEST(FutexTest, SaysThatTheTimeRanOut) {
  std::atomic<std::uint32_t> word{0};
  EXPECT_FALSE(FutexWait(word, 0, 1000));
}

TEST(FutexTest, AWakeEndsAWait) {
  std::atomic<std::uint32_t> word{0};
  std::thread sleeper([&] {
    while (word.load() == 0) FutexWait(word, 0);
  });
  word.store(1);
  FutexWake(word, 1);
  sleeper.join();
}

// The store-buffering litmus test: without the fences both threads may read 0.
TEST(FenceTest, OfTwoThreadsWithLightAndHeavyFenceAtLeastOneSeesTheOther) {
  std::atomic<int> hot{0}, cold{0}, round{0}, arrived{0};
  int hot_saw = 0, cold_saw = 0;
  constexpr int kRounds = 2000;
  std::thread other([&] {
    for (int i = 1; i <= kRounds; ++i) {
      while (round.load(std::memory_order_acquire) < i) CpuRelax();
      hot.store(1, std::memory_order_relaxed);
      LightFence();
      hot_saw = cold.load(std::memory_order_relaxed);
      arrived.store(i, std::memory_order_release);
    }
  });
  for (int i = 1; i <= kRounds; ++i) {
    hot.store(0);
    cold.store(0);
    round.store(i, std::memory_order_release);
    cold.store(1, std::memory_order_relaxed);
    HeavyFence();
    cold_saw = hot.load(std::memory_order_relaxed);
    while (arrived.load(std::memory_order_acquire) < i) CpuRelax();
    ASSERT_TRUE(hot_saw == 1 || cold_saw == 1) << "round " << i;
  }
  other.join();
}

TEST(RandomTest, BelowCoversItsRange) {
  Random random(7);
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random.Below(10));
  EXPECT_EQ(seen.size(), 10u);
  EXPECT_EQ(*seen.rbegin(), 9u);
}

TEST(ClockTest, DoesNotGoBack) {
  const std::int64_t first = NowNs();
  EXPECT_LE(first, NowNs());
}

}  // namespace
}  // namespace heddle
