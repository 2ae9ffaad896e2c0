// Promised: exclusion across suspensions, for activities and threads alike; with hand-over the
// order of arrival; recursion by owner. Not promised: any order with barging, any duration.
#include "components/blocking/mutex.h"

#include <gtest/gtest.h>

#include <mutex>
#include <stdexcept>

#include "components/blocking/blocking_test_util.h"
#include "components/blocking/event.h"
#include "components/blocking/latch.h"

namespace heddle {
namespace {

class MutexTest : public PoolTest {};

TEST_P(MutexTest, OneActivityAtATimeIsInside) {
  for (MutexOrder order : {MutexOrder::kHandOver, MutexOrder::kBarging}) {
    Mutex mutex(order);
    constexpr int kActivities = 40;
    constexpr int kRounds = 50;
    int counter = 0;
    Latch done(kActivities);
    for (int i = 0; i < kActivities; ++i) {
      Start([&] {
        for (int round = 0; round < kRounds; ++round) {
          const std::lock_guard<Mutex> hold(mutex);
          const int before = counter;
          if (round % 4 == 0) Yield();
          counter = before + 1;
        }
        done.CountDown();
      });
    }
    done.Wait();
    EXPECT_EQ(counter, kActivities * kRounds);
    EXPECT_FALSE(mutex.locked());
  }
}

TEST_P(MutexTest, ThreadsAndActivitiesExcludeEachOther) {
  for (MutexOrder order : {MutexOrder::kHandOver, MutexOrder::kBarging}) {
    Mutex mutex(order);
    int counter = 0;
    Latch done(20);
    Threads threads;
    const auto count = [&] {
      for (int round = 0; round < 50; ++round) {
        const std::lock_guard<Mutex> hold(mutex);
        const int before = counter;
        if (round % 8 == 0) Yield();
        counter = before + 1;
      }
      done.CountDown();
    };
    for (int i = 0; i < 16; ++i) Start(count);
    for (int i = 0; i < 4; ++i) threads.Start(count);
    done.Wait();
    EXPECT_EQ(counter, 20 * 50);
  }
}

TEST_P(MutexTest, HandOverKeepsTheOrderOfArrival) {
  Mutex mutex;
  std::vector<int> order;
  constexpr int kActivities = 20;
  Latch done(kActivities);
  mutex.lock();  // By this thread, so that all others queue up.
  for (int i = 0; i < kActivities; ++i) {
    Event arriving;
    Start([&, i] {
      arriving.Set();
      mutex.lock();
      order.push_back(i);
      mutex.unlock();
      done.CountDown();
    });
    arriving.Wait();
    if (GetParam() > 1) continue;  // With several workers the order of arrival is not known here.
    Event behind;                  // With one the next task starts when the last one has suspended.
    Start([&] { behind.Set(); });
    behind.Wait();
  }
  mutex.unlock();
  done.Wait();
  ASSERT_EQ(order.size(), static_cast<std::size_t>(kActivities));
  if (GetParam() == 1) {
    for (int i = 0; i < kActivities; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
  }
}

TEST_P(MutexTest, WhoLocksAgainWaitsForThoseWhoCameBefore) {
  Mutex mutex;
  Latch done(2);
  bool other_was_in = false;
  Event first_has_it;
  Start([&] {
    mutex.lock();
    first_has_it.Set();
    while (!other_was_in) {
      mutex.unlock();
      Yield();
      mutex.lock();
    }
    mutex.unlock();
    done.CountDown();
  });
  first_has_it.Wait();
  Start([&] {
    mutex.lock();
    other_was_in = true;
    mutex.unlock();
    done.CountDown();
  });
  done.Wait();
}

TEST_P(MutexTest, TryLockFailsWhileHeldAndSucceedsWhenFree) {
  Mutex mutex;
  mutex.lock();
  bool taken = true;
  Latch done(1);
  Start([&] {
    taken = mutex.try_lock();
    done.CountDown();
  });
  done.Wait();
  EXPECT_FALSE(taken);
  mutex.unlock();
  ASSERT_TRUE(mutex.try_lock());
  mutex.unlock();
}

TEST_P(MutexTest, ExceptionsAreRightAcrossWaitsForTheMutex) {
  Mutex mutex;
  constexpr int kActivities = 16;
  Latch done(kActivities);
  std::atomic<int> wrong{0};
  for (int i = 0; i < kActivities; ++i) {
    Start([&, i] {
      try {
        const std::lock_guard<Mutex> hold(mutex);
        Yield();
        throw std::runtime_error(std::to_string(i));
      } catch (const std::runtime_error&) {
        try {
          const std::lock_guard<Mutex> hold(mutex);  // Suspends within a handler.
          Yield();
          throw;
        } catch (const std::runtime_error& error) {
          if (error.what() != std::to_string(i)) ++wrong;
        }
      }
      done.CountDown();
    });
  }
  done.Wait();
  EXPECT_EQ(wrong, 0);
}

TEST_P(MutexTest, ARecursiveMutexIsOwnedByTheActivity) {
  RecursiveMutex mutex;
  constexpr int kActivities = 20;
  int counter = 0;
  Latch done(kActivities + 2);
  const auto body = [&] {
    for (int round = 0; round < 20; ++round) {
      mutex.lock();
      EXPECT_EQ(mutex.depth(), 1);
      const int before = counter;
      Yield();  // It may go on after others have tried.
      mutex.lock();
      EXPECT_TRUE(mutex.try_lock());
      EXPECT_EQ(mutex.depth(), 3);
      counter = before + 1;
      for (int i = 0; i < 3; ++i) mutex.unlock();
    }
    done.CountDown();
  };
  Threads threads;
  for (int i = 0; i < kActivities; ++i) Start(body);
  for (int i = 0; i < 2; ++i) threads.Start(body);
  done.Wait();
  EXPECT_EQ(counter, 22 * 20);
  EXPECT_EQ(mutex.depth(), 0);
}

TEST_P(MutexTest, AnotherActivityOfTheSameThreadDoesNotOwnIt) {
  RecursiveMutex mutex;
  Latch done(1);
  Event held, go_on;
  Start([&] {
    mutex.lock();
    held.Set();
    go_on.Wait();  // Its worker runs the other one meanwhile.
    mutex.unlock();
    done.CountDown();
  });
  held.Wait();
  Latch tried(1);
  Start([&] {
    EXPECT_FALSE(mutex.try_lock());
    tried.CountDown();
  });
  tried.Wait();
  go_on.Set();
  done.Wait();
}

INSTANTIATE_TEST_SUITE_P(Workers, MutexTest, testing::Values(1, 2, 4, 8));

TEST(MutexDeathTest, UnlockingAFreeMutexDies) {
  EXPECT_DEATH(
      {
        Mutex mutex;
        mutex.unlock();
      },
      "unlocked that nobody holds");
}

TEST(MutexDeathTest, UnlockingARecursiveMutexOfAnotherThreadDies) {
  EXPECT_DEATH(
      {
        RecursiveMutex mutex;
        std::thread([&] { mutex.lock(); }).join();
        mutex.unlock();
      },
      "does not hold it");
}

}  // namespace
}  // namespace heddle
