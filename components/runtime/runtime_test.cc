// Promised: one runtime for all who acquire it; wrong options are errors that name them and leave
// nothing over; it can be started again and again, from several threads at once; a forked child
// makes its own. Not promised: any duration.
#include "components/runtime/runtime.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <vector>

#include "components/base/futex.h"
#include "components/base/sanitizer.h"
#include "components/runtime/summary.h"

namespace heddle {
namespace {

class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Variable() { unsetenv(name_); }

 private:
  const char* const name_;
};

TEST(RuntimeTest, AllShareOneRuntimeAndTheLastReleaseEndsIt) {
  Runtime* const first = *Runtime::Acquire();
  Runtime* const second = *Runtime::Acquire();
  EXPECT_EQ(first, second);
  EXPECT_TRUE(first->Release().ok());
  EXPECT_EQ(Runtime::Current(), second);
  EXPECT_TRUE(second->Release().ok());
  EXPECT_EQ(Runtime::Current(), nullptr);
}

struct BadValue {
  const char* name;
  const char* value;
};
class BadOptionTest : public testing::TestWithParam<BadValue> {};

TEST_P(BadOptionTest, IsAnErrorThatNamesVariableValueAndWhatIsAllowed) {
  const Variable variable(GetParam().name, GetParam().value);
  const absl::StatusOr<Runtime*> runtime = Runtime::Acquire();
  ASSERT_FALSE(runtime.ok());
  const std::string text(runtime.status().message());
  EXPECT_NE(text.find(GetParam().name), std::string::npos) << text;
  EXPECT_NE(text.find(std::string("\"") + GetParam().value + "\""), std::string::npos) << text;
  EXPECT_NE(text.find("allowed"), std::string::npos) << text;
  EXPECT_EQ(Runtime::Current(), nullptr);
}

INSTANTIATE_TEST_SUITE_P(
    Options, BadOptionTest,
    testing::Values(BadValue{"HEDDLE_WORKERS", "0"}, BadValue{"HEDDLE_WORKERS", "two"},
                    BadValue{"HEDDLE_WORKERS", "100000"}, BadValue{"HEDDLE_WORKERS", "1 "},
                    BadValue{"HEDDLE_BIND", "yes"}, BadValue{"HEDDLE_SPIN_US", "-1"},
                    BadValue{"HEDDLE_TRACE", ""}, BadValue{"HEDDLE_STATS", "2"},
                    BadValue{"HEDDLE_WATCHDOG", "soon"}));

TEST(RuntimeTest, ATraceFileThatCannotBeWrittenIsAnErrorAtStart) {
  const Variable variable("HEDDLE_TRACE", "/nonexistent/folder/trace.json");
  const absl::StatusOr<Runtime*> runtime = Runtime::Acquire();
  ASSERT_FALSE(runtime.ok());
  EXPECT_NE(std::string(runtime.status().message()).find("/nonexistent/folder/trace.json"),
            std::string::npos);
}

TEST(RuntimeTest, TheEnvironmentGoesBeforeTheFrontend) {
  const Variable variable("HEDDLE_WORKERS", "1");
  RuntimeOptions wanted;
  wanted.workers = 1;
  Runtime* const runtime = *Runtime::Acquire(wanted);
  EXPECT_EQ(runtime->pool().slots(), 1);
  EXPECT_TRUE(runtime->Release().ok());
}

// Submits a task to whatever runtime there is and waits for it.
void UseOnce() {
  Runtime* const runtime = *Runtime::Acquire();
  Client* const client = *runtime->pool().AddClient({});
  std::atomic<std::uint32_t> done{0};
  Task task;
  task.client = client;
  task.user[0] = &done;
  task.run = [](Task* t) {
    auto* const word = static_cast<std::atomic<std::uint32_t>*>(t->user[0]);
    word->store(1);
    FutexWake(*word, 1);
  };
  runtime->pool().Submit(&task);
  while (done.load() == 0) FutexWait(done, 0);
  runtime->pool().RemoveClient(client);
  EXPECT_TRUE(runtime->Release().ok());
}

TEST(RuntimeTest, ExternalThreadsSubmitWhileTheRuntimeStartsAndStops) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int round = 0; round < 50; ++round) UseOnce();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Runtime::Current(), nullptr);
}

TEST(RuntimeTest, AForkedChildMakesARuntimeOfItsOwn) {
  if (HEDDLE_TSAN) GTEST_SKIP() << "TSan lets no thread start in a forked child";
  Runtime* const runtime = *Runtime::Acquire();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (Runtime::Current() != nullptr) _exit(1);
    UseOnce();
    _exit(Runtime::Current() == nullptr ? 0 : 2);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_TRUE(runtime->Release().ok());
}

