// Promised: sizes, guard pages and canaries that catch an overflow, reuse, 20,000 stacks at once,
// errors with values. Not promised: which stack comes back, except that the newest does in one
// thread.
#include "components/memory_pool/stack_pool.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

namespace heddle {
namespace {

const auto kPage = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));

TEST(StackPoolTest, ALoopStackIsWritableFromEndToEnd) {
  const Stack stack = StackAllocate(StackClass::kLoop);
  EXPECT_EQ(stack.bytes, kLoopStackBytes);
  EXPECT_EQ(stack.top(), stack.low + kLoopStackBytes);
  EXPECT_EQ(stack.stack_class, StackClass::kLoop);
  for (std::size_t at = 0; at < stack.bytes; at += kPage) stack.low[at] = 1;
  stack.top()[-1] = 1;
  StackFree(stack);
}

TEST(StackPoolTest, TheGuardIsThePageBelowTheStackAndNothingElse) {
  const Stack stack = StackAllocate(StackClass::kLoop);
  ASSERT_TRUE(stack.guarded);
  Stack found;
  EXPECT_TRUE(StackGuardContains(stack.low - 1, &found));
  EXPECT_EQ(found.low, stack.low);
  EXPECT_EQ(found.bytes, stack.bytes);
  EXPECT_TRUE(StackGuardContains(stack.low - kPage));
  EXPECT_FALSE(StackGuardContains(stack.low));
  EXPECT_FALSE(StackGuardContains(stack.low - kPage - 1));
  EXPECT_FALSE(StackGuardContains(nullptr));
  EXPECT_FALSE(StackGuardContains(&found));
  StackFree(stack);
}

TEST(StackPoolTest, TheStackFreedLastIsReusedFirst) {
  for (const auto& [stack_class, bytes] : {std::pair(StackClass::kLoop, std::size_t{0}),
                                           std::pair(StackClass::kUser, std::size_t{90000})}) {
    const Stack a = StackAllocate(stack_class, bytes);
    const Stack b = StackAllocate(stack_class, bytes);
    StackFree(b);
    StackFree(a);
    EXPECT_EQ(StackAllocate(stack_class, bytes).low, a.low);
    EXPECT_EQ(StackAllocate(stack_class, bytes).low, b.low);
    StackFree(b);
    StackFree(a);
  }
}

TEST(StackPoolTest, LoopStacksComeBackFromTheGlobalListNewestFirst) {
  std::vector<Stack> stacks;
  for (int i = 0; i < 40; ++i) stacks.push_back(StackAllocate(StackClass::kLoop));
  for (const Stack& stack : stacks) StackFree(stack);
  for (int i = 39; i >= 0; --i) ASSERT_EQ(StackAllocate(StackClass::kLoop).low, stacks[i].low) << i;
  for (const Stack& stack : stacks) StackFree(stack);
}

