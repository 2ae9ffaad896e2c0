// Event, Latch, Semaphore, Barrier, WaitFor. Promised: nobody goes on before it may, everybody goes
// on when it may, an object may be destroyed by who was let go. Not promised: any order but that of
// Semaphore's queue, any duration.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>

#include "components/blocking/barrier.h"
#include "components/blocking/blocking_test_util.h"
#include "components/blocking/event.h"
#include "components/blocking/latch.h"
#include "components/blocking/mutex.h"
#include "components/blocking/semaphore.h"
#include "components/blocking/wait_for.h"

namespace heddle {
namespace {

class WaitingTest : public PoolTest {};

TEST_P(WaitingTest, AnEventLetsAllGoOnAndLaterOnesPass) {
  Event event;
  std::atomic<int> passed{0};
  Latch done(54);
  Threads threads;
  const auto wait = [&] {
    event.Wait();
    ++passed;
    done.CountDown();
  };
  for (int i = 0; i < 50; ++i) Start(wait);
  for (int i = 0; i < 4; ++i) threads.Start(wait);
  EXPECT_EQ(passed, 0);
  EXPECT_FALSE(event.IsSet());
  Start([&] { event.Set(); });
  done.Wait();
  EXPECT_EQ(passed, 54);
  event.Wait();
  event.Set();  // Again: nothing happens.
}

TEST_P(WaitingTest, WhoWasLetGoMayDestroyTheEvent) {
  for (int round = 0; round < 300; ++round) {
    auto event = std::make_unique<Event>();
    Event* const raw = event.get();
    Start([raw] { raw->Set(); });
    event->Wait();
    event.reset();
  }
}

TEST_P(WaitingTest, ALatchOpensAtZeroAndNotBefore) {
  for (int round = 0; round < 100; ++round) {
    auto latch = std::make_unique<Latch>(10);
    Latch* const raw = latch.get();
    std::atomic<int> counted{0};
    for (int i = 0; i < 10; ++i) {
      Start([&counted, raw] {
        ++counted;
        raw->CountDown();
      });
    }
    latch->Wait();
    EXPECT_EQ(counted, 10);
    latch.reset();
  }
  Latch zero(0);
  zero.Wait();
}

TEST_P(WaitingTest, ASemaphoreHasNoMorePermitsThanItWasGiven) {
  Semaphore semaphore(3);
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  constexpr int kActivities = 30;
  Latch done(kActivities);
  for (int i = 0; i < kActivities; ++i) {
    Start([&] {
      for (int round = 0; round < 20; ++round) {
        semaphore.Acquire();
        const int now = ++inside;
        for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
        }
        Yield();
        --inside;
        semaphore.Release();
      }
      done.CountDown();
    });
  }
  done.Wait();
  EXPECT_LE(most, 3);
  EXPECT_GE(most, 2) << "activities yield inside, so that others come in";
  EXPECT_EQ(semaphore.count(), 3);
}

TEST_P(WaitingTest, ReleasingManyLetsAsManyGoOn) {
  Semaphore semaphore(0);
  std::atomic<int> through{0};
  Latch first(5), done(9);
  for (int i = 0; i < 9; ++i) {
    Start([&] {
      semaphore.Acquire();
      if (++through <= 5) first.CountDown();
      done.CountDown();
    });
  }
  semaphore.Release(5);
  first.Wait();
  EXPECT_FALSE(semaphore.TryAcquire());
  EXPECT_EQ(through, 5);
  semaphore.Release(5);
  done.Wait();
  EXPECT_TRUE(semaphore.TryAcquire());
  EXPECT_FALSE(semaphore.TryAcquire());
}

TEST_P(WaitingTest, NobodyLeavesABarrierBeforeAllHaveCome) {
  constexpr int kMembers = 12;
  constexpr int kRounds = 60;
  Barrier barrier(kMembers);
  std::vector<std::atomic<int>> come(kRounds);
  std::atomic<int> lasts{0};
  std::atomic<int> early{0};
  Latch done(kMembers);
  Threads threads;
  const auto member = [&] {
    for (int round = 0; round < kRounds; ++round) {
      ++come[static_cast<std::size_t>(round)];
      if (barrier.Wait()) ++lasts;
      if (come[static_cast<std::size_t>(round)] != kMembers) ++early;
    }
    done.CountDown();
  };
  for (int i = 0; i < kMembers - 2; ++i) Start(member);
  for (int i = 0; i < 2; ++i) threads.Start(member);
  done.Wait();
  EXPECT_EQ(early, 0);
  EXPECT_EQ(lasts, kRounds);
}

TEST_P(WaitingTest, ABarrierOfOneNeverWaits) {
  Barrier barrier(1);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(barrier.Wait());
}

// Situation (c) of the five: eight lanes that hold an API lock over a barrier of all. Each holds
// its own lock, and one after the other takes the lock that all share, too: what eight threads
// could do, eight lanes on any number of workers can.
TEST_P(WaitingTest, EightLanesHoldALockOverABarrierOfAll) {
  constexpr int kLanes = 8;
  ClientOptions options;
  options.lanes = kLanes;
  Client* const client = AddClient(std::move(options));
  Mutex own[kLanes];
  Mutex shared;
  Barrier barrier(kLanes);
  int in_turn = 0;
  std::atomic<int> wrong{0};
  Latch done(kLanes);
  for (int lane = 0; lane < kLanes; ++lane) {
    StartOnLane(client, lane, [&, lane] {
      for (int round = 0; round < 20; ++round) {
        const std::lock_guard<Mutex> hold(own[lane]);
        {
          const std::lock_guard<Mutex> all(shared);
          Yield(SuspendMode::kHold);
          ++in_turn;
        }
        barrier.Wait();
        if (in_turn != kLanes * (round + 1)) ++wrong;
        // The neighbour's lock is held over the barrier, too.
        if (own[(lane + 1) % kLanes].try_lock()) ++wrong;
        barrier.Wait();
        if (CurrentActivity()->lane->id() != lane) ++wrong;
      }
      done.CountDown();
    });
  }
  done.Wait();
  EXPECT_EQ(wrong, 0);
}

TEST_P(WaitingTest, ALaneThatReleasesRunsItsNextMessageWhileItWaits) {
  ClientOptions options;
  options.lanes = 1;
  Client* const client = AddClient(std::move(options));
  Event event;
  Latch done(2);
  StartOnLane(client, 0, [&] {
    event.Wait(SuspendMode::kRelease);
    done.CountDown();
  });
  StartOnLane(client, 0, [&] {
    event.Set();
    done.CountDown();
  });
  done.Wait();
}

TEST_P(WaitingTest, TwentyThousandBlockedTasksAllGoOn) {
  // Under TSan a process may have about 8,000 fibers.
  constexpr int kTasks = HEDDLE_TSAN ? 2'000 : 20'000;
  Event event;
  Latch arriving(kTasks), done(kTasks);
  for (int i = 0; i < kTasks; ++i) {
    Start([&] {
      arriving.CountDown();
      event.Wait();
      done.CountDown();
    });
  }
  arriving.Wait();
  EXPECT_FALSE(done.IsZero());
  Start([&] { event.Set(); });
  done.Wait();
}

TEST_P(WaitingTest, WaitForWaitsForAllTasksOfAGroup) {
  for (int round = 0; round < 50; ++round) {
    auto group = std::make_unique<Group>(pool_->slots());
    Group* const raw = group.get();
    std::atomic<int> ran{0};
    raw->Started(kNoWorker);
    Start([&ran, raw, this] {
      for (int i = 0; i < 20; ++i) {
        raw->Started(Pool::CurrentSlot());
        Start([&ran, raw] {
          if (ran % 3 == 0) Yield();
          ++ran;
          raw->Finished(Pool::CurrentSlot());
        });
      }
      raw->Finished(Pool::CurrentSlot());
    });
    WaitFor(*group);
    EXPECT_EQ(ran, 20);
    group.reset();
  }
}

TEST_P(WaitingTest, SeveralActivitiesWaitForOneGroup) {
  Group group(pool_->slots());
  group.Started(kNoWorker);
  std::atomic<bool> finished{false};
  std::atomic<int> early{0};
  Latch done(10);
  for (int i = 0; i < 10; ++i) {
    Start([&] {
      WaitFor(group);
      if (!finished) ++early;
      done.CountDown();
    });
  }
  Start([&] {
    finished = true;
    group.Finished(Pool::CurrentSlot());
  });
  done.Wait();
  EXPECT_EQ(early, 0);
}

INSTANTIATE_TEST_SUITE_P(Workers, WaitingTest, testing::Values(1, 2, 4, 8));

TEST(LatchDeathTest, CountingBelowZeroDies) {
  EXPECT_DEATH(
      {
        Latch latch(1);
        latch.CountDown(2);
      },
      "too far");
}

TEST(BarrierDeathTest, ABarrierOfNobodyDies) { EXPECT_DEATH(Barrier(0), "0 vs 1"); }

}  // namespace
}  // namespace heddle
