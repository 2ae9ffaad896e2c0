// Random tasks over random tiles against sequential execution: every task finds the values that it would find if all had run one after
// the other in the order of insertion. Several taskpools, threads and tasks that insert, bodies that run again or end later. Values
// are plain variables, so that ThreadSanitizer sees a missing order as a race.
#include <atomic>
#include <mutex>
#include <thread>

#include "components/base/random.h"
#include "frontends/parsec/runtime/dtd_test_support.h"
#include "gtest/gtest.h"

namespace heddle::parsec {
namespace {

constexpr int kTiles = 12;
constexpr int kMost = 4;

std::atomic<int> errors{0};
std::atomic<int> ran{0};

std::vector<int> Workers() {
  const long workers = FromEnvironment("HEDDLE_TEST_WORKERS", 0);
  return workers > 0 ? std::vector<int>{static_cast<int>(workers)} : std::vector<int>{1, 2, 4, 8};
}
std::uint64_t Seed() { return static_cast<std::uint64_t>(FromEnvironment("HEDDLE_TEST_SEED", 20261129)); }
int Rounds() { return static_cast<int>(FromEnvironment("HEDDLE_TEST_ROUNDS", 3)); }

// Copied into each task: what it does to its tiles and what it has to find.
struct Work {
  int count = 0;
  int op[kMost] = {};
  std::uint64_t before[kMost] = {};
  std::uint64_t operand[kMost] = {};
  int repeats = 0;  // How often it asks to be run again.
  std::atomic<int>* attempts = nullptr;
};

std::uint64_t Apply(int op, std::uint64_t value, std::uint64_t operand) {
  return op == PARSEC_INPUT ? value : op == PARSEC_OUTPUT ? operand : value * 31 + operand;
}

parsec_hook_return_t RandomBody(parsec_execution_stream_t*, parsec_task_t* task) {
  Work work;
  std::uint64_t* at[kMost] = {};
  parsec_dtd_unpack_args(task, &work, &at[0], &at[1], &at[2], &at[3]);
  if (work.attempts != nullptr && work.attempts->fetch_add(1) < work.repeats) return PARSEC_HOOK_RETURN_AGAIN;
  delete work.attempts;
  for (int i = 0; i < work.count; ++i) {
    if (work.op[i] != PARSEC_OUTPUT && *at[i] != work.before[i]) errors.fetch_add(1);
  }
  for (int i = 0; i < work.count; ++i) {
    if (work.op[i] != PARSEC_INPUT) *at[i] = Apply(work.op[i], *at[i], work.operand[i]);
  }
  ran.fetch_add(1);
  return PARSEC_HOOK_RETURN_DONE;
}

void InsertRandom(Random& random, parsec_taskpool_t* taskpool, Numbers& numbers, std::vector<std::uint64_t>& expected) {
  Work work;
  work.count = static_cast<int>(random.Below(kMost + 1));
  int tile[kMost] = {};
  for (int i = 0; i < work.count; ++i) {
    tile[i] = DrawOther(random, kTiles, tile, i);
    const std::uint32_t kind = random.Below(4);
    work.op[i] = kind < 2 ? PARSEC_INPUT : kind == 2 ? PARSEC_OUTPUT : PARSEC_INOUT;
    work.operand[i] = random.Next();
    work.before[i] = expected[static_cast<std::size_t>(tile[i])];
    expected[static_cast<std::size_t>(tile[i])] = Apply(work.op[i], work.before[i], work.operand[i]);
  }
  if (random.Below(20) == 0) {
    work.repeats = 1 + static_cast<int>(random.Below(3));
    work.attempts = new std::atomic<int>(0);
  }
  const auto at = [&](int i) { return i < work.count ? numbers.Tile(tile[i]) : nullptr; };
  const auto op = [&](int i) { return i < work.count ? work.op[i] : static_cast<int>(PARSEC_INOUT); };
  parsec_dtd_insert_task(taskpool, RandomBody, static_cast<int>(random.Below(5)), PARSEC_DEV_CPU, "random", sizeof(work), &work,
                         PARSEC_VALUE, PASSED_BY_REF, at(0), op(0) | PARSEC_AFFINITY, PASSED_BY_REF, at(1), op(1), PASSED_BY_REF, at(2),
                         op(2), PASSED_BY_REF, at(3), op(3), PARSEC_DTD_ARG_END);
}

struct Windows {
  Windows(int window, int threshold) : window_(parsec_dtd_window_size), threshold_(parsec_dtd_threshold_size) {
    parsec_dtd_window_size = window;
    parsec_dtd_threshold_size = threshold;
  }
  ~Windows() {
    parsec_dtd_window_size = window_;
    parsec_dtd_threshold_size = threshold_;
  }
  const int window_;
  const int threshold_;
};

void RunRandom(int workers, std::uint64_t seed, int threads, int tasks, int window, int threshold) {
  SCOPED_TRACE(testing::Message() << "workers " << workers << ", seed " << seed << ", threads " << threads << ", window " << window);
  Session session(workers);
  parsec_taskpool_free(parsec_dtd_taskpool_new());  // The first one reads the parameters, which would overwrite what follows.
  const Windows windows(window, threshold);
  Numbers numbers(kTiles);
  std::vector<std::uint64_t> expected(kTiles, 0);
  parsec_taskpool_t* const taskpools[2] = {session.Taskpool(), session.Taskpool()};
  errors = 0;
  ran = 0;
  std::mutex mutex;  // The threads take turns: the order of insertion is the one in which `expected` changes.
  Random shared(seed);
  const auto insert = [&] {
    for (int i = 0; i < tasks; ++i) {
      const std::lock_guard<std::mutex> lock(mutex);
      InsertRandom(shared, taskpools[shared.Below(2)], numbers, expected);
      if (shared.Below(200) == 0) parsec_dtd_data_flush(taskpools[0], numbers.Tile(static_cast<int>(shared.Below(kTiles))));
    }
  };
  for (int epoch = 0; epoch < 2; ++epoch) {
    std::vector<std::thread> others;
    for (int i = 1; i < threads; ++i) others.emplace_back(insert);
    insert();
    for (std::thread& other : others) other.join();
    parsec_dtd_data_flush_all(taskpools[1], &numbers.collection);
    parsec_taskpool_wait(taskpools[0]);
    parsec_taskpool_wait(taskpools[1]);
    EXPECT_EQ(errors, 0);
    EXPECT_EQ(ran, tasks * threads * (epoch + 1));
    EXPECT_EQ(numbers.values, expected);
  }
  parsec_taskpool_free(taskpools[0]);
  parsec_taskpool_free(taskpools[1]);
}

TEST(DtdStress, TasksFindWhatSequentialExecutionWouldLeave) {
  for (int workers : Workers()) {
    for (int round = 0; round < Rounds(); ++round) RunRandom(workers, Seed() + static_cast<std::uint64_t>(round), 1, 3000, 8000, 4000);
  }
}

TEST(DtdStress, SmallWindowsHoldTheInserterUpAndLetItGoOn) {
  for (int workers : Workers()) {
    for (int window : {1, 2, 3, 10, 100}) RunRandom(workers, Seed() + 77, 1, 1000, window, window / 2);
  }
}

TEST(DtdStress, SeveralThreadsInsertIntoTheSameTaskpools) {
  for (int workers : Workers()) {
    for (int round = 0; round < Rounds(); ++round) RunRandom(workers, Seed() + 100 + static_cast<std::uint64_t>(round), 3, 700, 400, 100);
  }
}

// ---- Threads and bodies that insert at once, without an order among them: sums ----

struct Tree {
  parsec_taskpool_t* taskpool;
  Numbers* numbers;
  std::atomic<int> running[kTiles];
};

parsec_hook_return_t TreeBody(parsec_execution_stream_t*, parsec_task_t* task) {
  Tree* tree;
  int depth;
  std::uint64_t seed;
  int tiles[2];
  std::uint64_t *a, *b;
  parsec_dtd_unpack_args(task, &tree, &depth, &seed, &tiles, &a, &b);
  for (int i : tiles) {
    if (tree->running[i].exchange(1) != 0) errors.fetch_add(1);
  }
  *a += seed % 1000;
  *b += seed % 1000;
  Random random(seed);
  for (int i = 0; depth > 0 && i < 3; ++i) {
    const int below = depth - 1;
    const std::uint64_t next = random.Next();
    int two[2] = {static_cast<int>(next % kTiles), static_cast<int>((next / kTiles) % (kTiles - 1))};
    if (two[1] >= two[0]) ++two[1];
    parsec_dtd_insert_task(tree->taskpool, TreeBody, 0, PARSEC_DEV_CPU, "tree", sizeof(void*), tree, PARSEC_REF, sizeof(int), &below,
                           PARSEC_VALUE, sizeof(next), &next, PARSEC_VALUE, sizeof(two), two, PARSEC_VALUE, PASSED_BY_REF,
                           tree->numbers->Tile(two[0]), PARSEC_INOUT, PASSED_BY_REF, tree->numbers->Tile(two[1]), PARSEC_INOUT,
                           PARSEC_DTD_ARG_END);
  }
  for (int i : tiles) tree->running[i].store(0);
  ran.fetch_add(1);
  return PARSEC_HOOK_RETURN_DONE;
}

std::uint64_t SumOfTree(std::uint64_t seed, int depth) {
  std::uint64_t sum = 2 * (seed % 1000);
  Random random(seed);
  for (int i = 0; depth > 0 && i < 3; ++i) sum += SumOfTree(random.Next(), depth - 1);
  return sum;
}

TEST(DtdStress, ThreadsAndBodiesInsertTasksOverTheSameTilesAtOnce) {
  constexpr int kDepth = 6;
  for (int workers : Workers()) {
    for (int threads : {1, 3}) {
      SCOPED_TRACE(testing::Message() << "workers " << workers << ", threads " << threads);
      Session session(workers);
      const Windows windows(50, 20);
      Numbers numbers(kTiles);
      Tree tree{session.Taskpool(), &numbers, {}};
      errors = 0;
      ran = 0;
      const auto insert = [&](std::uint64_t seed) {
        const int depth = kDepth;
        const int two[2] = {0, 1};
        parsec_dtd_insert_task(tree.taskpool, TreeBody, 0, PARSEC_DEV_CPU, "tree", sizeof(void*), &tree, PARSEC_REF, sizeof(int), &depth,
                               PARSEC_VALUE, sizeof(seed), &seed, PARSEC_VALUE, sizeof(two), two, PARSEC_VALUE, PASSED_BY_REF,
                               numbers.Tile(0), PARSEC_INOUT, PASSED_BY_REF, numbers.Tile(1), PARSEC_INOUT, PARSEC_DTD_ARG_END);
      };
      std::vector<std::thread> others;
      std::uint64_t expected = 0;
      for (int i = 0; i < threads; ++i) expected += SumOfTree(Seed() + static_cast<std::uint64_t>(i), kDepth);
      for (int i = 1; i < threads; ++i) others.emplace_back(insert, Seed() + static_cast<std::uint64_t>(i));
      insert(Seed());
      for (std::thread& other : others) other.join();
      parsec_taskpool_wait(tree.taskpool);
      EXPECT_EQ(errors, 0);
      EXPECT_EQ(ran, threads * 1093);
      std::uint64_t sum = 0;
      for (std::uint64_t value : numbers.values) sum += value;
      EXPECT_EQ(sum, expected);
      parsec_taskpool_free(tree.taskpool);
    }
  }
}

}  // namespace
}  // namespace heddle::parsec
