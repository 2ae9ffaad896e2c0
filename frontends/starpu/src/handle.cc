// Handles: registration, memory, the end, properties.
#include "frontends/starpu/src/handle.h"

#include <cstdlib>
#include <cstring>

#include "components/memory_pool/pool.h"
#include "frontends/starpu/src/acquire.h"
#include "frontends/starpu/src/context.h"
#include "frontends/starpu/src/redux.h"
#include "frontends/starpu/src/wait.h"
#include "starpu_data_interfaces.h"

namespace heddle::starpu {
namespace {

// Written by the program between submissions, as the original's.
bool default_sequential_consistency = true;

// Waits for, or comes after, everything in both chains. Ended by its `end`.
struct LastAccess {
  Job* job = nullptr;
  Handle handle = nullptr;
  SuccessorList granted;
};

// Every access so far goes before the job; a pending reduction is combined.
void InsertLast(Job* job, Handle handle) {
  const Buffer buffer{handle, STARPU_RW, true};
  handle->chain.lock();
  const bool exclusion = handle->exclusion_used;
  handle->exclusion_used = false;
  if (exclusion) handle->exclusion.Sync(&job->node, AccessMode::kReadWrite);
  handle->chain.unlock();
  // Nobody else uses the handle from here on.
  const bool ordered = handle->sequential_consistency;
  handle->sequential_consistency = true;
  SubmitAccesses(job, &buffer, 1);
  handle->sequential_consistency = ordered;
}

void DropValue(Handle handle) {
  if (handle->replicas != nullptr) {
    ForEachReplica(handle, [](Replica& replica) { replica.initialized = false; });
  }
  if (handle->own_memory) ReleaseMemory(handle);
  handle->initialized = false;
}

void End(Handle handle) {
  if (handle->ops->unregister_data_handle != nullptr) handle->ops->unregister_data_handle(handle);
  FreeHandle(handle);
}

void Unregister(Handle handle) {
  handle->unregistering = true;
  DropPartitions(handle);
  WaitUnused(handle);
  End(handle);
}

}  // namespace

Handle NewHandle(struct starpu_data_interface_ops* ops, int home_node) {
  const Handle handle = PoolNew<_starpu_data_state>();
  handle->ops = ops;
  handle->home_node = home_node;
  handle->sequential_consistency = default_sequential_consistency;
  handle->interface = std::calloc(1, ops->interface_size == 0 ? 1 : ops->interface_size);
  HEDDLE_CHECK(handle->interface != nullptr) << "no memory for an interface of " << ops->interface_size << " bytes";
  if (ops->init != nullptr) ops->init(handle->interface);
  return handle;
}

void FreeHandle(Handle handle) {
  FreeReplicas(handle);
  if (handle->own_memory) ReleaseMemory(handle);
  std::free(handle->interface);
  std::free(const_cast<char*>(handle->name));
  PoolDelete(handle);
}

void EnsureAllocated(Handle handle) {
  if (handle->allocated) return;
  if (handle->ops->allocate_data_on_node != nullptr) {
    HEDDLE_CHECK(handle->ops->allocate_data_on_node(handle->interface, STARPU_MAIN_RAM) >= 0)
        << "no memory for data " << (handle->name == nullptr ? "" : handle->name);
    handle->own_memory = true;
  }
  handle->allocated = true;
}

void ReleaseMemory(Handle handle) {
  if (!handle->own_memory) return;
  if (handle->ops->free_data_on_node != nullptr) handle->ops->free_data_on_node(handle->interface, STARPU_MAIN_RAM);
  handle->own_memory = false;
  handle->allocated = false;
  handle->initialized = false;
}

void WaitUnused(Handle handle) {
  LastAccess last;
  last.handle = handle;
  last.job = NewInternalJob(
      [](void* arg) {
        for (Link* link = static_cast<LastAccess*>(arg)->granted.Close(); link != nullptr;) {
          Link* const next = link->next;
          WakeJobWaiter(link);
          link = next;
        }
      },
      &last);
  last.job->counted = false;
  InsertLast(last.job, handle);
  if (last.job->node.Release()) {
    ArriveAtEnd(last.job);
    return;
  }
  HEDDLE_CHECK(MayBlock()) << "data is unregistered in a task or callback while others use it";
  WaitForClose(last.granted);
}

}  // namespace heddle::starpu

using namespace heddle::starpu;

