// Promised: a writer is alone, readers are together, nobody starves, across suspensions, for
// activities and threads. Not promised: the order in which those who were let in at once go on.
#include "components/blocking/read_write_lock.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <shared_mutex>

#include "components/blocking/barrier.h"
#include "components/blocking/blocking_test_util.h"
#include "components/blocking/event.h"
#include "components/blocking/latch.h"

namespace heddle {
namespace {

class ReadWriteLockTest : public PoolTest {};

TEST_P(ReadWriteLockTest, WritersAreAloneAndReadersSeeWhatTheyWrote) {
  ReadWriteLock lock;
  int a = 0;
  int b = 0;
  std::atomic<int> wrong{0};
  constexpr int kWriters = 8;
  constexpr int kRounds = 40;
  Latch done(kWriters + 20 + 2);
  Threads threads;
  const auto write = [&] {
    for (int round = 0; round < kRounds; ++round) {
      const std::lock_guard<ReadWriteLock> hold(lock);
      ++a;
      if (round % 2 == 0) Yield();
      ++b;
    }
    done.CountDown();
  };
  const auto read = [&] {
    for (int round = 0; round < kRounds; ++round) {
      const std::shared_lock<ReadWriteLock> hold(lock);
      const int before = a;
      if (round % 4 == 0) Yield();
      if (a != before || b != before) ++wrong;
    }
    done.CountDown();
  };
  for (int i = 0; i < 20; ++i) {
    Start(read);
    if (i < kWriters - 1) Start(write);
  }
  threads.Start(write);
  for (int i = 0; i < 2; ++i) threads.Start(read);
  done.Wait();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(a, kWriters * kRounds);
  EXPECT_EQ(b, kWriters * kRounds);
  ASSERT_TRUE(lock.try_lock());  // It is free again.
  lock.unlock();
}

TEST_P(ReadWriteLockTest, ReadersAreInsideTogether) {
  ReadWriteLock lock;
  constexpr int kReaders = 10;
  Barrier all_inside(kReaders);
  Latch done(kReaders);
  for (int i = 0; i < kReaders; ++i) {
    Start([&] {
      lock.lock_shared();
      all_inside.Wait();
      lock.unlock_shared();
      done.CountDown();
    });
  }
  done.Wait();
}

TEST_P(ReadWriteLockTest, AReaderThatComesAfterAWaitingWriterComesInAfterIt) {
  ReadWriteLock lock;
  std::atomic<bool> written{false};
  bool seen = false;
  lock.lock_shared();
  Latch done(2);
  Start([&] {
    lock.lock();
    written = true;
    lock.unlock();
    done.CountDown();
  });
  // The writer waits as soon as readers are turned away.
  while (lock.try_lock_shared()) {
    lock.unlock_shared();
    std::this_thread::yield();
  }
  Event arriving;
  Start([&] {
    arriving.Set();
    lock.lock_shared();
    seen = written;
    lock.unlock_shared();
    done.CountDown();
  });
  arriving.Wait();
  EXPECT_FALSE(written);
  lock.unlock_shared();
  done.Wait();
  EXPECT_TRUE(seen);
}

INSTANTIATE_TEST_SUITE_P(Workers, ReadWriteLockTest, testing::Values(1, 2, 4, 8));

TEST(ReadWriteLockDeathTest, UnlockingWhatIsNotHeldDies) {
  EXPECT_DEATH(
      {
        ReadWriteLock lock;
        lock.unlock();
      },
      "not held so");
  EXPECT_DEATH(
      {
        ReadWriteLock lock;
        lock.unlock_shared();
      },
      "not held so");
}

}  // namespace
}  // namespace heddle
