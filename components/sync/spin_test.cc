// SpinLock. Promised: mutual exclusion, try_lock never waits. Not promised: fairness.
// SpinPolicy. Promised: no spin where threads outnumber cores; the budget follows the last success
// and recovers. Not promised: any duration.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mutex>
#include <thread>

#include "components/sync/spin_lock.h"
#include "components/sync/spin_policy.h"

namespace heddle {
namespace {

TEST(SpinLockTest, IsHeldByOneAtATime) {
  SpinLock lock;
  ASSERT_TRUE(lock.try_lock());
  EXPECT_FALSE(lock.try_lock());
  lock.unlock();
  {
    std::lock_guard<SpinLock> guard(lock);
    EXPECT_FALSE(lock.try_lock());
  }
  EXPECT_TRUE(lock.try_lock());
  lock.unlock();
}

TEST(SpinLockTest, AWaiterGetsItAfterTheUnlock) {
  SpinLock lock;
  int guarded = 0;
  lock.lock();
  std::thread waiter([&] {
    std::lock_guard<SpinLock> guard(lock);
    EXPECT_EQ(guarded, 1);
    guarded = 2;
  });
  guarded = 1;
  lock.unlock();
  waiter.join();
  EXPECT_EQ(guarded, 2);
}

// Each test registers what it needs and takes it back.
class SpinPolicyTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(SpinPolicy::RunnableThreads(), 0); }
  void TearDown() override {
    while (SpinPolicy::RunnableThreads() > 0) SpinPolicy::ThreadSleeps();
  }
};

TEST_F(SpinPolicyTest, TheBudgetIsZeroExactlyWhileMoreThreadsThanCoresAreRunnable) {
  SpinPolicy policy(2);
  EXPECT_GT(policy.BudgetNs(), 0);
  policy.ThreadBecomesRunnable();
  policy.ThreadBecomesRunnable();
  EXPECT_GT(policy.BudgetNs(), 0);
  policy.ThreadBecomesRunnable();
  EXPECT_EQ(policy.BudgetNs(), 0);
  policy.ThreadSleeps();
  EXPECT_GT(policy.BudgetNs(), 0);
}

TEST_F(SpinPolicyTest, OnOneCoreNobodySpins) {
  SpinPolicy policy(1);
  EXPECT_EQ(policy.BudgetNs(), 0);
  int looks = 0;
  EXPECT_FALSE(policy.SpinUntil([&] { return ++looks == 2; }));
  EXPECT_EQ(looks, 1);
}

TEST_F(SpinPolicyTest, LooksOnceEvenWithoutABudget) {
  SpinPolicy policy(1);
  EXPECT_TRUE(policy.SpinUntil([] { return true; }));
}

TEST_F(SpinPolicyTest, GivesUpAtOnceWhenAThreadTooManyBecomesRunnable) {
  SpinPolicy policy(2);
  const std::int64_t before = policy.BudgetNs();
  int looks = 0;
  EXPECT_FALSE(policy.SpinUntil([&] {
    if (++looks == 2) {
      for (int i = 0; i < 3; ++i) SpinPolicy::ThreadBecomesRunnable();
    }
    return false;
  }));
  EXPECT_LE(looks, 17);
  for (int i = 0; i < 3; ++i) SpinPolicy::ThreadSleeps();
  EXPECT_EQ(policy.BudgetNs(), before) << "an interrupted spin says nothing about the wait";
}

TEST_F(SpinPolicyTest, SeesWhatAnotherThreadDoes) {
  SpinPolicy policy(2);
  std::atomic<bool> done{false};
  std::thread other([&] { done.store(true); });
  while (!policy.SpinUntil([&] { return done.load(); })) {
  }
  other.join();
}

TEST_F(SpinPolicyTest, FailuresShrinkTheBudgetToTheLeastAndThenProbeTheMost) {
  SpinPolicy policy(2);
  std::int64_t last = policy.BudgetNs();
  bool least = false, probed = false;
  for (int i = 0; i < 16; ++i) {
    EXPECT_FALSE(policy.SpinUntil([] { return false; }));
    const std::int64_t now = policy.BudgetNs();
    if (now == SpinPolicy::kMostNs) {
      probed = true;
    } else {
      EXPECT_LE(now, last);
    }
    least = least || now == SpinPolicy::kLeastNs;
    last = now;
  }
  EXPECT_TRUE(least);
  EXPECT_TRUE(probed);
}

TEST_F(SpinPolicyTest, ASuccessSetsTheBudgetByTheTimeItTook) {
  SpinPolicy policy(2);
  const std::int64_t start = NowNs();
  int looks = 0;
  if (policy.SpinUntil(
          [&] { return ++looks == 3; })) {  // Fails only if the core was taken away meanwhile.
    const std::int64_t took_at_most = NowNs() - start;
    EXPECT_LE(policy.BudgetNs(), std::max(2 * took_at_most, SpinPolicy::kLeastNs));
    EXPECT_GE(policy.BudgetNs(), SpinPolicy::kLeastNs);
  }
}

TEST_F(SpinPolicyTest, AForkedChildStartsAtZero) {
  SpinPolicy::ThreadBecomesRunnable();
  const pid_t child = fork();
  if (child == 0) _exit(SpinPolicy::RunnableThreads() == 0 ? 0 : 1);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace heddle
