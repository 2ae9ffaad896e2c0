// Promised: any two frontends, and all of them, start, run, wait for one another from the main
// thread, from other threads and from inside of tasks, and stop, in every order. Not promised: that
// a Charm++ entry method may wait for a graph of Charm++.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/interop/driver.h"

namespace heddle::interop {
namespace {

// Runs a graph of the last one from inside of a task of the one before, and so on; each waits for
// the next.
void RunNested(std::vector<Frontend*> frontends) {
  Frontend& first = *frontends.front();
  if (frontends.size() == 1) return RunSome(first);
  frontends.erase(frontends.begin());
  bool ran = false;
  RunTask(first, [&] {
    RunNested(frontends);
    ran = true;
  });
  EXPECT_TRUE(ran) << "a task of " << first.name();
}

using Pair = std::pair<Frontend*, Frontend*>;

std::vector<Pair> Pairs() {
  std::vector<Pair> pairs;
  for (Frontend* const a : Frontends()) {
    for (Frontend* const b : Frontends()) {
      if (a != b) pairs.emplace_back(a, b);
    }
  }
  return pairs;
}

class PairsTest : public testing::TestWithParam<Pair> {
 protected:
  Frontend& a_ = *GetParam().first;
  Frontend& b_ = *GetParam().second;
};

TEST_P(PairsTest, StartAndStopInAnyOrder) {
  a_.Start(Workers());
  b_.Start(Workers());
  RunSome(a_);
  RunSome(b_);
  a_.Stop();
  RunSome(b_);
  a_.Start(Workers());
  Together({[this] { RunSome(a_); }, [this] { RunSome(b_); }});
  b_.Stop();
  RunSome(a_);
  a_.Stop();
}

TEST_P(PairsTest, RunAtTheSameTime) {
  a_.Start(Workers());
  b_.Start(Workers());
  const auto run = [](Frontend& frontend) {
    for (int round = 0; round < 5; ++round) RunSome(frontend);
  };
  Together({[&] { run(a_); }, [&] { run(b_); }});
  Together({[&] { run(a_); }, [&] { run(b_); }, [&] { run(a_); }, [&] { run(b_); }});
  a_.Stop();
  b_.Stop();
}

TEST_P(PairsTest, WaitForEachOtherInsideOfTasks) {
  a_.Start(Workers());
  b_.Start(Workers());
  Together({[this] { RunNested({&a_, &b_}); }});
  Together({[this] { RunNested({&b_, &a_}); }});
  // The main thread waits itself; were one of them Charm++, it would have to be PE 0 meanwhile.
  if (a_.nests() && b_.nests()) {
    RunNested({&a_, &b_});
    RunNested({&b_, &a_});
  }
  // Both ways at once.
  if (a_.nests() || b_.nests()) {
    const auto ab = [this] { RunNested({&a_, &b_}); };
    const auto ba = [this] { RunNested({&b_, &a_}); };
    for (int round = 0; round < 3; ++round) Together({ab, ba});
    Together({ab, ba, ab, ba, ab, ba});
  }
  b_.Stop();
  a_.Stop();
}

TEST_P(PairsTest, WaitForThemselvesByWayOfAnother) {
  if (!a_.nests()) GTEST_SKIP() << a_.name();
  a_.Start(Workers());
  b_.Start(Workers());
  Together({[this] { RunNested({&a_, &b_, &a_}); }});
  if (b_.nests())
    Together({[this] {
                RunNested({&a_, &b_, &a_, &b_});
              },
              [this] {
                RunNested({&b_, &a_, &b_, &a_});
              }});
  a_.Stop();
  b_.Stop();
}

INSTANTIATE_TEST_SUITE_P(Frontends, PairsTest, testing::ValuesIn(Pairs()), [](const auto& info) {
  return std::string(info.param.first->name()) + info.param.second->name();
});

TEST(All, StartRunAndStopInEveryOrder) {
  std::vector<Frontend*> starting = Frontends();
  std::sort(starting.begin(), starting.end());
  do {
    std::vector<Frontend*> stopping = starting;
    std::rotate(stopping.begin(),
                stopping.begin() + static_cast<std::ptrdiff_t>(NextRandom() % stopping.size()),
                stopping.end());
    if (NextRandom() % 2 == 0) std::reverse(stopping.begin(), stopping.end());
    SCOPED_TRACE(std::string("first ") + starting.front()->name() + ", stopped first " +
                 stopping.front()->name());
    std::vector<Frontend*> running;
    for (Frontend* const frontend : starting) {
      frontend->Start(Workers());
      running.push_back(frontend);
      RunSome(*running[NextRandom() % running.size()]);
    }
    std::vector<std::function<void()>> bodies;
    for (Frontend* const frontend : running) bodies.push_back([frontend] { RunSome(*frontend); });
    Together(bodies);
    Together({[&] { RunNested(starting); }});
    for (Frontend* const frontend : stopping) {
      frontend->Stop();
      running.erase(std::find(running.begin(), running.end(), frontend));
      if (!running.empty()) RunSome(*running[NextRandom() % running.size()]);
    }
  } while (std::next_permutation(starting.begin(), starting.end()));
}

TEST(All, RunAndWaitForOneAnotherInAnyOrderFromManyThreads) {
  for (Frontend* const frontend : Frontends()) frontend->Start(Workers());
  const auto some = [] {
    for (int round = 0; round < 5; ++round) {
      std::vector<Frontend*> frontends = Frontends();
      // Charm++ last: its entry methods that wait keep their PEs.
      for (std::size_t i = frontends.size(); i > 1; --i)
        std::swap(frontends[i - 1], frontends[NextRandom() % i]);
      std::stable_partition(frontends.begin(), frontends.end(),
                            [](const Frontend* frontend) { return frontend->nests(); });
      frontends.erase(frontends.begin(), frontends.begin() + static_cast<std::ptrdiff_t>(
                                                                 NextRandom() % frontends.size()));
      RunNested(frontends);
    }
  };
  Together({some, some, some, some, some, some});
  for (Frontend* const frontend : Frontends()) frontend->Stop();
}

}  // namespace
}  // namespace heddle::interop
