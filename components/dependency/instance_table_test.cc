// Promised: of the arrivals for a number exactly the last one is told so, and everybody finds the one pointer that was kept, in
// both layouts, with threads at once; what is complete leaves the sparse table. Not promised: any order.
#include "components/dependency/instance_table.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <random>
#include <thread>
#include <unordered_map>
#include <vector>

#include "gtest/gtest.h"

namespace heddle {
namespace {

constexpr std::uint64_t kNumbers = 5000;

class InstanceTableTest : public testing::TestWithParam<bool> {
 protected:
  InstanceTable table_{GetParam() ? kNumbers : 0};
  // Sparse numbers are far apart, or close together.
  static std::uint64_t Number(std::uint64_t i) { return GetParam() ? i : i % 2 == 0 ? i : i << 40; }
};

TEST_P(InstanceTableTest, ArrivalsAreNumbered) {
  for (std::uint32_t goal = 2; goal < 5; ++goal) {
    for (std::uint32_t i = 1; i <= goal; ++i) EXPECT_EQ(table_.Arrive(Number(goal), goal), i);
  }
  EXPECT_EQ(table_.size(), 0u);
}

TEST_P(InstanceTableTest, ArrivalsOfManyThreadsAreCountedOnce) {
  constexpr int kThreads = 4;
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::atomic<std::uint64_t> last{0};
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937_64 random(seed + t);
      std::vector<std::uint64_t> order(kNumbers);
      for (std::uint64_t i = 0; i < kNumbers; ++i) order[i] = i;
      std::shuffle(order.begin(), order.end(), random);
      for (const std::uint64_t i : order) last += table_.Arrive(Number(i), kThreads) == kThreads ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(last, kNumbers);
  EXPECT_EQ(table_.size(), 0u);
}

TEST_P(InstanceTableTest, EverybodyFindsTheSamePointer) {
  constexpr int kThreads = 4;
  struct Pending {
    std::uint64_t number;
    std::atomic<int> missing{kThreads};
  };
  std::atomic<std::uint64_t> complete{0};
  std::atomic<std::int64_t> alive{0};
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937_64 random(t);
      std::vector<std::uint64_t> order(kNumbers);
      for (std::uint64_t i = 0; i < kNumbers; ++i) order[i] = i;
      std::shuffle(order.begin(), order.end(), random);
      for (const std::uint64_t i : order) {
        const auto make = [&]() -> void* {
          ++alive;
          Pending* const made = new Pending;
          made->number = i;
          return made;
        };
        const auto drop = [&](void* lost) {
          --alive;
          delete static_cast<Pending*>(lost);
        };
        auto* const pending = static_cast<Pending*>(table_.FindOrMake(Number(i), make, drop));
        ASSERT_EQ(pending->number, i);
        if (--pending->missing == 0) {
          table_.Forget(Number(i));
          drop(pending);
          ++complete;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(complete, kNumbers);
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(table_.size(), 0u);
}

TEST(InstanceTable, SparseAgreesWithAMapThroughInsertionsAndRemovals) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  InstanceTable table;
  std::unordered_map<std::uint64_t, std::uint32_t> model;
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t number = random() % 700 * (random() % 2 == 0 ? 1 : 64);
    const bool last = ++model[number] == 3;
    if (last) model.erase(number);
    ASSERT_EQ(table.Arrive(number, 3) == 3, last) << number;
    if (i % 1000 == 0) {
      ASSERT_EQ(table.size(), model.size());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Layouts, InstanceTableTest, testing::Bool(),
                         [](const auto& info) { return info.param ? "Dense" : "Sparse"; });

}  // namespace
}  // namespace heddle
