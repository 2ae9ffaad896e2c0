#include "parsec/class/parsec_rwlock.h"

#include <cstdint>

namespace {

// Waits until the lock might be taken.
template <class Free>
void SpinUntil(Free free) {
  for (int spins = 0; !free();) {
    if (++spins % 128 == 0) sched_yield();
  }
}

}  // namespace

extern "C" {

void parsec_atomic_rwlock_init(parsec_atomic_rwlock_t* lock) {
  lock->state = 0;
  lock->writers = 0;
}

void parsec_atomic_rwlock_rdlock(parsec_atomic_rwlock_t* lock) {
  for (;;) {
    std::int32_t readers = __atomic_load_n(&lock->state, __ATOMIC_RELAXED);
    if (readers >= 0 && __atomic_load_n(&lock->writers, __ATOMIC_RELAXED) == 0 &&
        __atomic_compare_exchange_n(&lock->state, &readers, readers + 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
      return;
    }
    SpinUntil([lock] { return __atomic_load_n(&lock->state, __ATOMIC_RELAXED) >= 0 && __atomic_load_n(&lock->writers, __ATOMIC_RELAXED) == 0; });
  }
}

void parsec_atomic_rwlock_rdunlock(parsec_atomic_rwlock_t* lock) { __atomic_fetch_sub(&lock->state, 1, __ATOMIC_RELEASE); }

void parsec_atomic_rwlock_wrlock(parsec_atomic_rwlock_t* lock) {
  __atomic_fetch_add(&lock->writers, 1, __ATOMIC_RELAXED);
  for (;;) {
    std::int32_t nobody = 0;
    if (__atomic_compare_exchange_n(&lock->state, &nobody, -1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) break;
    SpinUntil([lock] { return __atomic_load_n(&lock->state, __ATOMIC_RELAXED) == 0; });
  }
  __atomic_fetch_sub(&lock->writers, 1, __ATOMIC_RELAXED);
}

void parsec_atomic_rwlock_wrunlock(parsec_atomic_rwlock_t* lock) { __atomic_store_n(&lock->state, 0, __ATOMIC_RELEASE); }

}  // extern "C"
