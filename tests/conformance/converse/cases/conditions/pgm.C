// Timers come in the order of their times, plain callbacks once and kept ones each time, and an idle PE is told so.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "converse.h"

#define CHECK(c) \
  do { if (!(c)) { fprintf(stderr, "PE %d line %d: %s\n", CmiMyPe(), __LINE__, #c); _Exit(1); } } while (0)

CpvStaticDeclare(std::string, log);
CpvStaticDeclare(int, kept);
CpvStaticDeclare(int, ticks);
CpvStaticDeclare(int, idle);
CpvStaticDeclare(int, tick_index);
CpvStaticDeclare(int, done_handler);
CpvStaticDeclare(int, exit_handler);
CpvStaticDeclare(int, done);
CpvStaticDeclare(double, start);

struct Message { char header[CmiMsgHeaderSizeBytes]; };
void Send(int pe, int handler) {
  void* m = CmiAlloc(sizeof(Message));
  CmiSetHandler(m, handler);
  CmiSyncSendAndFree(pe, sizeof(Message), m);
}
void OnExit(void* m) { CmiFree(m); CsdExitScheduler(); }
void OnDone(void* m) {
  CmiFree(m);
  if (++CpvAccess(done) < CmiNumPes()) return;
  printf("OK\n");
  fflush(stdout);
  for (int pe = 0; pe < CmiNumPes(); ++pe) Send(pe, CpvAccess(exit_handler));
}

void Note(void* text) { CpvAccess(log) += static_cast<const char*>(text); }
void Keep(void*) { ++CpvAccess(kept); }
// Adds one for the next time; what is added during a raise is not called by it.
void Again(void*) {
  CpvAccess(log) += "a";
  CcdCallOnCondition(CcdUSER + 1, Again, nullptr);
}
void Raise(void*) { CcdRaiseCondition(CcdUSER); }

void UserConditions() {
  CcdCallOnCondition(CcdUSER, Note, const_cast<char*>("1"));
  const int gone = CcdCallOnCondition(CcdUSER, Note, const_cast<char*>("x"));
  CcdCallOnCondition(CcdUSER, Note, const_cast<char*>("2"));
  const int keep = CcdCallOnConditionKeep(CcdUSER, Keep, nullptr);
  CcdCancelCallOnCondition(CcdUSER, gone);
  CcdRaiseCondition(CcdUSER);
  CHECK(CpvAccess(log) == "12" && CpvAccess(kept) == 1);
  CcdRaiseCondition(CcdUSER);
  CHECK(CpvAccess(log) == "12" && CpvAccess(kept) == 2);
  CcdCancelCallOnConditionKeep(CcdUSER, keep);
  CcdRaiseCondition(CcdUSER);
  CHECK(CpvAccess(kept) == 2);
  // A raise inside of a raise: plain ones still once.
  CcdCallOnCondition(CcdUSER, Raise, nullptr);
  CcdCallOnCondition(CcdUSER, Note, const_cast<char*>("3"));
  CcdRaiseCondition(CcdUSER);
  CHECK(CpvAccess(log) == "123");
  Again(nullptr);
  CcdRaiseCondition(CcdUSER + 1);
  CcdRaiseCondition(CcdUSER + 1);
  CHECK(CpvAccess(log) == "123aaa");
  CcdCallOnCondition(CcdUSERMAX, Note, const_cast<char*>("m"));
  CcdRaiseCondition(CcdUSERMAX);
  CHECK(CpvAccess(log) == "123aaam");
  CpvAccess(log) = "";
}

void Tick(void*) {
  if (++CpvAccess(ticks) == 3) CcdCancelCallOnConditionKeep(CcdPERIODIC_10ms, CpvAccess(tick_index));
}
void Idle(void*) { ++CpvAccess(idle); }

void At(void* text, double now) {
  CpvAccess(log) += static_cast<const char*>(text);
  CHECK(now >= CpvAccess(start) && now <= CmiWallTimer());
}
void FromOther(void* pe, double) { CHECK(CmiMyPe() == static_cast<int>(reinterpret_cast<intptr_t>(pe))); CpvAccess(log) += "o"; }
void Finish(void*, double) {
  // 20 ms: c; 40 ms: b; 60 ms: a; the other's somewhere between.
  std::string mine;
  for (char c : CpvAccess(log)) if (c != 'o') mine += c;
  CHECK(mine == "cba" && CpvAccess(log).size() == (CmiNumPes() > 1 ? 4u : 3u));
  CHECK(CpvAccess(ticks) == 3);
  CHECK(CpvAccess(idle) >= 2);  // BEGIN_IDLE and STILL_IDLE.
  CHECK(CmiWallTimer() - CpvAccess(start) >= 0.2);
  Send(0, CpvAccess(done_handler));
}

void Start(int, char**) {
  CpvInitialize(std::string, log);
  CpvInitialize(int, kept);
  CpvInitialize(int, ticks);
  CpvInitialize(int, idle);
  CpvInitialize(int, tick_index);
  CpvInitialize(int, done_handler);
  CpvInitialize(int, exit_handler);
  CpvInitialize(int, done);
  CpvInitialize(double, start);
  CpvAccess(done_handler) = CmiRegisterHandler(OnDone);
  CpvAccess(exit_handler) = CmiRegisterHandler(OnExit);
  UserConditions();
  CpvAccess(start) = CmiWallTimer();
  CcdCallFnAfter(At, const_cast<char*>("a"), 60);
  CcdCallFnAfter(At, const_cast<char*>("b"), 40);
  CcdCallFnAfter(At, const_cast<char*>("c"), 20);
  CcdCallFnAfter(Finish, nullptr, 200);
  CpvAccess(tick_index) = CcdCallOnConditionKeep(CcdPERIODIC_10ms, Tick, nullptr);
  CcdCallOnCondition(CcdPROCESSOR_BEGIN_IDLE, Idle, nullptr);
  CcdCallOnCondition(CcdPROCESSOR_STILL_IDLE, Idle, nullptr);
  if (CmiNumPes() > 1) {
    const int other = (CmiMyPe() + 1) % CmiNumPes();
    CcdCallFnAfterOnPE(FromOther, reinterpret_cast<void*>(static_cast<intptr_t>(other)), 10, other);
  }
}

int main(int argc, char** argv) { ConverseInit(argc, argv, Start, 0, 0); }
