/* Data collections whose pieces are told one by one, each with a 32-bit key. */
#ifndef HASH_DATATIST_H
#define HASH_DATATIST_H

#include <assert.h>
#include <stdarg.h>

#include "parsec/data_distribution.h"
#include "parsec/data_internal.h"
#include "parsec/parsec_config.h"

BEGIN_C_DECLS

typedef struct parsec_hash_datadist_entry_s {
    uint32_t key;
    parsec_data_t *data; /* NULL: not asked for yet. */
    void *actual_data;
    int rank;
    int vpid;
    uint32_t size;
    struct parsec_hash_datadist_entry_s *next;
} parsec_hash_datadist_entry_t;

typedef struct parsec_hash_datadist_s {
    parsec_data_collection_t super;
    uint32_t hash_size;
    parsec_hash_datadist_entry_t **hash;
} parsec_hash_datadist_t;

/* For `np` processes, of which this is `myrank`; empty. NULL where memory is short. */
PARSEC_DECLSPEC parsec_hash_datadist_t *parsec_hash_datadist_create(int np, int myrank);
PARSEC_DECLSPEC void parsec_hash_datadist_destroy(parsec_hash_datadist_t *d);
/* Tells one piece, or changes it; every process tells the rank, its owner the memory, its bytes and the vpid as well. A key that
 * nobody told has the rank `np`.
 * Contexts: one thread, before tasks use the collection. */
PARSEC_DECLSPEC void parsec_hash_datadist_set_data(parsec_hash_datadist_t *d, void *actual_data, uint32_t key, int vpid, int rank,
                                                   uint32_t size);
/* Prints all pieces to stderr. */
PARSEC_DECLSPEC void parsec_hash_datadist_dump(parsec_hash_datadist_t *d);

END_C_DECLS

#endif /* HASH_DATATIST_H */
