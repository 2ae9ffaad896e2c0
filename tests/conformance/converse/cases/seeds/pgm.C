// Seeds arrive where they were sent, once, with their handlers; those for one PE in the order of their priorities.
#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "converse.h"

#define CHECK(c) \
  do { if (!(c)) { fprintf(stderr, "PE %d line %d: %s\n", CmiMyPe(), __LINE__, #c); _Exit(1); } } while (0)

struct Seed { char header[CmiMsgHeaderSizeBytes]; int kind, priority; bool packed; };
CpvStaticDeclare(int, seed_handler);
CpvStaticDeclare(int, exit_handler);
CpvStaticDeclare(int, info);
CpvStaticDeclare(int, last_priority);
CpvStaticDeclare(int, ordered);
enum { kOrdered, kAnywhere, kBroadcast, kAll, kMulti, kNode, kWithin, kKinds };
std::atomic<int> counts[kKinds];
constexpr int kEach = 100;

void Pack(void* message) { (*static_cast<Seed**>(message))->packed = true; }
void Info(void* message, CldPackFn* pack, int* length, int* queueing, int* bits, unsigned int** priority) {
  auto* seed = static_cast<Seed*>(message);
  *pack = Pack;
  *length = sizeof(Seed);
  *queueing = CQS_QUEUEING_IFIFO;
  *bits = 32;
  *priority = reinterpret_cast<unsigned int*>(&seed->priority);
}
Seed* New(int kind, int priority) {
  auto* seed = static_cast<Seed*>(CmiAlloc(sizeof(Seed)));
  CmiSetHandler(seed, CpvAccess(seed_handler));
  seed->kind = kind;
  seed->priority = priority;
  seed->packed = false;
  return seed;
}
int Total(int kind) {
  switch (kind) {
    case kBroadcast: return kEach * (CmiNumPes() - 1);
    case kAll: case kWithin: return kEach * CmiNumPes();
    case kMulti: return 2 * kEach;
    default: return kEach;
  }
}
void OnSeed(void* message) {
  auto* seed = static_cast<Seed*>(message);
  CHECK(CmiGetHandler(seed) == CpvAccess(seed_handler));
  if (seed->kind == kOrdered) {
    CHECK(CmiMyPe() == CmiNumPes() - 1 && seed->priority >= CpvAccess(last_priority));
    CpvAccess(last_priority) = seed->priority;
  }
  ++counts[seed->kind];
  CmiFree(seed);
  for (int kind = 0; kind < kKinds; ++kind) {
    if (counts[kind] < Total(kind)) return;
    CHECK(counts[kind] == Total(kind));
  }
  static std::atomic<bool> over{false};
  if (over.exchange(true)) return;
  printf("OK\n");
  fflush(stdout);
  void* m = CmiAlloc(sizeof(Seed));
  CmiSetHandler(m, CpvAccess(exit_handler));
  CmiSyncBroadcastAllAndFree(sizeof(Seed), m);
}
void OnExit(void* m) { CmiFree(m); CsdExitScheduler(); }

void Start(int, char**) {
  CpvInitialize(int, seed_handler);
  CpvInitialize(int, exit_handler);
  CpvInitialize(int, info);
  CpvInitialize(int, last_priority);
  CpvInitialize(int, ordered);
  CpvAccess(seed_handler) = CmiRegisterHandler(OnSeed);
  CpvAccess(exit_handler) = CmiRegisterHandler(OnExit);
  CpvAccess(info) = CldRegisterInfoFn(Info);
  CHECK(CldRegisterPackFn(Pack) != CpvAccess(info) && CldGetStrategy() != nullptr);
  CpvAccess(last_priority) = -1000;
  CmiNodeBarrier();
  const int last = CmiNumPes() - 1, info = CpvAccess(info);
  if (CmiMyPe() == last) {
    // To itself, all before the scheduler starts: the order is that of priorities.
    for (int i = 0; i < kEach; ++i) CldEnqueue(last, New(kOrdered, (i * 37) % kEach - kEach / 2), info);
    CHECK(CldEstimate() >= kEach);
  }
  if (CmiMyPe() == 0) {
    const int pes[] = {0, last};
    for (int i = 0; i < kEach; ++i) {
      CldEnqueue(CLD_ANYWHERE, New(kAnywhere, 0), info);
      CldEnqueue(CLD_BROADCAST, New(kBroadcast, i), info);
      CldEnqueue(CLD_BROADCAST_ALL, New(kAll, -i), info);
      CldEnqueueMulti(2, pes, New(kMulti, 1), info);
      CldNodeEnqueue(0, New(kNode, 2), info);
      CldEnqueueWithinNode(New(kWithin, 3), info);
    }
  }
}

int main(int argc, char** argv) { ConverseInit(argc, argv, Start, 0, 0); }
