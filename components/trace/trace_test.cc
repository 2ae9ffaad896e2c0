// Promised: nothing is recorded while tracing is off; what was recorded is in the file, of ended
// threads too; a full ring keeps the newest and says what it lost; errors name the path; a forked
// child leaves the file alone. Not promised: any duration, and that times of two threads compare to
// the nanosecond.
#include "components/trace/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "components/trace/json_for_test.h"

namespace heddle::trace {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using enum TraceEventKind;

class TraceTest : public ::testing::Test {
 protected:
  ~TraceTest() override {
    (void)Stop();  // Of a test that failed half-way.
    unlink(path_.c_str());
  }

  TraceFile StopAndRead() {
    const absl::Status status = Stop();
    EXPECT_TRUE(status.ok()) << status;
    const std::string text = ReadWholeFile(path_);
    TraceFile file;
    EXPECT_EQ(Sort(text, file), "") << text;
    return file;
  }

  const std::string path_ = ::testing::TempDir() + "/trace_" + std::to_string(getpid()) + "_" +
                            ::testing::UnitTest::GetInstance()->current_test_info()->name() +
                            ".json";
};

TEST_F(TraceTest, NothingIsRecordedWhileTracingIsOff) {
  EXPECT_FALSE(Enabled());
  Record(kUser, "before");
  ASSERT_TRUE(Start(path_).ok());
  EXPECT_TRUE(Enabled());
  Record(kUser, "during", 1, 2);
  const TraceFile file = StopAndRead();
  EXPECT_FALSE(Enabled());
  Record(kUser, "after");
  ASSERT_EQ(file.instants.size(), 1u);
  EXPECT_EQ(file.instants[0]["name"].string, "during");
  EXPECT_EQ(file.instants[0]["args"]["a"].number, 1);
  EXPECT_EQ(file.instants[0]["args"]["b"].number, 2);
}

TEST_F(TraceTest, ATrackIsATimeLineThatThreadsRecordOnInTurn) {
  const TraceTrack track = Track("PE 0");
  EXPECT_NE(track, kTrackOfThread);
  EXPECT_EQ(Track("PE 0"), track);
  EXPECT_NE(Track("PE 1"), track);
  RecordOn(track, kUser, "before");
  ASSERT_TRUE(Start(path_).ok());
  RecordOn(track, kTaskBegin, "moves", 7);
  Record(kUser, "here");
  std::thread([track] { RecordOn(track, kTaskEnd, nullptr, 7); }).join();
  const TraceFile file = StopAndRead();
  ASSERT_EQ(file.slices.size(), 1u);
  EXPECT_EQ(file.slices[0]["name"].string, "moves");
  EXPECT_FALSE(file.slices[0]["args"].has("repaired"));
  const int tid = static_cast<int>(file.slices[0]["tid"].number);
  EXPECT_EQ(file.threads.at(tid)["name"].string, "PE 0");
  ASSERT_EQ(file.instants.size(), 1u);
  EXPECT_NE(file.instants[0]["tid"].number, tid);
  for (const auto& [other, args] : file.threads) EXPECT_NE(args["name"].string, "PE 1");
}

TEST_F(TraceTest, TheSecondRecordingHoldsNothingOfTheFirst) {
  ASSERT_TRUE(Start(path_).ok());
  Record(kUser, "first");
  EXPECT_EQ(StopAndRead().instants.size(), 1u);
  ASSERT_TRUE(Start(path_).ok());
  Record(kUser, "second");
  const TraceFile file = StopAndRead();
  ASSERT_EQ(file.instants.size(), 1u);
  EXPECT_EQ(file.instants[0]["name"].string, "second");
}

TEST_F(TraceTest, ThreadsHaveTheirNamesAndTheirOwnTracks) {
  ASSERT_TRUE(Start(path_).ok());
  Record(kUser, "here");
  std::thread([] {
    SetThreadName("worker \"0\"");
    Record(kTaskBegin, "t", 1);
    Record(kTaskEnd, "t", 1);
  }).join();
  const TraceFile file = StopAndRead();
  ASSERT_EQ(file.slices.size(), 1u) << "the thread ended before the recording";
  EXPECT_EQ(file.threads.at(static_cast<int>(file.slices[0]["tid"].number))["name"].string,
            "worker \"0\"");
  EXPECT_NE(file.instants[0]["tid"].number, file.slices[0]["tid"].number);
}

TEST_F(TraceTest, ANameGivenBeforeTheStartIsKept) {
  std::thread([&] {
    SetThreadName("early");
    ASSERT_TRUE(Start(path_).ok());
    Record(kUser, "u");
  }).join();
  const TraceFile file = StopAndRead();
  ASSERT_EQ(file.threads.size(), 1u);
  EXPECT_EQ(file.threads.at(1)["name"].string, "early");
}

TEST_F(TraceTest, AThreadThatRecordedNothingHasNoTrack) {
  ASSERT_TRUE(Start(path_).ok());
  std::thread([] { SetThreadName("silent"); }).join();
  EXPECT_TRUE(StopAndRead().threads.empty());
}

TEST_F(TraceTest, AFullRingKeepsTheNewestAndSaysHowManyItLost) {
  ASSERT_TRUE(Start(path_, 5).ok());  // Rounded up to 8.
  for (std::uint64_t i = 0; i < 20; ++i) Record(kUser, "u", i);
  const TraceFile file = StopAndRead();
  ASSERT_EQ(file.instants.size(), 8u);
  EXPECT_EQ(file.instants.front()["args"]["a"].number, 12);
  EXPECT_EQ(file.instants.back()["args"]["a"].number, 19);
  EXPECT_EQ(file.figures["overwritten_events"].number, 12);
}

TEST_F(TraceTest, ARingOfOneEventWorks) {
  ASSERT_TRUE(Start(path_, 1).ok());
  Record(kTaskBegin, "t", 1);
  Record(kTaskEnd, "t", 1);
  const TraceFile file = StopAndRead();
  ASSERT_EQ(file.slices.size(), 1u);
  EXPECT_EQ(file.figures["repaired_slices"].number, 1);
}

TEST_F(TraceTest, TimesGrowAlongAThread) {
  ASSERT_TRUE(Start(path_).ok());
  for (int i = 0; i < 100; ++i) Record(kUser, "u", i);
  const TraceFile file = StopAndRead();
  ASSERT_EQ(file.instants.size(), 100u);
  for (int i = 1; i < 100; ++i) {
    EXPECT_EQ(file.instants[i]["args"]["a"].number, i);
    EXPECT_GE(file.instants[i]["ts"].number, file.instants[i - 1]["ts"].number);
  }
}

TEST_F(TraceTest, InternGivesOnePointerForOneText) {
  const std::string text = "name " + std::to_string(getpid());
  const char* name = Intern(text);
  EXPECT_EQ(name, Intern(std::string(text)));
  EXPECT_NE(name, Intern(text + "x"));
  for (int i = 0; i < 1000; ++i) Intern(text + std::to_string(i));
  EXPECT_EQ(name, text) << "it stays where it is while others come";
}

TEST_F(TraceTest, ABadPathIsAnErrorAtTheStart) {
  const absl::Status status = Start("/nonexistent/trace.json");
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr("/nonexistent/trace.json"));
  EXPECT_FALSE(Enabled());
  EXPECT_TRUE(Start(path_).ok()) << "a start that failed leaves nothing behind";
}

