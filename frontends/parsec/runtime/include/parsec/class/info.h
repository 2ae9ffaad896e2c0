/* Infos: named slots that libraries add to objects of others, such as devices: an id for each name, and an array of values in each
 * object, made when first asked for. */
#ifndef PARSEC_INFO_H_HAS_BEEN_INCLUDED
#define PARSEC_INFO_H_HAS_BEEN_INCLUDED

#include "parsec/class/list.h"
#include "parsec/class/parsec_rwlock.h"
#include "parsec/parsec_config.h"

BEGIN_C_DECLS

typedef int parsec_info_id_t;
#define PARSEC_INFO_ID_UNDEFINED ((parsec_info_id_t)-1)

typedef struct parsec_info_s parsec_info_t;
typedef void (*parsec_info_destructor_t)(void *elt, void *cb_data);
typedef void *(*parsec_info_constructor_t)(void *obj, void *cb_data);

typedef struct parsec_info_entry_s {
    parsec_list_item_t list_item;
    parsec_info_t *info;
    char *name;
    parsec_info_constructor_t constructor;
    void *cons_data;
    parsec_info_destructor_t destructor;
    void *des_data;
    void *cb_data;
    parsec_info_id_t iid;
} parsec_info_entry_t;

typedef struct parsec_info_object_array_s {
    parsec_list_item_t list_item;
    parsec_atomic_rwlock_t rw_lock;
    int known_infos;
    parsec_info_t *infos;
    void **info_objects;
    void *cons_obj;
} parsec_info_object_array_t;
PARSEC_DECLSPEC PARSEC_OBJ_CLASS_DECLARATION(parsec_info_object_array_t);

struct parsec_info_s {
    parsec_object_t super;
    parsec_list_t info_list; /* Entries, by id. */
    parsec_list_t ioa_list;  /* Arrays. */
    int max_id;
};
PARSEC_DECLSPEC PARSEC_OBJ_CLASS_DECLARATION(parsec_info_t);

/* A new id for `name`; constructor(object, cons_data) makes a value where there is none (NULL: there is none), and
 * destructor(value, des_data) ends it. Errors: PARSEC_INFO_ID_UNDEFINED where the name is taken. Contexts of all: any thread. */
PARSEC_DECLSPEC parsec_info_id_t parsec_info_register(parsec_info_t *nfo, const char *name, parsec_info_destructor_t destructor,
                                                      void *des_data, parsec_info_constructor_t constructor, void *cons_data,
                                                      void *cb_data);
/* Ends all values under the id. Returns it, or PARSEC_INFO_ID_UNDEFINED. */
PARSEC_DECLSPEC parsec_info_id_t parsec_info_unregister(parsec_info_t *nfo, parsec_info_id_t info_id, void **pcb_data);
PARSEC_DECLSPEC parsec_info_id_t parsec_info_lookup(parsec_info_t *nfo, const char *name, void **pcb_data);
PARSEC_DECLSPEC void parsec_info_object_array_init(parsec_info_object_array_t *oa, parsec_info_t *nfo, void *cons_obj);
/* Returns the value before. */
PARSEC_DECLSPEC void *parsec_info_set(parsec_info_object_array_t *oa, parsec_info_id_t iid, void *info);
/* Sets it where the value is `old`; returns the value afterwards. */
PARSEC_DECLSPEC void *parsec_info_test_and_set(parsec_info_object_array_t *oa, parsec_info_id_t iid, void *info, void *old);
PARSEC_DECLSPEC void *parsec_info_get(parsec_info_object_array_t *oa, parsec_info_id_t info_id);

END_C_DECLS

#endif /* PARSEC_INFO_H_HAS_BEEN_INCLUDED */
