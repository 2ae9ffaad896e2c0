// Situation (a). Promised: two libraries that are loaded with dlopen(RTLD_LOCAL), neither knowing
// of the other, see one runtime and one current activity, and start no more workers than one of
// them; a merely loaded library starts nothing; dlclose takes nothing away; a second copy of
// libheddle aborts naming both paths. Not promised: anything while one of them starts or stops
// inside of a task.
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/situations/little_frontend.h"
#include "tests/situations/threads.h"

namespace heddle {
namespace {

// Of the libraries of this test; Bazel says where they are.
std::string PathOf(const char* variable) {
  const char* const path = std::getenv(variable);
  EXPECT_NE(path, nullptr) << variable << " is set by BUILD.bazel";
  return path == nullptr ? "" : std::filesystem::absolute(path).string();
}

struct Library {
  void* handle = nullptr;
  decltype(&little_start) start;
  decltype(&little_stop) stop;
  decltype(&little_view) view;
  decltype(&little_run) run;
};

template <typename Function>
void Find(void* handle, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(dlsym(handle, name));
  ASSERT_NE(function, nullptr) << dlerror();
}

Library Load(const std::string& path) {
  Library library;
  library.handle = dlopen(path.c_str(), RTLD_LOCAL | RTLD_NOW);
  EXPECT_NE(library.handle, nullptr) << dlerror();
  if (library.handle == nullptr) abort();
  Find(library.handle, "little_start", library.start);
  Find(library.handle, "little_stop", library.stop);
  Find(library.handle, "little_view", library.view);
  Find(library.handle, "little_run", library.run);
  return library;
}

class SharedLibrariesTest : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    // A machine of four cores, so that as many workers may be had anywhere.
    setenv("HEDDLE_TOPOLOGY", "pack:1 core:4 pu:1", 1);
    setenv("HEDDLE_WORKERS", std::to_string(GetParam()).c_str(), 1);
    threads_before_ = CountThreadsBefore();
    one_ = Load(PathOf("LITTLE_ONE"));
    two_ = Load(PathOf("LITTLE_TWO"));
    ASSERT_NE(one_.handle, two_.handle);
    ASSERT_NE(one_.run, two_.run) << "one library's names hid the other's";
    ASSERT_EQ(CountThreads(), threads_before_)
        << "a library that is merely loaded starts no thread";
    ASSERT_EQ(one_.view().runtime, nullptr);
  }
  void TearDown() override { EXPECT_EQ(two_.view().runtime, nullptr); }

  Library one_, two_;
  int threads_before_ = 0;
};

TEST_P(SharedLibrariesTest, BothSeeOneRuntimeWithTheWorkersOfOne) {
  ASSERT_EQ(one_.start("one"), nullptr);
  EXPECT_EQ(CountThreads(), threads_before_ + GetParam());
  ASSERT_EQ(two_.start("two"), nullptr);
  EXPECT_EQ(CountThreads(), threads_before_ + GetParam());
  const LittleView a = one_.view(), b = two_.view();
  EXPECT_NE(a.runtime, nullptr);
  EXPECT_EQ(a.runtime, b.runtime);
  EXPECT_EQ(a.code, b.code);
  EXPECT_EQ(a.workers, GetParam());
  EXPECT_EQ(b.workers, GetParam());
  EXPECT_EQ(one_.stop(), nullptr);
  EXPECT_EQ(two_.stop(), nullptr);
}

// A task of one library calls the other, which runs a task, which calls the first again.
struct Nesting {
  const Library& one;
  const Library& two;
  int depth;
  int bodies = 0;

  const Library& mine() const { return depth % 2 == 0 ? one : two; }
  const Library& other() const { return depth % 2 == 0 ? two : one; }
  const char* name() const { return depth % 2 == 0 ? "one" : "two"; }

  void ExpectToBeSeenByBoth(const void* activity) const {
    const LittleView a = one.view(), b = two.view();
    EXPECT_EQ(a.activity, activity);
    EXPECT_EQ(b.activity, activity);
    EXPECT_STREQ(a.client, name());
    EXPECT_EQ(a.client, b.client);
    EXPECT_GE(a.worker, 0);
    EXPECT_EQ(a.worker, b.worker);
  }
  static void Body(void* argument) {
    Nesting& self = *static_cast<Nesting*>(argument);
    ++self.bodies;
    const void* const activity = self.mine().view().activity;
    EXPECT_NE(activity, nullptr);
    self.ExpectToBeSeenByBoth(activity);
    if (self.depth < 6) {
      Nesting inner{self.one, self.two, self.depth + 1};
      self.other().run(Body, &inner);
      self.bodies += inner.bodies;
    }
    self.ExpectToBeSeenByBoth(activity);  // Its own again, wherever the inner one ran.
  }
};