// The locks that a fork takes are those that starting and ending take, in no other order.
TEST(RuntimeTest, AForkMayComeWhileAnotherThreadStartsAndEndsTheRuntime) {
  std::atomic<bool> stop{false};
  std::thread other([&stop] {
    while (!stop.load()) UseOnce();
  });
  for (int round = 0; round < 100; ++round) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) _exit(Runtime::Current() == nullptr ? 0 : 1);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    ASSERT_EQ(WEXITSTATUS(status), 0);
  }
  stop.store(true);
  other.join();
}

TEST(RuntimeTest, TheTraceHoldsTheTaskAndIsWrittenAtTheLastRelease) {
  const std::string path = testing::TempDir() + "/runtime_test_trace.json";
  const Variable variable("HEDDLE_TRACE", path.c_str());
  UseOnce();
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_NE(text.find("\"task\""), std::string::npos) << text.substr(0, 400);
  EXPECT_NE(text.find("heddle/"), std::string::npos);
}

// Standard error as a stream of text.
class CapturedErrors {
 public:
  CapturedErrors() : before_(dup(STDERR_FILENO)) {
    int ends[2];
    HEDDLE_CHECK_EQ(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    read_end_ = ends[0];
  }
  ~CapturedErrors() {
    dup2(before_, STDERR_FILENO);
    close(before_);
    close(read_end_);
  }
  // What was written until `text` came.
  std::string ReadUntil(const std::string& text) {
    std::string all;
    char buffer[256];
    while (all.find(text) == std::string::npos) {
      const ssize_t size = read(read_end_, buffer, sizeof buffer);
      if (size <= 0) break;
      all.append(buffer, static_cast<std::size_t>(size));
    }
    return all;
  }

 private:
  const int before_;
  int read_end_ = -1;
};

TEST(RuntimeTest, TheWatchdogNamesWhoWaitsForWhatWhenNothingGoesOn) {
  CapturedErrors errors;
  const Variable variable("HEDDLE_WATCHDOG", "0.05");
  Runtime* const runtime = *Runtime::Acquire();
  ClientOptions options;
  options.name = "stuck";
  Client* const client = *runtime->pool().AddClient(std::move(options));
  struct Stuck : Task {
    Suspension suspension{"an answer"};
    std::atomic<std::uint32_t> published{0};
    std::atomic<std::uint32_t> ended{0};
  } task;
  task.client = client;
  task.run = [](Task* t) {
    Stuck* const self = static_cast<Stuck*>(t);
    Suspend(
        self->suspension, SuspendMode::kHold,
        [](Suspension*, void* stuck) {
          static_cast<Stuck*>(stuck)->published = 1;
          FutexWake(static_cast<Stuck*>(stuck)->published, 1);
        },
        self);
    self->ended = 1;
    FutexWake(self->ended, 1);
  };
  runtime->pool().Submit(&task);
  const std::string text = errors.ReadUntil("waits for an answer");
  EXPECT_NE(text.find("a task of client stuck waits for an answer"), std::string::npos) << text;
  while (task.published == 0) FutexWait(task.published, 0);
  Resume(&task.suspension);
  while (task.ended == 0) FutexWait(task.ended, 0);
  runtime->pool().RemoveClient(client);
  EXPECT_TRUE(runtime->Release().ok());
}

TEST(RuntimeTest, TheSummaryCountsTasksByType) {
  WorkerPoolStatistics statistics;
  statistics.slots.resize(1);
  statistics.slots[0].tasks = 12;
  statistics.types.push_back({"gemm", 12, 24'000});
  const std::string text = Summary(statistics);
  EXPECT_NE(text.find("gemm"), std::string::npos);
  EXPECT_NE(text.find("2000"), std::string::npos) << text;  // ns a task
}

TEST(RuntimeTest, SectionsOfFrontendsFollowInTheSummaryAndEndWithTheRuntime) {
  const Variable variable("HEDDLE_STATS", "1");
  Runtime* runtime = *Runtime::Acquire();
  int calls = 0;
  runtime->AddToSummary([&calls] { return "first, call " + std::to_string(++calls) + "\n"; });
  runtime->AddToSummary([] { return std::string("second\n"); });
  testing::internal::CaptureStderr();
  ASSERT_TRUE(runtime->Release().ok());
  const std::string text = testing::internal::GetCapturedStderr();
  const std::size_t pool = text.find("task type"), first = text.find("first, call 1\nsecond\n");
  EXPECT_NE(first, std::string::npos) << text;
  EXPECT_LT(pool, first) << text;
  // The next one knows nothing of them.
  runtime = *Runtime::Acquire();
  testing::internal::CaptureStderr();
  ASSERT_TRUE(runtime->Release().ok());
  EXPECT_EQ(testing::internal::GetCapturedStderr().find("first"), std::string::npos);
  EXPECT_EQ(calls, 1);
}

TEST(RuntimeTest, ASectionIsNotAskedForWhereNobodyWantsASummary) {
  Runtime* const runtime = *Runtime::Acquire();
  bool called = false;
  runtime->AddToSummary([&called] { return called = true, std::string("never\n"); });
  testing::internal::CaptureStderr();
  ASSERT_TRUE(runtime->Release().ok());
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace heddle
