// The end of a program, and what it prints.
#include <cstdarg>
#include <cstdio>

#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/nocopy.h"
#include "frontends/charm/ck/src/process.h"
#include "frontends/charm/ck/src/start.h"

namespace heddle::charm {
namespace {

int exit_functions_handler = -1;
int exit_code = 0;  // PE 0's, while exit functions run.

struct ExitRequest {
  CmiMessageHeader header;
  int code;
};

[[noreturn]] void StayAway() {
  for (;;) {
    if (CthIsSuspendable(CthSelf()) != 0) {
      CthSuspend();
    } else {
      (void)CsdScheduler(-1);
    }
  }
}

// On PE 0: the program's own functions first, each of which calls CkContinueExit().
std::vector<CkExitFn>& ExitFunctions() {
  static std::vector<CkExitFn> functions;
  return functions;
}

void OnExitRequest(void* message) {
  exit_code = static_cast<ExitRequest*>(message)->code;
  CmiFree(message);
  CkContinueExit();
}

}  // namespace

void InitExit() { RegisterHandler(&exit_functions_handler, OnExitRequest); }

}  // namespace heddle::charm

namespace hc = heddle::charm;

void CkExit(int code) {
  std::fflush(stdout);
  hc::ReportUnposted();
  if (hc::ExitFunctions().empty()) {
    CmiExit(code);
  } else {
    auto* const request = static_cast<hc::ExitRequest*>(CmiAlloc(sizeof(hc::ExitRequest)));
    request->code = code;
    CmiSetHandler(request, hc::exit_functions_handler);
    CmiSyncSendAndFree(0, sizeof(hc::ExitRequest), request);
  }
  hc::StayAway();
}

void registerExitFn(CkExitFn function) { hc::ExitFunctions().push_back(function); }

void CkContinueExit() {
  auto& functions = hc::ExitFunctions();
  if (functions.empty()) {
    CmiExit(hc::exit_code);
    return;
  }
  const CkExitFn next = functions.back();
  functions.pop_back();
  next();
}

void CkPrintf(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  (void)std::vfprintf(stdout, format, arguments);
  va_end(arguments);
  std::fflush(stdout);
}
