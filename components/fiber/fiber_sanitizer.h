// What ASan and TSan are told of fibers. Private to the package; every function is empty in a build
// without them.
//
// TSan: creating a TSan fiber takes 0.2 to 2 ms, so those of ended fibers are kept and given to the
// next. They must come back with an empty shadow call stack, which has no interface but longjmp: an
// ending fiber jumps to its first frame, which leaves nothing on it, since that frame is not
// instrumented. The list of kept ones is not instrumented either: its lock would order the starts
// and ends of all fibers and hide races between them.
#ifndef HEDDLE_COMPONENTS_FIBER_FIBER_SANITIZER_H_
#define HEDDLE_COMPONENTS_FIBER_FIBER_SANITIZER_H_

#include "components/base/sanitizer.h"

#if HEDDLE_TSAN
#if defined(__clang__)
#define HEDDLE_NO_TSAN __attribute__((disable_sanitizer_instrumentation, noinline))
#else
#define HEDDLE_NO_TSAN __attribute__((no_sanitize("thread"), noinline))
#endif
#else
#define HEDDLE_NO_TSAN
#endif

#if HEDDLE_TSAN
namespace heddle::internal {

// A TSan fiber with an empty call stack.  Errors: TSan ends the process at its limit of about
// 8,000.
void* TakeTsanFiber();
// Keeps one whose call stack is empty and that does not run.
void KeepTsanFiber(void* fiber);

}  // namespace heddle::internal
#endif

#endif  // HEDDLE_COMPONENTS_FIBER_FIBER_SANITIZER_H_
