// Every frontend's version computes the factor that LAPACK computes, runs every task, and reports
// bad pivots.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "tests/apps/mesh_solver/band_solve.h"
#include "tests/apps/mesh_solver/lapack_peer.h"
#include "tests/apps/mesh_solver/problem.h"
#include "tests/apps/mesh_solver/solver.h"
#include "tests/apps/mesh_solver/test_problems.h"

namespace heddle::mesh {
namespace {

class BackendsTest : public testing::TestWithParam<BackendEntry> {
 protected:
  void SetUp() override {
    backend_ = GetParam().make();
    const absl::Status started = backend_->Start({});
    ASSERT_TRUE(started.ok()) << started;
  }
  void TearDown() override {
    const absl::Status stopped = backend_->Stop();
    EXPECT_TRUE(stopped.ok()) << stopped;
  }

  std::unique_ptr<FactorizationBackend> backend_;
};

TEST_P(BackendsTest, ComputesTheFactorOfDpbtrfForManySizes) {
  const struct {
    int n, half_bandwidth, tile;
  } kSizes[] = {{1, 0, 8},       {1, 0, 1},     {7, 0, 3},     {7, 6, 7},     {7, 6, 64},
                {8, 3, 1},       {50, 1, 8},    {50, 8, 8},    {50, 9, 8},    {97, 13, 10},
                {97, 96, 13},    {128, 32, 32}, {129, 31, 16}, {200, 77, 50}, {301, 100, 33},
                {301, 150, 128}, {257, 64, 64}};
  for (const auto& size : kSizes) {
    SCOPED_TRACE(testing::Message() << "n " << size.n << ", half-bandwidth " << size.half_bandwidth
                                    << ", tile " << size.tile);
    const SparseMatrix a = RandomBandMatrix(size.n, size.half_bandwidth, size.n + size.tile);
    const auto order = IdentityOrder(size.n);
    auto band = TiledBand::Create(size.n, size.half_bandwidth, size.tile);
    ASSERT_TRUE(band.ok()) << band.status();
    band->Fill(a, order);
    const auto report = backend_->Factorize(*band);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->failed_column, -1);
    EXPECT_EQ(report->tasks, band->tasks());
    const auto& counts = report->tasks_per_worker;
    EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}), band->tasks());

    auto lapack = LapackBand::Create(size.n, size.half_bandwidth);
    ASSERT_TRUE(lapack.ok()) << lapack.status();
    lapack->Fill(a, order);
    ASSERT_EQ(Dpbtrf::Serial()(*lapack), 0);
    double worst = 0;
    for (int j = 0; j < size.n; ++j) {
      const int last = std::min(size.n - 1, j + size.half_bandwidth);
      for (int i = j; i <= last; ++i) {
        const Tile t = band->tile(i / band->tile_size(), j / band->tile_size());
        const double ours = t.data[i % band->tile_size() + (j % band->tile_size()) * t.ld];
        worst = std::max(worst, std::abs(ours - lapack->data()[(i - j) + j * lapack->ld()]));
      }
    }
    EXPECT_LT(worst, 1e-10);

    Problem problem{a, std::vector<double>(size.n, 1), ""};
    EXPECT_LT(RelativeResidual(problem, SolveWithFactor(*band, order, problem.rhs)), 1e-12);
  }
}

TEST_P(BackendsTest, ReportsTheFirstColumnWithABadPivotAndStillEndsEveryTask) {
  for (int column : {0, 1, 15, 16, 40, 99}) {
    SparseMatrix a = RandomBandMatrix(100, 20, 9);
    for (std::int64_t e = a.offsets[column]; e < a.offsets[column + 1]; ++e) {
      if (a.columns[e] == column) a.values[e] = -1;
    }
    auto band = TiledBand::Create(100, 20, 16);
    ASSERT_TRUE(band.ok());
    band->Fill(a, IdentityOrder(100));
    const auto report = backend_->Factorize(*band);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->failed_column, column);
    EXPECT_EQ(report->tasks, band->tasks());
  }
}

INSTANTIATE_TEST_SUITE_P(Frontends, BackendsTest, testing::ValuesIn(Backends()),
                         [](const auto& info) {
                           std::string name = info.param.name;  // GoogleTest takes no dash.
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(Dpbtrf, TheThreadedPeerComputesTheFactorOfTheSerialOne) {
  const auto threaded = Dpbtrf::Threaded(2);
  if (!threaded.ok()) GTEST_SKIP() << threaded.status();
  EXPECT_NE(threaded->library(), Dpbtrf::Serial().library());
  constexpr int kSize = 400;
  constexpr int kHalfBandwidth = 150;
  const SparseMatrix a = RandomBandMatrix(kSize, kHalfBandwidth, 4);
  auto one = LapackBand::Create(kSize, kHalfBandwidth);
  auto two = LapackBand::Create(kSize, kHalfBandwidth);
  ASSERT_TRUE(one.ok() && two.ok());
  one->Fill(a, IdentityOrder(kSize));
  two->Fill(a, IdentityOrder(kSize));
  ASSERT_EQ(Dpbtrf::Serial()(*one), 0);
  ASSERT_EQ((*threaded)(*two), 0);
  threaded->Retire();
  for (int i = 0; i < kSize * one->ld(); ++i) {
    ASSERT_NEAR(one->data()[i], two->data()[i], 1e-10) << i;
  }
}

TEST(SerialBackend, RefusesWorkersAndTraces) {
  const auto backend = MakeSerialBackend();
  EXPECT_THAT(std::string(backend->Start({2, ""}).message()), testing::HasSubstr("allowed is 1"));
  EXPECT_THAT(std::string(backend->Start({0, "f"}).message()), testing::HasSubstr("--trace"));
}

// Leaves out the last task.
class ForgetfulBackend : public FactorizationBackend {
 public:
  const char* name() const override { return "forgetful"; }
  int workers() const override { return 1; }
  absl::Status Start(const BackendOptions&) override { return absl::OkStatus(); }

 protected:
  absl::Status Run(TiledBand& band, TaskLedger& ledger) override {
    for (int task = 1; task < band.tasks(); ++task) ledger.Count(0);
    return absl::OkStatus();
  }
};

TEST(FactorizationBackend, ATaskThatDidNotRunIsAnError) {
  auto band = TiledBand::Create(10, 2, 4);
  ASSERT_TRUE(band.ok());
  EXPECT_EQ(ForgetfulBackend().Factorize(*band).status().code(), absl::StatusCode::kInternal);
}

TEST(BodiesAtOnce, KeepsTheMost) {
  BodiesAtOnce bodies;
  bodies.Begin();
  bodies.End();
  bodies.Begin();
  EXPECT_EQ(bodies.most(), 1);
  bodies.Begin();
  bodies.End();
  bodies.End();
  EXPECT_EQ(bodies.most(), 2);
}

TEST(TaskLedger, KeepsTheSmallestFailedColumn) {
  TaskLedger ledger(2);
  EXPECT_EQ(ledger.failed_column(), -1);
  ledger.Fail(7);
  ledger.Fail(3);
  ledger.Fail(5);
  EXPECT_EQ(ledger.failed_column(), 3);
}

}  // namespace
}  // namespace heddle::mesh
