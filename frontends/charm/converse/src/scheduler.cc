// The scheduler of a PE: takes messages, and calls their handlers.
#include <utility>

#include "components/worker_pool/coroutine.h"
#include "frontends/charm/converse/src/conditions.h"
#include "frontends/charm/converse/src/pe.h"
#include "frontends/charm/converse/src/session.h"

namespace heddle::converse {
namespace {

constexpr int kMessagesPerBreath = 64;
constexpr int kBreathsPerTurn = 32;
// Looks for a message with open eyes before the PE's worker serves others: about 2 us alone, and 30
// us where the answer may come from another process.
constexpr int kLooksAlone = 48;
constexpr int kLooksAtNetwork = 96;
constexpr int kLooksAtOnce = 8;  // At the network, before it looks at what its own process sends.

// Time for everything but messages. Out of line: it may leave, and return on another thread.
[[gnu::noinline]] void Breathe(Pe& pe) {
  pe.breath = kMessagesPerBreath;
  if (pe.conditions->Wants(CcdSCHEDLOOP)) {
    pe.breath = 0;  // Before each message, then.
    pe.conditions->Raise(CcdSCHEDLOOP);
  }
  pe.conditions->Periodic();
  session->Progress();
  Lane& lane = pe.place->lane();
  if (++pe.breaths >= kBreathsPerTurn || lane.WorkerIsWanted()) {
    pe.breaths = 0;
    lane.client().pool().PollWhileBusy();
    pe.Leave(Place::End::kMore);
  }
}

}  // namespace

void Pe::Handle(void* message) {
  const int number = CmiGetHandler(message);
  if (static_cast<unsigned>(number) >= handlers.size() ||
      handlers[static_cast<unsigned>(number)].function == nullptr) [[unlikely]] {
    CmiAbort(
        "a message of %d bytes is for handler %d, which is not registered here (there are %zu): "
        "was its header set?",
        CmiGetReference(message) > 0 ? CmiSize(message) : 0, number, handlers.size());
  }
  const HandlerEntry handler = handlers[static_cast<unsigned>(number)];  // It may register others.
  handler.function(message, handler.user);
}

void* Pe::Next() {
  if (pending != nullptr) [[unlikely]]
    return std::exchange(pending, nullptr);
  if (--breath < 0) [[unlikely]]
    Breathe(*this);
  return place->Take();
}

void Pe::AwaitMessage() {
  const int stops = stop_count;  // A callback may stop the scheduler.
  conditions->Periodic();
  if (stop_count != stops) return;
  const bool came = session->HasPeers()
                        ? place->Listen(
                              kLooksAtNetwork, [](void*) { return session->Progress(kLooksAtOnce); }, nullptr)
                        : place->Listen(kLooksAlone);
  if (came || place->HasMessages()) return;
  conditions->StillIdle();
  if (stop_count == stops && place->TryClose()) Leave(Place::End::kIdle);
}

void Pe::Leave(Place::End why) {
  end = why;
  SwitchCoroutine(*base);
}

int Pe::Schedule(int count) {
  const bool limited_before = std::exchange(limited, count >= 0);
  const int cycle_before = std::exchange(cycle, stop_count);
  const int my_cycle = cycle;
  bool idle = false;
  for (;;) {
    void* const message = Next();
    if (message == nullptr) {
      if (count == 0 || stop_count != my_cycle) break;
      if (!idle) {
        idle = true;
        conditions->BeginIdle();
        if (stop_count != my_cycle) break;
      }
      AwaitMessage();
      if (stop_count != my_cycle) break;
      continue;
    }
    if (idle) {
      idle = false;
      conditions->EndIdle();
    }
    Handle(message);
    if (stop_count != my_cycle) break;
    if (count > 0 && --count == 0) break;
  }
  if (idle) conditions->EndIdle();
  limited = limited_before;
  cycle = cycle_before;
  return count < 0 ? 0 : count;
}

}  // namespace heddle::converse

using heddle::converse::Pe;
using heddle::converse::Self;

