// Who gets which item, for every order of arrival; nothing is lost.
#include "components/dependency/matcher.h"

#include <gtest/gtest.h>

#include "components/base/random.h"

namespace heddle {
namespace {

void* Value(std::intptr_t number) { return reinterpret_cast<void*>(number); }

class MatcherTest : public testing::Test {
 protected:
  // The value of the wait that fires, or 0.
  std::intptr_t Put(int port, int key, std::intptr_t value) {
    Matcher::Wait fired;
    if (!matcher_.Put({port, key, Value(value)}, &fired, &values_, &excluded_)) return 0;
    return reinterpret_cast<std::intptr_t>(fired.value);
  }
  void Wait(Matcher::Wants wants, std::intptr_t value, std::uint64_t group = 0) {
    matcher_.AddWait({std::move(wants), group, Value(value)});
  }
  Matcher matcher_;
  std::vector<void*> values_;
  std::vector<Matcher::Wait> excluded_;
};

TEST_F(MatcherTest, TakesTheOldestThatFits) {
  EXPECT_EQ(Put(0, 5, 10), 0);
  EXPECT_EQ(Put(0, 5, 11), 0);
  EXPECT_EQ(Put(0, 6, 12), 0);
  ASSERT_TRUE(matcher_.Take({{0, false, 5}}, &values_));
  EXPECT_EQ(values_[0], Value(10));
  ASSERT_TRUE(matcher_.Take({{0, true, 0}, {0, false, 6}}, &values_));
  EXPECT_EQ(values_[0], Value(11));
  EXPECT_EQ(values_[1], Value(12));
  EXPECT_FALSE(matcher_.Take({{0, true, 0}}, &values_));
}

TEST_F(MatcherTest, FiresWhenAllAreThere) {
  Wait({{0, true, 0}, {1, false, 3}}, 100);
  EXPECT_EQ(Put(0, 1, 1), 0);
  EXPECT_EQ(Put(1, 2, 2), 0);
  EXPECT_EQ(Put(1, 3, 3), 100);
  EXPECT_EQ(values_, (std::vector<void*>{Value(1), Value(3)}));
  EXPECT_EQ(matcher_.item_count(), 1u);
}

TEST_F(MatcherTest, ServesWhoHasWaitedLongest) {
  Wait({{0, true, 0}}, 100);
  Wait({{0, false, 7}}, 101);
  EXPECT_EQ(Put(0, 7, 1), 100);
  EXPECT_EQ(Put(0, 7, 2), 101);
}

TEST_F(MatcherTest, WaitsOfAGroupExcludeEachOther) {
  Wait({{0, true, 0}}, 100, 9);
  Wait({{1, true, 0}}, 101, 9);
  Wait({{1, true, 0}}, 102);
  EXPECT_EQ(Put(0, 0, 1), 100);
  ASSERT_EQ(excluded_.size(), 1u);
  EXPECT_EQ(excluded_[0].value, Value(101));
  EXPECT_EQ(Put(1, 0, 2), 102);
}

TEST_F(MatcherTest, OneItemServesOneWant) {
  EXPECT_EQ(Put(0, 0, 1), 0);
  EXPECT_FALSE(matcher_.Take({{0, true, 0}, {0, true, 0}}, &values_));
  EXPECT_EQ(Put(0, 0, 2), 0);
  EXPECT_TRUE(matcher_.Take({{0, true, 0}, {0, true, 0}}, &values_));
}

TEST_F(MatcherTest, MoreThanTwoWants) {
  Wait({{0, true, 0}, {1, true, 0}, {2, true, 0}, {0, true, 0}}, 100);
  EXPECT_EQ(Put(0, 0, 1), 0);
  EXPECT_EQ(Put(2, 0, 2), 0);
  EXPECT_EQ(Put(1, 0, 3), 0);
  EXPECT_EQ(Put(0, 0, 4), 100);
  EXPECT_EQ(values_, (std::vector<void*>{Value(1), Value(3), Value(2), Value(4)}));
  EXPECT_EQ(matcher_.item_count(), 0u);
}

// An item that an older wait looked at, in vain, goes to a younger one.
TEST_F(MatcherTest, AnItemPassesWhoLacksAnother) {
  Wait({{0, true, 0}, {1, true, 0}}, 100);
  Wait({{0, true, 0}}, 101);
  EXPECT_EQ(Put(0, 0, 1), 101);
  EXPECT_EQ(values_, (std::vector<void*>{Value(1)}));
  EXPECT_EQ(matcher_.item_count(), 0u);
  EXPECT_EQ(Put(1, 0, 2), 0);
  EXPECT_EQ(Put(0, 0, 3), 100);
}

// A queue that never empties, taken at both ends and within.
TEST_F(MatcherTest, KeptItemsStayInOrder) {
  Random random(3);
  std::vector<std::pair<int, std::intptr_t>> model;
  for (std::intptr_t n = 1; n <= 3000; ++n) {
    const int key = static_cast<int>(random.Below(4));
    EXPECT_EQ(Put(0, key, n), 0);
    model.emplace_back(key, n);
    if (model.size() < 20) continue;
    const bool any = random.Below(2) == 0;
    const int want = static_cast<int>(random.Below(4));
    const auto at = std::find_if(model.begin(), model.end(), [&](const auto& one) { return any || one.first == want; });
    ASSERT_EQ(matcher_.Take({{0, any, want}}, &values_), at != model.end());
    if (at == model.end()) continue;
    EXPECT_EQ(values_[0], Value(at->second));
    model.erase(at);
  }
  std::vector<std::intptr_t> kept, expected;
  matcher_.VisitItems([&](const Matcher::Item& item) { kept.push_back(reinterpret_cast<std::intptr_t>(item.value)); });
  for (const auto& one : model) expected.push_back(one.second);
  EXPECT_EQ(kept, expected);
}

// Waits for pairs of equal keys, items in random order: each pair meets once.
TEST_F(MatcherTest, PairsMeetInAnyOrder) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    constexpr int kPairs = 40;
    std::vector<Matcher::Item> items;
    for (int key = 0; key < kPairs; ++key) {
      items.push_back({0, key, Value(1000 + key)});
      items.push_back({1, key, Value(2000 + key)});
      Wait({{0, false, key}, {1, false, key}}, key + 1);
    }
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random.Below(static_cast<std::uint32_t>(i))]);
    std::vector<bool> met(kPairs);
    for (const Matcher::Item& item : items) {
      Matcher::Wait fired;
      if (!matcher_.Put(item, &fired, &values_, &excluded_)) continue;
      const auto key = static_cast<std::size_t>(reinterpret_cast<std::intptr_t>(fired.value) - 1);
      EXPECT_FALSE(met[key]);
      met[key] = true;
      EXPECT_EQ(values_[0], Value(1000 + static_cast<std::intptr_t>(key)));
      EXPECT_EQ(values_[1], Value(2000 + static_cast<std::intptr_t>(key)));
    }
    EXPECT_EQ(std::count(met.begin(), met.end(), true), kPairs);
    EXPECT_EQ(matcher_.item_count(), 0u);
    EXPECT_TRUE(matcher_.waits().empty());
  }
}

}  // namespace
}  // namespace heddle
