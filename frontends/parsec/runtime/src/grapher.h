// The graph of tasks that ran, as a .dot file for each process: parameter profile_dot=PREFIX writes PREFIX-RANK.dot.
#ifndef HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_GRAPHER_H_
#define HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_GRAPHER_H_

#include <atomic>
#include <string>

#include "absl/status/status.h"
#include "parsec/execution_stream.h"
#include "parsec/parsec_internal.h"

namespace heddle::parsec {

extern std::atomic<bool> dot_enabled;
inline bool DotEnabled() { return dot_enabled.load(std::memory_order_relaxed); }

// Begins the file; DotStop() ends it, and does nothing where there is none.
// Errors: what open(2) says, naming the file.  Thread safety: who calls parsec_init() and parsec_fini().
absl::Status DotStart(const std::string& prefix, int rank);
void DotStop();

// A task ran on a stream. An edge leads from its flow to that of a task that may be another process's. Callers look at DotEnabled()
// first.  Thread safety: any thread.  Blocking: a lock.  Cost: a microsecond or so.
void DotTask(const parsec_execution_stream_t* es, const parsec_task_t* task);
void DotEdge(const parsec_task_t* from, const char* from_flow, const parsec_task_class_t* to, const parsec_assignment_t* to_locals,
             const char* to_flow);

}  // namespace heddle::parsec

#endif  // HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_GRAPHER_H_
