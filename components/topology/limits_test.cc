// Promised: the least quota on the way up, in both versions of cgroups; malformed files and
// variables are errors that name them; ranks share in equal parts. Not promised: what this
// machine's cgroups say.
#include "components/topology/limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace heddle::internal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// A root directory of this test's own.
class CgroupTest : public ::testing::Test {
 protected:
  CgroupTest()
      : root_(::testing::TempDir() + "/cgroup_" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::remove_all(root_);
  }
  ~CgroupTest() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(root_ + path).parent_path());
    std::ofstream(root_ + path) << text;
  }
  void WriteV2(const std::string& group) {
    Write("/proc/self/cgroup", "0::" + group + "\n");
    Write("/proc/self/mountinfo",
          "25 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
          "31 25 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n");
  }
  void WriteV1(const std::string& group, const std::string& mount_root = "/") {
    Write("/proc/self/cgroup",
          "5:cpuset:/elsewhere\n4:cpu,cpuacct:" + group + "\n1:name=systemd:/x\n0::/\n");
    Write("/proc/self/mountinfo",
          "33 25 0:28 /elsewhere /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
          "34 25 0:29 " +
              mount_root + " /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n");
  }

  const std::string root_;
};

TEST_F(CgroupTest, NoFilesAtAllSetNoLimit) { EXPECT_EQ(CpuQuota(root_).value(), 0); }

TEST_F(CgroupTest, Version2DividesQuotaByPeriod) {
  WriteV2("/user.slice/job");
  Write("/sys/fs/cgroup/user.slice/job/cpu.max", "250000 100000\n");
  EXPECT_EQ(CpuQuota(root_).value(), 2.5);
}

TEST_F(CgroupTest, Version2TakesTheLeastOnTheWayUp) {
  WriteV2("/a/b/c");
  Write("/sys/fs/cgroup/a/b/c/cpu.max", "max 100000\n");
  Write("/sys/fs/cgroup/a/b/cpu.max", "400000 100000\n");
  Write("/sys/fs/cgroup/a/cpu.max", "150000 50000\n");
  Write("/sys/fs/cgroup/a/b/other/cpu.max", "1000 100000\n");  // A sibling's is not ours.
  EXPECT_EQ(CpuQuota(root_).value(), 3);
}

TEST_F(CgroupTest, Version2ReadsTheMountPointOfANamespace) {
  WriteV2("/");
  Write("/sys/fs/cgroup/cpu.max", "50000 100000\n");
  EXPECT_EQ(CpuQuota(root_).value(), 0.5);
}

TEST_F(CgroupTest, AGroupOutsideTheNamespaceLeavesTheMountPoint) {
  WriteV2("/../../outside");
  Write("/sys/fs/cgroup/cpu.max", "200000 100000\n");
  EXPECT_EQ(CpuQuota(root_).value(), 2);
}

TEST_F(CgroupTest, Version2WithoutQuotaSetsNoLimit) {
  WriteV2("/a");
  Write("/sys/fs/cgroup/a/cpu.max", "max 100000\n");
  EXPECT_EQ(CpuQuota(root_).value(), 0);
}

