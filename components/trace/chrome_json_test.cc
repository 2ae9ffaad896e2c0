// Promised: valid JSON for any names and any events; slices disjoint or nested; a block ends them
// and a resume begins them anew, on another thread too; what the edges cut is repaired and counted.
// Not promised: the order of lines, or how they look.
#include "components/trace/chrome_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <random>

#include "components/base/random.h"
#include "components/trace/json_for_test.h"

namespace heddle::trace::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum TraceEventKind;

constexpr std::int64_t kEnd = 1000;

std::string Text(std::vector<ThreadLog> logs) {
  std::string text;
  WriteChromeJson(std::move(logs), kEnd, [&](std::string_view piece) { text += piece; });
  return text;
}

TraceFile Write(std::vector<ThreadLog> logs) {
  const std::string text = Text(std::move(logs));
  TraceFile file;
  EXPECT_EQ(Sort(text, file), "") << text;
  return file;
}

ThreadLog Log(std::vector<TimedEvent> events) { return {.name = "w", .events = std::move(events)}; }

// "tid name begin..end" in nanoseconds, with an asterisk where the slice was repaired.
std::vector<std::string> Slices(const TraceFile& file) {
  std::vector<std::string> out;
  for (const Json& slice : file.slices) {
    const long begin = std::lround(slice["ts"].number * 1000);
    const long end = begin + std::lround(slice["dur"].number * 1000);
    out.push_back(std::to_string(static_cast<int>(slice["tid"].number)) + " " +
                  slice["name"].string + " " + std::to_string(begin) + ".." + std::to_string(end) +
                  (slice["args"].has("repaired") ? "*" : ""));
  }
  return out;
}

TEST(JsonReaderTest, RefusesWhatIsNotJson) {
  for (const char* bad : {"", "{", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "01", "1.", "\"\n\"",
                          "\"\\x\"", "[1] 2", "nul", "\"\\u12\"", "{a:1}", "+1", "'a'"})
    EXPECT_FALSE(JsonReader::Read(bad).has_value()) << bad;
  EXPECT_TRUE(JsonReader::Read(" {\"a\": [1, -2.5e3, \"x\\n\\u0041\", null, true]} ").has_value());
}

TEST(JsonReaderTest, TheCheckOfNestingFindsAnOverlap) {
  TraceFile file;
  const char* head =
      R"({"traceEvents":[{"ph":"M","name":"thread_name","pid":1,"tid":1,"args":{"name":"w"}},)";
  EXPECT_EQ(Sort(std::string(head) + R"({"ph":"X","name":"a","pid":1,"tid":1,"ts":0,"dur":5},
      {"ph":"X","name":"b","pid":1,"tid":1,"ts":3,"dur":5}]})",
                 file),
            "slices overlap: b");
}

TEST(ChromeJsonTest, AnEmptyRecordingIsValid) {
  const TraceFile file = Write({});
  EXPECT_THAT(file.slices, IsEmpty());
  EXPECT_EQ(file.figures["overwritten_events"].number, 0);
}

TEST(ChromeJsonTest, ATrackHasWhatSeveralThreadsRecordedOnIt) {
  std::string text;
  WriteChromeJson({Log({{10, kTaskBegin, "t", 1, 0},
                        {11, kTaskBegin, "x", 7, 0, 2},
                        {20, kTaskEnd, "t", 1, 0}}),
                   Log({{30, kTaskEnd, "x", 7, 0, 2}, {40, kUser, "u", 0, 0, 1}})},
                  kEnd, [&](std::string_view piece) { text += piece; }, {"", "one", "two"});
  TraceFile file;
  ASSERT_EQ(Sort(text, file), "") << text;
  EXPECT_THAT(Slices(file), ElementsAre("1 t 10..20", "4 x 11..30"));
  EXPECT_EQ(file.threads[3]["name"].string, "one");
  EXPECT_EQ(file.threads[4]["name"].string, "two");
  ASSERT_EQ(file.instants.size(), 1u);
  EXPECT_EQ(file.instants[0]["tid"].number, 3);
}

