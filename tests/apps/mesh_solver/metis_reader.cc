#include "tests/apps/mesh_solver/metis_reader.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "tests/apps/mesh_solver/text_scanner.h"

namespace heddle::mesh {
namespace {

constexpr std::int64_t kMaxVertices = std::numeric_limits<std::int32_t>::max() - 1;
constexpr std::int64_t kMaxEdges = std::numeric_limits<std::int64_t>::max() / 2;
constexpr std::int64_t kMaxWeight = std::int64_t{1} << 53;  // Whole numbers that a double holds.

struct Header {
  std::int64_t vertices = 0;
  std::int64_t edges = 0;
  std::int64_t vertex_weights = 0;
  bool vertex_sizes = false;
  bool edge_weights = false;
  std::int64_t line = 0;
};

absl::StatusOr<Header> ParseHeader(TextScanner& in) {
  if (!in.NextDataLine('%', /*skip_blank=*/true)) {
    return in.ErrorAt(in.line() + 1,
                      "expected the header 'vertices edges', found the end of the file");
  }
  Header header;
  header.line = in.line();
  auto vertices = in.NextInteger("the number of vertices", 1, kMaxVertices);
  if (!vertices.ok()) return vertices.status();
  auto edges = in.NextInteger("the number of edges", 0, kMaxEdges);
  if (!edges.ok()) return edges.status();
  header.vertices = *vertices;
  header.edges = *edges;
  if (!in.AtEndOfLine()) {
    const std::string_view format = in.NextToken();
    if (format.size() > 3 || format.find_first_not_of("01") != std::string_view::npos) {
      return in.Error(
          Text("the format is ", Quoted(format), ", expected up to three digits 0 or 1"));
    }
    const auto digit = [format](std::size_t from_right) {
      return format.size() > from_right && format[format.size() - 1 - from_right] == '1';
    };
    header.edge_weights = digit(0);
    header.vertex_weights = digit(1) ? 1 : 0;
    header.vertex_sizes = digit(2);
  }
  if (!in.AtEndOfLine()) {
    auto count = in.NextInteger("the number of weights of a vertex", 0, in.remaining());
    if (!count.ok()) return count.status();
    if ((*count > 0) != (header.vertex_weights > 0)) {
      return in.Error(Text("the header declares ", *count,
                           " weights of a vertex, and a format that says otherwise"));
    }
    header.vertex_weights = *count;
  }
  if (!in.AtEndOfLine())
    return in.Error(Text("surplus ", Quoted(in.NextToken()), " in the header"));
  return header;
}

// Reads the line of `vertex` and appends its sorted list. `row` is scratch space.
absl::Status ParseVertex(TextScanner& in, const Header& header, std::int64_t vertex,
                         std::vector<std::pair<std::int32_t, double>>& row, Graph& graph) {
  if (header.vertex_sizes) {
    auto size = in.NextInteger("the size of the vertex", 0, kMaxWeight);
    if (!size.ok()) return size.status();
  }
  for (std::int64_t i = 0; i < header.vertex_weights; ++i) {
    auto weight = in.NextInteger("a weight of the vertex", 0, kMaxWeight);
    if (!weight.ok()) return weight.status();
  }
  row.clear();
  while (!in.AtEndOfLine()) {
    auto neighbour = in.NextInteger("a neighbour", 1, header.vertices);
    if (!neighbour.ok()) return neighbour.status();
    if (*neighbour == vertex + 1)
      return in.Error(Text("vertex ", *neighbour, " is its own neighbour"));
    double weight = 1;
    if (header.edge_weights) {
      auto value = in.NextInteger("the weight of an edge", 1, kMaxWeight);
      if (!value.ok()) return value.status();
      weight = static_cast<double>(*value);
    }
    row.emplace_back(static_cast<std::int32_t>(*neighbour - 1), weight);
  }
  std::sort(row.begin(), row.end());
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0 && row[i].first == row[i - 1].first) {
      return in.Error(
          Text("vertex ", vertex + 1, " names its neighbour ", row[i].first + 1, " twice"));
    }
    graph.neighbours.push_back(row[i].first);
    if (header.edge_weights) graph.weights.push_back(row[i].second);
  }
  graph.offsets.push_back(static_cast<std::int64_t>(graph.neighbours.size()));
  return absl::OkStatus();
}

// Every edge is named by both its ends, with one weight. Cost: O(edges * log(degree)).
absl::Status CheckSymmetry(const TextScanner& in, const Graph& graph,
                           const std::vector<std::int64_t>& lines) {
  for (std::int32_t u = 0; u < graph.vertices(); ++u) {
    for (std::int64_t e = graph.offsets[u]; e < graph.offsets[u + 1]; ++e) {
      const std::int32_t v = graph.neighbours[e];
      const auto first = graph.neighbours.begin() + graph.offsets[v];
      const auto last = graph.neighbours.begin() + graph.offsets[v + 1];
      const auto back = std::lower_bound(first, last, u);
      if (back == last || *back != u) {
        return in.ErrorAt(lines[u], Text("vertex ", u + 1, " names its neighbour ", v + 1,
                                         ", which does not name it (line ", lines[v], ")"));
      }
      if (!graph.weights.empty() &&
          graph.weights[e] != graph.weights[back - graph.neighbours.begin()]) {
        return in.ErrorAt(lines[u], Text("the edge between ", u + 1, " and ", v + 1,
                                         " has another weight on line ", lines[v]));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Graph> ParseMetisGraph(std::string_view text, std::string_view name) {
  TextScanner in(text, name);
  auto header = ParseHeader(in);
  if (!header.ok()) return header.status();

  Graph graph;
  // The header's counts are a claim: a vertex takes a line and a neighbour two bytes of what
  // follows (the last line may lack its end), so no more is reserved than the file can hold.
  const std::int64_t most_vertices = std::min(header->vertices, in.remaining() + 1);
  graph.offsets.reserve(most_vertices + 1);
  graph.neighbours.reserve(std::min(2 * header->edges, (in.remaining() + 1) / 2));
  std::vector<std::int64_t> lines;
  lines.reserve(most_vertices);
  std::vector<std::pair<std::int32_t, double>> row;
  for (std::int64_t vertex = 0; vertex < header->vertices; ++vertex) {
    // A blank line is a vertex without neighbours.
    if (!in.NextDataLine('%', /*skip_blank=*/false)) {
      return in.ErrorAt(in.line() + 1, Text("the file ends after ", vertex, " of ",
                                            header->vertices, " vertices"));
    }
    lines.push_back(in.line());
    if (absl::Status status = ParseVertex(in, *header, vertex, row, graph); !status.ok())
      return status;
    if (static_cast<std::int64_t>(graph.neighbours.size()) > 2 * header->edges) {
      return in.Error(Text("more neighbours than the header's ", header->edges, " edges have"));
    }
  }
  if (in.NextDataLine('%', /*skip_blank=*/true)) {
    return in.Error(Text("surplus line after the ", header->vertices, " vertices of the header"));
  }
  if (absl::Status status = CheckSymmetry(in, graph, lines); !status.ok()) return status;
  if (graph.edges() != header->edges) {
    return in.ErrorAt(header->line, Text("the header declares ", header->edges,
                                         " edges, the vertices name ", graph.edges()));
  }
  return graph;
}

}  // namespace heddle::mesh
