// Promised: no task starts between starpu_pause and starpu_resume, whoever it is for, and afterwards all run, those with a worker
// order in it. Not promised: that a task which has started stops.
#include <starpu.h>

#include <vector>

#include "frontends/starpu/test_support.h"
#include "gtest/gtest.h"

namespace heddle::starpu {
namespace {

struct starpu_task* Pinned(struct starpu_codelet* codelet, void* arg, unsigned worker) {
  struct starpu_task* const task = Make(codelet, arg);
  task->execute_on_a_specific_worker = 1;
  task->workerid = worker;
  return task;
}

class Pause : public ::testing::TestWithParam<const char*> {};

TEST_P(Pause, NoTaskStartsWhileItLasts) {
  Session session(2, GetParam());
  int runs = 0;
  struct starpu_codelet anywhere = Codelet(Count);
  struct starpu_codelet second_only = Codelet(Count);
  second_only.can_execute = [](unsigned worker, struct starpu_task*, unsigned) { return static_cast<int>(worker == 1); };
  starpu_pause();
  EXPECT_EQ(starpu_is_paused(), 1);
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(starpu_task_submit(Make(&anywhere, &runs)), 0);
    ASSERT_EQ(starpu_task_submit(Make(&second_only, &runs)), 0);
    ASSERT_EQ(starpu_task_submit(Pinned(&anywhere, &runs, static_cast<unsigned>(i % 2))), 0);
  }
  starpu_pause();
  starpu_resume();  // They nest.
  EXPECT_EQ(Get(&runs), 0);
  EXPECT_EQ(starpu_task_nsubmitted(), 300);
  starpu_resume();
  EXPECT_EQ(starpu_is_paused(), 0);
  ASSERT_EQ(starpu_task_wait_for_all(), 0);
  EXPECT_EQ(runs, 300);
}

INSTANTIATE_TEST_SUITE_P(Policies, Pause, ::testing::Values("lws", "eager", "prio"));

// The pause begins in a task, so that those which it makes ready are in the worker's hands in a moment: the worker has looked at
// all of them when a task of theirs could have run.
TEST(PausePinned, WhatBecomesReadyForAWorkerDuringAPauseIsHeld) {
  Session session(2);
  for (int round = 0; round < 50; ++round) {
    int runs = 0;
    struct starpu_codelet begin = Codelet([](void**, void*) { starpu_pause(); });
    struct starpu_codelet count = Codelet(Count);
    struct starpu_task* first = Pinned(&begin, nullptr, 0);
    first->detach = 0;
    first->destroy = 0;
    for (int i = 0; i < 20; ++i) {
      struct starpu_task* const next = Pinned(&count, &runs, static_cast<unsigned>(i % 2));
      starpu_task_declare_deps_array(next, 1, &first);
      ASSERT_EQ(starpu_task_submit(next), 0);
    }
    ASSERT_EQ(starpu_task_submit(first), 0);
    ASSERT_EQ(starpu_task_wait(first), 0);
    EXPECT_EQ(starpu_is_paused(), 1);
    EXPECT_EQ(Get(&runs), 0);
    EXPECT_GE(starpu_task_nsubmitted(), 20);  // `first` may be counted for a moment yet.
    starpu_resume();
    ASSERT_EQ(starpu_task_wait_for_all(), 0);
    EXPECT_EQ(runs, 20);
    starpu_task_destroy(first);
  }
}

TEST(PausePinned, AWorkerOrderIsKeptAcrossPausesThatComeAndGo) {
  Session session(2);
  static std::vector<intptr_t> order;
  order.clear();
  struct starpu_codelet codelet = Codelet([](void**, void* arg) { order.push_back(reinterpret_cast<intptr_t>(arg)); });
  constexpr intptr_t kTasks = 2000;
  for (intptr_t i = 1; i <= kTasks; ++i) {
    if (i % 7 == 3) starpu_pause();
    struct starpu_task* const task = Pinned(&codelet, reinterpret_cast<void*>(i), 1);
    task->workerorder = static_cast<unsigned>(i);
    ASSERT_EQ(starpu_task_submit(task), 0);
    if (i % 7 == 5) starpu_resume();
  }
  while (starpu_is_paused()) starpu_resume();
  ASSERT_EQ(starpu_task_wait_for_all(), 0);
  ASSERT_EQ(order.size(), static_cast<std::size_t>(kTasks));
  for (intptr_t i = 0; i < kTasks; ++i) ASSERT_EQ(order[static_cast<std::size_t>(i)], i + 1);
}

TEST(PausePinned, ShutdownDuringAPauseRunsWhatWasHeld) {
  int runs = 0;
  struct starpu_codelet codelet = Codelet(Count);
  {
    Session session(2);
    starpu_pause();
    for (unsigned i = 0; i < 10; ++i) ASSERT_EQ(starpu_task_submit(Pinned(&codelet, &runs, i % 2)), 0);
  }
  EXPECT_EQ(runs, 10);
}

}  // namespace
}  // namespace heddle::starpu
