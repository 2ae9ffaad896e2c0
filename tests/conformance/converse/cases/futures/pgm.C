// Threads wait for values that another PE computes; several threads wait for the same.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "converse.h"

extern "C" void CfutureModuleInit(void);

#define CHECK(c) \
  do { if (!(c)) { fprintf(stderr, "PE %d line %d: %s\n", CmiMyPe(), __LINE__, #c); _Exit(1); } } while (0)

struct Request { char header[CmiMsgHeaderSizeBytes]; Cfuture future; int value; };
CpvStaticDeclare(int, square_handler);
CpvStaticDeclare(int, done_handler);
CpvStaticDeclare(int, exit_handler);
CpvStaticDeclare(int, done);
CpvStaticDeclare(Cfuture, shared);
CpvStaticDeclare(int, got);
constexpr int kWaiters = 5, kRounds = 50;

Request* New(int handler) {
  auto* m = static_cast<Request*>(CmiAlloc(sizeof(Request)));
  CmiSetHandler(m, handler);
  return m;
}
void OnExit(void* m) { CmiFree(m); CsdExitScheduler(); }
void OnDone(void* m) {
  CmiFree(m);
  if (++CpvAccess(done) < CmiNumPes()) return;
  printf("OK\n");
  fflush(stdout);
  CmiSyncBroadcastAllAndFree(sizeof(Request), New(CpvAccess(exit_handler)));
}
void OnSquare(void* m) {
  auto* request = static_cast<Request*>(m);
  const int square = request->value * request->value;
  if (request->value % 2 == 0) {
    int value = square;
    CfutureSet(request->future, &value, sizeof(value));
    value = -1;  // It was copied.
  } else {
    void* buffer = CfutureCreateBuffer(sizeof(int));
    memcpy(buffer, &square, sizeof(square));
    CfutureStoreBuffer(request->future, buffer);
  }
  CmiFree(m);
}

void Waiter(void*) {
  const int* value = static_cast<int*>(CfutureWait(CpvAccess(shared)));
  CHECK(*value == 4711 * 4711);
  ++CpvAccess(got);
}

void Asker(void*) {
  for (int i = 0; i < kRounds; ++i) {
    Cfuture future = CfutureCreate();
    CHECK(CfuturePE(future) == CmiMyPe());
    Request* m = New(CpvAccess(square_handler));
    m->future = future;
    m->value = i;
    CmiSyncSendAndFree((CmiMyPe() + i) % CmiNumPes(), sizeof(Request), m);
    CHECK(*static_cast<int*>(CfutureWait(future)) == i * i);
    CHECK(*static_cast<int*>(CfutureWait(future)) == i * i);  // It stays.
    CfutureDestroy(future);
  }
  Request* m = New(CpvAccess(square_handler));
  m->future = CpvAccess(shared);
  m->value = 4711;
  CmiSyncSendAndFree((CmiMyPe() + 1) % CmiNumPes(), sizeof(Request), m);
  CfutureWait(CpvAccess(shared));
  while (CpvAccess(got) < kWaiters) CthYield();
  CfutureDestroy(CpvAccess(shared));
  CmiSyncSendAndFree(0, sizeof(Request), New(CpvAccess(done_handler)));
}

void Start(int, char**) {
  CpvInitialize(int, square_handler);
  CpvInitialize(int, done_handler);
  CpvInitialize(int, exit_handler);
  CpvInitialize(int, done);
  CpvInitialize(Cfuture, shared);
  CpvInitialize(int, got);
  CpvAccess(square_handler) = CmiRegisterHandler(OnSquare);
  CpvAccess(done_handler) = CmiRegisterHandler(OnDone);
  CpvAccess(exit_handler) = CmiRegisterHandler(OnExit);
  CfutureModuleInit();
  CpvAccess(shared) = CfutureCreate();
  for (int i = 0; i < kWaiters; ++i) CthAwaken(CthCreate(Waiter, nullptr, 0));
  CthAwaken(CthCreate(Asker, nullptr, 0));
}

int main(int argc, char** argv) { ConverseInit(argc, argv, Start, 0, 0); }
