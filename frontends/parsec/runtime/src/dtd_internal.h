// Dynamic task discovery: what its files share.
//
//   dtd_tile.cc      tiles, and the table of those of a collection
//   dtd_class.cc     task classes: how a task of each lies in memory
//   dtd_insert.cc    insertion: a task's memory, its place in the order, the window
//   dtd_run.cc       bodies, parameters, completion
//   dtd_taskpool.cc  taskpools, arena datatypes
//   dtd_remote.cc    several processes: tiles that travel
//
// A task is one pooled block: the members of parsec_task_t up to its locals (which DTD's tasks do not have), the DependencyNode
// and an Access for each tile, a pointer for each parameter that is passed by address, then copied values and scratch memory. Where
// each of them lies is fixed by the class, of which there is one for each shape of parameter list.
#ifndef HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_DTD_INTERNAL_H_
#define HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_DTD_INTERNAL_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "components/base/cache_line.h"
#include "components/dependency/access.h"
#include "components/dependency/node.h"
#include "components/memory_pool/pool.h"
#include "components/ready_queue/task.h"
#include "components/sync/spin_lock.h"
#include "frontends/parsec/runtime/src/execute.h"
#include "frontends/parsec/runtime/src/taskpool.h"
#include "parsec/interfaces/dtd/insert_function_internal.h"

namespace heddle::parsec {

struct DtdState;

inline AccessChain& ChainOf(parsec_dtd_tile_t* tile) { return *reinterpret_cast<AccessChain*>(tile->chain); }
static_assert(sizeof(AccessChain) <= sizeof(parsec_dtd_tile_s::chain));

// ---- Classes ----

enum class ParamKind : std::uint8_t { kTile, kValue, kPointer, kScratch };

struct DtdParam {
  ParamKind kind;
  std::uint8_t flow;           // kTile: which of the tiles.
  std::int32_t size;           // kValue, kScratch: bytes. As the program gave it.
  std::uint32_t offset;        // In the task: of the pointer, of a value the value itself.
  std::uint32_t memory;        // kScratch: of the memory.
  std::uint32_t op;            // Of an explicit class: its flags.
};

struct DtdClass {
  parsec_dtd_task_class_s base;  // First: what programs see.
  TaskType* type = nullptr;
  parsec_hook_t* only_hook = nullptr;  // Where there is nothing to choose.
  std::uint32_t bytes = 0;             // Of a task.
  std::uint16_t flows = 0;
  std::uint16_t params_count = 0;
  DtdParam params[PARSEC_DTD_MAX_PARAMS];
  std::uint32_t slots = 0;  // Offset of the first pointer; flow i of an explicit class is not slot i.
  __parsec_chore_t chores[PARSEC_DEV_MAX_NB_TYPE + 1];
  std::string name;
  // Of classes that insert_task makes.
  void* function = nullptr;
  std::uint32_t device = 0;
  DtdClass* next = nullptr;  // In its bucket.
};

inline DtdClass* ClassOf(const parsec_task_t* task) {
  return reinterpret_cast<DtdClass*>(const_cast<parsec_task_class_t*>(task->task_class));
}

// Where DTD's part of a task begins.
inline constexpr std::size_t kDtdOffset = offsetof(parsec_task_t, locals);
static_assert(kDtdOffset % 16 == 0);

inline DependencyNode* NodeOf(parsec_task_t* task) {
  return reinterpret_cast<DependencyNode*>(reinterpret_cast<char*>(task) + kDtdOffset);
}
inline Access* AccessesOf(parsec_task_t* task) { return reinterpret_cast<Access*>(NodeOf(task) + 1); }
inline parsec_task_t* TaskOf(DependencyNode* node) {
  return reinterpret_cast<parsec_task_t*>(reinterpret_cast<char*>(node) - kDtdOffset);
}
inline void*& PointerAt(parsec_task_t* task, std::uint32_t offset) {
  return *reinterpret_cast<void**>(reinterpret_cast<char*>(task) + offset);
}

// One parameter of an insertion.
struct Argument {
  void* pointer;
  std::uint32_t op;
  std::int32_t size;
};

ParamKind KindOf(std::uint32_t op, std::int32_t size, const char* name, int index);
// The class of insert_task for this shape; made where it is new.  Thread safety: any thread.  Blocking: a short lock where it is new.
DtdClass* FindClass(DtdState& state, void* function, std::uint32_t device, const char* name, const Argument* arguments, int count);
DtdClass* MakeClass(const char* name, const Argument* arguments, int count);
bool AddChore(DtdClass* c, std::uint32_t device, void* function);
void AdoptClass(DtdState& state, DtdClass* c);

// ---- Taskpools ----

// parsec_taskpool_t::dsl.
struct DtdState {
  parsec_taskpool_t* taskpool = nullptr;
  TaskpoolEngine* engine = nullptr;

  std::atomic<bool> open{true};   // Has a hold on the taskpool: nobody waits for it.
  bool dequeued = false;          // It takes no more tasks from outside.

