// Fibers wander between threads through mailboxes: each step publishes the fiber from the hook, so
// that another thread may resume it before the first has returned from the switch. Promised: every
// step runs once, on one thread at a time, with the fiber's own errno, caught exception and stack.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "components/base/clock.h"
#include "components/base/random.h"
#include "components/fiber/fiber.h"
#include "components/fiber/fiber_test_util.h"
#include "components/memory_pool/stack_pool.h"

namespace heddle {
namespace {

std::int64_t FromEnvironment(const char* name, std::int64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::atol(text) : otherwise;
}

struct Wanderer;

struct World {
  std::vector<std::atomic<Wanderer*>>
      mailboxes;  // More than wanderers: a free one is always found.
  std::atomic<int> alive{0};
  std::int64_t steps_each = 0;

  void Post(Wanderer* wanderer, Random& random) {
    for (;;) {
      Wanderer* none = nullptr;
      auto& box = mailboxes[random.Below(static_cast<std::uint32_t>(mailboxes.size()))];
      if (box.compare_exchange_strong(none, wanderer, std::memory_order_release,
                                      std::memory_order_relaxed)) {
        return;
      }
    }
  }
  Wanderer* Take(Random& random) {
    auto& box = mailboxes[random.Below(static_cast<std::uint32_t>(mailboxes.size()))];
    if (box.load(std::memory_order_relaxed) == nullptr) return nullptr;
    return box.exchange(nullptr, std::memory_order_acquire);
  }
};

struct Wanderer {
  World* world;
  int id;
  Random random;
  Stack stack = StackAllocate(StackClass::kUser, std::size_t{64} * 1024);
  Fiber fiber;
  Fiber* host =
      nullptr;  // The native context of the thread that runs it now; set by who resumes it.
  std::atomic<bool> running{false};
  std::int64_t steps = 0;
  std::int64_t mistakes = 0;

  Wanderer(World* w, int i, std::uint64_t seed) : world(w), id(i), random(seed) {
    fiber.Start(stack, &Wanderer::Main, this);
  }
  ~Wanderer() { StackFree(stack); }

  void Expect(bool condition) { mistakes += condition ? 0 : 1; }

  // Publishes itself and goes to another wanderer or home, then waits to be resumed.
  [[gnu::noinline]] void Step() {
    Wanderer* next = random.Below(2) == 0 ? world->Take(random) : nullptr;
    Fiber* to = host;
    if (next != nullptr) {
      next->host = host;
      next->Enter();
      to = &next->fiber;
    }
    ++steps;
    running.store(false, std::memory_order_relaxed);
    SwitchFiber(
        fiber, *to,
        [](void* argument) {
          auto* self = static_cast<Wanderer*>(argument);
          self->world->Post(self, self->random);
        },
        this);
  }
  void Enter() { Expect(!running.exchange(true, std::memory_order_relaxed)); }

  [[gnu::noinline]] void StepsAtDepth(int depth) {
    volatile int local = id + depth;
    if (depth == 0) {
      Step();
    } else {
      StepsAtDepth(depth - 1);
    }
    Expect(local == id + depth);
  }

  void CatchAndStep() {
    const int thrown = id * 1000 + static_cast<int>(random.Below(1000));
    const std::int64_t inside = 1 + random.Below(4);
    try {
      try {
        throw int{thrown};
      } catch (int) {
        for (std::int64_t i = 0; i < inside && steps < world->steps_each; ++i) {
          const int error = static_cast<int>(1 + random.Below(100));
          WriteErrno(error);
          StepsAtDepth(static_cast<int>(random.Below(20)));
          Expect(ReadErrno() == error);
          Expect(std::uncaught_exceptions() == 0);
        }
        throw;
      }
    } catch (int caught) {
      Expect(caught == thrown);
    }
    Expect(std::current_exception() == nullptr);
  }

  static void Main(void* argument) {
    auto* self = static_cast<Wanderer*>(argument);
    while (self->steps < self->world->steps_each) self->CatchAndStep();
    ExitFiber(
        self->fiber, *self->host,
        [](void* ended) {
          // Once it is counted the main thread may look at it and delete it.
          static_cast<Wanderer*>(ended)->world->alive.fetch_sub(1, std::memory_order_release);
        },
        self);
  }
};

void Work(World& world, std::uint64_t seed) {
  Random random(seed);
  Fiber native;
  while (world.alive.load(std::memory_order_acquire) > 0) {
    Wanderer* next = world.Take(random);
    if (next == nullptr) {
      CpuRelax();
      if (random.Below(64) == 0) std::this_thread::yield();
      continue;
    }
    next->host = &native;
    next->Enter();
    SwitchFiber(native, next->fiber);
  }
}

void Wander(int workers, std::uint64_t seed, std::int64_t steps) {
  SCOPED_TRACE(testing::Message() << "HEDDLE_TEST_SEED=" << seed
                                  << " HEDDLE_TEST_WORKERS=" << workers);
  Random random(seed);
  World world;
  const int wanderers = workers + 1 + static_cast<int>(random.Below(16));
  world.mailboxes = std::vector<std::atomic<Wanderer*>>(2 * static_cast<std::size_t>(wanderers));
  world.steps_each = steps;
  world.alive = wanderers;
  std::vector<std::unique_ptr<Wanderer>> all;
  for (int i = 0; i < wanderers; ++i) {
    all.push_back(std::make_unique<Wanderer>(&world, i, random.Next()));
    world.Post(all.back().get(), random);
  }
  std::vector<std::thread> threads;
  threads.reserve(static_cast<std::size_t>(workers));
  for (int i = 0; i < workers; ++i) {
    threads.emplace_back(Work, std::ref(world), random.Next());
  }
  for (auto& thread : threads) thread.join();
  for (auto& one : all) {
    EXPECT_EQ(one->steps, steps) << "fiber " << one->id;
    EXPECT_EQ(one->mistakes, 0) << "fiber " << one->id;
  }
}

TEST(FiberStressTest, FibersWanderBetweenThreadsWithWhatIsTheirs) {
  const auto seed = static_cast<std::uint64_t>(
      FromEnvironment("HEDDLE_TEST_SEED", static_cast<std::int64_t>(std::random_device{}())));
  const std::int64_t rounds = FromEnvironment("HEDDLE_TEST_ROUNDS", 4);
  const std::int64_t only = FromEnvironment("HEDDLE_TEST_WORKERS", 0);
  const std::vector<std::int64_t> counts =
      only > 0 ? std::vector<std::int64_t>{only} : std::vector<std::int64_t>{1, 2, 4, 8};
  constexpr std::int64_t kSteps = HEDDLE_TSAN || HEDDLE_ASAN ? 1'000 : 10'000;
  for (std::int64_t round = 0; round < rounds; ++round) {
    for (std::int64_t workers : counts) {
      Wander(static_cast<int>(workers), seed + static_cast<std::uint64_t>(round), kSteps);
    }
  }
}

}  // namespace
}  // namespace heddle
