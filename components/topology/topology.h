// What this process may use of the machine: processing units (PUs), cores, caches and NUMA nodes,
// who is near whom, and how many cores are ours when the affinity mask, the cgroup CPU quota and
// the other MPI ranks of this node are counted.
//
//   absl::StatusOr<Topology> machine = Topology::Detect();
//   for (int slot = 0; slot < machine->usable_cores(); ++slot) {
//     std::vector<std::vector<int>> victims = machine->StealOrder(slot, machine->usable_cores());
//   }
//
// Thread safety: a Topology is immutable: any thread, no synchronisation.  Errors: an index out of
// range dies in a CHECK.
#ifndef HEDDLE_COMPONENTS_TOPOLOGY_TOPOLOGY_H_
#define HEDDLE_COMPONENTS_TOPOLOGY_TOPOLOGY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace heddle {

// A hardware thread that the mask allows. Numbers are ours and dense, os_index apart.
struct ProcessingUnit {
  int index;
  int os_index;  // What sched_setaffinity() and /proc call it.
  int core;
  int numa_node;  // The smallest that holds it; of equals the first (DRAM before HBM).
  int package;    // 0 where hwloc names no package.
};

// A data or unified cache that an allowed unit uses.
struct CacheInfo {
  int level;               // 1, 2, 3, ...
  std::int64_t bytes;      // 0: unknown.
  int line_bytes;          // 0: unknown.
  std::vector<int> units;  // Who shares it, ascending; only allowed units.
};

class Topology {
 public:
  // Describes this machine as the calling thread may use it; or the machine in HEDDLE_TOPOLOGY if
  // that is set and not empty, whole, without mask, quota and ranks. A machine that hwloc's own
  // variables (HWLOC_SYNTHETIC, HWLOC_XMLFILE) replace is likewise taken whole. Blocking: reads
  // files in /proc and /sys.  Cost: milliseconds.  Call it before threads are bound: the mask is
  // the caller's. Errors: InvalidArgument for HEDDLE_TOPOLOGY or a launcher's count of ranks,
  // naming variable, value and what is allowed; Internal where hwloc cannot read the machine. An
  // unreadable quota is no error but counts as none, and Describe() says so.
  static absl::StatusOr<Topology> Detect();

  // Describes a machine that need not exist: hwloc's synthetic form, "pack:2 numa:1 l3:1 core:32
  // pu:2", from the outside in, ending in pu, of at most kMaxSyntheticUnits units. Nothing can be
  // bound to it. Errors: InvalidArgument with the description and what is allowed.
  static absl::StatusOr<Topology> FromSynthetic(std::string_view description);
  static constexpr int kMaxSyntheticUnits = 8192;

  // Units that the mask allows; at least one.
  int unit_count() const { return static_cast<int>(units_.size()); }

  // Cores of which the mask allows at least one unit.
  int cores() const { return cores_; }

  // Slots: as many threads as should run at once. The smaller of the cores of the mask and the
  // ceiling of the CPU quota, after the ranks of this node have taken their shares of machine and
  // quota. At least one, at most cores().
  int usable_cores() const { return usable_cores_; }

  // CPUs' worth of time that the cgroups allow all their processes together; 0: no limit.
  double cpu_quota() const { return cpu_quota_; }

  // MPI ranks on this node, this process included.
  int local_ranks() const { return local_ranks_; }
  // Whether each of them can have a core to itself: who waits for another rank need not leave its core to it.
  bool ranks_have_cores() const { return ranks_have_cores_; }

  // True where binding threads can only help: the mask is ours alone and no quota narrows it. Never
  // for a synthetic machine.
  bool may_bind() const { return may_bind_; }
  bool synthetic() const { return synthetic_; }

  // units()[i].index == i. The first unit of each core comes first, [0, cores()); then the second
  // ones (hyperthreads), and so on. Within each of these rows neighbours are near each other, so
  // that [0, n) is compact.
  const std::vector<ProcessingUnit>& units() const { return units_; }

  // NUMA nodes and packages that hold an allowed unit; at least one.
  int numa_nodes() const { return numa_nodes_; }
  int packages() const { return packages_; }

  // By level, then by first unit.
  const std::vector<CacheInfo>& caches() const { return caches_; }

  // How far two units are from each other: 0 same core (also a == b), 1 they share the L2 cache, 2
  // the L3 cache, 3 the NUMA node within one package, 4 the package, 5 nothing of these.  Cost:
  // O(1).
  int Distance(int a, int b) const;
  static constexpr int kMaxDistance = 5;

  // Whom `unit` steals from: the other units of [0, limit), in rings of growing distance; no ring
  // is empty, and a limit above unit_count() is as good as that. Each ring starts with the first
  // unit after `unit` and wraps around, so that neighbours do not all begin at the same victim.
  // Cost: O(limit), allocates.
  std::vector<std::vector<int>> StealOrder(int unit, int limit) const;

  // Lets the calling thread run on `unit` only, whatever may_bind() says.
  // Blocking: may wait for the kernel to move the thread.  Cost: a system call.
  // Errors: FailedPrecondition for a synthetic machine; else from errno, naming unit and errno.
  absl::Status BindCurrentThread(int unit) const;

  // One line for humans: "2 of 2 cores (4 units), 1 package, ...".
  std::string Describe() const;

 private:
  friend class TopologyBuilder;

  // The groups that a unit belongs to, as far as Distance() cares; -1: none.
  struct Place {
    int l2 = -1;
    int l3 = -1;
  };

  Topology() = default;

  std::vector<ProcessingUnit> units_;
  std::vector<Place> places_;  // Beside units_.
  std::vector<CacheInfo> caches_;
  int cores_ = 0;
  int numa_nodes_ = 0;
  int packages_ = 0;
  int usable_cores_ = 0;
  int local_ranks_ = 1;
  bool ranks_have_cores_ = true;
  double cpu_quota_ = 0;
  bool may_bind_ = false;
  bool synthetic_ = false;
  std::string origin_;   // What Describe() says of a machine that is not this one.
  std::string warning_;  // What Detect() could not find out.
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_TOPOLOGY_TOPOLOGY_H_
