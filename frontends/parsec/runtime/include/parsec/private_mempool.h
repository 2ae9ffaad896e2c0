/* Pools of untyped memory of one size, which bodies take their scratch from. */
#ifndef MEMORY_POOL_H_HAS_BEEN_INCLUDED
#define MEMORY_POOL_H_HAS_BEEN_INCLUDED

#include "parsec/class/lifo.h"
#include "parsec/mempool.h"
#include "parsec/parsec_config.h"

BEGIN_C_DECLS

typedef struct parsec_memory_pool_t {
    parsec_lifo_t lifo;
    size_t elem_size;
} parsec_memory_pool_t;

PARSEC_DECLSPEC int parsec_private_memory_init(parsec_memory_pool_t *pool, size_t size);
/* Frees what was pushed back. */
PARSEC_DECLSPEC int parsec_private_memory_fini(parsec_memory_pool_t *pool);
/* Memory for `size` bytes, on 16 bytes; NULL where memory is short. Contexts of both: any thread. */
PARSEC_DECLSPEC void *parsec_private_memory_pop(parsec_memory_pool_t *pool);
PARSEC_DECLSPEC void parsec_private_memory_push(parsec_memory_pool_t *pool, void *memory);

END_C_DECLS

#endif /* MEMORY_POOL_H_HAS_BEEN_INCLUDED */
