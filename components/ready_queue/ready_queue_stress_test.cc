// Promised: under contention every task comes out exactly once, pinned tasks at their worker, what
// was written before the push is seen after the pop, and Empty() never misses a task.
// HEDDLE_TEST_WORKERS, _SEED and _ROUNDS steer it.
#include <sched.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "components/base/clock.h"
#include "components/base/random.h"
#include "components/ready_queue/policies.h"
#include "components/ready_queue/work_stealing_deque.h"
#include "gtest/gtest.h"

namespace heddle {
namespace {

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::vector<int> WorkerCounts() {
  const std::uint64_t workers = FromEnvironment("HEDDLE_TEST_WORKERS", 0);
  return workers != 0 ? std::vector<int>{static_cast<int>(workers)} : std::vector<int>{1, 2, 4, 8};
}

std::uint64_t Seed() {
  static const std::uint64_t seed =
      FromEnvironment("HEDDLE_TEST_SEED", static_cast<std::uint64_t>(NowNs()));
  return seed;
}

std::uint64_t Rounds() { return FromEnvironment("HEDDLE_TEST_ROUNDS", 3); }

// The scheduler likes to put two threads of a short test on one core, where they hardly ever meet.
void StayOn(unsigned core) {
  cpu_set_t allowed, one;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  CPU_ZERO(&one);
  unsigned left = core % static_cast<unsigned>(CPU_COUNT(&allowed));
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &allowed) && left-- == 0) CPU_SET(cpu, &one);
  }
  (void)sched_setaffinity(0, sizeof one, &one);  // Refused: they meet less often.
}

// Runs body(0) to body(threads - 1), all released at the same time.
void InParallel(int threads, const std::function<void(int)>& body) {
  std::atomic<int> ready{0};
  std::vector<std::thread> all;
  for (int thread = 0; thread < threads; ++thread) {
    all.emplace_back([&, thread] {
      StayOn(thread);
      ready.fetch_add(1);
      while (ready.load() < threads) std::this_thread::yield();
      body(thread);
    });
  }
  for (std::thread& thread : all) thread.join();
}

struct Job {
  Task task;
  std::uint64_t payload = 0;  // Plain: written before each push, read after each pop.
  std::atomic<int> runs{0};
};

Job& JobOf(Task* task) { return *reinterpret_cast<Job*>(task); }

// One thread a deque. Each pushes its own jobs, pops, spills and robs the others, by random choice.
void DequesExactlyOnce(int threads, std::size_t capacity, std::uint64_t first_index,
                       std::uint64_t seed) {
  SCOPED_TRACE(testing::Message() << "HEDDLE_TEST_SEED=" << Seed() << " seed " << seed
                                  << " workers " << threads << " capacity " << capacity);
  constexpr int kJobs = 5000;
  std::vector<std::unique_ptr<WorkStealingDeque>> deques;
  for (int i = 0; i < threads; ++i) {
    deques.push_back(std::make_unique<WorkStealingDeque>(capacity, first_index));
  }
  std::vector<Job> jobs(static_cast<std::size_t>(kJobs) * threads);
  std::atomic<std::size_t> done{0};
  std::atomic<int> wrong_payloads{0};
  int owners[2];
  InParallel(threads, [&](int me) {
    Random random(seed * 31 + me);
    WorkStealingDeque& own = *deques[me];
    Job* next = &jobs[static_cast<std::size_t>(me) * kJobs];
    Job* const end = next + kJobs;
    const auto run = [&](Task* task) {
      if (task == nullptr) return;
      Job& job = JobOf(task);
      if (job.payload != seed + (&job - jobs.data())) wrong_payloads.fetch_add(1);
      job.payload = 0;
      job.runs.fetch_add(1, std::memory_order_relaxed);
      done.fetch_add(1, std::memory_order_relaxed);
    };
    while (done.load(std::memory_order_relaxed) < jobs.size()) {
      const std::uint32_t choice = random.Below(16);
      if (choice < 7) {
        for (std::uint32_t burst = random.Below(12); burst > 0 && next != end; --burst) {
          next->payload = seed + (next - jobs.data());
          next->task.owner = &owners[random.Below(2)];
          if (!own.Push(&next->task)) break;
          ++next;
        }
      } else if (choice < 10) {
        for (std::uint32_t burst = random.Below(12); burst > 0; --burst) run(own.Pop());
      } else if (choice == 10) {
        run(own.PopIf(&owners[0]));
      } else if (choice == 11) {
        Task* spilled[8];
        const int count = own.TakeOldest(spilled, 1 + random.Below(8));
        for (int i = 0; i < count; ++i) run(spilled[i]);
      } else if (threads > 1) {
        const int victim = (me + 1 + random.Below(threads - 1)) % threads;
        if (choice < 14) {
          Task* first;
          (void)deques[victim]->StealHalf(own, &first, 1 + random.Below(32));
          run(first);
        } else {
          run(deques[victim]->Steal());
        }
      }
      if (next == end) {
        if (Task* task = own.Pop()) {
          run(task);
        } else {
          std::this_thread::yield();
        }
      }
    }
  });
  for (const Job& job : jobs) ASSERT_EQ(job.runs.load(), 1) << "job " << &job - jobs.data();
  EXPECT_EQ(wrong_payloads.load(), 0);
  for (const auto& deque : deques) EXPECT_TRUE(deque->Empty());
}

