// The program from the outside: exit status, what goes where, JSON that a strict reader takes. Its
// path is the first argument.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "tests/apps/mesh_solver/test_problems.h"

namespace heddle::mesh {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string program;

struct Result {
  int status;
  std::string out;
  std::string err;
};

std::string FileName(const std::string& name) {
  return testing::TempDir() + "/mesh_solver_test_" + name;
}

std::string Content(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string Write(const std::string& name, const std::string& text) {
  std::ofstream(FileName(name), std::ios::binary) << text;
  return FileName(name);
}

Result Call(const std::string& arguments) {
  const std::string out = FileName("stdout");
  const std::string err = FileName("stderr");
  const int status =
      std::system(("'" + program + "' " + arguments + " >'" + out + "' 2>'" + err + "'").c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), Content(out),
          Content(err)};
}

// A strict recogniser of JSON without white space beyond blanks: enough to tell valid from not.
class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : rest_(text) {}
  bool Document() { return Value() && (Blank(), rest_ == "\n"); }

 private:
  void Blank() {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
  }
  bool Take(std::string_view token) {
    Blank();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  bool String() {
    if (!Take("\"")) return false;
    while (!rest_.empty() && rest_[0] != '"') {
      if (static_cast<unsigned char>(rest_[0]) < 0x20) return false;
      rest_.remove_prefix(rest_[0] == '\\' && rest_.size() > 1 ? 2 : 1);
    }
    return Take("\"");
  }
  bool Number() {
    std::size_t length = 0;
    while (length < rest_.size() &&
           std::string_view("+-.eE0123456789").find(rest_[length]) != std::string_view::npos) {
      ++length;
    }
    if (length == 0) return false;
    const std::string text(rest_.substr(0, length));
    rest_.remove_prefix(length);
    char* end = nullptr;
    std::strtod(text.c_str(), &end);
    return *end == 0;
  }
  bool Members(bool named, std::string_view last) {
    if (Take(last)) return true;
    do {
      if (named && !(String() && Take(":"))) return false;
      if (!Value()) return false;
    } while (Take(","));
    return Take(last);
  }
  bool Value() {
    if (Take("{")) return Members(true, "}");
    if (Take("[")) return Members(false, "]");
    if (Take("null") || Take("true") || Take("false")) return true;
    return String() || Number();
  }

  std::string_view rest_;
};

TEST(MeshSolver, SolvesAGridAndPrintsWhatItDid) {
  const Result result = Call(Write("grid.graph", GridText(40, 11)));
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, IsEmpty());  // No bar: this is no terminal.
  for (const char* part : {"1600 unknowns", "half-bandwidth", "tiles", "tasks ", "GFlop/s",
                           "residual", "tasks/worker", "running", "dpbtrf", "serial"}) {
    EXPECT_THAT(result.out, HasSubstr(part));
  }
}

TEST(MeshSolver, EveryTileSizeAndARepetitionSolve) {
  const std::string grid = Write("grid.graph", GridText(25, 12));
  for (const char* options :
       {"--tile=8", "--tile=13 --repeat=2", "--tile=4096", "--dt=0", "--dt=10"}) {
    const Result result = Call(grid + " " + options);
    EXPECT_EQ(result.status, 0) << options << result.err;
  }
}

TEST(MeshSolver, EveryFrontendSolvesWithOneToFourWorkers) {
  const std::string grid = Write("grid.graph", GridText(40, 14));
  for (const char* frontend : {"starpu", "charm", "parsec", "parsec-dtd"}) {
    for (const char* workers : {"1", "2", "3", "4"}) {
      const Result result = Call(grid + " --tile=8 --peer-threads=0 --frontend=" + frontend +
                                 " --workers=" + workers);
      EXPECT_EQ(result.status, 0) << frontend << ", workers " << workers << ": " << result.err;
    }
  }
}

TEST(MeshSolver, AllFrontendsSolveAtTheSameTime) {
  const std::string grid = Write("grid.graph", GridText(60, 15));
  for (const char* options :
       {"", " --workers=1", " --workers=2 --repeat=3", " --workers=4 --repeat=2 --tile=16"}) {
    const Result result = Call("--frontend=all --json " + grid + options);
    EXPECT_EQ(result.status, 0) << options << ": " << result.err;
    EXPECT_TRUE(JsonReader(result.out).Document()) << result.out;
    for (const char* frontend : {"\"starpu\"", "\"charm\"", "\"parsec\"", "\"parsec-dtd\""}) {
      EXPECT_THAT(result.out, HasSubstr(frontend));
    }
  }
  EXPECT_THAT(Call("--frontend=all " + grid).out, HasSubstr("one by one, at once"));
}

