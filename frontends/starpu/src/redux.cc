#include "frontends/starpu/src/redux.h"

#include <cstdlib>
#include <cstring>
#include <mutex>

#include "components/memory_pool/pool.h"
#include "frontends/starpu/src/context.h"
#include "starpu_data_interfaces.h"

namespace heddle::starpu {
namespace {

void RunCodelet(const struct starpu_codelet* codelet, void** interfaces, void* arg, const char* what) {
  HEDDLE_CHECK(codelet != nullptr) << "data is accessed by STARPU_REDUX without " << what
                                   << "; see starpu_data_set_reduction_methods";
  const starpu_cpu_func_t function = codelet->cpu_funcs[0] != nullptr ? codelet->cpu_funcs[0] : codelet->cpu_func;
  HEDDLE_CHECK(function != nullptr) << what << " has no function for CPUs";
  function(interfaces, arg);
}

void Initialize(Handle handle, void* interface) {
  void* interfaces[] = {interface};
  RunCodelet(handle->init_codelet, interfaces, handle->init_arg, "an init codelet");
}

void Combine(void* arg) {
  const Handle handle = static_cast<Handle>(arg);
  if (!handle->allocated) EnsureAllocated(handle);
  if (!handle->initialized) {
    Initialize(handle, handle->interface);
    handle->initialized = true;
  }
  ForEachReplica(handle, [handle](Replica& replica) {
    if (!replica.initialized) return;
    void* interfaces[] = {handle->interface, replica.interface};
    RunCodelet(handle->redux_codelet, interfaces, handle->redux_arg, "a reduction codelet");
    replica.initialized = false;
  });
}

Replica& ReplicaOf(Handle handle, const Worker& worker) {
  const std::size_t id = static_cast<std::size_t>(worker.id);
  Replica* replica = &handle->replicas[id];
  if (&worker == context->workers[id].get()) [[likely]] return *replica;
  std::lock_guard<SpinLock> hold(context->lane_lock);
  while (replica->next != nullptr) {
    replica = replica->next;
    if (replica->owner == &worker) return *replica;
  }
  replica->next = static_cast<Replica*>(std::calloc(1, sizeof(Replica)));
  HEDDLE_CHECK(replica->next != nullptr) << "no memory for a replica";
  replica->next->owner = &worker;
  return *replica->next;
}

}  // namespace

void MakeReplicas(Handle handle) {
  handle->replicas = static_cast<Replica*>(std::calloc(static_cast<std::size_t>(context->worker_count), sizeof(Replica)));
  HEDDLE_CHECK(handle->replicas != nullptr) << "no memory for the replicas of a handle";
}

void FreeReplicas(Handle handle) {
  if (handle->replicas == nullptr) return;
  ForEachReplica(handle, [handle](Replica& replica) {
    if (replica.interface != nullptr && handle->ops->free_data_on_node != nullptr) {
      handle->ops->free_data_on_node(replica.interface, STARPU_MAIN_RAM);
    }
    std::free(replica.interface);
    if (replica.owner != nullptr) std::free(&replica);
  });
  std::free(handle->replicas);
  handle->replicas = nullptr;
}

void* ReplicaInterface(Handle handle, const Worker& worker, bool reduction) {
  Replica& replica = ReplicaOf(handle, worker);
  if (replica.interface == nullptr) {
    replica.interface = std::malloc(handle->ops->interface_size);
    HEDDLE_CHECK(replica.interface != nullptr) << "no memory for a replica of " << handle->ops->interface_size << " bytes";
    std::memcpy(replica.interface, handle->interface, handle->ops->interface_size);
    if (handle->ops->allocate_data_on_node != nullptr) {
      HEDDLE_CHECK(handle->ops->allocate_data_on_node(replica.interface, STARPU_MAIN_RAM) >= 0) << "no memory for a replica";
    }
  }
  if (reduction && !replica.initialized) {
    Initialize(handle, replica.interface);
    replica.initialized = true;
  }
  return replica.interface;
}

Job* NewCombineJob(Handle handle) {
  Job* const job = NewInternalJob(Combine, handle);
  job->nowhere = false;
  job->task.run = RunJob;
  job->task.client = context->client;
  job->task.priority = context->max_priority;
  job->accesses = new (PoolAllocate(sizeof(Access))) Access;
  job->access_count = 1;
  TaskCounted(WorkerIndex(CurrentWorker()));
  return job;
}

}  // namespace heddle::starpu
