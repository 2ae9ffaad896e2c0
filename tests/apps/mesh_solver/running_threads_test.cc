// The sampler counts threads that run and no other. In a program of its own: no library here has threads that spin.
#include "tests/apps/mesh_solver/running_threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace heddle::mesh {
namespace {

TEST(RunningThreads, CountsThreadsThatRunAndNoneThatSleeps) {
  // The caller itself runs while it reads.
  EXPECT_EQ(CountRunningThreads(0), 1);
  std::atomic<bool> stop{false};
  std::thread spinning([&] {
    while (!stop.load()) {
    }
  });
  // The thread has run once it is seen; it never sleeps from then on.
  while (CountRunningThreads(0) < 2) {
  }
  RunningThreads running([&] { stop.store(true); });
  while (!stop.load()) {
  }
  EXPECT_GE(running.Stop(), 2);
  EXPECT_GE(running.samples(), 1);
  EXPECT_LE(running.sum(), running.samples() * running.Stop());
  spinning.join();
}

}  // namespace
}  // namespace heddle::mesh
