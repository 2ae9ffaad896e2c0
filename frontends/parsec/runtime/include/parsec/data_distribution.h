/* Collections: how data is spread over processes. Programs fill in the functions by hand or use parsec/data_dist/matrix. */
#ifndef _PARSEC_DATA_DISTRIBUTION_H_
#define _PARSEC_DATA_DISTRIBUTION_H_

#include "parsec/class/parsec_hash_table.h"
#include "parsec/data.h"
#include "parsec/datatype.h"

BEGIN_C_DECLS

struct parsec_device_module_s;
typedef int (*parsec_memory_region_management_f)(parsec_data_collection_t *, struct parsec_device_module_s *);

typedef uint8_t parsec_memory_registration_status_t;
#define PARSEC_MEMORY_STATUS_UNREGISTERED ((parsec_memory_registration_status_t)0x0)
#define PARSEC_MEMORY_STATUS_REGISTERED ((parsec_memory_registration_status_t)0x1)

typedef uint64_t parsec_dc_key_t;

/* The functions with "..." take the indices of a piece, ints, as many as the collection has dimensions. */
struct parsec_data_collection_s {
    parsec_dc_key_t dc_id;
    parsec_hash_table_item_t ht_item;
    uint32_t myrank;
    uint32_t nodes;
    parsec_hash_table_t *tile_h_table; /* DTD's. */
    parsec_data_key_t (*data_key)(parsec_data_collection_t *d, ...);
    uint32_t (*rank_of)(parsec_data_collection_t *d, ...);
    uint32_t (*rank_of_key)(parsec_data_collection_t *d, parsec_data_key_t key);
    /* Only of pieces of this process. */
    parsec_data_t *(*data_of)(parsec_data_collection_t *d, ...);
    parsec_data_t *(*data_of_key)(parsec_data_collection_t *d, parsec_data_key_t key);
    int32_t (*vpid_of)(parsec_data_collection_t *d, ...);
    int32_t (*vpid_of_key)(parsec_data_collection_t *d, parsec_data_key_t key);
    parsec_memory_region_management_f register_memory;
    parsec_memory_region_management_f unregister_memory;
    parsec_memory_registration_status_t memory_registration_status;
    char *key_base; /* Its name, parsec_data_collection_set_key(). */
    int (*key_to_string)(parsec_data_collection_t *d, parsec_data_key_t key, char *buffer, uint32_t buffer_size);
    char *key_dim;
    char *key;
    parsec_datatype_t default_dtt; /* Of a piece, where nothing else says. */
};

/* Every program's collection starts with this and ends with the other. All functions are NULL afterwards except vpid_of,
 * vpid_of_key (0), key_to_string (the number) and the registration of memory (nothing). */
PARSEC_DECLSPEC void parsec_data_collection_init(parsec_data_collection_t *d, int nodes, int myrank);
PARSEC_DECLSPEC void parsec_data_collection_destroy(parsec_data_collection_t *d);
/* Called by parsec_init() and parsec_fini(). */
PARSEC_DECLSPEC int parsec_data_dist_init(void);
PARSEC_DECLSPEC int parsec_data_dist_fini(void);
/* Makes the collection known under `key` (dc_id). Contexts: any thread.  Errors: PARSEC_ERR_EXISTS, PARSEC_ERR_NOT_FOUND; NULL. */
PARSEC_DECLSPEC int parsec_dc_register_id(parsec_dc_t *dc, parsec_dc_key_t key);
PARSEC_DECLSPEC int parsec_dc_unregister_id(parsec_dc_key_t key);
PARSEC_DECLSPEC parsec_dc_t *parsec_dc_lookup(parsec_dc_key_t key);
/* Names a collection, for traces and messages. */
PARSEC_DECLSPEC void parsec_data_collection_set_key(parsec_data_collection_t *d, const char *name);

END_C_DECLS

#endif /* _PARSEC_DATA_DISTRIBUTION_H_ */
