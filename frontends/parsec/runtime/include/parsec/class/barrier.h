/* Barriers of threads: pthread's. Returns of the functions are those of pthread. Tasks must not wait at one. */
#ifndef PARSEC_BARRIER_H_HAS_BEEN_INCLUDED
#define PARSEC_BARRIER_H_HAS_BEEN_INCLUDED

#include <pthread.h>
#include <unistd.h>

#include "parsec/parsec_config.h"

typedef pthread_barrier_t parsec_barrier_t;
#define parsec_barrier_init(barrier, attributes, count) pthread_barrier_init((barrier), (const pthread_barrierattr_t *)(attributes), (count))
#define parsec_barrier_wait pthread_barrier_wait
#define parsec_barrier_destroy pthread_barrier_destroy

#endif /* PARSEC_BARRIER_H_HAS_BEEN_INCLUDED */
