// What the queues cost, one thread and two, beside what the standard library offers. See README.md
// for figures.
#include <benchmark/benchmark.h>
#include <pthread.h>
#include <sched.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <queue>
#include <string>
#include <thread>
#include <vector>

#include "components/base/clock.h"
#include "components/base/random.h"
#include "components/ready_queue/policies.h"
#include "components/ready_queue/priority_queue.h"
#include "components/ready_queue/work_stealing_deque.h"

namespace heddle {
namespace {

// The scheduler of a small virtual machine likes to put two busy threads on one core.
void StayOn(unsigned core) {
  const unsigned cores = std::thread::hardware_concurrency();
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core % (cores == 0 ? 1 : cores), &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

void PushAndPopOfOwner(benchmark::State& state) {
  WorkStealingDeque deque;
  const std::int64_t depth = state.range(0);
  std::vector<Task> tasks(depth);
  for (auto _ : state) {
    for (Task& task : tasks) benchmark::DoNotOptimize(deque.Push(&task));
    for (std::int64_t i = 0; i < depth; ++i) benchmark::DoNotOptimize(deque.Pop());
  }
  state.SetItemsProcessed(state.iterations() * depth);
}
BENCHMARK(PushAndPopOfOwner)->Arg(1)->Arg(16)->Arg(512);

void PushOfOwner(benchmark::State& state) {
  WorkStealingDeque deque;
  std::vector<Task> tasks(1024);
  Task* out[1024];
  for (auto _ : state) {
    for (Task& task : tasks) benchmark::DoNotOptimize(deque.Push(&task));
    deque.TakeOldest(out, 1024);
  }
  state.SetItemsProcessed(state.iterations() * 1024);
}
BENCHMARK(PushOfOwner);

void PushAndStealOfOneThread(benchmark::State& state) {
  WorkStealingDeque deque;
  Task task;
  for (auto _ : state) {
    benchmark::DoNotOptimize(deque.Push(&task));
    benchmark::DoNotOptimize(deque.Steal());
  }
}
BENCHMARK(PushAndStealOfOneThread);

void PopIfOfAnotherOwner(benchmark::State& state) {
  WorkStealingDeque deque;
  Task tasks[4];
  for (Task& task : tasks) benchmark::DoNotOptimize(deque.Push(&task));
  for (auto _ : state) benchmark::DoNotOptimize(deque.PopIf(&deque));
}
BENCHMARK(PopIfOfAnotherOwner);

// The peer: what a program without this component writes.
class LockedDeque final : public Policy {
 public:
  void Push(Task* task, int) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    tasks_.push_back(task);
  }
  Task* PopLocal(int) override { return PopAny(0); }
  Task* PopAny(int worker) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (tasks_.empty()) return nullptr;
    Task* task = worker == 0 ? tasks_.back() : tasks_.front();
    worker == 0 ? tasks_.pop_back() : tasks_.pop_front();
    return task;
  }
  bool Empty() const override { return false; }
  const char* name() const override { return "mutex_deque"; }

