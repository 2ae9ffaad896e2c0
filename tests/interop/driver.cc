#include "tests/interop/driver.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <random>

namespace heddle::interop {
namespace {

int workers = 2;
std::mutex mutex;
std::mt19937_64 sequence;  // Under mutex.

}  // namespace

int Workers() { return workers; }

std::uint64_t NextRandom() {
  const std::lock_guard<std::mutex> lock(mutex);
  return sequence();
}

Graph RandomGraph() { return MakeGraph(kKinds[NextRandom() % std::size(kKinds)], NextRandom()); }

void RunAndCheck(Frontend& frontend, const Graph& graph) {
  GraphRun run(graph);
  frontend.Run(run);
  EXPECT_EQ(run.Mistakes(), "") << frontend.name();
}

void RunSome(Frontend& frontend) { RunAndCheck(frontend, RandomGraph()); }

}  // namespace heddle::interop

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    if (std::sscanf(argv[i], "--workers=%d", &heddle::interop::workers) != 1) {
      std::fprintf(stderr, "%s: unknown argument; it takes --workers=N\n", argv[i]);
      return 2;
    }
  }
  const char* const given = std::getenv("HEDDLE_TEST_SEED");
  const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 0) : std::random_device()();
  std::printf("HEDDLE_TEST_SEED=%llu, --workers=%d\n", static_cast<unsigned long long>(seed),
              heddle::interop::workers);
  heddle::interop::sequence.seed(seed);
  return RUN_ALL_TESTS();
}
