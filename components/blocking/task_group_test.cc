// Promised: Wait() returns when all children have run, each once, from tasks, lanes and threads, at
// any depth. Not promised: who runs a child, and when before the Wait() ends.
#include "components/blocking/task_group.h"

#include <gtest/gtest.h>

#include <array>
#include <stdexcept>
#include <string>

#include "components/blocking/blocking_test_util.h"
#include "components/blocking/event.h"
#include "components/blocking/latch.h"

namespace heddle {
namespace {

class TaskGroupTest : public PoolTest {
 protected:
  // Runs body() as a task and waits for it.
  void RunInTask(std::function<void()> body) {
    Event done;
    Start([&] {
      body();
      done.Set();
    });
    done.Wait();
  }
};

long Fib(Client& client, int n) {
  if (n < 2) return n;
  TaskGroup group(client);
  long a = 0;
  group.Run([&] { a = Fib(client, n - 1); });
  const long b = Fib(client, n - 2);
  group.Wait();
  return a + b;
}

TEST_P(TaskGroupTest, RecursiveForkAndJoinGivesTheRightResult) {
  long result = 0;
  RunInTask([&] { result = Fib(*client_, 20); });
  EXPECT_EQ(result, 6'765);
}

TEST_P(TaskGroupTest, AThreadForksAndJoins) { EXPECT_EQ(Fib(*client_, 12), 144); }

TEST_P(TaskGroupTest, AGuestForksAndJoins) {
  ClientOptions options;
  options.guests = true;
  Client* const client = AddClient(std::move(options));
  const Attachment attachment(client);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Fib(*client, 10), 55);
}

TEST_P(TaskGroupTest, EachOfManyChildrenRunsOnce) {
  constexpr int kChildren = 5'000;  // More than a deque holds.
  std::vector<std::atomic<int>> runs(kChildren);
  RunInTask([&] {
    TaskGroup group(*pool_);
    for (int i = 0; i < kChildren; ++i) {
      group.Run([&runs, i] { ++runs[static_cast<std::size_t>(i)]; });
    }
    group.Wait();
    for (int i = 0; i < kChildren; ++i) EXPECT_EQ(runs[static_cast<std::size_t>(i)], 1) << i;
  });
}

TEST_P(TaskGroupTest, InAWindowEachChildRunsOnceAndFewWait) {
  constexpr int kChildren = 5'000;
  constexpr std::uint32_t kWindow = 64;
  std::vector<std::atomic<int>> runs(kChildren);
  RunInTask([&] {
    TaskGroup group(*client_, kWindow);
    for (int round = 1; round <= 3; ++round) {
      std::atomic<int> ended{0};
      for (int i = 0; i < kChildren; ++i) {
        group.Run([&, i] {
          ++runs[static_cast<std::size_t>(i)];
          ++ended;
        });
        // Beyond the window only those are outstanding that others have taken.
        if (GetParam() == 1) {
          EXPECT_LE(i + 1 - ended, static_cast<int>(kWindow));
        }
      }
      group.Wait();
      for (int i = 0; i < kChildren; ++i) EXPECT_EQ(runs[static_cast<std::size_t>(i)], round) << i;
    }
  });
}

TEST_P(TaskGroupTest, AGroupCanBeUsedAgain) {
  RunInTask([&] {
    TaskGroup group(*client_);
    std::atomic<int> ran{0};
    group.Wait();  // Nothing to wait for.
    for (int round = 1; round <= 50; ++round) {
      for (int i = 0; i < 10; ++i) {
        group.Run([&ran, i] {
          if (i % 3 == 0) Yield();
          ++ran;
        });
      }
      group.Wait();
      EXPECT_EQ(ran, 10 * round);
    }
  });
}

TEST_P(TaskGroupTest, ChildrenThatBlockAreWaitedFor) {
  Event go;
  std::atomic<int> ran{0};
  Latch blocked(10);
  Start([&] {
    blocked.Wait();
    go.Set();
  });
  RunInTask([&] {
    TaskGroup group(*client_);
    for (int i = 0; i < 10; ++i) {
      group.Run([&] {
        blocked.CountDown();
        go.Wait();  // On top of the group's owner, or elsewhere.
        ++ran;
      });
    }
    // The first child that ran on top would keep the others from starting if nobody else could take
    // them: let all start.
    blocked.Wait();
    group.Wait();
    EXPECT_EQ(ran, 10);
  });
}

TEST_P(TaskGroupTest, LanesForkAndJoin) {
  ClientOptions options;
  options.lanes = 4;
  Client* const client = AddClient(std::move(options));
  Latch done(4);
  std::array<long, 4> results{};
  for (int lane = 0; lane < 4; ++lane) {
    StartOnLane(client, lane, [&, lane] {
      results[static_cast<std::size_t>(lane)] = Fib(*client_, 12);
      done.CountDown();
    });
  }
  done.Wait();
  for (const long result : results) EXPECT_EQ(result, 144);
}

TEST_P(TaskGroupTest, TheChildDestroysItsCallable) {
  const auto shared = std::make_shared<int>(7);
  RunInTask([&] {
    TaskGroup group(*client_);
    for (int i = 0; i < 100; ++i) {
      group.Run([shared] { EXPECT_EQ(*shared, 7); });
    }
    group.Wait();
    EXPECT_EQ(shared.use_count(), 1);
  });
}

TEST_P(TaskGroupTest, CallablesOfAnySizeArrive) {
  RunInTask([&] {
    TaskGroup group(*client_);
    std::atomic<int> sum{0};
    std::array<char, 3'000> large{};
    large.back() = 1;
    group.Run([] {});
    group.Run([&sum] { ++sum; });
    group.Run([&sum, large] { sum += large.back(); });
    group.Wait();
    EXPECT_EQ(sum, 2);
  });
}

TEST_P(TaskGroupTest, ExceptionsCaughtAroundWaitsAreTheirOwn) {
  std::atomic<int> wrong{0};
  RunInTask([&] {
    TaskGroup group(*client_);
    for (int i = 0; i < 50; ++i) {
      group.Run([&wrong, i, this] {
        try {
          throw std::runtime_error(std::to_string(i));
        } catch (const std::runtime_error&) {
          (void)Fib(*client_, 5);  // Runs and waits for others within the handler.
          Yield();
          try {
            throw;
          } catch (const std::runtime_error& error) {
            if (error.what() != std::to_string(i)) ++wrong;
          }
        }
      });
    }
    group.Wait();
  });
  EXPECT_EQ(wrong, 0);
}

INSTANTIATE_TEST_SUITE_P(Workers, TaskGroupTest, testing::Values(1, 2, 4, 8));

TEST(TaskGroupDeathTest, AGroupThatEndsBeforeItsTasksDies) {
  EXPECT_DEATH(
      {
        auto pool = Pool::Create({});
        Client* client = *(*pool)->AddClient({});
        Event never;
        const auto group = std::make_unique<TaskGroup>(*client);
        group->Run([&] { never.Wait(); });
      },
      "Wait.. is missing");
}

TEST(TaskGroupDeathTest, AGroupWithoutAClientDies) {
  EXPECT_DEATH(
      {
        auto pool = Pool::Create({});
        TaskGroup group(**pool);
      },
      "by a thread without one");
}

}  // namespace
}  // namespace heddle
