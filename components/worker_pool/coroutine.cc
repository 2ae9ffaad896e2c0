#include "components/worker_pool/coroutine.h"

#include "components/base/check.h"
#include "components/worker_pool/slot.h"

namespace heddle {
namespace {

// The fiber that runs, replaced by `to`.
Fiber& Exchange(Fiber& to) {
  Thread* const self = CurrentThread();
  HEDDLE_CHECK(self != nullptr && self->context != nullptr) << "a coroutine is entered by a thread that runs no activity of a worker";
  Context* const context = self->context;
  Fiber& from = *context->running;
  context->running = &to;
  return from;
}

}  // namespace

Fiber& RunningFiber() {
  Thread* const self = CurrentThread();
  HEDDLE_CHECK(self != nullptr && self->context != nullptr) << "RunningFiber() in a thread that runs no activity of a worker";
  return *self->context->running;
}

// Each looks at the calling thread afresh, and not after the switch, which may return on another one.
void SwitchCoroutine(Fiber& to, void (*after)(void*), void* argument) {
  SwitchFiber(Exchange(to), to, after, argument);
}

void ExitCoroutine(Fiber& to, void (*after)(void*), void* argument) {
  ExitFiber(Exchange(to), to, after, argument);
}

}  // namespace heddle
