// What the pool's operations cost. tools/bench sets them beside their yardsticks.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <atomic>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "components/base/clock.h"
#include "components/base/futex.h"
#include "components/base/measuring_for_test.h"
#include "components/worker_pool/test_support.h"

namespace heddle {
namespace {

std::unique_ptr<Pool> NewPool(int slots, std::int64_t spin_ns = 60'000) {
  PoolOptions options;
  options.slots = slots;
  options.spin_ns = spin_ns;
  return *Pool::Create(options);
}

std::uint64_t SleepsOf(const Pool& pool) {
  std::uint64_t sleeps = 0;
  for (const SlotStatistics& slot : pool.Statistics().slots) sleeps += slot.sleeps;
  return sleeps;
}

// One task submits empty ones, which its worker and others run.
void BM_EmptyTasksFromOneProducer(benchmark::State& state) {
  std::unique_ptr<Pool> pool = NewPool(static_cast<int>(state.range(0)));
  Client* const client = *pool->AddClient({});
  constexpr std::uint32_t kTasks = 100'000;
  static std::atomic<std::uint32_t> ran;
  static Countdown* all;
  std::vector<Task> tasks(kTasks);
  for (auto _ : state) {
    Countdown ended(1);
    all = &ended;
    ran.store(0);
    const int slots = static_cast<int>(state.range(0));
    pool->Submit(NewTask(client, [&] {
      for (Task& task : tasks) {
        task = Task{};
        task.client = client;
        // A single worker counts with a plain increment, so that the count is not what is measured.
        task.run = slots == 1 ? [](Task*) {
          const std::uint32_t now = ran.load(std::memory_order_relaxed) + 1;
          ran.store(now, std::memory_order_relaxed);
          if (now == kTasks) all->Done();
        } : [](Task*) {
          if (ran.fetch_add(1, std::memory_order_relaxed) + 1 == kTasks) all->Done();
        };
        pool->Submit(&task);
      }
    }));
    ended.Wait();
  }
  state.SetItemsProcessed(state.iterations() * std::int64_t{kTasks});
  pool->RemoveClient(client);
}
BENCHMARK(BM_EmptyTasksFromOneProducer)->Arg(1)->Arg(2)->UseRealTime()->MinWarmUpTime(0.05);

// Tells what happens from submit(task) in the calling activity, which then only looks, to the body
// on another core's worker, which has been idle for a microsecond. Two clock readings included.
template <class Submit>
void MeasureStarts(benchmark::State& state, Latencies& latencies, Submit submit) {
  static std::atomic<std::int64_t> started;
  Task task;
  for (auto _ : state) {
    started.store(0, std::memory_order_relaxed);
    SpinFor(1'000);
    task = Task{};
    task.run = [](Task*) { started.store(NowNs(), std::memory_order_release); };
    const std::int64_t begin = NowNs();
    submit(&task);
    std::int64_t end;
    while ((end = started.load(std::memory_order_acquire)) == 0) CpuRelax();
    latencies.Add(end - begin);
  }
}

// From Submit in one task to the body on the other worker. `asleep` counts the starts that found it asleep after all: where it is
// not near zero the figure is of something else (SpinPolicy does not spin while more threads are
// runnable than there are cores).
void BM_StartOnAnAwakeWorker(benchmark::State& state) {
  std::unique_ptr<Pool> pool = NewPool(2);
  Client* const client = *pool->AddClient({});
  Latencies latencies;
  Countdown ended(1);
  const std::uint64_t sleeps_before = SleepsOf(*pool);
  pool->Submit(NewTask(client, [&] {
    MeasureStarts(state, latencies, [&](Task* task) { pool->Submit(task); });
    ended.Done();
  }));
  ended.Wait();
  latencies.Report(state);
  state.counters["asleep"] = static_cast<double>(SleepsOf(*pool) - sleeps_before);
  pool->RemoveClient(client);
}
BENCHMARK(BM_StartOnAnAwakeWorker)->UseRealTime();

// From Submit in an external thread on one core to the body on a worker that sleeps on the other
// one. Manual time is the whole latency, the counter `waker_ns` what the submitter paid of it. The
// yardstick is BM_WakeASleeper<BareFutex> in components/sync.
void BM_WakeASleepingWorker(benchmark::State& state) {
  std::unique_ptr<Pool> pool = NewPool(1, 0);  // Sleeps at once.
  Client* const client = *pool->AddClient({});
  static std::atomic<std::int64_t> started;
  Latencies latencies, waker;
  // On a thread of its own, so that the benchmark's is not bound.
  std::thread submitter([&] {
    (void)pool->topology().BindCurrentThread(pool->topology().unit_count() - 1);
    Task task;
    for (auto _ : state) {
      SpinFor(100'000);
      started.store(0, std::memory_order_relaxed);
      task = Task{};
      task.client = client;
      task.run = [](Task*) { started.store(NowNs(), std::memory_order_release); };
      const std::int64_t begin = NowNs();
      pool->Submit(&task);
      waker.Add(NowNs() - begin);
      std::int64_t end;
      while ((end = started.load(std::memory_order_acquire)) == 0) CpuRelax();
      latencies.Add(end - begin);
      state.SetIterationTime(1e-9 * static_cast<double>(end - begin));
    }
  });
  submitter.join();
  waker.Report(state);
  state.counters["waker_ns"] = state.counters["median_ns"];
  latencies.Report(state);
  pool->RemoveClient(client);
}
BENCHMARK(BM_WakeASleepingWorker)->UseManualTime();

// A message that two lanes, at home on two cores, send each other: time of one way. Both workers
// are awake, since nothing takes longer than they look for work. An iteration is a batch, timed on
// one of them after some round trips that wake them. The yardstick is BM_PingPongBareCacheLine in
// components/sync.
void BM_MessageToAnAwakeLane(benchmark::State& state) {
  constexpr int kWarmUp = 50, kHops = 200;  // Even: the message ends where it began.
  std::unique_ptr<Pool> pool = NewPool(2);
  ClientOptions options;
  options.lanes = 2;
  options.pin_lanes = true;
  Client* const client = *pool->AddClient(std::move(options));
  struct Message : Task {
    Client* lanes;
    int hops = 0;
    std::int64_t begin = 0, end = 0;
    Countdown* arrived;
  };
  Latencies latencies;
  for (auto _ : state) {
    Countdown arrived(1);
    Message message;
    message.lanes = client;
    message.arrived = &arrived;
    message.run = [](Task* task) {
      Message* const self = static_cast<Message*>(task);
      if (self->hops == kWarmUp) self->begin = NowNs();
      if (self->hops == kWarmUp + kHops) {
        self->end = NowNs();
        self->arrived->Done();
        return;
      }
      ++self->hops;
      self->lanes->lanes()[static_cast<std::size_t>(self->hops % 2)]->Push(self);
    };
    client->lanes()[0]->Push(&message);
    arrived.Wait();
    const std::int64_t ns = (message.end - message.begin) / kHops;
    latencies.Add(ns);
    state.SetIterationTime(1e-9 * static_cast<double>(message.end - message.begin));
  }
  latencies.Report(state);
  state.SetItemsProcessed(state.iterations() * kHops);
  pool->RemoveClient(client);
}
BENCHMARK(BM_MessageToAnAwakeLane)->UseManualTime();

// From Push on one lane to the body on a lane of the other core.
void BM_MessageToAnIdleLane(benchmark::State& state) {
  std::unique_ptr<Pool> pool = NewPool(2);
  ClientOptions options;
  options.lanes = 2;
  options.pin_lanes = true;
  Client* const client = *pool->AddClient(std::move(options));
  Latencies latencies;
  Countdown ended(1);
  client->lanes()[0]->Push(NewTask(client, [&] {
    MeasureStarts(state, latencies, [&](Task* message) { client->lanes()[1]->Push(message); });
    ended.Done();
  }));
  ended.Wait();
  latencies.Report(state);
  pool->RemoveClient(client);
}
BENCHMARK(BM_MessageToAnIdleLane)->UseRealTime();

// Two activities of one worker that resume each other: a block and a resume an iteration each.
void BM_BlockAndResume(benchmark::State& state) {
  std::unique_ptr<Pool> pool = NewPool(1);
  Client* const client = *pool->AddClient({});
  Countdown ended(2);
  struct Turn {
    Suspension* waiter = nullptr;
    bool over = false;
  } turn;
  const auto wait = [&] {
    Suspension suspension;
    Suspend(
        suspension, SuspendMode::kHold,
        [](Suspension* mine, void* t) {
          Turn& shared = *static_cast<Turn*>(t);
          Suspension* const other = shared.waiter;
          shared.waiter = mine;
          if (other != nullptr) Resume(other);
        },
        &turn);
  };
  pool->Submit(NewTask(client, [&] {
    for (auto _ : state) wait();
    turn.over = true;
    if (turn.waiter != nullptr) Resume(turn.waiter);
    turn.waiter = nullptr;
    ended.Done();
  }));
  pool->Submit(NewTask(client, [&] {
    while (!turn.over) wait();
    ended.Done();
  }));
  ended.Wait();
  pool->RemoveClient(client);
  state.SetLabel("two blocks and two resumes");
}
BENCHMARK(BM_BlockAndResume)->UseRealTime();

// CPU of a process with an idle pool, as a share of a core, in the counter.
void BM_IdlePool(benchmark::State& state) {
  std::unique_ptr<Pool> pool = NewPool(2);
  rusage before, after;
  double used = 0;
  std::int64_t wall = 0;
  for (auto _ : state) {
    getrusage(RUSAGE_SELF, &before);
    const std::int64_t begin = NowNs();
    std::atomic<std::uint32_t> never{0};
    while (NowNs() - begin < 2'000'000'000) FutexWait(never, 0, 2'000'000'000 - (NowNs() - begin));
    wall += NowNs() - begin;
    getrusage(RUSAGE_SELF, &after);
    const auto us = [](const rusage& u) {
      return static_cast<double>(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 +
             static_cast<double>(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
    };
    used += us(after) - us(before);
  }
  state.counters["percent_of_a_core"] = 100 * used * 1e3 / static_cast<double>(wall);
}
BENCHMARK(BM_IdlePool)->Iterations(1)->UseRealTime();

}  // namespace
}  // namespace heddle
