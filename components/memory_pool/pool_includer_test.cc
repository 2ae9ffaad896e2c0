// Promised: how a user of the library is compiled makes no difference to the pool. Built twice,
// with NDEBUG and without it, against one library: blocks that one side has carved or freed are the
// other's to allocate.
#include <gtest/gtest.h>

#include <cstring>
#include <thread>
#include <vector>

#include "components/memory_pool/pool.h"

namespace heddle {
namespace {

// More than two magazines: some of the calls go through the library, the others are inline here.
constexpr std::size_t kBlocks = 500;

std::vector<void*> AllocateAll(std::size_t bytes) {
  std::vector<void*> blocks(kBlocks);
  for (void*& block : blocks) {
    block = PoolAllocate(bytes);
    std::memset(block, 0x5a, bytes);
  }
  return blocks;
}

TEST(PoolIncluderTest, BlocksThatTheLibraryCarvedAreUsable) {
  const PoolStatistics before = GetPoolStatistics();
  for (std::size_t bytes : {16, 40, 100, 704, 8192}) {
    const std::vector<void*> blocks = AllocateAll(bytes);
    EXPECT_EQ(GetPoolStatistics().blocks_in_use, before.blocks_in_use + kBlocks);
    for (void* block : blocks) PoolFree(block, bytes);
  }
  EXPECT_EQ(GetPoolStatistics().blocks_in_use, before.blocks_in_use);
}

TEST(PoolIncluderTest, BlocksThatWereWrittenComeBackTheNewestFirst) {
  const std::vector<void*> blocks = AllocateAll(192);
  for (void* block : blocks) PoolFree(block, 192);
  for (std::size_t i = kBlocks; i-- > 0;) ASSERT_EQ(PoolAllocate(192), blocks[i]);
  for (void* block : blocks) PoolFree(block, 192);
}

TEST(PoolIncluderTest, BlocksOfAThreadThatEndedAreUsable) {
  const PoolStatistics before = GetPoolStatistics();
  std::vector<void*> blocks;
  std::thread([&] { blocks = AllocateAll(320); }).join();
  for (void* block : blocks) PoolFree(block, 320);
  PoolFlush();
  std::thread([] {
    for (void* block : AllocateAll(320)) PoolFree(block, 320);
  }).join();
  EXPECT_EQ(GetPoolStatistics().blocks_in_use, before.blocks_in_use);
  EXPECT_LE(GetPoolStatistics().bytes_reserved, before.bytes_reserved + (std::size_t{4} << 20));
}

}  // namespace
}  // namespace heddle
