// Promised: alignment, no block given out twice, newest first, bounded memory between producer and
// consumer, across threads that die, flush, fork, and before main() and during exit; in checked
// builds misuse dies. Not promised: which thread's block it is.
#include "components/memory_pool/pool.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace heddle {
namespace {

bool IsAligned(const void* block, std::size_t alignment) {
  return reinterpret_cast<std::uintptr_t>(block) % alignment == 0;
}

// Fills and returns `count` blocks.
std::vector<char*> AllocateMany(std::size_t count, std::size_t bytes) {
  std::vector<char*> blocks(count);
  for (std::size_t i = 0; i < count; ++i) {
    blocks[i] = static_cast<char*>(PoolAllocate(bytes));
    std::memset(blocks[i], static_cast<int>(i), bytes);
  }
  return blocks;
}

void FreeMany(const std::vector<char*>& blocks, std::size_t bytes) {
  for (char* block : blocks) PoolFree(block, bytes);
}

// Allocated before main() and freed during exit.
struct EarlyAndLate {
  EarlyAndLate() : blocks(AllocateMany(100, 96)) {}
  ~EarlyAndLate() {
    FreeMany(blocks, 96);
    FreeMany(AllocateMany(100, 96), 96);
  }
  std::vector<char*> blocks;
};
EarlyAndLate early_and_late;

TEST(PoolTest, BlocksAllocatedBeforeMainAreWhole) {
  for (std::size_t i = 0; i < early_and_late.blocks.size(); ++i) {
    EXPECT_EQ(early_and_late.blocks[i][95], static_cast<char>(i));
  }
}

TEST(PoolDeathTest, BlocksMayBeFreedDuringExit) {
  EXPECT_EXIT(std::exit(0), testing::ExitedWithCode(0), "");
}

TEST(SizeClassTest, EachSizeGetsTheSmallestClassThatHoldsIt) {
  for (std::size_t bytes = 0; bytes <= kPoolMaxBytes; ++bytes) {
    const std::size_t size_class = internal::SizeClassOf(bytes);
    ASSERT_LT(size_class, internal::kClasses);
    ASSERT_GE(internal::kClassBytes[size_class], bytes);
    if (size_class > 0) {
      ASSERT_LT(internal::kClassBytes[size_class - 1], bytes);
    }
  }
}

TEST(PoolTest, BlocksAreAlignedToTheLargestPowerOfTwoInTheirSizeUpToACacheLine) {
  for (std::size_t bytes = 1; bytes <= 2 * kPoolMaxBytes; bytes += bytes < 1100 ? 1 : 61) {
    std::size_t alignment = 16;
    while (alignment < 64 && bytes % (2 * alignment) == 0) alignment *= 2;
    std::vector<char*> blocks = AllocateMany(3, bytes);
    for (char* block : blocks) ASSERT_TRUE(IsAligned(block, alignment)) << bytes;
    FreeMany(blocks, bytes);
  }
}

TEST(PoolTest, NoTwoLiveBlocksOverlap) {
  for (std::size_t bytes : {1, 16, 17, 48, 64, 100, 128, 640, 4000, 8192, 8193, 100000}) {
    const std::vector<char*> blocks = AllocateMany(500, bytes);
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      ASSERT_EQ(blocks[i][0], static_cast<char>(i)) << bytes;
      ASSERT_EQ(blocks[i][bytes - 1], static_cast<char>(i)) << bytes;
    }
    FreeMany(blocks, bytes);
  }
}

TEST(PoolTest, ZeroBytesAreABlockOfTheirOwn) {
  void* a = PoolAllocate(0);
  void* b = PoolAllocate(0);
  EXPECT_NE(a, nullptr);
  EXPECT_NE(a, b);
  PoolFree(a, 0);
  PoolFree(b, 0);
}

