// Which accesses wait for which, what becomes ready at which finish, and that nothing is left
// behind. One thread; concurrency: dependency_stress_test.cc.
#include "components/dependency/access.h"

#include <memory>
#include <vector>

#include "components/memory_pool/pool.h"
#include "gtest/gtest.h"

namespace heddle {
namespace {

using enum AccessMode;

struct TestTask {
  DependencyNode node;
  Access accesses[4];
  int count = 0;
  bool ready = false;

  void Use(AccessChain& chain, AccessMode mode) { chain.Insert(&accesses[count++], &node, mode); }
  TestTask& Submit() {
    ready = node.Release();
    return *this;
  }
};

TestTask* TaskOf(DependencyNode* node) { return reinterpret_cast<TestTask*>(node); }

class AccessTest : public ::testing::Test {
 protected:
  void SetUp() override { blocks_before_ = GetPoolStatistics().blocks_in_use; }
  void TearDown() override {
    tasks_.clear();
    chain_.Clear();
    other_.Clear();
    EXPECT_EQ(GetPoolStatistics().blocks_in_use, blocks_before_) << "groups left behind";
  }

  TestTask& Task() {
    tasks_.push_back(std::make_unique<TestTask>());
    return *tasks_.back();
  }
  // A submitted task with one access of chain_.
  TestTask& Task(AccessMode mode) {
    TestTask& task = Task();
    task.Use(chain_, mode);
    return task.Submit();
  }
  // Ends a task and frees its memory, as frontends do.
  void Finish(TestTask& task) {
    ASSERT_TRUE(task.ready);
    task.node.Finish([](DependencyNode* node) {
      ASSERT_FALSE(TaskOf(node)->ready) << "told twice";
      TaskOf(node)->ready = true;
    });
    for (auto& owner : tasks_) {
      if (owner.get() == &task) owner.reset();
    }
  }

