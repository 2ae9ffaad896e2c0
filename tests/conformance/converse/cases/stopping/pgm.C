// A PE that waits for a message is stopped by its callbacks, of whatever kind they are.
#include <cstdio>
#include <cstdlib>

#include "converse.h"

#define CHECK(c) \
  do { if (!(c)) { fprintf(stderr, "PE %d line %d: %s\n", CmiMyPe(), __LINE__, #c); _Exit(1); } } while (0)

CpvStaticDeclare(int, loops);
void Stop(void*) { CsdExitScheduler(); }
void StopAt(void*, double) { CsdExitScheduler(); }
void Never(void*, double) { CHECK(false); }
void Loop(void*) { if (++CpvAccess(loops) == 10) CsdExitScheduler(); }

void Start(int, char**) {
  CpvInitialize(int, loops);
  CcdCallFnAfter(StopAt, nullptr, 20);
  CsdScheduler(-1);
  CcdCallFnAfter(StopAt, nullptr, 0);
  CsdScheduler(-1);
  const int conditions[] = {CcdPROCESSOR_BEGIN_IDLE, CcdPROCESSOR_STILL_IDLE, CcdPROCESSOR_LONG_IDLE, CcdPERIODIC, CcdPERIODIC_10ms,
                            CcdSCHEDLOOP};
  for (int condition : conditions) {
    CcdCallOnCondition(condition, Stop, nullptr);
    CsdScheduler(-1);
  }
  const int index = CcdCallOnConditionKeep(CcdSCHEDLOOP, Loop, nullptr);
  CsdScheduler(-1);
  CHECK(CpvAccess(loops) == 10);
  CcdCancelCallOnConditionKeep(CcdSCHEDLOOP, index);
  CcdCallFnAfter(Never, nullptr, 3600e3);
  // Where PEs end with timers that come soon.
  for (int i = 0; i < 10; ++i) CcdCallFnAfter(StopAt, nullptr, 0.5 * i);
  CsdScheduler(-1);
  CmiBarrier();
  if (CmiMyPe() == 0) {
    printf("OK\n");
    fflush(stdout);
  }
  ConverseExit();
}

int main(int argc, char** argv) { ConverseInit(argc, argv, Start, 1, 0); }
