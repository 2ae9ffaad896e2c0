// Where a Topology comes from: hwloc's tree, reduced to the units that the mask allows.
#include <hwloc.h>
#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "components/topology/limits.h"
#include "components/topology/topology.h"

namespace heddle {
namespace {

struct Destroy {
  void operator()(hwloc_topology* tree) const { hwloc_topology_destroy(tree); }
};
using Tree = std::unique_ptr<hwloc_topology, Destroy>;

absl::Status HwlocFailed(const char* call) {
  return absl::InternalError(absl::StrCat(call, " failed, errno ", errno));
}

// Our dense numbers for hwloc's objects, in the order in which they are asked for.
class Numbers {
 public:
  int Of(hwloc_obj_t object) {
    return numbers_.try_emplace(object, static_cast<int>(numbers_.size())).first->second;
  }
  int size() const { return static_cast<int>(numbers_.size()); }

 private:
  absl::flat_hash_map<hwloc_obj_t, int> numbers_;
};

hwloc_obj_t AncestorOr(hwloc_topology_t tree, hwloc_obj_type_t type, hwloc_obj_t object,
                       hwloc_obj_t otherwise) {
  hwloc_obj_t ancestor = hwloc_get_ancestor_obj_by_type(tree, type, object);
  return ancestor != nullptr ? ancestor : otherwise;
}

// NUMA nodes hang beside the tree of cores: the smallest that holds the unit, the first of equals.
hwloc_obj_t NumaNodeOf(hwloc_topology_t tree, hwloc_obj_t unit) {
  hwloc_obj_t best = nullptr;
  int best_weight = INT_MAX;
  for (hwloc_obj_t parent = unit; parent != nullptr && best == nullptr; parent = parent->parent) {
    for (hwloc_obj_t node = parent->memory_first_child; node != nullptr;
         node = node->next_sibling) {
      hwloc_obj_t leaf = node;  // A memory-side cache stands above its node.
      while (leaf->type != HWLOC_OBJ_NUMANODE && leaf->memory_first_child != nullptr)
        leaf = leaf->memory_first_child;
      const int weight = hwloc_bitmap_weight(leaf->cpuset);
      if (leaf->type == HWLOC_OBJ_NUMANODE && weight < best_weight) {
        best = leaf;
        best_weight = weight;
      }
    }
  }
  return best != nullptr ? best : hwloc_get_root_obj(tree);
}

// The calling thread's mask as the kernel has it, however many CPUs that is; empty where it cannot
// be read.
std::vector<bool> AffinityMask() {
  for (int cpus = 1024; cpus <= (1 << 20); cpus *= 2) {
    cpu_set_t* set = CPU_ALLOC(cpus);
    const std::size_t bytes = CPU_ALLOC_SIZE(cpus);
    CPU_ZERO_S(bytes, set);
    const bool ok = sched_getaffinity(0, bytes, set) == 0;
    std::vector<bool> mask;
    for (int cpu = 0; ok && cpu < cpus; ++cpu) mask.push_back(CPU_ISSET_S(cpu, bytes, set));
    CPU_FREE(set);
    if (ok) return mask;
    if (errno != EINVAL) break;
  }
  return {};
}

// How many units a synthetic description asks for, or nothing where a count is not a number from 1
// on: hwloc takes "-1" and "1000000" at their word and does not come back.
std::optional<std::int64_t> UnitsIn(std::string_view description) {
  std::string bare;  // Without the attributes in parentheses and attached objects in brackets.
  int depth = 0;
  for (char c : description) {
    if (c == '(' || c == '[') ++depth;
    if (depth == 0) bare += c;
    if ((c == ')' || c == ']') && --depth < 0) return std::nullopt;
  }
  std::int64_t units = 1;
  int levels = 0;
  for (absl::string_view level : absl::StrSplit(bare, ' ', absl::SkipEmpty())) {
    const std::size_t colon = level.rfind(':');
    int count = 0;
    if (!absl::SimpleAtoi(colon == level.npos ? level : level.substr(colon + 1), &count) ||
        count < 1)
      return std::nullopt;
    units = std::min<std::int64_t>(units * count, INT_MAX);
    ++levels;
  }
  if (depth != 0 || levels == 0) return std::nullopt;
  return units;
}

}  // namespace

class TopologyBuilder {
 public:
  static absl::StatusOr<Topology> Synthetic(std::string_view description) {
    const std::string text(description);
    const absl::Status bad =
        absl::InvalidArgumentError(absl::StrCat("\"", text,
                                                "\" is no machine; allowed: hwloc's synthetic form "
                                                "from the outside in, ending in pu, such as ",
                                                "\"pack:2 numa:1 l3:1 core:32 pu:2\", of at most ",
                                                Topology::kMaxSyntheticUnits, " units"));
    const std::optional<std::int64_t> units = UnitsIn(description);
    if (!units.has_value() || *units > Topology::kMaxSyntheticUnits) return bad;
    hwloc_topology_t raw = nullptr;
    if (hwloc_topology_init(&raw) != 0) return HwlocFailed("hwloc_topology_init");
    Tree tree(raw);
    if (hwloc_topology_set_synthetic(raw, text.c_str()) != 0) return bad;
    if (hwloc_topology_load(raw) != 0) return bad;
    absl::StatusOr<Topology> result = Whole(raw, absl::StrCat("synthetic \"", text, "\""));
    if (!result.ok()) return bad;
    return result;
  }

