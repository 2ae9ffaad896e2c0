// Promised: the C interface does what its header says, errors included.
#include "components/runtime/heddle.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <vector>

namespace {

class HeddleCTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(heddle_init(0), 0) << heddle_last_error(); }
  void TearDown() override { EXPECT_EQ(heddle_shutdown(), 0) << heddle_last_error(); }
};

TEST(HeddleCErrorTest, CallsWithoutARuntimeSayWhatIsMissing) {
  EXPECT_EQ(heddle_shutdown(), -EINVAL);
  EXPECT_STREQ(heddle_last_error(), "heddle_shutdown without heddle_init");
  EXPECT_EQ(heddle_client_create("x", nullptr), nullptr);
  EXPECT_EQ(heddle_group_create(), nullptr);
  EXPECT_EQ(heddle_init(-3), -EINVAL);
  EXPECT_NE(std::strstr(heddle_last_error(), "-3"), nullptr) << heddle_last_error();
}

struct Counting {
  heddle_group* group;
  std::atomic<int> ran{0};
};

void Count(void* argument) {
  Counting* const counting = static_cast<Counting*>(argument);
  ++counting->ran;
  heddle_group_finished(counting->group);
}

TEST_F(HeddleCTest, AGroupWaitsForItsTasks) {
  heddle_client* const client = heddle_client_create("test", nullptr);
  ASSERT_NE(client, nullptr);
  Counting counting{heddle_group_create(), {}};
  std::vector<heddle_task> tasks(1000);
  heddle_group_started(counting.group, tasks.size());
  for (heddle_task& task : tasks) {
    heddle_task_init(&task, Count, &counting, 0);
    ASSERT_EQ(heddle_submit(client, &task), 0);
  }
  heddle_group_wait(counting.group);
  EXPECT_EQ(counting.ran, 1000);
  heddle_group_destroy(counting.group);
  heddle_client_destroy(client);
}

struct Meeting {
  heddle_completion* first;
  heddle_completion* second;
  int lane;
};

TEST_F(HeddleCTest, TasksWaitForCompletionsAndKnowTheirLane) {
  heddle_client_options options = {};
  options.lanes = 2;
  heddle_client* const client = heddle_client_create("lanes", &options);
  Meeting meeting{heddle_completion_create(), heddle_completion_create(), -1};
  heddle_task waits, signals;
  heddle_task_init(
      &waits,
      [](void* m) {
        Meeting* const meeting = static_cast<Meeting*>(m);
        heddle_completion_wait(meeting->first);
        meeting->lane = heddle_lane_id();
        heddle_completion_signal(meeting->second);
      },
      &meeting, 0);
  heddle_task_init(
      &signals, [](void* m) { heddle_completion_signal(static_cast<Meeting*>(m)->first); }, &meeting,
      0);
  ASSERT_EQ(heddle_submit_to_lane(client, 1, &waits), 0);
  ASSERT_EQ(heddle_submit_to_lane(client, 0, &signals), 0);
  heddle_completion_wait(meeting.second);
  EXPECT_EQ(meeting.lane, 1);
  EXPECT_EQ(heddle_submit_to_lane(client, 2, &waits), -EINVAL);
  EXPECT_NE(std::strstr(heddle_last_error(), "2 lanes"), nullptr) << heddle_last_error();
  heddle_client_destroy(client);
  heddle_completion_destroy(meeting.first);
  heddle_completion_destroy(meeting.second);
}

TEST_F(HeddleCTest, AnExternalThreadBlocksUntilATaskUnblocksIt) {
  heddle_client_options options = {};
  options.guests = 1;
  heddle_client* const client = heddle_client_create("guests", &options);
  heddle_attachment* const attachment = heddle_attach(client);
  ASSERT_NE(attachment, nullptr);
  heddle_task task;
  heddle_waiter waiter;
  struct Both {
    heddle_client* client;
    heddle_task* task;
  } both{client, &task};
  heddle_task_init(
      &task, [](void* w) { heddle_unblock(static_cast<heddle_waiter*>(w)); }, &waiter, 0);
  EXPECT_EQ(heddle_block(
                &waiter, HEDDLE_HOLD,
                [](heddle_waiter*, void* b) {
                  Both* const both = static_cast<Both*>(b);
                  heddle_submit(both->client, both->task);
                },
                &both),
            0);
  EXPECT_EQ(heddle_block(&waiter, 7, nullptr, nullptr), -EINVAL);
  heddle_detach(attachment);
  heddle_client_destroy(client);
}

TEST_F(HeddleCTest, APollingServiceIsCalledUntilItIsRemoved) {
  std::atomic<int> calls{0};
  heddle_completion* const called = heddle_completion_create();
  struct State {
    std::atomic<int>* calls;
    heddle_completion* called;
  } state{&calls, called};
  const uint64_t id = heddle_polling_add(
      [](void* s) -> int {
        State* const state = static_cast<State*>(s);
        if (++*state->calls == 3) heddle_completion_signal(state->called);
        return HEDDLE_POLL_OUTSTANDING;
      },
      &state);
  ASSERT_NE(id, 0u);
  heddle_completion_wait(called);
  heddle_polling_remove(id);
  const int before = calls;
  EXPECT_GE(before, 3);
  EXPECT_EQ(calls, before);
  heddle_completion_destroy(called);
}

}  // namespace
