// Promised: who waits hears the next signal, wakes in the order of arrival, and holds the mutex
// again; a deadline ends a wait not before its time. Not promised: how long after.
#include "components/blocking/condition.h"

#include <gtest/gtest.h>

#include <deque>
#include <mutex>

#include "components/base/clock.h"
#include "components/blocking/blocking_test_util.h"
#include "components/blocking/latch.h"

namespace heddle {
namespace {

class ConditionTest : public PoolTest {};

TEST_P(ConditionTest, ABoundedBufferLosesNothing) {
  constexpr int kItems = 2'000;
  constexpr std::size_t kRoom = 4;
  Mutex mutex;
  Condition not_full, not_empty;
  std::deque<int> buffer;
  std::vector<int> received(kItems, 0);
  int taken = 0;
  Latch done(5);
  Threads threads;
  const auto consume = [&] {
    mutex.lock();
    for (;;) {
      not_empty.Wait(mutex, [&] { return !buffer.empty() || taken == kItems; });
      if (buffer.empty()) break;
      ++received[static_cast<std::size_t>(buffer.front())];
      buffer.pop_front();
      if (++taken == kItems) not_empty.Broadcast();
      not_full.Signal();
    }
    mutex.unlock();
    done.CountDown();
  };
  const auto produce = [&](int first) {
    for (int i = first; i < kItems; i += 2) {
      const std::lock_guard<Mutex> hold(mutex);
      not_full.Wait(mutex, [&] { return buffer.size() < kRoom; });
      buffer.push_back(i);
      not_empty.Signal();
    }
    done.CountDown();
  };
  Start(consume);
  Start(consume);
  threads.Start(consume);
  Start([&] { produce(0); });
  threads.Start([&] { produce(1); });
  done.Wait();
  for (int i = 0; i < kItems; ++i) EXPECT_EQ(received[static_cast<std::size_t>(i)], 1) << i;
}

TEST_P(ConditionTest, BroadcastWakesAllAndEachHoldsTheMutex) {
  Mutex mutex;
  Condition condition;
  bool go = false;
  int inside = 0;
  int woken = 0;
  Latch waiting(30), done(30);
  for (int i = 0; i < 30; ++i) {
    Start([&] {
      mutex.lock();
      waiting.CountDown();
      condition.Wait(mutex, [&] { return go; });
      EXPECT_EQ(++inside, 1);
      ++woken;
      Yield();
      --inside;
      mutex.unlock();
      done.CountDown();
    });
  }
  waiting.Wait();
  {
    const std::lock_guard<Mutex> hold(
        mutex);  // All are in the queue: each has the mutex until it is.
    go = true;
    condition.Broadcast();
  }
  done.Wait();
  EXPECT_EQ(woken, 30);
}

TEST_P(ConditionTest, ASignalWakesTheOneThatWaitsLongest) {
  Mutex mutex;
  Condition condition;
  std::vector<int> order;
  Latch done(10);
  for (int i = 0; i < 10; ++i) {
    Latch waiting(1);
    Start([&, i] {
      mutex.lock();
      waiting.CountDown();
      condition.Wait(mutex);
      order.push_back(i);
      mutex.unlock();
      done.CountDown();
    });
    waiting.Wait();
    const std::lock_guard<Mutex> hold(mutex);
  }
  for (int i = 0; i < 10; ++i) {
    const std::lock_guard<Mutex> hold(mutex);
    condition.Signal();
  }
  done.Wait();
  // Hand-over of the mutex keeps the order of the signals where one worker resumes.
  ASSERT_EQ(order.size(), 10u);
  if (GetParam() == 1) {
    for (int i = 0; i < 10; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
  }
}

TEST_P(ConditionTest, ADeadlineEndsTheWaitNotBeforeItsTime) {
  Latch done(9);
  Mutex mutex;
  Condition condition(*pool_);
  Threads threads;
  std::atomic<int> wrong{0};
  const auto wait = [&] {
    mutex.lock();
    const std::int64_t deadline = NowNs() + 1'000'000;
    if (condition.WaitUntil(mutex, deadline)) ++wrong;
    if (NowNs() < deadline) ++wrong;
    mutex.unlock();
    done.CountDown();
  };
  for (int i = 0; i < 8; ++i) Start(wait);
  threads.Start(wait);
  done.Wait();
  EXPECT_EQ(wrong, 0);
}

TEST_P(ConditionTest, ADeadlineThatHasPassedEndsTheWaitAtOnce) {
  Latch done(1);
  Start([&] {
    Mutex mutex;
    Condition condition;
    mutex.lock();
    EXPECT_FALSE(condition.WaitUntil(mutex, 0));
    EXPECT_TRUE(mutex.locked());
    mutex.unlock();
    done.CountDown();
  });
  done.Wait();
}

TEST_P(ConditionTest, ASignalBeforeTheDeadlineIsHeard) {
  Latch done(1);
  Mutex mutex;
  Condition condition;
  bool ready = false;
  const std::int64_t far = NowNs() + INT64_C(3'600'000'000'000);
  Start([&] {
    mutex.lock();
    while (!ready) EXPECT_TRUE(condition.WaitUntil(mutex, far));
    mutex.unlock();
    done.CountDown();
  });
  Latch signalled(1);
  Start([&] {
    {
      const std::lock_guard<Mutex> hold(mutex);
      ready = true;
      condition.Signal();
    }
    signalled.CountDown();
  });
  done.Wait();
  signalled.Wait();
}

// Deadlines that pass at about the time of the signals: each wait ends once, by one of the two, and
// whoever comes second does no harm to a condition that is gone.
TEST_P(ConditionTest, SignalsAndDeadlinesRace) {
  for (int round = 0; round < 100; ++round) {
    Latch done(5);
    {
      Mutex mutex;
      Condition condition;
      std::atomic<int> left{4};
      for (int i = 0; i < 4; ++i) {
        Start([&, i] {
          mutex.lock();
          (void)condition.WaitUntil(mutex, NowNs() + 1'000 * (round % 20) * i);
          mutex.unlock();
          --left;
          done.CountDown();
        });
      }
      Start([&] {
        while (left > 0) {
          condition.Signal();
          Yield();
        }
        done.CountDown();
      });
      done.Wait();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Workers, ConditionTest, testing::Values(1, 2, 4, 8));

}  // namespace
}  // namespace heddle
