// What starpu_data_handle_t points to, and what other parts of the frontend do with it.
//
// One memory node: the interface block of a handle describes the one copy, in main memory. Its order of accesses is an
// AccessChain; SCRATCH and REDUX work on replicas, one a lane, made at first use.
//
// Life: NewHandle() -> ops->register_data_handle fills `interface` -> accesses -> unregister: waits or submits an access of its
// own, frees what the library allocated, FreeHandle(). After the node of a task has finished nothing of it touches a handle.
#ifndef HEDDLE_FRONTENDS_STARPU_SRC_HANDLE_H_
#define HEDDLE_FRONTENDS_STARPU_SRC_HANDLE_H_

#ifndef HEDDLE_STARPU_INSIDE
#define HEDDLE_STARPU_INSIDE 1  // Deprecated fields without warnings. Include this before the API's headers.
#endif

#include <cstdint>
#include <span>

#include "components/dependency/access.h"

// Compiled with -fvisibility=hidden: what the API declares is exported.
#pragma GCC visibility push(default)
#include "starpu.h"
#pragma GCC visibility pop

namespace heddle::starpu {

struct Worker;  // context.h

// A copy of a handle's interface with memory of its own: one a lane for SCRATCH and REDUX, and one for each stand-in of the lane that
// needed one. Written by its lane (its stand-in), and for REDUX by the combining task, which the chain orders after all contributions.
struct Replica {
  void* interface = nullptr;      // ops->interface_size bytes; nullptr: not made yet.
  bool initialized = false;       // REDUX: holds a contribution.
  const Worker* owner = nullptr;  // A stand-in; nullptr: the lane's first worker.
  Replica* next = nullptr;        // Of the same lane. Grows under Context::lane_lock.
};

struct AcquireToken;  // acquire.h
struct Partition;     // The data helper's: partition.h. Children of a handle, plans.

}  // namespace heddle::starpu

// Fields below `chain` are constant after registration unless said otherwise.
struct _starpu_data_state {
  // Order and exclusion of accesses. Inserted into under chain.lock().
  heddle::AccessChain chain;
  // Exclusion of accesses without sequential consistency, all kCommutative; used from the first such access on. Under chain.lock().
  heddle::AccessChain exclusion;
  bool exclusion_used = false;

  bool sequential_consistency = true;  // The program sets it between submissions.
  // Written by tasks that have write access, or by the program that has acquired the handle.
  bool allocated = false;    // `interface` has memory.
  bool own_memory = false;   // ... that we allocated by ops->allocate_data_on_node and must free.
  bool initialized = false;  // There is a value: registered with memory, or written since.
  bool unregistering = false;
  // Set by the data helper where the handle has or is part of a partition plan: PrepareView() is called before each access.
  bool planned = false;

  int home_node = -1;  // STARPU_MAIN_RAM, or -1: the library allocates at the first write.
  struct starpu_data_interface_ops* ops = nullptr;
  void* interface = nullptr;  // ops->interface_size bytes, zeroed by NewHandle().

  heddle::starpu::Replica* replicas = nullptr;  // One a lane; made at the first SCRATCH or REDUX submission, under chain.lock().
  struct starpu_codelet* redux_codelet = nullptr;
  struct starpu_codelet* init_codelet = nullptr;
  void* redux_arg = nullptr;
  void* init_arg = nullptr;

  heddle::starpu::AcquireToken* acquired = nullptr;  // Granted to the program, newest first. Under chain.lock().

  // Filters; by the data helper.
  _starpu_data_state* parent = nullptr;
  _starpu_data_state** children = nullptr;  // Of the synchronous partition.
  unsigned child_count = 0;
  unsigned child_index = 0;
  heddle::starpu::Partition* partition = nullptr;  // Plans; see partition.h.

  const char* name = nullptr;  // Owned (strdup).
  void* user_data = nullptr;
};

namespace heddle::starpu {

using Handle = starpu_data_handle_t;

// One buffer of a task.
struct Buffer {
  Handle handle = nullptr;
  enum starpu_data_access_mode mode = STARPU_NONE;
  bool ordered = true;  // Sequential consistency of this access; and-ed with the handle's.
};

// A handle with a zeroed interface block. The caller fills it, e.g. by ops->register_data_handle.
// starpu_data_register (handle.cc) does both.  Thread safety: any thread.
Handle NewHandle(struct starpu_data_interface_ops* ops, int home_node);

// Frees replicas, memory that we allocated, the interface block and the handle. Nothing uses it any more.
void FreeHandle(Handle handle);

// The interface has memory afterwards (ops->allocate_data_on_node where it had none).
// Thread safety: who has write access to the handle.
void EnsureAllocated(Handle handle);
// Frees what EnsureAllocated made; the value is gone.
void ReleaseMemory(Handle handle);

// Waits until the access is granted, as starpu_data_acquire, combining a pending reduction first. ReleaseSync() ends the newest
// granted one. False in a task, where it would have to wait for one.
// Thread safety: any thread.  Blocking: suspends.
[[nodiscard]] bool AcquireSync(Handle handle, enum starpu_data_access_mode mode, bool ordered = true);
void ReleaseSync(Handle handle);

// Acquires without waiting; granted(arg) runs once it is there (in this call where it is now) and must not block. Counts as a
// submitted task until `granted` has returned.
void AcquireAsync(Handle handle, enum starpu_data_access_mode mode, bool ordered, void (*granted)(void* arg), void* arg);

// An empty task of the library's that accesses `buffers`; body(arg), if any, runs when they are granted, on whatever thread that
// is, and must not block. Counts for starpu_task_wait_for_all. How partitioning joins the order of tasks.
// Thread safety: any thread.  Blocking: never.
void SubmitInternal(std::span<const Buffer> buffers, void (*body)(void* arg), void* arg);

// Waits until nothing uses the handle and nothing may come: no access is left in its chains. The caller then frees it.
// Blocking: suspends.
void WaitUnused(Handle handle);

// By the data helper (partition*.cc): called, without locks, before an access of a handle with `planned`, to submit what switches
// the view of the data.
void PrepareView(Handle handle, enum starpu_data_access_mode mode);
// By the data helper: called by unregister before it waits: takes back partitions that are still there.
void DropPartitions(Handle handle);

}  // namespace heddle::starpu

#endif  // HEDDLE_FRONTENDS_STARPU_SRC_HANDLE_H_
