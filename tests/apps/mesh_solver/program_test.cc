// Options, the search for the mesh, the reports.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include "tests/apps/mesh_solver/mesh_input.h"
#include "tests/apps/mesh_solver/options.h"
#include "tests/apps/mesh_solver/progress.h"
#include "tests/apps/mesh_solver/report.h"

namespace heddle::mesh {
namespace {

using testing::HasSubstr;

TEST(Options, AreTakenInAnyOrder) {
  const auto options =
      ParseOptions({"--tile=64", "a.graph", "--repeat=3", "--json", "--dt=0.25", "--workers=2",
                    "--frontend=serial", "--trace=t", "--peer-threads=0"});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->mesh, "a.graph");
  EXPECT_EQ(options->tile, 64);
  EXPECT_EQ(options->repeat, 3);
  EXPECT_EQ(options->workers, 2);
  EXPECT_EQ(options->dt, 0.25);
  EXPECT_EQ(options->trace_file, "t");
  EXPECT_EQ(options->peer_threads, 0);
  EXPECT_TRUE(options->json);
}

TEST(Options, FilesWithADashStandBehindTwo) {
  const auto options = ParseOptions({"--", "--json"});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->mesh, "--json");
}

TEST(Options, ABadOneIsNamedWithItsValueAndWhatIsAllowed) {
  const struct {
    const char* argument;
    const char* message;
  } kCases[] = {
      {"--workers=0", "--workers=0: allowed is a number in 1..1024"},
      {"--workers=", "--workers=: allowed is a number in 1..1024"},
      {"--workers", "--workers=: allowed is a number in 1..1024"},
      {"--tile=7", "--tile=7: allowed is a number in 8..4096"},
      {"--tile=64k", "--tile=64k: allowed"},
      {"--repeat=99999999999999", "allowed is a number in 1..1000"},
      {"--dt=nan", "--dt=nan: allowed is a number in 0..1e+06"},
      {"--dt=-1", "--dt=-1: allowed"},
      {"--trace=", "the name of a file"},
      {"--frontend=tbb", "--frontend=tbb: allowed are serial"},
      {"--speed=9", "--speed is not an option; allowed are --frontend=NAME"},
      {"-x", "-x is not an option"},
      {"--frontend=al", "parsec-dtd, all, list"},
  };
  for (const auto& wrong : kCases) {
    const auto options = ParseOptions({wrong.argument});
    ASSERT_FALSE(options.ok()) << wrong.argument;
    EXPECT_THAT(std::string(options.status().message()), HasSubstr(wrong.message));
  }
  EXPECT_FALSE(ParseOptions({"a", "b"}).ok());
  EXPECT_FALSE(ParseOptions({"--frontend=all", "--peer-threads=2"}).ok());
  EXPECT_TRUE(ParseOptions({"--frontend=all", "--peer-threads=0"}).ok());
}

class MeshInputTest : public testing::Test {
 protected:
  MeshInputTest() : folder_(testing::TempDir() + "/mesh_input_test") {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ + "/cache/heddle/meshes");
    setenv("HEDDLE_MESH_DIR", folder_.c_str(), 1);
    setenv("XDG_CACHE_HOME", (folder_ + "/cache").c_str(), 1);
  }
  ~MeshInputTest() override {
    unsetenv("HEDDLE_MESH_DIR");
    unsetenv("XDG_CACHE_HOME");
  }
  std::string Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << text;
    return folder_ + "/" + name;
  }
  const std::string folder_;
};

TEST_F(MeshInputTest, ThePathIsTakenBeforeTheFolders) {
  const std::string path = Write("x.graph", "1 0\n\n");
  EXPECT_EQ(*LocateMesh(path), path);
  EXPECT_EQ(*LocateMesh("x.graph"), path);
}

TEST_F(MeshInputTest, TheDefaultIsFoundInTheFolderOfTheEnvironmentFirst) {
  const std::string path = Write(kDefaultMesh, "1 0\n\n");
  EXPECT_EQ(*LocateMesh(""), path);
}

TEST_F(MeshInputTest, TheCacheIsSearchedLast) {
  const std::string path = Write("cache/heddle/meshes/only_there.graph", "1 0\n\n");
  EXPECT_EQ(*LocateMesh("only_there.graph"), path);
}

TEST_F(MeshInputTest, AMissingMeshNamesThePlacesAndTheCommand) {
  const auto path = LocateMesh("no_such.graph");
  ASSERT_FALSE(path.ok());
  const std::string message(path.status().message());
  EXPECT_THAT(message, HasSubstr(folder_));
  EXPECT_THAT(message, HasSubstr("tools/setup"));
  EXPECT_THAT(std::string(LocateMesh("/no/such").status().message()),
              HasSubstr("/no/such: no such file"));
}