TEST_P(SharedLibrariesTest, BothSeeOneCurrentActivityWhereTheyCallEachOther) {
  ASSERT_EQ(one_.start("one"), nullptr);
  ASSERT_EQ(two_.start("two"), nullptr);
  EXPECT_EQ(one_.view().activity, nullptr) << "the main thread runs none";
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([this] {
      for (int round = 0; round < 50; ++round) {
        Nesting outer{one_, two_, 0};
        one_.run(Nesting::Body, &outer);
        EXPECT_EQ(outer.bodies, 7);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  AwaitThreads(threads_before_ + GetParam());
  EXPECT_EQ(one_.stop(), nullptr);
  EXPECT_EQ(two_.stop(), nullptr);
}

TEST_P(SharedLibrariesTest, TheRuntimeEndsWithTheLastReleaseInEitherOrder) {
  for (const bool one_goes_first : {true, false}) {
    const Library& first = one_goes_first ? one_ : two_;
    const Library& second = one_goes_first ? two_ : one_;
    ASSERT_EQ(one_.start("one"), nullptr);
    ASSERT_EQ(two_.start("two"), nullptr);
    const void* const runtime = one_.view().runtime;
    EXPECT_EQ(first.stop(), nullptr);
    EXPECT_EQ(first.view().runtime, runtime);
    int runs = 0;
    second.run([](void* count) { ++*static_cast<int*>(count); }, &runs);
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(CountThreads(), threads_before_ + GetParam());
    EXPECT_EQ(second.stop(), nullptr);
    EXPECT_EQ(one_.view().runtime, nullptr);
    AwaitThreads(threads_before_);
  }
}

TEST_P(SharedLibrariesTest, BothStartAndStopAtOnce) {
  const auto use = [](const Library& library, const char* name) {
    for (int round = 0; round < 25; ++round) {
      ASSERT_EQ(library.start(name), nullptr);
      int runs = 0;
      library.run([](void* count) { ++*static_cast<int*>(count); }, &runs);
      ASSERT_EQ(runs, 1);
      ASSERT_EQ(library.stop(), nullptr);
    }
  };
  std::thread another([&] { use(two_, "two"); });
  use(one_, "one");
  another.join();
  AwaitThreads(threads_before_);
}

// What was loaded stays: its tasks may still run, its statics hold the reference.
TEST_P(SharedLibrariesTest, ClosingALibraryTakesNothingAway) {
  ASSERT_EQ(one_.start("one"), nullptr);
  ASSERT_EQ(two_.start("two"), nullptr);
  const void* const runtime = one_.view().runtime;
  // Once for each time that it was opened, of which there may have been several in this process.
  for (int i = 0; i < 100 && dlclose(one_.handle) == 0; ++i) {
  }
  int runs = 0;
  one_.run([](void* count) { ++*static_cast<int*>(count); }, &runs);
  EXPECT_EQ(runs, 1);
  const Library again = Load(PathOf("LITTLE_ONE"));
  EXPECT_EQ(again.run, one_.run);
  EXPECT_EQ(again.view().runtime, runtime);
  EXPECT_EQ(two_.stop(), nullptr);
  EXPECT_EQ(again.stop(), nullptr) << "the reopened library has the client of before";
}

INSTANTIATE_TEST_SUITE_P(Workers, SharedLibrariesTest, testing::Values(1, 2, 4));

class SecondCopyDeathTest : public testing::TestWithParam<const char*> {};

TEST_P(SecondCopyDeathTest, AbortsNamingBothPaths) {
  const Library one = Load(PathOf("LITTLE_ONE"));
  Dl_info first;
  ASSERT_NE(dladdr(one.view().code, &first), 0);
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / ("second_copy_" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const std::string copy = folder / GetParam();
  std::filesystem::copy_file(first.dli_fname, copy,
                             std::filesystem::copy_options::overwrite_existing);
  const auto load = [&copy] {
    dlopen(copy.c_str(), RTLD_LOCAL | RTLD_NOW);
    exit(0);
  };
  EXPECT_EXIT(load(), testing::KilledBySignal(SIGABRT),
              testing::AllOf(testing::HasSubstr("two copies"), testing::HasSubstr(first.dli_fname),
                             testing::HasSubstr(copy)));
  std::filesystem::remove_all(folder);
}

// The same version from another place, and another version.
INSTANTIATE_TEST_SUITE_P(Names, SecondCopyDeathTest,
                         testing::Values("libheddle.so.0", "libheddle.so.1"));

}  // namespace
}  // namespace heddle
