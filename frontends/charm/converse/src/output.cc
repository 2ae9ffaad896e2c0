// Output, and the end by an error.
#include <cstdarg>
#include <cstdio>
#include <cstdlib>

#include "frontends/charm/converse/src/session.h"

namespace heddle::converse {
namespace {

[[noreturn]] void AbortWith(const char* format, va_list arguments) {
  std::fflush(stdout);
  const auto* const pe = static_cast<const CmiPeBlock*>(heddle_activity_user);
  flockfile(stderr);
  if (pe != nullptr) {
    std::fprintf(
        stderr,
        "------------- Processor %d Exiting: Called CmiAbort ------------\nReason: ", pe->pe);
  } else {
    std::fprintf(stderr, "------------- Exiting: Called CmiAbort ------------\nReason: ");
  }
  std::vfprintf(stderr, format, arguments);
  std::fputc('\n', stderr);
  std::fflush(stderr);
  funlockfile(stderr);
  if (session != nullptr && session->network != nullptr && session->HasPeers())
    session->network->Abort(1);
  std::abort();
}

}  // namespace
}  // namespace heddle::converse

void CmiAbort(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  heddle::converse::AbortWith(format, arguments);
}
void CmiOutOfMemory(int nBytes) {
  if (nBytes > 0) CmiAbort("Could not malloc() %d bytes -- are we out of memory?", nBytes);
  CmiAbort("Could not malloc() -- are we out of memory?");
}
void __CmiEnforceHelper(const char* expr, const char* fileName, const char* lineNum) {
  CmiAbort("Assertion \"%s\" failed in file %s line %s.", expr, fileName, lineNum);
}
void __CmiEnforceMsgHelper(const char* expr, const char* fileName, const char* lineNum,
                           const char* msg, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, msg);
  (void)std::vsnprintf(text, sizeof(text), msg, arguments);
  va_end(arguments);
  CmiAbort("Assertion \"%s\" failed in file %s line %s.\n%s", expr, fileName, lineNum, text);
}

int CmiPrintf(const char* format, ...) {
  if (heddle::converse::session != nullptr && heddle::converse::session->quiet) return 0;
  va_list arguments;
  va_start(arguments, format);
  const int written = std::vfprintf(stdout, format, arguments);
  va_end(arguments);
  return written;
}
int CmiError(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int written = std::vfprintf(stderr, format, arguments);
  va_end(arguments);
  return written;
}
int CmiScanf(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int read = std::vscanf(format, arguments);
  va_end(arguments);
  return read;
}
