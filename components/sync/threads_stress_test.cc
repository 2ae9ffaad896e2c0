// Under contention. Promised: no wake-up is lost in as many rounds as HEDDLE_TEST_ROUNDS says
// (parkers, event counts), mutual exclusion (spin lock, delegation lock), each answer to its
// worker, destruction right after the last use. A lost wake-up shows as a test that hangs. Not
// promised: fairness, or any duration.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "components/sync/delegation_lock.h"
#include "components/sync/event_count.h"
#include "components/sync/parker.h"
#include "components/sync/spin_lock.h"
#include "components/sync/spin_policy.h"
#include "components/sync/stress_options.h"

namespace heddle {
namespace {

TEST(ParkerStressTest, NoWakeUpIsLostBetweenTwoThreadsThatWakeEachOther) {
  const StressOptions options = ReadStressOptions(20'000);
  SCOPED_TRACE(options.Text());
  Parker parkers[2];
  int turns = 0;  // Plain: each round must happen before the next.
  RunThreads(2, [&](int self) {
    Random random(options.seed + self);
    for (int i = 0; i < options.rounds; ++i) {
      if (self == 1 || i > 0) {
        RandomDelay(&random);
        if (random.Below(4) == 0) {
          while (!parkers[self].ParkFor(random.Below(20'000))) {
          }
        } else {
          parkers[self].Park();
        }
      }
      ++turns;
      RandomDelay(&random);
      parkers[1 - self].Unpark();
    }
  });
  EXPECT_EQ(turns, 2 * options.rounds);
}

TEST(ParkerStressTest, NoTokenIsLostWhenParkAndUnparkMeet) {
  const StressOptions options = ReadStressOptions(200'000);
  SCOPED_TRACE(options.Text());
  Parker parker;
  MeetingPoint meeting;
  int written = 0, read = 0;  // Plain.
  RunThreads(2, [&](int self) {
    Random random(options.seed + self);
    for (int i = 0; i < options.rounds; ++i) {
      meeting.Wait(i, &random);
      if (self == 0) {
        parker.Park();
        read += written == i + 1;
      } else {
        written = i + 1;
        parker.Unpark();
      }
    }
  });
  EXPECT_EQ(read, options.rounds);
}

TEST(ParkerStressTest, AParkerMayBeDestroyedAsSoonAsParkReturns) {
  const StressOptions options = ReadStressOptions(40'000);
  SCOPED_TRACE(options.Text());
  std::atomic<Parker*> shared{nullptr};
  int last_parkers = 0;
  RunThreads(2, [&](int self) {
    Random random(options.seed + self);
    for (int i = 0; i < options.rounds; ++i) {
      if (self == 0) {
        auto parker = std::make_unique<Parker>();
        shared.store(parker.get(), std::memory_order_release);
        RandomDelay(&random);
        parker->Park();
        last_parkers++;
      } else {
        Parker* parker;
        while ((parker = shared.exchange(nullptr, std::memory_order_acquire)) == nullptr) {
          std::this_thread::yield();
        }
        RandomDelay(&random);
        parker->Unpark();
      }
    }
  });
  EXPECT_EQ(last_parkers, options.rounds);
}

// Takes one from `available`, if there is one.
bool TakeOne(std::atomic<int>* available) {
  int seen = available->load(std::memory_order_relaxed);
  while (seen > 0) {
    if (available->compare_exchange_weak(seen, seen - 1, std::memory_order_acquire)) return true;
  }
  return false;
}

TEST(EventCountStressTest, NoNotificationIsLostAmongManyProducersAndConsumers) {
  const StressOptions options = ReadStressOptions(100'000);
  SCOPED_TRACE(options.Text());
  const int producers = std::max(1, options.workers / 2),
            consumers = std::max(1, options.workers / 2);
  EventCount event;
  std::atomic<int> available{0}, taken{0}, producing{producers};
  std::atomic<bool> done{false};
  RunThreads(producers + consumers, [&](int self) {
    Random random(options.seed + self);
    if (self < producers) {
      for (int i = 0; i < options.rounds / producers; ++i) {
        available.fetch_add(1, std::memory_order_release);
        event.NotifyOne();
        RandomDelay(&random);
        // Lets the consumers catch up and fall asleep, or nearly.
        if (random.Below(8) == 0) {
          while (available.load() > 0) std::this_thread::yield();
        }
      }
      if (producing.fetch_sub(1) == 1) {
        while (available.load() > 0) std::this_thread::yield();
        done.store(true);
        event.NotifyAll();
      }
      return;
    }
    for (;;) {
      if (TakeOne(&available)) {
        taken.fetch_add(1);
        continue;
      }
      const EventCount::Key key = event.PrepareWait();
      if (TakeOne(&available)) {
        event.CancelWait(key);
        taken.fetch_add(1);
        continue;
      }
      if (done.load()) {
        event.CancelWait(key);
        return;
      }
      RandomDelay(&random);
      if (random.Below(4) == 0) {
        event.CommitWaitFor(key, random.Below(20'000));
      } else {
        event.CommitWait(key);
      }
    }
  });
  EXPECT_EQ(taken.load(), options.rounds / producers * producers);
  EXPECT_EQ(event.ApproximateWaiters(), 0);
  EXPECT_EQ(event.Sleepers(), 0);
}

// What is published, and who waits, cross in the store buffers here: without the fences both sides
// miss each other.
TEST(EventCountStressTest, NoNotificationIsLostWhenWaiterAndNotifierMeet) {
  const StressOptions options = ReadStressOptions(50'000);
  SCOPED_TRACE(options.Text());
  EventCount event;
  MeetingPoint meeting;
  alignas(kFalseSharingBytes) std::atomic<int> published{0};
  RunThreads(2, [&](int self) {
    Random random(options.seed + self);
    for (int i = 1; i <= options.rounds; ++i) {
      meeting.Wait(i - 1, &random);
      if (self == 0) {
        const EventCount::Key key = event.PrepareWait();
        if (published.load(std::memory_order_acquire) == i) {
          event.CancelWait(key);
        } else {
          event.CommitWait(key);  // The only notifier has this to end: for ever if it is lost.
        }
        EXPECT_EQ(published.load(std::memory_order_acquire), i);
      } else {
        published.store(i, std::memory_order_release);
        event.NotifyOne();
      }
    }
  });
  EXPECT_EQ(event.ApproximateWaiters(), 0);
}

TEST(EventCountStressTest, NoWakeUpIsLostBetweenTwoThreadsThatNotifyEachOther) {
  const StressOptions options = ReadStressOptions(20'000);
  SCOPED_TRACE(options.Text());
  EventCount events[2];
  std::atomic<int> turn{0};
  int turns = 0;  // Plain.
  RunThreads(2, [&](int self) {
    Random random(options.seed + self);
    for (int i = 0; i < options.rounds; ++i) {
      const int mine = 2 * i + self;
      while (turn.load(std::memory_order_acquire) != mine) {
        const EventCount::Key key = events[self].PrepareWait();
        RandomDelay(&random);
        if (turn.load(std::memory_order_acquire) == mine) {
          events[self].CancelWait(key);
        } else {
          events[self].CommitWait(key);
        }
      }
      ++turns;
      // A plain release store: the fence must come from NotifyOne.
      turn.store(mine + 1, std::memory_order_release);
      events[1 - self].NotifyOne();
    }
  });
  EXPECT_EQ(turns, 2 * options.rounds);
}

TEST(EventCountStressTest, TheLastWaiterMayDestroyItWhenCommitWaitReturns) {
  const StressOptions options = ReadStressOptions(10'000);
  SCOPED_TRACE(options.Text());
  std::atomic<EventCount*> shared{nullptr};
  int waited = 0;
  RunThreads(2, [&](int self) {
    Random random(options.seed + self);
    for (int i = 0; i < options.rounds; ++i) {
      if (self == 0) {
        auto event = std::make_unique<EventCount>();
        const EventCount::Key key = event->PrepareWait();
        shared.store(event.get(), std::memory_order_release);
        RandomDelay(&random);
        event->CommitWait(key);
        ++waited;
      } else {
        EventCount* event;
        while ((event = shared.exchange(nullptr, std::memory_order_acquire)) == nullptr) {
          std::this_thread::yield();
        }
        RandomDelay(&random);
        if (random.Below(2) == 0) {
          event->NotifyOne();
        } else {
          event->NotifyAll();
        }
      }
    }
  });
  EXPECT_EQ(waited, options.rounds);
}

TEST(SpinLockStressTest, GuardsAPlainCounter) {
  const StressOptions options = ReadStressOptions(200'000);
  SCOPED_TRACE(options.Text());
  SpinLock lock;
  long counter = 0;
  RunThreads(options.workers, [&](int self) {
    Random random(options.seed + self);
    for (int i = 0; i < options.rounds / options.workers; ++i) {
      if (random.Below(8) == 0) {
        while (!lock.try_lock()) std::this_thread::yield();
      } else {
        lock.lock();
      }
      // Between the read and the write of a plain variable: a second holder's increment would be
      // lost.
      const long seen = counter;
      RandomDelay(&random);
      counter = seen + 1;
      lock.unlock();
    }
  });
  EXPECT_EQ(counter, options.rounds / options.workers * options.workers);
}

struct Answer {
  int worker = -1;
  int number = -1;
};

TEST(DelegationLockStressTest, EveryNumberGoesOutOnceAndToTheWorkerThatAsked) {
  const StressOptions options = ReadStressOptions(100'000);
  SCOPED_TRACE(options.Text());
  const int each = options.rounds / options.workers;
  DelegationLock<Answer> lock(options.workers, /*others=*/1);
  int next_number = 0, visits = 0;  // Plain, guarded by the lock.
  std::vector<std::vector<int>> got(options.workers);
  std::atomic<long> delegated{0};
  RunThreads(options.workers + 1, [&](int self) {
    Random random(options.seed + self);
    for (int i = 0; i < each; ++i) {
      if (self == options.workers) {  // A thread without an id.
        if (random.Below(2) == 0 || !lock.TryLock()) lock.Lock();
        ++visits;
        lock.Unlock();
        continue;
      }
      Answer answer;
      if (lock.LockOrDelegate(self, &answer)) {
        answer = {self, next_number++};
        if (random.Below(32) == 0) std::this_thread::yield();  // Lets others queue up.
        for (int served = random.Below(4); served > 0 && lock.WaiterPresent(); --served) {
          lock.ServeFront({lock.FrontWaiter(), next_number++});
          RandomDelay(&random);
        }
        lock.Unlock();
      } else {
        delegated.fetch_add(1, std::memory_order_relaxed);
      }
      EXPECT_EQ(answer.worker, self);
      got[self].push_back(answer.number);
    }
  });
  EXPECT_EQ(visits, each);
  std::vector<int> all;
  for (const std::vector<int>& numbers : got) {
    EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
    all.insert(all.end(), numbers.begin(), numbers.end());
  }
  std::sort(all.begin(), all.end());
  ASSERT_EQ(all.size(), static_cast<std::size_t>(each) * options.workers);
  for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i], static_cast<int>(i));
  if (options.workers > 1 && options.rounds >= 10'000) {
    EXPECT_GT(delegated.load(), 0) << "nobody was answered: the test did not test it";
  }
}

}  // namespace
}  // namespace heddle
