// A taskpool as the runtime sees it: how many tasks are under way, and what it is to be started, complete, waited for.
//
// Life: kNew -> kAdded (in a context) -> kRunning (started) -> kCompleting -> kComplete; DTD's go from kCompleting back to kRunning
// where they are still open. Completion is looked for, not counted down: a group's zero is found by the workers that run dry
// (LookForCompletion), so that a task costs a plain store or two.
#ifndef HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_TASKPOOL_H_
#define HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_TASKPOOL_H_

#include <atomic>

#include "components/dependency/group.h"
#include "frontends/parsec/runtime/src/context.h"

namespace heddle::parsec {

// parsec_taskpool_t::engine.
struct TaskpoolEngine {
  enum State { kNew, kAdded, kRunning, kCompleting, kComplete };

  explicit TaskpoolEngine(parsec_taskpool_t* taskpool_, int slots) : taskpool(taskpool_), group(slots) {}

  parsec_taskpool_t* const taskpool;
  ContextEngine* context = nullptr;  // From when it is added.
  std::atomic<int> state{kNew};
  // Tasks that are ready, running, or cannot become ready without one of these; counted with Started() and Finished().
  Group group;
  // Holds it open: while a startup walks, while a DTD taskpool may get tasks (until somebody waits for it), while remote work is
  // expected. > 0: not complete whatever the group says. Whoever takes the last one calls LookForCompletion().
  std::atomic<int> holds{0};
  // Starts it: called once, when it is added to a started context or its context is started; in a task of its own.
  void (*start)(TaskpoolEngine* engine) = nullptr;
  // Called in a task, before on_complete. nullptr: nothing.
  void (*completed)(TaskpoolEngine* engine) = nullptr;
  // Called by who is about to wait for it (taskpool_wait, context_wait), and after taskpool_wait: DTD lets go of its hold in the one,
  // and takes it again in the other, where the taskpool is put back with Reopen(). nullptr: nothing.
  void (*enter_wait)(TaskpoolEngine* engine) = nullptr;
  void (*leave_wait)(TaskpoolEngine* engine) = nullptr;
  // Frees what `dsl` points to, in parsec_taskpool_free.
  void (*destroy)(TaskpoolEngine* engine) = nullptr;

  Task start_task, complete_task;  // Given to the pool once each at a time.
  bool in_callback = false;         // Of on_complete.
  bool free_after_callback = false;  // The callback freed it.
};

inline TaskpoolEngine& EngineOf(const parsec_taskpool_t* taskpool) { return *static_cast<TaskpoolEngine*>(taskpool->engine); }

// Gives `taskpool`, zeroed memory of its maker's, an engine, an id and a name.
TaskpoolEngine& MakeTaskpool(parsec_taskpool_t* taskpool, const char* name, std::int16_t type);

// Lets go of one hold.  Thread safety: any thread.
void Release(TaskpoolEngine& engine);

// A taskpool that is complete runs again, with one hold.  Thread safety: nobody else uses it.
void Reopen(TaskpoolEngine& engine);

// Waits for a DTD taskpool that takes tasks, for the last time.  Blocking: suspends.
void EndOpenTaskpool(TaskpoolEngine& engine);

}  // namespace heddle::parsec

#endif  // HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_TASKPOOL_H_
