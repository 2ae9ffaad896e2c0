/* A lock for one writer or several readers. Who waits lets others run; who comes while somebody waits stands behind. */
#ifndef PARSEC_RWLOCK_H_HAS_BEEN_INCLUDED
#define PARSEC_RWLOCK_H_HAS_BEEN_INCLUDED

#include <assert.h>
#include <unistd.h>

#include "parsec/parsec_config.h"
#include "parsec/sys/atomic.h"

BEGIN_C_DECLS

typedef struct parsec_atomic_rwlock_s {
    void *heddle[3]; /* All zeros: free. */
} parsec_atomic_rwlock_t;
#define PARSEC_RWLOCK_UNLOCKED {{NULL, NULL, NULL}}

PARSEC_DECLSPEC void parsec_atomic_rwlock_init(parsec_atomic_rwlock_t *lock);
PARSEC_DECLSPEC void parsec_atomic_rwlock_rdlock(parsec_atomic_rwlock_t *lock);
PARSEC_DECLSPEC void parsec_atomic_rwlock_rdunlock(parsec_atomic_rwlock_t *lock);
PARSEC_DECLSPEC void parsec_atomic_rwlock_wrlock(parsec_atomic_rwlock_t *lock);
PARSEC_DECLSPEC void parsec_atomic_rwlock_wrunlock(parsec_atomic_rwlock_t *lock);

END_C_DECLS

#endif /* PARSEC_RWLOCK_H_HAS_BEEN_INCLUDED */
