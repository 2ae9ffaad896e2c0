// Promised: messages arrive once, whole and in order, whatever the transport does with frames; gets and puts; a window bounds
// what is under way; garbage is counted and harmless; a dead process is named. Not promised: that payloads are not copied.
#include "components/message_layer/network.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "components/message_layer/frame.h"
#include "components/message_layer/loopback.h"

namespace heddle {
namespace {

void* Payload(const std::string& text) {
  void* const payload = MessageAllocate(text.size());
  std::memcpy(payload, text.data(), text.size());
  return payload;
}

// What one receiver got.
struct Inbox {
  struct Got {
    int from;
    std::uint32_t tag;
    std::string text;
  };
  std::vector<Got> all;

  static void Receive(void* self, void* payload, int from, std::uint32_t tag) {
    const Message* const message = Message::Of(payload);
    EXPECT_EQ(message->kind, 0u);
    static_cast<Inbox*>(self)->all.push_back(
        {from, tag, std::string(static_cast<const char*>(payload), message->bytes)});
    MessageFree(payload);
  }
};

struct Count {
  static void Done(void* self) { ++static_cast<Count*>(self)->done; }
  int done = 0;
};

// Networks over one world, with one inbox each; all polled by the test's own thread.
class World {
 public:
  explicit World(int processes, const LoopbackOptions& options = {},
                 const NetworkOptions& network = {})
      : world(processes, options), inboxes(static_cast<std::size_t>(processes)) {
    for (int i = 0; i < processes; ++i) {
      networks.push_back(world.Join(i, network));
      EXPECT_EQ(
          networks.back()->AddReceiver(&Inbox::Receive, &inboxes[static_cast<std::size_t>(i)]), 0);
    }
  }
  Network& at(int process) { return *networks[static_cast<std::size_t>(process)]; }
  Inbox& inbox(int process) { return inboxes[static_cast<std::size_t>(process)]; }
  template <class Done>
  void Until(const Done& done) {
    while (!done()) {
      for (const auto& network : networks) network->Progress();
    }
  }

