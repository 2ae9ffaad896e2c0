// Replicas: the memory of SCRATCH accesses and the contributions of REDUX accesses, one a lane.
#ifndef HEDDLE_FRONTENDS_STARPU_SRC_REDUX_H_
#define HEDDLE_FRONTENDS_STARPU_SRC_REDUX_H_

#include "frontends/starpu/src/context.h"
#include "frontends/starpu/src/job.h"

namespace heddle::starpu {

// Under the lock of the chain.
void MakeReplicas(Handle handle);
void FreeReplicas(Handle handle);

// All of them, those of stand-ins, too.
template <typename Function>
void ForEachReplica(Handle handle, Function function) {
  for (int lane = 0; lane < context->worker_count; ++lane) {
    for (Replica* replica = &handle->replicas[lane]; replica != nullptr;) {
      Replica* const next = replica->next;
      function(*replica);
      replica = next;
    }
  }
}

// The replica of a worker, with memory, and for a reduction with a value: the neutral element or earlier contributions.
// Thread safety: the worker's activities.
void* ReplicaInterface(Handle handle, const Worker& worker, bool reduction);

// A job that adds all contributions to the handle's value: the caller inserts job->accesses[0] as kReadWrite and releases it.
Job* NewCombineJob(Handle handle);

}  // namespace heddle::starpu

#endif  // HEDDLE_FRONTENDS_STARPU_SRC_REDUX_H_
