// Promised: while a task waits for another frontend its worker runs other tasks, under the same id, and what is the task's own stays as it
// is: the current task, its SCRATCH memory, its contribution to a reduction. The other frontend is an event of libheddle's here.
#include <starpu.h>

#include "components/blocking/event.h"
#include "frontends/starpu/test_support.h"
#include "gtest/gtest.h"

namespace heddle::starpu {
namespace {

constexpr int kDepth = 5;

struct Level {
  int depth;
  starpu_data_handle_t scratch;
  starpu_data_handle_t sum;
  Event ended;
};

long* At(void* buffer) { return reinterpret_cast<long*>(STARPU_VARIABLE_GET_PTR(buffer)); }

void Body(void* buffers[], void* argument);
struct starpu_codelet nested = Codelet(Body, {STARPU_SCRATCH, STARPU_REDUX});

void Submit(Level* level) {
  struct starpu_task* const task = Make(&nested, level);
  task->handles[0] = level->scratch;
  task->handles[1] = level->sum;
  ASSERT_EQ(starpu_task_submit(task), 0);
}

void Body(void* buffers[], void* argument) {
  Level* const level = static_cast<Level*>(argument);
  const struct starpu_task* const task = starpu_task_get_current();
  const int worker = starpu_worker_get_id();
  *At(buffers[0]) = level->depth;
  *At(buffers[1]) += 1;
  if (level->depth < kDepth) {
    Level below{.depth = level->depth + 1, .scratch = level->scratch, .sum = level->sum, .ended = {}};
    Submit(&below);
    below.ended.Wait(SuspendMode::kSubstitute);
  }
  EXPECT_EQ(*At(buffers[0]), level->depth);
  *At(buffers[1]) += 100;
  EXPECT_EQ(starpu_task_get_current(), task);
  EXPECT_EQ(starpu_worker_get_id(), worker);
  EXPECT_EQ(starpu_task_wait_for_all(), -EDEADLK);
  level->ended.Set();
}

class StandIn : public ::testing::TestWithParam<int> {};

TEST_P(StandIn, RunsTheTasksThatAWaitingTaskWaitsFor) {
  const Session session(GetParam());
  starpu_data_handle_t scratch, sum;
  long total = 0;
  starpu_variable_data_register(&scratch, -1, 0, sizeof(long));
  starpu_variable_data_register(&sum, STARPU_MAIN_RAM, reinterpret_cast<uintptr_t>(&total), sizeof(total));
  struct starpu_codelet clear = Codelet([](void** buffers, void*) { *At(buffers[0]) = 0; }, {STARPU_W});
  struct starpu_codelet add = Codelet([](void** buffers, void*) { *At(buffers[0]) += *At(buffers[1]); },
                                      {STARPU_RW | STARPU_COMMUTE, STARPU_R});
  starpu_data_set_reduction_methods(sum, &add, &clear);
  constexpr int kRounds = 20, kTasks = 8;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<Level> levels(kTasks);
    for (Level& level : levels) {
      level.depth = 1;
      level.scratch = scratch;
      level.sum = sum;
      Submit(&level);
    }
    ASSERT_EQ(starpu_task_wait_for_all(), 0);
  }
  starpu_data_unregister(sum);
  starpu_data_unregister(scratch);
  EXPECT_EQ(total, 101L * kDepth * kTasks * kRounds);
}

INSTANTIATE_TEST_SUITE_P(Workers, StandIn, ::testing::Values(1, 2, 5));

}  // namespace
}  // namespace heddle::starpu
