/* Pools of objects, a pool a thread; an object goes back to the pool that it came from, whoever frees it. */
#ifndef _parsec_mempool_h
#define _parsec_mempool_h

#include "parsec/class/lifo.h"
#include "parsec/parsec_config.h"
#include "parsec/runtime.h"

BEGIN_C_DECLS

typedef struct parsec_mempool_s parsec_mempool_t;

struct parsec_mempool_s {
    unsigned int nb_thread_mempools;
    size_t elt_size;
    size_t pool_owner_offset; /* Where an element has the pointer to its parsec_thread_mempool_t. */
    volatile uint32_t nb_max_elt;
    parsec_class_t *obj_class;
    parsec_thread_mempool_t *thread_mempools; /* nb_thread_mempools */
};

struct parsec_thread_mempool_s {
    parsec_mempool_t *parent;
    uint32_t nb_elt; /* Made here so far. */
    parsec_lifo_t mempool;
};

/* Elements are objects of obj_class (NULL: list items) with elt_size bytes and a parsec_thread_mempool_t* at pool_offset. */
PARSEC_DECLSPEC void parsec_mempool_construct(parsec_mempool_t *mempool, parsec_class_t *obj_class, size_t elt_size, size_t pool_offset,
                                              unsigned int nbthreads);
/* Frees what was given back. Returns how many elements were made. */
PARSEC_DECLSPEC uint64_t parsec_mempool_destruct(parsec_mempool_t *mempool);
#define PARSEC_MEMPOOL_CONSTRUCT(mempool, type, field_name, nbthreads) \
    parsec_mempool_construct((mempool), PARSEC_OBJ_CLASS(type), sizeof(type), offsetof(type, field_name), (nbthreads))

/* NULL where memory is short. */
PARSEC_DECLSPEC void *parsec_thread_mempool_allocate_when_empty(parsec_thread_mempool_t *thread_mempool);
/* Contexts: any thread, but each pool is meant for one. */
static inline void *parsec_thread_mempool_allocate(parsec_thread_mempool_t *thread_mempool)
{
    void *element = parsec_lifo_pop(&thread_mempool->mempool);
    return NULL != element ? element : parsec_thread_mempool_allocate_when_empty(thread_mempool);
}
static inline void parsec_thread_mempool_free(parsec_thread_mempool_t *thread_mempool, void *element)
{
    parsec_lifo_push(&thread_mempool->mempool, (parsec_list_item_t *)element);
}
static inline void parsec_mempool_free(parsec_mempool_t *mempool, void *element)
{
    parsec_thread_mempool_t *owner = *(parsec_thread_mempool_t **)((char *)element + mempool->pool_owner_offset);
    if( NULL != owner ) parsec_thread_mempool_free(owner, element);
}

END_C_DECLS

#endif /* _parsec_mempool_h */
