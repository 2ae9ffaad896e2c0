#include "components/base/fence.h"

#include <linux/membarrier.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace heddle {
namespace internal {

std::atomic<int> fence_variable{0};

namespace {
bool RegisterMembarrier() {
  return syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
}
void RegisterInForkedChild() { has_membarrier = RegisterMembarrier(); }
}  // namespace

bool has_membarrier = [] {
  pthread_atfork(nullptr, nullptr, RegisterInForkedChild);
  return RegisterMembarrier();
}();

}  // namespace internal

void HeavyFence() {
#if !HEDDLE_TSAN
  if (internal::has_membarrier &&
      syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0) {
    return;
  }
#endif
  FullFence();
}

}  // namespace heddle
