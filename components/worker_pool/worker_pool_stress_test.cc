// Promised: whatever mix of tasks, pinned tasks, suspensions, lanes in all three modes, guests, gangs, blocking calls, pauses
// and clients that come and go: every task runs exactly once, and never more bodies at once than slots, less the counted
// exceptions. No wake-up is lost in many rounds of sleeping and waking. Pools that come and go leave nothing behind.
// Not promised: any order or duration. The seed is printed on failure; HEDDLE_TEST_{SEED,ROUNDS,WORKERS}.
#include <dirent.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <mutex>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "components/base/clock.h"
#include "components/base/random.h"
#include "components/base/sanitizer.h"
#include "components/memory_pool/pool.h"
#include "components/memory_pool/stack_pool.h"
#include "components/worker_pool/blocking_call.h"
#include "components/worker_pool/gang.h"
#include "components/worker_pool/test_support.h"

namespace heddle {
namespace {

constexpr bool kSlow = HEDDLE_TSAN || HEDDLE_ASAN;

std::int64_t Rounds(std::int64_t otherwise) {
  return FromEnvironment("HEDDLE_TEST_ROUNDS", kSlow ? otherwise / 10 + 1 : otherwise);
}
std::uint64_t Seed() {
  static const std::uint64_t seed =
      static_cast<std::uint64_t>(FromEnvironment("HEDDLE_TEST_SEED", NowNs()));
  return seed;
}
std::vector<int> SlotCounts() {
  const int workers = static_cast<int>(FromEnvironment("HEDDLE_TEST_WORKERS", 0));
  return workers > 0 ? std::vector<int>{workers} : std::vector<int>{1, 2, 4, 8};
}

std::unique_ptr<Pool> NewPool(int slots) {
  PoolOptions options;
  options.slots = slots;
  absl::StatusOr<std::unique_ptr<Pool>> pool = Pool::Create(options);
  EXPECT_TRUE(pool.ok()) << pool.status();
  return *std::move(pool);
}

Client* AddClient(Pool& pool, ClientOptions options = {}) {
  absl::StatusOr<Client*> client = pool.AddClient(std::move(options));
  EXPECT_TRUE(client.ok()) << client.status();
  return *client;
}

// State letter of each thread of this process.
char ThreadState(pid_t tid) {
  std::ifstream file("/proc/self/task/" + std::to_string(tid) + "/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t end = text.rfind(')');
  return end == std::string::npos || end + 2 >= text.size() ? '?' : text[end + 2];
}

int CountThreads() {
  int count = 0;
  DIR* const dir = opendir("/proc/self/task");
  while (const dirent* const entry = readdir(dir)) count += entry->d_name[0] != '.';
  closedir(dir);
  return count;
}

// Counts the threads inside of task bodies. A body holds one from its begin to its end, but for suspensions and blocking calls.
class Bodies {
 public:
  class Inside {
   public:
    explicit Inside(Bodies& bodies) : bodies_(bodies) { bodies_.Enter(); }
    ~Inside() { bodies_.Leave(); }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    Bodies& bodies_;
  };
  class Outside {
   public:
    explicit Outside(Bodies& bodies) : bodies_(bodies) { bodies_.Leave(); }
    ~Outside() { bodies_.Enter(); }
    Outside(const Outside&) = delete;
    Outside& operator=(const Outside&) = delete;

   private:
    Bodies& bodies_;
  };

  int most() const { return most_.load(); }
  // Threads that are in a body and that the kernel runs, now.
  int Running() {
    std::set<pid_t> inside;
    {
      std::lock_guard<std::mutex> hold(mutex_);
      inside = inside_;
    }
    int running = 0;
    for (const pid_t tid : inside) running += ThreadState(tid) == 'R';
    return running;
  }

 private:
  void Enter() {
    const int now = ++now_;
    int most = most_.load();
    while (most < now && !most_.compare_exchange_weak(most, now)) {
    }
    std::lock_guard<std::mutex> hold(mutex_);
    inside_.insert(static_cast<pid_t>(syscall(SYS_gettid)));
  }
  void Leave() {
    {
      std::lock_guard<std::mutex> hold(mutex_);
      inside_.erase(static_cast<pid_t>(syscall(SYS_gettid)));
    }
    --now_;
  }
  std::atomic<int> now_{0}, most_{0};
  std::mutex mutex_;
  std::set<pid_t> inside_;
};

// One run of the mix: a tree of actions that grows from external threads.
class Mix {
 public:
  Mix(int slots, std::uint64_t seed, int actions)
      : slots_(slots), pool_(NewPool(slots)), actions_(actions), seeds_(seed), runs_(actions) {
    plain_ = AddClient(*pool_);
    ClientOptions guests;
    guests.guests = true;
    guests_ = AddClient(*pool_, std::move(guests));
    ClientOptions lanes;
    lanes.lanes = slots + 2;
    lanes.lend_stand_in = [](Lane&) -> void* { return new int(1); };
    lanes.take_back = [](Lane&, void* user) { delete static_cast<int*>(user); };
    lanes_ = AddClient(*pool_, std::move(lanes));
    for (const auto& lane : lanes_->lanes()) lane->user = new int(0);
    ClientOptions narrow;
    narrow.width_limit = 1;
    narrow_ = AddClient(*pool_, std::move(narrow));
  }

  void Run() {
    std::atomic<bool> done{false};
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([this, seed = seeds_.Next()] { External(seed, nullptr); });
    }
    threads.emplace_back([this, seed = seeds_.Next()] { External(seed, guests_); });
    threads.emplace_back([this, &done, seed = seeds_.Next()] { Disturb(seed, done); });
    for (std::size_t i = 0; i < 3; ++i) threads[i].join();
    left_.Done();
    left_.Wait();
    done = true;
    threads[3].join();
    for (const auto& lane : lanes_->lanes()) user_of_lanes_.push_back(lane.get());
    for (Client* client : {plain_, guests_, narrow_}) pool_->RemoveClient(client);
    RemoveLanes();
    for (std::size_t i = 0; i < runs_.size(); ++i) EXPECT_EQ(runs_[i], 1) << "action " << i;
    // A body that waited for 10 ms in the kernel, for the mutex of `bodies_` say, may have lost its slot: a counted exception.
    EXPECT_LE(bodies_.most(), slots_ + Takeovers());
    pool_.reset();
  }

 private:
  void RemoveLanes() {
    std::vector<int*> users;
    // A lane's state is given back by the last activity that was stood in for, maybe a moment after its body.
    for (Lane* lane : user_of_lanes_) {
      while (lane->state() != Lane::State::kIdle) std::this_thread::yield();
      users.push_back(static_cast<int*>(lane->user));
    }
    pool_->RemoveClient(lanes_);
    for (int* user : users) delete user;
  }

  int Takeovers() const { return static_cast<int>(pool_->Statistics().takeovers); }

  // The number of a new action, or -1 where all have been given out.
  int NewAction() {
    const int action = next_.fetch_add(1);
    if (action >= actions_) return -1;
    left_.Add();
    return action;
  }

  void External(std::uint64_t seed, Client* as) {
    Random random(seed);
    std::unique_ptr<Attachment> attachment;
    for (int action; (action = NewAction()) >= 0;) {
      if (as != nullptr && random.Below(8) == 0) attachment.reset();
      if (as != nullptr && attachment == nullptr) attachment = std::make_unique<Attachment>(as);
      const bool wait = random.Below(4) == 0;
      auto event = std::make_shared<Event>();
      Spawn(random, action, [wait, event] {
        if (wait) event->Set();
      });
      if (wait) event->Wait();
      if (random.Below(64) == 0) {
        std::atomic<int> members{0};
        RunGang(
            *plain_, 1 + static_cast<int>(random.Below(4)),
            [](int, void* m) { ++*static_cast<std::atomic<int>*>(m); }, &members);
        EXPECT_GE(members, 1);
      }
    }
  }

  // Clients come and go, others pause.
  void Disturb(std::uint64_t seed, const std::atomic<bool>& done) {
    Random random(seed);
    while (!done) {
      guests_->set_guests_only(random.Below(2) == 0);
      Client* const passing = AddClient(*pool_);
      Countdown ran(20);
      for (int i = 0; i < 20; ++i) {
        Task* const task = NewTask(passing, [this, &ran] {
          const Bodies::Inside inside(bodies_);
          ran.Done();
        });
        if (i % 2 != 0) Pin(task, static_cast<int>(random.Below(static_cast<std::uint32_t>(slots_))));
        pool_->Submit(task);
      }
      if (random.Below(4) == 0) {
        Client* const paused = random.Below(2) == 0 ? plain_ : lanes_;
        paused->Pause();
        ran.Wait();
        paused->Unpause();
      } else {
        ran.Wait();
      }
      pool_->RemoveClient(passing);
      const int running = bodies_.Running();
      EXPECT_LE(running, slots_ + Takeovers());
    }
  }

  static void Pin(Task* task, int worker) {
    task->flags |= kTaskPinned;
    task->worker = static_cast<std::int16_t>(worker);
  }

  // A task of a random client at a random place that acts at random.
  void Spawn(Random& random, int action, std::function<void()> after) {
    Client* const clients[] = {plain_, plain_, guests_, lanes_, lanes_, narrow_};
    Client* const client = clients[random.Below(6)];
    Task* const task =
        NewTask(client, [this, action, seed = random.Next(), after = std::move(after)] {
          {
            const Bodies::Inside inside(bodies_);
            Act(action, seed);
          }
          after();
          left_.Done();
        });
    if (random.Below(2) == 0 && client != guests_) {
      Pin(task, static_cast<int>(random.Below(static_cast<std::uint32_t>(
                    client == lanes_ ? lanes_->lanes().size() : static_cast<std::size_t>(slots_)))));
    }
    if (random.Below(4) == 0 && (task->flags & kTaskPinned) == 0) {
      pool_->SubmitNext(task);
    } else {
      pool_->Submit(task);
    }
  }

  void Act(int action, std::uint64_t seed) {
    Random random(seed);
    ++runs_[static_cast<std::size_t>(action)];
    errno = action;
    const Lane* const lane = CurrentActivity()->lane;
    switch (random.Below(8)) {
      case 0:
      case 1:
      case 2: {  // A wait for another action.
        const int other = NewAction();
        if (other < 0) break;
        Event event;
        Spawn(random, other, [&event] { event.Set(); });
        constexpr SuspendMode kModes[] = {SuspendMode::kHold, SuspendMode::kRelease,
                                          SuspendMode::kSubstitute};
        // A lane that is held may be the one on which the other is pinned: only substitutes and releases wait on lanes.
        const SuspendMode mode = lane != nullptr ? kModes[1 + random.Below(2)] : kModes[0];
        try {
          throw std::runtime_error(std::to_string(action));
        } catch (const std::runtime_error&) {
          {
            const Bodies::Outside outside(bodies_);
            event.Wait(mode);
          }
          try {
            throw;
          } catch (const std::runtime_error& error) {
            EXPECT_EQ(error.what(), std::to_string(action));
          }
        }
        break;
      }
      case 3:
        for (int i = 0; i < 2; ++i) {
          if (const int other = NewAction(); other >= 0) Spawn(random, other, [] {});
        }
        break;
      case 4: {
        const Bodies::Outside outside(bodies_);
        if (random.Below(8) == 0) {
          const BlockingCall call;
          std::this_thread::yield();
        } else {
          Yield(SuspendMode::kHold);
        }
        break;
      }
      default:
        break;
    }
    EXPECT_EQ(CurrentActivity()->lane, lane);
  }

  // How many actions have begun and not ended, and one for the external threads.
  class Left {
   public:
    void Add() { ++count_; }
    void Done() {
      if (count_.fetch_sub(1) == 1) FutexWake(count_, INT32_MAX);
    }
    void Wait() {
      for (std::uint32_t count; (count = count_.load()) != 0;) FutexWait(count_, count);
    }

   private:
    std::atomic<std::uint32_t> count_{1};
  };

  const int slots_;
  std::unique_ptr<Pool> pool_;
  const int actions_;
  Random seeds_;
  Client *plain_, *guests_, *lanes_, *narrow_;
  std::vector<Lane*> user_of_lanes_;
  std::atomic<int> next_{0};
  Left left_;
  Bodies bodies_;
  std::vector<std::atomic<int>> runs_;
};

TEST(WorkerPoolStressTest, ARandomMixRunsEverythingOnceOnNoMoreThanTheSlots) {
  SCOPED_TRACE("HEDDLE_TEST_SEED=" + std::to_string(Seed()));
  Random seeds(Seed());
  for (const int slots : SlotCounts()) {
    for (std::int64_t round = 0; round < 3; ++round) {
      Mix(slots, seeds.Next(), static_cast<int>(Rounds(4000))).Run();
    }
  }
}

// One round: a worker sleeps, is woken by a task, tells the test thread, and sleeps again; in turn by a task that any worker
// may take, by a pinned one, by a message and by a resumption.
TEST(WorkerPoolStressTest, NoWakeUpIsLost) {
  for (const int slots : SlotCounts()) {
    PoolOptions options;
    options.slots = slots;
    options.spin_ns = 0;
    std::unique_ptr<Pool> pool = *Pool::Create(options);
    Client* const client = AddClient(*pool);
    ClientOptions with_lanes;
    with_lanes.lanes = 2;
    Client* const lanes = AddClient(*pool, std::move(with_lanes));
    Random random(Seed() + static_cast<std::uint64_t>(slots));
    const std::int64_t rounds = Rounds(4000);
    for (std::int64_t round = 0; round < rounds; ++round) {
      Countdown ran(1);
      switch (random.Below(4)) {
        case 0:
          pool->Submit(NewTask(client, [&] { ran.Done(); }));
          break;
        case 1: {
          Task* const task = NewTask(client, [&] { ran.Done(); });
          task->flags = kTaskPinned;
          task->worker =
              static_cast<std::int16_t>(random.Below(static_cast<std::uint32_t>(slots)));
          pool->Submit(task);
          break;
        }
        case 2:
          lanes->lanes()[random.Below(2)]->Push(NewTask(lanes, [&] { ran.Done(); }));
          break;
        default: {
          auto event = std::make_shared<Event>();
          pool->Submit(NewTask(client, [&, event] {
            event->Wait();
            ran.Done();
          }));
          event->Set();
          break;
        }
      }
      // Sometimes the worker is on its way to sleep, sometimes it sleeps.
      for (std::uint32_t i = random.Below(256); i > 0; --i) CpuRelax();
      ran.Wait();
    }
    pool->RemoveClient(client);
    pool->RemoveClient(lanes);
  }
}

TEST(WorkerPoolStressTest, PoolsComeAndGoWithoutLeavingAnything) {
  const auto once = [](int round) {
    std::unique_ptr<Pool> pool = NewPool(1 + round % 3);
    ClientOptions options;
    options.lanes = round % 2 == 0 ? 0 : 2;
    Client* const client = AddClient(*pool, std::move(options));
    Countdown ran(8);
    std::vector<Event> events(4);
    for (std::size_t i = 0; i < 4; ++i) {
      pool->Submit(NewTask(client, [&, i] {
        events[i].Wait(SuspendMode::kRelease);
        ran.Done();
      }));
      pool->Submit(NewTask(client, [&, i] {
        events[i].Set();
        ran.Done();
      }));
    }
    ran.Wait();
    pool->RemoveClient(client);
  };
  for (int round = 0; round < 10; ++round) once(round);
  const int threads = CountThreads();
  const StackStatistics stacks = GetStackStatistics();
  const PoolStatistics memory = GetPoolStatistics();
  const std::int64_t rounds = Rounds(1000);
  for (std::int64_t round = 0; round < rounds; ++round) once(static_cast<int>(round));
  EXPECT_EQ(CountThreads(), threads);
  EXPECT_EQ(GetStackStatistics().live, stacks.live);
  EXPECT_LE(GetStackStatistics().bytes_reserved, stacks.bytes_reserved + 64 * kLoopStackBytes);
  EXPECT_EQ(GetPoolStatistics().blocks_in_use, memory.blocks_in_use);
  EXPECT_LE(GetPoolStatistics().bytes_reserved, memory.bytes_reserved + (std::uint64_t{4} << 20));
}

TEST(WorkerPoolStressTest, TwentyThousandTasksAreBlockedAtOnce) {
  const int tasks = HEDDLE_TSAN ? 1000 : 20000;
  for (const int slots : {1, 2}) {
    std::unique_ptr<Pool> pool = NewPool(slots);
    Client* const client = AddClient(*pool);
    std::vector<Event> events(static_cast<std::size_t>(tasks));
    std::atomic<int> blocked{0}, most{0};
    Countdown started(static_cast<std::uint32_t>(tasks)), ended(static_cast<std::uint32_t>(tasks));
    for (int i = 0; i < tasks; ++i) {
      pool->Submit(NewTask(client, [&, i] {
        most = std::max(most.load(), ++blocked);
        started.Done();
        events[static_cast<std::size_t>(i)].Wait();
        --blocked;
        ended.Done();
      }));
    }
    started.Wait();
    EXPECT_EQ(blocked, tasks);
    for (Event& event : events) event.Set();
    ended.Wait();
    EXPECT_EQ(blocked, 0);
    pool->RemoveClient(client);
  }
}

// External threads submit to a pool that another client's coming and going disturbs, and the pool ends as soon as it may.
TEST(WorkerPoolStressTest, ExternalThreadsSubmitWhileThePoolStartsAndStops) {
  const std::int64_t rounds = Rounds(200);
  for (std::int64_t round = 0; round < rounds; ++round) {
    std::unique_ptr<Pool> pool = NewPool(1 + static_cast<int>(round % 4));
    Client* const client = AddClient(*pool);
    Countdown ran(3 * 50);
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 50; ++i) pool->Submit(NewTask(client, [&] { ran.Done(); }));
      });
    }
    for (std::thread& thread : threads) thread.join();
    pool->RemoveClient(client);
    ran.Wait();
    pool.reset();
  }
}

}  // namespace
}  // namespace heddle
