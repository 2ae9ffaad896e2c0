// Memory in use.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>

#include "frontends/charm/converse/src/api.h"

namespace heddle::converse {
namespace {

std::atomic<CmiUInt8> least{UINT64_MAX};

// A line "NAME:  1234 kB" of /proc/self/status, in bytes; 0 where there is none.
CmiUInt8 StatusBytes(const char* name) {
  std::FILE* const file = std::fopen("/proc/self/status", "re");
  if (file == nullptr) return 0;
  char line[256];
  unsigned long long kib = 0;
  while (std::fgets(line, sizeof(line), file) != nullptr) {
    const std::size_t length = std::strlen(name);
    if (std::strncmp(line, name, length) == 0 && line[length] == ':') {
      if (std::sscanf(line + length + 1, "%llu", &kib) != 1) kib = 0;
      break;
    }
  }
  std::fclose(file);
  return kib << 10;
}

void Lower(CmiUInt8 bytes) {
  CmiUInt8 before = least.load(std::memory_order_relaxed);
  while (bytes < before && !least.compare_exchange_weak(before, bytes, std::memory_order_relaxed)) {
  }
}

}  // namespace
}  // namespace heddle::converse

namespace hc = heddle::converse;

CmiUInt8 CmiMemoryUsage() {
  const CmiUInt8 bytes = hc::StatusBytes("VmRSS");
  hc::Lower(bytes);
  return bytes;
}
const char* CmiMemoryUsageReporter() { return "/proc/self/status VmRSS"; }
CmiUInt8 CmiMaxMemoryUsage() { return hc::StatusBytes("VmHWM"); }
CmiUInt8 CmiMaxMemoryUsageR() { return CmiMaxMemoryUsage(); }
void CmiResetMaxMemory() {
  // 5: the kernel forgets the peak of what was resident.
  std::FILE* const file = std::fopen("/proc/self/clear_refs", "we");
  if (file == nullptr) return;
  std::fputs("5", file);
  std::fclose(file);
}
CmiUInt8 CmiMinMemoryUsage() {
  CmiMemoryUsage();
  return hc::least.load(std::memory_order_relaxed);
}
void CmiResetMinMemory() { hc::least.store(UINT64_MAX, std::memory_order_relaxed); }

int CmiMemoryIs(int flag) { return (flag & CMI_MEMORY_IS_OS) == flag; }
int CmiThreadIs(int flag) { return (flag & CMI_THREAD_IS_UJCONTEXT) == flag; }
void CmiMemoryCheck() {}
void CmiMemoryMark() {}
void CmiMemoryMarkBlock(void*) {}
void CmiMemorySweep(const char*) {}
int CmiGetPageSize() { return static_cast<int>(sysconf(_SC_PAGESIZE)); }
