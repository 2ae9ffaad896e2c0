// Promised: PEs may wait for each other in a pthread barrier, hold a lock over a node barrier, and
// pump the scheduler in a handler, with more PEs than cores, too.
#include <cstdio>

#include "converse.h"

namespace {

pthread_barrier_t barrier;
CmiNodeLock lock;
int holders = 0;  // Under lock.
CpvStaticDeclare(int, outer);
CpvStaticDeclare(int, inner);
CpvStaticDeclare(int, inner_count);

void* NewMessage(int handler) {
  void* const message = CmiAlloc(CmiMsgHeaderSizeBytes);
  CmiSetHandler(message, handler);
  return message;
}

// Waits, in a handler, for a message of every PE.
void OnOuter(void* message) {
  CmiFree(message);
  while (CpvAccess(inner_count) < CmiNumPes()) (void)CsdScheduler(1);
  CsdExitScheduler();
}
void OnInner(void* message) {
  CmiFree(message);
  ++CpvAccess(inner_count);
}

void Start(int, char**) {
  CpvInitialize(int, outer);
  CpvInitialize(int, inner);
  CpvInitialize(int, inner_count);
  CpvAccess(outer) = CmiRegisterHandler(OnOuter);
  CpvAccess(inner) = CmiRegisterHandler(OnInner);
  if (CmiMyRank() == 0) {
    lock = CmiCreateLock();
    pthread_barrier_init(&barrier, nullptr, static_cast<unsigned>(CmiMyNodeSize()));
  }
  CmiNodeBarrier();
  for (int i = 0; i < 3; ++i) pthread_barrier_wait(&barrier);
  for (int rank = 0; rank < CmiMyNodeSize(); ++rank) {
    if (rank == CmiMyRank()) CmiLock(lock);
    CmiNodeBarrier();
    if (rank != CmiMyRank()) {
      if (CmiTryLock(lock) == 0) CmiAbort("a lock that rank %d holds was taken", rank);
    }
    CmiNodeBarrier();
    if (rank == CmiMyRank()) {
      ++holders;
      CmiUnlock(lock);
    }
    CmiNodeBarrier();
  }
  if (holders != CmiMyNodeSize()) CmiAbort("%d holders", holders);
  CmiSyncSendAndFree(CmiMyPe(), CmiMsgHeaderSizeBytes, NewMessage(CpvAccess(outer)));
  for (int pe = 0; pe < CmiNumPes(); ++pe)
    CmiSyncSendAndFree(pe, CmiMsgHeaderSizeBytes, NewMessage(CpvAccess(inner)));
  CsdScheduler(-1);
  CmiBarrier();
  ConverseExit();
}

}  // namespace

int main(int argc, char** argv) { ConverseInit(argc, argv, Start, 1, 0); }
