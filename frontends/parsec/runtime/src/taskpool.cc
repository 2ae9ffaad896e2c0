#include "frontends/parsec/runtime/src/taskpool.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>

#include "frontends/parsec/runtime/src/datatype.h"
#include "frontends/parsec/runtime/src/execute.h"
#include "parsec/datatype.h"

namespace heddle::parsec {
namespace {

// Taskpools by id. Ids are given in the order of creation, which is the same in all processes of a program that makes them alike.
struct Ids {
  std::mutex mutex;
  std::uint32_t next = 1;
  std::map<std::uint32_t, parsec_taskpool_t*> taskpools;
};
Ids& ids() {
  static Ids* const all = new Ids;  // Taskpools may be freed by exit handlers.
  return *all;
}

TaskType start_type{"parsec startup"};
TaskType complete_type{"parsec completion"};

TaskpoolEngine& EngineOfStart(Task* task) { return *static_cast<TaskpoolEngine*>(task->user[0]); }

void RunStart(Task* task) {
  TaskpoolEngine& engine = EngineOfStart(task);
  if (engine.start != nullptr) engine.start(&engine);
}

void RunComplete(Task* task) {
  TaskpoolEngine& engine = EngineOfStart(task);
  ContextEngine& context = *engine.context;
  parsec_taskpool_t* const taskpool = engine.taskpool;
  if (engine.completed != nullptr) engine.completed(&engine);
  // It may add taskpools, which the context then waits for as well, and may free this one.
  engine.in_callback = true;
  if (taskpool->on_complete != nullptr) (void)taskpool->on_complete(taskpool, taskpool->on_complete_data);
  engine.in_callback = false;
  const bool free = engine.free_after_callback;
  {
    std::lock_guard<SpinLock> hold(context.lock);
    std::erase(context.taskpools, &engine);
    context.context->active_taskpools = static_cast<int>(context.taskpools.size());
    engine.state.store(TaskpoolEngine::kComplete, std::memory_order_release);
  }
  Notify(context);
  if (free) parsec_taskpool_free(taskpool);
}

void Prepare(Task& task, const TaskType& type, void (*run)(Task*), TaskpoolEngine& engine) {
  task = Task{};
  task.run = run;
  task.type = &type;
  task.flags = kTaskMovable;
  task.client = engine.context->client;
  task.user[0] = &engine;
}

bool IsComplete(void* engine) {
  return static_cast<TaskpoolEngine*>(engine)->state.load(std::memory_order_acquire) == TaskpoolEngine::kComplete;
}

void Start(TaskpoolEngine& engine) {
  engine.state.store(TaskpoolEngine::kRunning, std::memory_order_release);
  Prepare(engine.start_task, start_type, RunStart, engine);
  engine.context->pool->Submit(&engine.start_task);
}

}  // namespace

TaskpoolEngine& MakeTaskpool(parsec_taskpool_t* taskpool, const char* name, std::int16_t type) {
  // PARSEC_OBJ_RELEASE(taskpool) is what programs for the original do as well.
  taskpool->super.super.obj_release = [](parsec_object_t* object) { parsec_taskpool_free(reinterpret_cast<parsec_taskpool_t*>(object)); };
  const Runtime* const runtime = Runtime::Current();
  // A taskpool may be made before a context; then for as many workers as there may ever be.
  const int slots = runtime == nullptr ? 256 : const_cast<Runtime*>(runtime)->pool().slots();
  TaskpoolEngine* const engine = new TaskpoolEngine(taskpool, slots);
  taskpool->engine = engine;
  taskpool->taskpool_type = type;
  taskpool->taskpool_name = name == nullptr ? nullptr : strdup(name);
  taskpool->devices_index_mask = PARSEC_DEVICES_ALL;
  (void)parsec_taskpool_reserve_id(taskpool);
  (void)parsec_taskpool_register(taskpool);
  return *engine;
}

void Release(TaskpoolEngine& engine) {
  ContextEngine* const context = engine.context;
  if (context == nullptr) {
    engine.holds.fetch_sub(1, std::memory_order_acq_rel);
    return;
  }
  context->watched.store(true, std::memory_order_relaxed);
  // From the subtraction on it may be complete, and gone.
  if (engine.holds.fetch_sub(1, std::memory_order_seq_cst) == 1) LookForCompletion(*context);
}

void Reopen(TaskpoolEngine& engine) {
  ContextEngine& context = *engine.context;
  std::lock_guard<SpinLock> hold(context.lock);
  engine.holds.store(1, std::memory_order_relaxed);
  engine.state.store(TaskpoolEngine::kRunning, std::memory_order_release);
  context.taskpools.push_back(&engine);
  context.context->active_taskpools = static_cast<int>(context.taskpools.size());
}

void EndOpenTaskpool(TaskpoolEngine& engine) {
  if (engine.enter_wait != nullptr) engine.enter_wait(&engine);
  WorkUntil(*engine.context, "the end of a taskpool", IsComplete, &engine);
}

}  // namespace heddle::parsec

