#include "components/topology/topology.h"

#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "components/base/check.h"

namespace heddle {
namespace {

std::string Count(int n, const char* noun) { return absl::StrCat(n, " ", noun, n == 1 ? "" : "s"); }

}  // namespace

int Topology::Distance(int a, int b) const {
  HEDDLE_CHECK(a >= 0 && a < unit_count()) << "unit " << a << " of " << unit_count();
  HEDDLE_CHECK(b >= 0 && b < unit_count()) << "unit " << b << " of " << unit_count();
  const ProcessingUnit& u = units_[a];
  const ProcessingUnit& v = units_[b];
  if (u.core == v.core) return 0;
  if (places_[a].l2 >= 0 && places_[a].l2 == places_[b].l2) return 1;
  if (places_[a].l3 >= 0 && places_[a].l3 == places_[b].l3) return 2;
  // A NUMA node larger than a package says nothing about nearness: hwloc invents one where the
  // machine names none.
  if (u.package != v.package) return 5;
  return u.numa_node == v.numa_node ? 3 : 4;
}

std::vector<std::vector<int>> Topology::StealOrder(int unit, int limit) const {
  limit = std::min(limit, unit_count());
  std::vector<std::vector<int>> rings(kMaxDistance + 1);
  for (int step = 1; step <= limit; ++step) {
    // From `unit` + 1 on, around; a unit outside [0, limit) starts at 0.
    const int victim = unit < limit ? (unit + step) % limit : step - 1;
    if (victim != unit) rings[Distance(unit, victim)].push_back(victim);
  }
  std::erase_if(rings, [](const std::vector<int>& ring) { return ring.empty(); });
  return rings;
}

absl::Status Topology::BindCurrentThread(int unit) const {
  HEDDLE_CHECK(unit >= 0 && unit < unit_count()) << "unit " << unit << " of " << unit_count();
  if (synthetic_) {
    return absl::FailedPreconditionError(absl::StrCat(
        "cannot bind to unit ", unit, " of a machine that is not this one: ", origin_));
  }
  const int cpu = units_[unit].os_index;
  cpu_set_t* set = CPU_ALLOC(cpu + 1);
  const std::size_t bytes = CPU_ALLOC_SIZE(cpu + 1);
  CPU_ZERO_S(bytes, set);
  CPU_SET_S(cpu, bytes, set);
  const int error = sched_setaffinity(0, bytes, set) == 0 ? 0 : errno;
  CPU_FREE(set);
  if (error == 0) return absl::OkStatus();
  return absl::ErrnoToStatus(
      error, absl::StrCat("sched_setaffinity to unit ", unit, " (CPU ", cpu, "), errno ", error));
}

std::string Topology::Describe() const {
  std::string line =
      absl::StrCat(usable_cores_, " of ", Count(cores_, "core"), " (", Count(unit_count(), "unit"),
                   "), ", Count(packages_, "package"), ", ", Count(numa_nodes_, "NUMA node"));
  for (std::size_t i = 0; i < caches_.size(); ++i) {
    if (i > 0 && caches_[i].level == caches_[i - 1].level) continue;
    absl::StrAppend(&line, ", L", caches_[i].level, " ", caches_[i].bytes / 1024, " KiB for ",
                    Count(static_cast<int>(caches_[i].units.size()), "unit"));
  }
  if (cpu_quota_ > 0) absl::StrAppend(&line, ", CPU quota ", cpu_quota_);
  if (local_ranks_ > 1) absl::StrAppend(&line, ", ", local_ranks_, " local ranks");
  absl::StrAppend(&line, may_bind_ ? ", may bind" : ", no binding");
  if (!origin_.empty()) absl::StrAppend(&line, ", ", origin_);
  if (!warning_.empty()) absl::StrAppend(&line, ", ", warning_);
  return line;
}

}  // namespace heddle
