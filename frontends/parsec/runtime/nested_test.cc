// Promised: tasks that wait for taskpools of their own do not keep the workers that those need, however few there are. The machine is one
// of four cores (BUILD.bazel), so that two and three workers are lanes, and one and four are not.
#include <gtest/gtest.h>
#include <parsec/execution_stream.h>

#include <atomic>

#include "frontends/parsec/runtime/dtd_test_support.h"

namespace heddle::parsec {
namespace {

std::atomic<int> leaves{0}, streams_wrong{0};
int workers = 0;

parsec_hook_return_t Leaf(parsec_execution_stream_t* es, parsec_task_t*) {
  leaves.fetch_add(1);
  if (workers > 1 && workers < 4 && es->th_id >= workers) streams_wrong.fetch_add(1);
  return PARSEC_HOOK_RETURN_DONE;
}

parsec_hook_return_t Inner(parsec_execution_stream_t* es, parsec_task_t* task);

void InsertAndWait(parsec_context_t* context, int depth, int count) {
  parsec_taskpool_t* const taskpool = parsec_dtd_taskpool_new();
  parsec_context_add_taskpool(context, taskpool);
  for (int i = 0; i < count; ++i) {
    if (depth == 0) {
      parsec_dtd_insert_task(taskpool, Leaf, 0, PARSEC_DEV_CPU, "leaf", PARSEC_DTD_ARG_END);
    } else {
      parsec_dtd_insert_task(taskpool, Inner, 0, PARSEC_DEV_CPU, "inner", sizeof(int), &depth, PARSEC_VALUE, PARSEC_DTD_ARG_END);
    }
  }
  parsec_taskpool_wait(taskpool);
  parsec_taskpool_free(taskpool);
}

parsec_hook_return_t Inner(parsec_execution_stream_t*, parsec_task_t* task) {
  int depth = 0;
  parsec_dtd_unpack_args(task, &depth);
  InsertAndWait(task->taskpool->context, depth - 1, 4);
  return PARSEC_HOOK_RETURN_DONE;
}

class NestedTest : public testing::TestWithParam<int> {};

TEST_P(NestedTest, TasksWaitForTaskpoolsOfTheirOwn) {
  workers = GetParam();
  leaves = 0;
  const Session session(workers);
  for (int round = 0; round < 20; ++round) InsertAndWait(session.context, 3, 4);
  EXPECT_EQ(leaves, 20 * 256);
  EXPECT_EQ(streams_wrong, 0) << "numbers of streams are below that of the workers";
}

INSTANTIATE_TEST_SUITE_P(Workers, NestedTest, testing::Values(1, 2, 3, 4));

}  // namespace
}  // namespace heddle::parsec
