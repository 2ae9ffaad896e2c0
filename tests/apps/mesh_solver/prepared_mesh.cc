#include "tests/apps/mesh_solver/prepared_mesh.h"

#include <string>
#include <utility>

#include "components/base/clock.h"
#include "tests/apps/mesh_solver/band_solve.h"
#include "tests/apps/mesh_solver/blas.h"
#include "tests/apps/mesh_solver/mesh_input.h"
#include "tests/apps/mesh_solver/ordering.h"
#include "tests/apps/mesh_solver/text_scanner.h"

namespace heddle::mesh {
namespace {

double SecondsSince(std::int64_t begin) { return 1e-9 * static_cast<double>(NowNs() - begin); }

// What stands at `place` in the order of the band, from 1 as in the file.
int ColumnOfFile(const std::vector<std::int32_t>& position, int place) {
  for (std::size_t v = 0; v < position.size(); ++v) {
    if (position[v] == place) return static_cast<int>(v) + 1;
  }
  return 0;
}

}  // namespace

absl::StatusOr<PreparedMesh> PrepareMesh(const Options& options, MeshReport& report) {
  report.dt = options.dt;
  report.blas_config = blas::LibraryConfig();
  auto path = LocateMesh(options.mesh);
  if (!path.ok()) return path.status();
  report.mesh = *path;
  std::int64_t begin = NowNs();
  auto problem = ReadProblem(*path, options.dt);
  if (!problem.ok()) return problem.status();
  report.read_seconds = SecondsSince(begin);
  report.kind = problem->kind;
  report.unknowns = problem->matrix.size();
  report.entries = static_cast<std::int64_t>(problem->matrix.columns.size());

  std::vector<std::int32_t> identity(report.unknowns);
  for (int v = 0; v < report.unknowns; ++v) identity[v] = v;
  report.half_bandwidth_given = HalfBandwidth(problem->matrix, identity);
  begin = NowNs();
  std::vector<std::int32_t> position = ReverseCuthillMckee(problem->matrix);
  report.order_seconds = SecondsSince(begin);
  report.half_bandwidth = HalfBandwidth(problem->matrix, position);
  report.flops = TiledBand::Flops(report.unknowns, report.half_bandwidth);
  return PreparedMesh{*std::move(problem), std::move(position)};
}

absl::StatusOr<TiledBand> PreparedMesh::MakeBand(const Options& options, MeshReport& report) const {
  const int tile =
      options.tile > 0 ? options.tile : DefaultTileSize(report.unknowns, report.half_bandwidth);
  auto band = TiledBand::Create(report.unknowns, report.half_bandwidth, tile);
  if (!band.ok()) return band.status();
  report.tile = band->tile_size();
  report.block_rows = band->block_rows();
  report.block_bandwidth = band->block_bandwidth();
  report.tiles = band->tiles();
  report.tasks = band->tasks();
  report.bytes = band->bytes();
  return band;
}

double PreparedMesh::Residual(TiledBand& band) const {
  return RelativeResidual(problem, SolveWithFactor(band, position, problem.rhs));
}

absl::Status PreparedMesh::CheckDefinite(const FactorizationReport& factorization,
                                         const MeshReport& report) const {
  if (factorization.failed_column < 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      Text(report.mesh, ": the matrix is not positive definite: the pivot of column ",
           ColumnOfFile(position, factorization.failed_column), " of the file (column ",
           factorization.failed_column + 1, " after ordering) is not positive"));
}

}  // namespace heddle::mesh
