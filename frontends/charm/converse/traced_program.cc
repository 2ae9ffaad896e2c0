// For trace_test.cc: says something of each kind to the trace, on two PEs.
#include <cstdio>

#include "converse.h"

namespace {

void Start(int, char**) {
  const int named = traceRegisterUserEvent("named", 1000);
  const int mine = traceRegisterUserEvent("numbered by the library");
  if (named != 1000 || traceRegisterUserEvent("numbered by the library", -1) != mine)
    CmiAbort("numbers of events");
  const int value = traceRegisterUserStat("height", 7);
  std::printf("PE %d: on %d, available %d\n", CmiMyPe(), traceIsOn(), traceAvailable());
  if (CmiMyPe() == 0) {
    traceUserEvent(1000);
    traceUserEvent(mine);
    traceUserEvent(77);
    const double now = CmiWallTimer();
    traceUserBracketEvent(1000, now - 0.25, now - 0.125);
    traceUserSuppliedBracketedNote("a bracket with a note", 1000, now - 0.5, now);
    traceBeginUserBracketEvent(mine);
    traceBeginUserBracketEventNestedID(mine, 1);
    traceEndUserBracketEvent(mine);
    traceEndUserBracketEventNestedID(mine, 1);
    traceEndUserBracketEventNestedID(mine, 2);    // Never begun.
    traceBeginUserBracketEventNestedID(mine, 3);  // Never ended.
    beginAppWork();
    endAppWork();
    updateStat(value, 2.5);
    updateStatPair(value, -1, 3.0);
    traceUserSuppliedData(42);
    traceUserSuppliedNote("a note, \"quoted\"");
    traceMemoryUsage();
    traceEnd();
    if (traceIsOn() != 0) CmiAbort("traceEnd() did nothing");
    traceUserSuppliedNote("while it was off");
    traceBegin();
    traceUserSuppliedNote("on again");
    traceFlushLog();
  } else {
    traceUserEvent(1000);
  }
  CmiNodeBarrier();
  if (CmiMyPe() == 0) CmiExit(0);
}

}  // namespace

int main(int argc, char** argv) {
  ConverseInit(argc, argv, Start, 0, 0);
  return 1;
}
