// Promised: the order of messages by priority and by turn. Not promised: anything about several threads.
#include "components/message_layer/message_queue.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "components/base/random.h"
#include "gtest/gtest.h"

namespace heddle {
namespace {

using End = MessageQueue::End;

void* Item(std::intptr_t number) { return reinterpret_cast<void*>(number); }

std::vector<std::intptr_t> PopAll(MessageQueue& queue) {
  std::vector<std::intptr_t> order;
  while (void* const item = queue.Pop()) order.push_back(reinterpret_cast<std::intptr_t>(item));
  return order;
}

TEST(MessageQueue, SmallerIntegersComeFirstAndTheMiddleIsZero) {
  MessageQueue queue;
  queue.Push(Item(3), MessagePriority::Integer(7));
  queue.Push(Item(2));
  queue.Push(Item(1), MessagePriority::Integer(-7));
  queue.Push(Item(4), MessagePriority::Integer(INT32_MAX));
  queue.Push(Item(5), MessagePriority::Integer(INT32_MIN));
  EXPECT_EQ(PopAll(queue), (std::vector<std::intptr_t>{5, 1, 2, 3, 4}));
}

TEST(MessageQueue, EqualPrioritiesKeepTheirOrderAndTheFrontGoesBeforeAllThatWait) {
  MessageQueue queue;
  for (const int priority : {0, 5, -5}) {
    const int base = 100 + priority;
    queue.Push(Item(base * 10 + 1), MessagePriority::Integer(priority));
    queue.Push(Item(base * 10 + 2), MessagePriority::Integer(priority));
    queue.Push(Item(base * 10 + 0), MessagePriority::Integer(priority), End::kFront);
    queue.Push(Item(base * 10 + 3), MessagePriority::Integer(priority));
  }
  EXPECT_EQ(PopAll(queue), (std::vector<std::intptr_t>{950, 951, 952, 953, 1000, 1001, 1002, 1003, 1050, 1051, 1052, 1053}));
}

TEST(MessageQueue, IntegersOfBothSizesAndBitStringsInterleave) {
  MessageQueue queue;
  const std::uint32_t half[] = {0x8000'0001u};            // Behind the integer 0, before 1 it is: 0x80000001 is the integer 1.
  const std::uint32_t low[] = {0x0000'0000u, 1u, 2u};      // Three words.
  const std::uint32_t lower[] = {0x0000'0000u, 1u, 1u};
  queue.Push(Item(6), MessagePriority::Integer64(std::int64_t{1} << 40));
  queue.Push(Item(4), MessagePriority::Bits(half, 32));
  queue.Push(Item(5), MessagePriority::Integer(1));  // The same string: after it.
  queue.Push(Item(2), MessagePriority::Bits(low, 96));
  queue.Push(Item(1), MessagePriority::Bits(lower, 96));
  queue.Push(Item(3));
  const std::vector<std::intptr_t> order = PopAll(queue);
  // 2^40 as 64 bits is 0x80000100'00000000.
  EXPECT_EQ(order, (std::vector<std::intptr_t>{1, 2, 3, 4, 5, 6}));
}

TEST(MessageQueue, OfTwoStringsOfWhichOneBeginsTheOtherTheShorterComesFirst) {
  MessageQueue queue;
  const std::uint32_t words[] = {0x1234'5678u, 0u, 0u, 0u};
  queue.Push(Item(3), MessagePriority::Bits(words, 128));
  queue.Push(Item(2), MessagePriority::Bits(words, 64));
  queue.Push(Item(1), MessagePriority::Bits(words, 32));
  EXPECT_EQ(PopAll(queue), (std::vector<std::intptr_t>{1, 2, 3}));
}

TEST(MessageQueue, BitsBeyondTheLastDoNotCount) {
  const std::uint32_t a[] = {0xf0ff'ffffu};
  const std::uint32_t b[] = {0xf000'0000u};
  const MessagePriority first = MessagePriority::Bits(a, 4);
  const MessagePriority second = MessagePriority::Bits(b, 4);
  EXPECT_FALSE(first.Before(second));
  EXPECT_FALSE(second.Before(first));
}

TEST(MessageQueue, TwoQueuesCompareTheirFirst) {
  MessageQueue a;
  MessageQueue b;
  EXPECT_FALSE(a.FirstIsBefore(b));
  a.Push(Item(1));
  EXPECT_TRUE(a.FirstIsBefore(b));
  EXPECT_FALSE(b.FirstIsBefore(a));
  b.Push(Item(2), MessagePriority::Integer(-1));
  EXPECT_TRUE(b.FirstIsBefore(a));
  EXPECT_FALSE(a.FirstIsBefore(b));
}

TEST(MessageQueue, AMessageIsRemovedWhereverItStands) {
  MessageQueue queue;
  for (int i = 1; i <= 5; ++i) queue.Push(Item(i));
  for (int i = 6; i <= 9; ++i) queue.Push(Item(i), MessagePriority::Integer(i));
  EXPECT_TRUE(queue.Remove(Item(3)));
  EXPECT_TRUE(queue.Remove(Item(7)));
  EXPECT_FALSE(queue.Remove(Item(3)));
  EXPECT_EQ(queue.size(), 7u);
  EXPECT_EQ(PopAll(queue), (std::vector<std::intptr_t>{1, 2, 4, 5, 6, 8, 9}));
}

// Against the simplest model: a list for each priority.
TEST(MessageQueue, ARandomMixAgreesWithListsByPriority) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    MessageQueue queue;
    std::map<std::int32_t, std::vector<std::intptr_t>> model;
    std::intptr_t next = 1;
    std::size_t size = 0;
    for (int step = 0; step < 5000; ++step) {
      if (random.Below(5) < 3) {
        const auto priority = static_cast<std::int32_t>(random.Below(9)) - 4;
        auto& list = model[priority];
        const End end = random.Below(3) == 0 ? End::kFront : End::kBack;
        list.insert(end == End::kFront ? list.begin() : list.end(), next);
        queue.Push(Item(next), MessagePriority::Integer(priority), end);
        ++next;
        ++size;
      } else {
        const auto list = std::find_if(model.begin(), model.end(), [](const auto& entry) { return !entry.second.empty(); });
        void* const item = queue.Pop();
        if (list == model.end()) {
          ASSERT_EQ(item, nullptr) << "seed " << seed << ", step " << step;
        } else {
          ASSERT_EQ(reinterpret_cast<std::intptr_t>(item), list->second.front()) << "seed " << seed << ", step " << step;
          list->second.erase(list->second.begin());
          --size;
        }
      }
      ASSERT_EQ(queue.size(), size);
    }
  }
}

}  // namespace
}  // namespace heddle