TEST(PoolTest, TheBlockFreedLastIsReusedFirst) {
  std::vector<char*> blocks = AllocateMany(300, 128);
  FreeMany(blocks, 128);
  for (int i = 299; i >= 0; --i) ASSERT_EQ(PoolAllocate(128), blocks[i]);
  FreeMany(blocks, 128);
}

TEST(PoolTest, NewConstructsAndDeleteDestroys) {
  struct alignas(64) Counted {
    Counted(int& alive, std::unique_ptr<int> moved) : alive(alive), value(std::move(moved)) {
      ++alive;
    }
    ~Counted() { --alive; }
    int& alive;
    std::unique_ptr<int> value;
  };
  int alive = 0;
  Counted* object = PoolNew<Counted>(alive, std::make_unique<int>(7));
  EXPECT_TRUE(IsAligned(object, 64));
  EXPECT_EQ(alive, 1);
  EXPECT_EQ(*object->value, 7);
  PoolDelete(object);
  EXPECT_EQ(alive, 0);
  PoolDelete(static_cast<Counted*>(nullptr));
}

TEST(PoolTest, StatisticsCountWhatIsInUseWhereverItIsFreed) {
  const PoolStatistics before = GetPoolStatistics();
  std::vector<char*> blocks = AllocateMany(1000, 200);
  std::vector<char*> large = AllocateMany(5, 9000);
  PoolStatistics now = GetPoolStatistics();
  EXPECT_EQ(now.blocks_in_use, before.blocks_in_use + 1000);
  EXPECT_EQ(now.bytes_in_use, before.bytes_in_use + 1000 * 256);
  EXPECT_EQ(now.large_in_use, before.large_in_use + 5);
  std::thread([&] {
    FreeMany(blocks, 200);
    FreeMany(large, 9000);
  }).join();
  now = GetPoolStatistics();
  EXPECT_EQ(now.blocks_in_use, before.blocks_in_use);
  EXPECT_EQ(now.bytes_in_use, before.bytes_in_use);
  EXPECT_EQ(now.large_in_use, before.large_in_use);
  EXPECT_GE(now.magazines_given, before.magazines_given + 1000 / 62);
}

TEST(PoolTest, MemoryStaysBoundedBetweenAProducerAndAConsumer) {
  constexpr std::size_t kSlots = 256;
  constexpr std::size_t kBlocks = 200'000;
  std::atomic<void*> slots[kSlots] = {};
  const PoolStatistics before = GetPoolStatistics();
  std::thread consumer([&] {
    for (std::size_t i = 0; i < kBlocks; ++i) {
      void* block;
      while ((block = slots[i % kSlots].exchange(nullptr, std::memory_order_acquire)) == nullptr) {
        std::this_thread::yield();
      }
      ASSERT_EQ(*static_cast<std::size_t*>(block), i);
      PoolFree(block, 576);
    }
  });
  for (std::size_t i = 0; i < kBlocks; ++i) {
    void* block = PoolAllocate(576);
    *static_cast<std::size_t*>(block) = i;
    while (slots[i % kSlots].load(std::memory_order_acquire) != nullptr) std::this_thread::yield();
    slots[i % kSlots].store(block, std::memory_order_release);
  }
  consumer.join();
  // At most 256 blocks in flight and two magazines a thread, 640 bytes each, while 128 MB were
  // allocated.
  EXPECT_LE(GetPoolStatistics().bytes_reserved, before.bytes_reserved + (std::size_t{2} << 20));
}

TEST(PoolTest, ADeadThreadsBlocksAndHeapAreReused) {
  auto run = [] {
    std::thread([] {
      std::vector<char*> blocks = AllocateMany(5000, 384);
      FreeMany(blocks, 384);
    }).join();
  };
  run();
  const PoolStatistics before = GetPoolStatistics();
  for (int i = 0; i < 100; ++i) run();
  const PoolStatistics after = GetPoolStatistics();
  EXPECT_EQ(after.bytes_reserved, before.bytes_reserved);
  EXPECT_EQ(after.heaps, before.heaps);
}

