/* Memory for data, and sleeping. */
#ifndef HEDDLE_STARPU_STDLIB_H
#define HEDDLE_STARPU_STDLIB_H

#include <stddef.h>

#include "starpu_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Flags of starpu_malloc_flags; memory is neither pinned nor counted here. */
#define STARPU_MALLOC_PINNED ((1ULL) << 1)
#define STARPU_MALLOC_COUNT ((1ULL) << 2)
#define STARPU_MALLOC_NORECLAIM ((1ULL) << 3)
#define STARPU_MEMORY_WAIT ((1ULL) << 4)
#define STARPU_MEMORY_OVERFLOW ((1ULL) << 5)
#define STARPU_MALLOC_SIMULATION_FOLDED ((1ULL) << 6)
#define STARPU_MALLOC_SIMULATION_UNIQUE ((1ULL) << 7)

/* A power of two, for later allocations. */
void starpu_malloc_set_align(size_t align);
/* 0 or -ENOMEM. */
int starpu_malloc(void **A, size_t dim) STARPU_ATTRIBUTE_WARN_UNUSED_RESULT;
int starpu_malloc_flags(void **A, size_t dim, int flags) STARPU_ATTRIBUTE_WARN_UNUSED_RESULT;
int starpu_free(void *A) STARPU_DEPRECATED;
int starpu_free_noflag(void *A, size_t dim);
int starpu_free_flags(void *A, size_t dim, int flags);
/* Who allocates instead: the hooks return 0 or -ENOMEM. Both, and before the first allocation. NULL: the C library. */
typedef int (*starpu_malloc_hook)(unsigned dst_node, void **A, size_t dim, int flags);
typedef int (*starpu_free_hook)(unsigned dst_node, void *A, size_t dim, int flags);
void starpu_malloc_set_hooks(starpu_malloc_hook malloc_hook, starpu_free_hook free_hook);
int starpu_memory_pin(void *addr, size_t size);
int starpu_memory_unpin(void *addr, size_t size);

void starpu_sleep(float nb_sec);
void starpu_usleep(float nb_micro_sec);

#ifdef __cplusplus
}
#endif
#endif /* HEDDLE_STARPU_STDLIB_H */
