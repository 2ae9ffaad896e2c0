// What the benchmarks of latencies between two cores have in common: threads on cores, and times of
// single events of which the median counts, since a few hit an interruption.
#ifndef HEDDLE_TESTS_PEERS_LATENCY_H_
#define HEDDLE_TESTS_PEERS_LATENCY_H_

#include <benchmark/benchmark.h>
#include <sched.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "components/base/clock.h"

namespace heddle::peers {

// The cores that the process may use, as found by the first call: before any thread is bound.
inline const std::vector<int>& UsableCores() {
  static const std::vector<int> cores = [] {
    std::vector<int> found;
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return found;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(cpu, &allowed)) found.push_back(cpu);
    }
    return found;
  }();
  return cores;
}

// Binds the calling thread to the `index`-th of them, cyclically. The kernel likes to leave two
// short-lived busy threads on one core.
inline void BindToCore(int index) {
  const std::vector<int>& cores = UsableCores();
  if (cores.empty()) return;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(cores[static_cast<std::size_t>(index) % cores.size()], &one);
  sched_setaffinity(0, sizeof(one), &one);
}

// Gives the calling thread all usable cores back.
inline void Unbind() {
  cpu_set_t all;
  CPU_ZERO(&all);
  for (const int core : UsableCores()) CPU_SET(core, &all);
  if (!UsableCores().empty()) sched_setaffinity(0, sizeof(all), &all);
}

inline void SpinFor(std::int64_t ns) {
  for (const std::int64_t begin = NowNs(); NowNs() - begin < ns;) CpuRelax();
}

// Single times in ns; reported as counters of the benchmark.
class Latencies {
 public:
  void Add(std::int64_t ns) { ns_.push_back(static_cast<double>(ns)); }
  void Report(benchmark::State& state) {
    if (ns_.empty()) return;
    std::sort(ns_.begin(), ns_.end());
    state.counters["best_ns"] = ns_.front();
    state.counters["median_ns"] = ns_[ns_.size() / 2];
  }

 private:
  std::vector<double> ns_;
};

}  // namespace heddle::peers

#endif  // HEDDLE_TESTS_PEERS_LATENCY_H_