  // Threads in WaitForRoom(), and after how many completions they look again. Read by completions after the task was counted: the
  // memory of a state is never given back.
  std::atomic<int> waiting{0};
  std::atomic<std::int64_t> wake_after{0};

  static constexpr int kBuckets = 64;
  std::atomic<DtdClass*> buckets[kBuckets] = {};  // Read by whoever inserts; written under lock.

  SpinLock lock;
  bool released = false;  // Started, and `held` was taken; under lock.
  Task* held = nullptr;   // Ready before the start, a list; under lock.
  Task* held_last = nullptr;
  std::vector<DtdClass*> classes;  // All of them; under lock.
  std::vector<const parsec_task_class_t*> class_array;
  parsec_dtd_tile_t* tiles = nullptr;  // Of parsec_dtd_tile_new(); under lock.
  std::uint64_t tile_keys = 0;
  std::atomic<int> drawn{0};  // Tasks so far, while there is a graph to draw.
  std::vector<parsec_dtd_tile_t*> away;  // Whose newest version may be in another process than home; under insert_lock.

  // Insertions until the next look at how many tasks are unfinished. Relaxed: lost updates only move the look. Away from what
  // completions read: it is written by each insertion.
  alignas(kFalseSharingBytes) std::atomic<std::int64_t> room{1};
};

inline DtdState& StateOf(const parsec_taskpool_t* taskpool) { return *static_cast<DtdState*>(taskpool->dsl); }
// Whether its tasks may run.
inline bool IsStarted(const TaskpoolEngine& engine) {
  return engine.state.load(std::memory_order_acquire) >= TaskpoolEngine::kRunning;
}
// Dies where it is none of DTD's.
DtdState& CheckedStateOf(parsec_taskpool_t* taskpool, const char* what);

// Serialises what touches the chains of tiles: a task's accesses go in together. Held for some ten nanoseconds. Has its lines to
// itself, since each insertion writes it.
struct alignas(kFalseSharingBytes) InsertLock : SpinLock {};
extern InsertLock insert_lock;

// Task::run, and what follows the body.
void RunTask(Task* task);
void CompleteTask(parsec_execution_stream_t* es, parsec_task_t* task);
// Counts one that ended. The taskpool, but not the state's memory, may be gone afterwards.
void TaskFinished(DtdState& state, TaskpoolEngine& engine);

// Hands a ready task to the pool, or keeps it until the taskpool is started.
void Ready(DtdState& state, Task* task);

// ---- Nodes in chains that are no tasks: tiles that travel ----

inline constexpr std::uint16_t kTaskNode = 0;
inline constexpr std::uint16_t kTransferNode = 1;

// Submits what a finished node made ready.
struct ReadyNodes {
  bool first = true;
  void operator()(DependencyNode* node);
};

// ---- Several processes (dtd_remote.cc). Nothing here is called where this one is alone. ----

inline bool IsDistributed(const DtdState& state) { return state.taskpool->context->nb_nodes > 1; }

inline constexpr int kEverywhere = -1;
// Which process runs the task.
int RankOf(DtdState& state, const char* name, const Argument* arguments, int count);
// Before the accesses of a task go into the chains here: brings in what it reads, where `rank` is this process (or kEverywhere), and
// sends what it reads elsewhere; notes who has the newest version. Under insert_lock. Ready transfers are left in *transfers.
struct TransferList {
  Task* first = nullptr;
  Task* last = nullptr;
};
void PrepareTile(DtdState& state, parsec_dtd_tile_t* tile, std::uint32_t op, int rank, TransferList* transfers);
void SubmitTransfers(DtdState& state, TransferList* transfers);
// The newest version goes home; where `drop`, copies elsewhere are forgotten. Under insert_lock.
void BringHome(DtdState& state, parsec_dtd_tile_t* tile, bool drop, TransferList* transfers);
// The same, without `drop`, of all tiles that tasks of this taskpool wrote away from home.
void BringAllHome(DtdState& state);
void ForgetAway(DtdState& state);
Task* TaskOfTransfer(DependencyNode* node);
void ForgetRemote(parsec_dtd_tile_t* tile);

// Gives a tile that has no memory here some, of its region's size. Under insert_lock.
void GiveMemory(DtdState& state, parsec_dtd_tile_t* tile, std::uint32_t op);
void FreeTile(parsec_dtd_tile_t* tile);
// A copy whose memory GiveMemory() or a message gave.
void FreeCopy(parsec_data_copy_t* copy);
// All tiles of a collection, in the order of their keys.
void ForEachTile(parsec_data_collection_t* dc, void (*visit)(parsec_dtd_tile_t* tile, void* argument), void* argument);

parsec_arena_datatype_t* ArenaOf(const parsec_context_t* context, std::uint32_t op);

}  // namespace heddle::parsec

#endif  // HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_DTD_INTERNAL_H_
