// Taskpools of DTD, and the datatypes of regions.
#include <cstdlib>
#include <map>
#include <mutex>

#include "frontends/parsec/runtime/src/dtd_internal.h"
#include "parsec/utils/mca_param.h"

namespace heddle::parsec {
namespace {

// States that no taskpool uses: their memory is never given back, see DtdState::waiting.
SpinLock idle_lock;
std::vector<DtdState*>& IdleStates() {
  static auto* const states = new std::vector<DtdState*>;
  return *states;
}

DtdState* NewState() {
  idle_lock.lock();
  std::vector<DtdState*>& idle = IdleStates();
  DtdState* state = nullptr;
  if (!idle.empty()) {
    state = idle.back();
    idle.pop_back();
  }
  idle_lock.unlock();
  return state != nullptr ? state : new DtdState;
}

void FreeClass(DtdClass* c) {
  delete[] c->base.params;
  delete c;
}

void FreeTiles(DtdState& state, bool all) {
  parsec_dtd_tile_t* freed = nullptr;
  state.lock.lock();
  for (parsec_dtd_tile_t** at = &state.tiles; *at != nullptr;) {
    parsec_dtd_tile_t* const tile = *at;
    if (all || tile->super.obj_reference_count <= 0) {
      *at = tile->next;
      tile->next = freed;
      freed = tile;
    } else {
      at = &tile->next;
    }
  }
  state.lock.unlock();
  while (freed != nullptr) {
    parsec_dtd_tile_t* const tile = freed;
    freed = tile->next;
    FreeTile(tile);
  }
}

void Start(TaskpoolEngine* engine) {
  DtdState& state = StateOf(engine->taskpool);
  state.lock.lock();
  state.released = true;
  Task* held = state.held;
  state.held = state.held_last = nullptr;
  state.lock.unlock();
  while (held != nullptr) {
    Task* const task = held;
    held = task->next;
    engine->context->pool->Submit(task);
  }
  Release(*engine);
}

void Completed(TaskpoolEngine* engine) { FreeTiles(StateOf(engine->taskpool), false); }

void LetGo(TaskpoolEngine* engine) {
  if (StateOf(engine->taskpool).open.exchange(false, std::memory_order_acq_rel)) Release(*engine);
}

void EnterWait(TaskpoolEngine* engine) {
  DtdState& state = StateOf(engine->taskpool);
  if (IsDistributed(state)) BringAllHome(state);
  LetGo(engine);
}

void LeaveWait(TaskpoolEngine* engine) {
  DtdState& state = StateOf(engine->taskpool);
  if (!state.dequeued && !state.open.exchange(true, std::memory_order_acq_rel)) Reopen(*engine);
}

void Destroy(TaskpoolEngine* engine) {
  DtdState& state = StateOf(engine->taskpool);
  ForgetAway(state);
  FreeTiles(state, true);
  for (DtdClass* c : state.classes) FreeClass(c);
  state.classes.clear();
  for (std::atomic<DtdClass*>& bucket : state.buckets) bucket.store(nullptr, std::memory_order_relaxed);
  state.taskpool = nullptr;
  state.engine = nullptr;
  state.open.store(true, std::memory_order_relaxed);
  state.dequeued = false;
  state.released = false;
  state.room.store(1, std::memory_order_relaxed);
  state.tile_keys = 0;
  state.drawn.store(0, std::memory_order_relaxed);
  idle_lock.lock();
  IdleStates().push_back(&state);
  idle_lock.unlock();
}

// Datatypes of regions, by context and id.
struct Regions {
  std::mutex mutex;
  std::map<const parsec_context_t*, std::vector<parsec_arena_datatype_t*>> of;  // Under mutex.
};
Regions& AllRegions() {
  static auto* const regions = new Regions;
  return *regions;
}

}  // namespace

DtdState& CheckedStateOf(parsec_taskpool_t* taskpool, const char* what) {
  if (taskpool == nullptr || taskpool->taskpool_type != PARSEC_TASKPOOL_TYPE_DTD || taskpool->dsl == nullptr) [[unlikely]] {
    Die("%s: %s is no taskpool of parsec_dtd_taskpool_new", what,
        taskpool == nullptr                    ? "NULL"
        : taskpool->taskpool_name != nullptr ? taskpool->taskpool_name
                                               : "the taskpool");
  }
  return StateOf(taskpool);
}

parsec_arena_datatype_t* ArenaOf(const parsec_context_t* context, std::uint32_t op) {
  const std::size_t id = op & PARSEC_GET_REGION_INFO;
  Regions& regions = AllRegions();
  const std::lock_guard<std::mutex> lock(regions.mutex);
  const auto found = regions.of.find(context);
  return found == regions.of.end() || id >= found->second.size() ? nullptr : found->second[id];
}

}  // namespace heddle::parsec

