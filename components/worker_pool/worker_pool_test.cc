// Promised: every task runs exactly once; an activity may suspend from any depth and be resumed from anywhere; lanes are
// serial; a released lane goes on; waits of external threads end; a gang has exactly its members. Not promised: any order
// between tasks, any duration.
#include "components/worker_pool/worker_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "components/base/clock.h"
#include "components/base/fence.h"
#include "components/worker_pool/blocking_call.h"
#include "components/worker_pool/gang.h"
#include "components/worker_pool/pool_fixture_for_test.h"
#include "components/worker_pool/test_support.h"

namespace heddle {
namespace {

TEST_P(WorkerPoolTest, EveryTaskFromAnExternalThreadRunsOnce) {
  Client* const client = AddClient();
  constexpr int kTasks = 2000;
  std::vector<std::atomic<int>> runs(kTasks);
  Countdown left(kTasks);
  for (int i = 0; i < kTasks; ++i) {
    pool_->Submit(NewTask(client, [&, i] {
      ++runs[i];
      left.Done();
    }));
  }
  left.Wait();
  for (int i = 0; i < kTasks; ++i) EXPECT_EQ(runs[i], 1) << i;
}

TEST_P(WorkerPoolTest, TasksSubmittedByTasksRunOnce) {
  Client* const client = AddClient();
  constexpr int kDepth = 10;
  Countdown left((1u << (kDepth + 1)) - 1);
  std::function<void(int)> grow = [&](int depth) {
    if (depth < kDepth) {
      for (int i = 0; i < 2; ++i) {
        pool_->Submit(NewTask(nullptr, [&, depth] { grow(depth + 1); }));
      }
    }
    left.Done();
  };
  pool_->Submit(NewTask(client, [&] { grow(0); }));
  left.Wait();
}

TEST_P(WorkerPoolTest, ATaskSuspendsAndIsResumedByAnotherTask) {
  Client* const client = AddClient();
  Countdown left(200);
  std::vector<Event> events(100);
  for (int i = 0; i < 100; ++i) {
    pool_->Submit(NewTask(client, [&, i] {
      errno = i + 1;
      events[i].Wait();
      EXPECT_EQ(errno, i + 1);
      left.Done();
    }));
  }
  for (int i = 99; i >= 0; --i) {
    pool_->Submit(NewTask(client, [&, i] {
      events[i].Set();
      left.Done();
    }));
  }
  left.Wait();
}

TEST_P(WorkerPoolTest, AnExternalThreadWaitsAsleep) {
  Client* const client = AddClient();
  Event event;
  pool_->Submit(NewTask(client, [&] { event.Set(); }));
  event.Wait();
}

TEST_P(WorkerPoolTest, ALaneRunsItsMessagesInOrderOneAtATime) {
  ClientOptions options;
  options.lanes = 8;
  Client* const client = AddClient(std::move(options));
  constexpr int kMessages = 500;
  Countdown left(8 * kMessages);
  std::vector<int> next(8, 0);
  for (int i = 0; i < kMessages; ++i) {
    for (int lane = 0; lane < 8; ++lane) {
      client->lanes()[lane]->Push(NewTask(client, [&, i, lane] {
        EXPECT_EQ(CurrentActivity()->lane->id(), lane);
        EXPECT_EQ(next[lane]++, i);
        left.Done();
      }));
    }
  }
  left.Wait();
}

TEST_P(WorkerPoolTest, TasksOfAClientWithLanesRunOnItsLanes) {
  ClientOptions options;
  options.lanes = 3;
  Client* const client = AddClient(std::move(options));
  Countdown left(1000);
  std::atomic<int> inside[3] = {};
  for (int i = 0; i < 1000; ++i) {
    pool_->Submit(NewTask(client, [&] {
      const int lane = CurrentActivity()->lane->id();
      EXPECT_EQ(inside[lane]++, 0);
      --inside[lane];
      left.Done();
    }));
  }
  left.Wait();
}

TEST_P(WorkerPoolTest, AReleasedLaneGoesOnWhileItsActivityWaits) {
  ClientOptions options;
  options.lanes = 1;
  Client* const client = AddClient(std::move(options));
  Lane& lane = *client->lanes()[0];
  Event event;
  std::vector<int> order;
  Countdown left(2);
  lane.Push(NewTask(client, [&] {
    order.push_back(1);
    event.Wait(SuspendMode::kRelease);
    EXPECT_EQ(CurrentActivity()->lane, &lane);
    order.push_back(3);
    left.Done();
  }));
  lane.Push(NewTask(client, [&] {
    order.push_back(2);
    event.Set();
    left.Done();
  }));
  left.Wait();
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

TEST_P(WorkerPoolTest, AHeldLaneWaitsAndItsSlotServesOthers) {
  ClientOptions options;
  options.lanes = 1;
  Client* const client = AddClient(std::move(options));
  Client* const other = AddClient();
  Lane& lane = *client->lanes()[0];
  Event event;
  std::vector<int> order;
  Countdown left(2);
  lane.Push(NewTask(client, [&] {
    event.Wait(SuspendMode::kHold);
    order.push_back(1);
    left.Done();
  }));
  lane.Push(NewTask(client, [&] {
    order.push_back(2);
    left.Done();
  }));
  pool_->Submit(NewTask(other, [&] { event.Set(); }));
  left.Wait();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST_P(WorkerPoolTest, AStandInTakesOverTheLaneOfAWaitingActivity) {
  static int scratch[2] = {10, 20};
  ClientOptions options;
  options.lanes = 1;
  options.lend_stand_in = [](Lane&) -> void* { return &scratch[1]; };
  options.take_back = [](Lane&, void* user) { EXPECT_EQ(user, &scratch[0]); };
  Client* const client = AddClient(std::move(options));
  Lane& lane = *client->lanes()[0];
  lane.user = &scratch[0];
  Event event;
  Countdown left(2);
  lane.Push(NewTask(client, [&] {
    event.Wait(SuspendMode::kSubstitute);
    EXPECT_EQ(CurrentActivity()->user, &scratch[0]);
    left.Done();
  }));
  lane.Push(NewTask(client, [&] {
    EXPECT_EQ(CurrentActivity()->user, &scratch[1]);
    EXPECT_EQ(CurrentActivity()->lane->id(), 0);
    event.Set();
    left.Done();
  }));
  left.Wait();
}

// Situation (d): clients wait for each other in turn.
TEST_P(WorkerPoolTest, TasksOfTwoClientsWaitForEachOther) {
  Client* const a = AddClient();
  Client* const b = AddClient();
  Countdown left(1);
  pool_->Submit(NewTask(a, [&] {
    Event b_done;
    pool_->Submit(NewTask(b, [&] {
      Event a_done;
      pool_->Submit(NewTask(a, [&] { a_done.Set(); }));
      a_done.Wait();
      b_done.Set();
    }));
    b_done.Wait();
    left.Done();
  }));
  left.Wait();
}

TEST_P(WorkerPoolTest, APinnedTaskRunsOnItsWorker) {
  Client* const client = AddClient();
  const int workers = pool_->slots();
  Countdown left(100 * workers);
  for (int i = 0; i < 100 * workers; ++i) {
    Task* const task = NewTask(client, [&, i] {
      EXPECT_EQ(Pool::CurrentSlot(), i % workers);
      left.Done();
    });
    task->flags = kTaskPinned;
    task->worker = static_cast<std::int16_t>(i % workers);
    pool_->Submit(task);
  }
  left.Wait();
}

TEST_P(WorkerPoolTest, AGangHasItsMembersAllAtOnce) {
  Client* const client = AddClient();
  for (int members : {1, 2, 3, 5}) {
    struct State {
      std::atomic<int> arrived{0};
      int members;
    } state{{}, members};
    RunGang(
        *client, members,
        [](int, void* argument) {
          State& s = *static_cast<State*>(argument);
          ++s.arrived;
          while (s.arrived < s.members) std::this_thread::yield();
        },
        &state);
    EXPECT_EQ(state.arrived, members);
  }
}

TEST_P(WorkerPoolTest, ABlockingCallGivesTheSlotAway) {
  Client* const client = AddClient();
  Countdown left(1), other_ran(1);
  pool_->Submit(NewTask(client, [&] {
    for (int i = 0; i < pool_->slots(); ++i) {
      pool_->Submit(NewTask(client, [] {}));
    }
    pool_->Submit(NewTask(client, [&] { other_ran.Done(); }));
    {
      const BlockingCall call;
      other_ran.Wait();
    }
    left.Done();
  }));
  left.Wait();
}

TEST_P(WorkerPoolTest, AfterTheLastTaskSomebodySaysThatTheClientRanDry) {
  // The end of the tasks is found by the client's callback alone, again and again.
  struct State {
    std::atomic<int> left{0};
    std::atomic<int> found{0};  // Rounds whose end was found.
    std::atomic<int> round{0};
  } state;
  ClientOptions options;
  options.name = "counting";
  options.user = &state;
  options.ran_dry = [](Client& client) {
    State* const self = static_cast<State*>(client.options().user);
    FullFence();
    const int round = self->round;
    int before = round - 1;
    if (self->left == 0) self->found.compare_exchange_strong(before, round);
  };
  Client* const client = *pool_->AddClient(std::move(options));
  for (int round = 1; round <= 200; ++round) {
    state.left = 8;
    state.round = round;
    for (int i = 0; i < 8; ++i) pool_->Submit(NewTask(client, [&] { --state.left; }));
    while (state.found != round) std::this_thread::yield();
  }
  pool_->RemoveClient(client);
}

TEST_P(WorkerPoolTest, APausedClientStartsNoTask) {
  Client* const client = AddClient();
  client->Pause();
  std::atomic<int> ran{0};
  Countdown left(10), other(1);
  for (int i = 0; i < 10; ++i) {
    pool_->Submit(NewTask(client, [&] {
      ++ran;
      left.Done();
    }));
  }
  Client* const witness = AddClient();
  pool_->Submit(NewTask(witness, [&] { other.Done(); }));
  other.Wait();
  EXPECT_EQ(ran, 0);
  client->Unpause();
  left.Wait();
}

TEST_P(WorkerPoolTest, ALaneOfAPausedClientTakesNoMessageAndGoesOnWithWhatIsResumed) {
  ClientOptions options;
  options.lanes = 3;
  Client* const client = AddClient(std::move(options));
  std::vector<int> order[3];
  for (int round = 0; round < 50; ++round) {
    Event event;
    Countdown waits(1), resumed(1), left(30);
    client->lanes()[1]->Push(NewTask(client, [&] {
      event.Wait(SuspendMode::kHold, "a test", [&] { waits.Done(); });
      resumed.Done();
    }));
    waits.Wait();
    client->Pause();
    for (std::size_t lane = 0; lane < 3; ++lane) {
      order[lane].clear();
      for (int i = 0; i < 10; ++i) {
        client->lanes()[lane]->Push(NewTask(client, [&, lane, i] {
          order[lane].push_back(i);
          left.Done();
        }));
      }
    }
    event.Set();
    resumed.Wait();
    for (const std::vector<int>& ran : order) EXPECT_TRUE(ran.empty());
    client->Unpause();
    left.Wait();
    for (const std::vector<int>& ran : order) {
      ASSERT_EQ(ran.size(), 10u);
      EXPECT_TRUE(std::is_sorted(ran.begin(), ran.end()));
    }
  }
}

TEST_P(WorkerPoolTest, ATimerFiresOnceNotBeforeItsTime) {
  Countdown fired(1);
  const std::int64_t deadline = NowNs() + 2'000'000;
  pool_->polling().AddTimer(
      deadline, [](void* f) { static_cast<Countdown*>(f)->Done(); }, &fired);
  fired.Wait();
  EXPECT_GE(NowNs(), deadline);
}

// Timers that are removed as they fire: afterwards what they would write to may go.
TEST_P(WorkerPoolTest, ARemovedTimerIsNotFiring) {
  for (int round = 0; round < 200; ++round) {
    auto firing = std::make_unique<std::atomic<int>>(0);
    const PollingServices::Id timer = pool_->polling().AddTimer(
        NowNs() + 1'000 * (round % 50),
        [](void* argument) {
          auto& count = *static_cast<std::atomic<int>*>(argument);
          count.fetch_add(1);
          for (int i = 0; i < 100; ++i) CpuRelax();
          count.fetch_add(1);
        },
        firing.get());
    if (round % 2 == 0) std::this_thread::yield();
    pool_->polling().RemoveTimer(timer);
    EXPECT_TRUE(firing->load() == 0 || firing->load() == 2) << "round " << round;
  }
}

// The worker that fires the timer is the one on which the activity goes on, in its search or asleep.
TEST_P(WorkerPoolTest, ATimerResumesASuspendedActivity) {
  Client* const client = AddClient();
  for (int round = 0; round < 20; ++round) {
    constexpr int kActivities = 8;
    std::vector<Event> events(kActivities);
    Countdown left(kActivities);
    for (int i = 0; i < kActivities; ++i) {
      pool_->Submit(NewTask(client, [&, i] {
        pool_->polling().AddTimer(
            NowNs() + 10'000 * round, [](void* e) { static_cast<Event*>(e)->Set(); }, &events[i]);
        events[i].Wait();
        left.Done();
      }));
    }
    left.Wait();
  }
}

TEST_P(WorkerPoolTest, ATaskKnowsThatItRunsOnTopOfItsWaiter) {
  Client* const client = AddClient();
  Countdown left(1);
  static constinit bool on_waiter = false;
  on_waiter = false;
  bool ran = false;
  pool_->Submit(NewTask(client, [&] {
    Task child;
    child.owner = &child;
    child.run = [](Task* task) { on_waiter = (task->flags & kTaskOnWaiter) != 0; };
    pool_->SubmitNext(&child);  // Where thieves do not look.
    ran = pool_->RunOwned(&child);
    left.Done();
  }));
  left.Wait();
  EXPECT_TRUE(ran);
  EXPECT_TRUE(on_waiter);
}

TEST_P(WorkerPoolTest, YieldLetsOtherTasksRun) {
  Client* const client = AddClient();
  Countdown left(2);
  std::atomic<bool> other_ran{false};
  Task* first = NewTask(client, [&] {
    while (!other_ran) Yield();
    left.Done();
  });
  pool_->Submit(first);
  pool_->Submit(NewTask(client, [&] {
    other_ran = true;
    left.Done();
  }));
  left.Wait();
}

INSTANTIATE_TEST_SUITE_P(Workers, WorkerPoolTest, testing::Values(1, 2, 4, 8));

TEST(WorkerPoolLifeTest, StartsAndStopsAgainAndAgain) {
  for (int i = 0; i < 100; ++i) {
    PoolOptions options;
    options.slots = 1 + i % 4;
    auto pool = Pool::Create(options);
    ASSERT_TRUE(pool.ok()) << pool.status();
  }
}

TEST(WorkerPoolLifeTest, OptionsOutOfRangeAreErrors) {
  PoolOptions options;
  options.slots = -1;
  EXPECT_EQ(Pool::Create(options).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_P(WorkerPoolTest, DescribeNamesWhoWaitsForWhat) {
  ClientOptions options;
  options.name = "solver";
  Client* const client = AddClient(std::move(options));
  TaskType factor{.name = "factor", .id = RegisterTaskType("factor")};
  Event operands[3], end;
  Countdown suspended(4), ended(3);
  const auto wait_for = [&suspended](Event& event, const char* what) {
    event.Wait(SuspendMode::kHold, what, [&suspended] { suspended.Done(); });
  };
  for (Event& event : operands) {
    Task* const task = NewTask(client, [&] {
      wait_for(event, "its operands");
      ended.Done();
    });
    task->type = &factor;
    pool_->Submit(task);
  }
  std::thread external([&] {
    const Attachment attachment(client);
    wait_for(end, "the end");
  });
  suspended.Wait();
  const std::string text = pool_->Describe();
  EXPECT_NE(text.find("a task factor of client solver waits for its operands"), std::string::npos) << text;
  EXPECT_NE(text.find("an external thread of client solver waits for the end"), std::string::npos) << text;
  for (Event& event : operands) event.Set();
  ended.Wait();
  end.Set();
  external.join();
  EXPECT_EQ(pool_->Describe().find("waits for"), std::string::npos);
}

TEST(WorkerPoolDeathTest, BlockingInANoSuspendTaskDiesNamingIt) {
  EXPECT_DEATH(
      {
        auto pool = Pool::Create({});
        ClientOptions options;
        options.name = "policy";
        Client* client = *(*pool)->AddClient(std::move(options));
        Task* task = NewTask(client, [] {
          Suspension s;
          Suspend(s, SuspendMode::kHold, [](Suspension*, void*) {}, nullptr);
        });
        task->flags = kTaskNoSuspend;
        (*pool)->Submit(task);
        Countdown never(1);
        never.Wait();
      },
      "must not block.*policy");
}

}  // namespace
}  // namespace heddle
