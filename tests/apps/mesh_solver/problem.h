// The linear system: one implicit step of heat conduction on a mesh, or a matrix as it is given.
#ifndef HEDDLE_TESTS_APPS_MESH_SOLVER_PROBLEM_H_
#define HEDDLE_TESTS_APPS_MESH_SOLVER_PROBLEM_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/apps/mesh_solver/matrix_market_reader.h"
#include "tests/apps/mesh_solver/sparse.h"

namespace heddle::mesh {

// A x = b with a symmetric A.
struct Problem {
  SparseMatrix matrix;
  std::vector<double> rhs;
  std::string kind;  // What A is, for people.
};

// (I + dt L) x = u0: L is the graph's Laplacian (edge weights are conductances), u0 the
// InitialTemperature. A is positive definite for every dt >= 0.  Cost: O(edges).
Problem MakeHeatStep(const Graph& graph, double dt);

// A symmetric matrix with values is taken as it is, with b = A u0, whose solution is u0. Of any
// other, the pattern of A and its transpose is taken as a graph, and that graph's heat step.
Problem MakeProblem(const MatrixMarketMatrix& given, double dt);

// The pattern of the matrix and its transpose, without the diagonal, as a graph.
Graph PatternGraph(const SparseMatrix& matrix);

// A temperature in kelvin that falls from 350 to 250 as a cosine of the number of edges to the
// first vertex of each connected part: smooth, since neighbours are at most one step apart, and the
// same on every machine.
std::vector<double> InitialTemperature(const Graph& graph);

// y = A x, and ||A x - b|| / ||b|| in the Euclidean norm (||A x|| where b is zero).
std::vector<double> Multiply(const SparseMatrix& a, const std::vector<double>& x);
double RelativeResidual(const Problem& problem, const std::vector<double>& x);

}  // namespace heddle::mesh

#endif  // HEDDLE_TESTS_APPS_MESH_SOLVER_PROBLEM_H_
