// Group and ForkJoinGroup on one thread: when zero is found, by which call, and who is notified.
// Concurrency: group_stress_test.cc.
#include "components/dependency/group.h"

#include <vector>

#include "components/dependency/fork_join_group.h"
#include "gtest/gtest.h"

namespace heddle {
namespace {

struct CountingWaiter : GroupWaiter {
  CountingWaiter() {
    notify = [](GroupWaiter* waiter) { ++static_cast<CountingWaiter*>(waiter)->notified; };
  }
  int notified = 0;
};

TEST(GroupTest, AWaiterOfAnEmptyGroupIsNotifiedAtOnce) {
  Group group(2);
  CountingWaiter waiter;
  group.AddWaiter(&waiter);
  EXPECT_EQ(waiter.notified, 1);
}

TEST(GroupTest, TheFinishThatMeetsZeroNotifiesAllWaitersOnce) {
  Group group(2);
  group.Started(0, 3);
  CountingWaiter a, b;
  group.AddWaiter(&a);
  EXPECT_FALSE(group.Finished(1));
  group.AddWaiter(&b);
  EXPECT_FALSE(group.Finished(0));
  EXPECT_EQ(a.notified + b.notified, 0);
  EXPECT_TRUE(group.Finished(1));
  EXPECT_EQ(a.notified, 1);
  EXPECT_EQ(b.notified, 1);
  group.Started(0);
  EXPECT_FALSE(group.Finished(0)) << "nobody waits";
  EXPECT_EQ(a.notified, 1);
}

TEST(GroupTest, WithoutAWaiterNoFinishSaysZeroButTheNextWaiterSeesIt) {
  Group group(1);
  group.Started(0);
  EXPECT_FALSE(group.IsZero());
  EXPECT_FALSE(group.Finished(0));
  EXPECT_TRUE(group.IsZero());
  CountingWaiter waiter;
  group.AddWaiter(&waiter);
  EXPECT_EQ(waiter.notified, 1);
}

TEST(GroupTest, AWorkerMayFinishMoreThanItStarted) {
  Group group(3);
  group.Started(0, 2);
  group.Started(kNoWorker, 1);
  CountingWaiter waiter;
  group.AddWaiter(&waiter);
  EXPECT_FALSE(group.Finished(2));
  EXPECT_FALSE(group.Finished(2));
  EXPECT_TRUE(group.Finished(kNoWorker));
  EXPECT_EQ(waiter.notified, 1);
}

TEST(GroupTest, TasksThatAreStartedWhileSomebodyWaitsAreWaitedFor) {
  Group group(2);
  group.Started(0);
  CountingWaiter waiter;
  group.AddWaiter(&waiter);
  for (int i = 0; i < 100; ++i) {  // Each starts the next before it ends.
    group.Started(i % 2);
    EXPECT_FALSE(group.Finished(i % 2));
  }
  EXPECT_EQ(waiter.notified, 0);
  EXPECT_TRUE(group.Finished(0));
  EXPECT_EQ(waiter.notified, 1);
}

TEST(GroupTest, AGroupIsWaitedForAgainAndAgain) {
  Group group(2);
  for (int i = 1; i <= 50; ++i) {
    CountingWaiter waiter;
    group.Started(0, i);
    group.AddWaiter(&waiter);
    for (int k = 1; k < i; ++k) EXPECT_FALSE(group.Finished(k % 2));
    EXPECT_TRUE(group.Finished(0));
    EXPECT_EQ(waiter.notified, 1);
  }
}

TEST(GroupTest, AParentCountsWhatItsChildrenCount) {
  Group parent(1);
  Group child(1, &parent);
  parent.Started(0);  // The task that waits for the child.
  child.Started(0, 2);
  CountingWaiter of_child, of_parent;
  child.AddWaiter(&of_child);
  parent.AddWaiter(&of_parent);
  EXPECT_FALSE(child.Finished(0));
  EXPECT_TRUE(child.Finished(0)) << "of the child";
  EXPECT_EQ(of_child.notified, 1);
  EXPECT_EQ(of_parent.notified, 0);
  EXPECT_TRUE(parent.Finished(0));
  EXPECT_EQ(of_parent.notified, 1);
}

TEST(GroupTest, TheSumsAreReadable) {
  Group group(2);
  group.Started(0, 5);
  (void)group.Finished(1);
  EXPECT_EQ(group.ReadSums().started, 5u);
  EXPECT_EQ(group.ReadSums().finished, 1u);
  for (int i = 0; i < 4; ++i) (void)group.Finished(0);
}

TEST(GroupTest, AWaiterMayDestroyTheGroup) {
  struct Owner : GroupWaiter {
    Group* group = new Group(1);
  } owner;
  owner.notify = [](GroupWaiter* waiter) { delete static_cast<Owner*>(waiter)->group; };
  owner.group->Started(0);
  owner.group->AddWaiter(&owner);
  EXPECT_TRUE(owner.group->Finished(0));
}

TEST(GroupDeathTest, DestroyingAGroupWithTasksDiesWithTheCounts) {
  EXPECT_DEATH(
      {
        Group group(1);
        group.Started(0, 2);
      },
      "2 vs 0.*tasks left in a group");
}

TEST(ForkJoinGroupTest, ItIsDoneWhenOwnAndForeignFinishesMakeUpForTheSpawns) {
  ForkJoinGroup group;
  EXPECT_TRUE(group.Done());
  group.Spawned(3);
  EXPECT_FALSE(group.Done());
  group.FinishedByOwner();
  EXPECT_FALSE(group.FinishedByOther());
  EXPECT_FALSE(group.Done());
  EXPECT_FALSE(group.FinishedByOther());
  EXPECT_TRUE(group.Done());
}

TEST(ForkJoinGroupTest, TheLastFinishAfterArmingMustWake) {
  ForkJoinGroup group;
  int waiter = 0;
  group.Spawned(3);
  EXPECT_FALSE(group.FinishedByOther());
  EXPECT_TRUE(group.ArmWaiter(&waiter));
  EXPECT_FALSE(group.Done());
  EXPECT_FALSE(group.FinishedByOther());
  EXPECT_TRUE(group.FinishedByOther());
  EXPECT_EQ(group.waiter(), &waiter);
  EXPECT_TRUE(group.Done());
}

TEST(ForkJoinGroupTest, ArmingFailsWhereAllEndedMeanwhile) {
  ForkJoinGroup group;
  group.Spawned();
  EXPECT_FALSE(group.FinishedByOther());
  EXPECT_FALSE(group.ArmWaiter(nullptr));
  EXPECT_TRUE(group.Done());
  group.Reset();
  group.Spawned();
  EXPECT_FALSE(group.Done());
  group.FinishedByOwner();
  EXPECT_TRUE(group.Done());
}

}  // namespace
}  // namespace heddle
