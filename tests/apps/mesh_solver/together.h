// --frontend=all: every frontend that shares the pool, alone and then all of them at the same
// moment, in one process.
#ifndef HEDDLE_TESTS_APPS_MESH_SOLVER_TOGETHER_H_
#define HEDDLE_TESTS_APPS_MESH_SOLVER_TOGETHER_H_

#include "absl/status/statusor.h"
#include "tests/apps/mesh_solver/options.h"
#include "tests/apps/mesh_solver/report.h"

namespace heddle::mesh {

// Starts all frontends of the table but the serial reference, times each alone, then all at once,
// options.repeat times each; they start from threads of their own where the frontend allows it.
// Called by the main thread, once in a process. Errors: InvalidArgument for options that a frontend
// refuses; of the file; a frontend's. A wrong residual or too many threads are no errors here but
// what the report says (TogetherFault).
absl::StatusOr<TogetherReport> RunTogether(const Options& options);

}  // namespace heddle::mesh

#endif  // HEDDLE_TESTS_APPS_MESH_SOLVER_TOGETHER_H_
