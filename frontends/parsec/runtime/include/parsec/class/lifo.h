/* Stacks of items, with a lock. pop returns NULL where there is nothing. */
#ifndef LIFO_H_HAS_BEEN_INCLUDED
#define LIFO_H_HAS_BEEN_INCLUDED

#include "parsec/class/list_item.h"
#include "parsec/parsec_config.h"
#include "parsec/sys/atomic.h"

BEGIN_C_DECLS

typedef struct parsec_lifo_s {
    parsec_object_t super;
    parsec_atomic_lock_t lock;
    uint8_t alignment; /* log2 of that of its items. */
    parsec_list_item_t *head;
} parsec_lifo_t;
PARSEC_DECLSPEC PARSEC_OBJ_CLASS_DECLARATION(parsec_lifo_t);

#define PARSEC_LIFO_ALIGNMENT_DEFAULT 3
#define PARSEC_LIFO_ALIGNMENT_BITS(LIFO) ((LIFO)->alignment)
#define PARSEC_LIFO_ALIGNMENT(LIFO) ((uintptr_t)1 << ((LIFO)->alignment < 3 ? 3 : (LIFO)->alignment))

static inline int parsec_lifo_is_empty(parsec_lifo_t *lifo) { return NULL == __atomic_load_n(&lifo->head, __ATOMIC_RELAXED); }
static inline int parsec_lifo_nolock_is_empty(parsec_lifo_t *lifo) { return NULL == lifo->head; }
#define parsec_nolock_lifo_is_empty parsec_lifo_nolock_is_empty

static inline void parsec_lifo_nolock_push(parsec_lifo_t *lifo, parsec_list_item_t *item)
{
    item->list_next = lifo->head;
    __atomic_store_n(&lifo->head, item, __ATOMIC_RELAXED);
}
/* The ring's first is the new top. */
static inline void parsec_lifo_nolock_chain(parsec_lifo_t *lifo, parsec_list_item_t *ring)
{
    ring->list_prev->list_next = lifo->head;
    __atomic_store_n(&lifo->head, ring, __ATOMIC_RELAXED);
}
static inline parsec_list_item_t *parsec_lifo_nolock_pop(parsec_lifo_t *lifo)
{
    parsec_list_item_t *item = lifo->head;
    if( NULL != item ) {
        __atomic_store_n(&lifo->head, (parsec_list_item_t *)item->list_next, __ATOMIC_RELAXED);
        item->list_next = NULL;
    }
    return item;
}
static inline void parsec_lifo_push(parsec_lifo_t *lifo, parsec_list_item_t *item)
{
    parsec_atomic_lock(&lifo->lock);
    parsec_lifo_nolock_push(lifo, item);
    parsec_atomic_unlock(&lifo->lock);
}
static inline void parsec_lifo_chain(parsec_lifo_t *lifo, parsec_list_item_t *ring)
{
    parsec_atomic_lock(&lifo->lock);
    parsec_lifo_nolock_chain(lifo, ring);
    parsec_atomic_unlock(&lifo->lock);
}
static inline parsec_list_item_t *parsec_lifo_pop(parsec_lifo_t *lifo)
{
    if( parsec_lifo_is_empty(lifo) ) return NULL;
    parsec_atomic_lock(&lifo->lock);
    parsec_list_item_t *item = parsec_lifo_nolock_pop(lifo);
    parsec_atomic_unlock(&lifo->lock);
    return item;
}
static inline parsec_list_item_t *parsec_lifo_try_pop(parsec_lifo_t *lifo)
{
    if( parsec_lifo_is_empty(lifo) || !parsec_atomic_trylock(&lifo->lock) ) return NULL;
    parsec_list_item_t *item = parsec_lifo_nolock_pop(lifo);
    parsec_atomic_unlock(&lifo->lock);
    return item;
}

/* Memory of items for this stack, constructed; NULL where memory is short. Freed with the other. */
PARSEC_DECLSPEC parsec_list_item_t *parsec_lifo_item_alloc_(parsec_lifo_t *lifo, size_t size);
PARSEC_DECLSPEC void parsec_lifo_item_free_(parsec_list_item_t *item);
#define parsec_lifo_item_alloc(LIFO, SIZE) parsec_lifo_item_alloc_((LIFO), (SIZE))
#define parsec_lifo_item_free(ITEM)                            \
    do {                                                       \
        parsec_lifo_item_free_((parsec_list_item_t *)(ITEM)); \
        (ITEM) = NULL;                                         \
    } while( 0 )

END_C_DECLS

#endif /* LIFO_H_HAS_BEEN_INCLUDED */
