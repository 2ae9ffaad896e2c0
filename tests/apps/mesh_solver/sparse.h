// The two sparse structures of the program: an undirected graph and a square matrix, both in
// compressed rows.
#ifndef HEDDLE_TESTS_APPS_MESH_SOLVER_SPARSE_H_
#define HEDDLE_TESTS_APPS_MESH_SOLVER_SPARSE_H_

#include <cstdint>
#include <vector>

namespace heddle::mesh {

// An undirected graph without loops: each edge stands in the lists of both its ends, each list is
// sorted.
struct Graph {
  std::vector<std::int64_t> offsets{0};  // The list of vertex v is [offsets[v], offsets[v + 1]).
  std::vector<std::int32_t> neighbours;
  std::vector<double> weights;  // One for each entry of `neighbours`, or empty: all are 1.

  std::int32_t vertices() const { return static_cast<std::int32_t>(offsets.size() - 1); }
  std::int64_t edges() const { return static_cast<std::int64_t>(neighbours.size()) / 2; }
};

// A square matrix; the columns of each row are sorted.
struct SparseMatrix {
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int32_t> columns;
  std::vector<double> values;

  std::int32_t size() const { return static_cast<std::int32_t>(offsets.size() - 1); }
};

}  // namespace heddle::mesh

#endif  // HEDDLE_TESTS_APPS_MESH_SOLVER_SPARSE_H_