TEST_F(CgroupTest, Version1DividesQuotaByPeriod) {
  WriteV1("/docker/abc");
  Write("/sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_quota_us", "300000\n");
  Write("/sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_period_us", "200000\n");
  Write("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(CpuQuota(root_).value(), 1.5);
}

TEST_F(CgroupTest, Version1TakesTheLeastOnTheWayUp) {
  WriteV1("/a/b");
  Write("/sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us", "-1\n");
  Write("/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "400000\n");
  Write("/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(CpuQuota(root_).value(), 4);
}

TEST_F(CgroupTest, Version1InAContainerIsMountedFromItsGroup) {
  WriteV1("/docker/abc/inner", "/docker/abc");
  Write("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "200000\n");
  Write("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  Write("/sys/fs/cgroup/cpu,cpuacct/inner/cpu.cfs_quota_us", "100000\n");
  Write("/sys/fs/cgroup/cpu,cpuacct/inner/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(CpuQuota(root_).value(), 1);
}

TEST_F(CgroupTest, AMountPointWithABlankIsFound) {
  Write("/proc/self/cgroup", "0::/\n");
  Write("/proc/self/mountinfo", "31 25 0:26 / /my\\040groups rw - cgroup2 none rw\n");
  Write("/my groups/cpu.max", "700000 100000\n");
  EXPECT_EQ(CpuQuota(root_).value(), 7);
}

TEST_F(CgroupTest, BothVersionsAtOnceCount) {
  Write("/proc/self/cgroup", "1:cpu:/\n0::/\n");
  Write("/proc/self/mountinfo",
        "32 31 0:29 / /cg/cpu rw - cgroup cgroup rw,cpu\n41 31 0:38 / /cg/unified rw - cgroup2 "
        "cgroup2 rw\n");
  Write("/cg/cpu/cpu.cfs_quota_us", "300000\n");
  EXPECT_EQ(CpuQuota(root_).value(), 3) << "the period is 100 ms where it is not said";
  Write("/cg/unified/cpu.max", "200000\n");
  EXPECT_EQ(CpuQuota(root_).value(), 2);
}

TEST_F(CgroupTest, AMalformedVersion2FileIsNamedWithItsContents) {
  WriteV2("/a");
  for (const char* bad :
       {"", "\n", "many 100000\n", "100000 0\n", "100000 x\n", "-5 100000\n", "0 100000\n",
        "max 1 2\n", "99999999999999999999 100000\n", "1.5 100000\n"}) {
    Write("/sys/fs/cgroup/a/cpu.max", bad);
    const absl::StatusOr<double> quota = CpuQuota(root_);
    ASSERT_EQ(quota.status().code(), absl::StatusCode::kInvalidArgument) << bad;
    const std::string contents(bad, std::string(bad).find('\n') == std::string::npos
                                        ? std::string(bad).size()
                                        : std::string(bad).find('\n'));
    EXPECT_THAT(
        std::string(quota.status().message()),
        AllOf(HasSubstr("/a/cpu.max"), HasSubstr("\"" + contents + "\""), HasSubstr("allowed: ")));
  }
}

TEST_F(CgroupTest, AMalformedVersion1FileIsNamedWithItsContents) {
  WriteV1("/a");
  const std::string group = "/sys/fs/cgroup/cpu,cpuacct/a/";
  for (const char* bad : {"", "-2", "0", "x"}) {
    Write(group + "cpu.cfs_quota_us", bad);
    EXPECT_THAT(std::string(CpuQuota(root_).status().message()), HasSubstr("a/cpu.cfs_quota_us"))
        << bad;
  }
  Write(group + "cpu.cfs_quota_us", "100000\n");
  for (const char* bad : {"", "0", "-1", "1e5"}) {
    Write(group + "cpu.cfs_period_us", bad);
    EXPECT_THAT(std::string(CpuQuota(root_).status().message()), HasSubstr("a/cpu.cfs_period_us"))
        << bad;
  }
}

TEST_F(CgroupTest, MalformedProcFilesSetNoLimit) {
  WriteV2("/");
  Write("/sys/fs/cgroup/cpu.max", "100000 100000\n");
  ASSERT_EQ(CpuQuota(root_).value(), 1);
  for (const char* bad : {"", "\n\n", "0:", "0", "\xff\xfe", "0:cpu/x"}) {
    Write("/proc/self/cgroup", bad);
    EXPECT_EQ(CpuQuota(root_).value(), 0) << bad;
  }
  Write("/proc/self/cgroup", "0::/\n");
  for (const char* bad : {"", "\n\n", " - ", "1 2 3 4 5 - cgroup2", "- cgroup2 x rw", "\xff\xfe"}) {
    Write("/proc/self/mountinfo", bad);
    EXPECT_EQ(CpuQuota(root_).value(), 0) << bad;
  }
}

TEST(ThisMachineTest, ItsOwnCgroupsAreUnderstood) {
  const absl::StatusOr<double> quota = CpuQuota("");
  ASSERT_TRUE(quota.ok()) << quota.status();
  EXPECT_GE(*quota, 0);
}

class RanksTest : public ::testing::Test {
 protected:
  RanksTest() { Clear(); }
  ~RanksTest() override { Clear(); }
  static void Clear() {
    unsetenv("OMPI_COMM_WORLD_LOCAL_SIZE");
    unsetenv("MPI_LOCALNRANKS");
  }
};

TEST_F(RanksTest, WithoutALauncherThereIsOneRank) { EXPECT_EQ(LocalRanks().value(), 1); }

TEST_F(RanksTest, OpenMpiAndMpichSayHowManyRanksThereAre) {
  setenv("MPI_LOCALNRANKS", "3", 1);
  EXPECT_EQ(LocalRanks().value(), 3);
  setenv("OMPI_COMM_WORLD_LOCAL_SIZE", "4", 1);
  EXPECT_EQ(LocalRanks().value(), 4);
}

TEST_F(RanksTest, ABadCountIsAnErrorThatNamesVariableAndValue) {
  for (const char* bad : {"0", "-1", "two", "2x", "99999999999"}) {
    setenv("OMPI_COMM_WORLD_LOCAL_SIZE", bad, 1);
    const absl::StatusOr<int> ranks = LocalRanks();
    ASSERT_EQ(ranks.status().code(), absl::StatusCode::kInvalidArgument) << bad;
    EXPECT_THAT(
        std::string(ranks.status().message()),
        AllOf(HasSubstr("OMPI_COMM_WORLD_LOCAL_SIZE=\""), HasSubstr(bad), HasSubstr("allowed: ")));
  }
}

void ExpectShare(Share share, int usable_cores, bool may_bind) {
  EXPECT_EQ(share.usable_cores, usable_cores);
  EXPECT_EQ(share.may_bind, may_bind);
}

TEST(ShareTest, OneProcessHasItsWholeMask) {
  ExpectShare(ShareOf(8, 8, 0, 1), 8, true);
  ExpectShare(ShareOf(3, 8, 0, 1), 3, true);
}

TEST(ShareTest, TheCeilingOfTheQuotaNarrows) {
  ExpectShare(ShareOf(8, 8, 2.5, 1), 3, false);
  ExpectShare(ShareOf(8, 8, 3, 1), 3, false);
  ExpectShare(ShareOf(8, 8, 0.1, 1), 1, false);
}

TEST(ShareTest, AQuotaOfTheMaskOrMoreDoesNotNarrow) {
  ExpectShare(ShareOf(8, 8, 8, 1), 8, true);
  ExpectShare(ShareOf(2, 8, 7.5, 1), 2, true);
  ExpectShare(ShareOf(2, 8, 1e300, 1), 2, true);
}

TEST(ShareTest, RanksWithTheWholeMachineInTheirMaskShareItUnbound) {
  ExpectShare(ShareOf(8, 8, 0, 2), 4, false);
  ExpectShare(ShareOf(8, 8, 0, 3), 2, false);
  ExpectShare(ShareOf(8, 8, 0, 100), 1, false);
}

TEST(ShareTest, AMaskThatIsDividedAlreadyIsNotDividedAgain) {
  ExpectShare(ShareOf(4, 8, 0, 2), 4, true);
  ExpectShare(ShareOf(1, 8, 0, 8), 1, true);
}

TEST(ShareTest, RanksThatOverlapOnASocketTakeTheirPartOfTheMachine) {
  ExpectShare(ShareOf(16, 32, 0, 8), 4, false);
}

TEST(ShareTest, RanksShareTheQuota) {
  ExpectShare(ShareOf(8, 8, 4, 2), 2, false);
  ExpectShare(ShareOf(4, 8, 4, 2), 2, false);
  ExpectShare(ShareOf(4, 8, 8, 2), 4, true);
}

}  // namespace
}  // namespace heddle::internal
