#include "frontends/starpu/src/acquire.h"

#include <cerrno>

#include "components/memory_pool/pool.h"
#include "frontends/starpu/src/context.h"
#include "frontends/starpu/src/redux.h"
#include "frontends/starpu/src/wait.h"

namespace heddle::starpu {
namespace {

// The access is there: the data has memory and is listed as acquired.
void NoteGrant(AcquireToken* token) {
  _starpu_data_state& handle = *token->handle;
  if ((token->mode & STARPU_W) != 0) {
    if (!handle.allocated) EnsureAllocated(&handle);
    handle.initialized = true;
  }
  handle.chain.lock();
  token->next = handle.acquired;
  handle.acquired = token;
  handle.chain.unlock();
}

// The job's body: granted later than at once.
void Granted(void* arg) {
  AcquireToken* const token = static_cast<AcquireToken*>(arg);
  NoteGrant(token);
  if (token->callback != nullptr) {
    token->callback(token->arg);  // May release: the token is gone then.
    TaskUncounted(WorkerIndex(CurrentWorker()));
    return;
  }
  for (Link* link = token->granted.Close(); link != nullptr;) {
    Link* const next = link->next;
    WakeJobWaiter(link);
    link = next;
  }
}

AcquireToken* NewToken(Handle handle, enum starpu_data_access_mode mode, void (*callback)(void*), void* arg) {
  AcquireToken* const token = PoolNew<AcquireToken>();
  token->job = NewInternalJob(Granted, token);
  token->job->end.Reset(2);
  token->job->counted = false;
  token->handle = handle;
  token->mode = mode;
  token->callback = callback;
  token->arg = arg;
  return token;
}

// Inserts the token's access. True where it is granted at once.
bool Insert(AcquireToken* token, bool ordered) {
  const Buffer buffer{token->handle, token->mode, ordered};
  SubmitAccesses(token->job, &buffer, 1);
  return token->job->node.Release() && TryAcquireExclusive(&token->job->node);
}

int AcquireWithCallback(Handle handle, int node, enum starpu_data_access_mode mode, void (*callback)(void*), void* arg,
                        bool ordered) {
  if (node > STARPU_MAIN_RAM) return -EINVAL;
  AcquireAsync(handle, mode, ordered, callback, arg);
  return 0;
}

int TryAcquire(Handle handle, enum starpu_data_access_mode mode) {
  if (!MayBlock()) return -EDEADLK;
  if (handle->planned) PrepareView(handle, mode);
  handle->chain.lock();
  const bool free = handle->chain.idle() && handle->exclusion.idle() && !handle->chain.NeedsCombine(AccessMode::kReadWrite);
  if (!free) {
    handle->chain.unlock();
    return -EAGAIN;
  }
  AcquireToken* const token = NewToken(handle, mode, nullptr, nullptr);
  handle->chain.Sync(&token->job->node, (mode & STARPU_W) != 0 ? AccessMode::kReadWrite : AccessMode::kRead);
  const bool ready = token->job->node.Release();
  handle->chain.unlock();
  HEDDLE_CHECK(ready) << "an idle handle could not be acquired";
  token->job->end.Reset(1);
  NoteGrant(token);
  return 0;
}

}  // namespace

bool AcquireSync(Handle handle, enum starpu_data_access_mode mode, bool ordered) {
  AcquireToken* const token = NewToken(handle, mode, nullptr, nullptr);
  if (Insert(token, ordered)) {
    token->job->end.Reset(1);
    NoteGrant(token);
    return true;
  }
  HEDDLE_CHECK(MayBlock()) << "data is acquired in a task or callback while others use it";
  WaitForClose(token->granted);
  return true;
}

void ReleaseSync(Handle handle) {
  handle->chain.lock();
  AcquireToken* const token = handle->acquired;
  HEDDLE_CHECK(token != nullptr) << "starpu_data_release of data that is not acquired";
  handle->acquired = token->next;
  handle->chain.unlock();
  Job* const job = token->job;
  PoolDelete(token);
  ArriveAtEnd(job);
}

void AcquireAsync(Handle handle, enum starpu_data_access_mode mode, bool ordered, void (*granted)(void* arg), void* arg) {
  AcquireToken* const token = NewToken(handle, mode, granted, arg);
  TaskCounted(WorkerIndex(CurrentWorker()));  // Until the callback has returned.
  if (Insert(token, ordered)) JobReady(token->job);
}

}  // namespace heddle::starpu

using namespace heddle::starpu;

extern "C" {

int starpu_data_acquire(starpu_data_handle_t handle, enum starpu_data_access_mode mode) {
  if (!MayBlock()) return -EDEADLK;
  return AcquireSync(handle, mode) ? 0 : -EDEADLK;
}

int starpu_data_acquire_on_node(starpu_data_handle_t handle, int node, enum starpu_data_access_mode mode) {
  return node > STARPU_MAIN_RAM ? -EINVAL : starpu_data_acquire(handle, mode);
}

int starpu_data_acquire_cb(starpu_data_handle_t handle, enum starpu_data_access_mode mode, void (*callback)(void*), void* arg) {
  return AcquireWithCallback(handle, STARPU_MAIN_RAM, mode, callback, arg, true);
}

int starpu_data_acquire_on_node_cb(starpu_data_handle_t handle, int node, enum starpu_data_access_mode mode,
                                   void (*callback)(void*), void* arg) {
  return AcquireWithCallback(handle, node, mode, callback, arg, true);
}

int starpu_data_acquire_cb_sequential_consistency(starpu_data_handle_t handle, enum starpu_data_access_mode mode,
                                                  void (*callback)(void*), void* arg, int sequential_consistency) {
  return AcquireWithCallback(handle, STARPU_MAIN_RAM, mode, callback, arg, sequential_consistency != 0);
}

int starpu_data_acquire_on_node_cb_sequential_consistency(starpu_data_handle_t handle, int node,
                                                          enum starpu_data_access_mode mode, void (*callback)(void*),
                                                          void* arg, int sequential_consistency) {
  return AcquireWithCallback(handle, node, mode, callback, arg, sequential_consistency != 0);
}

int starpu_data_acquire_try(starpu_data_handle_t handle, enum starpu_data_access_mode mode) { return TryAcquire(handle, mode); }

int starpu_data_acquire_on_node_try(starpu_data_handle_t handle, int node, enum starpu_data_access_mode mode) {
  return node > STARPU_MAIN_RAM ? -EINVAL : TryAcquire(handle, mode);
}

void starpu_data_release(starpu_data_handle_t handle) { ReleaseSync(handle); }
void starpu_data_release_on_node(starpu_data_handle_t handle, int) { ReleaseSync(handle); }

}  // extern "C"
