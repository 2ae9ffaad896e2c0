// Situation (b). Promised: OpenBLAS, bound to seven OpenMP symbols on the pool, gives the right
// results from the main thread, from tasks, and from threads that each want a team of their own
// size; a region has exactly the members that were asked for, running at once; a task has width
// one, and opens no region, unless more was reserved for it; no more threads than the workers, the
// test's own and those that are counted. Not promised: that threads which want teams of different
// sizes may use one copy of OpenBLAS at once (it has one team size for the process, with any
// OpenMP).
#include "tests/situations/openblas.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <link.h>
#include <sched.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "components/base/clock.h"
#include "components/blocking/event.h"

namespace heddle {
namespace {

using Is = std::vector<int>;

class OpenBlasTest : public testing::Test {
 protected:
  void SetUp() override {
    ClientOptions options;
    options.name = "tasks";
    client_ = *process_.runtime().pool().AddClient(std::move(options));
    process_.omp().set_num_threads(process_.workers());
    process_.TakeRegions();
  }
  void TearDown() override {
    process_.runtime().pool().RemoveClient(client_);
    EXPECT_EQ(process_.UncountedThreads(), 0);
    EXPECT_EQ(process_.runtime().pool().Statistics().excess_threads, 0);
  }

  // The sizes of the regions since the last look, and that each had all its members.
  std::vector<int> Sizes() {
    std::vector<int> sizes;
    const std::vector<std::uint64_t> regions = process_.TakeRegions();
    for (std::size_t size = 0; size < regions.size(); ++size) {
      const int members = static_cast<int>(size);
      EXPECT_EQ(process_.omp().members(members), process_.omp().regions(members) * size);
      if (regions[size] > 0) sizes.push_back(members);
    }
    return sizes;
  }

  Process& process_ = Process::Get();
  const SevenSymbols& omp_ = process_.omp();
  const OpenBlas& blas_ = process_.blas();
  const Problem problem_{17};
  Client* client_ = nullptr;
};

TEST_F(OpenBlasTest, IsBoundToTheSevenSymbolsAndNoOtherOpenMpIsLoaded) {
  for (int copy = 0; copy < Process::kCopies; ++copy) {
    Dl_info info;
    void* const symbol = dlsym(process_.blas(copy).handle, "GOMP_parallel");
    ASSERT_NE(dladdr(symbol, &info), 0);
    EXPECT_TRUE(std::filesystem::equivalent(info.dli_fname, std::getenv("SEVEN_SYMBOLS")))
        << info.dli_fname;
  }
  int openmps = 0;
  dl_iterate_phdr(
      [](dl_phdr_info* object, std::size_t, void* count) {
        const std::string path = object->dlpi_name == nullptr ? "" : object->dlpi_name;
        *static_cast<int*>(count) += path.find("libgomp") != std::string::npos;
        return 0;
      },
      &openmps);
  EXPECT_EQ(openmps, 1);
}

TEST_F(OpenBlasTest, TheMainThreadGetsTheWholePoolWhereItAsksForNothing) {
  std::thread fresh([&] {  // It has not called omp_set_num_threads.
    EXPECT_EQ(omp_.get_max_threads(), process_.workers());
    EXPECT_EQ(omp_.in_parallel(), 0);
    EXPECT_EQ(problem_.Multiply(blas_), "");
    EXPECT_EQ(problem_.Factorise(blas_), "");
  });
  fresh.join();
  // OpenBLAS opens no region for one.
  EXPECT_EQ(Sizes(), process_.workers() == 1 ? Is{} : Is{process_.workers()});
}

TEST_F(OpenBlasTest, TheMainThreadGetsTheTeamThatItAsksFor) {
  for (const int size : {3, 2, 5, 1, 8}) {
    omp_.set_num_threads(size);
    EXPECT_EQ(omp_.get_max_threads(), size);
    EXPECT_EQ(problem_.Multiply(blas_), "");
    EXPECT_EQ(problem_.Factorise(blas_), "");
    EXPECT_EQ(Sizes(), size == 1 ? Is{} : Is{size});
  }
}

TEST_F(OpenBlasTest, ATaskHasWidthOneAndOpensNoRegion) {
  process_.RunTasks(*client_, 24, [&](int i) {
    EXPECT_EQ(omp_.get_max_threads(), 1);
    EXPECT_EQ(omp_.in_parallel(), 1);
    EXPECT_EQ(problem_.Either(blas_, i % 2 == 0), "");
  });
  EXPECT_EQ(Sizes(), Is{});
}

TEST_F(OpenBlasTest, ATaskForWhichMoreWasReservedGetsATeamOfThatSize) {
  process_.RunTasks(*client_, 1, [&](int) {
    CurrentActivity()->width = 3;
    EXPECT_EQ(omp_.get_max_threads(), 3);
    EXPECT_EQ(omp_.in_parallel(), 0);
    EXPECT_EQ(problem_.Multiply(blas_), "");
    EXPECT_EQ(problem_.Factorise(blas_), "");
  });
  EXPECT_EQ(Sizes(), (Is{3}));
}

enum class Kind { kUnknown, kAttached, kGuest };  // What the threads are to the pool.

class OpenBlasThreadsTest : public OpenBlasTest, public testing::WithParamInterface<Kind> {
 protected:
  void SetUp() override {
    OpenBlasTest::SetUp();
    if (GetParam() == Kind::kUnknown) return;
    ClientOptions options;
    options.name = "threads";
    options.guests = GetParam() == Kind::kGuest;
    threads_client_ = *process_.runtime().pool().AddClient(std::move(options));
  }
  void TearDown() override {
    if (threads_client_ != nullptr) process_.runtime().pool().RemoveClient(threads_client_);
    OpenBlasTest::TearDown();
  }

