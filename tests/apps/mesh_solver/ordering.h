// Reverse Cuthill-McKee: an order of the unknowns that keeps the matrix within a narrow band.
//
// E. Cuthill and J. McKee, ACM 1969, https://doi.org/10.1145/800195.805928; the starting vertices
// as in N. Gibbs, W. Poole, P. Stockmeyer, SIAM J. Numer. Anal. 13 (1976),
// https://doi.org/10.1137/0713023. Both are Boost.Graph's.
#ifndef HEDDLE_TESTS_APPS_MESH_SOLVER_ORDERING_H_
#define HEDDLE_TESTS_APPS_MESH_SOLVER_ORDERING_H_

#include <cstdint>
#include <vector>

#include "tests/apps/mesh_solver/sparse.h"

namespace heddle::mesh {

// position[v] of each row v of a matrix with a symmetric pattern: a permutation of 0..n-1. Each
// connected part is ordered by itself, from a vertex of its rim, and keeps to itself in the order.
// Cost: O(n + entries * log(degree)) a part, whatever the number of parts.
std::vector<std::int32_t> ReverseCuthillMckee(const SparseMatrix& matrix);

// The largest |position[i] - position[j]| over the entries a(i,j).
std::int32_t HalfBandwidth(const SparseMatrix& matrix, const std::vector<std::int32_t>& position);

}  // namespace heddle::mesh

#endif  // HEDDLE_TESTS_APPS_MESH_SOLVER_ORDERING_H_
