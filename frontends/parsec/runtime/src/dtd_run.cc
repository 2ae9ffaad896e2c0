// Bodies: how they run, what they unpack, and what follows.
#include <cstdarg>
#include <cstring>

#include "frontends/parsec/runtime/src/dtd_internal.h"
#include "frontends/parsec/runtime/src/grapher.h"

namespace heddle::parsec {
namespace {

void Complete(parsec_execution_stream_t* es, parsec_task_t* task) {
  const DtdClass* const c = ClassOf(task);
  DtdState& state = StateOf(task->taskpool);
  TaskpoolEngine& engine = *state.engine;
  RaisePins(es, COMPLETE_EXEC_BEGIN, task);
  if (DotEnabled()) [[unlikely]] DotTask(es, task);
  RaisePins(es, RELEASE_DEPS_BEGIN, task);
  if (c->flows != 0) NodeOf(task)->FinishAccesses(ReadyNodes());
  RaisePins(es, RELEASE_DEPS_END, task);
  RaisePins(es, COMPLETE_EXEC_END, task);
  PoolFree(task, c->bytes);
  TaskFinished(state, engine);
}

// What a hook says but DONE. True: it is done after all.
bool AfterHook(parsec_execution_stream_t* es, parsec_task_t* task, parsec_hook_return_t result) {
  switch (result) {
    case PARSEC_HOOK_RETURN_ASYNC:
      return false;
    case PARSEC_HOOK_RETURN_AGAIN:
      task->priority /= 10;
      __parsec_schedule(es, task, ++task->distance);
      return false;
    case PARSEC_HOOK_RETURN_NEXT:
    case PARSEC_HOOK_RETURN_DISABLE:
      Die("task %s: its only body says that another one should run it", task->task_class->name);
    default:
      Die("task %s: its body returned %d", task->task_class->name, static_cast<int>(result));
  }
}

void Run(Task* ready) {
  parsec_task_t* const task = ParsecTaskOf(ready);
  const DtdClass* const c = ClassOf(task);
  parsec_execution_stream_t* const es = CurrentStream(*EngineOf(task->taskpool).context);
  if (c->only_hook != nullptr) [[likely]] {
    const parsec_hook_return_t result = CallHook(c->only_hook, es, task);
    if (result == PARSEC_HOOK_RETURN_DONE) [[likely]] return Complete(es, task);
    if (!AfterHook(es, task, result)) return;
    return Complete(es, task);
  }
  if (Execute(es, task)) Complete(es, task);
}

}  // namespace

void RunTask(Task* task) { Run(task); }
void CompleteTask(parsec_execution_stream_t* es, parsec_task_t* task) { Complete(es, task); }

void TaskFinished(DtdState& state, TaskpoolEngine& engine) {
  ContextEngine& context = *engine.context;
  engine.group.Finished(CurrentWorker());
  if (state.waiting.load(std::memory_order_seq_cst) != 0 && state.wake_after.fetch_sub(1, std::memory_order_seq_cst) == 1) {
    Notify(context);
  }
}


void ReadyNodes::operator()(DependencyNode* node) {
  if (node->kind() != kTaskNode) [[unlikely]] {
    Task* const transfer = TaskOfTransfer(node);
    transfer->client->pool().Submit(transfer);
    return;
  }
  // Only started taskpools have tasks that finish, but a successor may be another taskpool's.
  parsec_task_t* const task = TaskOf(node);
  DtdState& state = StateOf(task->taskpool);
  const PinsSchedule events(*state.engine, task);
  if (first && IsStarted(*state.engine)) {
    first = false;
    state.engine->context->pool->SubmitNext(TaskOf(task));
  } else {
    Ready(state, TaskOf(task));
  }
}

}  // namespace heddle::parsec

using namespace heddle::parsec;  // NOLINT(google-build-using-namespace): what follows is C.

extern "C" {

void(parsec_dtd_unpack_args)(parsec_task_t* task, ...) {
  const DtdClass* const c = ClassOf(task);
  std::va_list list;
  va_start(list, task);
  for (int i = 0; i < c->params_count; ++i) {
    void* const to = va_arg(list, void*);
    if (to == nullptr) break;
    const DtdParam& p = c->params[i];
    const char* const at = reinterpret_cast<const char*>(task) + p.offset;
    if (p.kind == ParamKind::kTile) {
      const auto* const copy = *reinterpret_cast<parsec_data_copy_t* const*>(at);
      *static_cast<void**>(to) = copy != nullptr ? copy->device_private : nullptr;
    } else if (p.kind == ParamKind::kValue) {
      if (p.size == 4) {
        std::memcpy(to, at, 4);
      } else {
        std::memcpy(to, at, static_cast<std::size_t>(p.size));
      }
    } else {
      *static_cast<void**>(to) = *reinterpret_cast<void* const*>(at);
    }
  }
  va_end(list);
}

parsec_taskpool_t* parsec_dtd_get_taskpool(parsec_task_t* task) { return task->taskpool; }

void* parsec_dtd_get_dev_ptr(parsec_task_t* task, int i) {
  const DtdClass* const c = ClassOf(task);
  if (i < 0 || i >= c->flows) return nullptr;
  const auto* const copy = static_cast<parsec_data_copy_t*>(PointerAt(task, c->slots + 8u * static_cast<std::uint32_t>(i)));
  return copy != nullptr ? copy->device_private : nullptr;
}
}
