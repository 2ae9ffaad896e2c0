// Locks and barriers: objects of `blocking`, so that who waits leaves its core to others.
#include <mutex>

#include "components/blocking/semaphore.h"
#include "frontends/charm/converse/src/api.h"
#include "frontends/charm/converse/src/session.h"

// A semaphore, not a mutex: one PE may unlock what another has locked.
struct CmiNodeLockStruct {
  heddle::Semaphore free{1};
};

namespace {
CmiNodeLockStruct memory_lock;
CmiNodeLockStruct smp_mutex;
CmiNodeLockStruct node_queue_lock;
}  // namespace

CmiNodeLock CmiMemLock_lock = &memory_lock;
CmiNodeLock _smp_mutex = &smp_mutex;
CsvDeclare(CmiNodeLock, CsdNodeQueueLock) = &node_queue_lock;

CmiNodeLock CmiCreateLock() { return new CmiNodeLockStruct; }
void CmiDestroyLock(CmiNodeLock lock) { delete lock; }
// A PE that waits handles no message. Another frontend's worker goes on, where it can: a PE may wait for it.
void CmiLock(CmiNodeLock lock) { lock->free.Acquire(heddle::SuspendMode::kSubstitute); }
void CmiUnlock(CmiNodeLock lock) {
  if (lock->free.count() > 0) [[unlikely]]
    CmiAbort("CmiUnlock of a lock that is not held");
  lock->free.Release();
}
int CmiTryLock(CmiNodeLock lock) { return lock->free.TryAcquire() ? 0 : 1; }
void CmiMemLock() { CmiLock(&memory_lock); }
void CmiMemUnlock() { CmiUnlock(&memory_lock); }

void CmiNodeBarrier() { (void)heddle::converse::session->node_barrier->Wait(); }
void CmiNodeAllBarrier() { CmiNodeBarrier(); }

// All PEs: those of the node, then the nodes, then those of the node again.
int CmiBarrier() {
  auto& session = *heddle::converse::session;
  const bool last = session.node_barrier->Wait();
  if (session.HasPeers()) {
    if (last) {
      heddle::Event all;
      session.process_barrier->Enter([](void* event) { static_cast<heddle::Event*>(event)->Set(); },
                                     &all);
      all.Wait();
    }
    (void)session.node_barrier->Wait();
  }
  return 0;
}
int CmiBarrierZero() { return CmiBarrier(); }