extern "C" {

void starpu_data_register(starpu_data_handle_t* handleptr, int home_node, void* data_interface,
                          struct starpu_data_interface_ops* ops) {
  HEDDLE_CHECK(context != nullptr) << "data is registered before starpu_init";
  HEDDLE_CHECK(home_node == -1 || home_node == STARPU_MAIN_RAM) << "data is registered on memory node " << home_node;
  const Handle handle = NewHandle(ops, home_node);
  handle->allocated = handle->initialized = home_node != -1;
  *handleptr = handle;
  ops->register_data_handle(handle, home_node, data_interface);
}

void starpu_data_unregister(starpu_data_handle_t handle) { Unregister(handle); }
void starpu_data_unregister_no_coherency(starpu_data_handle_t handle) { Unregister(handle); }

void starpu_data_unregister_submit(starpu_data_handle_t handle) {
  handle->unregistering = true;
  DropPartitions(handle);
  Job* const job = NewInternalJob([](void* arg) { End(static_cast<Handle>(arg)); }, handle);
  TaskCounted(WorkerIndex(CurrentWorker()));
  InsertLast(job, handle);
  ReleaseJob(job);
}

void starpu_data_invalidate(starpu_data_handle_t handle) {
  HEDDLE_CHECK(AcquireSync(handle, STARPU_W)) << "data is invalidated in a task";
  DropValue(handle);
  ReleaseSync(handle);
}

void starpu_data_invalidate_submit(starpu_data_handle_t handle) {
  const Buffer buffer{handle, STARPU_W, true};
  SubmitInternal({&buffer, 1}, [](void* arg) { DropValue(static_cast<Handle>(arg)); }, handle);
}

// The value is gone, but what the data needs to be is still there: the same to us.
void starpu_data_deinitialize(starpu_data_handle_t handle) { starpu_data_invalidate(handle); }
void starpu_data_deinitialize_submit(starpu_data_handle_t handle) { starpu_data_invalidate_submit(handle); }

int starpu_data_request_allocation(starpu_data_handle_t, unsigned node) { return node == STARPU_MAIN_RAM ? 0 : -EINVAL; }
int starpu_data_fetch_on_node(starpu_data_handle_t, unsigned, unsigned) { return 0; }
int starpu_data_prefetch_on_node(starpu_data_handle_t, unsigned, unsigned) { return 0; }
int starpu_data_prefetch_on_node_prio(starpu_data_handle_t, unsigned, unsigned, int) { return 0; }
int starpu_data_idle_prefetch_on_node(starpu_data_handle_t, unsigned, unsigned) { return 0; }
int starpu_data_idle_prefetch_on_node_prio(starpu_data_handle_t, unsigned, unsigned, int) { return 0; }
unsigned starpu_data_is_on_node(starpu_data_handle_t handle, unsigned node) {
  return node == STARPU_MAIN_RAM && handle->initialized;
}
void starpu_data_wont_use(starpu_data_handle_t) {}
void starpu_data_advise_as_important(starpu_data_handle_t, unsigned) {}
void starpu_data_set_wt_mask(starpu_data_handle_t, uint32_t) {}

void starpu_data_query_status(starpu_data_handle_t handle, int memory_node, int* is_allocated, int* is_valid,
                              int* is_requested) {
  const bool here = memory_node == STARPU_MAIN_RAM;
  if (is_allocated != nullptr) *is_allocated = here && handle->allocated;
  if (is_valid != nullptr) *is_valid = here && handle->initialized;
  if (is_requested != nullptr) *is_requested = 0;
}

unsigned starpu_data_test_if_allocated_on_node(starpu_data_handle_t handle, unsigned memory_node) {
  return memory_node == STARPU_MAIN_RAM && handle->allocated;
}

void starpu_data_set_name(starpu_data_handle_t handle, const char* name) {
  std::free(const_cast<char*>(handle->name));
  handle->name = strdup(name);
}
const char* starpu_data_get_name(starpu_data_handle_t handle) { return handle->name; }
void starpu_data_set_user_data(starpu_data_handle_t handle, void* user_data) { handle->user_data = user_data; }
void* starpu_data_get_user_data(starpu_data_handle_t handle) { return handle->user_data; }
struct starpu_data_interface_ops* starpu_data_get_interface_ops(starpu_data_handle_t handle) { return handle->ops; }

void starpu_data_set_sequential_consistency_flag(starpu_data_handle_t handle, unsigned flag) {
  for (unsigned i = 0; i < handle->child_count; ++i) starpu_data_set_sequential_consistency_flag(handle->children[i], flag);
  handle->chain.lock();
  handle->sequential_consistency = flag != 0;
  handle->chain.unlock();
}
unsigned starpu_data_get_sequential_consistency_flag(starpu_data_handle_t handle) { return handle->sequential_consistency; }
unsigned starpu_data_get_default_sequential_consistency_flag(void) { return default_sequential_consistency; }
void starpu_data_set_default_sequential_consistency_flag(unsigned flag) { default_sequential_consistency = flag != 0; }

void starpu_data_set_reduction_methods_with_args(starpu_data_handle_t handle, struct starpu_codelet* redux_cl,
                                                 void* redux_cl_arg, struct starpu_codelet* init_cl, void* init_cl_arg) {
  for (unsigned i = 0; i < handle->child_count; ++i) {
    starpu_data_set_reduction_methods_with_args(handle->children[i], redux_cl, redux_cl_arg, init_cl, init_cl_arg);
  }
  handle->redux_codelet = redux_cl;
  handle->redux_arg = redux_cl_arg;
  handle->init_codelet = init_cl;
  handle->init_arg = init_cl_arg;
}

void starpu_data_set_reduction_methods(starpu_data_handle_t handle, struct starpu_codelet* redux_cl,
                                       struct starpu_codelet* init_cl) {
  starpu_data_set_reduction_methods_with_args(handle, redux_cl, nullptr, init_cl, nullptr);
}

}  // extern "C"
