// The mesh that the command line names, read and put in order: what every factorisation starts
// from.
#ifndef HEDDLE_TESTS_APPS_MESH_SOLVER_PREPARED_MESH_H_
#define HEDDLE_TESTS_APPS_MESH_SOLVER_PREPARED_MESH_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/apps/mesh_solver/options.h"
#include "tests/apps/mesh_solver/problem.h"
#include "tests/apps/mesh_solver/report.h"
#include "tests/apps/mesh_solver/tiled_band.h"

namespace heddle::mesh {

constexpr double kMaxResidual = 1e-12;

struct PreparedMesh {
  Problem problem;
  std::vector<std::int32_t> position;  // Row v of the file goes to position[v].

  // An empty band for it. Errors: as of TiledBand::Create.
  absl::StatusOr<TiledBand> MakeBand(const Options& options, MeshReport& report) const;
  // The residual of the solution with the factor in `band`.
  double Residual(TiledBand& band) const;
  // FailedPrecondition, which names the column of the file, where a pivot was not positive.
  absl::Status CheckDefinite(const FactorizationReport& factorization,
                             const MeshReport& report) const;
};

// Reads and orders, and fills in what `report` says of the mesh. Errors: of the file, with its name
// and the place.
absl::StatusOr<PreparedMesh> PrepareMesh(const Options& options, MeshReport& report);

}  // namespace heddle::mesh

#endif  // HEDDLE_TESTS_APPS_MESH_SOLVER_PREPARED_MESH_H_
