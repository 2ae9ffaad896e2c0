// The graph of tasks that ran, as a .dot file for each process: parameter profile_dot=PREFIX writes PREFIX-RANK.dot.
#ifndef HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_GRAPHER_H_
#define HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_GRAPHER_H_

#include <atomic>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "parsec/execution_stream.h"
#include "parsec/interfaces/dtd/insert_function.h"
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

// A task of DTD, with a number: counted from 0 in its taskpool, over the tasks of all processes. DotTask() finds it in
// parsec_task_t::missing.
struct DotInserted {
  unsigned taskpool;
  int number;
  int rank;  // -1: every process runs it.
};

// A task uses a tile. Where this process runs it, edges lead to it from those that it waits for: the last writer, and, for a write, who
// reads that writer's version in the same process. An edge goes to the file of the process that runs its target.
// Thread safety: as the tile's AccessChain, in the same order; tasks of other processes, too.  Blocking, cost: as above.
void DotAccess(const DotInserted& task, int flow, const parsec_dtd_tile_t* tile, std::uint32_t op);
// The tile is gone; another may get its address.  Thread safety: any thread.
void DotForget(const parsec_dtd_tile_t* tile);

}  // namespace heddle::parsec

#endif  // HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_GRAPHER_H_