using namespace heddle::parsec;  // NOLINT(google-build-using-namespace): what follows is C.

extern "C" {

int parsec_dtd_window_size = 8000;
int parsec_dtd_threshold_size = 4000;

parsec_taskpool_t* parsec_dtd_taskpool_new(void) {
  static std::once_flag once;
  std::call_once(once, [] {
    dtd_functions = {&RunTask, &CompleteTask};
    parsec_mca_param_reg_int_name("dtd", "window_size", "Unfinished tasks of a DTD taskpool at which a thread that inserts works instead",
                                  false, false, parsec_dtd_window_size, &parsec_dtd_window_size);
    parsec_mca_param_reg_int_name("dtd", "threshold_size", "Unfinished tasks of a DTD taskpool at which it goes on inserting", false,
                                  false, parsec_dtd_threshold_size, &parsec_dtd_threshold_size);
  });
  auto* const taskpool = static_cast<parsec_taskpool_t*>(std::calloc(1, sizeof(parsec_dtd_taskpool_t)));
  if (taskpool == nullptr) return nullptr;
  TaskpoolEngine& engine = MakeTaskpool(taskpool, "DTD taskpool", PARSEC_TASKPOOL_TYPE_DTD);
  DtdState* const state = NewState();
  state->taskpool = taskpool;
  state->engine = &engine;
  taskpool->dsl = state;
  engine.start = &Start;
  engine.completed = &Completed;
  engine.enter_wait = &EnterWait;
  engine.leave_wait = &LeaveWait;
  engine.destroy = &Destroy;
  engine.holds.store(2, std::memory_order_relaxed);  // Until somebody waits for it, and until Start() has run.
  return taskpool;
}

int parsec_dtd_dequeue_taskpool(parsec_taskpool_t* tp) {
  if (tp == nullptr || tp->taskpool_type != PARSEC_TASKPOOL_TYPE_DTD || tp->context == nullptr) return PARSEC_ERR_BAD_PARAM;
  DtdState& state = StateOf(tp);
  state.dequeued = true;
  EnterWait(state.engine);
  return PARSEC_SUCCESS;
}

int parsec_dtd_attach_arena_datatype(parsec_context_t* ctx, parsec_arena_datatype_t* adt, int* id) {
  if (ctx == nullptr || adt == nullptr || id == nullptr) return PARSEC_ERR_BAD_PARAM;
  Regions& regions = AllRegions();
  const std::lock_guard<std::mutex> lock(regions.mutex);
  std::vector<parsec_arena_datatype_t*>& all = regions.of[ctx];
  if (all.size() > PARSEC_GET_REGION_INFO) return PARSEC_ERR_OUT_OF_RESOURCE;
  *id = static_cast<int>(all.size());
  all.push_back(adt);
  return PARSEC_SUCCESS;
}

parsec_arena_datatype_t* parsec_dtd_detach_arena_datatype(parsec_context_t* ctx, int id) {
  Regions& regions = AllRegions();
  const std::lock_guard<std::mutex> lock(regions.mutex);
  const auto found = regions.of.find(ctx);
  if (found == regions.of.end() || id < 0 || static_cast<std::size_t>(id) >= found->second.size()) return nullptr;
  parsec_arena_datatype_t*& at = found->second[static_cast<std::size_t>(id)];
  parsec_arena_datatype_t* const adt = at;
  at = nullptr;
  // Numbers are not used again, but for those of a context whose regions are all gone.
  for (const parsec_arena_datatype_t* other : found->second) {
    if (other != nullptr) return adt;
  }
  regions.of.erase(found);
  return adt;
}

parsec_arena_datatype_t* parsec_dtd_get_arena_datatype(parsec_context_t* ctx, int id) {
  return id < 0 || id > PARSEC_GET_REGION_INFO ? nullptr : ArenaOf(ctx, static_cast<std::uint32_t>(id));
}

int parsec_dtd_free_arena_datatype(parsec_context_t* ctx, int id) {
  parsec_arena_datatype_t* adt = parsec_dtd_detach_arena_datatype(ctx, id);
  if (adt == nullptr) return PARSEC_ERR_VALUE_OUT_OF_BOUNDS;
  if (adt->opaque_dtt != PARSEC_DATATYPE_NULL) parsec_type_free(&adt->opaque_dtt);
  parsec_arena_datatype_release(&adt);
  return PARSEC_SUCCESS;
}
}
