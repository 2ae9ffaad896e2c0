// main() of these tests: --workers=N for every frontend; HEDDLE_TEST_SEED, or a seed of its own,
// which it prints.
#ifndef HEDDLE_TESTS_INTEROP_DRIVER_H_
#define HEDDLE_TESTS_INTEROP_DRIVER_H_

#include <cstdint>
#include <functional>

#include "tests/interop/frontend.h"

namespace heddle::interop {

int Workers();

// The next number of the seed's sequence.  Thread safety: any thread.
std::uint64_t NextRandom();

// A graph of a random kind and size.
Graph RandomGraph();

// Runs the graph, and expects every task to have run once with the right inputs.
void RunAndCheck(Frontend& frontend, const Graph& graph);

// The same with a random graph.
void RunSome(Frontend& frontend);

}  // namespace heddle::interop

#endif  // HEDDLE_TESTS_INTEROP_DRIVER_H_
