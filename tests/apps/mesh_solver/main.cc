// One implicit heat step on a finite-element mesh, factorised by tasks. README.md says how to use
// it.
#include <cstdint>
#include <cstdio>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "components/base/clock.h"
#include "tests/apps/mesh_solver/band_solve.h"
#include "tests/apps/mesh_solver/blas.h"
#include "tests/apps/mesh_solver/lapack_peer.h"
#include "tests/apps/mesh_solver/mesh_input.h"
#include "tests/apps/mesh_solver/options.h"
#include "tests/apps/mesh_solver/ordering.h"
#include "tests/apps/mesh_solver/problem.h"
#include "tests/apps/mesh_solver/progress.h"
#include "tests/apps/mesh_solver/report.h"
#include "tests/apps/mesh_solver/solver.h"
#include "tests/apps/mesh_solver/text_scanner.h"
#include "tests/apps/mesh_solver/tiled_band.h"

namespace heddle::mesh {
namespace {

constexpr double kMaxResidual = 1e-12;

double SecondsSince(std::int64_t begin) { return 1e-9 * static_cast<double>(NowNs() - begin); }

int Fail(int exit_status, const absl::Status& status) {
  std::fprintf(stderr, "mesh_solver: %s\n", std::string(status.message()).c_str());
  return exit_status;
}

int ListFrontends() {
  for (const BackendEntry& entry : Backends())
    std::printf("%-10s%s\n", entry.name, entry.description);
  return 0;
}

// What stands at `position` in the order of the band, from 1 as in the file.
int ColumnOfFile(const std::vector<std::int32_t>& position, int place) {
  for (std::size_t v = 0; v < position.size(); ++v) {
    if (position[v] == place) return static_cast<int>(v) + 1;
  }
  return 0;
}

// Factorises as often as asked; the last factor stays in `band`.
absl::Status Factorize(FactorizationBackend& backend, TiledBand& band, const Problem& problem,
                       const std::vector<std::int32_t>& position, int repeat, RunReport& report) {
  for (int round = 0; round < repeat; ++round) {
    band.Fill(problem.matrix, position);
    Progress progress;
    auto result =
        backend.Factorize(band, [&](std::int64_t done, std::int64_t tasks, double seconds) {
          progress.Show(done, tasks, seconds);
        });
    if (!result.ok()) return result.status();
    if (result->failed_column >= 0) {
      return absl::FailedPreconditionError(
          Text(report.mesh, ": the matrix is not positive definite: the pivot of column ",
               ColumnOfFile(position, result->failed_column), " of the file (column ",
               result->failed_column + 1, " after ordering) is not positive"));
    }
    report.rounds.push_back(*result);
  }
  return absl::OkStatus();
}

// The peer's turn, after ours: its threads spin for a while.
absl::Status MeasurePeers(const Options& options, int workers, const Problem& problem,
                          const std::vector<std::int32_t>& position, RunReport& report) {
  auto band = LapackBand::Create(report.unknowns, report.half_bandwidth);
  if (!band.ok()) {
    report.serial_peer.missing = report.threaded_peer.missing =
        std::string(band.status().message());
    return absl::OkStatus();
  }
  const auto measure = [&](const Dpbtrf& dpbtrf, PeerReport& peer) -> absl::Status {
    auto seconds = TimeDpbtrf(dpbtrf, *band, problem.matrix, position, options.repeat);
    if (!seconds.ok()) return seconds.status();
    peer.seconds = *seconds;
    peer.library = dpbtrf.library();
    return absl::OkStatus();
  };
  if (auto status = measure(Dpbtrf::Serial(), report.serial_peer); !status.ok()) return status;

  PeerReport& threaded = report.threaded_peer;
  threaded.threads = options.peer_threads >= 0 ? options.peer_threads : workers > 1 ? workers : 0;
  if (threaded.threads == 0) {
    threaded.missing = "not asked for (--peer-threads=N)";
    return absl::OkStatus();
  }
  auto dpbtrf = Dpbtrf::Threaded(threaded.threads);
  if (!dpbtrf.ok()) {
    threaded.missing = std::string(dpbtrf.status().message());
    return absl::OkStatus();
  }
  const absl::Status status = measure(*dpbtrf, threaded);
  dpbtrf->Retire();
  return status;
}

int Run(const Options& options) {
  // The frontend first: what it refuses is a wrong command line, and shows before the work.
  const std::unique_ptr<FactorizationBackend> backend = FindBackend(options.frontend)->make();
  if (absl::Status status = backend->Start({options.workers, options.trace_file}); !status.ok()) {
    return Fail(absl::IsInvalidArgument(status) ? 2 : 1, status);
  }

  RunReport report;
  report.frontend = backend->name();
  report.dt = options.dt;
  report.blas_config = blas::LibraryConfig();
  auto path = LocateMesh(options.mesh);
  if (!path.ok()) return Fail(1, path.status());
  report.mesh = *path;
  std::int64_t begin = NowNs();
  auto problem = ReadProblem(*path, options.dt);
  if (!problem.ok()) return Fail(1, problem.status());
  report.read_seconds = SecondsSince(begin);
  report.kind = problem->kind;
  report.unknowns = problem->matrix.size();
  report.entries = static_cast<std::int64_t>(problem->matrix.columns.size());

  std::vector<std::int32_t> identity(report.unknowns);
  for (int v = 0; v < report.unknowns; ++v) identity[v] = v;
  report.half_bandwidth_given = HalfBandwidth(problem->matrix, identity);
  begin = NowNs();
  const std::vector<std::int32_t> position = ReverseCuthillMckee(problem->matrix);
  report.order_seconds = SecondsSince(begin);
  report.half_bandwidth = HalfBandwidth(problem->matrix, position);
  report.flops = TiledBand::Flops(report.unknowns, report.half_bandwidth);

  {
    const int tile =
        options.tile > 0 ? options.tile : DefaultTileSize(report.unknowns, report.half_bandwidth);
    auto band = TiledBand::Create(report.unknowns, report.half_bandwidth, tile);
    if (!band.ok()) return Fail(1, band.status());
    report.tile = band->tile_size();
    report.block_rows = band->block_rows();
    report.block_bandwidth = band->block_bandwidth();
    report.tiles = band->tiles();
    report.tasks = band->tasks();
    report.bytes = band->bytes();
    absl::Status status = Factorize(*backend, *band, *problem, position, options.repeat, report);
    const absl::Status stopped = backend->Stop();
    if (status.ok()) status = stopped;
    if (!status.ok()) return Fail(1, status);
    begin = NowNs();
    const std::vector<double> x = SolveWithFactor(*band, position, problem->rhs);
    report.solve_seconds = SecondsSince(begin);
    report.residual = RelativeResidual(*problem, x);
  }
  if (absl::Status status = MeasurePeers(options, backend->workers(), *problem, position, report);
      !status.ok()) {
    return Fail(1, status);
  }

  std::fputs((options.json ? JsonReport(report) : TextReport(report)).c_str(), stdout);
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    return Fail(1, absl::DataLossError("the standard output does not take the report"));
  }
  // Written so that a NaN fails.
  if (!(report.residual < kMaxResidual)) {
    return Fail(1, absl::InternalError(Text("the residual is ", report.residual,
                                            ", allowed is less than ", kMaxResidual)));
  }
  return 0;
}

int Main(int argc, char** argv) {
  auto options = ParseOptions(std::vector<std::string>(argv + 1, argv + argc));
  if (!options.ok()) return Fail(2, options.status());
  if (options->help) {
    std::fputs(HelpText().c_str(), stdout);
    return 0;
  }
  if (options->frontend == "list") return ListFrontends();
  return Run(*options);
}

}  // namespace
}  // namespace heddle::mesh

int main(int argc, char** argv) {
  try {
    return heddle::mesh::Main(argc, argv);
  } catch (const std::bad_alloc&) {
    std::fputs("mesh_solver: no memory\n", stderr);
    return 1;
  }
}
