/* What this PaRSEC is, as its headers and programs ask for it. */
#ifndef PARSEC_CONFIG_H_HAS_BEEN_INCLUDED
#define PARSEC_CONFIG_H_HAS_BEEN_INCLUDED

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
#define PARSEC_DIST_WITH_MPI 1
#define PARSEC_HAVE_HWLOC 1
#define PARSEC_HAVE_STDDEF_H 1
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
#define PARSEC_ATTRIBUTE_FORMAT_PRINTF(format, first) __attribute__((format(printf, format, first)))
#define __parsec_attribute_always_inline__ __attribute__((always_inline))
#define __parsec_attribute_unused__ __attribute__((unused))
#define __parsec_attribute_malloc__ __attribute__((malloc))

typedef uint32_t parsec_dependency_t;

#endif /* PARSEC_CONFIG_H_HAS_BEEN_INCLUDED */
