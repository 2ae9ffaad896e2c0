// What benchmarks and stress tests of several packages have in common: threads on cores, and times of
// single events of which the median counts, since a few hit an interruption.
#ifndef HEDDLE_COMPONENTS_BASE_MEASURING_FOR_TEST_H_
#define HEDDLE_COMPONENTS_BASE_MEASURING_FOR_TEST_H_

#include <sched.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "components/base/clock.h"

namespace heddle {

// The cores that the process may use, as found by the first call: before any thread is bound. A
// thread inherits the binding of the one that starts it, which says nothing about the machine.
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

// Binds the calling thread as long as it lives; for benchmarks, whose first thread goes on with
// others.
class ScopedBinding {
 public:
  explicit ScopedBinding(int index) {
    bound_ = sched_getaffinity(0, sizeof(before_), &before_) == 0;
    BindToCore(index);
  }
  ~ScopedBinding() {
    if (bound_) sched_setaffinity(0, sizeof(before_), &before_);
  }
  ScopedBinding(const ScopedBinding&) = delete;
  ScopedBinding& operator=(const ScopedBinding&) = delete;

 private:
  cpu_set_t before_;
  bool bound_;
};

inline void SpinFor(std::int64_t ns) {
  for (const std::int64_t begin = NowNs(); NowNs() - begin < ns;) CpuRelax();
}

// Single times in ns; reported as counters of a Google Benchmark's state.
class Latencies {
 public:
  void Add(std::int64_t ns) { ns_.push_back(static_cast<double>(ns)); }
  template <class State>
  void Report(State& state) {
    if (ns_.empty()) return;
    std::sort(ns_.begin(), ns_.end());
    state.counters["best_ns"] = ns_.front();
    state.counters["median_ns"] = ns_[ns_.size() / 2];
  }

 private:
  std::vector<double> ns_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_BASE_MEASURING_FOR_TEST_H_
