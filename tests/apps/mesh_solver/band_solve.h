// Solves with the factor that a frontend left in the band. Sequential: it reads each element once,
// a fraction of a per cent of the factorisation.
#ifndef HEDDLE_TESTS_APPS_MESH_SOLVER_BAND_SOLVE_H_
#define HEDDLE_TESTS_APPS_MESH_SOLVER_BAND_SOLVE_H_

#include <cstdint>
#include <vector>

#include "tests/apps/mesh_solver/tiled_band.h"

namespace heddle::mesh {

// x with L L^T (P x) = P b, where `band` holds L and P moves row v to position[v].  Cost: 4 n
// half_bandwidth operations.
std::vector<double> SolveWithFactor(TiledBand& band, const std::vector<std::int32_t>& position,
                                    const std::vector<double>& rhs);

}  // namespace heddle::mesh

#endif  // HEDDLE_TESTS_APPS_MESH_SOLVER_BAND_SOLVE_H_
