/* Macros that StarPU programs use: checks, atomics, hints. */
#ifndef HEDDLE_STARPU_UTIL_H
#define HEDDLE_STARPU_UTIL_H

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "starpu_config.h"

#ifdef __cplusplus
extern "C" {
#endif

#define STARPU_GNUC_PREREQ(major, minor) ((__GNUC__ << 16) + __GNUC_MINOR__ >= ((major) << 16) + (minor))
#define STARPU_UNLIKELY(expr) (__builtin_expect(!!(expr), 0))
#define STARPU_LIKELY(expr) (__builtin_expect(!!(expr), 1))
#ifdef __cplusplus
#define STARPU_INLINE inline
#else
#define STARPU_INLINE __inline__
#endif
#define STARPU_MIN(a, b) ((a) < (b) ? (a) : (b))
#define STARPU_MAX(a, b) ((a) < (b) ? (b) : (a))
#define STARPU_POISON_PTR ((void *)0xdeadbeef)
#define STARPU_CACHELINE_SIZE 64

/* End the process with a message. */
#define STARPU_ABORT()                                                                \
  do {                                                                                \
    fprintf(stderr, "[starpu] abort in %s, %s:%d\n", __func__, __FILE__, __LINE__);   \
    abort();                                                                          \
  } while (0)
#define STARPU_ABORT_MSG(message, ...)                                                                    \
  do {                                                                                                    \
    fprintf(stderr, "[starpu] abort in %s, %s:%d: " message "\n", __func__, __FILE__, __LINE__, ##__VA_ARGS__); \
    abort();                                                                                              \
  } while (0)
#ifdef STARPU_NO_ASSERT
#define STARPU_ASSERT(x) ((void)sizeof(x))
#define STARPU_ASSERT_MSG(x, message, ...) ((void)sizeof(x))
#else
#define STARPU_ASSERT(x)                                                                                       \
  do {                                                                                                         \
    if (STARPU_UNLIKELY(!(x))) {                                                                               \
      fprintf(stderr, "[starpu] %s:%d: %s: assertion failed: %s\n", __FILE__, __LINE__, __func__, #x);         \
      abort();                                                                                                 \
    }                                                                                                          \
  } while (0)
#define STARPU_ASSERT_MSG(x, message, ...)                                                                     \
  do {                                                                                                         \
    if (STARPU_UNLIKELY(!(x))) {                                                                               \
      fprintf(stderr, "[starpu] %s:%d: %s: assertion failed: %s: " message "\n", __FILE__, __LINE__, __func__, \
              #x, ##__VA_ARGS__);                                                                              \
      abort();                                                                                                 \
    }                                                                                                          \
  } while (0)
#endif
#define STARPU_ASSERT_ACCESSIBLE(pointer)                                            \
  do {                                                                               \
    volatile char starpu_read STARPU_ATTRIBUTE_UNUSED = *(const char *)(pointer);    \
  } while (0)

/* Ends the process where a call returned an error. */
#define STARPU_CHECK_RETURN_VALUE(error, message, ...)                                                             \
  do {                                                                                                             \
    const int starpu_error = (error);                                                                              \
    if (STARPU_UNLIKELY(starpu_error != 0)) {                                                                      \
      fprintf(stderr, "[starpu] unexpected value <%d: %s> from " message "\n", starpu_error,                       \
              strerror(-starpu_error), ##__VA_ARGS__);                                                             \
      STARPU_ABORT();                                                                                              \
    }                                                                                                              \
  } while (0)
#define STARPU_CHECK_RETURN_VALUE_IS(error, value, message, ...)                                                   \
  do {                                                                                                             \
    const int starpu_error = (error);                                                                              \
    if (STARPU_UNLIKELY(starpu_error != (value))) {                                                                \
      fprintf(stderr, "[starpu] unexpected value <%d, not %d: %s> from " message "\n", starpu_error, (int)(value), \
              strerror(-starpu_error), ##__VA_ARGS__);                                                             \
      STARPU_ABORT();                                                                                              \
    }                                                                                                              \
  } while (0)

/* Atomic, sequentially consistent. ADD returns the new value, OR and VAL_* the old one. */
#define STARPU_ATOMIC_ADD(pointer, value) __atomic_add_fetch((pointer), (value), __ATOMIC_SEQ_CST)
#define STARPU_ATOMIC_ADDL(pointer, value) STARPU_ATOMIC_ADD(pointer, value)
#define STARPU_ATOMIC_ADD64(pointer, value) STARPU_ATOMIC_ADD(pointer, value)
#define STARPU_ATOMIC_OR(pointer, value) __atomic_fetch_or((pointer), (value), __ATOMIC_SEQ_CST)
#define STARPU_ATOMIC_ORL(pointer, value) STARPU_ATOMIC_OR(pointer, value)
#define STARPU_ATOMIC_OR64(pointer, value) STARPU_ATOMIC_OR(pointer, value)
#define STARPU_BOOL_COMPARE_AND_SWAP(pointer, old, value) __sync_bool_compare_and_swap((pointer), (old), (value))
#define STARPU_BOOL_COMPARE_AND_SWAP32(pointer, old, value) STARPU_BOOL_COMPARE_AND_SWAP(pointer, old, value)
#define STARPU_BOOL_COMPARE_AND_SWAP64(pointer, old, value) STARPU_BOOL_COMPARE_AND_SWAP(pointer, old, value)
#define STARPU_VAL_COMPARE_AND_SWAP(pointer, old, value) __sync_val_compare_and_swap((pointer), (old), (value))
#define STARPU_VAL_COMPARE_AND_SWAP32(pointer, old, value) STARPU_VAL_COMPARE_AND_SWAP(pointer, old, value)
#define STARPU_VAL_COMPARE_AND_SWAP64(pointer, old, value) STARPU_VAL_COMPARE_AND_SWAP(pointer, old, value)
#define STARPU_VAL_EXCHANGE(pointer, value) __atomic_exchange_n((pointer), (value), __ATOMIC_SEQ_CST)
#define STARPU_TEST_AND_SET(pointer, value) __sync_lock_test_and_set((pointer), (value))
#define STARPU_RELEASE(pointer) __sync_lock_release((pointer))
#define STARPU_SYNCHRONIZE() __sync_synchronize()
#define STARPU_RMB() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define STARPU_WMB() __atomic_thread_fence(__ATOMIC_RELEASE)

#ifdef __cplusplus
}
#endif
#endif /* HEDDLE_STARPU_UTIL_H */
