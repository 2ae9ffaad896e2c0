// What the program tells of a run: as text for people, as JSON for programs.
#ifndef HEDDLE_TESTS_APPS_MESH_SOLVER_REPORT_H_
#define HEDDLE_TESTS_APPS_MESH_SOLVER_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/apps/mesh_solver/solver.h"

namespace heddle::mesh {

struct PeerReport {
  std::vector<double> seconds;  // Empty: not measured.
  std::string library;
  std::string missing;  // Why it was not measured.
  int threads = 1;
};

struct RunReport {
  std::string mesh;
  std::string kind;
  std::string frontend;
  std::string blas_config;
  double dt = 0;
  int unknowns = 0;
  std::int64_t entries = 0;
  int half_bandwidth_given = 0;
  int half_bandwidth = 0;
  int tile = 0;
  int block_rows = 0;
  int block_bandwidth = 0;
  std::int64_t tiles = 0;
  std::int64_t tasks = 0;
  std::size_t bytes = 0;
  double read_seconds = 0;
  double order_seconds = 0;
  double solve_seconds = 0;
  double flops = 0;
  double residual = 0;
  std::vector<FactorizationReport> rounds;
  PeerReport serial_peer;
  PeerReport threaded_peer;
};

// The middle one, or the mean of the two middle ones; 0 of nothing.
double Median(std::vector<double> values);

std::string TextReport(const RunReport& report);

// One JSON object and a newline. Numbers that JSON cannot express (infinite, NaN) become null.
std::string JsonReport(const RunReport& report);

}  // namespace heddle::mesh

#endif  // HEDDLE_TESTS_APPS_MESH_SOLVER_REPORT_H_
