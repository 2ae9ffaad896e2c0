#include "tests/apps/mesh_solver/ordering.h"

#include <algorithm>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/cuthill_mckee_ordering.hpp>
#include <cstdlib>
#include <iterator>
#include <utility>

namespace heddle::mesh {
namespace {

using BoostGraph =
    boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                       boost::no_property, std::int32_t, std::int64_t>;

// The vertices that can be reached from `first`; `local` numbers them, and is -1 elsewhere in what
// is left.
std::vector<std::int32_t> ConnectedPart(const SparseMatrix& matrix, std::int32_t first,
                                        std::vector<std::int32_t>& local) {
  std::vector<std::int32_t> part{first};
  local[first] = 0;
  for (std::size_t head = 0; head < part.size(); ++head) {
    const std::int32_t v = part[head];
    for (std::int64_t e = matrix.offsets[v]; e < matrix.offsets[v + 1]; ++e) {
      const std::int32_t w = matrix.columns[e];
      if (local[w] >= 0) continue;
      local[w] = static_cast<std::int32_t>(part.size());
      part.push_back(w);
    }
  }
  return part;
}

// Cuthill-McKee on one connected part: its vertices, by their numbers in the part, in order.
std::vector<std::int32_t> OrderPart(const SparseMatrix& matrix,
                                    const std::vector<std::int32_t>& part,
                                    const std::vector<std::int32_t>& local) {
  std::vector<std::int32_t> order;
  order.reserve(part.size());
  if (part.size() == 1) return {0};
  std::vector<std::pair<std::int32_t, std::int32_t>> edges;
  for (std::int32_t v : part) {
    for (std::int64_t e = matrix.offsets[v]; e < matrix.offsets[v + 1]; ++e) {
      if (matrix.columns[e] != v) edges.emplace_back(local[v], local[matrix.columns[e]]);
    }
  }
  const BoostGraph graph(boost::edges_are_sorted, edges.begin(), edges.end(),
                         static_cast<std::int32_t>(part.size()));
  boost::cuthill_mckee_ordering(graph, std::back_inserter(order),
                                boost::get(boost::vertex_index, graph));
  return order;
}

}  // namespace

std::vector<std::int32_t> ReverseCuthillMckee(const SparseMatrix& matrix) {
  const std::int32_t n = matrix.size();
  std::vector<std::int32_t> local(n, -1);
  std::vector<std::int32_t> position(n, 0);
  std::int32_t next = n;
  // One part at a time: Boost's search for a starting vertex costs the size of the graph that it is
  // given.
  for (std::int32_t first = 0; first < n; ++first) {
    if (local[first] >= 0) continue;
    const std::vector<std::int32_t> part = ConnectedPart(matrix, first, local);
    for (std::int32_t v : OrderPart(matrix, part, local)) position[part[v]] = --next;
  }
  return position;
}

std::int32_t HalfBandwidth(const SparseMatrix& matrix, const std::vector<std::int32_t>& position) {
  std::int32_t width = 0;
  for (std::int32_t row = 0; row < matrix.size(); ++row) {
    for (std::int64_t e = matrix.offsets[row]; e < matrix.offsets[row + 1]; ++e) {
      width = std::max(width, std::abs(position[row] - position[matrix.columns[e]]));
    }
  }
  return width;
}

}  // namespace heddle::mesh
