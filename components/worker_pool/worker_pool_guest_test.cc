// Promised: an external thread that waits works meanwhile, and goes when its wait is over, whatever it started; what is for guests
// only runs nowhere else, but where a guest had to give its slot up. Not promised: which of its client's tasks it runs.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>

#include "components/worker_pool/pool_fixture_for_test.h"
#include "components/worker_pool/test_support.h"

namespace heddle {
namespace {

class GuestTest : public WorkerPoolTest {
 protected:
  // Until each slot's holder, a worker or a guest, sleeps for want of work.
  void AwaitAllAsleep() const {
    for (std::string text = " running"; text.find(" running") != std::string::npos ||
                                        text.find(" searching") != std::string::npos;) {
      std::this_thread::yield();
      text = pool_->Describe();
    }
  }
};

TEST_P(GuestTest, AGuestWaitsAndWorks) {
  ClientOptions options;
  options.guests = true;
  Client* const client = AddClient(std::move(options));
  for (int round = 0; round < 200; ++round) {
    Event event;
    const Attachment attachment(client);
    Countdown left(8);
    for (int i = 0; i < 8; ++i) {
      pool_->Submit(NewTask(client, [&] { left.Done(); }));
    }
    pool_->Submit(NewTask(client, [&] { event.Set(); }));
    event.Wait();
    left.Wait();
  }
}

TEST_P(GuestTest, WhatIsForGuestsOnlyRunsInThoseThatWait) {
  ClientOptions options;
  options.guests = true;
  Client* const client = AddClient(std::move(options));
  client->set_guests_only(true);
  const std::thread::id waiter = std::this_thread::get_id();
  std::atomic<int> elsewhere{0}, ran{0};
  const auto count = [&] {
    if (std::this_thread::get_id() != waiter) elsewhere.fetch_add(1);
    ran.fetch_add(1);
  };
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 50; ++i) pool_->Submit(NewTask(client, count));
    AwaitAllAsleep();  // All workers have looked at all clients, and the guest gets a slot at once.
    EXPECT_EQ(ran.load(), 51 * round) << "tasks ran while nobody waited";
    // Comes while the guest works, and in every other round when it sleeps for want of work.
    Event event;
    Countdown waits(1);
    std::thread other([&] {
      waits.Wait();
      if (round % 2 == 0) AwaitAllAsleep();
      pool_->Submit(NewTask(client, [&] {
        count();
        event.Set();
      }));
    });
    {
      const Attachment attachment(client);
      event.Wait(SuspendMode::kHold, "an event", [&] { waits.Done(); });
    }
    other.join();
    // The last task may overtake others, which the next wait runs.
    while (ran.load() < 51 * (round + 1)) {
      AwaitAllAsleep();
      Event last;
      const Attachment attachment(client);
      pool_->Submit(NewTask(client, [&] { last.Set(); }));
      last.Wait();
    }
  }
  EXPECT_EQ(elsewhere.load(), 0);
}

// The guest has to give its slot to what only the slot's worker runs: workers stand in for it until its wait is over.
TEST_P(GuestTest, WorkersStandInForAGuestThatStepsAside) {
  ClientOptions options;
  options.guests = true;
  Client* const client = AddClient(std::move(options));
  client->set_guests_only(true);
  Client* const plain = AddClient();
  for (int round = 0; round < 50; ++round) {
    Event event;
    Countdown left(20 * pool_->slots());
    // Pinned tasks to every slot, wherever the guest is, and after each a task of the guest's.
    pool_->Submit(NewTask(client, [&] {
      for (int i = 0; i < 20 * pool_->slots(); ++i) {
        Task* const task = NewTask(plain, [&, i] {
          left.Done();
          if (i == 0) pool_->Submit(NewTask(client, [&] { event.Set(); }));
        });
        task->flags |= kTaskPinned;
        task->worker = static_cast<std::int16_t>(i % pool_->slots());
        pool_->Submit(task);
      }
    }));
    {
      const Attachment attachment(client);
      event.Wait();
    }
    left.Wait();
  }
}

// Situation (e) of the design's five.
TEST_P(GuestTest, AGuestLeavesWhileATaskThatItStartedIsBlocked) {
  ClientOptions options;
  options.guests = true;
  Client* const client = AddClient(std::move(options));
  for (int round = 0; round < 100; ++round) {
    Event blocked_forever, guest_goes;
    Countdown left(1);
    {
      const Attachment attachment(client);
      pool_->Submit(NewTask(client, [&] {
        guest_goes.Set();
        blocked_forever.Wait();
        left.Done();
      }));
      guest_goes.Wait();
    }
    blocked_forever.Set();
    left.Wait();
  }
}

INSTANTIATE_TEST_SUITE_P(Workers, GuestTest, testing::Values(1, 2, 4, 8));

}  // namespace
}  // namespace heddle
