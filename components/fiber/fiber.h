// Contexts with a stack of their own ("stackful"): a function that is suspended at any depth and
// resumed later, perhaps by another thread. The jump itself is Boost.Context's fcontext, which
// saves what a called function must preserve, the control words of SSE and x87 included. In
// addition a switch saves, per context:
//
//   errno, or a suspended task would see the error of another;
//   the C++ exception state (__cxa_get_globals: the caught exceptions and the number of uncaught
//   ones), or `throw;` after a suspension in a catch block would rethrow another task's exception.
//
// Thread-locals belong to the OS thread and are not saved. Compilers keep the address of a
// thread-local, errno's included, in a register across a call: code that a fiber runs before and
// after a switch to another thread must not hold one.
//
// ASan and TSan are told of each switch. Under TSan a switch synchronises (what came before it
// happens before what the other context does next), and a process may have about 8,000 threads and
// started fibers; at one more TSan ends the process with "Thread limit (8128 threads) exceeded".
#ifndef HEDDLE_COMPONENTS_FIBER_FIBER_H_
#define HEDDLE_COMPONENTS_FIBER_FIBER_H_

#include <cstddef>

#include "components/base/sanitizer.h"
#include "components/memory_pool/stack_pool.h"

namespace heddle {

namespace internal {
struct FiberAccess;
}  // namespace internal

// One context: not yet started, suspended, or running. Its address is its identity.
//
// States: a new Fiber stands for the native stack of the thread that first switches away from it.
// Start() makes it one with a stack of its own. It is `resumable` from Start() or from the moment
// it was switched away from, until it is switched to.
//
// Thread safety: one thread at a time. Handing a fiber on to another thread is the caller's:
// publish it with release from an `after` hook (see SwitchFiber), take it with acquire.
class Fiber {
 public:
  Fiber() = default;
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
#if HEDDLE_TSAN
  ~Fiber();
#else
  // A fiber that is not running may be destroyed; the frames on its stack are not unwound.
  ~Fiber() = default;
#endif

  // Prepares: the first switch to this fiber calls entry(argument) on `stack`, which must not
  // return: it ends by ExitFiber. An exception that leaves `entry` terminates. Starts with errno 0,
  // no exception in flight, and the floating-point control words of the calling thread. Neither
  // frees the stack: the caller does, in ExitFiber's hook or later. A fiber may be started again
  // once it ended, or while it is suspended for ever (its frames are not unwound).
  // Thread safety: one thread at a time.  Blocking: never.
  // Cost: about 4 ns; under TSan 0.2 to 2 ms, unless one that ended can be used again.
  // Errors: dies where `stack` is empty or `entry` null.
  void Start(Stack stack, void (*entry)(void* argument), void* argument);

  // The stack given to Start(); empty for a native context.
  const Stack& stack() const { return stack_; }

  // True where a switch to it is allowed: prepared or suspended.  For assertions and debuggers:
  // exact only for who holds it.
  bool resumable() const { return context_ != nullptr; }

  // A name for debuggers and the overflow message. The text is copied, cut at kNameBytes - 1
  // characters.  Cost: a few ns.
  static constexpr std::size_t kNameBytes = 40;
  void set_name(const char* name);
  const char* name() const { return name_; }

 private:
  friend struct internal::FiberAccess;
  friend std::size_t StackHeadroom(const Fiber& running);
  const char* FindNativeLow() const;  // Asks the thread library.

  // Layout: what a switch touches stands first, in one line where the fiber is aligned to one.
  // Written by the thread that leaves or resumes the fiber.
  void* context_ = nullptr;               // Its saved registers; nullptr: running or ended.
  void* caught_exceptions_ = nullptr;     // __cxa_eh_globals.
  unsigned int uncaught_exceptions_ = 0;  // __cxa_eh_globals.
  int errno_ = 0;
  mutable const char* low_ = nullptr;  // Lowest address to use; nullptr: native, not asked yet.
#if HEDDLE_TSAN
  void DropTsanFiber();
  void* tsan_fiber_ = nullptr;
  void* tsan_first_frame_ = nullptr;  // Where an ending fiber jumps to, see fiber_sanitizer.h.
#endif
#if HEDDLE_ASAN
  void* asan_fake_stack_ = nullptr;
  const void* asan_low_ = nullptr;  // The native stack, as ASan knows it.
  std::size_t asan_bytes_ = 0;
#endif
  void (*entry_)(void*) = nullptr;
  void* argument_ = nullptr;
  Stack stack_;
  char name_[kNameBytes] = "";
};

static_assert(sizeof(Fiber) <= 192);

// Suspends `from`, the running context of this thread, and resumes `to`. On `to`'s stack, before it
// goes on, after(argument) runs: by then `from` is completely saved, so `after` may publish it to
// another thread, which may resume it at once, or free it. `after` must neither switch nor throw;
// errno is kept across it. Returns when some thread switches to `from` again.
// Thread safety: any thread, for its own running context.  Blocking: suspends.
// Memory order: none of its own; between threads that of the caller's publication.
// Errors: dies where `to` is running or has ended.
// Cost: 14 ns, 1.7 to 1.85 times the cheapest switch that keeps the ABI (see README.md).
void SwitchFiber(Fiber& from, Fiber& to, void (*after)(void* argument) = nullptr,
                 void* argument = nullptr);

// Ends `from` for ever and resumes `to`; after(argument) may free `from`'s stack, and `from`
// itself. What stands on `from`'s stack is not unwound: no destructor runs.
// Errors: dies where `from` is a thread's native context, or `to` is running or has ended.
// Otherwise as SwitchFiber.
[[noreturn]] void ExitFiber(Fiber& from, Fiber& to, void (*after)(void* argument) = nullptr,
                            void* argument = nullptr);

// Room left on the running stack in bytes, below the caller's frame. `running` is the context that
// calls.
// Thread safety: the running context.  Blocking: never.
// Cost: a subtraction; a native context's first call asks the system for the limits (tens of us).
inline std::size_t StackHeadroom(const Fiber& running) {
  const char* low = running.low_ != nullptr ? running.low_ : running.FindNativeLow();
  const char* here = static_cast<const char*>(__builtin_frame_address(0));
  return here > low ? static_cast<std::size_t>(here - low) : 0;
}

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_FIBER_FIBER_H_
