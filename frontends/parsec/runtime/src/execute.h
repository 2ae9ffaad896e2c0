// Running a task's body: incarnations, and what hooks return. Shared by PTG and DTD.
#ifndef HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_EXECUTE_H_
#define HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_EXECUTE_H_

#include <cstddef>

#include "components/ready_queue/task.h"
#include "frontends/parsec/runtime/src/pins.h"
#include "frontends/parsec/runtime/src/taskpool.h"
#include "parsec/parsec_internal.h"

namespace heddle::parsec {

// heddle's header of a task; its maker constructs it (new (TaskOf(task)) Task) and sets run, client, flags (kTaskMovable) and type.
inline Task* TaskOf(parsec_task_t* task) { return reinterpret_cast<Task*>(task->heddle); }
inline parsec_task_t* ParsecTaskOf(Task* task) {
  return reinterpret_cast<parsec_task_t*>(reinterpret_cast<char*>(task) - offsetof(parsec_task_t, heddle));
}

// Calls a body, between EXEC_BEGIN and EXEC_END where somebody wants to know.
inline parsec_hook_return_t CallHook(parsec_hook_t* hook, parsec_execution_stream_t* es, parsec_task_t* task) {
  return PinsWanted(EXEC_BEGIN, EXEC_END) ? CallHookRaising(hook, es, task) : hook(es, task);
}

// Runs the body of a ready task: the first incarnation for the CPU (or RECURSIVE) whose evaluate() agrees, then the next where the
// hook says so. True: it is done, the caller completes it. False: it was given back to the pool (AGAIN: distance + 1, a tenth of
// its priority) or somebody will call __parsec_complete_execution() (ASYNC); do not touch it. Without an incarnation that takes it,
// and on ERROR, the program ends, naming the task.
bool Execute(parsec_execution_stream_t* es, parsec_task_t* task);

// How __parsec_complete_execution and __parsec_schedule go on with a task of another DSL: set by it in the class.
struct DslFunctions {
  void (*run)(Task* task);                                              // As Task::run.
  void (*complete)(parsec_execution_stream_t* es, parsec_task_t* task);  // After the body.
};
extern DslFunctions dtd_functions;  // Set by DTD when the first taskpool is made.

// Ends the program with a message: `parsec: ` and the text.
[[noreturn]] void Die(const char* format, ...) __attribute__((format(printf, 1, 2)));
// A message on standard error: `parsec: warning: ` and the text.
void Warn(const char* format, ...) __attribute__((format(printf, 1, 2)));

}  // namespace heddle::parsec

#endif  // HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_EXECUTE_H_
