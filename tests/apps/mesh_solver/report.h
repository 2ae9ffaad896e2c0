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

// What a run starts from.
struct MeshReport {
  std::string mesh;
  std::string kind;
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
  double flops = 0;
};

struct RunReport : MeshReport {
  std::string frontend;
  double solve_seconds = 0;
  double residual = 0;
  std::vector<FactorizationReport> rounds;
  PeerReport serial_peer;
  PeerReport threaded_peer;
};

// One frontend of --frontend=all.
struct TogetherRow {
  std::string frontend;
  int workers = 0;
  std::vector<double> alone;     // Seconds, one a round.
  std::vector<double> together;  // Its own, while the others run.
  double residual = 0;           // The worst of all rounds.
};

struct TogetherReport : MeshReport {
  std::vector<TogetherRow> rows;
  std::vector<double> wall;  // Of a round together, until the last one is done.
  int slots = 0;             // Of the pool: how many threads may run its tasks.
  int submitting = 0;    // Exceptions: threads of the program that submit tasks beside the workers.
  int most_bodies = 0;   // Task bodies at the same moment, counted by the bodies themselves.
  int most_running = 0;  // Threads of the process in state R, in samples; those on their way to
                         // sleep are among them.
  double mean_running = 0;   // Of the samples.
  std::int64_t samples = 0;  // Few of them say little: below 50 their mean is no fault.
};

// The middle one, or the mean of the two middle ones; 0 of nothing.
double Median(std::vector<double> values);

std::string TextReport(const RunReport& report);

std::string TogetherText(const TogetherReport& report);
std::string TogetherJson(const TogetherReport& report);

// What is wrong with the run, for people: a residual of `max_residual` or more, more bodies at once
// than slots, more threads than slots and exceptions in the mean. "" where nothing is.
std::string TogetherFault(const TogetherReport& report, double max_residual);

// One JSON object and a newline. Numbers that JSON cannot express (infinite, NaN) become null.
std::string JsonReport(const RunReport& report);

}  // namespace heddle::mesh

#endif  // HEDDLE_TESTS_APPS_MESH_SOLVER_REPORT_H_
