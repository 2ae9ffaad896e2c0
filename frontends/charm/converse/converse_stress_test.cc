// Promised: messages of every way (sends, broadcasts, to the node, by priority, to itself),
// reductions in flight and threads that yield, all at once: each is handled exactly once.
// HEDDLE_TEST_SEED and HEDDLE_TEST_ROUNDS as everywhere.
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "converse.h"

namespace {

std::uint64_t seed = 0;
int rounds = 2000;
std::atomic<long> expected{0};  // Messages sent.
std::atomic<long> handled{0};
CpvStaticDeclare(int, hop);
CpvStaticDeclare(int, result);
CpvStaticDeclare(int, finish);
CpvStaticDeclare(std::mt19937_64*, generator);
CpvStaticDeclare(int, sent);     // Rounds that this PE has begun.
CpvStaticDeclare(int, threads);  // That live.
CpvStaticDeclare(int, results);  // Of reductions, on PE 0.

struct Message {
  char header[CmiMsgHeaderSizeBytes];
  int hops;
  int priority;
  long sum;
};

unsigned Below(unsigned bound) { return static_cast<unsigned>((*CpvAccess(generator))() % bound); }

Message* NewMessage(int handler, int hops) {
  auto* const message = static_cast<Message*>(
      CmiAlloc(static_cast<int>(sizeof(Message)) + static_cast<int>(Below(300))));
  CmiSetHandler(message, handler);
  message->hops = hops;
  message->sum = 1;
  return message;
}

void* Merge(int*, void* local, void** remote, int count) {
  for (int i = 0; i < count; ++i)
    static_cast<Message*>(local)->sum += static_cast<Message*>(remote[i])->sum;
  return local;
}

void OnResult(void* message) {
  if (static_cast<Message*>(message)->sum != CmiNumPes())
    CmiAbort("a reduction over %ld PEs", static_cast<Message*>(message)->sum);
  CmiFree(message);
  ++CpvAccess(results);
}

void Send(int hops) {
  Message* const message = NewMessage(CpvAccess(hop), hops);
  const int size = CmiSize(message);
  switch (Below(7)) {
    case 0:
      expected += CmiNumPes();
      CmiSyncBroadcastAllAndFree(size, message);
      break;
    case 1:
      expected += CmiNumPes() - 1;
      CmiSyncBroadcast(size, message);
      CmiFree(message);
      break;
    case 2:
      ++expected;
      CmiSyncNodeSendAndFree(static_cast<int>(Below(static_cast<unsigned>(CmiNumNodes()))), size,
                             message);
      break;
    case 3:
      ++expected;
      message->priority = static_cast<int>(Below(9)) - 4;
      CsdEnqueueGeneral(message, CQS_QUEUEING_IFIFO, 32,
                        reinterpret_cast<unsigned int*>(&message->priority));
      break;
    default:
      ++expected;
      CmiSyncSendAndFree(static_cast<int>(Below(static_cast<unsigned>(CmiNumPes()))), size,
                         message);
  }
}

void OnHop(void* message) {
  const int hops = static_cast<Message*>(message)->hops;
  CmiFree(message);
  if (hops > 0 && Below(3) == 0) Send(hops - 1);
  ++handled;
}

void OnFinish(void* message) {
  CmiFree(message);
  CsdExitScheduler();
}

void Yielding(void*) {
  for (unsigned i = Below(8); i > 0; --i) CthYield();
  --CpvAccess(threads);
}

// All rounds of this PE, between which its messages run.
void Drive(void*) {
  for (int round = 0; round < rounds; ++round) {
    Send(3);
    if (round % 16 == 0) CmiReduce(NewMessage(CpvAccess(result), 0), sizeof(Message), Merge);
    if (Below(4) == 0) {
      ++CpvAccess(threads);
      CthAwaken(CthCreate(Yielding, nullptr, 0));
    }
    if (Below(3) == 0) CthYield();
  }
  CpvAccess(sent) = 1;
  --CpvAccess(threads);
}

// Everything was sent, and handled: no PE has more to do.
bool AllIsDone() {
  for (int rank = 0; rank < CmiMyNodeSize(); ++rank) {
    if (CpvAccessOther(sent, rank) == 0) return false;
  }
  const long before =
      handled.load();  // First: what is sent is counted before what sent it was handled.
  return before == expected.load();
}

void Start(int, char**) {
  CpvInitialize(int, hop);
  CpvInitialize(int, result);
  CpvInitialize(int, finish);
  CpvInitialize(std::mt19937_64*, generator);
  CpvInitialize(int, sent);
  CpvInitialize(int, threads);
  CpvInitialize(int, results);
  CpvAccess(hop) = CmiRegisterHandler(OnHop);
  CpvAccess(result) = CmiRegisterHandler(OnResult);
  CpvAccess(finish) = CmiRegisterHandler(OnFinish);
  CpvAccess(generator) = new std::mt19937_64(seed + static_cast<std::uint64_t>(CmiMyPe()));
  CpvAccess(threads) = 1;
  CmiNodeAllBarrier();
  CthAwaken(CthCreate(Drive, nullptr, 1 << 17));
  while (CpvAccess(threads) > 0) (void)CsdScheduler(1);
  CmiNodeBarrier();
  // What is still under way is handled by somebody.
  while (!AllIsDone()) CsdSchedulePoll();
  CmiNodeBarrier();
  CsdSchedulePoll();
  if (CmiMyPe() == 0) {
    const int reductions = (rounds + 15) / 16;
    while (CpvAccess(results) < reductions) CsdSchedulePoll();
    std::printf("%ld messages, %d reductions\n", handled.load(), CpvAccess(results));
  } else {
    for (int i = 0; i < 100; ++i) CsdSchedulePoll();
  }
  delete CpvAccess(generator);
  CmiExit(0);
  CsdScheduler(-1);
}

}  // namespace

int main(int argc, char** argv) {
  const char* const text = std::getenv("HEDDLE_TEST_SEED");
  seed = text != nullptr ? std::strtoull(text, nullptr, 10) : std::random_device()();
  if (const char* const count = std::getenv("HEDDLE_TEST_ROUNDS"); count != nullptr)
    rounds = std::atoi(count);
  std::printf("HEDDLE_TEST_SEED=%llu HEDDLE_TEST_ROUNDS=%d\n",
              static_cast<unsigned long long>(seed), rounds);
  std::fflush(stdout);
  ConverseInit(argc, argv, Start, 1, 0);
}