  static absl::StatusOr<Topology> ThisMachine() {
    hwloc_topology_t raw = nullptr;
    if (hwloc_topology_init(&raw) != 0) return HwlocFailed("hwloc_topology_init");
    Tree tree(raw);
    hwloc_topology_set_flags(raw, HWLOC_TOPOLOGY_FLAG_NO_DISTANCES |
                                      HWLOC_TOPOLOGY_FLAG_NO_MEMATTRS |
                                      HWLOC_TOPOLOGY_FLAG_NO_CPUKINDS);
    if (hwloc_topology_load(raw) != 0) return HwlocFailed("hwloc_topology_load");
    if (!hwloc_topology_is_thissystem(raw)) return Whole(raw, "a machine from hwloc's variables");

    const std::vector<bool> mask = AffinityMask();
    if (mask.empty()) return absl::InternalError(absl::StrCat("sched_getaffinity: errno ", errno));
    std::vector<hwloc_obj_t> allowed;
    Numbers all_cores;
    for (hwloc_obj_t pu = nullptr;
         (pu = hwloc_get_next_obj_by_type(raw, HWLOC_OBJ_PU, pu)) != nullptr;) {
      all_cores.Of(AncestorOr(raw, HWLOC_OBJ_CORE, pu, pu));
      if (pu->os_index < mask.size() && mask[pu->os_index]) allowed.push_back(pu);
    }
    absl::StatusOr<Topology> result = Build(raw, allowed);
    if (!result.ok()) return result;

    const absl::StatusOr<int> ranks = internal::LocalRanks();
    if (!ranks.ok()) return ranks.status();
    result->local_ranks_ = *ranks;
    const absl::StatusOr<double> quota = internal::CpuQuota("");
    if (quota.ok()) {
      result->cpu_quota_ = *quota;
    } else {
      result->warning_ = absl::StrCat("CPU quota not understood: ", quota.status().message());
    }
    const internal::Share share =
        internal::ShareOf(result->cores_, all_cores.size(), result->cpu_quota_, *ranks);
    result->usable_cores_ = share.usable_cores;
    result->may_bind_ = share.may_bind;
    result->ranks_have_cores_ = *ranks <= static_cast<int>(all_cores.size()) &&
                                (result->cpu_quota_ <= 0 || result->cpu_quota_ >= static_cast<double>(*ranks));
    return result;
  }