  // body(i) in three threads.
  void RunThreads(const std::function<void(int)>& body) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&, i] {
        std::optional<Attachment> attachment;
        if (threads_client_ != nullptr) attachment.emplace(threads_client_);
        body(i);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  Client* threads_client_ = nullptr;
};

TEST_P(OpenBlasThreadsTest, EachGetsTheTeamOfItsOwnSize) {
  RunThreads([&](int i) {
    omp_.set_num_threads(2 + i);
    for (int round = 0; round < 20; ++round) {
      EXPECT_EQ(omp_.get_max_threads(), 2 + i);
      EXPECT_EQ(problem_.Either(process_.blas(1 + i), round % 4 == 0), "");
    }
  });
  EXPECT_EQ(Sizes(), (Is{2, 3, 4}));
}

TEST_P(OpenBlasThreadsTest, TeamsOfOneSizeShareACopy) {
  RunThreads([&](int) {
    omp_.set_num_threads(3);
    for (int round = 0; round < 20; ++round) {
      EXPECT_EQ(problem_.Either(blas_, round % 4 == 0), "");
    }
  });
  EXPECT_EQ(Sizes(), (Is{3}));
}

TEST_P(OpenBlasThreadsTest, TeamsOfDifferentSizesShareACopyOneAfterTheOther) {
  std::mutex mutex;
  RunThreads([&](int i) {
    omp_.set_num_threads(2 + i);
    for (int round = 0; round < 20; ++round) {
      std::lock_guard<std::mutex> hold(mutex);
      EXPECT_EQ(problem_.Either(blas_, round % 4 == 0), "");
    }
  });
  EXPECT_EQ(Sizes(), (Is{2, 3, 4}));
}

// Members that spin until all have come, as OpenBLAS's do, and what each sees.
struct Meeting {
  const SevenSymbols& omp;
  const int members;
  std::atomic<int> come{0};
  std::vector<std::atomic<int>> numbers = std::vector<std::atomic<int>>(members);

  static void Body(void* argument) {
    Meeting& self = *static_cast<Meeting*>(argument);
    self.come.fetch_add(1);
    for (int turn = 0; self.come.load() < self.members; ++turn) {
      turn < 1000 ? CpuRelax() : static_cast<void>(sched_yield());
    }
    EXPECT_EQ(self.omp.get_num_threads(), self.members);
    EXPECT_EQ(self.omp.in_parallel(), 1);
    EXPECT_EQ(self.omp.get_max_threads(), 1);
    ++self.numbers[static_cast<std::size_t>(self.omp.get_thread_num())];
  }
  void Open(unsigned num_threads) {
    omp.parallel(Body, this, num_threads, 0);
    for (const std::atomic<int>& times : numbers) EXPECT_EQ(times, 1);
    EXPECT_EQ(omp.get_thread_num(), 0);
    EXPECT_EQ(omp.get_num_threads(), 1);
  }
};

TEST_P(OpenBlasThreadsTest, AllMembersOfARegionRunAtOnce) {
  RunThreads([&](int i) {
    for (int round = 0; round < 100; ++round) {
      const int members = 2 + (i + round) % 4;
      if (round % 2 == 0) {
        Meeting{omp_, members}.Open(static_cast<unsigned>(members));
      } else {
        omp_.set_num_threads(members);
        Meeting{omp_, members}.Open(0);
      }
    }
  });
  EXPECT_EQ(Sizes(), (Is{2, 3, 4, 5}));
}

INSTANTIATE_TEST_SUITE_P(Threads, OpenBlasThreadsTest,
                         testing::Values(Kind::kUnknown, Kind::kAttached, Kind::kGuest),
                         [](const auto& info) {
                           return info.param == Kind::kUnknown    ? "UnknownToThePool"
                                  : info.param == Kind::kAttached ? "Attached"
                                                                  : "Guests";
                         });

TEST_F(OpenBlasTest, TasksThatAskForARegionOfSomeSizeGetIt) {
  process_.RunTasks(*client_, 24, [&](int i) {
    const int members = 2 + i % 4;
    Meeting{omp_, members}.Open(static_cast<unsigned>(members));
  });
  EXPECT_EQ(Sizes(), (Is{2, 3, 4, 5}));
}

// One member waits for a task while the other waits for the end of the region, on the only worker
// where there is one.
TEST_F(OpenBlasTest, AMemberOfARegionOfATaskMayWaitForATask) {
  struct Waits {
    Client* client;
    const SevenSymbols& omp;
    std::atomic<int> tasks_run{0};
  } waits{client_, omp_};
  process_.RunTasks(*client_, 4, [&](int) {
    omp_.parallel(
        [](void* argument) {
          Waits& self = *static_cast<Waits*>(argument);
          if (self.omp.get_thread_num() == 0) return;
          struct Call {
            Task task;
            Waits* waits;
            Event ended;
          } call;
          call.waits = &self;
          call.task.client = self.client;
          call.task.run = [](Task* task) {
            Call* const its = reinterpret_cast<Call*>(task);
            ++its->waits->tasks_run;
            its->ended.Set();
          };
          self.client->pool().Submit(&call.task);
          call.ended.Wait();
        },
        &waits, 2, 0);
  });
  EXPECT_EQ(waits.tasks_run, 4);
}

}  // namespace
}  // namespace heddle
