// MpscQueue. Promised: order; exactly the first Push after a close returns true. MpmcRing.
// Promised: order, a full ring refuses, an empty one too, tickets that wrap around the ring. Under
// contention: queues_stress_test.cc.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "components/sync/mpmc_ring.h"
#include "components/sync/mpsc_queue.h"

namespace heddle {
namespace {

struct Message {
  explicit Message(int v) : value(v) {}
  std::string text = "not trivial, not default-constructible";
  Message* link = nullptr;
  int value;
};
using Queue = MpscQueue<Message, &Message::link>;

TEST(MpscQueueTest, TheFirstPushIntoANewQueueWakesTheConsumerAndTheOthersDoNot) {
  Queue queue;
  Message a(1), b(2);
  EXPECT_TRUE(queue.Push(&a));
  EXPECT_FALSE(queue.Push(&b));
  EXPECT_EQ(queue.Pop(), &a);
  EXPECT_EQ(queue.Pop(), &b);
}

TEST(MpscQueueTest, AnEmptyQueueWhoseConsumerIsAwakeNeedsNoWake) {
  Queue queue;
  Message a(1), b(2);
  EXPECT_TRUE(queue.Push(&a));
  EXPECT_EQ(queue.Pop(), &a);
  EXPECT_TRUE(queue.Empty());
  EXPECT_FALSE(queue.Push(&b));
  EXPECT_FALSE(queue.CloseIfEmpty());
  EXPECT_EQ(queue.Pop(), &b);
}

TEST(MpscQueueTest, AfterACloseExactlyOnePushWakes) {
  Queue queue;
  Message a(1), b(2);
  for (int round = 0; round < 3; ++round) {
    EXPECT_TRUE(queue.CloseIfEmpty());
    EXPECT_TRUE(queue.CloseIfEmpty()) << "closing twice is closing";
    EXPECT_EQ(queue.Pop(), nullptr);
    EXPECT_TRUE(queue.Push(&a));
    EXPECT_FALSE(queue.CloseIfEmpty());
    EXPECT_FALSE(queue.Push(&b));
    EXPECT_EQ(queue.Pop(), &a);
    EXPECT_FALSE(queue.CloseIfEmpty()) << "an item is left";
    EXPECT_EQ(queue.Pop(), &b);
  }
}

TEST(MpscQueueTest, KeepsOrderThroughEmptyAndFull) {
  Queue queue;
  std::vector<std::unique_ptr<Message>> messages;
  int popped = 0;
  for (int burst = 1; burst < 20; ++burst) {
    for (int i = 0; i < burst; ++i) {
      messages.push_back(std::make_unique<Message>(static_cast<int>(messages.size())));
      (void)queue.Push(messages.back().get());
    }
    for (int i = 0; i < burst; ++i) {
      EXPECT_FALSE(queue.Empty());
      Message* message = queue.Pop();
      ASSERT_NE(message, nullptr);
      EXPECT_EQ(message->value, popped++);
    }
    EXPECT_TRUE(queue.Empty());
    EXPECT_EQ(queue.Pop(), nullptr);
  }
}

TEST(MpscQueueTest, AnItemCanBePushedAgainAfterItsPop) {
  Queue queue;
  Message a(1);
  for (int i = 0; i < 5; ++i) {
    (void)queue.Push(&a);
    EXPECT_EQ(queue.Pop(), &a);
  }
}

TEST(MpmcRingTest, KeepsOrderAndRefusesWhenFullOrEmpty) {
  MpmcRing<int> ring(4);
  EXPECT_EQ(ring.capacity(), 4u);
  int next_in = 0, next_out = 0, value = -1;
  for (int round = 0; round < 10; ++round) {
    EXPECT_FALSE(ring.TryPop(&value));
    while (ring.TryPush(next_in)) ++next_in;
    EXPECT_EQ(ring.ApproximateSize(), 4u);
    EXPECT_EQ(next_in - next_out, 4);
    while (ring.TryPop(&value)) EXPECT_EQ(value, next_out++);
    EXPECT_EQ(next_out, next_in);
    EXPECT_EQ(ring.ApproximateSize(), 0u);
  }
}

TEST(MpmcRingTest, TheSmallestRingWorks) {
  MpmcRing<int> ring(2);
  int value = 0;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(ring.TryPush(i));
    EXPECT_EQ(ring.ApproximateSize(), 1u);
    ASSERT_TRUE(ring.TryPop(&value));
    EXPECT_EQ(value, i);
  }
}

TEST(MpmcRingDeathTest, ACapacityThatIsNoPowerOfTwoDies) {
  EXPECT_DEATH(MpmcRing<int>(6), "power of two, at least 2, not 6");
  EXPECT_DEATH(MpmcRing<int>(1), "not 1");
  EXPECT_DEATH(MpmcRing<int>(0), "not 0");
}

}  // namespace
}  // namespace heddle
