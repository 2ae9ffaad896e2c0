/* Hash tables of objects that hold their links: a parsec_hash_table_item_t at the same offset in each, whose key the user sets before
 * inserting it. A table grows by itself. Functions with `nolock` in their names are for one thread at a time, or for who holds the
 * lock of the key's bucket; the others take it. A thread may hold one bucket's lock at a time. */
#ifndef _parsec_hash_table_h
#define _parsec_hash_table_h

#include "parsec/class/list_item.h"
#include "parsec/class/parsec_rwlock.h"
#include "parsec/parsec_config.h"
#include "parsec/sys/atomic.h"

BEGIN_C_DECLS

typedef uintptr_t parsec_key_t;

/* How keys are treated. user_data is that of parsec_hash_table_init(). */
typedef struct parsec_key_fn_s {
    int (*key_equal)(parsec_key_t a, parsec_key_t b, void *user_data); /* NULL: a == b. */
    char *(*key_print)(char *buffer, size_t buffer_size, parsec_key_t k, void *user_data);
    uint64_t (*key_hash)(parsec_key_t k, void *user_data);
} parsec_key_fn_t;

typedef struct parsec_key_handle_s {
    uint64_t hash64;
    uint64_t hash; /* Which part of the table. */
    parsec_key_t key;
} parsec_key_handle_t;

typedef struct parsec_hash_table_s parsec_hash_table_t;
typedef struct parsec_hash_table_item_s parsec_hash_table_item_t;

struct parsec_hash_table_s {
    parsec_object_t super;
    int64_t elt_hashitem_offset;
    parsec_key_fn_t key_functions;
    void *hash_data;
    void *parts; /* The buckets (src/hash_table.cc). */
};
PARSEC_DECLSPEC PARSEC_OBJ_CLASS_DECLARATION(parsec_hash_table_t);

struct parsec_hash_table_item_s {
    parsec_hash_table_item_t *next_item;
    uint64_t hash64;
    parsec_key_t key;
};

/* Called by parsec_init(). */
PARSEC_DECLSPEC int parsec_hash_tables_init(void);
/* Makes an empty table with about 2^nb_bits buckets to begin with; items have their parsec_hash_table_item_t at `offset`. */
PARSEC_DECLSPEC void parsec_hash_table_init(parsec_hash_table_t *ht, int64_t offset, int nb_bits, parsec_key_fn_t key_functions,
                                            void *data);
/* The items are the user's: a table that is not empty is only warned about. */
PARSEC_DECLSPEC void parsec_hash_table_fini(parsec_hash_table_t *ht);

PARSEC_DECLSPEC void parsec_hash_table_lock_bucket(parsec_hash_table_t *ht, parsec_key_t key);
PARSEC_DECLSPEC void parsec_hash_table_lock_bucket_handle(parsec_hash_table_t *ht, parsec_key_t key, parsec_key_handle_t *handle);
PARSEC_DECLSPEC void parsec_hash_table_unlock_bucket(parsec_hash_table_t *ht, parsec_key_t key);
PARSEC_DECLSPEC void parsec_hash_table_unlock_bucket_handle(parsec_hash_table_t *ht, const parsec_key_handle_t *handle);

/* Keys are not compared when inserting. find and remove return the object, or NULL. */
PARSEC_DECLSPEC void parsec_hash_table_nolock_insert(parsec_hash_table_t *ht, parsec_hash_table_item_t *item);
PARSEC_DECLSPEC void parsec_hash_table_nolock_insert_handle(parsec_hash_table_t *ht, const parsec_key_handle_t *handle,
                                                            parsec_hash_table_item_t *item);
PARSEC_DECLSPEC void *parsec_hash_table_nolock_find(parsec_hash_table_t *ht, parsec_key_t key);
PARSEC_DECLSPEC void *parsec_hash_table_nolock_find_handle(parsec_hash_table_t *ht, const parsec_key_handle_t *handle);
PARSEC_DECLSPEC void *parsec_hash_table_nolock_remove(parsec_hash_table_t *ht, parsec_key_t key);
PARSEC_DECLSPEC void *parsec_hash_table_nolock_remove_handle(parsec_hash_table_t *ht, const parsec_key_handle_t *handle);
PARSEC_DECLSPEC void parsec_hash_table_insert(parsec_hash_table_t *ht, parsec_hash_table_item_t *item);
PARSEC_DECLSPEC void *parsec_hash_table_find(parsec_hash_table_t *ht, parsec_key_t key);
PARSEC_DECLSPEC void *parsec_hash_table_remove(parsec_hash_table_t *ht, parsec_key_t key);
/* The object that `item` is in. */
PARSEC_DECLSPEC void *parsec_hash_table_item_lookup(parsec_hash_table_t *ht, parsec_hash_table_item_t *item);

typedef void (*parsec_hash_elem_fct_t)(void *item, void *cb_data);
/* Calls fct for each object; it may remove that one with nolock functions. No other thread may use the table. */
PARSEC_DECLSPEC void parsec_hash_table_for_all(parsec_hash_table_t *ht, parsec_hash_elem_fct_t fct, void *cb_data);
/* Prints how full the table is. */
PARSEC_DECLSPEC void parsec_hash_table_stat(parsec_hash_table_t *ht);

/* For keys that are numbers. */
#define parsec_hash_table_generic_64bits_key_equal NULL
PARSEC_DECLSPEC char *parsec_hash_table_generic_64bits_key_print(char *buffer, size_t buffer_size, parsec_key_t k, void *user_data);
PARSEC_DECLSPEC uint64_t parsec_hash_table_generic_64bits_key_hash(parsec_key_t k, void *user_data);
PARSEC_DECLSPEC extern parsec_key_fn_t parsec_hash_table_generic_key_fn;

END_C_DECLS

#endif /* _parsec_hash_table_h */
