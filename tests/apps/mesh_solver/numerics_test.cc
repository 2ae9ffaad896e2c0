// The problem, its order, its band in tiles and the solution.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "tests/apps/mesh_solver/metis_reader.h"
#include "tests/apps/mesh_solver/ordering.h"
#include "tests/apps/mesh_solver/problem.h"
#include "tests/apps/mesh_solver/test_problems.h"
#include "tests/apps/mesh_solver/tiled_band.h"

namespace heddle::mesh {
namespace {

using testing::ElementsAre;

Graph ParsedGraph(const std::string& text) {
  auto graph = ParseMetisGraph(text, "m");
  EXPECT_TRUE(graph.ok()) << graph.status();
  return graph.ok() ? *graph : Graph();
}

TEST(Problem, TheHeatStepOfAPathIsItsLaplacianAndTheIdentity) {
  const Problem problem = MakeHeatStep(ParsedGraph("3 2 1\n2 3\n1 3 3 2\n2 2\n"), 0.5);
  EXPECT_THAT(problem.matrix.columns, ElementsAre(0, 1, 0, 1, 2, 1, 2));
  EXPECT_THAT(problem.matrix.values, ElementsAre(2.5, -1.5, -1.5, 3.5, -1, -1, 2));
}

TEST(Problem, TheInitialTemperatureIsSmoothAlongEdgesAndSpansEachPart) {
  const Graph graph = ParsedGraph(GridText(20, 3));
  const std::vector<double> u = InitialTemperature(graph);
  for (int v = 0; v < graph.vertices(); ++v) {
    for (std::int64_t e = graph.offsets[v]; e < graph.offsets[v + 1]; ++e) {
      // The steepest part of a cosine over at least 19 steps.
      EXPECT_LT(std::abs(u[v] - u[graph.neighbours[e]]), 50 * 3.15 / 19);
    }
  }
  EXPECT_NEAR(*std::max_element(u.begin(), u.end()), 350, 1e-9);
  EXPECT_NEAR(*std::min_element(u.begin(), u.end()), 250, 1e-9);
}

TEST(Problem, ASymmetricMatrixWithValuesIsTakenAsItIs) {
  MatrixMarketMatrix given;
  given.matrix = RandomBandMatrix(6, 2, 1);
  given.has_values = given.symmetric = true;
  EXPECT_EQ(MakeProblem(given, 0.1).matrix.values, given.matrix.values);
}

TEST(Problem, OfAnyOtherMatrixThePatternIsTaken) {
  MatrixMarketMatrix given;  // Only a(1,2) = 7.
  given.matrix.offsets = {0, 1, 1};
  given.matrix.columns = {1};
  given.matrix.values = {7};
  given.has_values = true;
  EXPECT_THAT(MakeProblem(given, 1).matrix.values, ElementsAre(2, -1, -1, 2));
}

TEST(Problem, TheResidualOfAWrongSolutionShows) {
  Problem problem = MakeHeatStep(ParsedGraph("2 1\n2\n1\n"), 1);  // [2 -1; -1 2]
  problem.rhs = {3, 6};
  EXPECT_EQ(RelativeResidual(problem, {4, 5}), 0);
  EXPECT_DOUBLE_EQ(RelativeResidual(problem, {0, 0}), 1);
}

TEST(Ordering, IsAPermutationThatNarrowsTheBandOfAShuffledGrid) {
  const Problem problem = MakeHeatStep(ParsedGraph(GridText(30, 7)), 0.1);
  const std::vector<std::int32_t> position = ReverseCuthillMckee(problem.matrix);
  std::vector<std::int32_t> sorted = position;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(sorted, IdentityOrder(900));
  EXPECT_GT(HalfBandwidth(problem.matrix, IdentityOrder(900)), 600);
  EXPECT_LE(HalfBandwidth(problem.matrix, position), 31);
}

TEST(Ordering, KeepsThePartsOfADisconnectedGraphApart) {
  // Two paths of three vertices, interleaved, and two vertices alone.
  const Problem problem = MakeHeatStep(ParsedGraph("8 4\n3\n4\n1 5\n2 6\n3\n4\n\n\n"), 0.1);
  const std::vector<std::int32_t> position = ReverseCuthillMckee(problem.matrix);
  EXPECT_EQ(HalfBandwidth(problem.matrix, position), 1);
  std::vector<std::int32_t> sorted = position;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(sorted, IdentityOrder(8));
}

TEST(Ordering, TakesGraphsOfManySmallParts) {
  // 200,000 vertices alone: quadratic work would not end.
  SparseMatrix a;
  for (int v = 0; v < 200000; ++v) {
    a.columns.push_back(v);
    a.values.push_back(1);
    a.offsets.push_back(v + 1);
  }
  EXPECT_EQ(HalfBandwidth(a, ReverseCuthillMckee(a)), 0);
}

TEST(TiledBand, HoldsEachEntryOnceAndCountsItsTilesAndTasks) {
  const int n = 23;
  const SparseMatrix a = RandomBandMatrix(n, 6, 2);
  auto band = TiledBand::Create(n, 6, 5);
  ASSERT_TRUE(band.ok()) << band.status();
  EXPECT_EQ(band->block_rows(), 5);
  EXPECT_EQ(band->block_bandwidth(), 2);
  band->Fill(a, IdentityOrder(n));
  double sum = 0;
  std::int64_t tiles = 0;
  std::int64_t tasks = 0;
  for (int j = 0; j < band->block_rows(); ++j) {
    for (int i = j; i <= band->last_row(j); ++i, ++tiles) {
      const Tile t = band->tile(i, j);
      EXPECT_EQ(t.rows, i == 4 ? 3 : 5);
      EXPECT_EQ(t.ld, t.rows);
      for (int c = 0; c < t.cols; ++c) {
        for (int r = 0; r < t.rows; ++r) sum += t.data[r + c * t.ld];
      }
    }
    ++tasks;
    for (int i = j + 1; i <= band->last_row(j); ++i) tasks += 1 + (i - j);
  }
  double expected = 0;
  for (int row = 0; row < n; ++row) {
    for (std::int64_t e = a.offsets[row]; e < a.offsets[row + 1]; ++e) {
      if (a.columns[e] <= row) expected += a.values[e];
    }
  }
  EXPECT_NEAR(sum, expected, 1e-12);
  EXPECT_EQ(band->tiles(), tiles);
  EXPECT_EQ(band->tasks(), tasks);
}

TEST(TiledBand, RefusesSizesWithoutSenseAndBandsBeyondTheMemory) {
  EXPECT_FALSE(TiledBand::Create(0, 0, 8).ok());
  EXPECT_FALSE(TiledBand::Create(5, 5, 8).ok());
  EXPECT_FALSE(TiledBand::Create(5, 1, 0).ok());
  const auto huge = TiledBand::Create(2000000000, 1999999999, 4096);
  EXPECT_EQ(huge.status().code(), absl::StatusCode::kResourceExhausted) << huge.status();
}

TEST(TiledBand, CountsTheOperationsOfSmallMatrices) {
  EXPECT_EQ(TiledBand::Flops(1, 0), 1);
  EXPECT_EQ(TiledBand::Flops(2, 1), 1 + 1 + 2 + 1);
  for (int half_bandwidth : {0, 1, 30, 165, 2304}) {
    const int tile = DefaultTileSize(60000, half_bandwidth);
    EXPECT_GE(tile, 8);
    EXPECT_LE(tile, 512);
  }
  EXPECT_EQ(DefaultTileSize(5, 4), 5);
}

}  // namespace
}  // namespace heddle::mesh