  LoopbackWorld world;
  std::vector<Inbox> inboxes;
  std::vector<std::unique_ptr<Network>> networks;
};

TEST(NetworkTest, AProcessThatIsAloneSendsItselfMessages) {
  const auto network = Network::Create({}, nullptr, nullptr, nullptr);
  ASSERT_TRUE(network.ok());
  EXPECT_EQ((*network)->process(), 0);
  EXPECT_EQ((*network)->processes(), 1);
  EXPECT_FALSE((*network)->Progress());
  Inbox inbox;
  const int id = (*network)->AddReceiver(&Inbox::Receive, &inbox);
  (*network)->Send(0, id, 5, Payload("hello"));
  ASSERT_EQ(inbox.all.size(), 1u);
  EXPECT_EQ(inbox.all[0].text, "hello");
  EXPECT_EQ(inbox.all[0].tag, 5u);
  EXPECT_EQ(inbox.all[0].from, 0);
  (*network)->Leave();
}

TEST(NetworkTest, AStrayEnvironmentLeavesAProcessAlone) {
  setenv("OMPI_COMM_WORLD_SIZE", "4", 1);
  setenv("OMPI_COMM_WORLD_RANK", "2", 1);
  setenv("PMIX_RANK", "nonsense", 1);
  setenv("OMPI_MCA_orte_hnp_uri", "1;tcp://192.0.2.1:1", 1);
  PoolOptions options;
  options.slots = 1;
  options.bind = false;
  auto pool = Pool::Create(options);
  ASSERT_TRUE(pool.ok());
  const auto network = Network::Acquire(**pool);
  ASSERT_TRUE(network.ok()) << network.status();
  EXPECT_EQ((*network)->processes(), 1);
  EXPECT_EQ(*Network::Acquire(**pool), *network);
  (*network)->Release();
  (*network)->Release();
  for (const char* name :
       {"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "PMIX_RANK", "OMPI_MCA_orte_hnp_uri"})
    unsetenv(name);
}

TEST(NetworkTest, AnOptionThatIsNoNumberIsAnErrorThatNamesIt) {
  setenv("HEDDLE_EAGER_BYTES", "8k", 1);
  const auto options = NetworkOptions::FromEnvironment();
  unsetenv("HEDDLE_EAGER_BYTES");
  ASSERT_FALSE(options.ok());
  EXPECT_NE(options.status().message().find("HEDDLE_EAGER_BYTES=8k"), absl::string_view::npos);
}

TEST(NetworkTest, SmallAndLargeMessagesArriveInTheirOrder) {
  World world(2, {.seed = 7, .reorder = 128, .delay = 64, .refuse = 64, .post = 128},
              {.eager_bytes = 100});
  std::vector<std::string> sent;
  for (int i = 0; i < 500; ++i) {
    sent.push_back(std::string(static_cast<std::size_t>(i % 7 == 0 ? 5000 : i % 90),
                               static_cast<char>('a' + i % 26)));
    world.at(0).Send(1, 0, static_cast<std::uint32_t>(i), Payload(sent.back()));
  }
  world.Until([&] { return world.inbox(1).all.size() == sent.size(); });
  for (std::size_t i = 0; i < sent.size(); ++i) {
    EXPECT_EQ(world.inbox(1).all[i].tag, i);
    EXPECT_EQ(world.inbox(1).all[i].text, sent[i]);
  }
}

TEST(NetworkTest, WithNoEagerBytesEverythingIsARendezvous) {
  World world(2, {}, {.eager_bytes = 0});
  char bytes[4] = "abc";
  const RemoteRegion region = world.at(1).Register(bytes, sizeof(bytes));
  Count count;
  char got[4] = "";
  world.at(0).Send(1, 0, 0, Payload("x"));
  world.at(0).Send(1, 0, 1, Payload(""));
  world.at(0).Get(region, 0, got, sizeof(got), &Count::Done, &count);
  world.Until([&] { return world.inbox(1).all.size() == 2 && count.done == 1; });
  EXPECT_EQ(world.inbox(1).all[0].text, "x");
  EXPECT_STREQ(got, "abc");
}

TEST(NetworkTest, APayloadWithSeveralOwnersIsSentToMany) {
  World world(3, {}, {.eager_bytes = 100});
  for (const std::size_t bytes : {10u, 1000u}) {
    const std::string text(bytes, 'x');
    void* const payload = Payload(text);
    MessageReference(payload);
    MessageReference(payload);
    for (int to = 0; to < 3; ++to) world.at(0).Send(to, 0, 0, payload);
    world.Until([&] {
      return !world.inbox(0).all.empty() && !world.inbox(1).all.empty() &&
             !world.inbox(2).all.empty();
    });
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(world.inbox(i).all.at(0).text, text);
      world.inbox(i).all.clear();
    }
  }
}

TEST(NetworkTest, AMessageForAReceiverThatIsNotThereYetWaitsForIt) {
  World world(2);
  for (std::uint32_t i = 0; i < 3; ++i) world.at(0).Send(1, 1, i, Payload("early"));
  world.at(0).Send(1, 0, 9, Payload("other"));
  world.Until([&] { return world.inbox(1).all.size() == 1; });
  EXPECT_EQ(world.inbox(1).all[0].tag, 9u);
  Inbox late;
  EXPECT_EQ(world.at(1).AddReceiver(&Inbox::Receive, &late), 1);
  world.at(0).Send(1, 1, 3, Payload("early"));
  world.Until([&] { return late.all.size() == 4; });
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_EQ(late.all[i].tag, i);
}

TEST(NetworkTest, AProcessThatSendsItselfMessagesWithoutEndStillReceives) {
  World world(2);
  struct Chain {
    Network* network;
    int id;
    static void Again(void* self, void* payload, int, std::uint32_t) {
      auto& chain = *static_cast<Chain*>(self);
      chain.network->Send(1, chain.id, 0, payload);
    }
  } chain{&world.at(1), 0};
  chain.id = world.at(1).AddReceiver(&Chain::Again, &chain);
  world.at(1).Send(1, chain.id, 0, Payload("again"));
  world.at(0).Send(1, 0, 0, Payload("from outside"));
  for (int i = 0; i < 10; ++i) world.at(1).Progress();
  EXPECT_EQ(world.inbox(1).all.size(), 1u);
}

TEST(NetworkTest, ARemovedReceiverIsNotCalledAndTheMessageIsFreed) {
  World world(2);
  world.at(1).RemoveReceiver(0);
  world.at(0).Send(1, 0, 0, Payload("nobody"));
  world.Until([&] { return world.at(1).Statistics().unclaimed == 1; });
  EXPECT_TRUE(world.inbox(1).all.empty());
}

TEST(NetworkTest, AWindowBoundsWhatIsUnderWayAndNothingIsLost) {
  World world(2, {}, {.eager_bytes = 1000, .window_bytes = 4096});
  int sent = 0;
  for (; world.at(0).CanSend(1); ++sent)
    world.at(0).Send(1, 0, static_cast<std::uint32_t>(sent), Payload(std::string(500, 'w')));
  EXPECT_LE(sent, 20);
  EXPECT_LE(world.world.UnderWay(), 9u);
  world.at(0).Progress();
  EXPECT_FALSE(world.at(0).CanSend(1)) << "nobody has received anything";
  world.Until([&] { return world.inbox(1).all.size() == static_cast<std::size_t>(sent); });
  world.Until([&] { return world.at(0).CanSend(1); });
  EXPECT_GT(world.at(0).Statistics().waited, 0u);
}

TEST(NetworkTest, AMessageLargerThanTheWindowArrives) {
  World world(2, {}, {.eager_bytes = 1000, .window_bytes = 4096});
  for (int i = 0; i < 3; ++i) {
    world.at(0).Send(1, 0, 0, Payload("s"));
    world.at(0).Send(1, 0, 1, Payload(std::string(100'000, 'L')));
  }
  world.Until([&] { return world.inbox(1).all.size() == 6; });
  EXPECT_EQ(world.inbox(1).all[5].text.size(), 100'000u);
}

TEST(NetworkTest, GetsAndPutsReadAndWriteARegion) {
  World world(2, {.seed = 3, .reorder = 100, .delay = 50, .refuse = 80, .post = 80});
  std::string memory(10'000, '.');
  for (const int owner : {0, 1}) {  // Of this process, and of the other.
    const RemoteRegion region = world.at(owner).Register(memory.data(), memory.size());
    std::string got(10, ' ');
    Count count;
    world.at(0).Put(region, 100, "0123456789", 10, &Count::Done, &count);
    world.Until([&] { return count.done == 1; });
    EXPECT_EQ(memory.substr(99, 12), ".0123456789.");
    world.at(0).Get(region, 105, got.data(), 5, &Count::Done, &count);
    world.Until([&] { return count.done == 2; });
    EXPECT_EQ(got, "56789     ");
    for (int i = 0; i < 100; ++i) world.at(0).Get(region, 0, got.data(), 0, &Count::Done, &count);
    world.Until([&] { return count.done == 102; });
    world.at(owner).Deregister(region);
    memory.assign(memory.size(), '.');
  }
}

TEST(NetworkDeathTest, ARangeOutsideOfARegionDies) {
  World world(2);
  char bytes[10];
  const RemoteRegion region = world.at(0).Register(bytes, 10);
  EXPECT_DEATH(world.at(1).Get(region, 5, bytes, 6, &Count::Done, nullptr),
               "outside of a region of 10 bytes");
}

TEST(NetworkTest, GarbageIsCountedAndHarmless) {
  World world(2);
  world.world.Inject(0, 1, "");
  world.world.Inject(0, 1, "garbage");
  world.world.Inject(0, 1, std::string(200, '\xff'));
  std::string truncated(kFrameHeaderBytes + 8, '\0');
  EncodeFrame({FrameKind::kEager, 0, 0, 0, 9}, truncated.data());
  world.world.Inject(0, 1, truncated);
  world.at(0).Send(1, 0, 0, Payload("good"));
  world.Until([&] { return world.inbox(1).all.size() == 1; });
  std::string doubled(kFrameHeaderBytes, '\0');
  EncodeFrame({FrameKind::kEager, 0, 0, 0, 0}, doubled.data());
  world.world.Inject(0, 1, doubled);
  world.Until([&] { return world.at(1).Statistics().rejected == 5; });
  EXPECT_EQ(world.inbox(1).all.size(), 1u);
}

TEST(NetworkDeathTest, ADeadProcessIsNamed) {
  World world(3);
  world.world.Kill(2);
  EXPECT_EXIT(world.at(0).Progress(), testing::ExitedWithCode(1),
              "heddle: process 2 of 3 \\(loopback 2\\) died; process 0 ends");
}

TEST(NetworkDeathTest, AbortNamesTheProcessAndItsCode) {
  World world(2);
  EXPECT_EXIT(world.at(1).Abort(7), testing::ExitedWithCode(7),
              "process 1 of 2 .* aborts the job with code 7");
}

TEST(NetworkTest, AServiceIsPolledUntilItIsRemoved) {
  World world(1);
  Count count;
  const int id = world.at(0).AddService(
      [](void* self) {
        ++static_cast<Count*>(self)->done;
        return PollResult::kProgress;
      },
      &count);
  EXPECT_TRUE(world.at(0).Progress());
  EXPECT_EQ(count.done, 1);
  world.at(0).RemoveService(id);
  EXPECT_FALSE(world.at(0).Progress());
  EXPECT_EQ(count.done, 1);
}

}  // namespace
}  // namespace heddle
