// Promised: LIFO for the owner, FIFO for thieves, nothing lost or doubled at the edges (one item,
// full ring, wrap-around, batch limit), PopIf. Not here: threads, see ready_queue_stress_test.cc.
#include "components/ready_queue/work_stealing_deque.h"

#include <cstdint>
#include <vector>

#include "gtest/gtest.h"

namespace heddle {
namespace {

std::vector<Task*> Pointers(std::vector<Task>& tasks) {
  std::vector<Task*> pointers;
  for (Task& task : tasks) pointers.push_back(&task);
  return pointers;
}

TEST(WorkStealingDequeTest, IsEmptyAtFirst) {
  WorkStealingDeque deque;
  EXPECT_EQ(deque.capacity(), 1024u);
  EXPECT_TRUE(deque.Empty());
  EXPECT_EQ(deque.Pop(), nullptr);
  EXPECT_EQ(deque.Steal(), nullptr);
  EXPECT_EQ(deque.PopIf(nullptr), nullptr);
}

TEST(WorkStealingDequeTest, TheOwnerPopsTheNewestFirst) {
  WorkStealingDeque deque(8);
  std::vector<Task> tasks(5);
  for (Task& task : tasks) ASSERT_TRUE(deque.Push(&task));
  EXPECT_EQ(deque.ApproximateSize(), 5u);
  for (int i = 4; i >= 0; --i) EXPECT_EQ(deque.Pop(), &tasks[i]);
  EXPECT_EQ(deque.Pop(), nullptr);
  EXPECT_TRUE(deque.Empty());
}

TEST(WorkStealingDequeTest, AThiefTakesTheOldestFirst) {
  WorkStealingDeque deque(8);
  std::vector<Task> tasks(5);
  for (Task& task : tasks) ASSERT_TRUE(deque.Push(&task));
  EXPECT_EQ(deque.Steal(), &tasks[0]);
  EXPECT_EQ(deque.Pop(), &tasks[4]);
  EXPECT_EQ(deque.Steal(), &tasks[1]);
  EXPECT_EQ(deque.Steal(), &tasks[2]);
  EXPECT_EQ(deque.Pop(), &tasks[3]);
  EXPECT_EQ(deque.Steal(), nullptr);
  EXPECT_EQ(deque.Pop(), nullptr);
}

TEST(WorkStealingDequeTest, AFullRingRefusesAndTakesAgainAfterASteal) {
  WorkStealingDeque deque(4);
  std::vector<Task> tasks(6);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(deque.Push(&tasks[i]));
  EXPECT_FALSE(deque.Push(&tasks[4]));
  EXPECT_EQ(deque.ApproximateSize(), 4u);
  EXPECT_EQ(deque.Room(), 0u);
  EXPECT_EQ(deque.Steal(), &tasks[0]);
  EXPECT_TRUE(deque.Push(&tasks[4]));
  EXPECT_FALSE(deque.Push(&tasks[5]));
  for (int i = 4; i >= 1; --i) EXPECT_EQ(deque.Pop(), &tasks[i]);
}

TEST(WorkStealingDequeTest, ARingOfOneItemWorks) {
  WorkStealingDeque deque(1);
  Task task;
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(deque.Push(&task));
    EXPECT_FALSE(deque.Push(&task));
    EXPECT_EQ(round == 1 ? deque.Steal() : deque.Pop(), &task);
  }
}

// Indices of 64 bits in the owner's part, of 48 in the shared word: both wrap in this test.
TEST(WorkStealingDequeTest, IndicesWrapAround) {
  for (const std::uint64_t first : {(std::uint64_t{1} << 48) - 9, ~std::uint64_t{0} - 8}) {
    WorkStealingDeque deque(8, first);
    WorkStealingDeque thief(8, first);
    std::vector<Task> tasks(8);
    for (int round = 0; round < 40; ++round) {
      EXPECT_TRUE(deque.Empty());
      for (Task& task : tasks) ASSERT_TRUE(deque.Push(&task)) << round;
      ASSERT_FALSE(deque.Push(&tasks[0]));
      ASSERT_EQ(deque.ApproximateSize(), 8u);
      ASSERT_EQ(deque.Steal(), &tasks[0]);
      Task* oldest;
      ASSERT_EQ(deque.StealHalf(thief, &oldest, 3), 3);
      ASSERT_EQ(oldest, &tasks[1]);
      ASSERT_EQ(thief.Pop(), &tasks[3]);
      ASSERT_EQ(thief.Steal(), &tasks[2]);
      for (int i = 7; i >= 4; --i) ASSERT_EQ(deque.Pop(), &tasks[i]);
      ASSERT_EQ(deque.Pop(), nullptr);
    }
  }
}

TEST(WorkStealingDequeTest, PopIfTakesTheNewestOnlyFromItsOwner) {
  WorkStealingDeque deque(4);
  int mine, other;
  std::vector<Task> tasks(2);
  tasks[0].owner = &mine;
  tasks[1].owner = &other;
  ASSERT_TRUE(deque.Push(&tasks[0]));
  EXPECT_EQ(deque.PopIf(&other), nullptr);  // The last item takes another way.
  ASSERT_TRUE(deque.Push(&tasks[1]));
  EXPECT_EQ(deque.PopIf(&mine), nullptr);
  EXPECT_EQ(deque.ApproximateSize(), 2u);
  EXPECT_EQ(deque.PopIf(&other), &tasks[1]);
  EXPECT_EQ(deque.PopIf(&mine), &tasks[0]);
  EXPECT_EQ(deque.PopIf(&mine), nullptr);
}

TEST(WorkStealingDequeTest, AListIsPushedInOrderAndItsRestComesBack) {
  WorkStealingDeque deque(4);
  std::vector<Task> tasks(6);
  for (int i = 0; i < 5; ++i) tasks[i].next = &tasks[i + 1];
  EXPECT_EQ(deque.PushList(&tasks[0]), &tasks[4]);
  EXPECT_EQ(deque.Steal(), &tasks[0]);
  EXPECT_EQ(deque.PushList(&tasks[4]), &tasks[5]);
  for (int i = 4; i >= 1; --i) EXPECT_EQ(deque.Pop(), &tasks[i]);
}

TEST(WorkStealingDequeTest, TheFirstBatchIsOneItemAndTheNextIsHalf) {
  WorkStealingDeque deque(64), thief(64);
  std::vector<Task> tasks(41);
  for (Task& task : tasks) ASSERT_TRUE(deque.Push(&task));
  Task* first;
  EXPECT_EQ(deque.StealHalf(thief, &first, 64), 1);
  EXPECT_EQ(first, &tasks[0]);
  EXPECT_TRUE(thief.Empty());
  EXPECT_EQ(deque.StealHalf(thief, &first, 64), 20);
  EXPECT_EQ(first, &tasks[1]);
  EXPECT_EQ(thief.Steal(), &tasks[2]);  // In order: its oldest is on top.
  for (int i = 20; i >= 3; --i) EXPECT_EQ(thief.Pop(), &tasks[i]);
  EXPECT_EQ(deque.StealHalf(thief, &first, 4), 4);
  EXPECT_EQ(first, &tasks[21]);
  for (int i = 40; i >= 25; --i) EXPECT_EQ(deque.Pop(), &tasks[i]);
  EXPECT_EQ(deque.StealHalf(thief, &first, 4), 0);
  EXPECT_EQ(first, nullptr);
}

TEST(WorkStealingDequeTest, ABatchIsNoLargerThanTheRoomOfTheThief) {
  WorkStealingDeque deque(64), thief(4);
  std::vector<Task> tasks(64);
  for (Task& task : tasks) ASSERT_TRUE(deque.Push(&task));
  Task extra[2];
  for (Task& task : extra) ASSERT_TRUE(thief.Push(&task));
  Task* first;
  EXPECT_EQ(deque.Steal(), &tasks[0]);
  EXPECT_EQ(deque.StealHalf(thief, &first, 64), 3);
  EXPECT_EQ(thief.ApproximateSize(), 4u);
  EXPECT_EQ(deque.StealHalf(thief, &first, 64), 1);
  EXPECT_EQ(first, &tasks[4]);
}

// Below the limit that a thief has set the owner must shrink it by CAS; whatever the sizes, each
// item comes out once.
TEST(WorkStealingDequeTest, TheOwnerPopsThroughTheBatchLimit) {
  for (int size = 1; size <= 40; ++size) {
    for (int again = 0; again <= size; ++again) {
      WorkStealingDeque deque(64), thief(64);
      std::vector<Task> tasks(size + 1);
      for (Task& task : tasks) ASSERT_TRUE(deque.Push(&task));
      ASSERT_EQ(deque.Steal(), &tasks[0]);  // Sets the limit to half.
      int newest = size, oldest = 1;
      for (int i = 0; i < again; ++i) ASSERT_EQ(deque.Pop(), &tasks[newest--]);
      Task* first;
      const int count = deque.StealHalf(thief, &first, 64);
      ASSERT_EQ(count > 0, oldest <= newest);
      if (count > 0) {
        ASSERT_EQ(first, &tasks[oldest]);
        for (int i = oldest + count - 1; i > oldest; --i) ASSERT_EQ(thief.Pop(), &tasks[i]);
        oldest += count;
      }
      while (newest >= oldest) ASSERT_EQ(deque.Pop(), &tasks[newest--]);
      ASSERT_EQ(deque.Pop(), nullptr);
      ASSERT_EQ(thief.Pop(), nullptr);
    }
  }
}

// What makes the claim of a thief that read the old limit fail; and what was pushed since is
// claimed under the new one.
TEST(WorkStealingDequeTest, AnOwnerThatPopsBelowTheLimitHalvesItAndNoOneElseRaisesIt) {
  WorkStealingDeque deque(64), thief(64);
  std::vector<Task> tasks(41), more(30);
  for (Task& task : tasks) ASSERT_TRUE(deque.Push(&task));
  ASSERT_EQ(deque.Steal(), &tasks[0]);                              // The limit is 20.
  for (int i = 40; i >= 6; --i) ASSERT_EQ(deque.Pop(), &tasks[i]);  // 9, then 4.
  for (Task& task : more) ASSERT_TRUE(deque.Push(&task));
  Task* first;
  EXPECT_EQ(deque.StealHalf(thief, &first, 64), 4);
  EXPECT_EQ(deque.StealHalf(thief, &first, 64), 15);  // Half of what the last steal left.
}

TEST(WorkStealingDequeTest, TheOwnerTakesItsOldest) {
  WorkStealingDeque deque(8);
  std::vector<Task> tasks(8);
  for (Task& task : tasks) ASSERT_TRUE(deque.Push(&task));
  const std::vector<Task*> pointers = Pointers(tasks);
  std::vector<Task*> out(8);
  EXPECT_EQ(deque.TakeOldest(out.data(), 4), 4);
  EXPECT_EQ(std::vector<Task*>(out.begin(), out.begin() + 4),
            std::vector<Task*>(pointers.begin(), pointers.begin() + 4));
  for (int i = 7; i >= 6; --i) EXPECT_EQ(deque.Pop(), &tasks[i]);
  EXPECT_EQ(deque.TakeOldest(out.data(), 8), 2);
  EXPECT_EQ(out[1], &tasks[5]);
  EXPECT_EQ(deque.TakeOldest(out.data(), 8), 0);
  EXPECT_EQ(deque.Pop(), nullptr);
}

TEST(WorkStealingDequeDeathTest, ACapacityIsAPowerOfTwo) {
  EXPECT_DEATH(WorkStealingDeque(0), "power of two up to 65536, not 0");
  EXPECT_DEATH(WorkStealingDeque(12), "power of two up to 65536, not 12");
  EXPECT_DEATH(WorkStealingDeque(1 << 17), "power of two up to 65536, not 131072");
}

}  // namespace
}  // namespace heddle
