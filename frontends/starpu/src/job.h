// The library's part of a task: what the pool runs and what orders it. Made at submission, or earlier where a dependency is
// declared first; 192 bytes from the pool, and one access (40 bytes) a buffer.
//
// The life of a job, and where it is written:
//   GetJob (task.cc) -> edges: SubmitAccesses (submit.cc), declare_deps (deps.cc), tags (tags.cc)
//   -> node.Release() or a predecessor's Finish() reports it: OnReady (ready.cc)
//   -> pushed to the pool, RunJob on a lane (execute.cc); or, without a body, ended where it became ready (Defer)
//   -> `end` reaches zero: Complete (complete.cc): successors, tag, callback, waiters, memory, count of submitted tasks.
#ifndef HEDDLE_FRONTENDS_STARPU_SRC_JOB_H_
#define HEDDLE_FRONTENDS_STARPU_SRC_JOB_H_

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "components/dependency/access.h"
#include "components/dependency/counter.h"
#include "components/dependency/node.h"
#include "components/ready_queue/task.h"
#include "frontends/starpu/src/handle.h"
#include "starpu_task.h"

namespace heddle::starpu {

struct Tag;

// A task that was declared to depend on another, for starpu_task_get_task_succs.
struct DeclaredSuccessor {
  DeclaredSuccessor* next = nullptr;
  struct starpu_task* task = nullptr;
};

// What a DependencyNode belongs to: DependencyNode::kind().
enum NodeKind : std::uint16_t {
  kJobNode,  // A Job.
  kEndNode,  // An EndDependency of a job (deps.cc).
};

// Written by the creator until submission, then by whoever runs it.
struct Job {
  Task task;
  DependencyNode node;
  struct starpu_task* user = nullptr;  // nullptr: the library's own, runs `body`.
  Access* accesses = nullptr;          // access_count of them, from the pool.
  union {
    struct {
      void (*body)(void* arg);  // Of the library's own.
      void* arg;
    };
    struct {
      Tag* tag;                       // Of a user's task.
      DeclaredSuccessor* successors;  // Newest first; under the lock in deps.cc.
    };
  };
  // What must come before the end: the body, and end dependencies.
  Counter end;
  std::uint32_t id = 0;  // Given when somebody asks.
  // Who waits for the end, callback included (starpu_task_wait). Closed: ended.
  SuccessorList waiters;
  std::uint16_t access_count = 0;
  enum State : std::uint8_t { kNew, kSubmitted } state = kNew;  // Ended: kSubmitted and `waiters` closed.
  bool nowhere = false;         // Nothing to execute: it ends where it becomes ready.
  bool counted = true;          // In the number of submitted tasks.
  bool detached = false;        // As the task was when it was submitted: nobody may wait for it.
  std::uint8_t implementation = 0;

  Job() : body(nullptr), arg(nullptr) {}
};
static_assert(sizeof(Job) == 192);

inline Job* JobOf(DependencyNode* node) {
  return reinterpret_cast<Job*>(reinterpret_cast<char*>(node) - offsetof(Job, node));
}
inline bool Ended(const Job* job) { return job->state == Job::kSubmitted && job->waiters.closed(); }
inline Job* JobOf(Task* task) { return reinterpret_cast<Job*>(task); }
inline Job* JobOf(struct starpu_task* task) { return static_cast<Job*>(task->starpu_private); }

// The job of a task, made where it has none and renewed where it has ended.  Thread safety: who uses the task.
Job* GetJob(struct starpu_task* task);
// For another submission. `waiters` stay where the task regenerates: they wait for its last run.
void RenewJob(Job* job, bool keep_waiters);
// A new job of the library's own.
Job* NewInternalJob(void (*body)(void* arg), void* arg);
// Frees the records of a user's job that has declared successors.
void DropDeclaredSuccessors(Job* job);
// Frees a job and its accesses.
void FreeJob(Job* job);
// starpu_task_destroy without the checks.
void FreeTask(struct starpu_task* task);

// Where codelet functions exist: the field `where` of the task or codelet, or else what has functions.
std::uint32_t WhereOf(const struct starpu_task& task);

// Orders the job after what is in the chains of its buffers. Combining tasks of reductions that this ends are submitted.
// Thread safety: any thread.  Blocking: for other creators of the same handles.
void SubmitAccesses(Job* job, const Buffer* buffers, int count);

// starpu_task_submit where the library is started. `again`: of a task that regenerates, for whose last run others may already wait.
int SubmitTask(struct starpu_task* task, bool again = false);

// All edges are there: runs, pushes or leaves it. The job may be gone afterwards.
void ReleaseJob(Job* job);

// Told by Finish() that a node is ready.
void OnReady(DependencyNode* node);
// What OnReady does with a job.
void JobReady(Job* job);
// Hands a ready job to a lane, past the policy.
void PushToLane(Job* job, int lane);

// The pool's entry.
void RunJob(Task* task);

// One of what must come before the end has come; the last one completes the job, which may be gone afterwards.
void ArriveAtEnd(Job* job);

// Told by the tag table.
void TagEnded(Tag* tag, const Job* job);
// Associates the task's tag. True where the job must wait for an event of the tag's (an event has been added to the node).
void AttachTag(Job* job);
void DropTags();

}  // namespace heddle::starpu

#endif  // HEDDLE_FRONTENDS_STARPU_SRC_JOB_H_
