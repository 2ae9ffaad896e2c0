/* The smaller services, from C. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "converse.h"

#define CHECK(c) \
  do { if (!(c)) { fprintf(stderr, "PE %d line %d: %s\n", CmiMyPe(), __LINE__, #c); _Exit(1); } } while (0)

typedef struct { char header[CmiMsgHeaderSizeBytes]; int value; } Message;
CpvStaticDeclare(int, counted_handler);
CpvStaticDeclare(int, exit_handler);
CpvStaticDeclare(int, arrived);
static DecrementToEnqueueMsg* counter;
static CmiMemoryAtomicInt atomic_counter;
static int shared = -1;

static void Tables(void) {
  CmmTable t = CmmNew();
  int tags[3] = {1, 2, 3}, found[3], a, b, c;
  CmmPut(t, 3, tags, &a);
  tags[2] = 4;
  CmmPut(t, 3, tags, &b);
  tags[1] = CmmWildCard;
  CmmPut(t, 3, tags, &c);
  CHECK(CmmEntries(t) == 3);
  int ask[3] = {1, CmmWildCard, CmmWildCard};
  CHECK(CmmProbe(t, 3, ask, found) == &a && found[1] == 2 && found[2] == 3);  /* The oldest. */
  CHECK(CmmGetLastTag(t, 2, ask) == 3);
  ask[2] = 4;
  CHECK(CmmGet(t, 3, ask, found) == &b);
  ask[1] = 77;
  CHECK(CmmGet(t, 3, ask, found) == &c && found[1] == CmmWildCard);  /* A wild card that was stored. */
  CHECK(CmmGet(t, 3, ask, found) == NULL && CmmGet(t, 2, ask, found) == NULL && CmmEntries(t) == 1);
  CmmFreeAll(t);
  CHECK(CmmEntries(t) == 0);
  CmmFree(t);
}

static void Arguments(char** argv) {
  int count = 0, n = 0;
  double ratio = 0;
  char* name = NULL;
  CHECK(CmiGetArgc(argv) == 10);
  CHECK(!CmiGetArgInt(argv, "-other", &n) && n == 0);
  CHECK(CmiGetArgInt(argv, "-n", &n) && n == 7);  /* Not -name: that is another word. */
  CHECK(CmiGetArgIntDesc(argv, "-count", &count, "how many") && count == 3);
  CHECK(CmiGetArgDouble(argv, "-ratio", &ratio) && ratio == 2.5);
  CHECK(CmiGetArgString(argv, "-name", &name) && strcmp(name, "x") == 0);
  CHECK(CmiGetArgFlag(argv, "-flag") && !CmiGetArgFlag(argv, "-flag"));
  CHECK(CmiGetArgc(argv) == 2 && strcmp(argv[1], "rest") == 0 && argv[2] == NULL);
  char** copy = CmiCopyArgs(argv);
  CHECK(CmiGetArgc(copy) == 2 && copy[1] == argv[1]);
  CmiFreeArgs(copy);
}

static void Numbers(void) {
  CrnSrand(100);
  int first = CrnRand(), i;
  double d = CrnDrand();
  CrnSrand(100);
  CHECK(CrnRand() == first && CrnDrand() == d && first >= 0 && d >= 0 && d < 1);
  for (i = 0; i < 1000; ++i) {
    int x = CrnRandRange(-3, 3);
    double y = CrnDrandRange(2, 4);
    CHECK(x >= -3 && x <= 3 && y >= 2 && y < 4);
  }
  CrnStream one, two;
  CrnInitStream(&one, 5, 0);
  CrnInitStream(&two, 5, 1);
  CHECK(CrnInt(&one) != CrnInt(&two) || CrnInt(&one) != CrnInt(&two));
  CHECK(CrnFloat(&one) < 1 && CrnDouble(&two) < 1);
  CHECK(CmiILog2(1) == 0 && CmiILog2(9) == 3 && CmiIsPow2(64) && !CmiIsPow2(65) && CmiLog2(8) == 3);
  CHECK(CmiReadSize("2K") == 2048 && CmiReadSize("1.5M") == 1.5 * 1048576 && CmiReadSize("7") == 7);
  int dest[4];
  CHECK(HypercubeGetBcastDestinations(0, 6, 2, dest) == 3 && dest[0] == 4 && dest[1] == 2 && dest[2] == 1);
  CHECK(HypercubeGetBcastDestinations(4, 6, 1, dest) == 1 && dest[0] == 5);
  CHECK(CmiMemoryUsage() > 0 && CmiMaxMemoryUsage() >= CmiMinMemoryUsage() && CmiMemoryIs(CMI_MEMORY_IS_OS));
  double t = CmiWallTimer();
  CHECK(t >= 0 && CmiWallTimer() >= t && CmiCpuTimer() > 0 && CmiTimer() >= t);
  CHECK(CmiNumPhysicalNodes() == 1 && CmiPhysicalNodeID(CmiMyPe()) == 0 && CmiPhysicalRank(CmiMyPe()) == CmiMyPe());
  int *pes, count;
  CmiGetPesOnPhysicalNode(0, &pes, &count);
  CHECK(count == CmiNumPes() && pes[CmiMyPe()] == CmiMyPe() && CmiGetFirstPeOnPhysicalNode(0) == 0);
  CHECK(CmiNumPartitions() == 1 && CmiMyPartition() == 0);
}

/* The counter's message. */
static void OnCounted(void* m) {
  CHECK(CmiMyPe() == 0 && ((Message*)m)->value == 42);
  CHECK(__atomic_load_n(&atomic_counter, __ATOMIC_SEQ_CST) == 8 * CmiNumPes());
  CmiFree(m);
  if (CpvAccess(arrived)++ == 0) {  /* Once more. */
    CmiResetCounter(counter, 1);
    CmiDecrementCounter(counter);
    return;
  }
  void* message = counter->msg;
  CmiFreeDecrementToEnqueue(counter);
  CmiFree(message);
  printf("OK\n");
  fflush(stdout);
  Message* end = (Message*)CmiAlloc(sizeof(Message));
  CmiSetHandler(end, CpvAccess(exit_handler));
  CmiSyncBroadcastAllAndFree(sizeof(Message), end);
}
static void OnExit(void* m) {
  CmiFree(m);
  CsdExitScheduler();
}

static void Start(int argc, char** argv) {
  int i, before;
  (void)argc;
  CpvInitialize(int, counted_handler);
  CpvInitialize(int, exit_handler);
  CpvInitialize(int, arrived);
  CpvAccess(counted_handler) = CmiRegisterHandler(OnCounted);
  CpvAccess(exit_handler) = CmiRegisterHandler(OnExit);
  Tables();
  Arguments(argv);
  Numbers();
  CmiAssignOnce(&shared, 17);
  CHECK(shared == 17);
  if (CmiMyRank() == 0) {
    Message* m = (Message*)CmiAlloc(sizeof(Message));
    CmiSetHandler(m, CpvAccess(counted_handler));
    ((CmiMessageHeader*)m)->destPE = 0;
    m->value = 42;
    counter = CmiCreateDecrementToEnqueue(m, 8 * CmiNumPes());
  }
  CmiNodeBarrier();
  for (i = 0; i < 8; ++i) {
    CmiMemoryAtomicFetchAndInc(atomic_counter, before);
    CHECK(before >= 0);
    CmiMemoryWriteFence();
    CmiDecrementCounter(counter);
  }
}

int main(int argc, char** argv) {
  ConverseInit(argc, argv, Start, 0, 0);
  return 0;
}
