// Under contention. Promised: every item comes out exactly once, those of a producer in its order,
// each close of the MPSC queue is answered by exactly one push, items and queues may be freed as
// soon as they are out and empty. A lost wake-up shows as a test that hangs. Not promised: any
// duration.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <vector>

#include "components/sync/mpmc_ring.h"
#include "components/sync/mpsc_queue.h"
#include "components/sync/parker.h"
#include "components/sync/stress_options.h"

namespace heddle {
namespace {

struct Message {
  Message(int p, int n) : producer(p), number(n) {}
  int producer;
  int number;
  Message* next = nullptr;
};
using Queue = MpscQueue<Message, &Message::next>;

// Checks that each producer's items come in order and none is left out.
class Order {
 public:
  explicit Order(int producers) : next_(producers, 0) {}
  void Saw(const Message& message) { EXPECT_EQ(message.number, next_[message.producer]++); }
  bool All(int each) const {
    return std::all_of(next_.begin(), next_.end(), [&](int n) { return n == each; });
  }

 private:
  std::vector<int> next_;
};

TEST(MpscQueueStressTest, ASleepingConsumerIsWokenOnceForEachCloseAndMissesNothing) {
  const StressOptions options = ReadStressOptions(400'000);
  SCOPED_TRACE(options.Text());
  const int each = options.rounds / options.workers;
  auto queue = std::make_unique<Queue>();
  Parker parker;
  std::atomic<long> wakes{0};
  std::atomic<int> producing{options.workers};
  long closes = 1, popped = 0;  // A new queue is closed.
  Order order(options.workers);
  RunThreads(options.workers + 1, [&](int self) {
    Random random(options.seed + self);
    if (self < options.workers) {
      for (int i = 0; i < each; ++i) {
        if (queue->Push(new Message(self, i))) {
          wakes.fetch_add(1, std::memory_order_relaxed);
          parker.Unpark();
        }
        RandomDelay(&random);
        if (random.Below(64) == 0) std::this_thread::yield();
      }
      producing.fetch_sub(1);
      return;
    }
    parker.Park();  // For the first push.
    const long total = static_cast<long>(each) * options.workers;
    while (popped < total) {
      if (Message* message = queue->Pop()) {
        order.Saw(*message);
        delete message;
        ++popped;
      } else if (queue->CloseIfEmpty()) {
        if (popped == total) break;
        ++closes;
        parker.Park();
      }
    }
    // All are out: no producer touches the queue any more, even if it is still inside Push.
    EXPECT_TRUE(queue->Empty());
    queue.reset();
    while (producing.load() > 0) std::this_thread::yield();
  });
  EXPECT_TRUE(order.All(each));
  EXPECT_EQ(wakes.load(), closes);
}

// How a lane works: whoever pushes into a closed queue becomes its consumer until it can close it.
// What only the consumer touches is plain: two consumers at once are a data race.
TEST(MpscQueueStressTest, ThePushThatReturnsTrueMakesTheOnlyConsumer) {
  const StressOptions options = ReadStressOptions(400'000);
  SCOPED_TRACE(options.Text());
  const int each = options.rounds / options.workers;
  Queue queue;
  long popped = 0;
  Order order(options.workers);
  std::vector<std::vector<Message>> messages(options.workers);
  for (int p = 0; p < options.workers; ++p) {
    for (int i = 0; i < each; ++i) messages[p].emplace_back(p, i);
  }
  RunThreads(options.workers, [&](int self) {
    Random random(options.seed + self);
    for (int i = 0; i < each; ++i) {
      RandomDelay(&random);
      if (!queue.Push(&messages[self][i])) continue;
      do {
        while (Message* message = queue.Pop()) {
          order.Saw(*message);
          ++popped;
        }
      } while (!queue.CloseIfEmpty());
    }
  });
  EXPECT_EQ(popped, static_cast<long>(each) * options.workers);
  EXPECT_TRUE(order.All(each));
  EXPECT_TRUE(queue.CloseIfEmpty());
}

TEST(MpscQueueStressTest, AQueueMayBeDestroyedWhenItsLastItemIsOut) {
  const StressOptions options = ReadStressOptions(50'000);
  SCOPED_TRACE(options.Text());
  std::atomic<Queue*> shared{nullptr};
  long popped = 0, expected = 0;
  RunThreads(2, [&](int self) {
    Random random(options.seed + self);
    for (int i = 0; i < options.rounds; ++i) {
      if (self == 0) {
        auto queue = std::make_unique<Queue>();
        int left = 1;
        if (random.Below(2) ==
            0) {  // The other one's item is linked by this one, else by the queue.
          EXPECT_TRUE(queue->Push(new Message(0, 0)));
          left = 2;
        }
        expected += left;
        shared.store(queue.get(), std::memory_order_release);
        while (left > 0) {
          if (Message* message = queue->Pop()) {
            delete message;
            --left;
            ++popped;
          } else {
            std::this_thread::yield();
          }
        }
      } else {
        Queue* queue;
        while ((queue = shared.exchange(nullptr, std::memory_order_acquire)) == nullptr) {
          std::this_thread::yield();
        }
        RandomDelay(&random);
        (void)queue->Push(new Message(1, i));
      }
    }
  });
  EXPECT_EQ(popped, expected);
}

TEST(MpmcRingStressTest, EveryValueComesOutOnceAndThoseOfAProducerInOrder) {
  const StressOptions options = ReadStressOptions(400'000);
  SCOPED_TRACE(options.Text());
  const int producers = std::max(1, options.workers / 2),
            consumers = std::max(1, options.workers / 2);
  const int each = options.rounds / producers;
  struct Value {
    int producer;
    int number;
  };
  MpmcRing<Value> ring(8);  // Small: full and empty are met all the time.
  std::vector<std::vector<std::vector<int>>> got(consumers,
                                                 std::vector<std::vector<int>>(producers));
  std::atomic<long> popped{0};
  RunThreads(producers + consumers, [&](int self) {
    Random random(options.seed + self);
    if (self < producers) {
      for (int i = 0; i < each; ++i) {
        while (!ring.TryPush({self, i})) std::this_thread::yield();
        RandomDelay(&random);
      }
      return;
    }
    const long total = static_cast<long>(each) * producers;
    while (popped.load(std::memory_order_relaxed) < total) {
      Value value;
      if (ring.TryPop(&value)) {
        got[self - producers][value.producer].push_back(value.number);
        popped.fetch_add(1, std::memory_order_relaxed);
      } else {
        std::this_thread::yield();
      }
      EXPECT_LE(ring.ApproximateSize(), ring.capacity());
    }
  });
  EXPECT_EQ(ring.ApproximateSize(), 0u);
  for (int p = 0; p < producers; ++p) {
    std::vector<int> all;
    for (int c = 0; c < consumers; ++c) {
      EXPECT_TRUE(std::is_sorted(got[c][p].begin(), got[c][p].end()));
      all.insert(all.end(), got[c][p].begin(), got[c][p].end());
    }
    std::sort(all.begin(), all.end());
    ASSERT_EQ(all.size(), static_cast<std::size_t>(each));
    for (int i = 0; i < each; ++i) ASSERT_EQ(all[i], i);
  }
}

}  // namespace
}  // namespace heddle