TEST_F(MeshInputTest, TheFormatIsToldByTheContentAndTheEnding) {
  EXPECT_EQ(ReadProblem(Write("a", "2 1\n2\n1\n"), 1)->matrix.size(), 2);
  const std::string market = "%%MatrixMarket matrix coordinate real symmetric\n1 1 1\n1 1 2\n";
  EXPECT_EQ(ReadProblem(Write("b", market), 1)->kind, "the matrix as given");
  EXPECT_THAT(std::string(ReadProblem(Write("c.mtx", "2 1\n2\n1\n"), 1).status().message()),
              HasSubstr("MatrixMarket"));
}

TEST_F(MeshInputTest, CompressedFilesAndFoldersAreNamedAsSuch) {
  EXPECT_THAT(std::string(ReadProblem(Write("d.gz", "\x1f\x8b\x08"), 1).status().message()),
              HasSubstr("compressed"));
  EXPECT_THAT(std::string(ReadProblem(folder_, 1).status().message()), HasSubstr("is a folder"));
  EXPECT_THAT(std::string(LocateMesh(folder_).status().message()), HasSubstr("is a folder"));
  EXPECT_FALSE(ReadProblem(folder_ + "/none", 1).ok());
}

TEST(Report, TheMedianOfAnEvenNumberIsTheMeanOfTheMiddle) {
  EXPECT_EQ(Median({}), 0);
  EXPECT_EQ(Median({3, 1, 2}), 2);
  EXPECT_EQ(Median({4, 1, 2, 3}), 2.5);
}

TEST(Report, JsonQuotesNamesAndHasNoNumbersThatJsonLacks) {
  RunReport report;
  report.mesh = "a\"b\\c\n\xff";
  report.residual = std::numeric_limits<double>::quiet_NaN();
  report.rounds.push_back({1.0, 3, {1, 2}, 2, -1});
  const std::string json = JsonReport(report);
  EXPECT_THAT(json, HasSubstr(R"("mesh": "a\"b\\c\u000a\u00ff")"));
  EXPECT_THAT(json, HasSubstr(R"("residual": null)"));
  EXPECT_THAT(json, HasSubstr(R"("tasks_per_worker": [1, 2])"));
  EXPECT_THAT(json, HasSubstr(R"("dpbtrf_threaded": null)"));
}

TogetherReport Together() {
  TogetherReport report;
  report.slots = 2;
  report.submitting = 1;
  report.most_bodies = 2;
  report.most_running = 4;
  report.mean_running = 2.5;
  report.wall = {4.0};
  report.rows.push_back({"one", 2, {1.0, 3.0}, {2.0, 4.0}, 1e-15});
  report.rows.push_back({"other", 2, {1.0}, {2.0}, 2e-15});
  return report;
}

TEST(TogetherReport, HasNoFaultWhereResidualsAndThreadsAreRight) {
  EXPECT_EQ(TogetherFault(Together(), 1e-12), "");
  EXPECT_THAT(TogetherText(Together()), HasSubstr("other"));
  EXPECT_THAT(TogetherJson(Together()), HasSubstr(R"("together_seconds": [2, 4])"));
}

TEST(TogetherReport, NamesTheFrontendWithTheWrongResidual) {
  for (const double wrong : {1e-12, std::numeric_limits<double>::quiet_NaN()}) {
    TogetherReport report = Together();
    report.rows[1].residual = wrong;
    EXPECT_THAT(TogetherFault(report, 1e-12), HasSubstr("other: the residual is "));
  }
}

TEST(TogetherReport, MoreBodiesThanSlotsOrMoreThreadsThanAllowedAreFaults) {
  TogetherReport report = Together();
  report.most_bodies = 3;
  EXPECT_THAT(TogetherFault(report, 1e-12), HasSubstr("3 task bodies ran at once, allowed are 2"));
  report = Together();
  report.mean_running = 3.5;
  report.samples = 49;
  EXPECT_EQ(TogetherFault(report, 1e-12), "");
  report.samples = 50;
  EXPECT_THAT(TogetherFault(report, 1e-12),
              HasSubstr("3.5 threads ran in the mean, allowed are 3"));
}

TEST(Progress, TheBarGrowsToItsEnd) {
  EXPECT_THAT(ProgressBar(0, 10, 0), HasSubstr("[>"));
  EXPECT_THAT(ProgressBar(5, 10, 1.5), HasSubstr(" 50 %    1.5 s"));
  EXPECT_THAT(ProgressBar(10, 10, 2), HasSubstr("=] 100 %"));
  EXPECT_EQ(ProgressBar(1, 10, 0).size(), ProgressBar(10, 10, 0).size());
}

}  // namespace
}  // namespace heddle::mesh
