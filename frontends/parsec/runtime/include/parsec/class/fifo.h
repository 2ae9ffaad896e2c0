/* Queues: a list (class/list.h), filled at the back and emptied at the front. Those without `nolock` take its lock; try: NULL also where somebody else has it. */
#ifndef FIFO_H_HAS_BEEN_INCLUDED
#define FIFO_H_HAS_BEEN_INCLUDED

#include "parsec/class/list.h"

typedef parsec_list_t parsec_fifo_t;
#define parsec_fifo_t_class parsec_list_t_class

#define parsec_fifo_is_empty(fifo) parsec_list_is_empty((parsec_list_t *)(fifo))
#define parsec_fifo_nolock_is_empty(fifo) parsec_list_nolock_is_empty((parsec_list_t *)(fifo))
#define parsec_fifo_push(fifo, item) parsec_list_push_back((parsec_list_t *)(fifo), item)
#define parsec_fifo_nolock_push(fifo, item) parsec_list_nolock_push_back((parsec_list_t *)(fifo), item)
#define parsec_fifo_chain(fifo, ring) parsec_list_chain_back((parsec_list_t *)(fifo), ring)
#define parsec_fifo_nolock_chain(fifo, ring) parsec_list_nolock_chain_back((parsec_list_t *)(fifo), ring)
#define parsec_fifo_pop(fifo) parsec_list_pop_front((parsec_list_t *)(fifo))
#define parsec_fifo_try_pop(fifo) parsec_list_try_pop_front((parsec_list_t *)(fifo))
#define parsec_fifo_nolock_pop(fifo) parsec_list_nolock_pop_front((parsec_list_t *)(fifo))

#endif /* FIFO_H_HAS_BEEN_INCLUDED */
