#include "tests/apps/mesh_solver/problem.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace heddle::mesh {

Problem MakeHeatStep(const Graph& graph, double dt) {
  Problem problem;
  problem.kind = "I + dt L, L the Laplacian of the mesh";
  problem.rhs = InitialTemperature(graph);
  SparseMatrix& a = problem.matrix;
  a.columns.reserve(graph.neighbours.size() + graph.vertices());
  a.values.reserve(graph.neighbours.size() + graph.vertices());
  for (std::int32_t v = 0; v < graph.vertices(); ++v) {
    std::int64_t diagonal = -1;
    double sum = 0;
    const auto put = [&a](std::int32_t column, double value) {
      a.columns.push_back(column);
      a.values.push_back(value);
    };
    const auto put_diagonal = [&] {
      diagonal = static_cast<std::int64_t>(a.columns.size());
      put(v, 1);
    };
    for (std::int64_t e = graph.offsets[v]; e < graph.offsets[v + 1]; ++e) {
      if (diagonal < 0 && graph.neighbours[e] > v) put_diagonal();
      const double weight = graph.weights.empty() ? 1 : graph.weights[e];
      put(graph.neighbours[e], -dt * weight);
      sum += weight;
    }
    if (diagonal < 0) put_diagonal();
    a.values[diagonal] += dt * sum;
    a.offsets.push_back(static_cast<std::int64_t>(a.columns.size()));
  }
  return problem;
}

Problem MakeProblem(const MatrixMarketMatrix& given, double dt) {
  const Graph graph = PatternGraph(given.matrix);
  if (!given.has_values || !given.symmetric) {
    Problem problem = MakeHeatStep(graph, dt);
    problem.kind = "I + dt L, L the Laplacian of the matrix's pattern";
    return problem;
  }
  Problem problem;
  problem.kind = "the matrix as given";
  problem.matrix = given.matrix;
  problem.rhs = Multiply(given.matrix, InitialTemperature(graph));
  return problem;
}

Graph PatternGraph(const SparseMatrix& matrix) {
  std::vector<std::pair<std::int32_t, std::int32_t>> edges;
  edges.reserve(2 * matrix.columns.size());
  for (std::int32_t row = 0; row < matrix.size(); ++row) {
    for (std::int64_t e = matrix.offsets[row]; e < matrix.offsets[row + 1]; ++e) {
      if (matrix.columns[e] == row) continue;
      edges.emplace_back(row, matrix.columns[e]);
      edges.emplace_back(matrix.columns[e], row);
    }
  }
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  Graph graph;
  graph.offsets.assign(matrix.size() + 1, 0);
  graph.neighbours.reserve(edges.size());
  for (const auto& [from, to] : edges) {
    ++graph.offsets[from + 1];
    graph.neighbours.push_back(to);
  }
  for (std::int32_t v = 0; v < matrix.size(); ++v) graph.offsets[v + 1] += graph.offsets[v];
  return graph;
}

std::vector<double> InitialTemperature(const Graph& graph) {
  const std::int32_t n = graph.vertices();
  std::vector<double> temperature(n, 0);
  std::vector<std::int32_t> distance(n, -1);
  std::vector<std::int32_t>
      part;  // In the order of breadth-first search: the last one is the farthest.
  for (std::int32_t first = 0; first < n; ++first) {
    if (distance[first] >= 0) continue;
    part.assign(1, first);
    distance[first] = 0;
    for (std::size_t head = 0; head < part.size(); ++head) {
      const std::int32_t v = part[head];
      for (std::int64_t e = graph.offsets[v]; e < graph.offsets[v + 1]; ++e) {
        const std::int32_t w = graph.neighbours[e];
        if (distance[w] >= 0) continue;
        distance[w] = distance[v] + 1;
        part.push_back(w);
      }
    }
    const double farthest = std::max(distance[part.back()], 1);
    for (std::int32_t v : part) {
      temperature[v] = 300 + 50 * std::cos(std::numbers::pi * distance[v] / farthest);
    }
  }
  return temperature;
}

std::vector<double> Multiply(const SparseMatrix& a, const std::vector<double>& x) {
  std::vector<double> y(a.size(), 0);
  for (std::int32_t row = 0; row < a.size(); ++row) {
    for (std::int64_t e = a.offsets[row]; e < a.offsets[row + 1]; ++e) {
      y[row] += a.values[e] * x[a.columns[e]];
    }
  }
  return y;
}

double RelativeResidual(const Problem& problem, const std::vector<double>& x) {
  const std::vector<double> y = Multiply(problem.matrix, x);
  double difference = 0;
  double norm = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    difference = std::hypot(difference, y[i] - problem.rhs[i]);
    norm = std::hypot(norm, problem.rhs[i]);
  }
  return norm > 0 ? difference / norm : difference;
}

}  // namespace heddle::mesh
