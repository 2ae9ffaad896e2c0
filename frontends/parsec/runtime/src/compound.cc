// Taskpools after one another, and taskpools in the place of a task's body.
#include <cstdarg>
#include <cstdlib>
#include <vector>

#include "frontends/parsec/runtime/src/execute.h"
#include "frontends/parsec/runtime/src/taskpool.h"
#include "parsec/constants.h"
#include "parsec/data_dist/matrix/matrix.h"
#include "parsec/recursive.h"

namespace heddle::parsec {
namespace {

// dsl of a compound taskpool: its members, of which one at a time is in the context.
struct Compound {
  std::vector<parsec_taskpool_t*> members;
  std::size_t next = 0;
};

// A member is complete: the next one goes to the context, or the whole is over.
int MemberComplete(parsec_taskpool_t* member, void* whole) {
  parsec_taskpool_t* const tp = static_cast<parsec_taskpool_t*>(whole);
  Compound& compound = *static_cast<Compound*>(tp->dsl);
  if (compound.next < compound.members.size()) {
    return parsec_context_add_taskpool(member->context, compound.members[compound.next++]);
  }
  Release(EngineOf(tp));
  return PARSEC_SUCCESS;
}

void StartCompound(TaskpoolEngine* engine) {
  Compound& compound = *static_cast<Compound*>(engine->taskpool->dsl);
  for (parsec_taskpool_t* const member : compound.members) {
    (void)parsec_taskpool_set_complete_callback(member, MemberComplete, engine->taskpool);
  }
  compound.next = 1;
  (void)parsec_context_add_taskpool(engine->taskpool->context, compound.members[0]);
}

int RecursionComplete(parsec_taskpool_t* tp, void* data) {
  parsec_recursive_callback_t* const recursion = static_cast<parsec_recursive_callback_t*>(data);
  if (recursion->callback != nullptr) recursion->callback(tp, recursion);
  const int result = __parsec_complete_execution(parsec_my_execution_stream(), recursion->task);
  for (int i = 0; i < recursion->nbdesc; ++i) {
    parsec_tiled_matrix_destroy(reinterpret_cast<parsec_tiled_matrix_t*>(recursion->desc[i]));
    std::free(recursion->desc[i]);
  }
  std::free(recursion);
  return result;
}

}  // namespace
}  // namespace heddle::parsec

using namespace heddle::parsec;

extern "C" {

parsec_taskpool_t* parsec_compose(parsec_taskpool_t* start, parsec_taskpool_t* next) {
  if (start == nullptr) return next;
  if (next == nullptr) return start;
  if (start->taskpool_type == PARSEC_TASKPOOL_TYPE_COMPOUND) {
    static_cast<heddle::parsec::Compound*>(start->dsl)->members.push_back(next);
    return start;
  }
  parsec_taskpool_t* const tp = static_cast<parsec_taskpool_t*>(std::calloc(1, sizeof(parsec_taskpool_t)));
  if (tp == nullptr) return nullptr;
  PARSEC_OBJ_CONSTRUCT(tp, parsec_list_item_t);
  TaskpoolEngine& engine = MakeTaskpool(tp, "compound", PARSEC_TASKPOOL_TYPE_COMPOUND);
  tp->dsl = new heddle::parsec::Compound{{start, next}};
  engine.holds.store(1);
  engine.start = heddle::parsec::StartCompound;
  engine.destroy = [](TaskpoolEngine* of) { delete static_cast<heddle::parsec::Compound*>(of->taskpool->dsl); };
  return tp;
}

parsec_hook_return_t parsec_recursivecall(parsec_task_t* task, parsec_taskpool_t* tp, parsec_recursive_callback_f callback, int nbdesc,
                                          ...) {
  auto* const recursion = static_cast<parsec_recursive_callback_t*>(std::malloc(
      sizeof(parsec_recursive_callback_t) + static_cast<std::size_t>(nbdesc) * sizeof(parsec_data_collection_t*)));
  if (recursion == nullptr) return PARSEC_HOOK_RETURN_ERROR;
  recursion->task = task;
  recursion->callback = callback;
  recursion->nbdesc = nbdesc;
  std::va_list descriptors;
  va_start(descriptors, nbdesc);
  for (int i = 0; i < nbdesc; ++i) recursion->desc[i] = va_arg(descriptors, parsec_data_collection_t*);
  va_end(descriptors);
  (void)parsec_taskpool_set_complete_callback(tp, heddle::parsec::RecursionComplete, recursion);
  if (parsec_context_add_taskpool(task->taskpool->context, tp) != PARSEC_SUCCESS) {
    char name[MAX_TASK_STRLEN];
    Die("%s: its taskpool is in a context already", parsec_task_snprintf(name, sizeof(name), task));
  }
  return PARSEC_HOOK_RETURN_ASYNC;
}

}  // extern "C"
