/* Doubly linked lists with a lock. Functions with `nolock` in their names are for one thread at a time or with the lock held; the
 * others take it. "chain" functions move whole rings (list_item.h). Sorted lists: by the int at byte `offset`, greatest first; equal
 * ones in the order of their coming. */
#ifndef PARSEC_LIST_H_HAS_BEEN_INCLUDED
#define PARSEC_LIST_H_HAS_BEEN_INCLUDED

#include "parsec/class/list_item.h"
#include "parsec/parsec_config.h"
#include "parsec/sys/atomic.h"

BEGIN_C_DECLS

typedef struct parsec_list_t {
    parsec_object_t super;
    parsec_list_item_t ghost_element; /* Before the first and behind the last. */
    parsec_atomic_lock_t atomic_lock;
} parsec_list_t;
PARSEC_DECLSPEC PARSEC_OBJ_CLASS_DECLARATION(parsec_list_t);

static inline void parsec_list_lock(parsec_list_t *list) { parsec_atomic_lock(&list->atomic_lock); }
static inline void parsec_list_unlock(parsec_list_t *list) { parsec_atomic_unlock(&list->atomic_lock); }

#define PARSEC_LIST_ITERATOR_FIRST(LIST) ((parsec_list_item_t *)(LIST)->ghost_element.list_next)
#define PARSEC_LIST_ITERATOR_LAST(LIST) ((parsec_list_item_t *)(LIST)->ghost_element.list_prev)
#define PARSEC_LIST_ITERATOR_END(LIST) (&((LIST)->ghost_element))
#define PARSEC_LIST_ITERATOR_BEGIN(LIST) (&((LIST)->ghost_element))
#define PARSEC_LIST_ITERATOR_NEXT(ITEM) ((parsec_list_item_t *)((ITEM)->list_next))
#define PARSEC_LIST_ITERATOR_PREV(ITEM) ((parsec_list_item_t *)((ITEM)->list_prev))

/* Run CODE with ITEM from the first to the last (REV: from the last); CODE may break, not return while the lock is held. The value
 * is the ITEM where it stopped, the list's end otherwise. */
#define PARSEC_LIST_NOLOCK_ITERATOR(LIST, ITEM, CODE)                                                 \
    ({                                                                                                \
        parsec_list_item_t *ITEM = PARSEC_LIST_ITERATOR_FIRST(LIST);                                  \
        for( ; ITEM != PARSEC_LIST_ITERATOR_END(LIST); ITEM = PARSEC_LIST_ITERATOR_NEXT(ITEM) ) { CODE; } \
        ITEM;                                                                                         \
    })
#define PARSEC_LIST_NOLOCK_REV_ITERATOR(LIST, ITEM, CODE)                                             \
    ({                                                                                                \
        parsec_list_item_t *ITEM = PARSEC_LIST_ITERATOR_LAST(LIST);                                   \
        for( ; ITEM != PARSEC_LIST_ITERATOR_BEGIN(LIST); ITEM = PARSEC_LIST_ITERATOR_PREV(ITEM) ) { CODE; } \
        ITEM;                                                                                         \
    })
#define PARSEC_LIST_ITERATOR(LIST, ITEM, CODE)                                                        \
    ({                                                                                                \
        parsec_list_lock(LIST);                                                                       \
        parsec_list_item_t *ITEM##_at_ = PARSEC_LIST_NOLOCK_ITERATOR(LIST, ITEM, CODE);               \
        parsec_list_unlock(LIST);                                                                     \
        ITEM##_at_;                                                                                   \
    })

/* ---- Without the lock ---- */

