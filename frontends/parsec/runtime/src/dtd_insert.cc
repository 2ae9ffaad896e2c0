// Insertion: a task's memory and values, its place in the order of each tile, and the window.
#include <algorithm>
#include <cstdarg>
#include <cstring>
#include <new>

#include "components/base/fence.h"
#include "components/worker_pool/activity.h"
#include "frontends/parsec/runtime/src/dtd_internal.h"
#include "frontends/parsec/runtime/src/grapher.h"

namespace heddle::parsec {

InsertLock insert_lock;

namespace {

// What is kept in an Access between the two steps: which tile, and how.
struct Pending {
  parsec_dtd_tile_t* tile;
  std::uint64_t op;
};
static_assert(sizeof(Pending) <= sizeof(Access));

AccessMode ModeOf(std::uint32_t op) {
  switch (op & PARSEC_GET_OP_TYPE) {
    case PARSEC_INPUT:
      return AccessMode::kRead;
    case PARSEC_OUTPUT:
      return AccessMode::kWrite;
    case PARSEC_INOUT:
      return AccessMode::kReadWrite;
    default:
      return AccessMode::kConcurrent;  // ATOMIC_WRITE
  }
}

// The first step: memory, values, pointers.
parsec_task_t* Build(DtdState& state, DtdClass* c, int priority, std::uint32_t device, const Argument* arguments) {
  auto* const task = static_cast<parsec_task_t*>(PoolAllocate(c->bytes));
  Task* const ready = new (TaskOf(task)) Task;
  ready->run = &RunTask;
  ready->client = state.engine->context->client;
  ready->type = c->type;
  ready->flags = kTaskMovable;
  ready->priority = priority + state.taskpool->priority;
  task->mempool_owner = nullptr;
  task->taskpool = state.taskpool;
  task->task_class = &c->base.super;
  task->priority = ready->priority;
  task->status = PARSEC_TASK_STATUS_NONE;
  task->chore_mask = static_cast<std::uint8_t>(device);
  task->selected_chore = 0;
  task->missing = 0;
  task->distance = 0;
  Access* const accesses = AccessesOf(task);
  for (int i = 0; i < c->params_count; ++i) {
    const DtdParam& p = c->params[i];
    const Argument& a = arguments[i];
    switch (p.kind) {
      case ParamKind::kTile:
        *reinterpret_cast<Pending*>(&accesses[p.flow]) = {static_cast<parsec_dtd_tile_t*>(a.pointer), a.op};
        break;
      case ParamKind::kValue: {
        char* const to = reinterpret_cast<char*>(task) + p.offset;
        if (p.size == 4) {
          std::memcpy(to, a.pointer, 4);
        } else if (p.size == 8) {
          std::memcpy(to, a.pointer, 8);
        } else {
          std::memcpy(to, a.pointer, static_cast<std::size_t>(p.size));
        }
        break;
      }
      case ParamKind::kPointer:
        PointerAt(task, p.offset) = a.pointer;
        break;
      case ParamKind::kScratch:
        PointerAt(task, p.offset) = a.pointer != nullptr ? a.pointer : reinterpret_cast<char*>(task) + p.memory;
        break;
    }
  }
  return task;
}

// The task's accesses go into the chains, all of them before anybody else's.
void LinkTiles(DtdState& state, DtdClass* c, parsec_task_t* task, int rank) {
  auto* const node = new (NodeOf(task)) DependencyNode;
  Access* const accesses = AccessesOf(task);
  void** const slots = &PointerAt(task, c->slots);
  const bool distributed = IsDistributed(state);
  const bool draws = DotEnabled();
  TransferList transfers;
  insert_lock.lock();
  for (int i = 0; i < c->flows; ++i) {
    const Pending pending = *reinterpret_cast<Pending*>(&accesses[i]);
    parsec_dtd_tile_t* const tile = pending.tile;
    const auto op = static_cast<std::uint32_t>(pending.op);
    if (tile == nullptr) {
      slots[i] = nullptr;
      continue;
    }
    const bool tracked = (op & PARSEC_DONT_TRACK) == 0;
    if (distributed && tracked) [[unlikely]] PrepareTile(state, tile, op, rank, &transfers);
    if (tile->data_copy == nullptr) [[unlikely]] GiveMemory(state, tile, op);
    slots[i] = tile->data_copy;
    if (!tracked) continue;
    if (draws) [[unlikely]] DotAccess({state.taskpool->taskpool_id, task->missing, rank}, i, tile, op);
    ChainOf(tile).Insert(new (&accesses[i]) Access, node, ModeOf(op));
  }
  insert_lock.unlock();
  if (transfers.first != nullptr) [[unlikely]] SubmitTransfers(state, &transfers);
}

// How many of the taskpool's tasks are unfinished, transfers included.
std::int64_t Unfinished(const DtdState& state) {
  const Group::Sums sums = state.engine->group.ReadSums();
  return static_cast<std::int64_t>(sums.started - sums.finished);
}

// The window, and how many are left when insertion goes on. What the parameters say is the upper limit: tasks that wait in thousands
// grow cold in the caches of few workers (three to seven times as slow, measured with three tiles a task), which need no such
// foresight either.
struct Window {
  explicit Window(const DtdState& state)
      : size(std::max(parsec_dtd_window_size, 1)), threshold(std::max(parsec_dtd_threshold_size, 0)) {
    const int cores = state.engine->context->cores;
    if (cores >= 8) return;
    size = std::min(size, std::max(kPerWorker * cores, 2 * kPerWorker));
    threshold = std::min(threshold, cores == 1 ? kPerWorker / 8 : size / 4);
  }
  static constexpr int kPerWorker = 1024;
  int size;
  int threshold;
};

// Whether a thread that waits for room may go on; else it asks to be told after as many more completions as it takes.
bool HasRoom(void* argument) {
  DtdState& state = *static_cast<DtdState*>(argument);
  for (;;) {
    const std::int64_t before = state.wake_after.load(std::memory_order_seq_cst);
    const std::int64_t excess = Unfinished(state) - Window(state).threshold;
    if (excess <= 0) return true;
    if (before > 0) return false;
    // Completions since `before` was read have been subtracted meanwhile: too low at worst, and then it is asked once more.
    if (state.wake_after.fetch_add(excess - before, std::memory_order_seq_cst) + excess - before > 0) return false;
  }
}

void WaitForRoom(DtdState& state) {
  const std::int64_t window = Window(state).size;
  std::int64_t unfinished = Unfinished(state);
  if (unfinished >= window) {
    const Activity* const activity = CurrentActivity();
    // What a body inserts may depend on itself: it is not held up. Nor is who inserts before the start.
    const bool in_task = activity != nullptr && activity->task != nullptr;
    if (in_task || !IsStarted(*state.engine)) {
      unfinished = 0;
    } else {
      state.waiting.fetch_add(1, std::memory_order_seq_cst);
      HeavyFence();
      WorkUntil(*state.engine->context, "room in the window of a DTD taskpool", &HasRoom, &state);
      state.waiting.fetch_sub(1, std::memory_order_seq_cst);
      unfinished = Unfinished(state);
    }
  }
  state.room.store(std::max<std::int64_t>(window - unfinished, 1), std::memory_order_relaxed);
}

// The second step.
void Insert(DtdState& state, DtdClass* c, parsec_task_t* task, int rank) {
  state.engine->group.Started(CurrentWorker());
  if (DotEnabled()) [[unlikely]] task->missing = state.drawn.fetch_add(1, std::memory_order_relaxed);
  if (c->flows != 0) LinkTiles(state, c, task, rank);
  if (c->flows == 0 || NodeOf(task)->Release()) {
    const PinsSchedule events(*state.engine, task);
    Ready(state, TaskOf(task));
  }
  const std::int64_t room = state.room.load(std::memory_order_relaxed) - 1;
  if (room <= 0) [[unlikely]] {
    WaitForRoom(state);
  } else {
    state.room.store(room, std::memory_order_relaxed);
  }
}

// A task that another process runs: only the tiles hear of it.
void InsertRemote(DtdState& state, const Argument* arguments, int count, int rank) {
  const bool draws = DotEnabled();
  const int number = draws ? state.drawn.fetch_add(1, std::memory_order_relaxed) : 0;
  TransferList transfers;
  int flow = -1;
  insert_lock.lock();
  for (int i = 0; i < count; ++i) {
    const Argument& a = arguments[i];
    if (KindOf(a.op, a.size, "of another process", i) != ParamKind::kTile) continue;
    ++flow;
    auto* const tile = static_cast<parsec_dtd_tile_t*>(a.pointer);
    if (tile == nullptr || (a.op & PARSEC_DONT_TRACK) != 0) continue;
    PrepareTile(state, tile, a.op, rank, &transfers);
    if (draws) [[unlikely]] DotAccess({state.taskpool->taskpool_id, number, rank}, flow, tile, a.op);
  }
  insert_lock.unlock();
  SubmitTransfers(state, &transfers);
}

DtdState& OpenStateOf(parsec_taskpool_t* tp, const char* name) {
  DtdState& state = CheckedStateOf(tp, "parsec_dtd_insert_task");
  if (state.engine->context == nullptr) [[unlikely]] {
    Die("task %s is inserted into a taskpool that is in no context (parsec_context_add_taskpool comes first)", name);
  }
  return state;
}

// Whether this process runs the task, and its rank.
inline bool IsLocal(DtdState& state, const char* name, const Argument* arguments, int count, int* rank) {
  *rank = 0;
  if (!IsDistributed(state)) [[likely]] return true;
  *rank = RankOf(state, name, arguments, count);
  return *rank == kEverywhere || *rank == state.taskpool->context->my_rank;
}

int ReadTriples(const char* name, std::va_list list, Argument* arguments) {
  int count = 0;
  for (int size = va_arg(list, int); size != PARSEC_DTD_ARG_END; size = va_arg(list, int)) {
    if (count == PARSEC_DTD_MAX_PARAMS) [[unlikely]] Die("task %s has more than %d parameters", name, PARSEC_DTD_MAX_PARAMS);
    Argument& a = arguments[count++];
    a.size = size;
    a.pointer = va_arg(list, void*);
    a.op = static_cast<std::uint32_t>(va_arg(list, int));
    if ((a.op & PARSEC_PROFILE_INFO) != 0) [[unlikely]] Die("task %s: PROFILE_INFO needs a task class", name);
  }
  return count;
}

std::uint32_t CheckedDevice(const char* name, int device_type) {
  const auto device = static_cast<std::uint32_t>(device_type) & PARSEC_DEV_ANY_TYPE;
  if (device == PARSEC_DEV_CPU) [[likely]] return device;
  if (device == PARSEC_DEV_RECURSIVE) return device;
  Die("task %s: device type 0x%x; direct insertion takes PARSEC_DEV_CPU, task classes take masks", name, device_type);
}

}  // namespace

void Ready(DtdState& state, Task* task) {
  if (!IsStarted(*state.engine)) [[unlikely]] {
    state.lock.lock();
    if (!state.released) {
      task->next = nullptr;
      (state.held != nullptr ? state.held_last->next : state.held) = task;
      state.held_last = task;
      state.lock.unlock();
      return;
    }
    state.lock.unlock();
  }
  state.engine->context->pool->Submit(task);
}

}  // namespace heddle::parsec