  AccessChain chain_;
  AccessChain other_;
  std::vector<std::unique_ptr<TestTask>> tasks_;
  std::uint64_t blocks_before_ = 0;
};

TEST_F(AccessTest, TheFirstAccessWaitsForNothing) {
  for (AccessMode mode : {kRead, kWrite, kReadWrite, kCommutative, kConcurrent, kReduction}) {
    EXPECT_TRUE(chain_.idle());
    TestTask& task = Task(mode);
    EXPECT_TRUE(task.ready);
    EXPECT_FALSE(chain_.idle());
    Finish(task);
    EXPECT_TRUE(chain_.idle());
  }
}

TEST_F(AccessTest, ATaskThatSharesSeveralDataWithThePredecessorIsToldOnce) {
  const auto both = [this]() -> TestTask& {
    TestTask& task = Task();
    task.Use(chain_, kReadWrite);
    task.Use(other_, kReadWrite);
    return task;
  };
  TestTask& a = both().Submit();
  TestTask& b = both().Submit();
  TestTask& c = both();  // Its creator has not finished with it.
  Finish(a);
  EXPECT_TRUE(b.ready);
  Finish(b);
  EXPECT_FALSE(c.ready);
  EXPECT_TRUE(c.Submit().ready);
  Finish(c);
}

TEST_F(AccessTest, WhatIsOwedInTurnArrivesWhole) {
  AccessChain third;
  TestTask& a = Task();
  for (AccessChain* chain : {&chain_, &other_, &third}) a.Use(*chain, kWrite);
  a.Submit();
  // Of the data of `a` in their order: b, c, b.
  TestTask& b = Task();
  b.Use(chain_, kReadWrite);
  b.Use(third, kReadWrite);
  b.Submit();
  TestTask& c = Task();
  c.Use(other_, kReadWrite);
  c.Submit();
  std::vector<TestTask*> told;
  a.node.Finish([&told](DependencyNode* node) { told.push_back(TaskOf(node)); });
  EXPECT_EQ(told, (std::vector<TestTask*>{&c, &b}));
  b.ready = c.ready = true;
  Finish(b);
  Finish(c);
  third.Clear();
}

TEST_F(AccessTest, AGroupThatOneTaskFollowsMayGrowOrNot) {
  for (AccessMode before : {kRead, kWrite, kCommutative, kConcurrent, kReduction}) {
    for (AccessMode after : {kWrite, kReadWrite, kCommutative, kConcurrent}) {
      if (before == after) continue;
      TestTask& first = Task(before);
      TestTask& second = Task(after);
      ASSERT_TRUE(first.ready);
      EXPECT_FALSE(second.ready);
      Finish(first);
      EXPECT_TRUE(second.ready);
      Finish(second);
    }
  }
}

TEST_F(AccessTest, WritersRunOneAfterTheOther) {
  TestTask& a = Task(kWrite);
  TestTask& b = Task(kReadWrite);
  TestTask& c = Task(kWrite);
  EXPECT_FALSE(b.ready);
  Finish(a);
  EXPECT_TRUE(b.ready);
  EXPECT_FALSE(c.ready);
  Finish(b);
  EXPECT_TRUE(c.ready);
  Finish(c);
}

TEST_F(AccessTest, ReadersRunTogetherAndTheNextWriterWaitsForAllOfThem) {
  TestTask& writer = Task(kWrite);
  TestTask& r1 = Task(kRead);
  TestTask& r2 = Task(kRead);
  TestTask& next = Task(kWrite);
  EXPECT_FALSE(r1.ready || r2.ready || next.ready);
  Finish(writer);
  EXPECT_TRUE(r1.ready && r2.ready);
  Finish(r2);
  EXPECT_FALSE(next.ready);
  Finish(r1);
  EXPECT_TRUE(next.ready);
  Finish(next);
}

TEST_F(AccessTest, AReaderThatComesAfterTheOthersHaveFinishedStillHoldsTheWriterBack) {
  TestTask& r1 = Task(kRead);
  Finish(r1);
  TestTask& r2 = Task(kRead);
  EXPECT_TRUE(r2.ready);
  TestTask& writer = Task(kWrite);
  EXPECT_FALSE(writer.ready);
  Finish(r2);
  EXPECT_TRUE(writer.ready);
  Finish(writer);
}

TEST_F(AccessTest, GroupsOfDifferentModesAreOrderedAmongEachOther) {
  const AccessMode modes[] = {kConcurrent, kCommutative, kReduction, kRead, kConcurrent};
  std::vector<TestTask*> all;
  for (AccessMode mode : modes) {
    all.push_back(&Task(mode));
    all.push_back(&Task(mode));
  }
  for (std::size_t i = 0; i < all.size(); i += 2) {
    EXPECT_TRUE(all[i]->ready && all[i + 1]->ready) << i;
    if (i + 2 < all.size()) {
      EXPECT_FALSE(all[i + 2]->ready);
    }
    Finish(*all[i]);
    if (i + 2 < all.size()) {
      EXPECT_FALSE(all[i + 2]->ready || all[i + 3]->ready);
    }
    Finish(*all[i + 1]);
  }
}

TEST_F(AccessTest, ATaskWaitsForAllItsData) {
  TestTask& a = Task(kWrite);
  TestTask& b = Task();
  b.Use(other_, kWrite);
  b.Submit();
  TestTask& c = Task();
  c.Use(chain_, kRead);
  c.Use(other_, kRead);
  c.Submit();
  Finish(a);
  EXPECT_FALSE(c.ready);
  Finish(b);
  EXPECT_TRUE(c.ready);
  Finish(c);
}

TEST_F(AccessTest, TheMemoryOfFinishedTasksMayBeReusedForTasksOnTheSameDatum) {
  TestTask memory;
  for (int i = 0; i < 4; ++i) {  // The chain's last task has the address of the new one each time.
    memory.~TestTask();
    new (&memory) TestTask;
    memory.Use(chain_, i % 2 == 0 ? kRead : kWrite);
    EXPECT_TRUE(memory.Submit().ready);
    memory.node.Finish([](DependencyNode*) { FAIL(); });
  }
}

TEST_F(AccessTest, InAndOutOfOneDatumInOneTaskIsAWrite) {
  for (const bool read_first : {true, false}) {
    TestTask& before = Task(kRead);
    TestTask& both = Task();
    both.Use(chain_, read_first ? kRead : kWrite);
    both.Use(chain_, read_first ? kWrite : kRead);
    both.Submit();
    TestTask& after = Task(kRead);
    EXPECT_FALSE(both.ready);
    Finish(before);
    EXPECT_TRUE(both.ready);
    EXPECT_FALSE(after.ready);
    Finish(both);
    EXPECT_TRUE(after.ready);
    Finish(after);
  }
}

TEST_F(AccessTest, ALoneReadThatBecomesCommutativeKeepsTheOrderOfThoseThatJoinIt) {
  TestTask& writer = Task(kWrite);
  TestTask& both = Task();
  both.Use(chain_, kRead);
  both.Use(chain_, kCommutative);
  both.Submit();
  TestTask& joins = Task(kCommutative);
  EXPECT_FALSE(both.ready || joins.ready);
  Finish(writer);
  EXPECT_TRUE(both.ready && joins.ready);
  Finish(both);
  Finish(joins);
}

TEST_F(AccessTest, TwoModesOfWhichNeitherIncludesTheOtherMakeAReadWrite) {
  TestTask& first = Task(kConcurrent);
  TestTask& both = Task();
  both.Use(chain_, kConcurrent);
  both.Use(chain_, kCommutative);
  both.Submit();
  TestTask& third = Task(kCommutative);
  EXPECT_FALSE(both.ready);
  Finish(first);
  EXPECT_TRUE(both.ready);
  EXPECT_TRUE(TryAcquireExclusive(&both.node));
  EXPECT_FALSE(third.ready);
  Finish(both);
  EXPECT_TRUE(third.ready);
  Finish(third);
}

TEST_F(AccessTest, CommutativeTasksRunInAnyOrderButOneAtATime) {
  TestTask& a = Task(kCommutative);
  TestTask& b = Task(kCommutative);
  TestTask& c = Task(kCommutative);
  EXPECT_TRUE(TryAcquireExclusive(&b.node));
  EXPECT_FALSE(TryAcquireExclusive(&a.node));
  EXPECT_FALSE(TryAcquireExclusive(&c.node));
  a.ready = c.ready = false;  // They wait now, and are told again.
  Finish(b);
  EXPECT_TRUE(a.ready) << "it waited longest";
  EXPECT_FALSE(c.ready);
  EXPECT_TRUE(TryAcquireExclusive(&a.node)) << "it was handed over";
  Finish(a);
  EXPECT_TRUE(c.ready);
  EXPECT_TRUE(TryAcquireExclusive(&c.node));
  Finish(c);
}

TEST_F(AccessTest, TasksWithSeveralCommutativeDataInAnyOrderDoNotDeadlock) {
  TestTask& a = Task();
  a.Use(chain_, kCommutative);
  a.Use(other_, kCommutative);
  a.Submit();
  TestTask& b = Task();
  b.Use(other_, kCommutative);
  b.Use(chain_, kCommutative);
  b.Submit();
  EXPECT_TRUE(TryAcquireExclusive(&a.node));
  EXPECT_FALSE(TryAcquireExclusive(&b.node));
  b.ready = false;
  Finish(a);
  EXPECT_TRUE(b.ready);
  EXPECT_TRUE(TryAcquireExclusive(&b.node));
  Finish(b);
}

TEST_F(AccessTest, OneWhoWaitsForASecondDatumIsToldOnceItHasBoth) {
  TestTask& holds_chain = Task(kCommutative);
  TestTask& holds_other = Task();
  holds_other.Use(other_, kCommutative);
  holds_other.Submit();
  TestTask& wants_both = Task();
  wants_both.Use(chain_, kCommutative);
  wants_both.Use(other_, kCommutative);
  wants_both.Submit();
  EXPECT_TRUE(TryAcquireExclusive(&holds_chain.node));
  EXPECT_TRUE(TryAcquireExclusive(&holds_other.node));
  EXPECT_FALSE(TryAcquireExclusive(&wants_both.node));
  wants_both.ready = false;
  Finish(holds_chain);
  EXPECT_FALSE(wants_both.ready);
  Finish(holds_other);
  EXPECT_TRUE(wants_both.ready);
  EXPECT_TRUE(TryAcquireExclusive(&wants_both.node));
  Finish(wants_both);
}

TEST_F(AccessTest, OnlyAReductionFollowedBySomethingElseNeedsCombining) {
  EXPECT_FALSE(chain_.NeedsCombine(kRead));
  TestTask& a = Task(kReduction);
  EXPECT_FALSE(chain_.NeedsCombine(kReduction));
  EXPECT_TRUE(chain_.NeedsCombine(kRead));
  TestTask& combine = Task(kReadWrite);
  EXPECT_FALSE(chain_.NeedsCombine(kRead));
  Finish(a);
  Finish(combine);
}

TEST_F(AccessTest, SyncHoldsTheDatumUntilItIsFinished) {
  TestTask& before = Task(kWrite);
  DependencyNode sync;
  chain_.Sync(&sync, kRead);
  EXPECT_FALSE(sync.Release());
  TestTask& reader = Task(kRead);
  TestTask& writer = Task(kWrite);
  std::vector<DependencyNode*> told;
  before.node.Finish([&told](DependencyNode* node) { told.push_back(node); });
  EXPECT_EQ(told, std::vector<DependencyNode*>({&sync, &reader.node}));
  reader.ready = true;
  Finish(reader);
  EXPECT_FALSE(writer.ready);
  sync.Finish([&writer](DependencyNode* node) { writer.ready = node == &writer.node; });
  EXPECT_TRUE(writer.ready);
  Finish(writer);
}

TEST_F(AccessTest, AChainMayBeClearedWhileItsTasksAreInFlight) {
  TestTask& a = Task(kWrite);
  TestTask& b = Task(kRead);
  TestTask& c = Task(kRead);
  chain_.Clear();
  EXPECT_TRUE(chain_.idle());
  TestTask& unordered = Task(kWrite);
  EXPECT_TRUE(unordered.ready);
  Finish(a);
  EXPECT_TRUE(b.ready && c.ready);
  Finish(b);
  Finish(c);
  Finish(unordered);
}

TEST_F(AccessTest, ATableKnowsChainsByAddressAndKeepsThemWhenItGrows) {
  std::vector<char> data(1000);
  AccessTable table;
  std::vector<TestTask*> writers;
  for (char& datum : data) {
    TestTask& task = Task();
    task.Use(table.At(&datum), kWrite);
    EXPECT_TRUE(task.Submit().ready);
    writers.push_back(&task);
  }
  TestTask& null = Task();
  null.Use(table.At(nullptr), kWrite);
  EXPECT_TRUE(null.Submit().ready);
  EXPECT_EQ(table.size(), 1001u);
  EXPECT_FALSE(table.idle());
  for (std::size_t i = 0; i < data.size(); ++i) {
    TestTask& reader = Task();
    reader.Use(table.At(&data[i]), kRead);
    ASSERT_FALSE(reader.Submit().ready);
    Finish(*writers[i]);
    ASSERT_TRUE(reader.ready);
    Finish(reader);
  }
  Finish(null);
  EXPECT_TRUE(table.idle());
}

TEST_F(AccessTest, ATableOfDataThatComeAndGoDoesNotGrow) {
  AccessTable table;
  std::vector<char> data(std::size_t{64} * 100000);
  for (std::size_t i = 0; i < 100000; ++i) {
    TestTask task;
    task.Use(table.At(&data[64 * i]), kWrite);
    ASSERT_TRUE(task.Submit().ready);
    task.node.Finish([](DependencyNode*) { FAIL(); });
  }
  EXPECT_EQ(table.capacity(), 16u);
}

TEST_F(AccessTest, AClearedTableIsEmptyAndUsableAndLeavesTasksInFlightAlone) {
  AccessTable table;
  int datum = 0;
  TestTask& a = Task();
  a.Use(table.At(&datum), kWrite);
  a.Submit();
  TestTask& b = Task();
  b.Use(table.At(&datum), kRead);
  b.Submit();
  table.Clear();
  EXPECT_EQ(table.size(), 0u);
  EXPECT_TRUE(table.idle());
  TestTask& unordered = Task();
  unordered.Use(table.At(&datum), kWrite);
  EXPECT_TRUE(unordered.Submit().ready);
  EXPECT_FALSE(b.ready);
  Finish(a);
  EXPECT_TRUE(b.ready);
  Finish(b);
  Finish(unordered);
}

TEST_F(AccessTest, TheLockOfAChainExcludes) {
  chain_.lock();
  EXPECT_FALSE(chain_.try_lock());
  chain_.unlock();
  EXPECT_TRUE(chain_.try_lock());
  chain_.unlock();
}

}  // namespace
}  // namespace heddle
