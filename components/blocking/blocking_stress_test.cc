// Random programs of activities and threads that wait for each other. Promised: no wake-up is lost
// (the test ends), nobody is woken without cause (counts are right). Tasks are placed at random on
// the workers, since a race between two of one worker is none. HEDDLE_TEST_ROUNDS, HEDDLE_TEST_SEED
// and HEDDLE_TEST_WORKERS as everywhere; a million rounds: HEDDLE_TEST_ROUNDS=1000000.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <mutex>
#include <random>
#include <stdexcept>
#include <string>

#include "components/base/clock.h"
#include "components/base/random.h"
#include "components/base/sanitizer.h"
#include "components/blocking/barrier.h"
#include "components/blocking/blocking_test_util.h"
#include "components/blocking/condition.h"
#include "components/blocking/latch.h"
#include "components/blocking/mutex.h"
#include "components/blocking/semaphore.h"
#include "components/blocking/task_group.h"

namespace heddle {
namespace {

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text != nullptr && *text != '\0' ? std::strtoull(text, nullptr, 10) : otherwise;
}

class BlockingStressTest : public PoolTest {
 protected:
  void SetUp() override {
    PoolTest::SetUp();
    seed_ = FromEnvironment("HEDDLE_TEST_SEED", std::random_device()());
    rounds_ = static_cast<int>(
        FromEnvironment("HEDDLE_TEST_ROUNDS", HEDDLE_TSAN || HEDDLE_ASAN ? 5'000 : 50'000));
    std::cout << "HEDDLE_TEST_SEED=" << seed_ << " HEDDLE_TEST_ROUNDS=" << rounds_
              << " HEDDLE_TEST_WORKERS=" << GetParam() << std::endl;
  }

  // On a random worker, or wherever the pool likes.
  void StartSomewhere(Random& random, std::function<void()> body) {
    Task* const task = new FunctionTask(std::move(body));
    task->client = client_;
    if (random.Below(3) != 0) {
      task->flags = kTaskPinned;
      task->worker =
          static_cast<std::int16_t>(random.Below(static_cast<std::uint32_t>(pool_->slots())));
    } else if (random.Below(2) == 0) {
      task->flags = kTaskMovable;
    }
    pool_->Submit(task);
  }