 private:
  std::mutex mutex_;
  std::deque<Task*> tasks_;
};

std::unique_ptr<Policy> Make(const std::string& name, int workers) {
  if (name == "mutex_deque") return std::make_unique<LockedDeque>();
  return MakePolicy(name, workers);
}

void PushAndPopThroughTheInterface(benchmark::State& state, const std::string& name) {
  const std::unique_ptr<Policy> policy = Make(name, 2);
  const std::int64_t depth = state.range(0);
  std::vector<Task> tasks(depth);
  for (auto _ : state) {
    for (Task& task : tasks) policy->Push(&task, 0);
    for (std::int64_t i = 0; i < depth; ++i) benchmark::DoNotOptimize(policy->PopLocal(0));
  }
  state.SetItemsProcessed(state.iterations() * depth);
}

void SubmissionFromOutside(benchmark::State& state, const std::string& name) {
  const std::unique_ptr<Policy> policy = Make(name, 1);
  std::vector<Task> tasks(512);
  for (auto _ : state) {
    for (Task& task : tasks) policy->Push(&task, Policy::kNoWorker);
    for (int i = 0; i < 512; ++i) benchmark::DoNotOptimize(policy->PopAny(0));
  }
  state.SetItemsProcessed(state.iterations() * 512);
}

// One producer of empty tasks and one thief; both run what they pop, until all have run. Time per
// task.
void OneProducerOneThief(benchmark::State& state, const std::string& name) {
  constexpr int kTasks = 200000;
  const int producer = state.range(0) == 0 ? 0 : Policy::kNoWorker;
  StayOn(0);
  std::vector<Task> tasks(kTasks);
  std::int64_t by_thief = 0;
  for (auto _ : state) {
    const std::unique_ptr<Policy> policy = Make(name, 2);
    struct alignas(kFalseSharingBytes) Counter {
      std::atomic<int> value{0};
    };
    Counter done[2];
    std::atomic<bool> ready{false};
    const auto run_one = [&](int worker) {
      Task* task = policy->PopAny(worker);
      if (task == nullptr) {
        CpuRelax();
        return;
      }
      task->user[0] = nullptr;
      std::atomic<int>& mine = done[worker].value;
      mine.store(mine.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    };
    const auto all_done = [&] {
      return done[0].value.load(std::memory_order_relaxed) +
                 done[1].value.load(std::memory_order_relaxed) >=
             kTasks;
    };
    std::thread thief([&] {
      StayOn(1);
      ready = true;
      while (!all_done()) run_one(1);
    });
    while (!ready) CpuRelax();
    const std::int64_t start = NowNs();
    for (Task& task : tasks) {
      task.user[0] = &task;
      policy->Push(&task, producer);
    }
    while (!all_done()) run_one(0);
    state.SetIterationTime(static_cast<double>(NowNs() - start) * 1e-9);
    thief.join();
    by_thief += done[1].value.load();
  }
  state.SetItemsProcessed(state.iterations() * kTasks);
  state.counters["ns_per_task"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * kTasks * 1e-9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["by_thief"] =
      static_cast<double>(by_thief) / (static_cast<double>(state.iterations()) * kTasks);
}

// std::priority_queue with a sequence number, which it needs to be stable.
struct Numbered {
  std::int32_t priority;
  std::uint64_t number;
  Task* task;
  bool operator<(const Numbered& other) const {
    return priority != other.priority ? priority < other.priority : number > other.number;
  }
};

class StandardQueue {
 public:
  void Push(Task* task) { queue_.push({task->priority, number_++, task}); }
  Task* Pop() {
    Task* task = queue_.top().task;
    queue_.pop();
    return task;
  }

 private:
  std::priority_queue<Numbered> queue_;
  std::uint64_t number_ = 0;
};

// Pops one and pushes it with another priority, at a constant size. Arguments: size, number of
// different priorities (0: 2^32).
template <class Queue>
void PriorityPopAndPush(benchmark::State& state) {
  Random random(1);
  Queue queue;
  const auto range = static_cast<std::uint32_t>(state.range(1));
  const auto priority = [&] {
    return static_cast<std::int32_t>(range == 0 ? static_cast<std::uint32_t>(random.Next())
                                                : random.Below(range));
  };
  std::vector<Task> tasks(state.range(0));
  for (Task& task : tasks) {
    task.priority = priority();
    queue.Push(&task);
  }
  for (auto _ : state) {
    Task* task = queue.Pop();
    task->priority = priority();
    queue.Push(task);
  }
}
BENCHMARK(PriorityPopAndPush<PriorityQueue>)->ArgsProduct({{1, 100, 10000, 100000}, {8, 1000, 0}});
BENCHMARK(PriorityPopAndPush<StandardQueue>)->ArgsProduct({{1, 100, 10000, 100000}, {8, 1000, 0}});

void RegisterForPolicies() {
  for (const std::string name : {"ws", "fifo", "lifo", "prio", "mutex_deque"}) {
    benchmark::RegisterBenchmark(("PushAndPopThroughTheInterface/" + name).c_str(),
                                 PushAndPopThroughTheInterface, name)
        ->Arg(1)
        ->Arg(512)
        ->Arg(20000);
    benchmark::RegisterBenchmark(("SubmissionFromOutside/" + name).c_str(), SubmissionFromOutside,
                                 name);
    benchmark::RegisterBenchmark(("OneProducerOneThief/" + name).c_str(), OneProducerOneThief, name)
        ->Arg(0)  // The producer is a worker.
        ->Arg(1)  // The producer holds no slot.
        ->UseManualTime();
  }
}
// In a process that has had one thread only, the C library's mutex takes no atomic operation: not
// what a peer would cost.
const bool registered = (std::thread([] {}).join(), RegisterForPolicies(), true);

}  // namespace
}  // namespace heddle
