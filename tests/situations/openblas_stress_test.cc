// Promised: the main thread, three threads with teams of their own sizes, tasks of width one and
// tasks for which more was reserved call OpenBLAS at random and at once; every result is right, no
// region has another size than was asked for, and no thread is uncounted. Not promised: any order
// or duration. The seed is printed on failure; HEDDLE_TEST_{SEED,ROUNDS,WORKERS}.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/situations/openblas.h"

namespace heddle {
namespace {

constexpr int kThreads = 3;
constexpr int kMostMembers = 5;

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text != nullptr && *text != '\0' ? std::strtoull(text, nullptr, 10) : otherwise;
}

class OpenBlasStressTest : public testing::Test {
 protected:
  void SetUp() override { process_.TakeRegions(); }
  void TearDown() override {
    process_.runtime().pool().RemoveClient(guests_);
    process_.runtime().pool().RemoveClient(tasks_);
    EXPECT_EQ(process_.runtime().pool().Statistics().excess_threads, 0);
  }

  static int SomeSize(Random& random) { return 1 + static_cast<int>(random.Below(kMostMembers)); }

  // A thread with a team and a copy of OpenBLAS of its own; the pool may know it, and it may work
  // while it waits.
  void CallFromThread(int number, std::uint64_t seed) {
    Random random(seed);
    std::optional<Attachment> attachment;
    if (random.Below(3) > 0) attachment.emplace(random.Below(2) == 0 ? guests_ : tasks_);
    for (std::uint32_t set = 1 + random.Below(3); set > 0; --set) {
      const int size = SomeSize(random);
      process_.omp().set_num_threads(size);
      for (std::uint32_t call = 1 + random.Below(8); call > 0; --call) {
        EXPECT_EQ(process_.omp().get_max_threads(), size);
        EXPECT_EQ(problem_.Either(process_.blas(1 + number), random.Below(4) == 0), "");
        // These and the one that submits tasks.
        EXPECT_EQ(process_.UncountedThreads(kThreads + 1), 0);
      }
    }
  }

  // All who use one copy at once want teams of one size, or none.
  void CallFromTasks(int size, std::uint64_t seed) {
    process_.RunTasks(*tasks_, 16, [&](int i) {
      Random random(seed + static_cast<std::uint64_t>(i));
      if (random.Below(3) == 0) CurrentActivity()->width = size;
      EXPECT_EQ(problem_.Either(process_.blas(), random.Below(4) == 0), "");
    });
  }

  void Round(std::uint64_t seed) {
    Random random(seed);
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([this, i, its = random.Next()] { CallFromThread(i, its); });
    }
    const int size = SomeSize(random);
    threads.emplace_back([this, size, its = random.Next()] { CallFromTasks(size, its); });
    process_.omp().set_num_threads(size);
    for (std::uint32_t call = random.Below(8); call > 0; --call) {
      EXPECT_EQ(problem_.Either(process_.blas(), random.Below(4) == 0), "");
    }
    for (std::thread& thread : threads) thread.join();
  }

  Client* AddClient(const char* name, bool guests) {
    ClientOptions options;
    options.name = name;
    options.guests = guests;
    return *process_.runtime().pool().AddClient(std::move(options));
  }

  Process& process_ = Process::Get();
  const std::uint64_t seed_ = FromEnvironment(
      "HEDDLE_TEST_SEED",
      static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()));
  const Problem problem_{seed_};
  Client* const tasks_ = AddClient("tasks", false);
  Client* const guests_ = AddClient("guests", true);
};

// OpenBLAS lets callers spin until the one before them has left its region. So whoever waits for
// the end of its region may not make room for another who spins for it.
TEST_F(OpenBlasStressTest, TasksWithTeamsOfOneSizeTakeTurns) {
  process_.RunTasks(*tasks_, 24, [&](int i) {
    CurrentActivity()->width = 3;
    EXPECT_EQ(problem_.Either(process_.blas(), i % 2 == 0), "");
  });
  EXPECT_EQ(process_.TakeRegions()[2], 0u);
}

TEST_F(OpenBlasStressTest, EverybodyCallsAtOnceAndAllResultsAreRight) {
  SCOPED_TRACE("HEDDLE_TEST_SEED=" + std::to_string(seed_) +
               " HEDDLE_TEST_WORKERS=" + std::to_string(process_.workers()));
  Random random(seed_);
  const std::uint64_t rounds = FromEnvironment("HEDDLE_TEST_ROUNDS", 10);
  for (std::uint64_t round = 0; round < rounds && !HasFailure(); ++round) Round(random.Next());
  const std::vector<std::uint64_t> regions = process_.TakeRegions();
  std::uint64_t seen = 0;
  for (std::size_t size = 0; size < regions.size(); ++size) {
    EXPECT_TRUE(regions[size] == 0 || (size >= 2 && size <= kMostMembers)) << size;
    const int members = static_cast<int>(size);
    EXPECT_EQ(process_.omp().members(members), process_.omp().regions(members) * size);
    seen += regions[size];
  }
  EXPECT_GT(seen, 0u);
}

}  // namespace
}  // namespace heddle
