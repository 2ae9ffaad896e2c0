// What the pool's operations cost. Every case that has a yardstick measures it in the same run.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "components/base/clock.h"
#include "components/base/futex.h"
#include "components/sync/parker.h"
#include "components/worker_pool/test_support.h"

namespace heddle {
namespace {

std::unique_ptr<Pool> NewPool(int slots, std::int64_t spin_ns = 60'000) {
  PoolOptions options;
  options.slots = slots;
  options.spin_ns = spin_ns;
  return *Pool::Create(options);
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
  state.counters["ns_per_task"] = benchmark::Counter(
      static_cast<double>(state.iterations()) * kTasks * 1e-9,
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  pool->RemoveClient(client);
}
BENCHMARK(BM_EmptyTasksFromOneProducer)->Arg(1)->Arg(2)->UseRealTime()->MinWarmUpTime(0.05);

// From Submit in one task, which then spins, to the begin of the body on the other worker.
void BM_StartOnAnAwakeWorker(benchmark::State& state) {
  std::unique_ptr<Pool> pool = NewPool(2, 1'000'000'000);
  Client* const client = *pool->AddClient({});
  static std::atomic<std::uint32_t> started;
  Countdown ended(1);
  pool->Submit(NewTask(client, [&] {
    Task task;
    for (auto _ : state) {
      started.store(0, std::memory_order_relaxed);
      task = Task{};
      task.run = [](Task*) { started.store(1, std::memory_order_release); };
      pool->Submit(&task);
      while (started.load(std::memory_order_acquire) == 0) CpuRelax();
    }
    ended.Done();
  }));
  ended.Wait();
  pool->RemoveClient(client);
}
BENCHMARK(BM_StartOnAnAwakeWorker)->UseRealTime();

// A bare futex wake: what BM_WakeASleepingWorker is compared with.
void BM_BareFutexWake(benchmark::State& state) {
  Parker there, back;
  std::atomic<bool> done{false};
  std::thread sleeper([&] {
    for (;;) {
      there.Park();
      back.Unpark();
      if (done) return;
    }
  });
  for (auto _ : state) {
    there.Unpark();
    back.Park();
  }
  done = true;
  there.Unpark();
  sleeper.join();
}
BENCHMARK(BM_BareFutexWake)->UseRealTime();

void BM_WakeASleepingWorker(benchmark::State& state) {
  std::unique_ptr<Pool> pool = NewPool(1, 0);
  Client* const client = *pool->AddClient({});
  static Parker back;
  Task task;
  for (auto _ : state) {
    task = Task{};
    task.client = client;
    task.run = [](Task*) { back.Unpark(); };
    pool->Submit(&task);
    back.Park();
  }
  pool->RemoveClient(client);
}
BENCHMARK(BM_WakeASleepingWorker)->UseRealTime();

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