  std::uint64_t seed_ = 0;
  int rounds_ = 0;
};

// Tokens wander between members that sleep until they get one.
TEST_P(BlockingStressTest, TokensWanderAndNoneIsLost) {
  constexpr int kActivities = 12;
  constexpr int kThreads = 2;
  constexpr int kMembers = kActivities + kThreads;
  constexpr int kTokens = 3;
  Random random(seed_);
  std::vector<std::unique_ptr<Semaphore>> doors;
  for (int i = 0; i < kMembers; ++i) doors.push_back(std::make_unique<Semaphore>(0));
  std::atomic<int> hops{0};
  std::atomic<bool> stop{false};
  std::atomic<long> acquired{0};
  std::atomic<long> released{0};
  Latch done(kMembers);
  Threads threads;
  const auto pass_to = [&](std::uint32_t member) {
    ++released;
    doors[member]->Release();
  };
  const auto member = [&](int self, std::uint64_t seed) {
    Random mine(seed);
    for (;;) {
      doors[static_cast<std::size_t>(self)]->Acquire();
      ++acquired;
      if (stop) break;
      if (++hops == rounds_) {
        stop = true;
        for (int i = 0; i < kMembers; ++i) pass_to(static_cast<std::uint32_t>(i));
        continue;
      }
      if (mine.Below(16) == 0) Yield();
      // Threads cost microseconds: they get a token now and then.
      pass_to(mine.Below(64) == 0 ? kActivities + mine.Below(kThreads) : mine.Below(kActivities));
    }
    done.CountDown();
  };
  for (int i = 0; i < kActivities; ++i) {
    const std::uint64_t seed = random.Next();
    StartSomewhere(random, [&member, i, seed] { member(i, seed); });
  }
  for (int i = kActivities; i < kMembers; ++i) {
    const std::uint64_t seed = random.Next();
    threads.Start([&member, i, seed] { member(i, seed); });
  }
  for (int i = 0; i < kTokens; ++i) pass_to(random.Below(kActivities));
  done.Wait();
  long left = 0;
  for (const auto& door : doors) {
    EXPECT_GE(door->count(), 0) << "seed " << seed_;
    left += door->count();
  }
  EXPECT_EQ(acquired + left, released) << "seed " << seed_;
}

// Accounts with a lock each; transfers hold two locks, in order, and may suspend, throw and catch
// in between.
TEST_P(BlockingStressTest, TransfersBetweenLockedAccountsKeepTheSum) {
  constexpr int kAccounts = 5;
  constexpr int kActivities = 16;
  Random random(seed_);
  struct Account {
    // Threads without a client wait with a deadline, too: the condition needs a pool of its own.
    Account(MutexOrder order, Pool& pool) : mutex(order), not_empty(pool) {}
    Mutex mutex;
    Condition not_empty;
    long balance = 100;
  };
  std::vector<std::unique_ptr<Account>> accounts;
  for (int i = 0; i < kAccounts; ++i) {
    accounts.push_back(std::make_unique<Account>(
        i % 2 == 0 ? MutexOrder::kHandOver : MutexOrder::kBarging, *pool_));
  }
  std::atomic<int> wrong{0};
  const int each = std::max(rounds_ / 20, 1);
  Latch done(kActivities + 2);
  Threads threads;
  const auto transfer = [&](std::uint64_t seed, int transfers) {
    Random mine(seed);
    for (int i = 0; i < transfers; ++i) {
      std::uint32_t from = mine.Below(kAccounts), to = mine.Below(kAccounts);
      if (from == to) continue;
      if (mine.Below(64) == 0) {
        Account& account = *accounts[from];
        account.mutex.lock();
        // Whether it is signalled or not: the time is short.
        if (account.balance <= 0) {
          (void)account.not_empty.WaitUntil(account.mutex, NowNs() + mine.Below(50'000));
        }
        account.mutex.unlock();
      }
      Account& first = *accounts[std::min(from, to)];
      Account& second = *accounts[std::max(from, to)];
      const std::lock_guard<Mutex> hold_first(first.mutex);
      try {
        const std::lock_guard<Mutex> hold_second(second.mutex);
        --accounts[from]->balance;
        if (mine.Below(8) == 0) Yield();
        if (mine.Below(8) == 0) throw int{i};
        ++accounts[to]->balance;
      } catch (int thrown) {
        if (mine.Below(2) == 0) Yield();
        if (thrown != i) ++wrong;
        const std::lock_guard<Mutex> hold_second(second.mutex);
        ++accounts[to]->balance;
      }
      mine.Below(2) == 0 ? accounts[to]->not_empty.Signal() : accounts[to]->not_empty.Broadcast();
    }
    done.CountDown();
  };
  for (int i = 0; i < kActivities; ++i) {
    const std::uint64_t seed = random.Next();
    StartSomewhere(random, [&transfer, seed, each] { transfer(seed, each); });
  }
  for (int i = 0; i < 2; ++i) {
    const std::uint64_t seed = random.Next();
    threads.Start([&transfer, seed, each] { transfer(seed, std::min(each, 200)); });
  }
  done.Wait();
  long sum = 0;
  for (const auto& account : accounts) sum += account->balance;
  EXPECT_EQ(sum, 100 * kAccounts) << "seed " << seed_;
  EXPECT_EQ(wrong, 0) << "seed " << seed_;
}

class RandomTree {
 public:
  explicit RandomTree(Client& client) : client_(client) {}

  // Grows a tree of `size` nodes below the caller and counts them.
  long Grow(std::uint64_t seed, int size) {
    Random random(seed);
    if (random.Below(32) == 0) Yield();
    if (random.Below(32) == 0) {
      const std::lock_guard<Mutex> hold(mutex_);
      Yield();
    }
    if (size <= 1) return size;
    std::atomic<long> nodes{1};
    TaskGroup group(client_);
    --size;
    while (size > 0) {
      const int part = 1 + static_cast<int>(random.Below(static_cast<std::uint32_t>(size)));
      const std::uint64_t child_seed = random.Next();
      size -= part;
      if (random.Below(4) == 0) {
        nodes += Grow(child_seed, part);
      } else {
        group.Run([this, &nodes, child_seed, part] { nodes += Grow(child_seed, part); });
      }
      if (random.Below(8) == 0) group.Wait();
    }
    group.Wait();
    return nodes;
  }

 private:
  Client& client_;
  Mutex mutex_;
};

TEST_P(BlockingStressTest, RandomTreesOfTasksAreCountedRight) {
  constexpr int kTrees = 6;
  Random random(seed_);
  const int size = std::max(rounds_ / 10, 10);
  RandomTree tree(*client_);
  Latch done(kTrees + 1);
  std::vector<long> counts(kTrees + 1, 0);
  for (int i = 0; i < kTrees; ++i) {
    const std::uint64_t seed = random.Next();
    StartSomewhere(random, [&, i, seed] {
      counts[static_cast<std::size_t>(i)] = tree.Grow(seed, size);
      done.CountDown();
    });
  }
  counts[kTrees] = tree.Grow(random.Next(), size);  // From this thread.
  done.CountDown();
  done.Wait();
  for (const long count : counts) EXPECT_EQ(count, size) << "seed " << seed_;
}

TEST_P(BlockingStressTest, MembersOfABarrierOnLanesWorkersAndThreadsMeet) {
  Random random(seed_);
  constexpr int kLanes = 4;
  ClientOptions options;
  options.lanes = kLanes;
  Client* const lanes = AddClient(std::move(options));
  const int activities = 2 + static_cast<int>(random.Below(6));
  const int members = kLanes + activities + 1;
  const int meetings = std::max(rounds_ / 50, 1);
  Barrier barrier(members);
  std::atomic<long> come{0};
  std::atomic<int> wrong{0};
  Latch done(members);
  Threads threads;
  const auto member = [&](SuspendMode mode) {
    for (int i = 1; i <= meetings; ++i) {
      ++come;
      barrier.Wait(mode);
      const long seen = come;
      if (seen < static_cast<long>(members) * i || seen > static_cast<long>(members) * (i + 1))
        ++wrong;
    }
    done.CountDown();
  };
  for (int i = 0; i < activities; ++i) {
    StartSomewhere(random, [&] { member(SuspendMode::kHold); });
  }
  for (int i = 0; i < kLanes; ++i) {
    const SuspendMode mode = random.Below(2) == 0 ? SuspendMode::kHold : SuspendMode::kRelease;
    StartOnLane(lanes, i, [&member, mode] { member(mode); });
  }
  threads.Start([&] { member(SuspendMode::kHold); });
  done.Wait();
  EXPECT_EQ(wrong, 0) << "seed " << seed_;
}

// HEDDLE_TEST_WORKERS alone, where it is set.
std::vector<int> Workers() {
  const int workers = static_cast<int>(FromEnvironment("HEDDLE_TEST_WORKERS", 0));
  return workers > 0 ? std::vector<int>{workers} : std::vector<int>{1, 2, 4, 8};
}
INSTANTIATE_TEST_SUITE_P(Workers, BlockingStressTest, testing::ValuesIn(Workers()));

}  // namespace
}  // namespace heddle
