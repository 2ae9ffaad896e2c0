// Promised: the order of the priority queue, the injection queue, the mailbox and the overflow,
// seen from one thread. Not here: threads, see ready_queue_stress_test.cc.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <vector>

#include "components/base/clock.h"
#include "components/base/random.h"
#include "components/ready_queue/injection_queue.h"
#include "components/ready_queue/mailbox.h"
#include "components/ready_queue/overflow.h"
#include "components/ready_queue/priority_queue.h"
#include "gtest/gtest.h"

namespace heddle {
namespace {

std::uint64_t Seed() {
  const char* text = std::getenv("HEDDLE_TEST_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : static_cast<std::uint64_t>(NowNs());
}

TEST(PriorityQueueTest, IsEmptyAtFirst) {
  PriorityQueue queue;
  EXPECT_TRUE(queue.Empty());
  EXPECT_EQ(queue.Pop(), nullptr);
  EXPECT_EQ(queue.Peek(), nullptr);
}

TEST(PriorityQueueTest, TheGreatestPriorityComesFirstAlsoAtTheEndsOfTheRange) {
  PriorityQueue queue;
  std::vector<Task> tasks(5);
  const std::int32_t priorities[] = {0, std::numeric_limits<std::int32_t>::min(), 7,
                                     std::numeric_limits<std::int32_t>::max(), -1};
  for (int i = 0; i < 5; ++i) {
    tasks[i].priority = priorities[i];
    queue.Push(&tasks[i]);
  }
  EXPECT_EQ(queue.size(), 5u);
  EXPECT_EQ(queue.Peek(), &tasks[3]);
  for (int i : {3, 2, 0, 4, 1}) EXPECT_EQ(queue.Pop(), &tasks[i]);
  EXPECT_TRUE(queue.Empty());
  EXPECT_EQ(queue.Pop(), nullptr);
}

TEST(PriorityQueueTest, OfEqualPrioritiesTheOldestComesFirst) {
  PriorityQueue queue;
  std::vector<Task> tasks(6);
  for (int i = 0; i < 6; ++i) {
    tasks[i].priority = i % 2;
    queue.Push(&tasks[i]);
  }
  for (int i : {1, 3, 5, 0, 2, 4}) EXPECT_EQ(queue.Pop(), &tasks[i]);
}

TEST(PriorityQueueTest, OrTheNewestIfAsked) {
  PriorityQueue queue(PriorityQueue::Ties::kNewestFirst);
  std::vector<Task> tasks(6);
  for (int i = 0; i < 6; ++i) {
    tasks[i].priority = i % 2;
    queue.Push(&tasks[i]);
  }
  for (int i : {5, 3, 1, 4, 2, 0}) EXPECT_EQ(queue.Pop(), &tasks[i]);
}

TEST(PriorityQueueTest, APriorityThatRanEmptyIsUsedAgain) {
  PriorityQueue queue;
  Task low, high;
  low.priority = 1;
  high.priority = 2;
  queue.Push(&high);
  EXPECT_EQ(queue.Pop(), &high);
  queue.Push(&low);
  queue.Push(&high);
  EXPECT_EQ(queue.Pop(), &high);
  EXPECT_EQ(queue.Pop(), &low);
  EXPECT_EQ(queue.Peek(), nullptr);
}

// Against a model: a list that is searched for the first of the greatest.
void ComparesWithModel(PriorityQueue::Ties ties, std::uint32_t range, std::uint64_t seed) {
  SCOPED_TRACE(testing::Message() << "HEDDLE_TEST_SEED=" << seed << " range " << range);
  Random random(seed);
  PriorityQueue queue(ties);
  std::vector<Task> tasks(600);
  std::vector<Task*> model, idle;
  for (Task& task : tasks) idle.push_back(&task);
  for (int step = 0; step < 20000; ++step) {
    const bool grow = (step / 1000) % 2 == 0;  // Grows and drains in turn.
    if (!idle.empty() && random.Below(3) < (grow ? 2u : 1u)) {
      Task* task = idle.back();
      idle.pop_back();
      task->priority = static_cast<std::int32_t>(
          range == 0 ? static_cast<std::uint32_t>(random.Next()) : random.Below(range) * 16);
      queue.Push(task);
      if (ties == PriorityQueue::Ties::kOldestFirst) {
        model.push_back(task);
      } else {
        model.insert(model.begin(), task);
      }
    } else {
      const auto best = std::max_element(
          model.begin(), model.end(), [](Task* a, Task* b) { return a->priority < b->priority; });
      Task* expected = best == model.end() ? nullptr : *best;
      ASSERT_EQ(queue.Peek(), expected) << "step " << step;
      ASSERT_EQ(queue.Pop(), expected) << "step " << step;
      if (expected == nullptr) continue;
      model.erase(best);
      idle.push_back(expected);
    }
    ASSERT_EQ(queue.size(), model.size());
  }
}

TEST(PriorityQueueTest, AgreesWithASearchedListForFewManyAndAllPriorities) {
  const std::uint64_t seed = Seed();
  for (auto ties : {PriorityQueue::Ties::kOldestFirst, PriorityQueue::Ties::kNewestFirst}) {
    for (std::uint32_t range : {1u, 3u, 100u, 100000u, 0u}) ComparesWithModel(ties, range, seed);
  }
}

TEST(InjectionQueueTest, GivesBatchesInTheOrderOfSubmission) {
  InjectionQueue queue;
  std::vector<Task> tasks(10);
  Task* out[8];
  EXPECT_TRUE(queue.Empty());
  EXPECT_EQ(queue.Take(out, 8), 0);
  for (Task& task : tasks) queue.Push(&task);
  EXPECT_FALSE(queue.Empty());
  ASSERT_EQ(queue.Take(out, 8), 8);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(out[i], &tasks[i]);
  ASSERT_EQ(queue.Take(out, 8), 2);
  EXPECT_EQ(out[1], &tasks[9]);
  EXPECT_TRUE(queue.Empty());
  queue.Push(&tasks[3]);
  ASSERT_EQ(queue.Take(out, 1), 1);
  EXPECT_EQ(out[0], &tasks[3]);
}

TEST(MailboxTest, KeepsTheOrderOfArrival) {
  Mailbox mailbox;
  std::vector<Task> tasks(3);
  EXPECT_EQ(mailbox.Pop(), nullptr);
  for (Task& task : tasks) mailbox.Push(&task);
  EXPECT_FALSE(mailbox.Empty());
  for (Task& task : tasks) EXPECT_EQ(mailbox.Pop(), &task);
  EXPECT_TRUE(mailbox.Empty());
}

TEST(OverflowTest, GivesTheNewestToTheOwnerAndTheOldestToThieves) {
  Overflow overflow;
  EXPECT_TRUE(overflow.Empty());
  EXPECT_EQ(overflow.TakeNewest(), nullptr);
  EXPECT_EQ(overflow.TakeOldest(), nullptr);
  OverflowBlock* blocks[5];
  for (OverflowBlock*& block : blocks) overflow.PushNewest(block = new OverflowBlock);
  EXPECT_EQ(overflow.TakeNewest(), blocks[4]);
  EXPECT_EQ(overflow.TakeOldest(), blocks[0]);
  EXPECT_EQ(overflow.TakeNewest(), blocks[3]);
  EXPECT_FALSE(overflow.Empty());
  EXPECT_EQ(overflow.TakeOldest(), blocks[1]);
  EXPECT_EQ(overflow.TakeOldest(), blocks[2]);
  EXPECT_EQ(overflow.TakeNewest(), nullptr);
  EXPECT_TRUE(overflow.Empty());
  overflow.PushNewest(blocks[2]);  // Deleted with the overflow.
  for (int i : {0, 1, 3, 4}) delete blocks[i];
}

}  // namespace
}  // namespace heddle
