// The options of the process: one table, read from the environment and from frontends.
#ifndef HEDDLE_COMPONENTS_RUNTIME_OPTIONS_H_
#define HEDDLE_COMPONENTS_RUNTIME_OPTIONS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"

namespace heddle {

// What a frontend may ask for when it acquires the runtime. The environment goes first, then the frontend that came first;
// the pool is sized once a process.
struct RuntimeOptions {
  std::optional<int> workers;  // At most the cores that the process may use; logical workers beyond are the frontends' lanes.
  std::optional<bool> bind;
};

// The table, as read.
//   HEDDLE_WORKERS=N          workers, 1 up to the usable cores (default: all)
//   HEDDLE_BIND=0|1           bind workers to cores where the process may (default 1)
//   HEDDLE_SPIN_US=N          how long an idle worker looks for work before it sleeps, 0 to 1000 (default 60)
//   HEDDLE_TRACE=FILE         write a Chrome/Perfetto trace
//   HEDDLE_STATS=0|1          print a summary when the runtime ends (default 0)
//   HEDDLE_WATCHDOG=SECONDS   when nothing progresses for so long, print who waits; 0: off (default)
//   HEDDLE_TOPOLOGY=TEXT      a synthetic hwloc machine, for tests (read by components/topology)
struct Options {
  int workers = 0;  // 0: all usable cores.
  bool bind = true;
  int spin_us = 60;
  std::string trace_file;
  bool stats = false;
  double watchdog_seconds = 0;

  // Thread safety: reads the environment: not while another thread changes it.  Blocking: never.
  // Errors: InvalidArgument naming the variable, the value and what is allowed.
  static absl::StatusOr<Options> FromEnvironment(const RuntimeOptions& wanted, int usable_cores);

  // The table for --help texts: one line an option.
  static std::string Help();
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_RUNTIME_OPTIONS_H_