TEST(PoolTest, FlushHandsFreeBlocksToOtherThreads) {
  constexpr std::size_t kBytes = 6000;  // Magazines of 8 blocks.
  const std::size_t capacity = internal::MagazineCapacity(internal::SizeClassOf(kBytes));
  FreeMany(AllocateMany(3 * capacity, kBytes), kBytes);
  PoolFlush();
  const PoolStatistics before = GetPoolStatistics();
  EXPECT_GE(before.blocks_in_depot, 2 * capacity);
  std::thread([&] {
    std::vector<char*> blocks = AllocateMany(2 * capacity, kBytes);
    EXPECT_EQ(GetPoolStatistics().blocks_in_depot, before.blocks_in_depot - 2 * capacity);
    FreeMany(blocks, kBytes);
  }).join();
}

thread_local struct LateUser {
  ~LateUser() {
    if (used) FreeMany(AllocateMany(200, 72), 72);
  }
  bool used = false;
} late_user;

TEST(PoolTest, ThreadLocalDestructorsMayAllocateAndLeaveNothingBehind) {
  static pthread_key_t key;
  // Runs among the thread-specific destructors, whatever their order, again and again.
  ASSERT_EQ(pthread_key_create(&key,
                               [](void* rounds) {
                                 FreeMany(AllocateMany(200, 72), 72);
                                 auto left = reinterpret_cast<std::uintptr_t>(rounds) - 1;
                                 if (left > 0)
                                   pthread_setspecific(key, reinterpret_cast<void*>(left));
                               }),
            0);
  const PoolStatistics before = GetPoolStatistics();
  for (int i = 0; i < 20; ++i) {
    std::thread([] {
      late_user.used = true;
      pthread_setspecific(key, reinterpret_cast<void*>(3));
      FreeMany(AllocateMany(200, 72), 72);
    }).join();
  }
  const PoolStatistics after = GetPoolStatistics();
  EXPECT_EQ(after.blocks_in_use, before.blocks_in_use);
  EXPECT_LE(after.heaps, before.heaps + 1);
  pthread_key_delete(key);
}

TEST(PoolTest, AForkedChildMayAllocateWhileOtherThreadsDidInTheParent) {
  std::atomic<bool> stop{false};
  std::thread churn([&] {
    while (!stop.load(std::memory_order_relaxed)) FreeMany(AllocateMany(300, 128), 128);
  });
  for (int i = 0; i < 20; ++i) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      char* blocks[500];
      for (char*& block : blocks) *(block = static_cast<char*>(PoolAllocate(128))) = 1;
      for (char* block : blocks) PoolFree(block, 128);
      _exit(42);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 42) << status;
  }
  stop.store(true, std::memory_order_relaxed);
  churn.join();
}

// Under a sanitizer its own allocator dies first, and names the size in hexadecimal.
TEST(PoolDeathTest, OutOfMemoryNamesTheSize) {
  EXPECT_DEATH((void)PoolAllocate(std::size_t{1} << 62),
               "out of memory: 4611686018427387904 bytes|0x4000000000000000");
}

TEST(PoolDeathTest, ASecondFreeDies) {
  if (!PoolIsChecked()) GTEST_SKIP() << "the library is built with NDEBUG";
  void* block = PoolAllocate(128);
  PoolFree(block, 128);
  EXPECT_DEATH(PoolFree(block, 128), "of 128 bytes is freed twice");
}

TEST(PoolDeathTest, AWriteAfterFreeDies) {
  if (!PoolIsChecked()) GTEST_SKIP() << "the library is built with NDEBUG";
  volatile char* block = static_cast<volatile char*>(PoolAllocate(128));
  PoolFree(const_cast<char*>(block), 128);
  EXPECT_DEATH(
      {
        block[3] = 7;
        (void)PoolAllocate(128);
      },
      "written after it was freed|use-after-poison");
}

}  // namespace
}  // namespace heddle