TEST(StackPoolTest, UserStacksHoldAtLeastWhatWasAskedForAndAtMostAQuarterMore) {
  for (std::size_t bytes : {1ul, kPage, kPage + 1, 50'000ul, 65536ul, 1'000'000ul, 40'000'001ul}) {
    const Stack stack = StackAllocate(StackClass::kUser, bytes);
    EXPECT_GE(stack.bytes, bytes);
    EXPECT_LE(stack.bytes, std::max(bytes + bytes / 4, bytes + kPage)) << bytes;
    EXPECT_EQ(stack.bytes % kPage, 0u);
    stack.low[0] = stack.top()[-1] = 1;
    StackFree(stack);
  }
}

TEST(StackPoolTest, LargeUserStacksAreUnmapped) {
  const StackStatistics before = GetStackStatistics();
  StackFree(StackAllocate(StackClass::kUser, std::size_t{256} << 20));
  EXPECT_EQ(GetStackStatistics().bytes_reserved, before.bytes_reserved);
}

TEST(StackPoolTest, TwentyThousandLoopStacksLiveAtOnceAndAreTrimmedAfterwards) {
  constexpr std::size_t kStacks = 20'000;
  const StackStatistics before = GetStackStatistics();
  std::vector<Stack> stacks;
  for (std::size_t i = 0; i < kStacks; ++i) {
    stacks.push_back(StackAllocate(StackClass::kLoop));
    stacks.back().top()[-1] = static_cast<char>(i);
  }
  StackStatistics now = GetStackStatistics();
  EXPECT_EQ(now.live, before.live + kStacks);
  EXPECT_EQ(now.guarded, kMaxGuardedStacks);
  for (std::size_t i = 0; i < kStacks; ++i) {
    ASSERT_EQ(stacks[i].top()[-1], static_cast<char>(i));
    ASSERT_EQ(stacks[i].guarded, StackGuardContains(stacks[i].low - 1)) << i;
  }
  // Past the last guard a user stack is still to be had.
  const Stack user = StackAllocate(StackClass::kUser, 20000);
  user.low[kStackCanaryBytes] = user.top()[-1] = 1;
  StackFree(user);

  std::vector<char*> lows;
  for (const Stack& stack : stacks) lows.push_back(stack.low);
  std::sort(lows.begin(), lows.end());
  for (std::size_t i = 1; i < kStacks; ++i)
    ASSERT_GE(lows[i] - lows[i - 1], std::ptrdiff_t{kLoopStackBytes});

  for (const Stack& stack : stacks) StackFree(stack);
  now = GetStackStatistics();
  EXPECT_EQ(now.live, before.live);
  EXPECT_LE(now.cached_global + now.cached_threads, 400u);
  EXPECT_LE(now.guarded, 2000u);
  EXPECT_GT(now.cold, 10'000u);
  // After the peak new stacks have guards again.
  const Stack again = StackAllocate(StackClass::kLoop);
  EXPECT_TRUE(again.guarded);
  StackFree(again);
}

TEST(StackPoolTest, StacksMayBeFreedByAnotherThreadAndReturnWhenItEnds) {
  const StackStatistics before = GetStackStatistics();
  std::vector<Stack> stacks;
  for (int i = 0; i < 10; ++i) {
    stacks.push_back(StackAllocate(StackClass::kLoop));
    stacks.push_back(StackAllocate(StackClass::kUser, 30000));
  }
  EXPECT_EQ(GetStackStatistics().live, before.live + 20);
  std::thread([&] {
    for (const Stack& stack : stacks) StackFree(stack);
  }).join();
  const StackStatistics after = GetStackStatistics();
  EXPECT_EQ(after.live, before.live);
  EXPECT_LE(after.cached_threads, before.cached_threads);
}

// Unguarded stacks appear only when the guards are used up.
std::vector<Stack> TakeUntilUnguarded() {
  std::vector<Stack> stacks;
  do {
    stacks.push_back(StackAllocate(StackClass::kLoop));
  } while (stacks.back().guarded);
  return stacks;
}

TEST(StackPoolDeathTest, AnOverwrittenCanaryDiesAndAWholeOneDoesNot) {
  std::vector<Stack> stacks = TakeUntilUnguarded();
  const Stack& stack = stacks.back();
  EXPECT_FALSE(StackGuardContains(stack.low - 1));
  stack.low[kStackCanaryBytes] = 1;
  StackCheckCanary(stack);
  EXPECT_DEATH(
      {
        stack.low[kStackCanaryBytes - 1] = 1;
        StackCheckCanary(stack);
      },
      "stack overflow: the canary of the stack of 1048576 bytes");
  EXPECT_DEATH(
      {
        stack.low[8] = 1;
        StackFree(stack);
      },
      "stack overflow.* byte 8");
  for (const Stack& each : stacks) StackFree(each);
}

void OnFault(int, siginfo_t* info, void*) { _exit(StackGuardContains(info->si_addr) ? 42 : 1); }

TEST(StackPoolDeathTest, AnOverflowIsAFaultThatTheHandlerRecognises) {
  const Stack stack = StackAllocate(StackClass::kLoop);
  ASSERT_TRUE(stack.guarded);
  EXPECT_EXIT(
      {
        struct sigaction action = {};
        action.sa_sigaction = OnFault;
        action.sa_flags = SA_SIGINFO;
        sigaction(SIGSEGV, &action, nullptr);
        *static_cast<volatile char*>(stack.low - 1) = 1;
      },
      testing::ExitedWithCode(42), "");
  StackFree(stack);
}

TEST(StackPoolDeathTest, AFailedMappingNamesSizeAndErrno) {
  EXPECT_DEATH((void)StackAllocate(StackClass::kUser, std::size_t{1} << 60),
               "mmap of 1152921504606[0-9]* bytes for stacks: .*errno 12");
}

TEST(StackPoolDeathTest, AUserStackNeedsASize) {
  EXPECT_DEATH((void)StackAllocate(StackClass::kUser), "a user stack of 0 bytes");
}

}  // namespace
}  // namespace heddle
