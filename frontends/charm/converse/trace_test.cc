// Promised: what a program says to the trace is in the file, on the track of the PE that said it;
// nothing is where it is off. Not promised: any time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "components/trace/json_for_test.h"

namespace heddle::converse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using trace::Json;

// The program's output, which must end well.
std::string RunProgram(const std::string& environment, const std::string& options) {
  const std::string command =
      environment + " " + std::getenv("PROGRAM") + " +p2 ++quiet " + options + " 2>&1";
  FILE* const pipe = popen(command.c_str(), "r");
  std::string text;
  for (int c; (c = std::fgetc(pipe)) != EOF;) text += static_cast<char>(c);
  EXPECT_EQ(pclose(pipe), 0) << text;
  return text;
}

class TraceTest : public ::testing::Test {
 protected:
  ~TraceTest() override { unlink(path_.c_str()); }
  trace::TraceFile Trace(const std::string& options) {
    output_ = RunProgram("HEDDLE_TRACE=" + path_, options);
    const std::string text = trace::ReadWholeFile(path_);
    trace::TraceFile file;
    EXPECT_EQ(trace::Sort(text, file), "") << text;
    return file;
  }
  // "track: name" of the program's own events.
  static std::vector<std::string> Names(const trace::TraceFile& file,
                                        const std::vector<Json>& events) {
    std::vector<std::string> names;
    for (const Json& event : events) {
      if (event["cat"].string != "user") continue;
      names.push_back(file.threads.at(static_cast<int>(event["tid"].number))["name"].string + ": " +
                      event["name"].string);
    }
    return names;
  }
  const std::string path_ =
      ::testing::TempDir() + "/converse_trace_" + std::to_string(getpid()) + ".json";
  std::string output_;
};

TEST_F(TraceTest, WhatAProgramSaysIsOnTheTrackOfItsPe) {
  const trace::TraceFile file = Trace("");
  EXPECT_NE(output_.find("PE 1: on 1, available 1"), std::string::npos) << output_;
  EXPECT_THAT(Names(file, file.instants),
              UnorderedElementsAre("PE 0: named", "PE 0: numbered by the library", "PE 0: event 77",
                                   "PE 0: data", "PE 0: a note, \"quoted\"", "PE 0: on again",
                                   "PE 1: named"));
  EXPECT_THAT(
      Names(file, file.span_starts),
      ElementsAre("PE 0: named", "PE 0: a bracket with a note", "PE 0: numbered by the library",
                  "PE 0: numbered by the library", "PE 0: app work"));
  EXPECT_THAT(Names(file, file.counters),
              ElementsAre("PE 0: height", "PE 0: height", "PE 0: memory"));
  EXPECT_EQ(file.counters[0]["args"]["value"].number, 2.5);
  EXPECT_EQ(file.counters[1]["args"]["value"].number, -1);
  EXPECT_GT(file.counters[2]["args"]["value"].number, 0);
  for (const Json& event : file.instants) {
    if (event["name"].string == "data") {
      EXPECT_EQ(event["args"]["a"].number, 42);
    }
  }
  // An eighth of a second, which ended an eighth before the one beside it.
  const auto us = [](const Json& event) { return event["ts"].number; };
  if (us(file.span_starts[0]) > 0) {  // Where the recording is that old.
    EXPECT_NEAR(us(file.span_ends[0]) - us(file.span_starts[0]), 125000, 1);
  }
}

TEST_F(TraceTest, TraceoffLeavesItToTheProgram) {
  const trace::TraceFile file = Trace("+traceoff");
  EXPECT_NE(output_.find("PE 0: on 0, available 1"), std::string::npos) << output_;
  EXPECT_THAT(Names(file, file.instants), ElementsAre("PE 0: on again"));
  EXPECT_THAT(file.span_starts, IsEmpty());
}

TEST_F(TraceTest, WithoutATraceTheFunctionsDoNothing) {
  const std::string output = RunProgram("", "");
  EXPECT_NE(output.find("PE 0: on 0, available 0"), std::string::npos) << output;
}

}  // namespace
}  // namespace heddle::converse
