// Reads sparse matrices in the exchange format of Matrix Market
// (https://math.nist.gov/MatrixMarket/formats.html).
//
//   %%MatrixMarket matrix coordinate real|integer|pattern general|symmetric
//   % comment
//   rows columns entries
//   i j [value]               counted from 1; of a symmetric matrix, one of a(i,j) and a(j,i)
#ifndef HEDDLE_TESTS_APPS_MESH_SOLVER_MATRIX_MARKET_READER_H_
#define HEDDLE_TESTS_APPS_MESH_SOLVER_MATRIX_MARKET_READER_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "tests/apps/mesh_solver/sparse.h"

namespace heddle::mesh {

struct MatrixMarketMatrix {
  SparseMatrix matrix;      // Both triangles; the values of a pattern are 1.
  bool has_values = false;  // Not a pattern.
  bool symmetric = false;   // As declared, or as found: every a(i,j) stands beside an equal a(j,i).
};

// Whether `text` begins as a Matrix Market file does.
bool LooksLikeMatrixMarket(std::string_view text);

// The matrix that `text` describes; `name` stands in messages.
// Cost: O(text * log(text)) time, O(text) memory, whatever the counts in the file say.
// Errors: InvalidArgument "NAME:LINE: what" for anything else: other kinds of matrices (arrays,
// complex, skew-symmetric, Hermitian, not square), missing, surplus, double and impossible entries.
absl::StatusOr<MatrixMarketMatrix> ParseMatrixMarket(std::string_view text, std::string_view name);

}  // namespace heddle::mesh

#endif  // HEDDLE_TESTS_APPS_MESH_SOLVER_MATRIX_MARKET_READER_H_
