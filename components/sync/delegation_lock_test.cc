// Promised: mutual exclusion, first come first served, an answer reaches the worker that asked and
// no other. Not promised: that a waiter is answered.
#include "components/sync/delegation_lock.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace heddle {
namespace {

TEST(DelegationLockTest, WhoComesFirstHoldsTheLock) {
  DelegationLock<int> lock(2);
  int result = -1;
  ASSERT_TRUE(lock.LockOrDelegate(0, &result));
  EXPECT_EQ(result, -1);
  EXPECT_FALSE(lock.WaiterPresent());
  EXPECT_FALSE(lock.TryLock());
  lock.Unlock();
  ASSERT_TRUE(lock.TryLock());
  lock.Unlock();
  lock.Lock();
  lock.Unlock();
  EXPECT_TRUE(lock.LockOrDelegate(1, &result));
  lock.Unlock();
}

TEST(DelegationLockTest, TheHolderAnswersAWaiterAndKeepsTheLock) {
  DelegationLock<int> lock(4);
  int unused = 0;
  ASSERT_TRUE(lock.LockOrDelegate(0, &unused));
  std::thread waiter([&] {
    int result = -1;
    EXPECT_FALSE(lock.LockOrDelegate(3, &result));
    EXPECT_EQ(result, 42);
  });
  while (!lock.WaiterPresent()) std::this_thread::yield();
  EXPECT_EQ(lock.FrontWaiter(), 3);
  lock.ServeFront(42);
  EXPECT_FALSE(lock.WaiterPresent());
  waiter.join();
  EXPECT_FALSE(lock.TryLock()) << "the holder still holds it";
  lock.Unlock();
  EXPECT_TRUE(lock.TryLock());
  lock.Unlock();
}

TEST(DelegationLockTest, AWaiterThatIsNotAnsweredGetsTheLock) {
  DelegationLock<int> lock(2);
  int guarded = 0;  // Plain: ThreadSanitizer checks the order.
  lock.Lock();
  std::thread waiter([&] {
    int result = -1;
    EXPECT_TRUE(lock.LockOrDelegate(1, &result));
    EXPECT_EQ(result, -1);
    EXPECT_EQ(guarded, 1);
    lock.Unlock();
  });
  while (!lock.WaiterPresent()) std::this_thread::yield();
  guarded = 1;
  lock.Unlock();
  waiter.join();
}

TEST(DelegationLockTest, WaitersAreAnsweredInTheOrderInWhichTheyCame) {
  DelegationLock<int> lock(3);
  lock.Lock();
  std::thread waiters[3];
  int answer[3] = {};
  for (int i = 0; i < 3; ++i) {
    waiters[i] = std::thread([&, i] { EXPECT_FALSE(lock.LockOrDelegate(i, &answer[i])); });
    if (i == 0) {
      while (!lock.WaiterPresent()) std::this_thread::yield();
    }
  }
  int served[3];
  for (int i = 0; i < 3; ++i) {
    while (!lock.WaiterPresent()) std::this_thread::yield();
    served[i] = lock.FrontWaiter();
    lock.ServeFront(100 + served[i]);
  }
  lock.Unlock();
  for (std::thread& waiter : waiters) waiter.join();
  EXPECT_EQ(served[0], 0);
  EXPECT_EQ(served[1] + served[2], 3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(answer[i], 100 + i);
}

TEST(DelegationLockTest, AnswersMayBeMoveOnly) {
  DelegationLock<std::unique_ptr<int>> lock(1);
  lock.Lock();
  std::thread waiter([&] {
    std::unique_ptr<int> result;
    EXPECT_FALSE(lock.LockOrDelegate(0, &result));
    ASSERT_NE(result, nullptr);
    EXPECT_EQ(*result, 7);
  });
  while (!lock.WaiterPresent()) std::this_thread::yield();
  lock.ServeFront(std::make_unique<int>(7));
  lock.Unlock();
  waiter.join();
}

TEST(DelegationLockDeathTest, MistakesDieWithTheirValues) {
  DelegationLock<int> lock(2);
  int result;
  EXPECT_DEATH((void)lock.LockOrDelegate(2, &result), "worker 2 of 2");
  EXPECT_DEATH((void)lock.LockOrDelegate(-1, &result), "worker -1 of 2");
  lock.Lock();
  EXPECT_DEATH(lock.ServeFront(1), "no waiter after ticket 1");
  lock.Unlock();
  EXPECT_DEATH(DelegationLock<int>(0), "a lock for 0 workers");
}

}  // namespace
}  // namespace heddle
