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
#include "tests/apps/mesh_solver/lapack_peer.h"
#include "tests/apps/mesh_solver/options.h"
#include "tests/apps/mesh_solver/prepared_mesh.h"
#include "tests/apps/mesh_solver/problem.h"
#include "tests/apps/mesh_solver/progress.h"
#include "tests/apps/mesh_solver/report.h"
#include "tests/apps/mesh_solver/solver.h"
#include "tests/apps/mesh_solver/text_scanner.h"
#include "tests/apps/mesh_solver/tiled_band.h"
#include "tests/apps/mesh_solver/together.h"

namespace heddle::mesh {
namespace {

double SecondsSince(std::int64_t begin) { return 1e-9 * static_cast<double>(NowNs() - begin); }

int Fail(int exit_status, const absl::Status& status) {
  std::fprintf(stderr, "mesh_solver: %s\n", std::string(status.message()).c_str());
  return exit_status;
}

int ListFrontends() {
  for (const BackendEntry& entry : Backends())
    std::printf("%-12s%s\n", entry.name, entry.description);
  std::printf("%-12s%s\n", "all",
              "all of these but serial, each alone and then at once, in one process");
  return 0;
}

// Factorises as often as asked; the last factor stays in `band`.
absl::Status Factorize(FactorizationBackend& backend, TiledBand& band, const PreparedMesh& mesh,
                       int repeat, RunReport& report) {
  for (int round = 0; round < repeat; ++round) {
    band.Fill(mesh.problem.matrix, mesh.position);
    Progress progress;
    auto result =
        backend.Factorize(band, [&](std::int64_t done, std::int64_t tasks, double seconds) {
          progress.Show(done, tasks, seconds);
        });
    if (!result.ok()) return result.status();
    if (absl::Status status = mesh.CheckDefinite(*result, report); !status.ok()) return status;
    report.rounds.push_back(*result);
  }
  return absl::OkStatus();
}

// The peer's turn, after ours: its threads spin for a while.
absl::Status MeasurePeers(const Options& options, int workers, const PreparedMesh& mesh,
                          RunReport& report) {
  auto band = LapackBand::Create(report.unknowns, report.half_bandwidth);
  if (!band.ok()) {
    report.serial_peer.missing = report.threaded_peer.missing =
        std::string(band.status().message());
    return absl::OkStatus();
  }
  const auto measure = [&](const Dpbtrf& dpbtrf, PeerReport& peer) -> absl::Status {
    auto seconds = TimeDpbtrf(dpbtrf, *band, mesh.problem.matrix, mesh.position, options.repeat);
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

absl::Status Print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return absl::OkStatus();
  return absl::DataLossError("the standard output does not take the report");
}

int Run(const Options& options) {
  // The frontend first: what it refuses is a wrong command line, and shows before the work.
  const std::unique_ptr<FactorizationBackend> backend = FindBackend(options.frontend)->make();
  if (absl::Status status = backend->Start({options.workers, options.trace_file}); !status.ok()) {
    return Fail(absl::IsInvalidArgument(status) ? 2 : 1, status);
  }

  RunReport report;
  report.frontend = backend->name();
  const auto mesh = PrepareMesh(options, report);
  if (!mesh.ok()) return Fail(1, mesh.status());
  {
    auto band = mesh->MakeBand(options, report);
    if (!band.ok()) return Fail(1, band.status());
    absl::Status status = Factorize(*backend, *band, *mesh, options.repeat, report);
    const absl::Status stopped = backend->Stop();
    if (status.ok()) status = stopped;
    if (!status.ok()) return Fail(1, status);
    const std::int64_t begin = NowNs();
    const std::vector<double> x = SolveWithFactor(*band, mesh->position, mesh->problem.rhs);
    report.solve_seconds = SecondsSince(begin);
    report.residual = RelativeResidual(mesh->problem, x);
  }
  if (absl::Status status = MeasurePeers(options, backend->workers(), *mesh, report);
      !status.ok()) {
    return Fail(1, status);
  }

  if (absl::Status status = Print(options.json ? JsonReport(report) : TextReport(report));
      !status.ok()) {
    return Fail(1, status);
  }
  // Written so that a NaN fails.
  if (!(report.residual < kMaxResidual)) {
    return Fail(1, absl::InternalError(Text("the residual is ", report.residual,
                                            ", allowed is less than ", kMaxResidual)));
  }
  return 0;
}

int RunAll(const Options& options) {
  const auto report = RunTogether(options);
  if (!report.ok()) return Fail(absl::IsInvalidArgument(report.status()) ? 2 : 1, report.status());
  if (absl::Status status = Print(options.json ? TogetherJson(*report) : TogetherText(*report));
      !status.ok()) {
    return Fail(1, status);
  }
  const std::string fault = TogetherFault(*report, kMaxResidual);
  return fault.empty() ? 0 : Fail(1, absl::InternalError(fault));
}

int Main(int argc, char** argv) {
  auto options = ParseOptions(std::vector<std::string>(argv + 1, argv + argc));
  if (!options.ok()) return Fail(2, options.status());
  if (options->help) {
    std::fputs(HelpText().c_str(), stdout);
    return 0;
  }
  if (options->frontend == "list") return ListFrontends();
  return options->frontend == "all" ? RunAll(*options) : Run(*options);
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
