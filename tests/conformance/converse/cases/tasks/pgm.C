// Every task runs once, on some PE, however it is taken.
#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "converse.h"

#define CHECK(c) \
  do { if (!(c)) { fprintf(stderr, "PE %d line %d: %s\n", CmiMyPe(), __LINE__, #c); _Exit(1); } } while (0)

struct Work { char header[CmiMsgHeaderSizeBytes]; int size; };
CpvStaticDeclare(int, work_handler);
CpvStaticDeclare(int, exit_handler);
std::atomic<int> leaves{0};
constexpr int kLeaves = 6000, kMany = 9000;  // More than a queue holds.
int total = 0;

Work* New(int handler, int size) {
  auto* work = static_cast<Work*>(CmiAlloc(sizeof(Work)));
  CmiSetHandler(work, handler);
  work->size = size;
  return work;
}
void OnWork(void* m) {
  const int size = static_cast<Work*>(m)->size;
  CmiFree(m);
  if (size > 1) {
    CsdTaskEnqueue(New(CpvAccess(work_handler), size / 2));
    CsdTaskEnqueue(New(CpvAccess(work_handler), size - size / 2));
    return;
  }
  const int done = ++leaves;
  CHECK(done <= total);
  if (done < total) return;
  printf("OK\n");
  fflush(stdout);
  CmiSyncBroadcastAllAndFree(sizeof(Work), New(CpvAccess(exit_handler), 0));
}
void OnExit(void* m) { CmiFree(m); CsdExitScheduler(); }
void Start(int, char**) {
  CpvInitialize(int, work_handler);
  CpvInitialize(int, exit_handler);
  CpvAccess(work_handler) = CmiRegisterHandler(OnWork);
  CpvAccess(exit_handler) = CmiRegisterHandler(OnExit);
  CHECK(CpvInitialized(CsdTaskQueue));
  if (CmiMyRank() == 0) total = CmiNumPes() * (kLeaves + 3) + kMany;
  CmiNodeBarrier();
  // One that its PE takes back, and runs itself.
  CsdTaskEnqueue(New(CpvAccess(work_handler), 1));
  if (void* task = CsdTaskPop()) CmiHandleMessage(task);
  CsdTaskEnqueue(New(CpvAccess(work_handler), 2));
  ProcessLocalTasks();
  StealTask();
  CsdTaskEnqueue(New(CpvAccess(work_handler), kLeaves));
  if (CmiMyPe() == 0) {
    for (int i = 0; i < kMany; ++i) CsdTaskEnqueue(New(CpvAccess(work_handler), 1));
  }
}

int main(int argc, char** argv) { ConverseInit(argc, argv, Start, 0, 0); }