TEST(WorkStealingDequeStressTest, EveryTaskComesOutOnce) {
  Random random(Seed());
  for (std::uint64_t round = 0; round < Rounds(); ++round) {
    for (int threads : WorkerCounts()) {
      for (std::size_t capacity : {1u, 4u, 64u, 1024u}) {
        // Near the wrap-around of the 48 bits of the shared index.
        const std::uint64_t first = (std::uint64_t{1} << 48) - random.Below(4000);
        DequesExactlyOnce(threads, capacity, first, random.Next());
        if (HasFatalFailure() || HasNonfatalFailure()) return;
      }
    }
  }
}

// The owner drains what two thieves want: the pops run into the batch limit all the time.
TEST(WorkStealingDequeStressTest, AnOwnerThatPopsAgainstBatchesOfThievesLosesNothing) {
  constexpr int kBatch = 24;
  WorkStealingDeque deque(64);
  std::vector<Job> jobs(kBatch);
  const int turns = static_cast<int>(Rounds()) * 3000;
  const std::uint64_t steals_wanted = Rounds() * 300;
  std::atomic<std::uint64_t> steals{0};
  std::atomic<int> taken{0};  // Of the current turn.
  std::atomic<bool> stop{false};
  int lost_or_doubled = 0;
  InParallel(3, [&](int me) {
    if (me == 0) {
      for (int turn = 0; turn < turns || steals.load() < steals_wanted; ++turn) {
        if (turn % 64 == 0) std::this_thread::yield();
        for (Job& job : jobs) {
          job.runs.store(0, std::memory_order_relaxed);
          while (!deque.Push(&job.task)) {
          }
        }
        while (Task* task = deque.Pop()) {
          JobOf(task).runs.fetch_add(1);
          taken.fetch_add(1);
        }
        while (taken.load() < kBatch) std::this_thread::yield();
        for (Job& job : jobs) lost_or_doubled += job.runs.load() != 1;
        taken.store(0);
      }
      stop.store(true);
    } else {
      WorkStealingDeque own(64);
      while (!stop.load()) {
        Task* first;
        if (deque.StealHalf(own, &first, kBatch) == 0) {
          std::this_thread::yield();
          continue;
        }
        steals.fetch_add(1);
        for (Task* task = first; task != nullptr; task = own.Pop()) {
          JobOf(task).runs.fetch_add(1);
          taken.fetch_add(1);
        }
      }
    }
  });
  EXPECT_EQ(lost_or_doubled, 0);
  EXPECT_TRUE(deque.Empty());
}

