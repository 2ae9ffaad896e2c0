// A coroutine for the tests: a fiber with a stack and a body, resumed and suspended by name.
#ifndef HEDDLE_COMPONENTS_FIBER_FIBER_TEST_UTIL_H_
#define HEDDLE_COMPONENTS_FIBER_FIBER_TEST_UTIL_H_

#include <cerrno>
#include <functional>
#include <utility>

#include "components/fiber/fiber.h"
#include "components/memory_pool/stack_pool.h"

namespace heddle {

// errno of the thread that runs now: not inlined, since a compiler keeps errno's address across a
// switch.
[[gnu::noinline]] inline int ReadErrno() { return errno; }
[[gnu::noinline]] inline void WriteErrno(int value) { errno = value; }

class Coroutine {
 public:
  explicit Coroutine(std::function<void(Coroutine&)> body,
                     Stack stack = StackAllocate(StackClass::kLoop))
      : stack_(stack), body_(std::move(body)) {
    fiber_.Start(stack_, &Coroutine::Main, this);
  }
  Coroutine(const Coroutine&) = delete;
  Coroutine& operator=(const Coroutine&) = delete;
  ~Coroutine() { StackFree(stack_); }

  // Runs the body until it suspends or ends. `from` stands for the calling context.
  void Resume(Fiber& from) {
    back_ = &from;
    SwitchFiber(from, fiber_);
  }
  // Called in the body.
  void Suspend() { SwitchFiber(fiber_, *back_); }

  bool done() const { return done_; }
  Fiber& fiber() { return fiber_; }

 private:
  static void Main(void* argument) {
    auto* self = static_cast<Coroutine*>(argument);
    self->body_(*self);
    self->done_ = true;
    ExitFiber(self->fiber_, *self->back_);
  }

  Stack stack_;
  std::function<void(Coroutine&)> body_;
  Fiber fiber_;
  Fiber* back_ = nullptr;
  bool done_ = false;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_FIBER_FIBER_TEST_UTIL_H_