TEST(ChromeJsonTest, ABlockOfAFiberTakesOnlyWhatIsOnTopOfItsTask) {
  const TraceFile file = Write({Log({{10, kTaskBegin, "outer", 1, 0},
                                     {20, kTaskBegin, "fiber", 2, 0},
                                     {30, kTaskBegin, "inner", 3, 0},
                                     {40, kBlock, nullptr, 2, 1},
                                     {50, kTaskEnd, "outer", 1, 0},
                                     {60, kResume, nullptr, 2, 0},
                                     {70, kTaskEnd, "inner", 3, 0},
                                     {80, kTaskEnd, "fiber", 2, 0},
                                     // Another that never began here takes nothing.
                                     {90, kTaskBegin, "outer", 1, 0},
                                     {91, kBlock, nullptr, 9, 1},
                                     {95, kTaskEnd, "outer", 1, 0}})});
  EXPECT_THAT(Slices(file), ElementsAre("1 outer 10..50", "1 fiber 20..40", "1 inner 30..40",
                                        "1 fiber 60..80", "1 inner 60..70", "1 outer 90..95"));
}

TEST(ChromeJsonTest, SpansMayOverlapAndBeginBeforeTheRecording) {
  const TraceFile file =
      Write({Log({{50, kSpan, "s", 30, 0},
                  {60, kSpan, "late", 10, 35},
                  {70, kSpan, "old", 500, 0},
                  {80, kSpan, "absurd", ~std::uint64_t{0}, ~std::uint64_t{0}}})});
  std::vector<std::string> spans;
  for (std::size_t i = 0; i < file.span_starts.size(); ++i) {
    spans.push_back(file.span_starts[i]["name"].string + " " +
                    std::to_string(std::lround(file.span_starts[i]["ts"].number * 1000)) + ".." +
                    std::to_string(std::lround(file.span_ends[i]["ts"].number * 1000)));
  }
  EXPECT_THAT(spans, ElementsAre("s 20..50", "late 15..25", "old 0..70", "absurd 0..0"));
}

TEST(ChromeJsonTest, ACounterHasItsValue) {
  const auto bits = [](double value) { return std::bit_cast<std::uint64_t>(value); };
  const TraceFile file =
      Write({Log({{50, kCounter, "c", bits(-2.5), 0}, {60, kCounter, "c", bits(INFINITY), 0}})});
  ASSERT_EQ(file.counters.size(), 2u);
  EXPECT_EQ(file.counters[0]["args"]["value"].number, -2.5);
  EXPECT_EQ(file.counters[1]["args"]["value"].string, "not finite");
}

TEST(ChromeJsonTest, APairIsASliceWithItsTask) {
  const TraceFile file = Write({Log({{10, kTaskBegin, "t", 7, 3}, {250, kTaskEnd, "t", 7, 0}})});
  EXPECT_THAT(Slices(file), ElementsAre("1 t 10..250"));
  EXPECT_EQ(file.slices[0]["args"]["task"].number, 7);
  EXPECT_EQ(file.slices[0]["args"]["b"].number, 3);
  EXPECT_EQ(file.threads.at(1)["name"].string, "w");
}

TEST(ChromeJsonTest, ATaskOnTopOfAnotherIsNested) {
  const TraceFile file = Write({Log({{10, kTaskBegin, "outer", 1, 0},
                                     {20, kTaskBegin, "inner", 2, 0},
                                     {30, kTaskEnd, "inner", 2, 0},
                                     {40, kTaskEnd, "outer", 1, 0}})});
  EXPECT_THAT(Slices(file), ElementsAre("1 outer 10..40", "1 inner 20..30"));
}