// Workers run jobs that push others, at random as a list, pinned, or from outside; two threads
// without a slot submit too.
void PolicyExactlyOnce(Policy& policy, int workers, std::uint64_t seed) {
  SCOPED_TRACE(testing::Message() << "HEDDLE_TEST_SEED=" << Seed() << " seed " << seed << " policy "
                                  << policy.name() << " workers " << workers);
  constexpr int kSubmitters = 2, kRoots = 800, kChildren = 4;
  std::vector<Job> jobs(kSubmitters * kRoots * (1 + kChildren));
  std::atomic<std::size_t> done{0};
  std::atomic<int> wrong{0};
  int owner;
  const auto prepare = [&](Job& job, Random& random) {
    job.payload = seed + (&job - jobs.data());
    job.task.owner = &owner;
    job.task.priority = static_cast<std::int32_t>(random.Below(9)) - 4;
    job.task.flags = random.Below(5) == 0 ? kTaskPinned : 0;
    job.task.worker = static_cast<std::int16_t>(random.Below(workers));
    return &job.task;
  };
  InParallel(workers + kSubmitters, [&](int me) {
    Random random(seed * 31 + me);
    if (me >= workers) {
      for (int i = 0; i < kRoots; ++i) {
        Job& root = jobs[((me - workers) * kRoots + i) * (1 + kChildren)];
        policy.Push(prepare(root, random), Policy::kNoWorker);
        if (i % 50 == 0) std::this_thread::yield();
      }
      return;
    }
    while (done.load(std::memory_order_relaxed) < jobs.size()) {
      Task* task = random.Below(4) == 0 ? policy.PopOwned(me, &owner) : policy.PopAny(me);
      if (task == nullptr) {
        std::this_thread::yield();
        continue;
      }
      Job& job = JobOf(task);
      const std::size_t index = &job - jobs.data();
      if (job.payload != seed + index) wrong.fetch_add(1);
      if ((task->flags & kTaskPinned) != 0 && task->worker != me) wrong.fetch_add(1);
      job.payload = 0;
      if (index % (1 + kChildren) == 0) {
        if (random.Below(2) == 0) {
          for (int i = 1; i <= kChildren; ++i) policy.Push(prepare(jobs[index + i], random), me);
        } else {
          for (int i = 1; i <= kChildren; ++i) {
            prepare(jobs[index + i], random)->next =
                i < kChildren ? &jobs[index + i + 1].task : nullptr;
          }
          policy.PushList(&jobs[index + 1].task, me);
        }
      }
      job.runs.fetch_add(1, std::memory_order_relaxed);
      done.fetch_add(1, std::memory_order_relaxed);
    }
  });
  for (const Job& job : jobs) ASSERT_EQ(job.runs.load(), 1) << "job " << &job - jobs.data();
  EXPECT_EQ(wrong.load(), 0);
  EXPECT_TRUE(policy.Empty());
}

TEST(PoliciesStressTest, EveryTaskComesOutOnceAndPinnedOnesAtTheirWorker) {
  Random random(Seed() + 1);
  for (std::uint64_t round = 0; round < Rounds(); ++round) {
    for (int workers : WorkerCounts()) {
      for (std::string_view name : PolicyNames()) {
        PolicyExactlyOnce(*MakePolicy(name, workers), workers, random.Next());
        if (HasFatalFailure() || HasNonfatalFailure()) return;
      }
      WorkStealingPolicy small(workers, {}, 8);  // Mostly in the overflow.
      PolicyExactlyOnce(small, workers, random.Next());
      if (HasFatalFailure() || HasNonfatalFailure()) return;
    }
  }
}

