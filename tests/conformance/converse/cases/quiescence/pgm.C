// Quiescence is found after the last message of a cascade, not before, and may be looked for again.
#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "converse.h"

#define CHECK(c) \
  do { if (!(c)) { fprintf(stderr, "PE %d line %d: %s\n", CmiMyPe(), __LINE__, #c); _Exit(1); } } while (0)

struct Message { char header[CmiMsgHeaderSizeBytes]; int depth; };
CpvStaticDeclare(int, walk_handler);
CpvStaticDeclare(int, begin_handler);
CpvStaticDeclare(int, exit_handler);
CpvStaticDeclare(int, raised);
std::atomic<int> handled{0}, callbacks{0};
int round_number = 0;  // PE 0's.
constexpr int kDepth = 11, kRounds = 3;

Message* New(int handler, int depth) {
  auto* m = static_cast<Message*>(CmiAlloc(sizeof(Message)));
  CmiSetHandler(m, handler);
  m->depth = depth;
  return m;
}
void Walk(int depth) {
  CQdCreate(CpvAccess(cQdState), 1);
  CmiSyncSendAndFree(CrnRandRange(0, CmiNumPes() - 1), sizeof(Message), New(CpvAccess(walk_handler), depth));
}
void OnWalk(void* m) {
  const int depth = static_cast<Message*>(m)->depth;
  CmiFree(m);
  if (depth > 0) { Walk(depth - 1); Walk(depth - 1); }
  ++handled;
  CQdProcess(CpvAccess(cQdState), 1);
}
void Round();
void OnQuiescence(void* expected) {
  CHECK(handled == static_cast<int>(reinterpret_cast<intptr_t>(expected)));
  ++callbacks;
  if (CmiMyPe() != 0) return;
  if (++round_number < kRounds) return Round();
  CmiSyncBroadcastAllAndFree(sizeof(Message), New(CpvAccess(exit_handler), 0));
}
void Round() {
  const int each = (1 << (kDepth + 1)) - 1;
  Walk(kDepth);
  CmiStartQD(OnQuiescence, reinterpret_cast<void*>(static_cast<intptr_t>((round_number + 1) * each)));
}
void OnRaised(void*) { ++CpvAccess(raised); }
void OnExit(void* m) {
  CmiFree(m);
  CHECK(CpvAccess(raised) >= kRounds);
  if (CmiMyPe() == 0) {
    CHECK(callbacks == kRounds && CQdGetCreated(CpvAccess(cQdState)) > 0);
    printf("OK\n");
    fflush(stdout);
  }
  CsdExitScheduler();
}
void Start(int, char**) {
  CpvInitialize(int, walk_handler);
  CpvInitialize(int, begin_handler);
  CpvInitialize(int, exit_handler);
  CpvInitialize(int, raised);
  CpvAccess(walk_handler) = CmiRegisterHandler(OnWalk);
  CpvAccess(exit_handler) = CmiRegisterHandler(OnExit);
  CcdCallOnConditionKeep(CcdQUIESCENCE, OnRaised, nullptr);
  CmiNodeBarrier();  // Everybody hears of every round.
  if (CmiMyPe() == 0) Round();
}

int main(int argc, char** argv) { ConverseInit(argc, argv, Start, 0, 0); }
