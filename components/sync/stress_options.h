// What the stress tests and benchmarks of this package have in common: options from the
// environment, threads that meet.
#ifndef HEDDLE_COMPONENTS_SYNC_STRESS_OPTIONS_H_
#define HEDDLE_COMPONENTS_SYNC_STRESS_OPTIONS_H_

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "components/base/clock.h"
#include "components/base/measuring_for_test.h"
#include "components/base/random.h"
#include "components/base/sanitizer.h"

namespace heddle {

struct StressOptions {
  std::uint64_t seed;
  int rounds;
  int workers;
  // For SCOPED_TRACE: how to run a failed test again.
  std::string Text() const {
    return "HEDDLE_TEST_SEED=" + std::to_string(seed) +
           " HEDDLE_TEST_ROUNDS=" + std::to_string(rounds) +
           " HEDDLE_TEST_WORKERS=" + std::to_string(workers);
  }
};

// `rounds`: where HEDDLE_TEST_ROUNDS is not set; a sanitizer gets a tenth. Prints what it chose: a
// lost wake-up shows as a test that hangs, and its log must name the seed.
inline StressOptions ReadStressOptions(int rounds) {
  const auto read = [](const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text != nullptr && *text != '\0' ? std::strtoull(text, nullptr, 10) : otherwise;
  };
  StressOptions options;
  options.seed = read("HEDDLE_TEST_SEED", std::random_device()());
  options.rounds = static_cast<int>(
      read("HEDDLE_TEST_ROUNDS", HEDDLE_TSAN || HEDDLE_ASAN ? rounds / 10 : rounds));
  options.workers = static_cast<int>(read("HEDDLE_TEST_WORKERS", 4));
  std::cout << options.Text() << std::endl;
  return options;
}

// Mostly nothing, sometimes some pauses, rarely the core: so that threads meet in every phase.
inline void RandomDelay(Random* random) {
  const std::uint32_t draw = random->Below(256);
  if (draw == 0) std::this_thread::yield();
  if (draw < 64) {
    for (std::uint32_t i = draw / 4; i > 0; --i) CpuRelax();
  }
}

// Two threads leave Wait for the same round within some ten nanoseconds of each other, give or take
// a random skew, if both have a core: so that they meet in windows of a few instructions.
class MeetingPoint {
 public:
  void Wait(int round, Random* random) {
    arrived_.fetch_add(1);
    for (int looks = 0; arrived_.load() < 2 * (round + 1); ++looks) {
      if (looks > 1000) std::this_thread::yield();
    }
    for (std::uint32_t skew = random->Below(32); skew > 0; --skew) {
      asm volatile("");  // Keeps the loop.
    }
  }

 private:
  std::atomic<int> arrived_{0};
};

// Runs body(0), ..., body(count - 1) on a thread each, and joins them. None starts before all are
// there: a short body would be over before the next thread exists. They are bound to the cores in
// turn: the kernel likes to put two threads that wake each other on one core, where they never
// meet.
template <class Body>
void RunThreads(int count, const Body& body) {
  std::atomic<int> missing{count};
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&body, &missing, i] {
      BindToCore(i);
      missing.fetch_sub(1);
      while (missing.load() > 0) std::this_thread::yield();
      body(i);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_SYNC_STRESS_OPTIONS_H_