TEST_F(TraceTest, ADiskThatIsFullIsAnErrorAtTheStop) {
  ASSERT_TRUE(Start("/dev/full").ok());
  Record(kUser, "u");
  const absl::Status status = Stop();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("/dev/full"));
  EXPECT_TRUE(Start(path_).ok());
}

TEST_F(TraceTest, StartAndStopOutOfTurnAreErrors) {
  EXPECT_EQ(Stop().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(Start(path_).ok());
  const absl::Status second = Start(path_ + ".second");
  EXPECT_EQ(second.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(second.message()), HasSubstr(path_));
  EXPECT_TRUE(Stop().ok());
  EXPECT_EQ(Stop().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(TraceTest, AnImpossibleNumberOfEventsIsAnError) {
  for (const std::size_t bad : {std::size_t{0}, (std::size_t{1} << 30) + 1, SIZE_MAX}) {
    const absl::Status status = Start(path_, bad);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()),
                AllOf(HasSubstr(std::to_string(bad)), HasSubstr("allowed: 1 to ")));
  }
}

// A thread-local destroyed after the ring's owner.
struct RecordsLate {
  bool constructed = false;
  ~RecordsLate() {
    Record(kUser, "late");
    SetThreadName("late");
  }
};
thread_local RecordsLate records_late;

TEST_F(TraceTest, ARecordFromTheEndOfAThreadIsHarmless) {
  ASSERT_TRUE(Start(path_).ok());
  std::thread([] {
    records_late.constructed = true;  // Constructed first, destroyed last.
    Record(kUser, "in time");
  }).join();
  const TraceFile file = StopAndRead();
  ASSERT_EQ(file.instants.size(), 1u);
  EXPECT_EQ(file.instants[0]["name"].string, "in time");
}

TEST_F(TraceTest, AForkedChildStartsAnewAndLeavesTheFileAlone) {
  ASSERT_TRUE(Start(path_).ok());
  Record(kUser, "parent");
  const std::string child_path = path_ + ".child";
  const pid_t child = fork();
  if (child == 0) {
    bool ok = !Enabled() && !Stop().ok() && Start(child_path).ok();
    Record(kUser, "child");
    ok = ok && Stop().ok();
    _exit(ok ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  TraceFile of_child;
  EXPECT_EQ(Sort(ReadWholeFile(child_path), of_child), "");
  unlink(child_path.c_str());
  ASSERT_EQ(of_child.instants.size(), 1u);
  EXPECT_EQ(of_child.instants[0]["name"].string, "child");
  const TraceFile file = StopAndRead();
  ASSERT_EQ(file.instants.size(), 1u);
  EXPECT_EQ(file.instants[0]["name"].string, "parent");
}

}  // namespace
}  // namespace heddle::trace