// There are always more jobs than hands to hold them, so that the policy is never empty, wherever
// it moves them.
TEST(PoliciesStressTest, EmptyNeverMissesATaskThatMovesFromQueueToQueue) {
  constexpr int kMovers = 2, kLooks = 5000;
  for (std::size_t capacity : {2u, 8u, 1024u}) {
    for (int jobs : {kMovers + 1, 40}) {
      WorkStealingPolicy policy(kMovers, {}, capacity);
      int owner, other;
      std::vector<Job> all(jobs);
      for (Job& job : all) {
        job.task.owner = &owner;
        policy.Push(&job.task, Policy::kNoWorker);
      }
      std::atomic<bool> stop{false};
      int missed = 0;
      InParallel(kMovers + 1, [&](int me) {
        if (me == kMovers) {
          for (std::uint64_t look = 0; look < Rounds() * kLooks; ++look) {
            missed += policy.Empty();
            missed += policy.EmptyFor(0);
            if (look % 1000 == 0) std::this_thread::yield();
          }
          stop.store(true);
          return;
        }
        Random random(Seed() + me);
        while (!stop.load(std::memory_order_relaxed)) {
          EXPECT_EQ(policy.PopOwned(me, &other), nullptr);
          if (Task* task = policy.PopAny(me)) {
            policy.Push(task, random.Below(8) == 0 ? Policy::kNoWorker : me);
          }
        }
      });
      EXPECT_EQ(missed, 0) << "capacity " << capacity << " jobs " << jobs;
      int left = 0;
      while (policy.PopAny(0) != nullptr) ++left;
      EXPECT_EQ(left, jobs);
      EXPECT_TRUE(policy.Empty());
    }
  }
}

// One mover in the parts of two workers takes all tasks that are in a queue to another queue, less
// those in its hand, in each way there is; an observer looks meanwhile.
TEST(PoliciesStressTest, EmptyIsFalseWhileAllTasksAreBetweenTwoQueues) {
  constexpr int kTasks = 12, kBlock = 4;
  constexpr std::uint64_t kLooks = 50000, kCycles = 2000;
  WorkStealingPolicy policy(2, {}, 2 * kBlock);
  int owner, other;
  std::vector<Task> tasks(kTasks);
  std::vector<Task*> hand;
  for (Task& task : tasks) {
    task.owner = &owner;
    hand.push_back(&task);
  }
  const auto push = [&](std::size_t count, int from) {
    for (; count > 0; --count, hand.pop_back()) policy.Push(hand.back(), from);
  };
  const auto pop = [&](std::size_t count, int worker) {
    for (; count > 0; --count) {
      Task* task = policy.PopLocal(worker);
      ASSERT_NE(task, nullptr);
      hand.push_back(task);
    }
  };
  const auto pop_any = [&](int worker) {
    Task* task = policy.PopAny(worker);
    ASSERT_NE(task, nullptr);
    hand.push_back(task);
  };
  std::atomic<std::uint64_t> looks{0}, cycles{0};
  std::atomic<int> missed{0};
  push(3, 1);
  InParallel(2, [&](int me) {
    if (me == 1) {
      while (looks.fetch_add(1) < Rounds() * kLooks || cycles.load() < Rounds() * kCycles) {
        missed.fetch_add(policy.Empty() + policy.EmptyFor(0));
      }
      return;
    }
    while (looks.load() < Rounds() * kLooks || cycles.fetch_add(1) < Rounds() * kCycles) {
      // Here three tasks are in the deque of worker 1 and nine in the hand.
      pop(2, 1);
      EXPECT_EQ(policy.PopOwned(1, &other), nullptr);  // Takes the last one for a moment.
      push(2, 1);
      push(9, 0);  // Four to the overflow, five in the ring.
      pop(3, 1);
      pop(5, 0);
      pop_any(1);  // A thief takes the block: three to its deque.
      push(9, 0);
      pop(3, 1);
      pop(6, 0);  // The owner takes the block: three to its deque.
      push(4, Policy::kNoWorker);
      // Not PopLocal, which takes tasks from outside now and then.
      for (int i = 0; i < 3; ++i) hand.push_back(policy.PopOwned(0, &owner));
      pop_any(1);  // From outside: three to its deque.
      if (testing::Test::HasFatalFailure()) break;
    }
    looks.store(Rounds() * kLooks);
    cycles.store(Rounds() * kCycles);
  });
  EXPECT_EQ(missed.load(), 0);
  EXPECT_FALSE(policy.Empty());
  pop(3, 1);
  EXPECT_TRUE(policy.Empty());
  EXPECT_EQ(hand.size(), static_cast<std::size_t>(kTasks));
}

}  // namespace
}  // namespace heddle
