// What a message costs within a process. Between processes: mpi_benchmark.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>
#include <utility>

#include "benchmark/benchmark.h"
#include "components/base/random.h"
#include "components/message_layer/message_queue.h"
#include "components/message_layer/place.h"
#include "components/worker_pool/worker_pool.h"

namespace heddle {
namespace {

void BM_AllocateAndFree(benchmark::State& state) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    void* const payload = MessageAllocate(bytes);
    benchmark::DoNotOptimize(payload);
    MessageFree(payload);
  }
}
BENCHMARK(BM_AllocateAndFree)->Arg(64)->Arg(4096);

// One message in, one out, with so many waiting.
void BM_QueueWithoutPriority(benchmark::State& state) {
  MessageQueue queue;
  int message = 0;
  for (std::int64_t i = 0; i < state.range(0); ++i) queue.Push(&message);
  for (auto _ : state) {
    queue.Push(&message);
    benchmark::DoNotOptimize(queue.Pop());
  }
}
BENCHMARK(BM_QueueWithoutPriority)->Arg(0)->Arg(1000);

void BM_QueueWithIntegerPriority(benchmark::State& state) {
  MessageQueue queue;
  Random random(1);
  int message = 0;
  const auto push = [&] { queue.Push(&message, MessagePriority::Integer(static_cast<std::int32_t>(random.Next()))); };
  for (std::int64_t i = 0; i < state.range(0); ++i) push();
  for (auto _ : state) {
    push();
    benchmark::DoNotOptimize(queue.Pop());
  }
}
BENCHMARK(BM_QueueWithIntegerPriority)->Arg(0)->Arg(1000);

// Two places send one message to and fro.
struct Ball {
  std::int64_t hops;
  std::atomic<bool>* done;
};

Place::End Play(Place& place) {
  for (;;) {
    while (void* const payload = place.Take()) {
      auto* const ball = static_cast<Ball*>(payload);
      if (--ball->hops == 0) {
        ball->done->store(true);
        MessageFree(payload);
      } else {
        place.places()[1 - place.index()].Push(payload);
      }
    }
    if (!place.Listen(64) && place.TryClose()) return Place::End::kIdle;
  }
}

void BM_MessageToAnotherPlace(benchmark::State& state) {
  constexpr int kHops = 10'000;
  PoolOptions options;
  options.slots = static_cast<int>(state.range(0));
  std::unique_ptr<Pool> pool = std::move(Pool::Create(options).value());
  ClientOptions wanted = Places::OptionsOfClient("places", 2);
  wanted.pin_lanes = true;
  Client* const client = pool->AddClient(std::move(wanted)).value();
  {
    Places places(*client, Play);
    while (state.KeepRunningBatch(kHops)) {
      std::atomic<bool> done{false};
      void* const payload = MessageAllocate(sizeof(Ball));
      ::new (payload) Ball{kHops, &done};
      places[0].Push(payload);
      while (!done.load()) std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
    pool->RemoveClient(client);
  }
}
BENCHMARK(BM_MessageToAnotherPlace)->Arg(1)->Arg(2)->ArgName("slots")->UseRealTime();

}  // namespace
}  // namespace heddle
