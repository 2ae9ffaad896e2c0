// parsec-ptgpp as programs call it: its options, its exit status, and that outputs are there whole
// or stay as they were. That what it generates is right is not tested here.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "frontends/parsec/ptgpp/check.h"
#include "gtest/gtest.h"

namespace heddle::ptgpp {
namespace {

namespace fs = std::filesystem;

constexpr char kGood[] =
    "D [type = \"parsec_data_collection_t*\"]\nT(k)\nk = 0 .. 3\n: D(k)\nRW A <- D(k)\n -> "
    "D(k)\nBODY\n  (void)A;\nEND\n";
constexpr char kWarned[] =
    "D [type = \"parsec_data_collection_t*\"]\nT(k)\nk = 0 .. 3\n: D(k)\nRW A <- D(k + 1)\n -> "
    "D(k)\nBODY\nEND\n";

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Program : public ::testing::Test {
 protected:
  Program() : program_(fs::absolute("frontends/parsec/ptgpp/parsec-ptgpp")) {
    const char* const scratch = std::getenv("TEST_TMPDIR");
    folder_ =
        fs::path(scratch != nullptr ? scratch : "/tmp") / ("ptgpp_" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  ~Program() override { fs::remove_all(folder_); }
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }
  std::string Read(const std::string& name) { return ReadFile(folder_ / name); }
  bool Exists(const std::string& name) { return fs::exists(folder_ / name); }
  // The exit status; what it prints is in output().
  int Run(const std::string& arguments, const std::string& environment = "") {
    const std::string command = "cd " + folder_.string() + " && " + environment + " " +
                                program_.string() + " " + arguments + " > out 2>&1";
    const int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string output() { return Read("out"); }
  // Files but for those that the test itself wrote.
  int Count() {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(folder_))
      count += entry.path() != folder_ / "out" ? 1 : 0;
    return count;
  }

  fs::path program_, folder_;
};

TEST_F(Program, WritesHeaderAndSourceWhereItIsTold) {
  Write("x.jdf", kGood);
  EXPECT_EQ(Run("-E -i x.jdf -o y"), 0) << output();
  EXPECT_NE(Read("y.h").find("parsec_y_new"), std::string::npos);
  EXPECT_NE(Read("y.c").find("#include \"y.h\""), std::string::npos);
  EXPECT_EQ(Run("--preproc --input=x.jdf -Ca.c -H b.h --function-name z"), 0) << output();
  EXPECT_NE(Read("b.h").find("parsec_z_new"), std::string::npos);
  EXPECT_NE(Read("a.c").find("#include \"b.h\""), std::string::npos);
  EXPECT_EQ(Count(), 5);
}

TEST_F(Program, ReadsStandardInput) {
  Write("x.jdf", kGood);
  EXPECT_EQ(Run("-E -o y < x.jdf"), 0) << output();
  EXPECT_NE(Read("y.c").find("(stdin)"), std::string::npos);
}

TEST_F(Program, LineDirectivesCanBeLeftOut) {
  Write("x.jdf", kGood);
  EXPECT_EQ(Run("-E -i x.jdf -o y"), 0);
  EXPECT_NE(Read("y.c").find("x.jdf\""), std::string::npos);
  EXPECT_EQ(Run("-E -i x.jdf -o y --noline"), 0);
  EXPECT_EQ(Read("y.c").find("#line"), std::string::npos);
}

TEST_F(Program, AnErrorLeavesWhatWasThere) {
  Write("x.jdf", std::string(kGood) + "U(k)\n");
  Write("y.c", "old");
  EXPECT_EQ(Run("-E -i x.jdf -o y"), 1);
  EXPECT_EQ(output().find("x.jdf:11:1: error: "), 0u) << output();
  EXPECT_EQ(Read("y.c"), "old");
  EXPECT_EQ(Count(), 2);
}

TEST_F(Program, NothingIsLeftWhereAFileCannotBeWritten) {
  Write("x.jdf", kGood);
  EXPECT_EQ(Run("-E -i x.jdf -o y -C missing/y.c"), 1);
  EXPECT_NE(output().find("cannot write missing/y.c"), std::string::npos);
  EXPECT_EQ(Count(), 1);
  EXPECT_EQ(Run("-E -i nothere.jdf -o y"), 1);
  EXPECT_NE(output().find("cannot read nothere.jdf"), std::string::npos);
}

TEST_F(Program, WritesIntoDevicesAndThroughLinks) {
  Write("x.jdf", kGood);
  Write("real.c", "old");
  fs::create_symlink("real.c", folder_ / "link.c");
  EXPECT_EQ(Run("-E -i x.jdf -o y -H /dev/null -C link.c"), 0) << output();
  EXPECT_TRUE(fs::is_symlink(folder_ / "link.c"));
  EXPECT_NE(Read("real.c").find("y"), std::string::npos);
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(Program, WarningsCanBeErrorsOrSilent) {
  Write("x.jdf", kWarned);
  EXPECT_EQ(Run("-E -i x.jdf -o y"), 0);
  EXPECT_NE(output().find("warning: "), std::string::npos);
  EXPECT_EQ(Run("-E -i x.jdf -o z --Werror"), 1);
  EXPECT_FALSE(Exists("z.c"));
  EXPECT_EQ(Run("-E -i x.jdf -o z --Werror --Wremoteref"), 0) << output();
  EXPECT_EQ(output(), "");
}

TEST_F(Program, WrongOptionsAreRefused) {
  Write("x.jdf", kGood);
  EXPECT_EQ(Run("-E -i x.jdf -M list"), 1);
  EXPECT_NE(output().find("-M is index-array or dynamic-hash-table, not 'list'"),
            std::string::npos);
  EXPECT_EQ(Run("-E -i x.jdf -o"), 1);
  EXPECT_NE(output().find("option -o needs a value"), std::string::npos);
  EXPECT_EQ(Run("-E -i x.jdf -o 3-d"), 1);
  EXPECT_NE(output().find("name it with -f"), std::string::npos);
  EXPECT_EQ(Run("-E -i x.jdf -C y -H y"), 1);
  EXPECT_NE(output().find("the same file"), std::string::npos);
  EXPECT_EQ(Run("-E -i x.jdf -C x.jdf"), 1);
  EXPECT_EQ(Read("x.jdf"), kGood);
  EXPECT_EQ(Run("--help"), 0);
  EXPECT_EQ(output().find("Usage: parsec-ptgpp"), 0u);
}

TEST_F(Program, PropertiesCanBeIgnored) {
  Write("x.jdf", std::string(kGood) + "U(k) [find_deps_fn = f]\nk = 0 .. 3\n: D(k)\nBODY\nEND\n");
  EXPECT_EQ(Run("-E -i x.jdf -o y"), 1);
  EXPECT_EQ(Run("-E -i x.jdf -o y --ignore-property profile,find_deps_fn"), 0) << output();
}

TEST_F(Program, CallsTheCompilerWithWhatIsNoOptionOfItsOwn) {
  Write("x.jdf", kGood);
  EXPECT_EQ(Run("--showme -i x.jdf -o y -O2 -g -- -DX='a b'", "CC='my cc'"), 0);
  // my cc -I.../include ...: the folder has no space.
  const std::string rest = "include -O2 -g '-DX=a b' -c y.c -o y.o\n";
  ASSERT_EQ(output().rfind("my cc -I", 0), 0u) << output();
  const std::size_t at = output().find(' ', 8);
  ASSERT_TRUE(at != std::string::npos && at >= 8 + 7) << output();
  EXPECT_EQ(output().compare(at - 7, rest.size(), rest), 0) << output();
  EXPECT_FALSE(Exists("y.c"));
  EXPECT_EQ(Run("-i x.jdf -o y -O2", "CC='echo run'"), 0);
  EXPECT_NE(output().find("run -I"), std::string::npos);
  EXPECT_EQ(Run("-i x.jdf -o y", "CC=/nowhere/cc"), 1);
  EXPECT_NE(output().find("cannot run the C compiler /nowhere/cc"), std::string::npos);
}

TEST(Limits, AreThoseOfTheRuntime) {
  const std::string config = ReadFile("frontends/parsec/runtime/include/parsec/parsec_config.h");
  const auto value = [&](const std::string& name) {
    const std::string define = "#define " + name + " ";
    const std::size_t at = config.find(define);
    return at == std::string::npos ? -1 : std::atoi(config.c_str() + at + define.size());
  };
  EXPECT_EQ(value("MAX_LOCAL_COUNT"), kMaxLocals);
  EXPECT_EQ(value("MAX_PARAM_COUNT"), kMaxParameters);
  EXPECT_EQ(value("MAX_DEP_IN_COUNT"), kMaxInputs);
  EXPECT_EQ(value("MAX_DEP_OUT_COUNT"), kMaxOutputs);
}

}  // namespace
}  // namespace heddle::ptgpp
