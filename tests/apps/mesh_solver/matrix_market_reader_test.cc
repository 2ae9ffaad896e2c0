// The reader takes coordinate matrices as Matrix Market describes them, and answers anything else
// with the place and the reason.
#include "tests/apps/mesh_solver/matrix_market_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace heddle::mesh {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const std::string kReal = "%%MatrixMarket matrix coordinate real general\n";

std::string ErrorOf(const std::string& text) {
  const auto matrix = ParseMatrixMarket(text, "m");
  return matrix.ok() ? "no error" : std::string(matrix.status().message());
}

TEST(MatrixMarketReader, MirrorsASymmetricMatrix) {
  const auto given = ParseMatrixMarket(
      "%%MatrixMarket matrix coordinate real symmetric\n% c\n2 2 3\n1 1 4\n2 1 -1.5e0\n2 2 +3\n",
      "m");
  ASSERT_TRUE(given.ok()) << given.status();
  EXPECT_THAT(given->matrix.offsets, ElementsAre(0, 2, 4));
  EXPECT_THAT(given->matrix.columns, ElementsAre(0, 1, 0, 1));
  EXPECT_THAT(given->matrix.values, ElementsAre(4, -1.5, -1.5, 3));
  EXPECT_TRUE(given->symmetric);
  EXPECT_TRUE(given->has_values);
}

TEST(MatrixMarketReader, FindsOutWhetherAGeneralMatrixIsSymmetric) {
  const auto yes = ParseMatrixMarket(kReal + "2 2 4\n2 2 3\n1 2 5\n2 1 5\n1 1 1\n", "m");
  ASSERT_TRUE(yes.ok()) << yes.status();
  EXPECT_TRUE(yes->symmetric);
  const auto values_differ = ParseMatrixMarket(kReal + "2 2 2\n1 2 5\n2 1 4\n", "m");
  ASSERT_TRUE(values_differ.ok());
  EXPECT_FALSE(values_differ->symmetric);
  const auto one_side = ParseMatrixMarket(kReal + "2 2 1\n1 2 5\n", "m");
  ASSERT_TRUE(one_side.ok());
  EXPECT_FALSE(one_side->symmetric);
}

TEST(MatrixMarketReader, ReadsPatternsAndWholeNumbersAndIgnoresCaseAndBlankLines) {
  const auto pattern =
      ParseMatrixMarket("%%MatrixMarket Matrix COORDINATE Pattern General\n\n2 2 1\n\n2 1", "m");
  ASSERT_TRUE(pattern.ok()) << pattern.status();
  EXPECT_FALSE(pattern->has_values);
  EXPECT_THAT(pattern->matrix.values, ElementsAre(1));
  EXPECT_EQ(ErrorOf("%%MatrixMarket matrix coordinate integer general\n1 1 1\n1 1 -7\n"),
            "no error");
}

TEST(MatrixMarketReader, NamesFileAndLineOfEachMistake) {
  const struct {
    std::string text;
    const char* start;
    const char* reason;
  } kCases[] = {
      {"", "m:1: ", "end of the file"},
      {"3 2\n", "m:1: ", "expected '%%MatrixMarket'"},
      {"%%MatrixMarket vector coordinate real general\n", "m:1: ", "supported: matrix"},
      {"%%MatrixMarket matrix array real general\n", "m:1: ", "supported: coordinate"},
      {"%%MatrixMarket matrix coordinate complex general\n", "m:1: ", "real, integer, pattern"},
      {"%%MatrixMarket matrix coordinate real skew-symmetric\n", "m:1: ", "general, symmetric"},
      {"%%MatrixMarket matrix coordinate real\n", "m:1: ", "the symmetry is ''"},
      {"%%MatrixMarket matrix coordinate real general x\n", "m:1: ", "surplus 'x'"},
      {kReal, "m:2: ", "end of the file"},
      {kReal + "2 2\n", "m:2: ", "end of the line"},
      {kReal + "2 3 1\n1 1 1\n", "m:2: ", "square"},
      {kReal + "0 0 0\n", "m:2: ", "outside 1.."},
      {kReal + "2 2 1 1\n1 1 1\n", "m:2: ", "surplus '1'"},
      {kReal + "2000000000 2000000000 1\n1 1 1\n", "m:2: ", "2000000000 rows"},
      {kReal + "3000000000 3000000000 1\n1 1 1\n", "m:2: ", "outside"},
      {kReal + "2 2 8000000000000000000\n1 1 1\n", "m:4: ", "ends after 1 of 8000000000000000000"},
      {kReal + "2 2 2\n1 1 1\n", "m:4: ", "ends after 1 of 2"},
      {kReal + "2 2 1\n1 1 1\n2 2 1\n", "m:4: ", "more than the 1 entries"},
      {kReal + "2 2 1\n3 1 1\n", "m:3: ", "outside 1..2"},
      {kReal + "2 2 1\n1 0 1\n", "m:3: ", "outside 1..2"},
      {kReal + "2 2 1\n1 99999999999999999999 1\n", "m:3: ", "outside 1..2"},
      {kReal + "2 2 1\n1 1\n", "m:3: ", "a value"},
      {kReal + "2 2 1\n1 1 x\n", "m:3: ", "found 'x'"},
      {kReal + "2 2 1\n1 1 nan\n", "m:3: ", "a finite number"},
      {kReal + "2 2 1\n1 1 inf\n", "m:3: ", "a finite number"},
      {kReal + "2 2 1\n1 1 1e999\n", "m:3: ", "range of a double"},
      {kReal + "2 2 1\n1 1 1 1\n", "m:3: ", "surplus '1'"},
      {kReal + "2 2 2\n1 1 1\n1 1 2\n", "m:4: ", "stands already on line 3"},
      {"%%MatrixMarket matrix coordinate real symmetric\n2 2 2\n1 2 1\n2 1 1\n",
       "m:4: ", "stands already on line 3"},
      {"%%MatrixMarket matrix coordinate pattern general\n2 2 1\n1 1 1\n", "m:3: ", "surplus '1'"},
  };
  for (const auto& wrong : kCases) {
    EXPECT_THAT(ErrorOf(wrong.text), StartsWith(wrong.start)) << wrong.text;
    EXPECT_THAT(ErrorOf(wrong.text), HasSubstr(wrong.reason)) << wrong.text;
  }
}

TEST(MatrixMarketReader, ShortensWhatItQuotes) {
  EXPECT_LT(ErrorOf("%%MatrixMarket matrix " + std::string(100000, 'x') + "\n").size(), 200u);
}

}  // namespace
}  // namespace heddle::mesh
