#include "components/fiber/fiber.h"

#include <cxxabi.h>
#include <pthread.h>

#include <boost/context/detail/fcontext.hpp>
#include <cerrno>
#include <cstring>

#include "components/base/check.h"
#include "components/fiber/fiber_sanitizer.h"
#include "components/fiber/thread_words.h"

#if HEDDLE_TSAN
#include <sanitizer/tsan_interface.h>
#include <setjmp.h>
#endif
#if HEDDLE_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace heddle {

namespace internal {

constinit thread_local ThreadWords thread_words;

namespace {

using boost::context::detail::fcontext_t;
using boost::context::detail::transfer_t;

// What the context that leaves tells the one that arrives. Stands on the stack of the former: gone
// once `after` was called.
struct Departure {
  Fiber* from;
  Fiber* to;
  void (*after)(void*);
  void* argument;
  int* errno_address;  // Of this OS thread; the compiler's own idea of it may be of the thread that
                       // `to` left.
  bool for_ever;
#if HEDDLE_TSAN
  void* tsan_fiber = nullptr;  // The one to switch to.
#endif
};

// Not a function: TSan counts an entry for one context and the exit for another where the switch
// stands in between.
#if HEDDLE_TSAN
#define HEDDLE_JUMP(target, departure)                \
  (__tsan_switch_to_fiber((departure).tsan_fiber, 0), \
   boost::context::detail::jump_fcontext(target, &(departure)))
#else
#define HEDDLE_JUMP(target, departure) boost::context::detail::jump_fcontext(target, &(departure))
#endif

[[gnu::cold, gnu::noinline, noreturn]] void DieNotResumable(const Fiber& from, const Fiber& to) {
  HEDDLE_CHECK(to.resumable()) << "switch from fiber '" << from.name() << "' to fiber '"
                               << to.name() << "' (" << &to << "), which runs or has ended";
  __builtin_unreachable();
}

[[gnu::cold, gnu::noinline, noreturn]] void DieReturned(const Fiber& fiber) {
  HEDDLE_CHECK(false) << "the entry function of fiber '" << fiber.name()
                      << "' returned; it must end by ExitFiber";
  __builtin_unreachable();
}

[[gnu::cold, gnu::noinline]] int* FindThreadWords() {
  thread_words.exceptions = reinterpret_cast<ExceptionState*>(abi::__cxa_get_globals());
  thread_words.errno_address = &errno;
  return thread_words.errno_address;
}

inline int* ErrnoAddress() {
  int* address = thread_words.errno_address;
  return address != nullptr ? address : FindThreadWords();
}

}  // namespace

#if HEDDLE_TSAN
struct TsanFirstFrame {
  jmp_buf exit;
  Departure departure;  // Copied here, where the jump to the first frame does not free it.
};
#endif

struct FiberAccess {
  static fcontext_t Leave(Departure& departure);
  static void Arrive(transfer_t transfer) noexcept;
  static void Main(transfer_t transfer) noexcept;
  static void Run(transfer_t transfer);
  static void Exit(Departure& departure);
};

// Everything that belongs to the OS thread is exchanged here, before the jump and with addresses
// found in this call: the thread does not change by the jump, while what a compiler remembers
// beyond it may be of another thread. Returns where to jump to.
inline fcontext_t FiberAccess::Leave(Departure& departure) {
  Fiber& from = *departure.from;
  Fiber& to = *departure.to;
  const fcontext_t target = to.context_;
  if (target == nullptr) [[unlikely]] {
    DieNotResumable(from, to);
  }
  to.context_ = nullptr;
  ExceptionState* exceptions = thread_words.exceptions;
  from.caught_exceptions_ = exceptions->caught_exceptions;
  from.uncaught_exceptions_ = exceptions->uncaught_exceptions;
  exceptions->caught_exceptions = to.caught_exceptions_;
  exceptions->uncaught_exceptions = to.uncaught_exceptions_;
  from.errno_ = *departure.errno_address;
  *departure.errno_address = to.errno_;
  thread_words.running_fiber = &to;
#if HEDDLE_ASAN
  const bool native = to.stack_.low == nullptr;
  __sanitizer_start_switch_fiber(departure.for_ever ? nullptr : &from.asan_fake_stack_,
                                 native ? to.asan_low_ : to.stack_.low,
                                 native ? to.asan_bytes_ : to.stack_.bytes);
#endif
#if HEDDLE_TSAN
  if (from.tsan_fiber_ == nullptr) from.tsan_fiber_ = __tsan_get_current_fiber();
  departure.tsan_fiber = to.tsan_fiber_;
#endif
  return target;
}

// On the stack of the context that goes on.
inline void FiberAccess::Arrive(transfer_t transfer) noexcept {
  auto* departure = static_cast<Departure*>(transfer.data);
#if HEDDLE_ASAN
  {
    Fiber& from = *departure->from;
    const void* low = nullptr;
    std::size_t bytes = 0;
    __sanitizer_finish_switch_fiber(departure->to->asan_fake_stack_, &low, &bytes);
    if (from.stack_.low == nullptr) {
      from.asan_low_ = low;
      from.asan_bytes_ = bytes;
    }
  }
#endif
#if HEDDLE_TSAN
  if (departure->for_ever) {
    KeepTsanFiber(departure->from->tsan_fiber_);
    departure->from->tsan_fiber_ = nullptr;
  }
#endif
  if (!departure->for_ever) departure->from->context_ = transfer.fctx;
  if (departure->after != nullptr) {
    int* errno_address = departure->errno_address;
    const int kept = *errno_address;
    departure->after(departure->argument);  // `departure`, and `from`, may be gone now.
    *errno_address = kept;
  }
}

// The first frame of every fiber. It tells unwinders, by unwind information and by the
// frame-pointer chain, that nothing called it, and holds the boundary that no exception passes.
HEDDLE_NO_TSAN void FiberAccess::Main(transfer_t transfer) noexcept {
#if defined(__x86_64__)
  asm volatile(".cfi_undefined rip");
#elif defined(__aarch64__)
  asm volatile(".cfi_undefined x30");
#endif
  auto* frame = static_cast<void* volatile*>(__builtin_frame_address(0));
  frame[0] = nullptr;  // The caller's frame pointer.
  frame[1] = nullptr;  // The return address.
#if HEDDLE_TSAN
  TsanFirstFrame first_frame;
  static_cast<Departure*>(transfer.data)->to->tsan_first_frame_ = &first_frame;
  if (_setjmp(first_frame.exit) != 0) {
    const fcontext_t target = Leave(first_frame.departure);
    HEDDLE_JUMP(target, first_frame.departure);
  }
#endif
  Run(transfer);
}

// Apart from Main(), whose frame shall hold nothing that is instrumented.
[[gnu::noinline]] void FiberAccess::Run(transfer_t transfer) {
  Fiber& self = *static_cast<Departure*>(transfer.data)->to;
  Arrive(transfer);
  self.entry_(self.argument_);
  DieReturned(self);
}

[[gnu::noinline]] void FiberAccess::Exit(Departure& departure) {
#if HEDDLE_TSAN
  auto* first_frame = static_cast<TsanFirstFrame*>(departure.from->tsan_first_frame_);
  first_frame->departure = departure;
  longjmp(first_frame->exit, 1);
#else
  const fcontext_t target = Leave(departure);
  HEDDLE_JUMP(target, departure);
#endif
}

}  // namespace internal

