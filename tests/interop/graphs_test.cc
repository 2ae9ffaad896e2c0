// Promised: every kind of graph runs through every frontend, each task once and with its inputs;
// from the main thread, from another one, from several at a time; and after a restart.
#include <gtest/gtest.h>

#include <tuple>

#include "tests/interop/driver.h"

namespace heddle::interop {
namespace {

TEST(GraphRun, FindsTasksThatRanTwiceOrNotAtAllAndWrongInputs) {
  const Graph graph = MakeGraph(Kind::kChain, 1);
  GraphRun run(graph);
  EXPECT_NE(run.Mistakes().find("task 0 of"), std::string::npos);
  for (int task = 0; task < graph.size(); ++task) {
    const std::uint64_t input = task == 0 ? 0 : graph.value(task - 1);
    const std::uint64_t* const inputs[kMaxInputs] = {&input};
    EXPECT_EQ(run.Execute(task, inputs), graph.value(task));
  }
  EXPECT_EQ(run.Mistakes(), "");
  const std::uint64_t wrong = 7;
  const std::uint64_t* const inputs[kMaxInputs] = {&wrong};
  run.Execute(5, inputs);
  EXPECT_EQ(run.Mistakes(), "1 wrong inputs, the first of task 5: number 0; task 5 of " +
                                std::to_string(graph.size()) + " ran 2 times; ");
}

class GraphsTest : public testing::TestWithParam<std::tuple<Frontend*, Kind>> {
 protected:
  void SetUp() override { frontend().Start(Workers()); }
  void TearDown() override { frontend().Stop(); }
  Frontend& frontend() { return *std::get<0>(GetParam()); }
  Graph NewGraph() { return MakeGraph(std::get<1>(GetParam()), NextRandom()); }
};

TEST_P(GraphsTest, RunsFromTheMainThread) {
  for (int round = 0; round < 3; ++round) RunAndCheck(frontend(), NewGraph());
}

TEST_P(GraphsTest, RunsFromSeveralThreadsAtATime) {
  const auto run = [this] {
    for (int round = 0; round < 2; ++round) RunAndCheck(frontend(), NewGraph());
  };
  Together({run});
  Together({run, run, run});
}

INSTANTIATE_TEST_SUITE_P(Frontends, GraphsTest,
                         testing::Combine(testing::ValuesIn(Frontends()),
                                          testing::ValuesIn(kKinds)),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param)->name()) +
                                  NameOf(std::get<1>(info.param));
                         });

}  // namespace
}  // namespace heddle::interop
