#include "parsec/class/parsec_rwlock.h"

#include <new>

#include "components/blocking/read_write_lock.h"

namespace {

static_assert(sizeof(heddle::ReadWriteLock) <= sizeof(parsec_atomic_rwlock_t));
static_assert(alignof(heddle::ReadWriteLock) <= alignof(parsec_atomic_rwlock_t));

heddle::ReadWriteLock& LockOf(parsec_atomic_rwlock_t* lock) { return *reinterpret_cast<heddle::ReadWriteLock*>(lock); }

}  // namespace

extern "C" {

void parsec_atomic_rwlock_init(parsec_atomic_rwlock_t* lock) { new (lock) heddle::ReadWriteLock; }
void parsec_atomic_rwlock_rdlock(parsec_atomic_rwlock_t* lock) { LockOf(lock).lock_shared(); }
void parsec_atomic_rwlock_rdunlock(parsec_atomic_rwlock_t* lock) { LockOf(lock).unlock_shared(); }
void parsec_atomic_rwlock_wrlock(parsec_atomic_rwlock_t* lock) { LockOf(lock).lock(); }
void parsec_atomic_rwlock_wrunlock(parsec_atomic_rwlock_t* lock) { LockOf(lock).unlock(); }

}  // extern "C"