#if HEDDLE_TSAN
Fiber::~Fiber() { DropTsanFiber(); }

// The native one belongs to TSan; one that has frames on its call stack serves nobody else.
void Fiber::DropTsanFiber() {
  if (stack_.low != nullptr && tsan_fiber_ != nullptr) __tsan_destroy_fiber(tsan_fiber_);
  tsan_fiber_ = nullptr;
}
#endif

void Fiber::Start(Stack stack, void (*entry)(void* argument), void* argument) {
  HEDDLE_CHECK(stack.low != nullptr && entry != nullptr)
      << "fiber '" << name_ << "': stack at " << static_cast<void*>(stack.low) << " of "
      << stack.bytes << " bytes, entry " << reinterpret_cast<void*>(entry);
#if HEDDLE_TSAN
  DropTsanFiber();
  tsan_fiber_ = internal::TakeTsanFiber();
#endif
#if HEDDLE_ASAN
  // The frames of its last user, which were not unwound.
  ASAN_UNPOISON_MEMORY_REGION(stack.low, stack.bytes);
  asan_fake_stack_ = nullptr;
#endif
  stack_ = stack;
  low_ = stack.low + (stack.guarded ? 0 : kStackCanaryBytes);
  caught_exceptions_ = nullptr;
  uncaught_exceptions_ = 0;
  errno_ = 0;
  entry_ = entry;
  argument_ = argument;
  context_ =
      boost::context::detail::make_fcontext(stack.top(), stack.bytes, &internal::FiberAccess::Main);
}

void Fiber::set_name(const char* name) {
  std::size_t length = 0;
  for (; length + 1 < kNameBytes && name[length] != '\0'; ++length) name_[length] = name[length];
  name_[length] = '\0';
}

const char* Fiber::FindNativeLow() const {
  pthread_attr_t attributes;
  const int error = pthread_getattr_np(pthread_self(), &attributes);
  HEDDLE_CHECK_EQ(error, 0) << "pthread_getattr_np";
  void* low = nullptr;
  std::size_t bytes = 0;
  pthread_attr_getstack(&attributes, &low, &bytes);
  pthread_attr_destroy(&attributes);
  low_ = static_cast<const char*>(low);
  return low_;
}

// Out of line, so that the address of errno is found once a switch and never kept over one.
[[gnu::noinline]] void SwitchFiber(Fiber& from, Fiber& to, void (*after)(void*), void* argument) {
  internal::Departure departure{&from, &to, after, argument, internal::ErrnoAddress(), false};
  const auto target = internal::FiberAccess::Leave(departure);
  internal::FiberAccess::Arrive(HEDDLE_JUMP(target, departure));
}

// Not instrumented by ASan, which would put `departure` into the fake stack that ends with the
// fiber.
__attribute__((no_sanitize("address"))) void ExitFiber(Fiber& from, Fiber& to, void (*after)(void*),
                                                       void* argument) {
  HEDDLE_CHECK(from.stack().low != nullptr)
      << "a thread's native context cannot end by ExitFiber: '" << from.name() << "'";
  internal::Departure departure{&from, &to, after, argument, internal::ErrnoAddress(), true};
  internal::FiberAccess::Exit(departure);
  __builtin_unreachable();
}

}  // namespace heddle
