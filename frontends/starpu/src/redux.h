// Replicas: the memory of SCRATCH accesses and the contributions of REDUX accesses, one a lane.
#ifndef HEDDLE_FRONTENDS_STARPU_SRC_REDUX_H_
#define HEDDLE_FRONTENDS_STARPU_SRC_REDUX_H_

#include "frontends/starpu/src/job.h"

namespace heddle::starpu {

// Under the lock of the chain.
void MakeReplicas(Handle handle);
void FreeReplicas(Handle handle);

// The replica of a lane, with memory, and for a reduction with a value: the neutral element or earlier contributions.
// Thread safety: the lane's activities.
void* ReplicaInterface(Handle handle, int lane, bool reduction);

// A job that adds all contributions to the handle's value: the caller inserts job->accesses[0] as kReadWrite and releases it.
Job* NewCombineJob(Handle handle);

}  // namespace heddle::starpu

#endif  // HEDDLE_FRONTENDS_STARPU_SRC_REDUX_H_