TEST(MeshSolver, WritesJsonAndNothingElse) {
  const std::string grid = Write("gr'id\".graph", GridText(20, 13));
  const Result result =
      Call("--json --repeat=3 --peer-threads=2 \"" + FileName("gr'id\\\".graph") + "\"");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_TRUE(JsonReader(result.out).Document()) << result.out;
  EXPECT_THAT(result.out, HasSubstr("\"unknowns\": 400"));
  EXPECT_THAT(result.out, HasSubstr("\"tasks_per_worker\": ["));
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_FALSE(JsonReader("{\"a\": }\n").Document());
}

TEST(MeshSolver, ReadsAMatrix) {
  const Result result = Call(Write("spd.mtx",
                                   "%%MatrixMarket matrix coordinate real symmetric\n"
                                   "3 3 5\n1 1 4\n2 1 -1\n2 2 4\n3 2 -1\n3 3 4\n"));
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("the matrix as given"));
}

TEST(MeshSolver, AMatrixThatIsNotPositiveDefiniteIsAnErrorWithItsColumn) {
  // A diagonal matrix: each column stands by itself, so that the file's column is the one to blame.
  const Result result = Call(Write("indefinite.mtx",
                                   "%%MatrixMarket matrix coordinate real symmetric\n"
                                   "4 4 4\n1 1 1\n2 2 1\n3 3 -1\n4 4 1\n"));
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("not positive definite: the pivot of column 3 of the file"));
  EXPECT_THAT(result.out, IsEmpty());
}

// The initial temperatures, 350 and 250, are in this matrix's nearly null space: b is 1e-11 of the
// products it is the difference of, and no solver without refinement reaches 1e-12 of that.
TEST(MeshSolver, ALargeResidualFailsAndIsReported) {
  const Result result =
      Call("--json " + Write("nearly_singular.mtx",
                             "%%MatrixMarket matrix coordinate real symmetric\n2 2 3\n"
                             "1 1 62500.00000001\n2 1 -87500\n2 2 122500.00000001\n"));
  EXPECT_EQ(result.status, 1) << result.out;
  EXPECT_THAT(result.err, HasSubstr("the residual is "));
  EXPECT_THAT(result.err, HasSubstr("allowed is less than 1e-12"));
}

TEST(MeshSolver, BrokenFilesAreErrorsWithAPlaceNeverCrashes) {
  const struct {
    const char* name;
    std::string text;
    const char* message;
  } kCases[] = {
      {"empty.graph", "", "empty.graph:1: "},
      {"truncated.graph", GridText(5).substr(0, 60), "truncated.graph:"},
      {"huge_index.graph", "2 1\n2\n123456789012345\n", "huge_index.graph:3: "},
      {"huge_count.graph", "2147483646 9000000000000000000\n1\n", "huge_count.graph:1: "},
      {"binary.graph",
       std::string("\x7f"
                   "ELF\0\0\1\2\3",
                   9),
       "binary.graph:1: "},
      {"empty.mtx", "", "empty.mtx:1: "},
      {"short.mtx", "%%MatrixMarket matrix coordinate real symmetric\n2 2 2\n1 1 1\n",
       "short.mtx:4: "},
  };
  for (const auto& broken : kCases) {
    const Result result = Call(Write(broken.name, broken.text));
    EXPECT_EQ(result.status, 1) << broken.name;
    EXPECT_THAT(result.err, HasSubstr(broken.message));
    EXPECT_THAT(result.out, IsEmpty());
  }
}

TEST(MeshSolver, AWrongCommandLineHasAnExitStatusOfItsOwn) {
  EXPECT_EQ(Call("--tile=1").status, 2);
  EXPECT_EQ(Call("--frontend=none").status, 2);
  EXPECT_EQ(Call("--frontend=serial --workers=2").status, 2);
  EXPECT_EQ(Call("a b").status, 2);
  EXPECT_EQ(Call("/no/such/mesh").status, 1);
}

TEST(MeshSolver, HelpAndTheListOfFrontendsSucceed) {
  const Result help = Call("--help");
  EXPECT_EQ(help.status, 0);
  EXPECT_THAT(help.out, HasSubstr("--peer-threads"));
  const Result list = Call("--frontend=list");
  EXPECT_EQ(list.status, 0);
  EXPECT_THAT(list.out, HasSubstr("serial"));
}

}  // namespace
}  // namespace heddle::mesh

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc != 2) {
    std::fputs("usage: mesh_solver_test PROGRAM\n", stderr);
    return 2;
  }
  heddle::mesh::program = argv[1];
  return RUN_ALL_TESTS();
}