TEST(ChromeJsonTest, ABlockEndsTheSliceAndAResumeBeginsItAnew) {
  const TraceFile file = Write({Log({{10, kTaskBegin, "a", 1, 0},
                                     {20, kBlock, nullptr, 1, 0},
                                     {30, kTaskBegin, "b", 2, 0},
                                     {40, kTaskEnd, "b", 2, 0},
                                     {50, kResume, nullptr, 1, 0},
                                     {60, kTaskEnd, "a", 1, 0}})});
  EXPECT_THAT(Slices(file), ElementsAre("1 a 10..20", "1 b 30..40", "1 a 50..60"));
  EXPECT_EQ(file.figures["repaired_slices"].number, 0);
}

TEST(ChromeJsonTest, WhatIsBuriedUnderABlockedTaskStopsAndResumesWithIt) {
  const TraceFile file = Write({Log({{10, kTaskBegin, "a", 1, 0},
                                     {20, kTaskBegin, "on top", 2, 0},
                                     {30, kBlock, nullptr, 2, 0},
                                     {35, kTaskBegin, "other", 3, 0},
                                     {38, kTaskEnd, "other", 3, 0},
                                     {40, kResume, nullptr, 2, 0},
                                     {50, kTaskEnd, "on top", 2, 0},
                                     {60, kTaskEnd, "a", 1, 0}})});
  EXPECT_THAT(Slices(file), ElementsAre("1 a 10..30", "1 on top 20..30", "1 other 35..38",
                                        "1 a 40..60", "1 on top 40..50"));
}

TEST(ChromeJsonTest, ATaskMayResumeOnAnotherThread) {
  const TraceFile file = Write({Log({{10, kTaskBegin, "a", 1, 0}, {20, kBlock, nullptr, 1, 0}}),
                                Log({{15, kTaskBegin, "b", 2, 0},
                                     {30, kTaskEnd, "b", 2, 0},
                                     {50, kResume, nullptr, 1, 0},
                                     {60, kTaskEnd, "a", 1, 0}})});
  EXPECT_THAT(Slices(file), ElementsAre("1 a 10..20", "2 b 15..30", "2 a 50..60"));
}

TEST(ChromeJsonTest, ABlockOutsideATaskMakesNoSlice) {
  const TraceFile file = Write({Log({{10, kBlock, nullptr, 99, 0},
                                     {20, kTaskBegin, "t", 1, 0},
                                     {30, kTaskEnd, "t", 1, 0},
                                     {40, kResume, nullptr, 99, 0}})});
  EXPECT_THAT(Slices(file), ElementsAre("1 t 20..30"));
  EXPECT_EQ(file.instants.size(), 2u);
}

TEST(ChromeJsonTest, ABeginningWithoutAnEndEndsWithTheRecording) {
  const TraceFile file = Write({Log({{10, kTaskBegin, "a", 1, 0}, {20, kTaskBegin, "b", 2, 0}}),
                                Log({{5, kUser, "u", 0, 0}})});
  EXPECT_THAT(Slices(file), ElementsAre("1 a 10..1000*", "1 b 20..1000*"));
  EXPECT_EQ(file.figures["repaired_slices"].number, 2);
}

TEST(ChromeJsonTest, ABeginningOfAnEndedThreadEndsWithItsLastEvent) {
  ThreadLog log = Log({{10, kTaskBegin, "a", 1, 0}, {20, kUser, "u", 0, 0}});
  log.ended = true;
  EXPECT_THAT(Slices(Write({log})), ElementsAre("1 a 10..20*"));
}

TEST(ChromeJsonTest, AnEndWithoutABeginningBeginsAtTheEdgeOfTheRing) {
  ThreadLog log = Log({{10, kTaskBegin, "b", 2, 0},
                       {20, kTaskEnd, "b", 2, 0},
                       {30, kTaskEnd, "inner", 3, 0},
                       {40, kTaskEnd, "outer", 1, 0},
                       {50, kTaskBegin, "later", 4, 0},
                       {60, kTaskEnd, "later", 4, 0}});
  log.overwritten = 17;
  const TraceFile file = Write({log});
  EXPECT_THAT(Slices(file),
              ElementsAre("1 outer 10..40*", "1 inner 10..30*", "1 b 10..20", "1 later 50..60"));
  EXPECT_EQ(file.figures["overwritten_events"].number, 17);
  EXPECT_EQ(file.threads.at(1)["overwritten_events"].number, 17);
}

