#include "tests/interop/parsec_context.h"

#include "components/base/check.h"

namespace heddle::interop {
namespace {

parsec_context_t* context = nullptr;
int users = 0;

}  // namespace

parsec_context_t* AcquireParsec(int workers) {
  if (users++ == 0) {
    context = parsec_init(workers, nullptr, nullptr);
    HEDDLE_CHECK(context != nullptr);
    // Taskpools run as soon as they are added, and each is waited for on its own.
    const int error = parsec_context_start(context);
    HEDDLE_CHECK(error == 0) << "parsec_context_start: " << error;
  }
  return context;
}

void ReleaseParsec() {
  if (--users > 0) return;
  int error = parsec_context_wait(context);
  HEDDLE_CHECK(error >= 0) << "parsec_context_wait: " << error;
  error = parsec_fini(&context);
  HEDDLE_CHECK(error == 0) << "parsec_fini: " << error;
}

}  // namespace heddle::interop