static inline int parsec_list_nolock_is_empty(parsec_list_t *list)
{
    return PARSEC_LIST_ITERATOR_FIRST(list) == PARSEC_LIST_ITERATOR_END(list);
}
static inline int parsec_list_nolock_contains(parsec_list_t *list, parsec_list_item_t *item)
{
    parsec_list_item_t *at = PARSEC_LIST_ITERATOR_FIRST(list);
    while( at != PARSEC_LIST_ITERATOR_END(list) && at != item ) at = PARSEC_LIST_ITERATOR_NEXT(at);
    return at == item;
}
/* Puts the ring before `position`, which may be the list's end. */
static inline void parsec_list_chain_before_(parsec_list_item_t *position, parsec_list_item_t *ring)
{
    parsec_list_item_t *last = (parsec_list_item_t *)ring->list_prev;
    ring->list_prev = position->list_prev;
    position->list_prev->list_next = ring;
    last->list_next = position;
    position->list_prev = last;
}
static inline void parsec_list_nolock_add_before(parsec_list_t *list, parsec_list_item_t *position, parsec_list_item_t *item)
{
    (void)list;
    parsec_list_chain_before_(position, parsec_list_item_singleton(item));
}
#define parsec_list_nolock_add(list, position, item) parsec_list_nolock_add_before(list, position, item)
static inline void parsec_list_nolock_add_after(parsec_list_t *list, parsec_list_item_t *position, parsec_list_item_t *item)
{
    parsec_list_nolock_add_before(list, PARSEC_LIST_ITERATOR_NEXT(position), item);
}
/* Returns the item before the one that was taken out. */
static inline parsec_list_item_t *parsec_list_nolock_remove(parsec_list_t *list, parsec_list_item_t *item)
{
    parsec_list_item_t *before = PARSEC_LIST_ITERATOR_PREV(item);
    (void)list;
    before->list_next = item->list_next;
    item->list_next->list_prev = before;
    return before;
}
static inline void parsec_list_nolock_push_front(parsec_list_t *list, parsec_list_item_t *item)
{
    parsec_list_nolock_add_before(list, PARSEC_LIST_ITERATOR_FIRST(list), item);
}
static inline void parsec_list_nolock_push_back(parsec_list_t *list, parsec_list_item_t *item)
{
    parsec_list_nolock_add_before(list, PARSEC_LIST_ITERATOR_END(list), item);
}
static inline void parsec_list_nolock_chain_front(parsec_list_t *list, parsec_list_item_t *ring)
{
    parsec_list_chain_before_(PARSEC_LIST_ITERATOR_FIRST(list), ring);
}
static inline void parsec_list_nolock_chain_back(parsec_list_t *list, parsec_list_item_t *ring)
{
    parsec_list_chain_before_(PARSEC_LIST_ITERATOR_END(list), ring);
}
static inline parsec_list_item_t *parsec_list_nolock_pop_front(parsec_list_t *list)
{
    parsec_list_item_t *item = PARSEC_LIST_ITERATOR_FIRST(list);
    if( item == PARSEC_LIST_ITERATOR_END(list) ) return NULL;
    parsec_list_nolock_remove(list, item);
    return item;
}
static inline parsec_list_item_t *parsec_list_nolock_pop_back(parsec_list_t *list)
{
    parsec_list_item_t *item = PARSEC_LIST_ITERATOR_LAST(list);
    if( item == PARSEC_LIST_ITERATOR_END(list) ) return NULL;
    parsec_list_nolock_remove(list, item);
    return item;
}
/* All items as a ring; NULL where there are none. */
static inline parsec_list_item_t *parsec_list_nolock_unchain(parsec_list_t *list)
{
    if( parsec_list_nolock_is_empty(list) ) return NULL;
    parsec_list_item_t *first = PARSEC_LIST_ITERATOR_FIRST(list);
    parsec_list_item_ring(first, PARSEC_LIST_ITERATOR_LAST(list));
    parsec_list_item_singleton(&list->ghost_element);
    return first;
}
static inline void parsec_list_nolock_push_sorted(parsec_list_t *list, parsec_list_item_t *item, size_t offset)
{
    parsec_list_item_t *at = PARSEC_LIST_ITERATOR_LAST(list);
    while( at != PARSEC_LIST_ITERATOR_BEGIN(list) && A_HIGHER_PRIORITY_THAN_B(item, at, offset) ) at = PARSEC_LIST_ITERATOR_PREV(at);
    parsec_list_nolock_add_after(list, at, item);
}
/* The list must be sorted, the ring (NULL: nothing) need not be.  Cost: O(items + list) where the ring is sorted. */
PARSEC_DECLSPEC void parsec_list_nolock_chain_sorted(parsec_list_t *list, parsec_list_item_t *ring, size_t offset);
/* Cost: O(n log n). */
PARSEC_DECLSPEC void parsec_list_nolock_sort(parsec_list_t *list, size_t offset);

