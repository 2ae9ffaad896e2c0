// Promised: a depot stack hands every magazine to one taker at a time and loses none, also when it
// is popped and pushed back between another thread's load and its CAS. HEDDLE_TEST_ROUNDS, _SEED
// and _WORKERS change the run; a failure prints the seed.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "components/base/clock.h"
#include "components/base/random.h"
#include "components/memory_pool/magazine.h"

namespace heddle {
namespace {

using internal::Magazine;
using internal::MagazineStack;

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 0) : otherwise;
}

constexpr std::size_t kMagazines = 4;  // Few, so that the same head comes back soon.

// Takes up to three magazines and pushes them back in another order: the recipe for ABA. `count`
// says who holds a magazine.
void PopAndPush(MagazineStack& stack, std::uint64_t seed, std::uint64_t steps,
                std::atomic<std::uint64_t>& wrong) {
  Random random(seed);
  Magazine* held[3];
  for (std::uint64_t step = 0; step < steps; ++step) {
    std::size_t count = 0;
    for (std::size_t wanted = 1 + random.Below(3); count < wanted; ++count) {
      held[count] = stack.Pop();
      if (held[count] == nullptr) break;
      // Plain: a race here, which TSan would report, is a magazine with two owners.
      void*& owner = held[count]->slots[0];
      if (owner != nullptr) wrong.fetch_add(1, std::memory_order_relaxed);
      owner = &random;
    }
    if (count > 1 && random.Below(2) == 0) std::swap(held[0], held[count - 1]);
    for (std::size_t i = 0; i < count; ++i) {
      if (held[i]->slots[0] != &random) wrong.fetch_add(1, std::memory_order_relaxed);
      held[i]->slots[0] = nullptr;
      stack.Push(held[i]);
    }
  }
}

TEST(MagazineStackStressTest, EveryMagazineHasOneHolderAndNoneIsLost) {
  const std::uint64_t seed =
      FromEnvironment("HEDDLE_TEST_SEED", static_cast<std::uint64_t>(NowNs()));
  const std::uint64_t rounds = FromEnvironment("HEDDLE_TEST_ROUNDS", 20);
  const std::uint64_t workers = FromEnvironment("HEDDLE_TEST_WORKERS", 4);
  SCOPED_TRACE(testing::Message() << "HEDDLE_TEST_SEED=" << seed);
  Random random(seed);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    MagazineStack stack;
    auto magazines = std::make_unique<Magazine[]>(kMagazines);
    std::vector<Magazine*> all;
    for (std::size_t i = 0; i < kMagazines; ++i) {
      magazines[i].slots[0] = nullptr;
      all.push_back(&magazines[i]);
      stack.Push(&magazines[i]);
    }
    std::atomic<std::uint64_t> wrong{0};
    std::vector<std::thread> threads;
    for (std::uint64_t i = 0; i < workers; ++i) {
      threads.emplace_back(PopAndPush, std::ref(stack), random.Next(), 20'000, std::ref(wrong));
    }
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(wrong.load(), 0u);
    std::vector<Magazine*> left;
    // One more than there are: a corrupted stack may be a ring.
    while (left.size() <= kMagazines) {
      Magazine* magazine = stack.Pop();
      if (magazine == nullptr) break;
      left.push_back(magazine);
    }
    std::sort(left.begin(), left.end());
    ASSERT_EQ(left, all);
  }
}

}  // namespace
}  // namespace heddle
