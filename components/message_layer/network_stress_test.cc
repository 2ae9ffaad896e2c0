// Promised: each message arrives exactly once, whole, and in the order of its thread, while the transport delays, reorders and
// refuses at random, several threads send and poll at once, and the window closes again and again. Then all leave.
#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "components/message_layer/loopback.h"
#include "components/message_layer/network.h"
#include "components/message_layer/network_test_util.h"

namespace heddle {
namespace {

constexpr int kProcesses = 3;
constexpr int kThreads = 2;  // That send, in each process; one more only polls.

struct Letter {
  std::uint32_t thread;
  std::uint32_t number;  // Counts for each thread and destination.
};

// The receiver of one process. One call at a time: nothing is atomic but what the senders look at.
struct Mailbox {
  std::uint32_t expected[kProcesses][kThreads] = {};
  std::atomic<int> inside{0};
  std::atomic<int> sending{kThreads};
  std::atomic<std::uint64_t> got{0};

  static std::size_t BytesOf(const Letter& letter) {
    const std::uint32_t draw = (letter.number * 2654435761u + letter.thread) >> 20;
    return draw % 64 == 0 ? 20'000 : draw % 16 == 1 ? 2'000 : sizeof(Letter) + draw % 100;
  }
  static void* Write(const Letter& letter) {
    const std::size_t bytes = BytesOf(letter);
    void* const payload = MessageAllocate(bytes);
    std::memset(payload, static_cast<int>(letter.number & 0xff), bytes);
    std::memcpy(payload, &letter, sizeof(letter));
    return payload;
  }
  static void Receive(void* self, void* payload, int from, std::uint32_t tag) {
    static_cast<Mailbox*>(self)->Read(payload, from, tag);
  }
  void Read(void* payload, int from, std::uint32_t tag) {
    ASSERT_EQ(inside.fetch_add(1), 0);
    Letter letter;
    std::memcpy(&letter, payload, sizeof(letter));
    const std::size_t bytes = BytesOf(letter);
    ASSERT_EQ(Message::Of(payload)->bytes, bytes);
    ASSERT_EQ(tag, letter.number);
    ASSERT_LT(letter.thread, static_cast<std::uint32_t>(kThreads));
    ASSERT_EQ(letter.number, expected[from][letter.thread]++);
    if (bytes > sizeof(letter)) {
      ASSERT_EQ(static_cast<unsigned char*>(payload)[bytes - 1], letter.number & 0xff);
    }
    MessageFree(payload);
    inside.fetch_sub(1);
    got.fetch_add(1);
  }
};

void RunOnce(std::uint64_t seed, std::uint32_t messages) {
  Random random(seed);
  LoopbackOptions options;
  options.seed = random.Next();
  options.reorder = static_cast<int>(random.Below(200));
  options.delay = static_cast<int>(random.Below(100));
  options.refuse = static_cast<int>(random.Below(100));
  options.post = static_cast<int>(random.Below(200));
  NetworkOptions network;
  network.eager_bytes = 100 + random.Below(4000);
  network.window_bytes = 4096 << random.Below(6);
  LoopbackWorld world(kProcesses, options);
  std::vector<std::unique_ptr<Network>> networks;
  std::vector<Mailbox> boxes(kProcesses);
  for (int i = 0; i < kProcesses; ++i) {
    networks.push_back(world.Join(i, network));
    networks.back()->AddReceiver(&Mailbox::Receive, &boxes[static_cast<std::size_t>(i)]);
  }
  const std::uint64_t all =
      std::uint64_t{messages} * kProcesses * kThreads;  // That each process gets.
  OnThreads(kProcesses * (kThreads + 1), [&](int index) {
    const int process = index / (kThreads + 1);
    const auto thread = static_cast<std::uint32_t>(index % (kThreads + 1));
    Network& mine = *networks[static_cast<std::size_t>(process)];
    if (thread < kThreads) {
      for (std::uint32_t i = 0; i < messages; ++i) {
        for (int to = 0; to < kProcesses; ++to) {
          while (!mine.CanSend(to)) {
            if (!mine.Progress()) std::this_thread::yield();
          }
          mine.Send(to, 0, i, Mailbox::Write({thread, i}));
        }
      }
      boxes[static_cast<std::size_t>(process)].sending.fetch_sub(1);
    } else {
      const Mailbox& box = boxes[static_cast<std::size_t>(process)];
      while (box.got.load() < all || box.sending.load() > 0) {
        if (!mine.Progress()) std::this_thread::yield();
      }
      mine.Leave();
    }
  });
  for (int i = 0; i < kProcesses; ++i) {
    EXPECT_EQ(boxes[static_cast<std::size_t>(i)].got.load(), all);
    EXPECT_EQ(networks[static_cast<std::size_t>(i)]->Statistics().rejected, 0u);
  }
  networks.clear();
  EXPECT_EQ(world.UnderWay(), 0u);
}

// 20 rounds of 50,400 messages: a million.
TEST(NetworkStressTest, EachMessageArrivesOnceAndInOrder) {
  Random random(TestSeed());
  for (std::uint64_t left = TestRounds(20); left > 0 && !HasFatalFailure(); --left)
    RunOnce(random.Next(), 2'800);
}

}  // namespace
}  // namespace heddle
