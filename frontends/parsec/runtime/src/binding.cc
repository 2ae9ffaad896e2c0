// Cores, as programs see them that make threads of their own.
#include <sched.h>

#include "parsec/bindthread.h"
#include "parsec/parsec_hwloc.h"

namespace {

// Those that the process was started with: a thread may have bound itself meanwhile.
const cpu_set_t& Allowed() {
  static const cpu_set_t allowed = [] {
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof set, &set);
    return set;
  }();
  return allowed;
}

[[gnu::constructor]] void LookAtStart() { Allowed(); }

}  // namespace

extern "C" {

int parsec_hwloc_nb_real_cores() { return CPU_COUNT(&Allowed()); }

int parsec_bindthread(int cpu, int) {
  if (cpu < 0 || cpu >= CPU_COUNT(&Allowed())) return -1;
  int seen = 0;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (!CPU_ISSET(core, &Allowed()) || seen++ != cpu) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    return sched_setaffinity(0, sizeof one, &one) == 0 ? cpu : -1;
  }
  return -1;
}

}  // extern "C"
