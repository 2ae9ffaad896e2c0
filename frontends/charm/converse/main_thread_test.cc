// Promised: with initret the program's main thread is PE 0; it sends, runs the scheduler, and
// suspends as a thread of Converse.
#include <cstdio>

#include "converse.h"

namespace {

constexpr int kRounds = 20;
constexpr int kMessages = 10;  // To each PE.

CpvStaticDeclare(int, echo);
CpvStaticDeclare(int, answer);
CpvStaticDeclare(int, answers);

struct Message {
  char header[CmiMsgHeaderSizeBytes];
  int from;
};

Message* NewMessage(int handler) {
  auto* const message = static_cast<Message*>(CmiAlloc(sizeof(Message)));
  CmiSetHandler(message, handler);
  message->from = CmiMyPe();
  return message;
}

void OnEcho(void* message) {
  const int from = static_cast<Message*>(message)->from;
  CmiFree(message);
  CmiSyncSendAndFree(from, sizeof(Message), NewMessage(CpvAccess(answer)));
}

void OnAnswer(void* message) {
  CmiFree(message);
  if (++CpvAccess(answers) == kMessages * CmiNumPes()) CsdExitScheduler();
}

void Register() {
  CpvInitialize(int, echo);
  CpvInitialize(int, answer);
  CpvInitialize(int, answers);
  CpvAccess(echo) = CmiRegisterHandler(OnEcho);
  CpvAccess(answer) = CmiRegisterHandler(OnAnswer);
  CmiNodeBarrier();
}

void Start(int, char**) { Register(); }

void YieldThenAwaken(void* waiter) {
  for (int i = 0; i < 5; ++i) CthYield();
  CthAwaken(static_cast<CthThread>(waiter));
}

}  // namespace

int main(int argc, char** argv) {
  ConverseInit(argc, argv, Start, 0, 1);
  if (CmiMyPe() != 0) CmiAbort("the main thread is PE %d", CmiMyPe());
  Register();
  for (int round = 0; round < kRounds; ++round) {
    CpvAccess(answers) = 0;
    for (int i = 0; i < kMessages; ++i) {
      for (int pe = 0; pe < CmiNumPes(); ++pe)
        CmiSyncSendAndFree(pe, sizeof(Message), NewMessage(CpvAccess(echo)));
    }
    CsdScheduler(-1);
    if (CpvAccess(answers) != kMessages * CmiNumPes())
      CmiAbort("round %d: %d answers", round, CpvAccess(answers));
    CthAwaken(CthCreate(YieldThenAwaken, CthSelf(), 0));
    CthSuspend();
    CthYield();
  }
  CmiExit(0);
  ConverseExit();
}
