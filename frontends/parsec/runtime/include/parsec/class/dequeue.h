/* Queues with two ends: a list (class/list.h), filled and emptied at both. Those without `nolock` take its lock; try: NULL also where somebody else has it. */
#ifndef DEQUEUE_H_HAS_BEEN_INCLUDED
#define DEQUEUE_H_HAS_BEEN_INCLUDED

#include "parsec/class/list.h"

typedef parsec_list_t parsec_dequeue_t;
#define parsec_dequeue_t_class parsec_list_t_class

#define parsec_dequeue_is_empty(dequeue) parsec_list_is_empty((parsec_list_t *)(dequeue))
#define parsec_dequeue_nolock_is_empty(dequeue) parsec_list_nolock_is_empty((parsec_list_t *)(dequeue))
#define parsec_dequeue_push_front(dequeue, item) parsec_list_push_front((parsec_list_t *)(dequeue), item)
#define parsec_dequeue_chain_front(dequeue, ring) parsec_list_chain_front((parsec_list_t *)(dequeue), ring)
#define parsec_dequeue_pop_front(dequeue) parsec_list_pop_front((parsec_list_t *)(dequeue))
#define parsec_dequeue_nolock_push_front(dequeue, item) parsec_list_nolock_push_front((parsec_list_t *)(dequeue), item)
#define parsec_dequeue_nolock_chain_front(dequeue, ring) parsec_list_nolock_chain_front((parsec_list_t *)(dequeue), ring)
#define parsec_dequeue_nolock_pop_front(dequeue) parsec_list_nolock_pop_front((parsec_list_t *)(dequeue))
#define parsec_dequeue_try_pop_front(dequeue) parsec_list_try_pop_front((parsec_list_t *)(dequeue))
#define parsec_dequeue_push_back(dequeue, item) parsec_list_push_back((parsec_list_t *)(dequeue), item)
#define parsec_dequeue_chain_back(dequeue, ring) parsec_list_chain_back((parsec_list_t *)(dequeue), ring)
#define parsec_dequeue_pop_back(dequeue) parsec_list_pop_back((parsec_list_t *)(dequeue))
#define parsec_dequeue_nolock_push_back(dequeue, item) parsec_list_nolock_push_back((parsec_list_t *)(dequeue), item)
#define parsec_dequeue_nolock_chain_back(dequeue, ring) parsec_list_nolock_chain_back((parsec_list_t *)(dequeue), ring)
#define parsec_dequeue_nolock_pop_back(dequeue) parsec_list_nolock_pop_back((parsec_list_t *)(dequeue))
#define parsec_dequeue_try_pop_back(dequeue) parsec_list_try_pop_back((parsec_list_t *)(dequeue))

#endif /* DEQUEUE_H_HAS_BEEN_INCLUDED */
