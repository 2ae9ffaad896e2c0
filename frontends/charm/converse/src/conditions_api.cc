// Ccd: what programs see of conditions.h.
#include <cmath>
#include <utility>

#include "frontends/charm/converse/src/conditions.h"
#include "frontends/charm/converse/src/pe.h"
#include "frontends/charm/converse/src/periphery.h"

namespace heddle::converse {
namespace {

std::atomic<int> remote_handler{-1};

// A callback for another PE of the node.
struct RemoteCallback {
  CmiMessageHeader header;
  CcdVoidFn timed;  // nullptr: the other one.
  CcdCondFn function;
  void* argument;
  double milliseconds;
  int condition;
  bool keep;
};

int CallOnHere(int condition, CcdCondFn function, void* argument, bool keep) {
  Pe& pe = Self();
  if (condition == CcdSCHEDLOOP)
    pe.breath = 0;  // The scheduler looks at it when it takes a breath.
  return pe.conditions->CallOn(condition, function, argument, keep);
}

void HandleRemote(void* message) {
  auto* const callback = static_cast<RemoteCallback*>(message);
  if (callback->timed != nullptr) {
    Self().conditions->CallAfter(callback->timed, callback->argument, callback->milliseconds);
  } else {
    CallOnHere(callback->condition, callback->function, callback->argument, callback->keep);
  }
  CmiFree(message);
}

bool IsHere(int pe) { return pe == CcdIGNOREPE || pe == CmiMyPe(); }

void SendTo(int pe, RemoteCallback callback) {
  if (pe < 0 || pe >= CmiNumPes() || CmiNodeOf(pe) != CmiMyNode()) {
    CmiAbort(
        "a callback is for PE %d, which is not of this node (%d to %d): functions cannot be sent "
        "to other processes",
        pe, CmiNodeFirst(CmiMyNode()), CmiNodeFirst(CmiMyNode()) + CmiMyNodeSize() - 1);
  }
  auto* const message = static_cast<RemoteCallback*>(CmiAlloc(sizeof(RemoteCallback)));
  callback.header = message->header;
  *message = callback;
  CmiSetHandler(message, remote_handler.load(std::memory_order_relaxed));
  CmiSyncSendAndFree(pe, sizeof(RemoteCallback), message);
}

int CallOnPe(int condition, CcdCondFn function, void* argument, int pe, bool keep) {
  if (IsHere(pe)) return CallOnHere(condition, function, argument, keep);
  RemoteCallback callback = {};
  callback.function = function;
  callback.argument = argument;
  callback.condition = condition;
  callback.keep = keep;
  SendTo(pe, callback);
  return -1;
}

}  // namespace

void InitConditions(Pe& pe, char** argv) {
  remote_handler.store(CmiRegisterHandler(&HandleRemote), std::memory_order_relaxed);
  double seconds = 10;
  if (CmiGetArgDoubleDesc(argv, "+longIdleThresh", &seconds,
                          "Seconds without a message until CcdPROCESSOR_LONG_IDLE is raised")) {
    if (!(seconds > 0)) CmiAbort("+longIdleThresh %g: seconds above 0 are allowed", seconds);
    pe.conditions->long_idle_ns = static_cast<std::int64_t>(std::fmin(seconds, 1e9) * 1e9);
  }
}

}  // namespace heddle::converse

using heddle::converse::Self;

void CcdCallFnAfter(CcdVoidFn fn, void* arg, double msecs) {
  Self().conditions->CallAfter(fn, arg, msecs);
}
void CcdCallFnAfterOnPE(CcdVoidFn fn, void* arg, double msecs, int pe) {
  if (heddle::converse::IsHere(pe)) return CcdCallFnAfter(fn, arg, msecs);
  heddle::converse::RemoteCallback callback = {};
  callback.timed = fn;
  callback.argument = arg;
  callback.milliseconds = msecs;
  heddle::converse::SendTo(pe, callback);
}
int CcdCallOnCondition(int condnum, CcdCondFn fn, void* arg) {
  return heddle::converse::CallOnHere(condnum, fn, arg, false);
}
int CcdCallOnConditionKeep(int condnum, CcdCondFn fn, void* arg) {
  return heddle::converse::CallOnHere(condnum, fn, arg, true);
}
int CcdCallOnConditionOnPE(int condnum, CcdCondFn fn, void* arg, int pe) {
  return heddle::converse::CallOnPe(condnum, fn, arg, pe, false);
}
int CcdCallOnConditionKeepOnPE(int condnum, CcdCondFn fn, void* arg, int pe) {
  return heddle::converse::CallOnPe(condnum, fn, arg, pe, true);
}
void CcdCancelCallOnCondition(int condnum, int idx) {
  Self().conditions->Cancel(condnum, idx, false);
}
void CcdCancelCallOnConditionKeep(int condnum, int idx) {
  Self().conditions->Cancel(condnum, idx, true);
}
void CcdRaiseCondition(int condnum) { Self().conditions->Raise(condnum); }
void CcdCallBacks() { Self().conditions->Periodic(); }
int CcdNumTimerCBs() { return Self().conditions->timed(); }
void CsdPeriodic() { CcdCallBacks(); }
void CsdResetPeriodic() {}
void CcdModuleInit() {}

double CcdSetResolution(double seconds) {
  // No longer than the default, as documented.
  return std::exchange(Self().conditions->resolution,
                       seconds > 0 ? std::fmin(seconds, 5e-3) : 5e-3);
}
double CcdResetResolution() { return std::exchange(Self().conditions->resolution, 5e-3); }
double CcdIncreaseResolution(double seconds) {
  double& resolution = Self().conditions->resolution;
  const double before = resolution;
  if (seconds > 0 && seconds < resolution) resolution = seconds;
  return before;
}