 private:
  static absl::StatusOr<Topology> Whole(hwloc_topology_t tree, std::string origin) {
    std::vector<hwloc_obj_t> pus;
    for (hwloc_obj_t pu = nullptr;
         (pu = hwloc_get_next_obj_by_type(tree, HWLOC_OBJ_PU, pu)) != nullptr;)
      pus.push_back(pu);
    absl::StatusOr<Topology> result = Build(tree, pus);
    if (!result.ok()) return result;
    result->usable_cores_ = result->cores_;
    result->synthetic_ = true;
    result->origin_ = std::move(origin);
    return result;
  }

  // `pus` in hwloc's logical order, in which neighbours are near.
  static absl::StatusOr<Topology> Build(hwloc_topology_t tree,
                                        const std::vector<hwloc_obj_t>& pus) {
    if (pus.empty())
      return absl::InternalError("hwloc knows none of the CPUs of the affinity mask");
    Topology result;
    Numbers cores, nodes, packages, l2s, l3s;
    hwloc_obj_t machine = hwloc_get_root_obj(tree);

    // Row r holds the r-th allowed unit of each core.
    std::vector<std::vector<hwloc_obj_t>> rows;
    absl::flat_hash_map<hwloc_obj_t, std::size_t> seen;
    for (hwloc_obj_t pu : pus) {
      hwloc_obj_t core = AncestorOr(tree, HWLOC_OBJ_CORE, pu, pu);
      const std::size_t row = seen[core]++;
      if (row == rows.size()) rows.emplace_back();
      rows[row].push_back(pu);
      cores.Of(core);
    }
    absl::flat_hash_map<hwloc_obj_t, std::size_t> cache_at;
    for (const std::vector<hwloc_obj_t>& row : rows) {
      for (hwloc_obj_t pu : row) {
        const int index = result.unit_count();
        result.units_.push_back(
            {.index = index,
             .os_index = static_cast<int>(pu->os_index),
             .core = cores.Of(AncestorOr(tree, HWLOC_OBJ_CORE, pu, pu)),
             .numa_node = nodes.Of(NumaNodeOf(tree, pu)),
             .package = packages.Of(AncestorOr(tree, HWLOC_OBJ_PACKAGE, pu, machine))});
        Topology::Place place;
        for (hwloc_obj_t up = pu->parent; up != nullptr; up = up->parent) {
          if (!hwloc_obj_type_is_dcache(up->type)) continue;
          if (up->type == HWLOC_OBJ_L2CACHE) place.l2 = l2s.Of(up);
          if (up->type == HWLOC_OBJ_L3CACHE) place.l3 = l3s.Of(up);
          const auto [at, fresh] = cache_at.try_emplace(up, result.caches_.size());
          if (fresh) {
            result.caches_.push_back({.level = static_cast<int>(up->attr->cache.depth),
                                      .bytes = static_cast<std::int64_t>(up->attr->cache.size),
                                      .line_bytes = static_cast<int>(up->attr->cache.linesize),
                                      .units = {}});
          }
          result.caches_[at->second].units.push_back(index);
        }
        result.places_.push_back(place);
      }
    }
    std::stable_sort(result.caches_.begin(), result.caches_.end(),
                     [](const CacheInfo& a, const CacheInfo& b) { return a.level < b.level; });
    result.cores_ = cores.size();
    result.numa_nodes_ = nodes.size();
    result.packages_ = packages.size();
    return result;
  }
};

absl::StatusOr<Topology> Topology::FromSynthetic(std::string_view description) {
  return TopologyBuilder::Synthetic(description);
}

absl::StatusOr<Topology> Topology::Detect() {
  const char* description = std::getenv("HEDDLE_TOPOLOGY");
  if (description == nullptr || *description == '\0') return TopologyBuilder::ThisMachine();
  absl::StatusOr<Topology> result = TopologyBuilder::Synthetic(description);
  if (result.ok()) return result;
  return absl::Status(result.status().code(),
                      absl::StrCat("HEDDLE_TOPOLOGY: ", result.status().message()));
}

}  // namespace heddle
