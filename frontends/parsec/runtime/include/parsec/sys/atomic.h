/* Atomic operations and the lock that programs use, over the compiler's builtins. The operations that return a value return the one
 * before, and order everything around them. */
#ifndef PARSEC_ATOMIC_H_HAS_BEEN_INCLUDED
#define PARSEC_ATOMIC_H_HAS_BEEN_INCLUDED

#include <sched.h>

#include "parsec/parsec_config.h"

BEGIN_C_DECLS

/* Orders everything before it against everything after it; the other two are the same here.  Cost: a call and a fence. */
PARSEC_DECLSPEC void parsec_mfence(void);
static inline void parsec_atomic_rmb(void) { parsec_mfence(); }
static inline void parsec_atomic_wmb(void) { parsec_mfence(); }

#define PARSEC_ATOMIC_FETCH_OPERATIONS_(bits, type)                                              \
    static inline type parsec_atomic_fetch_add_int##bits(volatile type *at, type value)          \
    {                                                                                            \
        return __atomic_fetch_add(at, value, __ATOMIC_SEQ_CST);                                  \
    }                                                                                            \
    static inline type parsec_atomic_fetch_sub_int##bits(volatile type *at, type value)          \
    {                                                                                            \
        return __atomic_fetch_sub(at, value, __ATOMIC_SEQ_CST);                                  \
    }                                                                                            \
    static inline type parsec_atomic_fetch_inc_int##bits(volatile type *at)                      \
    {                                                                                            \
        return __atomic_fetch_add(at, (type)1, __ATOMIC_SEQ_CST);                                \
    }                                                                                            \
    static inline type parsec_atomic_fetch_dec_int##bits(volatile type *at)                      \
    {                                                                                            \
        return __atomic_fetch_sub(at, (type)1, __ATOMIC_SEQ_CST);                                \
    }                                                                                            \
    static inline type parsec_atomic_fetch_or_int##bits(volatile type *at, type value)           \
    {                                                                                            \
        return __atomic_fetch_or(at, value, __ATOMIC_SEQ_CST);                                   \
    }                                                                                            \
    static inline type parsec_atomic_fetch_and_int##bits(volatile type *at, type value)          \
    {                                                                                            \
        return __atomic_fetch_and(at, value, __ATOMIC_SEQ_CST);                                  \
    }                                                                                            \
    static inline int parsec_atomic_cas_int##bits(volatile type *at, type expected, type desired) \
    {                                                                                            \
        return __atomic_compare_exchange_n(at, &expected, desired, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
    }
PARSEC_ATOMIC_FETCH_OPERATIONS_(32, int32_t)
PARSEC_ATOMIC_FETCH_OPERATIONS_(64, int64_t)
#undef PARSEC_ATOMIC_FETCH_OPERATIONS_

/* `at` is the address of a pointer. */
static inline int parsec_atomic_cas_ptr(volatile void *at, void *expected, void *desired)
{
    return __atomic_compare_exchange_n((void *volatile *)at, &expected, desired, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/* A lock for a few instructions. Who waits spins, and yields its core after a while. */
typedef volatile int32_t parsec_atomic_lock_t;
#define PARSEC_ATOMIC_UNLOCKED 0

static inline void parsec_atomic_lock_init(parsec_atomic_lock_t *lock) { __atomic_store_n(lock, 0, __ATOMIC_RELAXED); }
static inline int parsec_atomic_trylock(parsec_atomic_lock_t *lock)
{
    return 0 == __atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE);
}
static inline void parsec_atomic_lock(parsec_atomic_lock_t *lock)
{
    int spins = 0;
    while( !parsec_atomic_trylock(lock) ) {
        while( 0 != __atomic_load_n(lock, __ATOMIC_RELAXED) ) {
            if( ++spins % 128 == 0 ) sched_yield();
        }
    }
}
static inline void parsec_atomic_unlock(parsec_atomic_lock_t *lock) { __atomic_store_n(lock, 0, __ATOMIC_RELEASE); }

END_C_DECLS

#endif /* PARSEC_ATOMIC_H_HAS_BEEN_INCLUDED */