/* ---- With the lock. Nothing to pop: NULL. try: NULL also where somebody else has the lock. ---- */

static inline int parsec_list_is_empty(parsec_list_t *list)
{
    parsec_list_lock(list);
    int empty = parsec_list_nolock_is_empty(list);
    parsec_list_unlock(list);
    return empty;
}

#define PARSEC_LIST_LOCKED_VOID_(name, parameters, arguments)        \
    static inline void parsec_list_##name parameters                 \
    {                                                                \
        parsec_list_lock(list);                                      \
        parsec_list_nolock_##name arguments;                         \
        parsec_list_unlock(list);                                    \
    }
#define PARSEC_LIST_LOCKED_ITEM_(name)                               \
    static inline parsec_list_item_t *parsec_list_##name(parsec_list_t *list) \
    {                                                                \
        parsec_list_lock(list);                                      \
        parsec_list_item_t *item = parsec_list_nolock_##name(list);  \
        parsec_list_unlock(list);                                    \
        return item;                                                 \
    }
#define PARSEC_LIST_TRY_ITEM_(name)                                  \
    static inline parsec_list_item_t *parsec_list_try_##name(parsec_list_t *list) \
    {                                                                \
        if( !parsec_atomic_trylock(&list->atomic_lock) ) return NULL; \
        parsec_list_item_t *item = parsec_list_nolock_##name(list);  \
        parsec_list_unlock(list);                                    \
        return item;                                                 \
    }
PARSEC_LIST_LOCKED_VOID_(add_before, (parsec_list_t *list, parsec_list_item_t *position, parsec_list_item_t *item), (list, position, item))
PARSEC_LIST_LOCKED_VOID_(add_after, (parsec_list_t *list, parsec_list_item_t *position, parsec_list_item_t *item), (list, position, item))
PARSEC_LIST_LOCKED_VOID_(push_front, (parsec_list_t *list, parsec_list_item_t *item), (list, item))
PARSEC_LIST_LOCKED_VOID_(push_back, (parsec_list_t *list, parsec_list_item_t *item), (list, item))
PARSEC_LIST_LOCKED_VOID_(chain_front, (parsec_list_t *list, parsec_list_item_t *ring), (list, ring))
PARSEC_LIST_LOCKED_VOID_(chain_back, (parsec_list_t *list, parsec_list_item_t *ring), (list, ring))
PARSEC_LIST_LOCKED_VOID_(push_sorted, (parsec_list_t *list, parsec_list_item_t *item, size_t offset), (list, item, offset))
PARSEC_LIST_LOCKED_VOID_(chain_sorted, (parsec_list_t *list, parsec_list_item_t *ring, size_t offset), (list, ring, offset))
PARSEC_LIST_LOCKED_VOID_(sort, (parsec_list_t *list, size_t offset), (list, offset))
PARSEC_LIST_LOCKED_ITEM_(pop_front)
PARSEC_LIST_LOCKED_ITEM_(pop_back)
PARSEC_LIST_LOCKED_ITEM_(unchain)
PARSEC_LIST_TRY_ITEM_(pop_front)
PARSEC_LIST_TRY_ITEM_(pop_back)
#undef PARSEC_LIST_LOCKED_VOID_
#undef PARSEC_LIST_LOCKED_ITEM_
#undef PARSEC_LIST_TRY_ITEM_
#define parsec_list_prepend parsec_list_push_front
#define parsec_list_append parsec_list_push_back

END_C_DECLS

#endif /* PARSEC_LIST_H_HAS_BEEN_INCLUDED */
