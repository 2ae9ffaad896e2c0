// Reads graphs in the format of METIS (manual of METIS 5.1, section 4.1.1).
//
//   % comment lines begin with a per cent sign
//   n m [fmt [ncon]]          vertices, edges; fmt: three digits for vertex sizes, vertex weights,
//   edge weights [size] [w1 .. wncon] v1 [e1] v2 [e2] ...      one line a vertex, neighbours
//   counted from 1
#ifndef HEDDLE_TESTS_APPS_MESH_SOLVER_METIS_READER_H_
#define HEDDLE_TESTS_APPS_MESH_SOLVER_METIS_READER_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "tests/apps/mesh_solver/sparse.h"

namespace heddle::mesh {

// The graph that `text` describes; `name` stands in messages. Vertex sizes and weights are checked
// and dropped; edge weights are kept. Cost: O(text), in memory too, whatever the counts in the
// header say. Errors: InvalidArgument "NAME:LINE: what" for anything that is not such a graph:
// missing, surplus and impossible numbers, loops, double edges, an edge that only one of its ends
// names or that has two weights.
absl::StatusOr<Graph> ParseMetisGraph(std::string_view text, std::string_view name);

}  // namespace heddle::mesh

#endif  // HEDDLE_TESTS_APPS_MESH_SOLVER_METIS_READER_H_
