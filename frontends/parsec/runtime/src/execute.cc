#include "frontends/parsec/runtime/src/execute.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

#include "components/base/fence.h"
#include "frontends/parsec/runtime/src/ptg.h"
#include "parsec/constants.h"

namespace heddle::parsec {
namespace {

void Say(const char* kind, const char* format, std::va_list arguments) {
  char text[1024];
  std::vsnprintf(text, sizeof(text), format, arguments);
  std::fprintf(stderr, "parsec: %s%s\n", kind, text);
}

// Puts a task behind all that is ready: the own queue of a worker takes the newest first, what comes from outside is taken in order.
void PutBehind(parsec_task_t* task) {
  Task* const header = TaskOf(task);
  header->priority = task->priority;
  header->client->policy().Push(header, Policy::kNoWorker);
}

// A generator and what it waits for would take turns without anybody else's being run.
bool TryAgain(parsec_task_t* task) {
  ++task->distance;
  task->priority /= 10;
  task->status = PARSEC_TASK_STATUS_HOOK;
  PutBehind(task);
  return false;
}

}  // namespace

DslFunctions dtd_functions;

void Die(const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  Say("", format, arguments);
  va_end(arguments);
  std::abort();
}

void Warn(const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  Say("warning: ", format, arguments);
  va_end(arguments);
}

bool Execute(parsec_execution_stream_t* es, parsec_task_t* task) {
  const __parsec_chore_t* const chores = task->task_class->incarnations;
  for (int i = task->selected_chore; chores[i].type != PARSEC_DEV_NONE; ++i) {
    if ((chores[i].type & (PARSEC_DEV_CPU | PARSEC_DEV_RECURSIVE)) == 0) continue;
    if ((chores[i].type & task->chore_mask) == 0 || chores[i].hook == nullptr) continue;
    if (chores[i].evaluate != nullptr) {
      const parsec_hook_return_t agreed = chores[i].evaluate(task);
      if (agreed == PARSEC_HOOK_RETURN_AGAIN) return TryAgain(task);
      if (agreed != PARSEC_HOOK_RETURN_DONE) continue;
    }
    task->selected_chore = static_cast<std::int16_t>(i);
    task->status = PARSEC_TASK_STATUS_HOOK;
    switch (CallHook(chores[i].hook, es, task)) {
      case PARSEC_HOOK_RETURN_DONE: return true;
      case PARSEC_HOOK_RETURN_AGAIN: return TryAgain(task);
      case PARSEC_HOOK_RETURN_ASYNC: return false;
      case PARSEC_HOOK_RETURN_NEXT:
      case PARSEC_HOOK_RETURN_DISABLE: continue;
      default: {
        char name[MAX_TASK_STRLEN];
        Die("the body of %s returned an error", parsec_task_snprintf(name, sizeof(name), task));
      }
    }
  }
  char name[MAX_TASK_STRLEN];
  Die("%s has no body that takes it (device mask 0x%x): all said NEXT, or none is for the CPU",
      parsec_task_snprintf(name, sizeof(name), task), task->chore_mask);
}

}  // namespace heddle::parsec

using namespace heddle::parsec;

extern "C" {

int __parsec_schedule(parsec_execution_stream_t* es, parsec_task_t* task, int32_t distance) {
  (void)es;
  heddle::Task* const header = TaskOf(task);
  if (task->task_class->ptg != nullptr) PrepareScheduled(task);
  header->priority = task->priority;
  const PinsSchedule events(EngineOf(task->taskpool), task);
  if (distance > 0) {
    task->distance = distance;
    heddle::parsec::PutBehind(task);
  } else {
    header->client->pool().Submit(header);
  }
  return PARSEC_SUCCESS;
}

int __parsec_complete_execution(parsec_execution_stream_t* es, parsec_task_t* task) {
  TaskpoolEngine& engine = EngineOf(task->taskpool);
  ContextEngine& context = *engine.context;
  if (es == nullptr) es = CurrentStream(context);
  if (task->task_class->ptg != nullptr) {
    CompletePtg(es, task);
  } else {
    dtd_functions.complete(es, task);
  }
  // Whoever calls need not be a worker that runs dry later.
  LookForCompletionIfWatched(context);
  return PARSEC_SUCCESS;
}

char* parsec_snprintf_assignments(char* str, size_t size, const parsec_task_class_t* task_class, const parsec_assignment_t* locals) {
  std::size_t used = 0;
  if (size > 0) str[0] = '\0';
  const int shown = task_class->ptg != nullptr ? task_class->nb_parameters : 0;
  for (int i = 0; i < shown && used < size; ++i) {
    const int written = std::snprintf(str + used, size - used, "%s%d", i == 0 ? "" : ", ", locals[task_class->ptg->parameters[i]].value);
    used += static_cast<std::size_t>(written);
  }
  return str;
}

char* parsec_task_snprintf(char* str, size_t size, const parsec_task_t* task) {
  if (task->task_class->task_snprintf != nullptr) return task->task_class->task_snprintf(str, size, task);
  char values[MAX_TASK_STRLEN];
  std::snprintf(str, size, "%s(%s)", task->task_class->name,
                parsec_snprintf_assignments(values, sizeof(values), task->task_class, task->locals));
  return str;
}

}  // extern "C"
