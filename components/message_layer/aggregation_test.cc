// Promised: messages arrive once and in the order of their thread, small and large; a pack leaves by size, by count and when
// somebody polls. Not promised: how many packs that makes.
#include "components/message_layer/aggregation.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "components/message_layer/loopback.h"
#include "components/message_layer/network_test_util.h"

namespace heddle {
namespace {

// A process that counts what comes, by the thread that sent it, which the tag names.
struct Place {
  Place(LoopbackWorld& world, int process, const AggregationOptions& options)
      : network(world.Join(process)), aggregator(*network, options, &Place::Receive, this) {}
  static void Receive(void* self, void* payload, int, std::uint32_t tag) {
    auto& place = *static_cast<Place*>(self);
    std::uint32_t number = 0;
    std::memcpy(&number, payload, sizeof(number));
    EXPECT_EQ(number, place.expected[tag]++);
    EXPECT_EQ(Message::Of(payload)->bytes, BytesOf(number));
    MessageFree(payload);
    place.got.fetch_add(1);
  }
  static std::size_t BytesOf(std::uint32_t number) {
    return number % 50 == 49 ? 3000 : 4 + number % 40;
  }
  void Send(int process, std::uint32_t tag, std::uint32_t number) {
    void* const payload = MessageAllocate(BytesOf(number));
    std::memcpy(payload, &number, sizeof(number));
    aggregator.Send(process, tag, payload);
  }

  std::uint32_t expected[4] = {};
  std::atomic<std::uint32_t> got{0};
  std::unique_ptr<Network> network;
  Aggregator aggregator;
};

TEST(AggregationTest, APackLeavesByCountBySizeAndWhenSomebodyPolls) {
  LoopbackWorld world(2, {});
  Place a(world, 0, {.bytes = 100, .count = 4, .largest = 60}),
      b(world, 1, {.bytes = 100, .count = 4, .largest = 60});
  for (std::uint32_t i = 0; i < 3; ++i) a.Send(1, 0, i);
  EXPECT_EQ(a.aggregator.packs(), 0u);
  a.Send(1, 0, 3);
  EXPECT_EQ(a.aggregator.packs(), 1u) << "by count";
  for (std::uint32_t i = 4; i < 34; ++i) a.Send(1, 0, i);
  EXPECT_GT(a.aggregator.packs(), 30u / 4 + 1) << "by size: later ones are longer";
  while (b.got.load() < 34) {
    a.network->Progress();
    b.network->Progress();
  }
  const std::uint64_t packs = a.aggregator.packs();
  a.Send(1, 0, 34);
  EXPECT_EQ(a.aggregator.packs(), packs);
  a.network->Progress();
  EXPECT_EQ(a.aggregator.packs(), packs + 1) << "by polling";
  a.Send(1, 0, 35);
  a.aggregator.Flush();
  EXPECT_EQ(a.aggregator.packs(), packs + 2);
  while (b.got.load() < 36) b.network->Progress();
}

TEST(AggregationTest, AMessageToThisProcessIsNotPacked) {
  LoopbackWorld world(1, {});
  Place a(world, 0, {});
  a.Send(0, 0, 0);
  EXPECT_EQ(a.got.load(), 1u);
  EXPECT_EQ(a.aggregator.packs(), 0u);
}

TEST(AggregationTest, TheOrderOfEachThreadIsKept) {
  Random random(TestSeed());
  constexpr std::uint32_t kMessages = 5000;
  for (std::uint64_t left = TestRounds(20); left > 0; --left) {
    LoopbackWorld world(
        2, {random.Next(), static_cast<int>(random.Below(200)), static_cast<int>(random.Below(100)),
            static_cast<int>(random.Below(100)), static_cast<int>(random.Below(200))});
    Place a(world, 0, {}), b(world, 1, {});
    OnThreads(4, [&](int thread) {
      if (thread < 2) {
        for (std::uint32_t i = 0; i < kMessages; ++i)
          a.Send(1, static_cast<std::uint32_t>(thread), i);
      }
      Network& mine = thread == 3 ? *b.network : *a.network;
      while (b.got.load() < 2 * kMessages) {
        if (!mine.Progress()) std::this_thread::yield();
      }
    });
    EXPECT_LT(a.aggregator.packs(), 2 * kMessages);
  }
}

}  // namespace
}  // namespace heddle
