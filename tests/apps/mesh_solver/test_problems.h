// Small problems for the tests.
#ifndef HEDDLE_TESTS_APPS_MESH_SOLVER_TEST_PROBLEMS_H_
#define HEDDLE_TESTS_APPS_MESH_SOLVER_TEST_PROBLEMS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/apps/mesh_solver/sparse.h"

namespace heddle::mesh {

// The k x k grid with its four-point neighbours, as a METIS file; its vertices are shuffled by
// `seed` (0: row by row).
std::string GridText(int k, std::uint64_t seed = 0);

// A symmetric positive definite matrix whose band of `half_bandwidth` is full of random numbers.
SparseMatrix RandomBandMatrix(int n, int half_bandwidth, std::uint64_t seed);

// 0, 1, .. n-1.
std::vector<std::int32_t> IdentityOrder(int n);

}  // namespace heddle::mesh

#endif  // HEDDLE_TESTS_APPS_MESH_SOLVER_TEST_PROBLEMS_H_