using namespace heddle::parsec;  // NOLINT(google-build-using-namespace): what follows is C.

extern "C" {

void parsec_dtd_insert_task(parsec_taskpool_t* tp, parsec_dtd_funcptr_t* fpointer, int priority, int device_type,
                            const char* name_of_kernel, ...) {
  DtdState& state = OpenStateOf(tp, name_of_kernel);
  Argument arguments[PARSEC_DTD_MAX_PARAMS];
  std::va_list list;
  va_start(list, name_of_kernel);
  const int count = ReadTriples(name_of_kernel, list, arguments);
  va_end(list);
  int rank;
  if (!IsLocal(state, name_of_kernel, arguments, count, &rank)) return InsertRemote(state, arguments, count, rank);
  const std::uint32_t device = CheckedDevice(name_of_kernel, device_type);
  DtdClass* const c = FindClass(state, reinterpret_cast<void*>(fpointer), device, name_of_kernel, arguments, count);
  Insert(state, c, Build(state, c, priority, device, arguments), rank);
}

parsec_task_t* parsec_dtd_create_task(parsec_taskpool_t* tp, parsec_dtd_funcptr_t* fpointer, int priority, int device_type,
                                      const char* name_of_kernel, ...) {
  DtdState& state = OpenStateOf(tp, name_of_kernel);
  Argument arguments[PARSEC_DTD_MAX_PARAMS];
  std::va_list list;
  va_start(list, name_of_kernel);
  const int count = ReadTriples(name_of_kernel, list, arguments);
  va_end(list);
  const std::uint32_t device = CheckedDevice(name_of_kernel, device_type);
  DtdClass* const c = FindClass(state, reinterpret_cast<void*>(fpointer), device, name_of_kernel, arguments, count);
  parsec_task_t* const task = Build(state, c, priority, device, arguments);
  if (IsDistributed(state)) task->missing = RankOf(state, name_of_kernel, arguments, count);
  return task;
}

void parsec_insert_dtd_task(parsec_task_t* task) {
  DtdState& state = OpenStateOf(task->taskpool, task->task_class->name);
  DtdClass* const c = ClassOf(task);
  const int rank = task->missing;
  task->missing = 0;
  if (!IsDistributed(state) || rank == kEverywhere || rank == state.taskpool->context->my_rank) {
    return Insert(state, c, task, rank);
  }
  Argument arguments[PARSEC_DTD_MAX_PARAMS];
  for (int i = 0; i < c->flows; ++i) {
    const Pending pending = *reinterpret_cast<Pending*>(&AccessesOf(task)[i]);
    arguments[i] = {pending.tile, static_cast<std::uint32_t>(pending.op), PASSED_BY_REF};
  }
  const int flows = c->flows;
  heddle::PoolFree(task, c->bytes);
  InsertRemote(state, arguments, flows, rank);
}

void parsec_dtd_insert_task_with_task_class(parsec_taskpool_t* tp, parsec_task_class_t* tc, int priority, int device_type, ...) {
  DtdState& state = OpenStateOf(tp, tc->name);
  auto* const c = reinterpret_cast<DtdClass*>(tc);
  Argument arguments[PARSEC_DTD_MAX_PARAMS];
  std::va_list list;
  va_start(list, device_type);
  int count = 0;
  for (int flags = va_arg(list, int); flags != PARSEC_DTD_ARG_END; flags = va_arg(list, int)) {
    if (count == c->params_count) [[unlikely]] Die("task class %s has %d parameters, an insertion more", tc->name, c->params_count);
    const DtdParam& p = c->params[count];
    arguments[count++] = {va_arg(list, void*), static_cast<std::uint32_t>(flags) | p.op, p.size};
  }
  va_end(list);
  if (count != c->params_count) [[unlikely]] {
    Die("task class %s has %d parameters, an insertion %d", tc->name, c->params_count, count);
  }
  int rank;
  if (!IsLocal(state, tc->name, arguments, count, &rank)) return InsertRemote(state, arguments, count, rank);
  Insert(state, c, Build(state, c, priority, static_cast<std::uint32_t>(device_type), arguments), rank);
}
}
