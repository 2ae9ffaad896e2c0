// Promised: a notification after PrepareWait ends the wait, before or after the commit; NotifyOne
// takes the youngest sleeper; NotifyAll all; nothing is swallowed by who cancels. Not promised:
// that a wait ends only with work for this thread.
#include "components/sync/event_count.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace heddle {
namespace {

TEST(EventCountTest, ANotificationBetweenPrepareAndCommitEndsTheWaitAtOnce) {
  EventCount event;
  const EventCount::Key key = event.PrepareWait();
  event.NotifyOne();
  event.CommitWait(key);
  EXPECT_EQ(event.ApproximateWaiters(), 0);
}

TEST(EventCountTest, ANotificationBeforePrepareIsNotKept) {
  EventCount event;
  event.NotifyOne();
  event.NotifyAll();
  EXPECT_FALSE(event.CommitWaitFor(event.PrepareWait(), 1000));
  EXPECT_EQ(event.ApproximateWaiters(), 0);
}

TEST(EventCountTest, CancelTakesTheAnnouncementBack) {
  EventCount event;
  const EventCount::Key key = event.PrepareWait();
  EXPECT_EQ(event.ApproximateWaiters(), 1);
  event.CancelWait(key);
  EXPECT_EQ(event.ApproximateWaiters(), 0);
}

// `count` threads that go to sleep one after the other and write down the order in which they wake.
class Sleepers {
 public:
  Sleepers(EventCount* event, int count) : event_(event) {
    for (int i = 0; i < count; ++i) {
      threads_.emplace_back([this, i] {
        event_->CommitWait(event_->PrepareWait());
        order_[woken_.load()] = i;
        woken_.fetch_add(1);
      });
      while (event_->Sleepers() <= i) std::this_thread::yield();
    }
  }
  ~Sleepers() {
    for (std::thread& thread : threads_) thread.join();
  }
  void AwaitWoken(int count) {
    while (woken_.load() < count) std::this_thread::yield();
  }
  int order(int i) const { return order_[i]; }

 private:
  EventCount* const event_;
  std::atomic<int> woken_{0};
  int order_[8] = {};
  std::vector<std::thread> threads_;
};

TEST(EventCountTest, NotifyOneWakesTheThreadThatFellAsleepLast) {
  EventCount event;
  Sleepers sleepers(&event, 3);
  for (int i = 0; i < 3; ++i) {
    event.NotifyOne();
    sleepers.AwaitWoken(i + 1);
    EXPECT_EQ(event.Sleepers(), 2 - i);
    EXPECT_EQ(sleepers.order(i), 2 - i);
  }
}

TEST(EventCountTest, NotifyAllWakesAll) {
  EventCount event;
  std::atomic<int> woken{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      event.CommitWait(event.PrepareWait());
      woken.fetch_add(1);
    });
  }
  while (event.Sleepers() < 4) std::this_thread::yield();
  event.NotifyAll();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(woken.load(), 4);
  EXPECT_EQ(event.Sleepers(), 0);
  EXPECT_EQ(event.ApproximateWaiters(), 0);
}

TEST(EventCountTest, WhoCancelsSwallowsNoNotification) {
  EventCount event;
  Sleepers sleepers(&event, 1);
  const EventCount::Key key = event.PrepareWait();
  event.NotifyOne();
  event.CancelWait(key);
  sleepers.AwaitWoken(1);
}

TEST(EventCountTest, AWaitWhoseTimeRanOutLeavesTheOthersAsleep) {
  EventCount event;
  Sleepers sleepers(&event, 1);
  EXPECT_FALSE(event.CommitWaitFor(event.PrepareWait(), 1000));
  EXPECT_FALSE(event.CommitWaitFor(event.PrepareWait(), 0));
  EXPECT_EQ(event.Sleepers(), 1);
  event.NotifyOne();
}

TEST(EventCountDeathTest, DestructionUnderAWaiterDies) {
  EXPECT_DEATH(
      {
        EventCount event;
        (void)event.PrepareWait();
      },
      "1 vs 0. an event count is destroyed while threads wait on it");
}

}  // namespace
}  // namespace heddle
