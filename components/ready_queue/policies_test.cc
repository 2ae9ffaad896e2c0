// Promised: what every policy of the interface keeps (nothing lost, pinned tasks, Empty), the order
// of each, and that a user can write one. Not here: threads, see ready_queue_stress_test.cc.
#include "components/ready_queue/policies.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "components/ready_queue/central_policy.h"
#include "components/ready_queue/priority_policy.h"
#include "gtest/gtest.h"

namespace heddle {
namespace {

// Written by a user: earliest deadline first, the deadline in user[0], through the interface alone.
class EarliestDeadlineFirst final : public Policy {
 public:
  void Push(Task* task, int) override {
    tasks_.push_back(task);
    std::push_heap(tasks_.begin(), tasks_.end(), Later);
  }
  Task* PopLocal(int worker) override { return PopAny(worker); }
  Task* PopAny(int) override {
    if (tasks_.empty()) return nullptr;
    std::pop_heap(tasks_.begin(), tasks_.end(), Later);
    Task* task = tasks_.back();
    tasks_.pop_back();
    return task;
  }
  bool Empty() const override { return tasks_.empty(); }
  const char* name() const override { return "edf"; }

 private:
  static bool Later(const Task* a, const Task* b) {
    return reinterpret_cast<std::uintptr_t>(a->user[0]) >
           reinterpret_cast<std::uintptr_t>(b->user[0]);
  }
  std::vector<Task*> tasks_;
};

TEST(UserPolicyTest, APolicyOfAUserNeedsFiveFunctions) {
  EarliestDeadlineFirst edf;
  Policy& policy = edf;
  std::vector<Task> tasks(4);
  const std::uintptr_t deadlines[] = {30, 10, 40, 20};
  for (int i = 0; i < 4; ++i) {
    tasks[i].user[0] = reinterpret_cast<void*>(deadlines[i]);
    tasks[i].next = i < 3 ? &tasks[i + 1] : nullptr;
  }
  policy.PushList(&tasks[0], 0);
  EXPECT_FALSE(policy.EmptyFor(0));
  EXPECT_EQ(policy.PopOwned(0, nullptr), nullptr);
  for (int i : {1, 3, 0, 2}) EXPECT_EQ(policy.PopAny(0), &tasks[i]);
  EXPECT_TRUE(policy.EmptyFor(0));
}

TEST(MakePolicyTest, MakesWhatItNamesAndNothingElse) {
  for (std::string_view name : PolicyNames()) {
    const std::unique_ptr<Policy> policy = MakePolicy(name, 2);
    ASSERT_NE(policy, nullptr);
    EXPECT_EQ(policy->name(), name);
  }
  EXPECT_EQ(PolicyNames().front(), "ws");
  EXPECT_EQ(MakePolicy("eager", 2), nullptr);
  EXPECT_EQ(MakePolicy("", 2), nullptr);
}

class EveryPolicyTest : public testing::TestWithParam<std::string_view> {
 protected:
  std::unique_ptr<Policy> policy_ = MakePolicy(GetParam(), 3);
};

TEST_P(EveryPolicyTest, IsEmptyAtFirst) {
  EXPECT_TRUE(policy_->Empty());
  for (int worker = 0; worker < 3; ++worker) {
    EXPECT_TRUE(policy_->EmptyFor(worker));
    EXPECT_EQ(policy_->PopLocal(worker), nullptr);
    EXPECT_EQ(policy_->PopAny(worker), nullptr);
    EXPECT_EQ(policy_->PopOwned(worker, nullptr), nullptr);
  }
}

// A statically initialised task of zeros can be pushed as it is, from a worker and from outside.
TEST_P(EveryPolicyTest, ATaskOfAllZerosIsValid) {
  static Task zeros;
  for (int from : {0, 2, Policy::kNoWorker}) {
    policy_->Push(&zeros, from);
    EXPECT_FALSE(policy_->Empty());
    EXPECT_FALSE(policy_->EmptyFor(1));
    EXPECT_EQ(policy_->PopAny(1), &zeros);
    EXPECT_TRUE(policy_->Empty());
  }
}

TEST_P(EveryPolicyTest, GivesEveryTaskOnceHoweverManyThereAre) {
  constexpr int kTasks = 10000;
  std::vector<Task> tasks(kTasks);
  for (int i = 0; i < kTasks; ++i) policy_->Push(&tasks[i], i % 4 == 3 ? Policy::kNoWorker : 1);
  std::set<Task*> seen;
  for (int i = 0; i < kTasks; ++i) {
    Task* task = policy_->PopAny(i % 2);
    ASSERT_NE(task, nullptr) << i;
    ASSERT_TRUE(seen.insert(task).second);
  }
  EXPECT_EQ(policy_->PopAny(0), nullptr);
  EXPECT_TRUE(policy_->Empty());
}

TEST_P(EveryPolicyTest, APinnedTaskGoesToItsWorkerAloneAndFirst) {
  std::vector<Task> pinned(2);
  for (Task& task : pinned) {
    task.flags = kTaskPinned;
    task.worker = 2;
  }
  Task movable;
  policy_->Push(&movable, 2);
  policy_->Push(&pinned[0], 0);
  policy_->Push(&pinned[1], Policy::kNoWorker);
  EXPECT_EQ(policy_->PopLocal(2), &pinned[0]);
  EXPECT_EQ(policy_->PopAny(0), &movable);
  EXPECT_EQ(policy_->PopAny(0), nullptr);
  EXPECT_TRUE(policy_->EmptyFor(0));
  EXPECT_FALSE(policy_->EmptyFor(2));
  EXPECT_FALSE(policy_->Empty());
  EXPECT_EQ(policy_->PopAny(2), &pinned[1]);
  EXPECT_TRUE(policy_->Empty());
}

TEST_P(EveryPolicyTest, AListMayMixPinnedAndOtherTasks) {
  std::vector<Task> tasks(6);
  for (int i = 0; i < 6; ++i) {
    tasks[i].next = i < 5 ? &tasks[i + 1] : nullptr;
    if (i % 3 == 1) {
      tasks[i].flags = kTaskPinned;
      tasks[i].worker = 1;
    }
  }
  policy_->PushList(&tasks[0], 0);
  std::set<Task*> of_0;
  while (Task* task = policy_->PopAny(0)) of_0.insert(task);
  EXPECT_EQ(of_0, (std::set<Task*>{&tasks[0], &tasks[2], &tasks[3], &tasks[5]}));
  EXPECT_EQ(policy_->PopAny(1), &tasks[1]);
  EXPECT_EQ(policy_->PopAny(1), &tasks[4]);
  EXPECT_TRUE(policy_->Empty());
}

TEST_P(EveryPolicyTest, PopOwnedNeverGivesATaskOfAnotherOwner) {
  int mine, other;
  Task task;
  task.owner = &other;
  policy_->Push(&task, 0);
  EXPECT_EQ(policy_->PopOwned(0, &mine), nullptr);
  EXPECT_FALSE(policy_->Empty());
  EXPECT_EQ(policy_->PopAny(0), &task);
}

TEST_P(EveryPolicyTest, PinningToAWorkerThatDoesNotExistDies) {
  Task task;
  task.flags = kTaskPinned;
  task.worker = 3;
  EXPECT_DEATH(policy_->Push(&task, 0), "worker 3 of 3");
}

INSTANTIATE_TEST_SUITE_P(All, EveryPolicyTest, testing::ValuesIn(PolicyNames()),
                         [](const auto& info) { return std::string(info.param); });

TEST(FifoPolicyTest, IsFirstInFirstOutOverAllWorkers) {
  auto policy = MakePolicy("fifo", 2);
  std::vector<Task> tasks(5);
  for (int i = 0; i < 5; ++i) policy->Push(&tasks[i], i % 2);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(policy->PopAny(1 - i % 2), &tasks[i]);
}

TEST(LifoPolicyTest, IsLastInFirstOutAndRunsWhatAWaitOwns) {
  auto policy = MakePolicy("lifo", 2);
  int owner;
  std::vector<Task> tasks(5);
  tasks[4].owner = &owner;
  for (int i = 0; i < 5; ++i) policy->Push(&tasks[i], i % 2);
  EXPECT_EQ(policy->PopOwned(0, &owner), &tasks[4]);
  EXPECT_EQ(policy->PopOwned(0, &owner), nullptr);
  for (int i = 3; i >= 0; --i) EXPECT_EQ(policy->PopAny(i % 2), &tasks[i]);
}

TEST(PriorityPolicyTest, IsOrderedAndStableOverAllWorkers) {
  auto policy = MakePolicy("prio", 2);
  std::vector<Task> tasks(6);
  for (int i = 0; i < 6; ++i) {
    tasks[i].priority = i % 2;
    policy->Push(&tasks[i], i % 2);
  }
  for (int i : {1, 3, 5, 0, 2, 4}) EXPECT_EQ(policy->PopAny(i % 2), &tasks[i]);
}

TEST(WorkStealingPolicyTest, AWorkerRunsItsNewestTaskAndAThiefTheOldest) {
  WorkStealingPolicy policy(2);
  std::vector<Task> tasks(4);
  for (Task& task : tasks) policy.Push(&task, 0);
  EXPECT_EQ(policy.PopLocal(1), nullptr);
  EXPECT_EQ(policy.PopAny(1), &tasks[0]);
  EXPECT_EQ(policy.PopLocal(0), &tasks[3]);
  EXPECT_EQ(policy.PopLocal(0), &tasks[2]);
  EXPECT_EQ(policy.PopAny(1), &tasks[1]);
}

TEST(WorkStealingPolicyTest, InFifoOrderAWorkerRunsItsOldestTaskThoseFromOutsideIncluded) {
  auto policy = MakePolicy("ws_fifo", 2);
  std::vector<Task> own(5), outside(5);
  for (Task& task : own) policy->Push(&task, 0);
  for (Task& task : own) EXPECT_EQ(policy->PopLocal(0), &task);
  for (Task& task : outside) policy->Push(&task, Policy::kNoWorker);
  for (Task& task : outside) EXPECT_EQ(policy->PopAny(1), &task);
  EXPECT_TRUE(policy->Empty());
}

TEST(WorkStealingPolicyTest, PopOwnedTakesTheNewestOfItsOwner) {
  WorkStealingPolicy policy(2);
  int owner;
  std::vector<Task> tasks(3);
  tasks[0].owner = tasks[2].owner = &owner;
  for (Task& task : tasks) policy.Push(&task, 0);
  EXPECT_EQ(policy.PopOwned(1, &owner), nullptr);
  EXPECT_EQ(policy.PopOwned(0, &owner), &tasks[2]);
  EXPECT_EQ(policy.PopOwned(0, &owner), nullptr);
  EXPECT_EQ(policy.PopLocal(0), &tasks[1]);
  EXPECT_EQ(policy.PopOwned(0, &owner), &tasks[0]);
}

TEST(WorkStealingPolicyTest, TheNearestRingIsRobbedFirst) {
  WorkStealingPolicy policy(4, {{{1}, {2, 3}}, {{0}, {2, 3}}, {{3}, {0, 1}}, {{2}, {0, 1}}});
  std::vector<Task> tasks(4);
  for (int worker = 1; worker < 4; ++worker) policy.Push(&tasks[worker], worker);
  EXPECT_EQ(policy.PopAny(0), &tasks[1]);
  std::set<Task*> far = {policy.PopAny(0), policy.PopAny(0)};
  EXPECT_EQ(far, (std::set<Task*>{&tasks[2], &tasks[3]}));
}

TEST(WorkStealingPolicyTest, AWorkerThatNoRingNamesIsNotRobbed) {
  WorkStealingPolicy policy(2, {{}, {{0}}});
  Task task;
  policy.Push(&task, 1);
  EXPECT_EQ(policy.PopAny(0), nullptr);
  EXPECT_EQ(policy.PopAny(1), &task);
}

TEST(WorkStealingPolicyTest, TasksFromOutsideRunInOrderOfSubmission) {
  WorkStealingPolicy policy(1);
  std::vector<Task> tasks(200);
  for (Task& task : tasks) policy.Push(&task, Policy::kNoWorker);
  EXPECT_EQ(policy.PopLocal(0), nullptr);
  std::vector<Task*> order;
  while (Task* task = policy.PopAny(0)) order.push_back(task);
  ASSERT_EQ(order.size(), tasks.size());
  // A batch at a time: within each of them in order.
  for (int i = 0; i < 32; ++i) EXPECT_EQ(order[i], &tasks[i]);
}

TEST(WorkStealingPolicyTest, WorkThatBegetsWorkDoesNotStarveTasksFromOutside) {
  WorkStealingPolicy policy(1);
  Task outside, inside;
  policy.Push(&outside, Policy::kNoWorker);
  policy.Push(&inside, 0);
  int pops = 0;
  for (Task* task; (task = policy.PopLocal(0)) != &outside; ++pops) {
    ASSERT_EQ(task, &inside);
    ASSERT_LT(pops, 1000);
    policy.Push(&inside, 0);
  }
  EXPECT_EQ(policy.PopLocal(0), &inside);
}

// A ring of 8, so that all but the newest are in the overflow.
TEST(WorkStealingPolicyTest, AnOverflowingDequeKeepsItsOrder) {
  WorkStealingPolicy policy(2, {}, 8);
  std::vector<Task> tasks(100);
  for (int i = 0; i < 50; ++i) policy.Push(&tasks[i], 0);
  for (int i = 50; i < 100; ++i) tasks[i].next = i < 99 ? &tasks[i + 1] : nullptr;
  policy.PushList(&tasks[50], 0);
  EXPECT_EQ(policy.PopAny(1), &tasks[0]);  // A block of four.
  for (int i = 99; i >= 4; --i) ASSERT_EQ(policy.PopLocal(0), &tasks[i]) << i;
  EXPECT_EQ(policy.PopLocal(0), nullptr);
  for (int i = 3; i >= 1; --i) EXPECT_EQ(policy.PopLocal(1), &tasks[i]);
  EXPECT_TRUE(policy.Empty());
}

TEST(WorkStealingPolicyDeathTest, AStealOrderNamesOtherWorkersThatExist) {
  EXPECT_DEATH(WorkStealingPolicy(2, {{{1}}, {{2}}}), "worker 1 of 2 cannot steal from 2");
  EXPECT_DEATH(WorkStealingPolicy(2, {{{0}}, {{0}}}), "worker 0 of 2 cannot steal from 0");
  EXPECT_DEATH(WorkStealingPolicy(0), "0 workers");
}

}  // namespace
}  // namespace heddle
