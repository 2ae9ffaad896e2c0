// Whatever the bytes: an error with its place, or a graph that keeps what sparse.h promises.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tests/apps/mesh_solver/metis_reader.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto graph = heddle::mesh::ParseMetisGraph(text, "fuzz");
  if (!graph.ok()) {
    Require(graph.status().message().substr(0, 5) == "fuzz:");
    return 0;
  }
  Require(graph->vertices() >= 1 && graph->vertices() <= static_cast<std::int64_t>(size));
  Require(graph->offsets.back() == static_cast<std::int64_t>(graph->neighbours.size()));
  Require(graph->weights.empty() || graph->weights.size() == graph->neighbours.size());
  for (std::int32_t v = 0; v < graph->vertices(); ++v) {
    const auto first = graph->neighbours.begin() + graph->offsets[v];
    const auto last = graph->neighbours.begin() + graph->offsets[v + 1];
    Require(std::is_sorted(first, last) && std::adjacent_find(first, last) == last);
    for (auto w = first; w != last; ++w) {
      Require(*w >= 0 && *w < graph->vertices() && *w != v);
      Require(std::binary_search(graph->neighbours.begin() + graph->offsets[*w],
                                 graph->neighbours.begin() + graph->offsets[*w + 1], v));
    }
  }
  return 0;
}