TEST(ChromeJsonTest, ABlockedTaskWhoseBeginningIsLostIsRepaired) {
  const TraceFile file = Write({Log({{10, kTaskReady, nullptr, 5, 0},
                                     {20, kBlock, "a", 1, 0},
                                     {50, kResume, nullptr, 1, 0},
                                     {60, kTaskEnd, "a", 1, 0}})});
  EXPECT_THAT(Slices(file), ElementsAre("1 a 10..20*", "1 a 50..60"));
}

TEST(ChromeJsonTest, AResumeWhoseBlockIsLostBeginsASlice) {
  const TraceFile file = Write({Log({{50, kResume, "a", 1, 0}, {60, kTaskEnd, "a", 1, 0}})});
  EXPECT_THAT(Slices(file), ElementsAre("1 a 50..60"));
}

TEST(ChromeJsonTest, AnEndThatFitsNowhereIsCounted) {
  const TraceFile file = Write({Log(
      {{10, kTaskBegin, "a", 1, 0}, {20, kTaskEnd, "stranger", 9, 0}, {30, kTaskEnd, "a", 1, 0}})});
  EXPECT_THAT(Slices(file), ElementsAre("1 a 10..30"));
  EXPECT_EQ(file.figures["unmatched_ends"].number, 1);
}

TEST(ChromeJsonTest, IdleTimeIsASlice) {
  const TraceFile file =
      Write({Log({{10, kIdleBegin, nullptr, 0, 0}, {90, kIdleEnd, nullptr, 0, 0}})});
  EXPECT_THAT(Slices(file), ElementsAre("1 idle 10..90"));
  EXPECT_EQ(file.slices[0]["cat"].string, "idle");
}

// Both when it is found at submission and when it is found as the predecessor ends.
TEST(ChromeJsonTest, ADependencyIsAnArrowFromTheEndToTheBeginning) {
  for (const std::int64_t found : {5, 20, 25}) {
    const TraceFile file = Write({Log({{10, kTaskBegin, "a", 1, 0}, {20, kTaskEnd, "a", 1, 0}}),
                                  Log({{30, kTaskBegin, "b", 2, 0}, {40, kTaskEnd, "b", 2, 0}}),
                                  Log({{found, kDependency, nullptr, 1, 2}})});
    ASSERT_EQ(file.arrow_starts.size(), 1u) << found;
    EXPECT_EQ(file.arrow_starts[0]["tid"].number, 1);
    EXPECT_DOUBLE_EQ(file.arrow_starts[0]["ts"].number, 0.019);
    EXPECT_EQ(file.arrow_ends[0]["tid"].number, 2);
    EXPECT_DOUBLE_EQ(file.arrow_ends[0]["ts"].number, 0.030);
    EXPECT_THAT(file.instants, IsEmpty());
  }
}

TEST(ChromeJsonTest, ADependencyOfATaskThatNeverRanIsAnInstant) {
  const TraceFile file = Write({Log(
      {{10, kTaskBegin, "a", 1, 0}, {20, kTaskEnd, "a", 1, 0}, {25, kDependency, nullptr, 1, 2}})});
  EXPECT_THAT(file.arrow_starts, IsEmpty());
  EXPECT_EQ(file.instants.size(), 1u);
}

TEST(ChromeJsonTest, AMessageIsAnArrowFromSendToReceipt) {
  const TraceFile file =
      Write({Log({{10, kMessageSend, "m", 8, 2}}),
             Log({{30, kMessageReceive, "m", 8, 1}, {40, kMessageReceive, "m", 9, 1}})});
  ASSERT_EQ(file.arrow_starts.size(), 1u);
  EXPECT_EQ(file.arrow_starts[0]["tid"].number, 1);
  EXPECT_EQ(file.arrow_ends[0]["tid"].number, 2);
  EXPECT_EQ(file.instants.size(), 3u);
}

