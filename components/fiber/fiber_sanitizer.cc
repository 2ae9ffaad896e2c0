#include "components/fiber/fiber_sanitizer.h"

#if HEDDLE_TSAN
#include <sanitizer/tsan_interface.h>

#include <cstddef>

#include "components/base/clock.h"

namespace heddle::internal {
namespace {

constexpr std::size_t kMostKept = 8192;  // More than TSan allows to exist.

// Guarded by `lock`. Nothing here is instrumented, see the header.
int lock = 0;
std::size_t kept_count = 0;
void* kept[kMostKept];

HEDDLE_NO_TSAN void Lock() {
  while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE) != 0) CpuRelax();
}

HEDDLE_NO_TSAN void Unlock() { __atomic_store_n(&lock, 0, __ATOMIC_RELEASE); }

}  // namespace

HEDDLE_NO_TSAN void* TakeTsanFiber() {
  Lock();
  void* fiber = kept_count > 0 ? kept[--kept_count] : nullptr;
  Unlock();
  return fiber != nullptr ? fiber : __tsan_create_fiber(0);
}

HEDDLE_NO_TSAN void KeepTsanFiber(void* fiber) {
  Lock();
  const bool room = kept_count < kMostKept;
  if (room) kept[kept_count++] = fiber;
  Unlock();
  if (!room) __tsan_destroy_fiber(fiber);
}

}  // namespace heddle::internal
#endif
