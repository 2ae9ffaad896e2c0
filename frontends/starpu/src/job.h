// The library's part of a task: what the pool runs and what orders it. Made at submission, or earlier where a dependency is
// declared first; 192 bytes from the pool, and one access (40 bytes) a buffer.
#ifndef HEDDLE_FRONTENDS_STARPU_SRC_JOB_H_
#define HEDDLE_FRONTENDS_STARPU_SRC_JOB_H_

#include <cstdint>

#include "components/dependency/access.h"
#include "components/dependency/counter.h"
#include "components/dependency/node.h"
#include "components/ready_queue/task.h"
#include "frontends/starpu/src/handle.h"
#include "starpu_task.h"

namespace heddle::starpu {

struct Tag;

// What a DependencyNode belongs to: DependencyNode::kind().
enum NodeKind : std::uint16_t {
  kJobNode,      // A Job.
  kAcquireNode,  // An AcquireToken.
  kEndNode,      // An end dependency of a job.
};

// Written by the creator until submission, then by whoever runs it. All zeros but `end` is new.
struct Job {
  Task task;
  DependencyNode node;
  struct starpu_task* user = nullptr;  // nullptr: the library's own, runs `body`.
  Access* accesses = nullptr;
  void (*body)(void* arg) = nullptr;
  void* arg = nullptr;
  Tag* tag = nullptr;
  // What must come before the end: the body, and end dependencies. 1 until the body is done.
  Counter end;
  // Who waits for the end, callback included (starpu_task_wait).
  SuccessorList waiters;
  std::uint32_t id = 0;  // Given when somebody asks.
  std::uint16_t access_count = 0;
  enum State : std::uint8_t { kNew, kSubmitted, kFinished } state = kNew;
  bool nowhere = false;  // Nothing to execute: it ends where it becomes ready.
};

inline Job* JobOf(DependencyNode* node) {
  return reinterpret_cast<Job*>(reinterpret_cast<char*>(node) - offsetof(Job, node));
}
inline Job* JobOf(struct starpu_task* task) { return static_cast<Job*>(task->starpu_private); }

// The job of a task, made where it has none.  Thread safety: who uses the task.
Job* GetJob(struct starpu_task* task);

// starpu_task_submit without the checks of state.
int SubmitTask(struct starpu_task* task);

}  // namespace heddle::starpu

#endif  // HEDDLE_FRONTENDS_STARPU_SRC_JOB_H_
