// Clocks.
#include "components/base/clock.h"

#include <atomic>
#include <cstdio>
#include <ctime>

#include "frontends/charm/converse/src/periphery.h"

namespace heddle::converse {
namespace {

// Of the process: until ConverseInit() when the library was loaded.
std::atomic<std::int64_t> start_ns{NowNs()};
std::atomic<std::int64_t> start_cpu_ns{0};
std::atomic<bool> absolute{false};
std::atomic<bool> started{false};

std::int64_t CpuNs() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * INT64_C(1'000'000'000) + now.tv_nsec;
}

double Seconds(std::int64_t ns) { return static_cast<double>(ns) * 1e-9; }

}  // namespace

void InitClock(Pe&, char** argv) { CmiTimerInit(argv); }

}  // namespace heddle::converse

namespace hc = heddle::converse;

void CmiTimerInit(char** argv) {
  if (CmiGetArgFlagDesc(argv, "+useAbsoluteTime", "CmiWallTimer() counts from the system's start"))
    hc::absolute.store(true);
  if (!hc::started.exchange(true)) {
    hc::start_ns.store(heddle::NowNs(), std::memory_order_relaxed);
    hc::start_cpu_ns.store(hc::CpuNs(), std::memory_order_relaxed);
  }
}

double CmiInitTime() { return hc::Seconds(hc::start_ns.load(std::memory_order_relaxed)); }
int CmiTimerAbsolute() { return hc::absolute.load(std::memory_order_relaxed); }
int CmiTimerIsSynchronized() { return CmiNumNodes() == 1; }
double CmiStartTimer() { return CmiTimerAbsolute() ? CmiInitTime() : 0.0; }
double CmiWallTimer() {
  const std::int64_t start = CmiTimerAbsolute() ? 0 : hc::start_ns.load(std::memory_order_relaxed);
  return hc::Seconds(heddle::NowNs() - start);
}
double CmiTimer() { return CmiWallTimer(); }
double CmiCpuTimer() {
  return hc::Seconds(hc::CpuNs() - hc::start_cpu_ns.load(std::memory_order_relaxed));
}
double getCurrentTime() { return CmiWallTimer(); }

char* CmiPrintDate() {
  static thread_local char text[32];
  const std::time_t now = std::time(nullptr);
  std::tm parts;
  localtime_r(&now, &parts);
  std::strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %z", &parts);
  CmiPrintf("%s\n", text);
  return text;
}
