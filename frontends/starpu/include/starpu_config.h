/* Compile-time facts of this implementation of the StarPU API, under the names that StarPU programs test. */
#ifndef HEDDLE_STARPU_CONFIG_H
#define HEDDLE_STARPU_CONFIG_H

#include <sys/types.h>

#define STARPU_MAJOR_VERSION 1
#define STARPU_MINOR_VERSION 4
#define STARPU_RELEASE_VERSION 0

/* CPU workers only: no STARPU_USE_CUDA, STARPU_USE_OPENCL, STARPU_SIMGRID. */
#define STARPU_USE_CPU 1
#define STARPU_LINUX_SYS 1

#define STARPU_MAXNODES 1 /* Memory nodes: main memory. */
#define STARPU_MAXNUMANODES 1
#define STARPU_NMAXBUFS 8         /* Buffers of a task without dyn_handles. */
#define STARPU_MAXIMPLEMENTATIONS 4
#define STARPU_MAXCPUS 128
#define STARPU_NMAXWORKERS 128 /* Size of arrays in user-visible structures. */
#define STARPU_MAXCUDADEVS 0
#define STARPU_MAXOPENCLDEVS 0
#define STARPU_NMAX_SCHED_CTXS 1 /* The initial context. */
#define STARPU_NMAX_COMBINEDWORKERS 0

#define STARPU_HAVE_POSIX_MEMALIGN 1
#define STARPU_HAVE_NEARBYINTF 1
#define STARPU_HAVE_RINTF 1
#define STARPU_HAVE_SETENV 1
#define STARPU_HAVE_UNSETENV 1
#define STARPU_HAVE_UNISTD_H 1
#define STARPU_HAVE_STRUCT_TIMESPEC 1
#define STARPU_HAVE_PTHREAD_SETNAME_NP 1
#define STARPU_HAVE_PTHREAD_BARRIER 1
#define STARPU_HAVE_PTHREAD_SPIN_LOCK 1
#define STARPU_HAVE_STRERROR_R 1
#define STARPU_HAVE_STATEMENT_EXPRESSIONS 1
#define STARPU_HAVE_CXX11 1
#define STARPU_USE_DRAND48 1
#define STARPU_USE_ERAND48_R 1

typedef ssize_t starpu_ssize_t;

#define __starpu_func__ __func__
#ifdef __cplusplus
#define __starpu_inline inline
#else
#define __starpu_inline __inline__
#endif

#define STARPU_ATTRIBUTE_UNUSED __attribute__((unused))
#define STARPU_ATTRIBUTE_NORETURN __attribute__((noreturn))
#define STARPU_ATTRIBUTE_MALLOC __attribute__((malloc))
#define STARPU_ATTRIBUTE_PURE __attribute__((pure))
#define STARPU_ATTRIBUTE_ALIGNED(size) __attribute__((aligned(size)))
#define STARPU_ATTRIBUTE_WARN_UNUSED_RESULT __attribute__((warn_unused_result))
#define STARPU_ATTRIBUTE_FORMAT(type, string, first) __attribute__((format(type, string, first)))
#define STARPU_ATTRIBUTE_ALLOC_SIZE(size) __attribute__((alloc_size(size)))
#define STARPU_ATTRIBUTE_CALLOC_SIZE(number, size) __attribute__((alloc_size(number, size)))
#define STARPU_WARN_UNUSED_RESULT __attribute__((warn_unused_result))
/* clang++ would warn of each copy of a structure with such a field. */
#if defined(HEDDLE_STARPU_INSIDE) || defined(STARPU_USE_DEPRECATED_API) || (defined(__clang__) && defined(__cplusplus))
#define STARPU_DEPRECATED
#else
#define STARPU_DEPRECATED __attribute__((deprecated))
#endif

#endif /* HEDDLE_STARPU_CONFIG_H */
