// The ways in which a taskpool ends, as programs see them (parsec/mca/termdet/termdet.h). What decides is TaskpoolEngine; the table
// of functions is how a program says that its user-triggered taskpool is over, or asks.
#include <atomic>
#include <cstdint>
#include <cstring>

#include "frontends/parsec/runtime/src/execute.h"
#include "frontends/parsec/runtime/src/ptg.h"
#include "frontends/parsec/runtime/src/remote.h"
#include "parsec/constants.h"
#include "parsec/mca/termdet/termdet.h"

namespace heddle::parsec {
namespace {

void Monitor(parsec_taskpool_t* tp, parsec_termdet_termination_detected_function_t callback) { tp->tdm.callback = callback; }
void Unmonitor(parsec_taskpool_t* tp) { tp->tdm.callback = nullptr; }

parsec_termdet_taskpool_state_t State(parsec_taskpool_t* tp) {
  switch (EngineOf(tp).state.load()) {
    case TaskpoolEngine::kNew: return PARSEC_TERM_TP_NOT_MONITORED;
    case TaskpoolEngine::kAdded: return PARSEC_TERM_TP_NOT_READY;
    case TaskpoolEngine::kRunning: return PARSEC_TERM_TP_BUSY;
    default: return PARSEC_TERM_TP_TERMINATED;
  }
}

int Ready(parsec_taskpool_t*) { return PARSEC_SUCCESS; }

// The numbers of local taskpools are not kept: their tasks are counted where they run. What programs take off is heeded
// (ForgetTakenOff(), ptg.cc).
int SetTasks(parsec_taskpool_t* tp, int v) {
  tp->nb_tasks = v;
  return v;
}
int AddTasks(parsec_taskpool_t* tp, int v) {
  return std::atomic_ref<std::int32_t>(const_cast<std::int32_t&>(tp->nb_tasks)).fetch_add(v, std::memory_order_relaxed) + v;
}
int AddActions(parsec_taskpool_t* tp, int v) {
  TaskpoolEngine& engine = EngineOf(tp);
  for (int i = 0; i < v; ++i) engine.holds.fetch_add(1, std::memory_order_relaxed);
  for (int i = 0; i > v; --i) Release(engine);
  return engine.holds.load();
}
int SetActions(parsec_taskpool_t* tp, int v) { return AddActions(tp, v - EngineOf(tp).holds.load()); }

// Of a taskpool whose program says when it is over: no tasks left means now, once those that run are done.
int SetTasksTriggers(parsec_taskpool_t* tp, int v) {
  tp->nb_tasks = v;
  if (v != 0 || tp->dsl == nullptr || tp->taskpool_type != PARSEC_TASKPOOL_TYPE_PTG) return v;
  PtgTaskpool& taskpool = PtgOf(tp);
  if (taskpool.termination != Termination::kUserTriggered || taskpool.triggered.exchange(true)) return v;
  if (!taskpool.each_says) TellTriggered(taskpool);
  Release(*taskpool.engine);
  return v;
}
int AddTasksTriggers(parsec_taskpool_t* tp, int v) { return SetTasksTriggers(tp, tp->nb_tasks + v); }

const parsec_termdet_module_t kModules[] = {
    {"local", {Monitor, Unmonitor, State, Ready, AddTasks, AddActions, SetTasks, SetActions}},
    {"dynamic", {Monitor, Unmonitor, State, Ready, AddTasks, AddActions, SetTasks, SetActions}},
    {"user_trigger", {Monitor, Unmonitor, State, Ready, AddTasksTriggers, AddActions, SetTasksTriggers, SetActions}},
};

}  // namespace

void SetTermination(parsec_taskpool_t* tp, Termination termination) {
  tp->tdm.module = &kModules[static_cast<int>(termination)].module;
  if (tp->taskpool_type != PARSEC_TASKPOOL_TYPE_PTG || tp->dsl == nullptr) return;
  PtgTaskpool& taskpool = PtgOf(tp);
  if (termination == Termination::kUserTriggered && taskpool.termination != termination) {
    taskpool.engine->holds.fetch_add(1, std::memory_order_relaxed);  // Until it is triggered.
  }
  taskpool.termination = termination;
}

}  // namespace heddle::parsec

using namespace heddle::parsec;

extern "C" {

int parsec_termdet_open_module(parsec_taskpool_t* tp, char* name) {
  if (tp == nullptr) return PARSEC_ERR_BAD_PARAM;
  if (name == nullptr) name = const_cast<char*>("local");
  for (int i = 0; i < 3; ++i) {
    const bool same = std::strcmp(name, heddle::parsec::kModules[i].name) == 0 ||
                      (i == 1 && std::strcmp(name, "fourcounter") == 0) || (i == 2 && std::strcmp(name, "user-triggered") == 0);
    if (same) {
      SetTermination(tp, static_cast<heddle::parsec::Termination>(i));
      return PARSEC_SUCCESS;
    }
  }
  return PARSEC_ERR_NOT_FOUND;
}

int parsec_termdet_open_dyn_module(parsec_taskpool_t* tp) {
  if (tp == nullptr) return PARSEC_ERR_BAD_PARAM;
  SetTermination(tp, heddle::parsec::Termination::kDynamic);
  return PARSEC_SUCCESS;
}

}  // extern "C"
