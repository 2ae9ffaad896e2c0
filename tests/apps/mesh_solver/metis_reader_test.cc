// The reader takes what METIS's manual describes, and answers anything else with the place and the
// reason.
#include "tests/apps/mesh_solver/metis_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/apps/mesh_solver/test_problems.h"

namespace heddle::mesh {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

std::string ErrorOf(const std::string& text) {
  const auto graph = ParseMetisGraph(text, "m");
  return graph.ok() ? "no error" : std::string(graph.status().message());
}

TEST(MetisReader, ReadsAPathWithCommentsAnywhere) {
  const auto graph = ParseMetisGraph("% c\n3 2\n% c\n2\n1 3\n%\n2\n% end\n\n", "m");
  ASSERT_TRUE(graph.ok()) << graph.status();
  EXPECT_THAT(graph->offsets, ElementsAre(0, 1, 3, 4));
  EXPECT_THAT(graph->neighbours, ElementsAre(1, 0, 2, 1));
  EXPECT_TRUE(graph->weights.empty());
}

TEST(MetisReader, ReadsAFileWithoutAFinalNewlineAndWithCarriageReturns) {
  EXPECT_TRUE(ParseMetisGraph("2 1\r\n2\r\n1", "m").ok());
}

TEST(MetisReader, TakesABlankLineForAVertexWithoutNeighbours) {
  const auto graph = ParseMetisGraph("3 1\n\n3\n2\n", "m");
  ASSERT_TRUE(graph.ok()) << graph.status();
  EXPECT_THAT(graph->offsets, ElementsAre(0, 0, 1, 2));
}

TEST(MetisReader, KeepsEdgeWeightsAndDropsSizesAndVertexWeights) {
  const auto graph = ParseMetisGraph("3 2 111 2\n9 1 2  3 7  2 5\n9 1 2  1 5\n9 1 2  1 7\n", "m");
  ASSERT_TRUE(graph.ok()) << graph.status();
  EXPECT_THAT(graph->neighbours, ElementsAre(1, 2, 0, 0));
  EXPECT_THAT(graph->weights, ElementsAre(5, 7, 5, 7));
}

TEST(MetisReader, ReadsVertexWeightsWithoutTheirNumber) {
  EXPECT_EQ(ErrorOf("2 1 10\n5 2\n5 1\n"), "no error");
}

TEST(MetisReader, ReadsAGrid) {
  const auto graph = ParseMetisGraph(GridText(9, 5), "m");
  ASSERT_TRUE(graph.ok()) << graph.status();
  EXPECT_EQ(graph->vertices(), 81);
  EXPECT_EQ(graph->edges(), 144);
}

TEST(MetisReader, NamesFileAndLineOfEachMistake) {
  const struct {
    const char* text;
    const char* start;
    const char* reason;
  } kCases[] = {
      {"", "m:1: ", "end of the file"},
      {"% only a comment\n", "m:2: ", "end of the file"},
      {"x 1\n", "m:1: ", "found 'x'"},
      {"3\n", "m:1: ", "end of the line"},
      {"0 0\n", "m:1: ", "outside 1.."},
      {"-3 2\n", "m:1: ", "outside 1.."},
      {"3.5 2\n", "m:1: ", "found '3.5'"},
      {"3 2 2\n", "m:1: ", "the format is '2'"},
      {"3 2 0001\n", "m:1: ", "the format is '0001'"},
      {"2 1 1 1\n2 1\n1 1\n", "m:1: ", "weights of a vertex"},
      {"2 1 10 0\n2 1\n1 1\n", "m:1: ", "weights of a vertex"},
      {"2 1 0 0 5\n2\n1\n", "m:1: ", "surplus '5'"},
      {"2000000000 1\n2\n1\n", "m:4: ", "ends after 2 of 2000000000"},
      {"2 4000000000000000000\n2\n1\n", "m:1: ", "declares 4000000000000000000 edges"},
      {"2 9000000000000000000\n2\n1\n", "m:1: ", "outside 0.."},
      {"99999999999999999999 1\n2\n1\n", "m:1: ", "outside"},
      {"3 2\n2\n1 3\n", "m:4: ", "ends after 2 of 3"},
      {"2 1\n2\n1 x\n", "m:3: ", "found 'x'"},
      {"2 1\n3\n1\n", "m:2: ", "outside 1..2"},
      {"2 1\n0\n1\n", "m:2: ", "outside 1..2"},
      {"2 1\n2\n99999999999999999999\n", "m:3: ", "outside 1..2"},
      {"2 1\n1\n1\n", "m:2: ", "its own neighbour"},
      {"2 2\n2 2\n1 1\n", "m:2: ", "names its neighbour 2 twice"},
      {"3 1\n2\n3\n\n", "m:2: ", "does not name it (line 3)"},
      {"2 1 1\n2 5\n1 6\n", "m:2: ", "another weight on line 3"},
      {"2 1 1\n2\n1 6\n", "m:2: ", "the weight of an edge"},
      {"2 1 1\n2 0\n1 0\n", "m:2: ", "outside 1.."},
      {"2 1 100\n2\n1\n", "m:1: ", "declares 1 edges, the vertices name 0"},
      {"2 1 10\n\n1\n", "m:2: ", "a weight of the vertex"},
      {"3 1\n2\n1 3\n2\n", "m:3: ", "more neighbours"},
      {"3 2\n2\n1\n\n% some way to go\n", "m:1: ", "declares 2 edges, the vertices name 1"},
      {"2 1\n2\n1\n7\n", "m:4: ", "surplus line"},
  };
  for (const auto& wrong : kCases) {
    EXPECT_THAT(ErrorOf(wrong.text), StartsWith(wrong.start)) << wrong.text;
    EXPECT_THAT(ErrorOf(wrong.text), HasSubstr(wrong.reason)) << wrong.text;
  }
}

TEST(MetisReader, ShowsUnprintableBytesAsHexadecimalNumbers) {
  EXPECT_THAT(ErrorOf(std::string("\x7f"
                                  "ELF\x02\x01\0\0 1\n",
                                  11)),
              HasSubstr("'\\x7fELF\\x02\\x01\\x00\\x00'"));
}

TEST(MetisReader, EveryTruncationOfAFileIsAnErrorOrACompleteGraph) {
  const std::string whole = GridText(4);
  for (std::size_t length = 0; length + 2 < whole.size(); ++length) {
    EXPECT_THAT(ErrorOf(whole.substr(0, length)), StartsWith("m:")) << length;
  }
}

}  // namespace
}  // namespace heddle::mesh
