// What a switch needs of the OS thread, and which fiber it runs, for the overflow handler. Private
// to the package.
#ifndef HEDDLE_COMPONENTS_FIBER_THREAD_WORDS_H_
#define HEDDLE_COMPONENTS_FIBER_THREAD_WORDS_H_

#include "components/fiber/fiber.h"

namespace heddle::internal {

// The C++ ABI's per-thread exception state (Itanium C++ ABI, exception handling, 2.2.2), which
// <cxxabi.h> leaves opaque.
struct ExceptionState {
  void* caught_exceptions;
  unsigned int uncaught_exceptions;
};

// What belongs to an OS thread. initial-exec, so that no access allocates (a signal handler reads
// it), and constinit, so that none calls an initialiser. Neither pointer to a thread-local changes
// during a thread's life; both are kept here since the calls that find them cost a third of a
// switch. To be used only in functions that do not jump afterwards, or before they do.
struct ThreadWords {
  // The fiber that this thread switched to last; nullptr where it never did. It dangles where a
  // thread destroyed its native context: look at it only where a fault lies at a stack of ours.
  const Fiber* running_fiber = nullptr;
  int* errno_address = nullptr;  // nullptr until the thread's first switch; `exceptions` too.
  ExceptionState* exceptions = nullptr;
};

extern constinit thread_local ThreadWords thread_words __attribute__((tls_model("initial-exec")));

}  // namespace heddle::internal

#endif  // HEDDLE_COMPONENTS_FIBER_THREAD_WORDS_H_
