// The queues: one-way hand-off beside a bare cache line, a flood, and the designs that were not
// chosen.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "components/base/cache_line.h"
#include "components/base/clock.h"
#include "components/sync/mpmc_ring.h"
#include "components/sync/mpsc_queue.h"
#include "components/sync/stress_options.h"

namespace heddle {
namespace {

struct alignas(kFalseSharingBytes) Message {
  Message* next = nullptr;
  std::uint64_t payload = 0;
};
using Queue = MpscQueue<Message, &Message::next>;

// Alternative 1: a stack that the consumer takes whole and reverses. Its push is a loop (an
// exchange would leave older items out of reach until the link is stored), and so not wait-free.
class ReversedStack {
 public:
  bool Push(Message* item) {
    Message* top = top_.load(std::memory_order_relaxed);
    do {
      item->next = top;
    } while (!top_.compare_exchange_weak(top, item, std::memory_order_release,
                                         std::memory_order_relaxed));
    return top == nullptr;
  }
  Message* Pop() {
    if (front_ == nullptr) {
      if (top_.load(std::memory_order_relaxed) == nullptr) return nullptr;
      Message* item = top_.exchange(nullptr, std::memory_order_acquire);
      while (item != nullptr) {
        Message* older = item->next;
        item->next = front_;
        front_ = item;
        item = older;
      }
    }
    Message* item = front_;
    front_ = item->next;
    return item;
  }

 private:
  alignas(kFalseSharingBytes) std::atomic<Message*> top_{nullptr};
  alignas(kFalseSharingBytes) Message* front_ = nullptr;
};

// Alternative 2: the same stack, pushed to by one exchange; the older item's address is stored
// after it, so the consumer waits for the link of every item it takes: a producer stopped in
// between hides what others had pushed before it.
class ExchangeStack {
 public:
  bool Push(Message* item) {
    Link(item).store(Pending(), std::memory_order_relaxed);
    Message* older = top_.exchange(item, std::memory_order_acq_rel);
    Link(item).store(older, std::memory_order_release);
    return older == nullptr;
  }
  Message* Pop() {
    if (front_ == nullptr) {
      Message* item = top_.load(std::memory_order_relaxed);
      if (item == nullptr) return nullptr;
      __builtin_prefetch(item);
      item = top_.exchange(nullptr, std::memory_order_acq_rel);
      while (item != nullptr) {
        Message* older;
        while ((older = Link(item).load(std::memory_order_acquire)) == Pending()) CpuRelax();
        item->next = front_;
        front_ = item;
        item = older;
      }
    }
    Message* item = front_;
    front_ = item->next;
    return item;
  }

 private:
  static Message* Pending() { return reinterpret_cast<Message*>(1); }
  static std::atomic_ref<Message*> Link(Message* item) {
    return std::atomic_ref<Message*>(item->next);
  }
  alignas(kFalseSharingBytes) std::atomic<Message*> top_{nullptr};
  alignas(kFalseSharingBytes) Message* front_ = nullptr;
};

// Alternative 3: the queue with a stub node.
class StubQueue {
 public:
  bool Push(Message* item) {
    Link(item).store(nullptr, std::memory_order_relaxed);
    Message* previous = last_.exchange(item, std::memory_order_acq_rel);
    Link(previous).store(item, std::memory_order_release);
    return previous == &stub_;
  }
  Message* Pop() {
    Message* item = front_;
    Message* next = Link(item).load(std::memory_order_acquire);
    if (item == &stub_) {
      if (next == nullptr) return nullptr;
      front_ = item = next;
      next = Link(item).load(std::memory_order_acquire);
    }
    if (next == nullptr) {
      if (last_.load(std::memory_order_acquire) != item) return nullptr;
      Push(&stub_);
      next = Link(item).load(std::memory_order_acquire);
      if (next == nullptr) return nullptr;
    }
    front_ = next;
    return item;
  }

