/* What this PaRSEC is, as its headers and programs ask for it. */
#ifndef PARSEC_CONFIG_H_HAS_BEEN_INCLUDED
#define PARSEC_CONFIG_H_HAS_BEEN_INCLUDED

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define PARSEC_HEDDLE 1 /* Heddle's frontend, not PaRSEC itself. */
#define PARSEC_VERSION_MAJOR 4
#define PARSEC_VERSION_MINOR 1
#define PARSEC_VERSION_RELEASE 0

#define PARSEC_HAVE_MPI 1
#define PARSEC_HAVE_MPI_20 1
#define PARSEC_HAVE_MPI_30 1
#define PARSEC_DIST_WITH_MPI 1
#define PARSEC_HAVE_HWLOC 1
#define PARSEC_HAVE_PTHREAD 1
#define PARSEC_HAVE_ASPRINTF 1
#define PARSEC_HAVE_VASPRINTF 1
#define PARSEC_HAVE_RAND_R 1
#define PARSEC_HAVE_GETLINE 1
#define PARSEC_HAVE_SETENV 1
#define PARSEC_HAVE_CTYPE_H 1
#define PARSEC_HAVE_SYS_PARAM_H 1
#define PARSEC_HAVE_COMPLEX_H 1
#define PARSEC_HAVE_DLFCN_H 1
#define PARSEC_HAVE_VA_COPY 1
#define PARSEC_HAVE_DEV_CPU_SUPPORT 1
#define PARSEC_HAVE_DEV_RECURSIVE_SUPPORT 1
#define PARSEC_PROF_PINS 1
#define DISTRIBUTED 1
#define PARSEC_HAVE_STDDEF_H 1
#define PARSEC_HAVE_STDARG_H 1
#define PARSEC_HAVE_STDBOOL_H 1
#define PARSEC_HAVE_SYS_TYPES_H 1
#define PARSEC_HAVE_CLOCK_GETTIME 1
#define PARSEC_HAVE_UNISTD_H 1
#define PARSEC_HAVE_ERRNO_H 1
#define PARSEC_HAVE_LIMITS_H 1
#define PARSEC_HAVE_STRING_H 1
#define PARSEC_HAVE_GETOPT_H 1
#define PARSEC_HAVE_GETOPT_LONG 1
#define PARSEC_HAVE_GETRUSAGE 1
#define PARSEC_HAVE_PTHREAD_BARRIER 1

/* Limits of a task class: locals, flows, and dependencies of a flow in each direction. */
#define MAX_LOCAL_COUNT 24
#define MAX_PARAM_COUNT 20
#define MAX_DEP_IN_COUNT 10
#define MAX_DEP_OUT_COUNT 10
#define MAX_TASK_STRLEN 256

#if defined(__cplusplus)
#define BEGIN_C_DECLS extern "C" {
#define END_C_DECLS }
#else
#define BEGIN_C_DECLS
#define END_C_DECLS
#endif

#define PARSEC_DECLSPEC __attribute__((visibility("default")))
#define PARSEC_RESTRICT __restrict__
#define PARSEC_LIKELY(x) __builtin_expect(!!(x), 1)
#define PARSEC_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define PARSEC_ATTRIBUTE_FORMAT_PRINTF(at, first) __attribute__((__format__(__printf__, at, first)))
#define __parsec_attribute_always_inline__ __attribute__((always_inline))
#define __parsec_attribute_unused__ __attribute__((unused))
#define __parsec_attribute_malloc__ __attribute__((malloc))

#define __parsec_attribute_deprecated__(msg) __attribute__((deprecated(msg)))
#define __parsec_enum_attribute_deprecated__(msg) __attribute__((deprecated(msg)))

#define PARSEC_MAX_DEVICE_NAME_LEN 64
#define PARSEC_PATH_SEP "/"
#define PARSEC_ENV_SEP ':'

typedef uint32_t parsec_dependency_t;

/* Items of sorted lists: the int at byte `off` of an item is its priority; the greater, the earlier. */
#define COMPARISON_VAL(item, off) (*((int *)(((uintptr_t)(item)) + (off))))
#define HIGHER_IS_BETTER
#define A_LOWER_PRIORITY_THAN_B(a, b, off) (COMPARISON_VAL((a), (off)) < COMPARISON_VAL((b), (off)))
#define A_HIGHER_PRIORITY_THAN_B(a, b, off) (COMPARISON_VAL((a), (off)) > COMPARISON_VAL((b), (off)))
#define SET_HIGHEST_PRIORITY(item, off) COMPARISON_VAL(item, off) = INT32_MAX
#define SET_LOWEST_PRIORITY(item, off) COMPARISON_VAL(item, off) = INT32_MIN

#endif /* PARSEC_CONFIG_H_HAS_BEEN_INCLUDED */
