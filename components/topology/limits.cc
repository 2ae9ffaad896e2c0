#include "components/topology/limits.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace heddle::internal {
namespace {

std::optional<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  if (file.bad()) return std::nullopt;
  return text.str();
}

absl::Status Malformed(const std::string& path, absl::string_view text, absl::string_view allowed) {
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": \"", absl::StripAsciiWhitespace(text), "\"; allowed: ", allowed));
}

// A hierarchy of groups: where it is mounted, and from which group of it on.
struct Mount {
  std::string point;
  std::string group;
};

// One line of mountinfo: "36 35 98:0 /group /point options... - cgroup source super-options"
// (proc(5)).
std::optional<Mount> ParseMount(absl::string_view line, absl::string_view type,
                                absl::string_view controller) {
  const std::vector<absl::string_view> halves = absl::StrSplit(line, absl::MaxSplits(" - ", 1));
  if (halves.size() != 2) return std::nullopt;
  const std::vector<absl::string_view> mount = absl::StrSplit(halves[0], ' ');
  const std::vector<absl::string_view> system = absl::StrSplit(halves[1], ' ');
  if (mount.size() < 5 || system.size() < 3 || system[0] != type) return std::nullopt;
  const std::vector<absl::string_view> options = absl::StrSplit(system[2], ',');
  if (!controller.empty() && std::find(options.begin(), options.end(), controller) == options.end())
    return std::nullopt;
  const auto unescape = [](absl::string_view text) {
    return absl::StrReplaceAll(text,
                               {{"\\040", " "}, {"\\011", "\t"}, {"\\012", "\n"}, {"\\134", "\\"}});
  };
  return Mount{unescape(mount[4]), unescape(mount[3])};
}

// The group of this process in /proc/self/cgroup: lines of "id:controllers:path"; version 2 has no
// controllers.
std::optional<std::string> GroupOf(absl::string_view cgroup_file, absl::string_view controller) {
  for (absl::string_view line : absl::StrSplit(cgroup_file, '\n')) {
    const std::vector<absl::string_view> fields = absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (fields.size() != 3) continue;
    const std::vector<absl::string_view> controllers = absl::StrSplit(fields[1], ',');
    if (std::find(controllers.begin(), controllers.end(), controller) != controllers.end())
      return std::string(fields[2]);
  }
  return std::nullopt;
}

// The directories of the group and of all above it, down to the mount point. A group outside the
// mount (another namespace's) leaves the mount point alone.
std::vector<std::string> Directories(const std::string& root, const Mount& mount,
                                     absl::string_view group) {
  const std::string top = root + mount.point;
  absl::string_view inside = group;
  if (mount.group != "/" && absl::ConsumePrefix(&inside, mount.group)) {
    if (!inside.empty() && inside[0] != '/') inside = "";  // "/ab" is not in "/a".
  }
  if (inside.find("..") != absl::string_view::npos) inside = "";
  while (!inside.empty() && inside.back() == '/') inside.remove_suffix(1);
  std::vector<std::string> directories;
  while (!inside.empty()) {
    directories.push_back(absl::StrCat(top, inside));
    inside = inside.substr(0, inside.rfind('/'));
  }
  directories.push_back(top);
  return directories;
}

// "max 100000" or "150000 100000".
absl::StatusOr<double> QuotaV2(const std::string& directory) {
  const std::string path = directory + "/cpu.max";
  const std::optional<std::string> text = ReadFile(path);
  if (!text.has_value()) return 0.0;
  const std::vector<absl::string_view> fields =
      absl::StrSplit(*text, absl::ByAnyChar(" \n"), absl::SkipEmpty());
  std::int64_t quota = 0;
  std::int64_t period = 100'000;
  const bool period_ok =
      fields.size() == 1 || (fields.size() == 2 && absl::SimpleAtoi(fields[1], &period));
  if (period_ok && period > 0) {
    if (fields[0] == "max") return 0.0;
    if (absl::SimpleAtoi(fields[0], &quota) && quota > 0)
      return static_cast<double>(quota) / static_cast<double>(period);
  }
  return Malformed(path, *text, "\"max\" or microseconds above 0, then a period above 0");
}

absl::StatusOr<double> QuotaV1(const std::string& directory) {
  const std::string quota_path = directory + "/cpu.cfs_quota_us";
  const std::string period_path = directory + "/cpu.cfs_period_us";
  const std::optional<std::string> quota_text = ReadFile(quota_path);
  if (!quota_text.has_value()) return 0.0;
  std::int64_t quota = 0;
  if (!absl::SimpleAtoi(*quota_text, &quota) || quota == 0 || quota < -1)
    return Malformed(quota_path, *quota_text, "-1 or microseconds above 0");
  if (quota == -1) return 0.0;
  const std::optional<std::string> period_text = ReadFile(period_path);
  std::int64_t period = 100'000;
  if (period_text.has_value() && (!absl::SimpleAtoi(*period_text, &period) || period <= 0))
    return Malformed(period_path, *period_text, "microseconds above 0");
  return static_cast<double>(quota) / static_cast<double>(period);
}

}  // namespace

absl::StatusOr<double> CpuQuota(const std::string& root) {
  const std::optional<std::string> groups = ReadFile(root + "/proc/self/cgroup");
  const std::optional<std::string> mounts = ReadFile(root + "/proc/self/mountinfo");
  if (!groups.has_value() || !mounts.has_value()) return 0.0;

  double least = 0;
  const auto limit_by = [&](absl::string_view type, absl::string_view controller,
                            absl::StatusOr<double> (*read)(const std::string&)) -> absl::Status {
    const std::optional<std::string> group = GroupOf(*groups, controller);
    if (!group.has_value()) return absl::OkStatus();
    for (absl::string_view line : absl::StrSplit(*mounts, '\n')) {
      const std::optional<Mount> mount = ParseMount(line, type, controller);
      if (!mount.has_value()) continue;
      for (const std::string& directory : Directories(root, *mount, *group)) {
        const absl::StatusOr<double> quota = read(directory);
        if (!quota.ok()) return quota.status();
        if (*quota > 0 && (least == 0 || *quota < least)) least = *quota;
      }
    }
    return absl::OkStatus();
  };
  if (absl::Status status = limit_by("cgroup2", "", QuotaV2); !status.ok()) return status;
  if (absl::Status status = limit_by("cgroup", "cpu", QuotaV1); !status.ok()) return status;
  return least;
}

absl::StatusOr<int> LocalRanks() {
  for (const char* name : {"OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS",
                           "MV2_COMM_WORLD_LOCAL_SIZE", "JSM_NAMESPACE_LOCAL_SIZE"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    int ranks = 0;
    if (!absl::SimpleAtoi(value, &ranks) || ranks < 1) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, "=\"", value, "\"; allowed: a number of ranks from 1 on"));
    }
    return ranks;
  }
  return 1;
}

Share ShareOf(int mask_cores, int machine_cores, double quota, int ranks) {
  const int part = std::max(1, machine_cores / ranks);
  const bool ours_alone = ranks == 1 || (mask_cores <= part && ranks <= machine_cores);
  int cores = ranks == 1 ? mask_cores : std::min(mask_cores, part);
  bool narrowed = false;
  if (quota > 0) {
    const int quota_cores = static_cast<int>(std::min(std::ceil(quota - 1e-9), 1e9)) / ranks;
    narrowed = quota < static_cast<double>(cores) * ranks;
    cores = std::min(cores, quota_cores);
  }
  return {std::max(1, cores), ours_alone && !narrowed};
}

}  // namespace heddle::internal
