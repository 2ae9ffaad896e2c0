// Random graphs on several threads against a sequential oracle. Values are plain variables, so that
// ThreadSanitizer sees a missing order or exclusion as a race; descriptors are freed the moment
// their task has finished, so that AddressSanitizer sees whoever still refers to them.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "components/dependency/access.h"
#include "components/dependency/test_executor.h"
#include "components/memory_pool/pool.h"
#include "gtest/gtest.h"

namespace heddle {
namespace {

using test::Executor;
using test::FromEnvironment;
using test::ThreadCounts;

constexpr int kMaxAccesses = 5;

struct Datum {
  AccessChain chain;
  std::uint64_t value = 0;     // What the bodies work on.
  std::uint64_t expected = 0;  // What it is when all tasks inserted so far have run.
};

struct Use {
  Datum* datum;
  AccessMode mode;  // The strongest of the task's accesses to this datum.
  std::uint64_t operand;
  std::uint64_t before;  // The value that the sequential execution would find.
};

struct RandomTask {
  DependencyNode node;
  Access accesses[kMaxAccesses];
  Use uses[kMaxAccesses];
  int count = 0;
  int drawn = 0;
};

RandomTask* TaskOf(DependencyNode* node) { return reinterpret_cast<RandomTask*>(node); }

bool IsSum(AccessMode mode) {
  return mode == AccessMode::kCommutative || mode == AccessMode::kConcurrent ||
         mode == AccessMode::kReduction;
}

std::uint64_t Apply(AccessMode mode, std::uint64_t value, std::uint64_t operand) {
  if (mode == AccessMode::kRead) return value;
  if (mode == AccessMode::kWrite) return operand;
  if (mode == AccessMode::kReadWrite) return value * 31 + operand;
  return value + operand;
}

std::atomic<int> errors{0};
std::atomic<int> finished_tasks{0};

void RunBody(RandomTask* task) {
  for (int i = 0; i < task->count; ++i) {
    const Use& use = task->uses[i];
    if (use.mode == AccessMode::kConcurrent || use.mode == AccessMode::kReduction) {
      std::atomic_ref<std::uint64_t>(use.datum->value)
          .fetch_add(use.operand, std::memory_order_relaxed);
      continue;
    }
    if (!IsSum(use.mode) && use.datum->value != use.before) errors.fetch_add(1);
    if (use.mode != AccessMode::kRead) {
      use.datum->value = Apply(use.mode, use.datum->value, use.operand);
    }
  }
}

AccessMode RandomMode(Random& random) {
  const std::uint32_t n = random.Below(9);
  return n < 6 ? static_cast<AccessMode>(n) : n < 8 ? AccessMode::kRead : AccessMode::kReadWrite;
}

// Draws a task on random data, without inserting it.
RandomTask* DrawTask(Random& random, std::deque<Datum>& data) {
  auto* task = new RandomTask;
  const int count = 1 + static_cast<int>(random.Below(kMaxAccesses));
  for (int i = 0; i < count; ++i) {
    Datum* datum = &data[random.Below(static_cast<std::uint32_t>(data.size()))];
    bool known = false;
    for (int j = 0; j < i; ++j) known |= task->uses[j].datum == datum;
    if (known) continue;
    task->uses[task->count++] = {datum, RandomMode(random), random.Next(), 0};
  }
  return task;
}

void InsertTask(RandomTask* task, AccessTable* table) {
  for (int i = 0; i < task->count; ++i) {
    Use& use = task->uses[i];
    use.before = use.datum->expected;
    use.datum->expected = Apply(use.mode, use.datum->expected, use.operand);
    AccessChain& chain = table != nullptr ? table->At(&use.datum->value) : use.datum->chain;
    chain.Insert(&task->accesses[i], &task->node, use.mode);
  }
}

void RunAndFinish(RandomTask* task, Executor<RandomTask*>* executor) {
  if (!TryAcquireExclusive(&task->node)) return;
  RunBody(task);
  task->node.Finish([executor](DependencyNode* ready) { executor->Submit(TaskOf(ready)); });
  delete task;
  finished_tasks.fetch_add(1);
}

class DependencyStress : public ::testing::Test {
 protected:
  void SetUp() override {
    errors = 0;
    finished_tasks = 0;
    blocks_before_ = GetPoolStatistics().blocks_in_use;
  }
  std::uint64_t seed_ = FromEnvironment("HEDDLE_TEST_SEED", 20240607);
  int rounds_ = static_cast<int>(FromEnvironment("HEDDLE_TEST_ROUNDS", 20));
  std::uint64_t blocks_before_ = 0;
};

TEST_F(DependencyStress, RandomGraphsGiveWhatTheSequentialExecutionGives) {
  for (const int threads : ThreadCounts()) {
    for (int round = 0; round < rounds_; ++round) {
      const std::uint64_t seed = seed_ + static_cast<std::uint64_t>(round);
      SCOPED_TRACE("HEDDLE_TEST_SEED=" + std::to_string(seed) + " threads " +
                   std::to_string(threads));
      Random random(seed);
      finished_tasks = 0;
      constexpr int kTasks = 400;
      std::deque<Datum> data(1 + random.Below(12));
      {
        Executor<RandomTask*>* pool = nullptr;
        Executor<RandomTask*> executor(
            threads, seed, [&pool](RandomTask* task, int) { RunAndFinish(task, pool); });
        pool = &executor;
        // In half of the rounds chains by address, destroyed while tasks run.
        AccessTable table;
        AccessTable* by_address = random.Below(2) == 0 ? &table : nullptr;
        for (int i = 0; i < kTasks; ++i) {
          RandomTask* task = DrawTask(random, data);
          InsertTask(task, by_address);
          if (task->node.Release()) executor.Submit(task);
        }
        if (random.Below(2) == 0) {
          for (Datum& datum : data) datum.chain.Clear();
        }
      }
      ASSERT_EQ(finished_tasks.load(), kTasks);
      ASSERT_EQ(errors.load(), 0);
      for (Datum& datum : data) {
        ASSERT_EQ(datum.value, datum.expected);
        ASSERT_TRUE(datum.chain.idle());
      }
    }
  }
  ASSERT_EQ(GetPoolStatistics().blocks_in_use, blocks_before_) << "groups or links leaked";
}

// The accesses of a task are inserted in any number of modes a datum; the body does the strongest.
AccessMode Strongest(AccessMode a, AccessMode b) {
  if (a == b) return a;
  if (a == AccessMode::kRead) std::swap(a, b);
  const bool a_writes = a == AccessMode::kWrite || a == AccessMode::kReadWrite;
  if (a_writes) return a;
  if (b == AccessMode::kRead && a != AccessMode::kReduction) return a;
  return b == AccessMode::kWrite ? b : AccessMode::kReadWrite;
}

TEST_F(DependencyStress, ADatumNamedSeveralTimesIsUsedInTheStrongestMode) {
  for (const int threads : ThreadCounts()) {
    for (int round = 0; round < rounds_; ++round) {
      const std::uint64_t seed = seed_ + 7919 * static_cast<std::uint64_t>(round);
      SCOPED_TRACE("HEDDLE_TEST_SEED=" + std::to_string(seed));
      Random random(seed);
      finished_tasks = 0;
      constexpr int kTasks = 300;
      std::deque<Datum> data(3);
      {
        Executor<RandomTask*>* pool = nullptr;
        Executor<RandomTask*> executor(
            threads, seed, [&pool](RandomTask* task, int) { RunAndFinish(task, pool); });
        pool = &executor;
        for (int i = 0; i < kTasks; ++i) {
          auto* task = new RandomTask;
          Datum* datum = &data[random.Below(3)];
          const int times = 1 + static_cast<int>(random.Below(3));
          AccessMode mode{};
          for (int k = 0; k < times; ++k) {
            const AccessMode next = RandomMode(random);
            mode = k == 0 ? next : Strongest(mode, next);
            datum->chain.Insert(&task->accesses[k], &task->node, next);
          }
          task->uses[task->count++] = {datum, mode, random.Next(), datum->expected};
          datum->expected = Apply(mode, datum->expected, task->uses[0].operand);
          if (task->node.Release()) executor.Submit(task);
        }
      }
      ASSERT_EQ(finished_tasks.load(), kTasks);
      ASSERT_EQ(errors.load(), 0);
      for (Datum& datum : data) ASSERT_EQ(datum.value, datum.expected);
    }
  }
  ASSERT_EQ(GetPoolStatistics().blocks_in_use, blocks_before_);
}

// Each task wants most of a few data, in any order: waiters hold some and wait for others.
TEST_F(DependencyStress, CommutativeTasksWithSeveralDataExcludeEachOtherAndAllRun) {
  for (const int threads : ThreadCounts()) {
    for (int round = 0; round < rounds_; ++round) {
      const std::uint64_t seed = seed_ + 104729 * static_cast<std::uint64_t>(round);
      SCOPED_TRACE("HEDDLE_TEST_SEED=" + std::to_string(seed));
      Random random(seed);
      finished_tasks = 0;
      constexpr int kTasks = 300;
      std::deque<Datum> data(5);
      {
        // A task that has its data is put back once: it holds them while others ask for them.
        Executor<RandomTask*>* pool = nullptr;
        Executor<RandomTask*> executor(threads, seed, [&pool](RandomTask* task, int) {
          if (!TryAcquireExclusive(&task->node)) return;
          if (task->drawn++ == 0) {
            pool->Submit(task);
          } else {
            RunAndFinish(task, pool);
          }
        });
        pool = &executor;
        for (int i = 0; i < kTasks; ++i) {
          RandomTask* task = DrawTask(random, data);
          for (int k = 0; k < task->count; ++k) task->uses[k].mode = AccessMode::kCommutative;
          InsertTask(task, nullptr);
          if (task->node.Release()) executor.Submit(task);
        }
      }
      ASSERT_EQ(finished_tasks.load(), kTasks);
      for (Datum& datum : data) ASSERT_EQ(datum.value, datum.expected);
    }
  }
  ASSERT_EQ(GetPoolStatistics().blocks_in_use, blocks_before_);
}

TEST_F(DependencyStress, SeveralCreatorsThatLockTheChainsOfATaskAgreeOnOneOrder) {
  for (const int threads : ThreadCounts()) {
    SCOPED_TRACE("HEDDLE_TEST_SEED=" + std::to_string(seed_));
    finished_tasks = 0;
    constexpr int kCreators = 3;
    const int tasks = 100 * rounds_;
    std::deque<Datum> data(6);
    {
      Executor<RandomTask*>* pool = nullptr;
      Executor<RandomTask*> executor(threads, seed_,
                                     [&pool](RandomTask* task, int) { RunAndFinish(task, pool); });
      pool = &executor;
      std::vector<std::thread> creators;
      for (int c = 0; c < kCreators; ++c) {
        creators.emplace_back([&, c] {
          Random random(seed_ + 1000 * static_cast<std::uint64_t>(c));
          for (int i = 0; i < tasks; ++i) {
            RandomTask* task = DrawTask(random, data);
            std::vector<AccessChain*> chains;
            for (int k = 0; k < task->count; ++k) chains.push_back(&task->uses[k].datum->chain);
            std::sort(chains.begin(), chains.end());
            for (AccessChain* chain : chains) chain->lock();
            InsertTask(task, nullptr);
            for (AccessChain* chain : chains) chain->unlock();
            if (task->node.Release()) executor.Submit(task);
          }
        });
      }
      for (std::thread& creator : creators) creator.join();
    }
    ASSERT_EQ(finished_tasks.load(), kCreators * tasks);
    ASSERT_EQ(errors.load(), 0);
    for (Datum& datum : data) ASSERT_EQ(datum.value, datum.expected);
  }
}

// Explicit edges between random tasks while they run: each task sees the marks of its predecessors.
struct EdgeTask {
  DependencyNode node;
  std::uint64_t mark = 0;
  std::vector<EdgeTask*> predecessors;
};

TEST_F(DependencyStress, ATaskRunsOnceAndAfterAllItsExplicitPredecessors) {
  for (const int threads : ThreadCounts()) {
    for (int round = 0; round < rounds_; ++round) {
      const std::uint64_t seed = seed_ + static_cast<std::uint64_t>(round);
      SCOPED_TRACE("HEDDLE_TEST_SEED=" + std::to_string(seed));
      Random random(seed);
      finished_tasks = 0;
      constexpr int kTasks = 500;
      std::vector<std::unique_ptr<EdgeTask>> tasks;
      {
        Executor<EdgeTask*>* pool = nullptr;
        Executor<EdgeTask*> executor(threads, seed, [&pool](EdgeTask* task, int) {
          for (EdgeTask* before : task->predecessors) {
            if (before->mark != 1) errors.fetch_add(1);
          }
          ++task->mark;
          task->node.Finish(
              [&pool](DependencyNode* ready) { pool->Submit(reinterpret_cast<EdgeTask*>(ready)); });
          finished_tasks.fetch_add(1);
        });
        pool = &executor;
        for (int i = 0; i < kTasks; ++i) {
          tasks.push_back(std::make_unique<EdgeTask>());
          EdgeTask* task = tasks.back().get();
          const int edges = i == 0 ? 0 : static_cast<int>(random.Below(6));
          for (int e = 0; e < edges; ++e) {
            task->predecessors.push_back(tasks[random.Below(static_cast<std::uint32_t>(i))].get());
          }
          for (EdgeTask* before : task->predecessors) {
            (void)DependencyNode::AddSuccessor(&before->node, &task->node);
          }
          if (task->node.Release()) executor.Submit(task);
        }
      }
      ASSERT_EQ(finished_tasks.load(), kTasks);
      ASSERT_EQ(errors.load(), 0);
    }
  }
  ASSERT_EQ(GetPoolStatistics().blocks_in_use, blocks_before_);
}

}  // namespace
}  // namespace heddle
