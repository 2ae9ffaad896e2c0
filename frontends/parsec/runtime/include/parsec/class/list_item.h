/* What an object in a list begins with, and rings of items: chains whose last item is followed by the first. None of these functions
 * may run on the same items in two threads at once. */
#ifndef PARSEC_LIST_ITEM_H_HAS_BEEN_INCLUDED
#define PARSEC_LIST_ITEM_H_HAS_BEEN_INCLUDED

#include "parsec/class/parsec_object.h"
#include "parsec/parsec_config.h"

BEGIN_C_DECLS

typedef struct parsec_list_item_s {
    parsec_object_t super;
    volatile struct parsec_list_item_s *list_next;
    volatile struct parsec_list_item_s *list_prev;
} parsec_list_item_t;
PARSEC_DECLSPEC PARSEC_OBJ_CLASS_DECLARATION(parsec_list_item_t);

#define PARSEC_LIST_ITEM_NEXT(item) ((__typeof__(item))(((parsec_list_item_t *)(item))->list_next))
#define PARSEC_LIST_ITEM_PREV(item) ((__typeof__(item))(((parsec_list_item_t *)(item))->list_prev))

/* A ring of one. */
static inline parsec_list_item_t *parsec_list_item_singleton(parsec_list_item_t *item)
{
    item->list_next = item->list_prev = item;
    return item;
}
#define PARSEC_LIST_ITEM_SINGLETON(item) parsec_list_item_singleton((parsec_list_item_t *)(item))

/* Closes the chain from first to last to a ring; returns first. */
static inline parsec_list_item_t *parsec_list_item_ring(parsec_list_item_t *first, parsec_list_item_t *last)
{
    last->list_next = first;
    first->list_prev = last;
    return first;
}

/* Puts item before ring, at its end; returns ring. */
static inline parsec_list_item_t *parsec_list_item_ring_push(parsec_list_item_t *ring, parsec_list_item_t *item)
{
    parsec_list_item_t *last = (parsec_list_item_t *)ring->list_prev;
    last->list_next = item;
    item->list_prev = last;
    item->list_next = ring;
    ring->list_prev = item;
    return ring;
}

/* Puts the second ring behind the first; returns the first. */
static inline parsec_list_item_t *parsec_list_item_ring_merge(parsec_list_item_t *ring1, parsec_list_item_t *ring2)
{
    parsec_list_item_t *last1 = (parsec_list_item_t *)ring1->list_prev;
    parsec_list_item_t *last2 = (parsec_list_item_t *)ring2->list_prev;
    last1->list_next = ring2;
    ring2->list_prev = last1;
    last2->list_next = ring1;
    ring1->list_prev = last2;
    return ring1;
}

/* Takes item out; returns the one behind it, NULL where it was alone. */
static inline parsec_list_item_t *parsec_list_item_ring_chop(parsec_list_item_t *item)
{
    parsec_list_item_t *next = (parsec_list_item_t *)item->list_next;
    if( next == item ) return NULL;
    next->list_prev = item->list_prev;
    item->list_prev->list_next = next;
    return next;
}

/* Runs CODE with ITEM from RING to the one before LAST (LAST == RING: all); CODE may break. The value is the ITEM where it stopped. */
#define _LIST_ITEM_ITERATOR(RING, LAST, ITEM, CODE)             \
    ({                                                          \
        parsec_list_item_t *ITEM = (parsec_list_item_t *)(RING); \
        do {                                                    \
            {                                                   \
                CODE;                                           \
            }                                                   \
            ITEM = (parsec_list_item_t *)ITEM->list_next;       \
        } while( ITEM != (LAST) );                              \
        ITEM;                                                   \
    })

/* Puts item into a ring that is sorted by the int at byte `off`, before the first that is not greater. Returns the ring's first. */
static inline parsec_list_item_t *parsec_list_item_ring_push_sorted(parsec_list_item_t *ring, parsec_list_item_t *item, size_t off)
{
    parsec_list_item_t *at = ring;
    if( NULL == ring ) return parsec_list_item_singleton(item);
    do {
        if( !A_LOWER_PRIORITY_THAN_B(item, at, off) ) {
            parsec_list_item_ring_push(at, item);
            return at == ring ? item : ring;
        }
        at = (parsec_list_item_t *)at->list_next;
    } while( at != ring );
    return parsec_list_item_ring_push(ring, item);
}

#define PARSEC_ITEM_ATTACH(LIST, ITEM) ((void)(LIST), (void)(ITEM))
#define PARSEC_ITEMS_ATTACH(LIST, ITEMS) ((void)(LIST), (void)(ITEMS))
#define PARSEC_ITEM_DETACH(ITEM) ((void)(ITEM))

END_C_DECLS

#endif /* PARSEC_LIST_ITEM_H_HAS_BEEN_INCLUDED */