 private:
  static std::atomic_ref<Message*> Link(Message* item) {
    return std::atomic_ref<Message*>(item->next);
  }
  Message stub_;
  alignas(kFalseSharingBytes) std::atomic<Message*> last_{&stub_};
  alignas(kFalseSharingBytes) Message* front_ = &stub_;
};

// Times of batches, short enough that many of them see no interruption: the best and the median of
// a run, in ns for one event.
class Batches {
 public:
  template <class Body>
  void Run(double events, const Body& body) {
    const std::int64_t start = NowNs();
    body();
    ns_.push_back(static_cast<double>(NowNs() - start) / events);
  }
  void Report(benchmark::State& state) {
    std::sort(ns_.begin(), ns_.end());
    state.counters["best_ns"] = ns_.front();
    state.counters["median_ns"] = ns_[ns_.size() / 2];
  }

 private:
  std::vector<double> ns_;
};

// Round trips in a batch of the ping-pongs: some 10 us.
constexpr int kRounds = 50;

// The yardstick: one word bounced between two cores, time of one way.
void BM_PingPongBareCacheLine(benchmark::State& state) {
  struct alignas(kFalseSharingBytes) Word {
    std::atomic<std::uint64_t> value{0};  // Even: ours to raise; odd: the other one's.
  };
  constexpr std::uint64_t kStop = ~std::uint64_t{0};
  Word word;
  const ScopedBinding binding(0);
  std::thread other([&] {
    BindToCore(1);
    for (std::uint64_t expected = 1;; expected += 2) {
      std::uint64_t value;
      while ((value = word.value.load(std::memory_order_acquire)) != expected) {
        if (value == kStop) return;
      }
      word.value.store(value + 1, std::memory_order_release);
    }
  });
  std::uint64_t value = 0;
  Batches batches;
  for (auto _ : state) {
    batches.Run(2 * kRounds, [&] {
      for (int i = 0; i < kRounds; ++i) {
        word.value.store(value + 1, std::memory_order_release);
        value += 2;
        while (word.value.load(std::memory_order_acquire) != value) {
        }
      }
    });
  }
  word.value.store(kStop, std::memory_order_release);
  other.join();
  batches.Report(state);
}
BENCHMARK(BM_PingPongBareCacheLine)->UseRealTime();

// A message goes to the other core through one queue and comes back through another. The consumers
// poll, without a break or, as SpinPolicy does it, with a pause between two looks.
template <class Q, bool kPauses>
Message* PopPolling(Q* queue) {
  Message* message;
  while ((message = queue->Pop()) == nullptr) {
    if (kPauses) CpuRelax();
  }
  return message;
}

template <class Q, bool kPauses = false>
void BM_PingPongMessage(benchmark::State& state) {
  constexpr std::uint64_t kStop = ~std::uint64_t{0};
  auto queues = std::make_unique<Q[]>(2);
  Message message;
  const ScopedBinding binding(0);
  std::thread other([&] {
    BindToCore(1);
    for (;;) {
      Message* received = PopPolling<Q, kPauses>(&queues[0]);
      const bool last = received->payload == kStop;
      (void)queues[1].Push(received);
      if (last) return;
    }
  });
  const auto there_and_back = [&](std::uint64_t payload) {
    message.payload = payload;
    (void)queues[0].Push(&message);
    PopPolling<Q, kPauses>(&queues[1]);
  };
  Batches batches;
  for (auto _ : state) {
    batches.Run(2 * kRounds, [&] {
      for (int i = 0; i < kRounds; ++i) there_and_back(1);
    });
  }
  there_and_back(kStop);
  other.join();
  batches.Report(state);
}
BENCHMARK(BM_PingPongMessage<Queue>)->UseRealTime();
BENCHMARK(BM_PingPongMessage<ReversedStack>)->UseRealTime();
BENCHMARK(BM_PingPongMessage<ExchangeStack>)->UseRealTime();
BENCHMARK(BM_PingPongMessage<StubQueue>)->UseRealTime();
BENCHMARK(BM_PingPongMessage<Queue, true>)->UseRealTime();
BENCHMARK(BM_PingPongMessage<ReversedStack, true>)->UseRealTime();
BENCHMARK(BM_PingPongMessage<ExchangeStack, true>)->UseRealTime();
BENCHMARK(BM_PingPongMessage<StubQueue, true>)->UseRealTime();

// One producer in a burst, one consumer that keeps up; time for each message.
template <class Q>
void BM_FloodMessages(benchmark::State& state) {
  constexpr int kMessages = 512;
  auto queue = std::make_unique<Q>();
  std::vector<Message> messages(kMessages);
  std::atomic<std::uint64_t> started{0}, consumed{0};
  const ScopedBinding binding(0);
  std::thread consumer([&] {
    BindToCore(1);
    for (std::uint64_t batch = 1;; ++batch) {
      while (started.load(std::memory_order_acquire) < batch) CpuRelax();
      if (started.load() == ~std::uint64_t{0}) return;
      for (int i = 0; i < kMessages;) {
        if (queue->Pop() != nullptr) {
          ++i;
        } else {
          CpuRelax();
        }
      }
      consumed.store(batch, std::memory_order_release);
    }
  });
  std::uint64_t batch = 0;
  Batches batches;
  for (auto _ : state) {
    ++batch;
    batches.Run(kMessages, [&] {
      started.store(batch, std::memory_order_release);
      for (Message& message : messages) (void)queue->Push(&message);
      while (consumed.load(std::memory_order_acquire) < batch) CpuRelax();
    });
  }
  started.store(~std::uint64_t{0});
  consumer.join();
  batches.Report(state);
}
BENCHMARK(BM_FloodMessages<Queue>)->UseRealTime();
BENCHMARK(BM_FloodMessages<ReversedStack>)->UseRealTime();
BENCHMARK(BM_FloodMessages<ExchangeStack>)->UseRealTime();
BENCHMARK(BM_FloodMessages<StubQueue>)->UseRealTime();

template <class Q>
void BM_PushAndPopOnOneThread(benchmark::State& state) {
  Q queue;
  Message message;
  for (auto _ : state) {
    (void)queue.Push(&message);
    benchmark::DoNotOptimize(queue.Pop());
  }
}
BENCHMARK(BM_PushAndPopOnOneThread<Queue>);
BENCHMARK(BM_PushAndPopOnOneThread<ReversedStack>);
BENCHMARK(BM_PushAndPopOnOneThread<ExchangeStack>);
BENCHMARK(BM_PushAndPopOnOneThread<StubQueue>);

void BM_MpscPopEmpty(benchmark::State& state) {
  Queue queue;
  for (auto _ : state) benchmark::DoNotOptimize(queue.Pop());
}
BENCHMARK(BM_MpscPopEmpty);

// Each thread pushes one and pops one; the peer is a deque under a mutex.
void BM_RingPushAndPop(benchmark::State& state) {
  static MpmcRing<std::uint64_t> ring(1024);
  const ScopedBinding binding(state.thread_index());
  std::uint64_t value = 0;
  for (auto _ : state) {
    while (!ring.TryPush(value)) {
    }
    while (!ring.TryPop(&value)) {
    }
  }
}
BENCHMARK(BM_RingPushAndPop)->Threads(1)->Threads(2)->UseRealTime();

void BM_DequeUnderMutexPushAndPop(benchmark::State& state) {
  static std::mutex mutex;
  static std::deque<std::uint64_t> deque;
  const ScopedBinding binding(state.thread_index());
  std::uint64_t value = 0;
  for (auto _ : state) {
    {
      std::lock_guard<std::mutex> guard(mutex);
      deque.push_back(value);
    }
    std::lock_guard<std::mutex> guard(mutex);
    value = deque.front();
    deque.pop_front();
  }
}
BENCHMARK(BM_DequeUnderMutexPushAndPop)->Threads(1)->Threads(2)->UseRealTime();

void BM_RingPopEmpty(benchmark::State& state) {
  MpmcRing<std::uint64_t> ring(1024);
  std::uint64_t value = 0;
  for (auto _ : state) benchmark::DoNotOptimize(ring.TryPop(&value));
}
BENCHMARK(BM_RingPopEmpty);

}  // namespace
}  // namespace heddle
