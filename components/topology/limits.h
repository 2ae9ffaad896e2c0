// How much of the machine is ours: the CPU quota of the cgroups, the MPI ranks of this node, and
// what follows from them. Private to components/topology.
//
// Thread safety: any thread that does not race with setenv().  Blocking: CpuQuota() reads small
// files.
#ifndef HEDDLE_COMPONENTS_TOPOLOGY_LIMITS_H_
#define HEDDLE_COMPONENTS_TOPOLOGY_LIMITS_H_

#include <string>

#include "absl/status/statusor.h"

namespace heddle::internal {

// CPUs' worth of time that the cgroups of this process allow, or 0 where they set no limit: the
// least of quota / period in its group and all groups above it that are visible, in version 2
// (cpu.max) and in the hierarchy of version 1 that has the cpu controller (cpu.cfs_quota_us,
// cpu.cfs_period_us).
//
// Reads `root`/proc/self/cgroup and `root`/proc/self/mountinfo, and the groups below `root`: "" is
// this machine, anything else a test's. Files that are missing or may not be read set no limit.
// Errors: InvalidArgument for a file that reads as nothing the kernel documents, with its path and
// contents.
absl::StatusOr<double> CpuQuota(const std::string& root);

// MPI ranks on this node, from the launcher's environment (Open MPI, MPICH's Hydra, MVAPICH,
// Spectrum's JSM); 1 where none says. Errors: InvalidArgument, naming variable, value and what is
// allowed.
absl::StatusOr<int> LocalRanks();

struct Share {
  int usable_cores;
  bool may_bind;
};

// The share of one of `ranks` processes whose mask allows `mask_cores` of the `machine_cores` of
// this node.
//
// Ranks share machine and quota in equal parts. A mask that is no larger than such a part is taken
// to be divided already, and is ours alone. A larger one overlaps with others' (Open MPI binds to
// whole sockets where there are more than two ranks), so that only the part counts. One process
// alone has its whole mask.
Share ShareOf(int mask_cores, int machine_cores, double quota, int ranks);

}  // namespace heddle::internal

#endif  // HEDDLE_COMPONENTS_TOPOLOGY_LIMITS_H_
