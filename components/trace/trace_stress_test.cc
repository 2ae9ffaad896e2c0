// Promised: threads that record, begin and end while others start and stop recordings race with
// nothing (TSan), and every file is whole: valid, nested, and of each thread one unbroken run of
// its events. HEDDLE_TEST_SEED, HEDDLE_TEST_ROUNDS, HEDDLE_TEST_WORKERS.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <random>
#include <thread>
#include <vector>

#include "components/base/random.h"
#include "components/trace/json_for_test.h"
#include "components/trace/trace.h"

namespace heddle::trace {
namespace {

using enum TraceEventKind;

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? std::strtoull(value, nullptr, 10) : otherwise;
}

class TraceStressTest : public ::testing::Test {
 protected:
  ~TraceStressTest() override { unlink(path_.c_str()); }

  const std::uint64_t seed_ = FromEnvironment("HEDDLE_TEST_SEED", std::random_device()());
  const int rounds_ = static_cast<int>(FromEnvironment("HEDDLE_TEST_ROUNDS", 100));
  const int workers_ = static_cast<int>(FromEnvironment("HEDDLE_TEST_WORKERS", 4));
  const std::string path_ = ::testing::TempDir() + "/trace_stress_" + std::to_string(getpid());
};

// Counts events of its own in `a`, without a gap; tasks nest at random.
void RecordUntil(const std::atomic<bool>& stop, std::uint64_t worker, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::uint64_t> open;
  std::uint64_t next_task = worker << 32;
  SetThreadName("worker " + std::to_string(worker));
  for (std::uint64_t i = 0; !stop.load(std::memory_order_relaxed); ++i) {
    Record(kUser, "count", i, worker);
    if (open.size() < 4 && random.Below(2) == 0) {
      open.push_back(++next_task);
      Record(kTaskBegin, "task", open.back());
    } else if (!open.empty()) {
      Record(kTaskEnd, "task", open.back());
      open.pop_back();
    }
    if (i % 64 == 0) std::this_thread::yield();
  }
}

void ExpectUnbroken(const TraceFile& file) {
  std::map<int, double> last;
  for (const Json& event : file.instants) {
    const int tid = static_cast<int>(event["tid"].number);
    const double count = event["args"]["a"].number;
    const auto [at, fresh] = last.try_emplace(tid, count);
    if (!fresh) {
      ASSERT_EQ(count, at->second + 1) << "thread " << tid;
    }
    at->second = count;
  }
}

TEST_F(TraceStressTest, EveryFileIsWholeWhileThreadsRecordBeginAndEnd) {
  SCOPED_TRACE("HEDDLE_TEST_SEED=" + std::to_string(seed_));
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int w = 0; w < workers_; ++w)
    threads.emplace_back([&, w] { RecordUntil(stop, w, seed_ + w); });
  threads.emplace_back([&] {  // Threads that come and go.
    for (std::uint64_t i = 0; !stop.load(std::memory_order_relaxed); ++i) {
      std::thread([&] {
        for (std::uint64_t n = 0; n < 20; ++n) Record(kUser, "short", n);
      }).join();
    }
  });
  Random random(seed_);
  std::size_t events = 0;
  for (int round = 0; (round < rounds_ || events == 0) && !HasFailure(); ++round) {
    const absl::Status started = Start(path_, std::size_t{1} << random.Below(10));
    ASSERT_TRUE(started.ok()) << started;
    for (std::uint32_t i = random.Below(20); i > 0; --i) std::this_thread::yield();
    const absl::Status stopped = Stop();
    ASSERT_TRUE(stopped.ok()) << stopped;
    TraceFile file;
    ASSERT_EQ(Sort(ReadWholeFile(path_), file), "");
    ExpectUnbroken(file);
    events += file.instants.size();
  }
  stop.store(true, std::memory_order_relaxed);
  for (std::thread& thread : threads) thread.join();
}

TEST_F(TraceStressTest, OfManyStartsAndStopsAtOnceOneWinsEachTime) {
  SCOPED_TRACE("HEDDLE_TEST_SEED=" + std::to_string(seed_));
  std::atomic<int> started{0}, stopped{0};
  std::vector<std::thread> threads;
  for (int w = 0; w < workers_; ++w) {
    threads.emplace_back([&, w] {
      Random random(seed_ ^ static_cast<std::uint64_t>(w));
      const std::string path = path_ + "_" + std::to_string(w);
      for (int i = 0; i < rounds_; ++i) {
        if (random.Below(2) == 0) {
          started += Start(path, 16).ok();
        } else {
          stopped += Stop().ok();
        }
        Record(kUser, "u", i);
      }
      unlink(path.c_str());
    });
  }
  for (std::thread& thread : threads) thread.join();
  stopped += Stop().ok();
  EXPECT_EQ(started.load(), stopped.load());
  EXPECT_GT(started.load(), 0);
}

}  // namespace
}  // namespace heddle::trace