int CsdScheduler(int maxmsgs) {
  return heddle::converse::OnPe([maxmsgs] { return Self().Schedule(maxmsgs); });
}
void CsdScheduleForever() { (void)CsdScheduler(-1); }
int CsdScheduleCount(int maxmsgs) { return maxmsgs <= 0 ? 0 : CsdScheduler(maxmsgs); }
void CsdSchedulePoll() { (void)CsdScheduler(0); }

void CsdScheduleNodePoll() {
  heddle::converse::OnPe([] {
    Pe& pe = Self();
    while (void* const message = pe.place->places().TakeShared()) pe.Handle(message);
    return 0;
  });
}

void CsdExitScheduler() { ++Self().stop_count; }
int CmiStopFlag() { return Self().stop_count; }

int CmiDeliverMsgs(int maxmsgs) {
  return heddle::converse::OnPe([maxmsgs] {
    Pe& pe = Self();
    int left = maxmsgs;
    heddle::converse::session->Progress();
    while (void* const message = pe.place->TakeArrived()) {
      pe.Handle(message);
      if (maxmsgs > 0 && --left == 0) break;
    }
    return left;
  });
}

void CmiDeliverSpecificMsg(int handler) {
  heddle::converse::OnPe([handler] {
    Pe& pe = Self();
    // Those that wait here already, in order; then what comes.
    std::vector<void*> others;
    void* message = nullptr;
    for (;;) {
      message = pe.place->Take();
      if (message == nullptr) {
        pe.AwaitMessage();
      } else if (CmiGetHandler(message) == handler) {
        break;
      } else {
        others.push_back(message);
      }
    }
    for (void* const other : others) pe.place->PushLocal(other);
    pe.Handle(message);
    return 0;
  });
}

void* CmiGetNonLocal() { return Self().place->TakeArrived(); }

void CsdBeginIdle() { Self().conditions->BeginIdle(); }
void CsdStillIdle() { Self().conditions->StillIdle(); }
void CsdEndIdle() { Self().conditions->EndIdle(); }
void CmiNotifyIdle() { Self().AwaitMessage(); }

// ---- Handlers

int CmiRegisterHandlerEx(CmiHandlerEx h, void* userPtr) {
  Pe& pe = Self();
  pe.handlers.push_back({h, userPtr});
  return static_cast<int>(pe.handlers.size()) - 1;
}
// A handler without a second parameter is called with one: every C ABI that there is ignores it.
int CmiRegisterHandler(CmiHandler h) {
  return CmiRegisterHandlerEx(reinterpret_cast<CmiHandlerEx>(reinterpret_cast<void*>(h)), nullptr);
}
int CmiRegisterHandlerLocal(CmiHandler h) { return CmiRegisterHandler(h); }
int CmiRegisterHandlerGlobal(CmiHandler h) { return CmiRegisterHandler(h); }

void CmiNumberHandlerEx(int n, CmiHandlerEx h, void* userPtr) {
  if (n < 0 || n > INT16_MAX)
    CmiAbort("CmiNumberHandler(%d): handlers are numbered from 0 to %d", n, INT16_MAX);
  Pe& pe = Self();
  if (pe.handlers.size() <= static_cast<unsigned>(n))
    pe.handlers.resize(static_cast<unsigned>(n) + 1);
  pe.handlers[static_cast<unsigned>(n)] = {h, userPtr};
}
void CmiNumberHandler(int n, CmiHandler h) {
  CmiNumberHandlerEx(n, reinterpret_cast<CmiHandlerEx>(reinterpret_cast<void*>(h)), nullptr);
}

CmiHandler CmiHandlerToFunction(int n) {
  Pe& pe = Self();
  if (n < 0 || static_cast<unsigned>(n) >= pe.handlers.size()) return nullptr;
  return reinterpret_cast<CmiHandler>(
      reinterpret_cast<void*>(pe.handlers[static_cast<unsigned>(n)].function));
}

void CmiHandleMessage(void* msg) { Self().Handle(msg); }
