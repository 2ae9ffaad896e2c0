// Promised: whatever threads allocate, exchange, free, flush and die, in any order, no block and no
// stack has two owners, and in the end nothing is in use. HEDDLE_TEST_ROUNDS, _SEED and _WORKERS
// change the run; a failure prints the seed.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iterator>
#include <thread>
#include <utility>
#include <vector>

#include "components/base/clock.h"
#include "components/base/random.h"
#include "components/memory_pool/pool.h"
#include "components/memory_pool/stack_pool.h"

namespace heddle {
namespace {

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 0) : otherwise;
}

// First and last word of every live block; a block with two owners loses one of them.
struct Header {
  std::uint64_t bytes;
  std::uint64_t stamp;
};

constexpr std::uint32_t kSizes[] = {16, 24, 48, 64, 128, 128, 128, 200, 640, 2048, 8192, 9000};

void Stamp(void* block, std::uint64_t bytes, std::uint64_t stamp) {
  *static_cast<Header*>(block) = {bytes, stamp};
  if (bytes >= 24)
    *reinterpret_cast<std::uint64_t*>(static_cast<char*>(block) + bytes - 8) = ~stamp;
}

void CheckAndFree(void* block) {
  const Header header = *static_cast<Header*>(block);
  ASSERT_LE(header.bytes, 9000u);
  if (header.bytes >= 24) {
    ASSERT_EQ(*reinterpret_cast<std::uint64_t*>(static_cast<char*>(block) + header.bytes - 8),
              ~header.stamp);
  }
  *static_cast<Header*>(block) = {0, 0};
  PoolFree(block, header.bytes);
}

// Where threads meet: whoever exchanges a block for another owns what it gets.
constexpr std::size_t kMeetingPlaces = 512;
std::atomic<void*> places[kMeetingPlaces];

struct StackNote {
  Stack stack;
  std::uint64_t stamp;
};
std::atomic<StackNote*> stack_places[16];

void CheckAndFreeStack(StackNote* note) {
  ASSERT_EQ(*reinterpret_cast<std::uint64_t*>(note->stack.top() - 8), note->stamp);
  ASSERT_EQ(*reinterpret_cast<std::uint64_t*>(note->stack.low + kStackCanaryBytes), note->stamp);
  StackFree(note->stack);
  PoolDelete(note);
}

void ExchangeStack(Random& random) {
  const std::size_t bytes = random.Below(4) == 0 ? 16384 + random.Below(3) * 65536 : 0;
  auto* note = PoolNew<StackNote>();
  note->stack = StackAllocate(bytes > 0 ? StackClass::kUser : StackClass::kLoop, bytes);
  note->stamp = random.Next();
  *reinterpret_cast<std::uint64_t*>(note->stack.top() - 8) = note->stamp;
  *reinterpret_cast<std::uint64_t*>(note->stack.low + kStackCanaryBytes) = note->stamp;
  note = stack_places[random.Below(16)].exchange(note, std::memory_order_acq_rel);
  if (note != nullptr) CheckAndFreeStack(note);
}

void Work(std::uint64_t seed, std::uint64_t steps) {
  Random random(seed);
  std::vector<void*> mine;
  for (std::uint64_t step = 0; step < steps; ++step) {
    const std::uint32_t kind = random.Below(100);
    if (kind < 45) {
      const std::uint32_t bytes = kSizes[random.Below(std::size(kSizes))];
      void* block = PoolAllocate(bytes);
      Stamp(block, bytes, random.Next());
      mine.push_back(block);
    } else if (kind < 70 && !mine.empty()) {
      std::swap(mine[random.Below(static_cast<std::uint32_t>(mine.size()))], mine.back());
      CheckAndFree(mine.back());
      mine.pop_back();
    } else if (kind < 97 && !mine.empty()) {
      void* other =
          places[random.Below(kMeetingPlaces)].exchange(mine.back(), std::memory_order_acq_rel);
      mine.pop_back();
      if (other != nullptr) CheckAndFree(other);
    } else if (kind < 99) {
      ExchangeStack(random);
    } else {
      PoolFlush();
    }
    // Now and then all at once, so that whole magazines move.
    if (mine.size() > 400) {
      for (void* block : mine) CheckAndFree(block);
      mine.clear();
    }
  }
  for (void* block : mine) CheckAndFree(block);
}

TEST(MemoryPoolStressTest, NothingHasTwoOwnersAndNothingIsLostWhileThreadsComeAndGo) {
  const std::uint64_t seed =
      FromEnvironment("HEDDLE_TEST_SEED", static_cast<std::uint64_t>(NowNs()));
  const std::uint64_t rounds = FromEnvironment("HEDDLE_TEST_ROUNDS", 20);
  const std::uint64_t only = FromEnvironment("HEDDLE_TEST_WORKERS", 0);
  SCOPED_TRACE(testing::Message() << "HEDDLE_TEST_SEED=" << seed);
  const PoolStatistics before = GetPoolStatistics();
  const StackStatistics stacks_before = GetStackStatistics();
  Random random(seed);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const std::uint64_t workers = only > 0 ? only : std::uint64_t{1} << round % 4;
    std::vector<std::thread> threads;
    for (std::uint64_t i = 0; i < workers; ++i) {
      threads.emplace_back(Work, random.Next(), 40'000 / workers);
    }
    for (std::thread& thread : threads) thread.join();
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  for (auto& place : places) {
    if (void* block = place.exchange(nullptr)) CheckAndFree(block);
  }
  for (auto& place : stack_places) {
    if (StackNote* note = place.exchange(nullptr)) CheckAndFreeStack(note);
  }
  const PoolStatistics after = GetPoolStatistics();
  EXPECT_EQ(after.blocks_in_use, before.blocks_in_use);
  EXPECT_EQ(after.large_in_use, before.large_in_use);
  EXPECT_EQ(GetStackStatistics().live, stacks_before.live);
  EXPECT_LE(after.heaps, before.heaps + std::max<std::uint64_t>(only, 8) + 1);
  // 8 threads hold at most 400 blocks each, and two magazines of each of the ten classes used; all
  // of it fits in 32 MiB.
  if (only <= 8) {
    EXPECT_LE(after.bytes_reserved, before.bytes_reserved + (std::uint64_t{32} << 20));
  }
}

}  // namespace
}  // namespace heddle