TEST(ChromeJsonTest, NamesOfAnyBytesAreValidStrings) {
  const char* const kNames[] = {"quote \" backslash \\ end",
                                "line\nbreak\ttab\x01\x7f",
                                "gr\xc3\xbc\xc3\x9f",
                                "\xff\xfe",
                                "cut \xe2\x82",
                                "\xc0\x80",
                                "\xed\xa0\x80",
                                "\xf4\x90\x80\x80",
                                ""};
  for (const char* name : kNames) {
    ThreadLog log = Log({{10, kUser, name, 0, 0}});
    log.name = name;
    Write({log});
  }
  const TraceFile file = Write({Log({{10, kUser, kNames[0], 0, 0},
                                     {10, kUser, kNames[1], 0, 0},
                                     {10, kUser, kNames[2], 0, 0},
                                     {10, kUser, kNames[4], 0, 0}})});
  EXPECT_EQ(file.instants[0]["name"].string, kNames[0]);
  EXPECT_EQ(file.instants[1]["name"].string, kNames[1]);
  EXPECT_EQ(file.instants[2]["name"].string, kNames[2]);
  EXPECT_EQ(file.instants[3]["name"].string, "cut \\ufffd\\ufffd");
}

TEST(ChromeJsonTest, LargeIdsKeepAllTheirBits) {
  const TraceFile file = Write({Log({{10, kUser, "u", (1ull << 53) - 1, 0xffff'ffff'ffff'ffff}})});
  EXPECT_EQ(file.instants[0]["args"]["a"].number, 9007199254740991.0);
  EXPECT_EQ(file.instants[0]["args"]["b"].string, "0xffffffffffffffff");
}

// The last defence: whatever order of events comes, the slices nest and every event is accounted
// for.
TEST(ChromeJsonTest, RandomEventsGiveNestedSlices) {
  const char* given = std::getenv("HEDDLE_TEST_SEED");
  const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
  const char* rounds = std::getenv("HEDDLE_TEST_ROUNDS");
  Random random(seed);
  for (int round = rounds != nullptr ? std::atoi(rounds) : 300; round > 0; --round) {
    std::vector<ThreadLog> logs(1 + random.Below(3));
    const std::uint32_t tasks = 1 + random.Below(6);
    std::size_t instants = 0, spans = 0, counters = 0;
    for (ThreadLog& log : logs) {
      std::int64_t ns = random.Below(50);
      log.ended = random.Below(2) == 0;
      for (std::uint32_t i = random.Below(40); i > 0; --i) {
        ns += random.Below(4);
        const auto kind =
            static_cast<TraceEventKind>(random.Below(static_cast<std::uint32_t>(kCounter) + 1));
        const bool slice =
            kind == kTaskBegin || kind == kTaskEnd || kind == kIdleBegin || kind == kIdleEnd;
        if (kind == kSpan) {
          ++spans;
        } else if (kind == kCounter) {
          ++counters;
        } else if (!slice && kind != kDependency) {
          ++instants;
        }
        log.events.push_back({ns, kind, "n", random.Below(tasks), random.Below(tasks),
                              static_cast<TraceTrack>(random.Below(3))});
      }
    }
    const std::string text = Text(logs);
    TraceFile file;
    ASSERT_EQ(Sort(text, file), "") << "HEDDLE_TEST_SEED=" << seed << "\n" << text;
    EXPECT_GE(file.instants.size(), instants) << "HEDDLE_TEST_SEED=" << seed;
    EXPECT_EQ(file.span_starts.size(), spans) << "HEDDLE_TEST_SEED=" << seed;
    EXPECT_EQ(file.counters.size(), counters) << "HEDDLE_TEST_SEED=" << seed;
  }
}

}  // namespace
}  // namespace heddle::trace::internal
