// The intrusive header of everything that can be ready to run.
#ifndef HEDDLE_COMPONENTS_READY_QUEUE_TASK_H_
#define HEDDLE_COMPONENTS_READY_QUEUE_TASK_H_

#include <cstdint>

#include "components/base/cache_line.h"

namespace heddle {

class Client;  // components/worker_pool: who submitted it. Opaque here.
struct Task;

// What tasks of one kind have in common: one per codelet, task class or outlined function; lives as long as its tasks.
// All zeros is a valid, nameless type.
struct TaskType {
  const char* name = nullptr;  // Shown in traces and statistics.
  std::uint32_t flags = 0;     // TaskFlags
  std::uint32_t id = 0;        // Given by the pool's accounting at first use; 0: not yet seen.
};

enum TaskFlags : std::uint16_t {
  // A context of this task may be resumed by another thread than the one it left: its body and what it calls keep no
  // thread-local state, and no address of any, across a suspension. Only such tasks run on guests.
  kTaskMovable = 1 << 0,
  // Blocking in the body is an error (policies, callbacks, polling services).
  kTaskNoSuspend = 1 << 1,
  // Run by the worker that `worker` names and by no other.
  kTaskPinned = 1 << 2,
};

// Embedded in the frontend's own descriptor, usually as its first member; one cache line. All zeros is a valid, unsubmitted
// task. Between Submit and the call of `run` the task belongs to the pool; from the call of `run` on it belongs to the body,
// which may free or resubmit it: the pool does not touch a task after calling `run`.
struct alignas(kCacheLineBytes) Task {
  Task* next = nullptr;                 // Link of whatever queue holds the task.
  void (*run)(Task* task) = nullptr;    // The body.
  Client* client = nullptr;             // nullptr: the client of the submitting activity.
  const TaskType* type = nullptr;       // nullptr: nameless, without flags.
  void* owner = nullptr;                // Who waits for it (a group, a parent): a wait may run tasks whose owner it is.
  std::int32_t priority = 0;            // Greater runs first, where the policy looks at priorities.
  std::int16_t worker = 0;              // With kTaskPinned: the worker (slot) to run it.
  std::uint16_t flags = 0;              // TaskFlags
  void* user[2] = {nullptr, nullptr};   // For whoever embeds the header; never touched by components.
};
static_assert(sizeof(Task) == kCacheLineBytes);

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_READY_QUEUE_TASK_H_
