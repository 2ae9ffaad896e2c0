// Groups under contention: zero is never found while a task is outstanding, never missed (the test
// would hang), found once a wait, and the group may be destroyed at once.
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "components/dependency/fork_join_group.h"
#include "components/dependency/group.h"
#include "components/dependency/test_executor.h"
#include "gtest/gtest.h"

namespace heddle {
namespace {

using test::Executor;
using test::FromEnvironment;
using test::ThreadCounts;

struct FlagWaiter : GroupWaiter {
  FlagWaiter() {
    notify = [](GroupWaiter* waiter) {
      auto* self = static_cast<FlagWaiter*>(waiter);
      if (self->outstanding->load() != 0) self->false_zeros->fetch_add(1);
      if (self->plain_sum != nullptr && *self->plain_sum != self->expected) {
        self->false_zeros->fetch_add(1);
      }
      self->notified.fetch_add(1);
      self->notified.notify_all();
    };
  }
  std::atomic<int>* outstanding = nullptr;
  std::atomic<int>* false_zeros = nullptr;
  const std::uint64_t* plain_sum = nullptr;
  std::uint64_t expected = 0;
  std::atomic<int> notified{0};
};

struct Tree {
  Group* group;
  int depth;
  std::uint64_t seed;
  std::uint64_t* slot;  // Written by the last task of the round, without any synchronisation.
};

class GroupStress : public ::testing::Test {
 protected:
  std::uint64_t seed_ = FromEnvironment("HEDDLE_TEST_SEED", 77);
  int rounds_ = static_cast<int>(FromEnvironment("HEDDLE_TEST_ROUNDS", 200));
};

// Random trees of tasks, started by tasks on any worker; several threads wait for them, by turns
// before and while they grow; the group is destroyed as soon as all waiters have been told.
TEST_F(GroupStress, ZeroIsNeitherFalseNorMissedForRandomTreesAndSeveralWaiters) {
  for (const int threads : ThreadCounts()) {
    std::atomic<int> outstanding{0};
    std::atomic<int> false_zeros{0};
    std::atomic<int> true_finishes{0};
    Executor<Tree*>* pool = nullptr;
    Executor<Tree*> executor(threads, seed_, [&](Tree* tree, int worker) {
      Random random(tree->seed);
      const int children = tree->depth == 0 ? 0 : static_cast<int>(random.Below(4));
      // Some threads count as workers, the last one as none where there are several.
      const int slot = threads > 1 && worker == threads - 1 ? kNoWorker : worker;
      if (children > 0) tree->group->Started(slot, static_cast<std::uint64_t>(children));
      outstanding.fetch_add(children);
      for (int i = 0; i < children; ++i) {
        pool->Submit(new Tree{tree->group, tree->depth - 1, random.Next(), nullptr});
      }
      if (tree->slot != nullptr) ++*tree->slot;
      Group* const group = tree->group;
      delete tree;
      outstanding.fetch_sub(1);
      if (group->Finished(slot)) true_finishes.fetch_add(1);
    });
    pool = &executor;
    for (int round = 0; round < rounds_; ++round) {
      const std::uint64_t seed = seed_ + static_cast<std::uint64_t>(round);
      SCOPED_TRACE("HEDDLE_TEST_SEED=" + std::to_string(seed) + " threads " +
                   std::to_string(threads));
      Random random(seed);
      Group parent(threads);
      auto group = std::make_unique<Group>(threads, random.Below(2) == 0 ? &parent : nullptr);
      std::uint64_t plain_sum = 0;
      const int waits = 1 + static_cast<int>(random.Below(3));
      for (int wait = 1; wait <= waits; ++wait) {
        outstanding.fetch_add(1);
        group->Started(kNoWorker);
        executor.Submit(
            new Tree{group.get(), static_cast<int>(random.Below(6)), random.Next(), &plain_sum});
        FlagWaiter waiters[3];
        const std::uint32_t others = random.Below(3);
        std::vector<std::thread> waiting;
        for (std::uint32_t i = 0; i <= others; ++i) {
          waiters[i].outstanding = &outstanding;
          waiters[i].false_zeros = &false_zeros;
          waiters[i].plain_sum = &plain_sum;
          waiters[i].expected = static_cast<std::uint64_t>(wait);
          if (i > 0) waiting.emplace_back([&group, &waiters, i] { group->AddWaiter(&waiters[i]); });
        }
        group->AddWaiter(&waiters[0]);
        for (std::uint32_t i = 0; i <= others; ++i) waiters[i].notified.wait(0);
        for (std::thread& thread : waiting) thread.join();
        for (std::uint32_t i = 0; i <= others; ++i) ASSERT_EQ(waiters[i].notified.load(), 1);
      }
      group.reset();  // The last Finished() may still be on its way out.
      FlagWaiter end;
      end.outstanding = &outstanding;
      end.false_zeros = &false_zeros;
      parent.AddWaiter(&end);
      end.notified.wait(0);
      ASSERT_EQ(false_zeros.load(), 0);
    }
  }
}

// The last finish and the registration of the waiter at the same moment, again and again, and the
// group's memory gone the moment the waiter knows.
TEST_F(GroupStress, AFinishAndAWaiterAtTheSameMomentDoNotMissEachOther) {
  std::atomic<Group*> current{nullptr};
  std::atomic<bool> stop{false};
  std::thread finisher([&] {
    std::uint32_t idle = 0;
    while (!stop.load()) {
      Group* const group = current.exchange(nullptr);
      if (group == nullptr) {
        if (++idle % 256 == 0) std::this_thread::yield();
        continue;
      }
      (void)group->Finished(1);
    }
  });
  Random random(seed_);
  for (int round = 0; round < 20 * rounds_; ++round) {
    Group* const group = new Group(2);
    std::atomic<bool> notified{false};
    struct Flag : GroupWaiter {
      std::atomic<bool>* flag;
    } waiter;
    waiter.flag = &notified;
    waiter.notify = [](GroupWaiter* self) { static_cast<Flag*>(self)->flag->store(true); };
    group->Started(0);
    current.store(group);
    for (std::uint32_t spins = random.Below(64); spins > 0; --spins) {
      (void)current.load(std::memory_order_relaxed);
    }
    group->AddWaiter(&waiter);
    while (!notified.load()) std::this_thread::yield();
    delete group;
  }
  stop.store(true);
  finisher.join();
}

struct Child {
  ForkJoinGroup* group;
  std::uint64_t* result;
};

TEST_F(GroupStress, TheOwnerOfAForkJoinGroupIsWokenExactlyWhenItSleeps) {
  for (const int threads : ThreadCounts()) {
    Executor<Child*> executor(threads, seed_, [](Child* child, int) {
      *child->result = 1;
      ForkJoinGroup* const group = child->group;
      delete child;
      if (group->FinishedByOther()) {
        auto* asleep = static_cast<std::atomic<int>*>(group->waiter());
        asleep->store(0);
        asleep->notify_one();
      }
    });
    for (int round = 0; round < 5 * rounds_; ++round) {
      SCOPED_TRACE("HEDDLE_TEST_SEED=" + std::to_string(seed_));
      Random random(seed_ + static_cast<std::uint64_t>(round));
      auto group = std::make_unique<ForkJoinGroup>();
      // Outlives the frame: the waker still notifies when the woken owner has gone on.
      static std::atomic<int> asleep{0};
      std::uint64_t results[8] = {};
      const std::uint32_t children = random.Below(8);
      for (std::uint32_t i = 0; i < children; ++i) {
        group->Spawned();
        if (random.Below(3) == 0) {
          results[i] = 1;
          group->FinishedByOwner();
        } else {
          executor.Submit(new Child{group.get(), &results[i]});
        }
      }
      for (std::uint32_t spins = random.Below(100); spins > 0 && !group->Done(); --spins) {
      }
      asleep.store(1);
      const bool look_first = random.Below(2) == 0;
      if ((!look_first || !group->Done()) && group->ArmWaiter(&asleep)) asleep.wait(1);
      for (std::uint32_t i = 0; i < children; ++i) ASSERT_EQ(results[i], 1u);
      group.reset();
    }
  }
}

}  // namespace
}  // namespace heddle
