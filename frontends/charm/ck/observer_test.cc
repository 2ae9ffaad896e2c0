// Promised: HEDDLE_STATS=1 counts each entry method's calls, messages and migrations, and gives each method its own time;
// HEDDLE_TRACE=FILE has them by name on the track of their PE, with arrows from sends, without [notrace] ones; who asks for
// neither sees nothing.  Not promised: any duration.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>

#include "components/trace/json_for_test.h"

namespace heddle::charm {
namespace {

using trace::Json;

std::string RunProgram(const std::string& environment, int pes) {
  const std::string command =
      environment + " ASAN_OPTIONS=detect_leaks=0 " + std::getenv("PROGRAM") + " ++quiet +p" + std::to_string(pes) + " 2>&1";
  FILE* const pipe = popen(command.c_str(), "r");
  std::string text;
  for (int c; (c = std::fgetc(pipe)) != EOF;) text += static_cast<char>(c);
  EXPECT_EQ(pclose(pipe), 0) << text;
  return text;
}

struct Line {
  std::uint64_t calls = 0, ms = 0;
};
// The table of entry methods.
std::map<std::string, Line> Table(const std::string& text) {
  std::map<std::string, Line> table;
  std::istringstream lines(text.substr(text.find("entry method")));
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    Line numbers;
    std::uint64_t average;
    std::string name;
    words >> numbers.calls >> numbers.ms >> average >> std::ws;
    std::getline(words, name);
    EXPECT_TRUE(table.emplace(name, numbers).second) << name << " is there twice:\n" << text;
  }
  return table;
}

// The number that follows `words`.
std::uint64_t After(const std::string& text, const std::string& words) {
  const std::size_t at = text.find(words);
  EXPECT_NE(at, std::string::npos) << words << "\n" << text;
  return at == std::string::npos ? 0 : std::strtoull(text.c_str() + at + words.size(), nullptr, 10);
}

class StatsTest : public ::testing::TestWithParam<int> {};

TEST_P(StatsTest, CallsMessagesMigrationsAndTimes) {
  const int pes = GetParam();
  const std::string text = RunProgram("HEDDLE_STATS=1", pes);
  std::map<std::string, Line> table = Table(text);
  EXPECT_EQ(table["Main::Main(CkArgMsg* m)"].calls, 1u) << text;
  EXPECT_EQ(table["Main::Waits(int rounds)"].calls, 1u) << text;
  EXPECT_EQ(table["Main::Answer(int question)"].calls, 3u) << text;
  EXPECT_EQ(table["Main::Done()"].calls, 4u) << text;
  EXPECT_EQ(table["Worker::Start(int to)"].calls, 4u) << text;
  EXPECT_EQ(table["Worker::Hidden()"].calls, 4u) << text;
  EXPECT_EQ(table["Worker::Direct(int depth)"].calls, 8u) << text;
  EXPECT_EQ(table["Worker::Step(int n)"].calls, 4u) << text;
  EXPECT_EQ(table["Worker::More(int m)"].calls, 4u) << text;
  // What a thread waits for is not its time, and what a method calls is not its own.
  EXPECT_GE(table["Main::Answer(int question)"].ms, 300u) << text;
  EXPECT_GE(table["Worker::Direct(int depth)"].ms, 200u) << text;
  EXPECT_LT(table["Main::Waits(int rounds)"].ms, table["Main::Answer(int question)"].ms) << text;
  EXPECT_LT(table["Worker::Start(int to)"].ms, table["Worker::Direct(int depth)"].ms) << text;
  EXPECT_EQ(text.find("heddle: summary"), text.rfind("heddle: summary")) << text;
  EXPECT_EQ(After(text, "to other processes "), 0u);
  // Waits and 3 Answers; 4 of each of Start, Hidden, Move, Step, More, Done. What follows an element that left is sent again.
  EXPECT_GE(After(text, "messages sent in the process "), 28u);
  EXPECT_LE(After(text, ", executed "), After(text, "messages sent in the process ") + After(text, ", for any PE "));
  EXPECT_EQ(pes == 1 ? 0u : After(text, "; migrations "), After(text, "; migrations "));
  if (pes > 1) {
    EXPECT_GE(After(text, "; migrations "), 2u) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Pes, StatsTest, ::testing::Values(1, 2, 5));

TEST(ObserverTest, NobodyIsToldWhatWasNotAskedFor) { EXPECT_EQ(RunProgram("", 2), ""); }

class TraceTest : public ::testing::TestWithParam<int> {
 protected:
  ~TraceTest() override { unlink(path_.c_str()); }
  const std::string path_ = ::testing::TempDir() + "/charm_trace_" + std::to_string(getpid()) + ".json";
};

TEST_P(TraceTest, EntryMethodsAreOnTheTrackOfTheirPe) {
  const int pes = GetParam();
  EXPECT_EQ(RunProgram("HEDDLE_TRACE=" + path_, pes), "");
  const std::string text = trace::ReadWholeFile(path_);
  trace::TraceFile file;
  ASSERT_EQ(trace::Sort(text, file), "") << text;
  EXPECT_EQ(file.figures["unmatched_ends"].number, 0);
  const auto track = [&](const Json& event) { return file.threads.at(static_cast<int>(event["tid"].number))["name"].string; };
  const auto end = [](const Json& slice) { return slice["ts"].number + slice["dur"].number; };
  std::map<std::string, int> slices;
  std::map<std::string, double> duration;
  std::vector<Json> waits, answers, directs;
  for (const Json& slice : file.slices) {
    const std::string& name = slice["name"].string;
    if (name.find("::") == std::string::npos && name != "halve" && name != "finish") continue;
    ++slices[name];
    duration[name] += slice["dur"].number;
    EXPECT_EQ(track(slice).substr(0, 3), "PE ") << name;
    if (name.find("Main::") == 0) {
      EXPECT_EQ(track(slice), "PE 0");
    }
    // The last Done() never returns: it ends with the recording.
    if (name != "Main::Done()") {
      EXPECT_FALSE(slice["args"].has("repaired")) << name;
    }
    if (name == "Main::Waits(int rounds)") waits.push_back(slice);
    if (name == "Main::Answer(int question)") answers.push_back(slice);
    if (name == "Worker::Direct(int depth)") directs.push_back(slice);
  }
  EXPECT_EQ(slices["Main::Main(CkArgMsg* m)"], 1);
  EXPECT_EQ(slices["Main::Done()"], 4);
  EXPECT_EQ(slices["Worker::Step(int n)"], 4);
  EXPECT_EQ(slices["Worker::More(int m)"], 4);
  EXPECT_EQ(slices["halve"], 4);
  EXPECT_EQ(slices["finish"], 4);
  EXPECT_EQ(slices["Worker::Hidden()"], 0);
  // The thread's slice ends where it is suspended; what it waits for stands between its pieces, not in them.
  ASSERT_EQ(waits.size(), 4u);
  ASSERT_EQ(answers.size(), 3u);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    EXPECT_GE(answers[i]["ts"].number, end(waits[i]));
    EXPECT_LE(end(answers[i]), waits[i + 1]["ts"].number);
  }
  // The inner call lies in the outer one.
  ASSERT_EQ(directs.size(), 8u);
  // Each message to an element has its arrow, which ends in the slice of its method.
  int arrows = 0;
  for (const Json& arrow : file.arrow_ends) {
    if (track(arrow).substr(0, 3) == "PE ") ++arrows;
  }
  EXPECT_GE(arrows, 4 * 5);
}

INSTANTIATE_TEST_SUITE_P(Pes, TraceTest, ::testing::Values(1, 2, 5));

}  // namespace
}  // namespace heddle::charm
