// The command line.
#ifndef HEDDLE_TESTS_APPS_MESH_SOLVER_OPTIONS_H_
#define HEDDLE_TESTS_APPS_MESH_SOLVER_OPTIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace heddle::mesh {

struct Options {
  std::string mesh;  // Empty: the default.
  std::string frontend = "serial";
  std::string trace_file;
  int workers = 0;  // 0: the frontend's own choice.
  int tile = 0;     // 0: by the band.
  int repeat = 1;
  int peer_threads = -1;  // -1: as many as the frontend has workers.
  double dt = 0.1;
  bool json = false;
  bool help = false;
};

// Errors: InvalidArgument, which names the option, the value and what is allowed.
absl::StatusOr<Options> ParseOptions(const std::vector<std::string>& arguments);

std::string HelpText();

}  // namespace heddle::mesh

#endif  // HEDDLE_TESTS_APPS_MESH_SOLVER_OPTIONS_H_
