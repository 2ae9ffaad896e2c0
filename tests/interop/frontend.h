// A frontend as these tests see it, and the table of them.
#ifndef HEDDLE_TESTS_INTEROP_FRONTEND_H_
#define HEDDLE_TESTS_INTEROP_FRONTEND_H_

#include <functional>
#include <vector>

#include "tests/interop/graph.h"

namespace heddle::interop {

class Frontend {
 public:
  virtual ~Frontend() = default;

  // Letters and digits.
  virtual const char* name() const = 0;

  // Between the two graphs can be run; again and again. From the main thread.
  virtual void Start(int workers) = 0;
  virtual void Stop() = 0;

  // Runs every task of the graph and waits for them.
  // Contexts: the main thread, other threads, tasks of other frontends; several at a time.
  virtual void Run(GraphRun& run) = 0;

  // Whether a task may wait for another frontend whose task waits for this one again, however few
  // workers there are.
  virtual bool nests() const { return true; }
};

// In one task of the frontend, and waits for it.
void RunTask(Frontend& frontend, std::function<void()> body);

// Calls each body in a thread of its own, and waits for them all. The main thread is PE 0 of
// Charm++ meanwhile, where that was started. Contexts: the main thread.
void Together(std::vector<std::function<void()>> bodies);

// All of them.
const std::vector<Frontend*>& Frontends();

Frontend& Starpu();
Frontend& Charm();
Frontend& ParsecPtg();
Frontend& ParsecDtd();

// PE 0 takes messages until LeavePe0() was called once, by any thread; returns at once where
// Charm++ was not started. Contexts: the main thread.
bool CharmIsStarted();
void ServePe0();
void LeavePe0();

}  // namespace heddle::interop

#endif  // HEDDLE_TESTS_INTEROP_FRONTEND_H_