using namespace heddle::parsec;

extern "C" {

// Programs derive classes of their own from these two. A taskpool that is made by its class alone has no tasks of its own.
static void ConstructTaskpool(parsec_taskpool_t* tp) {
  std::memset(reinterpret_cast<char*>(tp) + sizeof(parsec_list_item_t), 0, sizeof(*tp) - sizeof(parsec_list_item_t));
  (void)MakeTaskpool(tp, nullptr, 0);
}
static void DestructTaskpool(parsec_taskpool_t* tp) {
  parsec_taskpool_unregister(tp);
  delete static_cast<TaskpoolEngine*>(tp->engine);
  tp->engine = nullptr;
  std::free(tp->taskpool_name);
}
static void ConstructTask(parsec_task_t* task) {
  task->taskpool = nullptr;
  task->task_class = nullptr;
  task->priority = 0;
  task->status = PARSEC_TASK_STATUS_NONE;
  task->chore_mask = PARSEC_DEV_ALL;
  task->selected_chore = 0;
  task->distance = 0;
  task->selected_device = nullptr;
  task->repo_entry = nullptr;
}
PARSEC_OBJ_CLASS_INSTANCE(parsec_taskpool_t, parsec_list_item_t, ConstructTaskpool, DestructTaskpool);
PARSEC_OBJ_CLASS_INSTANCE(parsec_task_t, parsec_list_item_t, ConstructTask, nullptr);

int parsec_taskpool_reserve_id(parsec_taskpool_t* tp) {
  std::lock_guard<std::mutex> hold(ids().mutex);
  tp->taskpool_id = ids().next++;
  return PARSEC_SUCCESS;
}

int parsec_taskpool_register(parsec_taskpool_t* tp) {
  std::lock_guard<std::mutex> hold(ids().mutex);
  ids().taskpools[tp->taskpool_id] = tp;
  return PARSEC_SUCCESS;
}

void parsec_taskpool_unregister(parsec_taskpool_t* tp) {
  std::lock_guard<std::mutex> hold(ids().mutex);
  const auto found = ids().taskpools.find(tp->taskpool_id);
  if (found != ids().taskpools.end() && found->second == tp) ids().taskpools.erase(found);
}

parsec_taskpool_t* parsec_taskpool_lookup(uint32_t taskpool_id) {
  std::lock_guard<std::mutex> hold(ids().mutex);
  const auto found = ids().taskpools.find(taskpool_id);
  return found == ids().taskpools.end() ? nullptr : found->second;
}

void parsec_taskpool_sync_ids_context(intptr_t comm) {
  if (comm == 0 || !MpiIsUp()) return;
  std::uint32_t next = 0;
  {
    std::lock_guard<std::mutex> hold(ids().mutex);
    next = ids().next;
  }
  MPI_Allreduce(MPI_IN_PLACE, &next, 1, MPI_UINT32_T, MPI_MAX, reinterpret_cast<MPI_Comm>(comm));
  std::lock_guard<std::mutex> hold(ids().mutex);
  ids().next = std::max(ids().next, next);
}

void parsec_taskpool_sync_ids() { parsec_taskpool_sync_ids_context(reinterpret_cast<intptr_t>(MPI_COMM_WORLD)); }

int parsec_context_add_taskpool(parsec_context_t* context, parsec_taskpool_t* tp) {
  if (context == nullptr || tp == nullptr || tp->engine == nullptr) return PARSEC_ERR_BAD_PARAM;
  ContextEngine& engine = EngineOf(context);
  TaskpoolEngine& taskpool = EngineOf(tp);
  if (taskpool.state.load() == TaskpoolEngine::kComplete && tp->taskpool_type != PARSEC_TASKPOOL_TYPE_DTD) {
    Warn("taskpool %s was run already; make another one", tp->taskpool_name == nullptr ? "?" : tp->taskpool_name);
    return PARSEC_ERR_BAD_PARAM;
  }
  if (tp->context != nullptr) return PARSEC_ERR_BAD_PARAM;
  tp->context = context;
  taskpool.context = &engine;
  if (tp->on_enqueue != nullptr) (void)tp->on_enqueue(tp, tp->on_enqueue_data);
  heddle::parsec::Prepare(taskpool.complete_task, complete_type, RunComplete, taskpool);
  taskpool.state.store(TaskpoolEngine::kAdded);
  bool started = false;
  {
    std::lock_guard<heddle::SpinLock> hold(engine.lock);
    engine.taskpools.push_back(&taskpool);
    context->active_taskpools = static_cast<int>(engine.taskpools.size());
    started = engine.started;
    // Of those that come while the context is started each is started once.
    if (started) taskpool.state.store(TaskpoolEngine::kRunning);
  }
  if (started) heddle::parsec::Start(taskpool);
  return PARSEC_SUCCESS;
}

int parsec_context_remove_taskpool(parsec_taskpool_t* tp) {
  if (tp == nullptr || tp->context == nullptr) return PARSEC_ERR_BAD_PARAM;
  ContextEngine& engine = EngineOf(tp->context);
  std::lock_guard<heddle::SpinLock> hold(engine.lock);
  TaskpoolEngine& taskpool = EngineOf(tp);
  if (taskpool.state.load() != TaskpoolEngine::kAdded) return PARSEC_ERR_BAD_PARAM;
  std::erase(engine.taskpools, &taskpool);
  tp->context->active_taskpools = static_cast<int>(engine.taskpools.size());
  tp->context = nullptr;
  taskpool.state.store(TaskpoolEngine::kNew);
  return PARSEC_SUCCESS;
}

int parsec_context_start(parsec_context_t* context) {
  if (context == nullptr) return PARSEC_ERR_BAD_PARAM;
  ContextEngine& engine = EngineOf(context);
  std::vector<TaskpoolEngine*> added;
  {
    std::lock_guard<heddle::SpinLock> hold(engine.lock);
    if (engine.started) return PARSEC_ERR_NOT_SUPPORTED;
    for (TaskpoolEngine* const taskpool : engine.taskpools) {
      if (taskpool->state.load() == TaskpoolEngine::kAdded) added.push_back(taskpool);
    }
  }
  context->flags = context->flags | PARSEC_CONTEXT_FLAG_CONTEXT_ACTIVE;
  SetStarted(engine, true);
  for (TaskpoolEngine* const taskpool : added) heddle::parsec::Start(*taskpool);
  return PARSEC_SUCCESS;
}

int parsec_context_test(parsec_context_t* context) {
  if (context == nullptr) return PARSEC_ERR_BAD_PARAM;
  ContextEngine& engine = EngineOf(context);
  std::lock_guard<heddle::SpinLock> hold(engine.lock);
  if (!engine.started) return PARSEC_ERR_NOT_SUPPORTED;
  return engine.taskpools.empty() ? 1 : 0;
}

int parsec_context_wait(parsec_context_t* context) {
  if (context == nullptr) return PARSEC_ERR_BAD_PARAM;
  ContextEngine& engine = EngineOf(context);
  std::vector<TaskpoolEngine*> taskpools;
  {
    std::lock_guard<heddle::SpinLock> hold(engine.lock);
    if (!engine.started) {
      Warn("parsec_context_wait: the context was not started");
      return PARSEC_ERR_NOT_SUPPORTED;
    }
    taskpools = engine.taskpools;
  }
  context->flags = context->flags | PARSEC_CONTEXT_FLAG_WAITING;
  // A taskpool of DTD is in the list until it is let go of here, so the pointers hold.
  for (TaskpoolEngine* const taskpool : taskpools) {
    if (taskpool->taskpool->taskpool_type == PARSEC_TASKPOOL_TYPE_DTD && taskpool->enter_wait != nullptr) {
      taskpool->enter_wait(taskpool);
    }
  }
  WorkUntil(
      engine, "the end of the context's taskpools",
      [](void* argument) { return static_cast<ContextEngine*>(argument)->taskpools.empty(); }, &engine);
  MeetProcesses(engine);
  SetStarted(engine, false);
  context->flags = context->flags & ~(PARSEC_CONTEXT_FLAG_WAITING | PARSEC_CONTEXT_FLAG_CONTEXT_ACTIVE);
  return PARSEC_SUCCESS;
}

int parsec_taskpool_wait(parsec_taskpool_t* tp) {
  if (tp == nullptr || tp->context == nullptr) return PARSEC_ERR_NOT_SUPPORTED;
  ContextEngine& engine = EngineOf(tp->context);
  {
    std::lock_guard<heddle::SpinLock> hold(engine.lock);
    if (!engine.started) return PARSEC_ERR_NOT_SUPPORTED;
  }
  TaskpoolEngine& taskpool = EngineOf(tp);
  if (tp->on_enter_wait != nullptr) (void)tp->on_enter_wait(tp, tp->on_enter_wait_data);
  if (taskpool.enter_wait != nullptr) taskpool.enter_wait(&taskpool);
  WorkUntil(engine, "the end of a taskpool", IsComplete, &taskpool);
  if (taskpool.leave_wait != nullptr) taskpool.leave_wait(&taskpool);
  if (tp->on_leave_wait != nullptr) (void)tp->on_leave_wait(tp, tp->on_leave_wait_data);
  return PARSEC_SUCCESS;
}

int parsec_taskpool_test(parsec_taskpool_t* tp) {
  if (tp == nullptr || tp->context == nullptr) return PARSEC_ERR_NOT_SUPPORTED;
  ContextEngine& engine = EngineOf(tp->context);
  std::lock_guard<heddle::SpinLock> hold(engine.lock);
  if (!engine.started) return PARSEC_ERR_NOT_SUPPORTED;
  return EngineOf(tp).state.load(std::memory_order_acquire) == TaskpoolEngine::kComplete ? 1 : 0;
}

int parsec_taskpool_set_complete_callback(parsec_taskpool_t* tp, parsec_event_cb_t complete_cb, void* complete_data) {
  tp->on_complete = complete_cb;
  tp->on_complete_data = complete_data;
  return PARSEC_SUCCESS;
}
int parsec_taskpool_get_complete_callback(const parsec_taskpool_t* tp, parsec_event_cb_t* complete_cb, void** complete_data) {
  *complete_cb = tp->on_complete;
  *complete_data = tp->on_complete_data;
  return *complete_cb == nullptr ? PARSEC_ERR_NOT_FOUND : PARSEC_SUCCESS;
}
int parsec_taskpool_set_enqueue_callback(parsec_taskpool_t* tp, parsec_event_cb_t enqueue_cb, void* enqueue_data) {
  tp->on_enqueue = enqueue_cb;
  tp->on_enqueue_data = enqueue_data;
  return PARSEC_SUCCESS;
}
int parsec_taskpool_get_enqueue_callback(const parsec_taskpool_t* tp, parsec_event_cb_t* enqueue_cb, void** enqueue_data) {
  *enqueue_cb = tp->on_enqueue;
  *enqueue_data = tp->on_enqueue_data;
  return *enqueue_cb == nullptr ? PARSEC_ERR_NOT_FOUND : PARSEC_SUCCESS;
}

int32_t parsec_taskpool_set_priority(parsec_taskpool_t* taskpool, int32_t new_priority) {
  const int32_t before = taskpool->priority;
  taskpool->priority = new_priority;
  return before;
}

void parsec_taskpool_free(parsec_taskpool_t* tp) {
  if (tp == nullptr) return;
  TaskpoolEngine* const engine = static_cast<TaskpoolEngine*>(tp->engine);
  if (engine != nullptr) {
    if (engine->in_callback) {
      engine->free_after_callback = true;
      return;
    }
    const int state = engine->state.load();
    if (state == TaskpoolEngine::kAdded) (void)parsec_context_remove_taskpool(tp);
    if (state == TaskpoolEngine::kRunning || state == TaskpoolEngine::kCompleting) {
      // A DTD taskpool takes tasks until it is waited for: that is now.
      if (tp->taskpool_type != PARSEC_TASKPOOL_TYPE_DTD) {
        Die("parsec_taskpool_free: taskpool %s is running; wait for it first", tp->taskpool_name);
      }
      heddle::parsec::EndOpenTaskpool(*engine);
    }
    if (engine->destroy != nullptr) engine->destroy(engine);
  }
  parsec_taskpool_unregister(tp);
  if (tp->destruct != nullptr) tp->destruct(tp);
  delete engine;
  std::free(tp->taskpool_name);
  std::free(tp);
}

}  // extern "C"
