// Promised: while all frontends run at once, no more task bodies are at work than the pool has
// slots, and no more threads run than slots and the exceptions: the threads of the program that
// submit.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "components/runtime/heddle.h"
#include "tests/apps/mesh_solver/running_threads.h"
#include "tests/interop/driver.h"

namespace heddle::interop {
namespace {

TEST(Threads, NoMoreRunThanSlotsAndSubmittersWhileAllFrontendsRun) {
  for (Frontend* const frontend : Frontends()) frontend->Start(Workers());
  const int slots = heddle_workers();
  ASSERT_GT(slots, 0);
  (void)GraphRun::MostBodies();
  mesh::RunningThreads threads;
  std::vector<std::function<void()>> bodies;
  for (Frontend* const frontend : Frontends()) {
    bodies.push_back([frontend] {
      for (int round = 0; round < 200; ++round) RunSome(*frontend);
    });
  }
  Together(bodies);
  const int most_threads = threads.Stop();
  const int most_bodies = GraphRun::MostBodies();
  const int submitters =
      static_cast<int>(bodies.size()) + 1;  // And the main thread, PE 0 of Charm++.
  RecordProperty("slots", slots);
  RecordProperty("most_bodies", most_bodies);
  RecordProperty("most_threads", most_threads);
  std::printf("%d slots, %d submitters: at most %d bodies, %d threads\n", slots, submitters,
              most_bodies, most_threads);
  EXPECT_LE(most_bodies, slots);
  // A thread that hands its slot on runs a moment longer.
  EXPECT_LE(most_threads, 2 * slots + submitters);
  for (Frontend* const frontend : Frontends()) frontend->Stop();
}

}  // namespace
}  // namespace heddle::interop
