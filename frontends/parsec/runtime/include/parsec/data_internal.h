/* The members of data and their copies, which programs read by name. */
#ifndef DATA_INTERNAL_H_HAS_BEEN_INCLUDED
#define DATA_INTERNAL_H_HAS_BEEN_INCLUDED

#include "parsec/arena.h"
#include "parsec/class/parsec_future.h"
#include "parsec/class/parsec_object.h"
#include "parsec/data.h"
#include "parsec/parsec_config.h"
#include "parsec/sys/atomic.h"
#include "parsec/utils/debug.h"

BEGIN_C_DECLS

/* 0: the cores, 1: recursive tasks, which use the same memory. */
#define PARSEC_HEDDLE_DEVICES 2

struct parsec_data_s {
    parsec_object_t super;
    parsec_atomic_lock_t lock;
    int8_t owner_device; /* Whose copy is the newest. */
    int8_t preferred_device;
    int32_t nb_copies;
    parsec_data_key_t key;
    struct parsec_data_collection_s *dc; /* NULL: belongs to none. */
    size_t span;                         /* Bytes from the first to the last. */
    struct parsec_data_copy_s *device_copies[PARSEC_HEDDLE_DEVICES];
};
PARSEC_DECLSPEC PARSEC_OBJ_CLASS_DECLARATION(parsec_data_t);

/* What a task needs is in the first cache line. */
struct parsec_data_copy_s {
    parsec_list_item_t super;
    void *device_private; /* Its memory. */
    parsec_data_t *original;
    uint32_t version;
    int8_t device_index;
    parsec_data_flag_t flags;
    parsec_data_coherency_t coherency_state;
    parsec_data_status_t data_transfer_status;
    parsec_datatype_t dtt; /* The type of an element. */
    parsec_arena_t *arena; /* Of its memory; NULL: the memory is the user's. */
    int32_t readers;
    uint32_t count; /* Elements of the arena that it has. */
    struct parsec_data_copy_s *older;
    parsec_data_copy_alloc_cb *alloc_cb;
    parsec_data_copy_release_cb *release_cb; /* Called before the copy ends. */
};
PARSEC_DECLSPEC PARSEC_OBJ_CLASS_DECLARATION(parsec_data_copy_t);

#define PARSEC_DATA_CREATE_ON_DEMAND ((parsec_data_copy_t *)(intptr_t)(-1))
#define PARSEC_DATA_GET_COPY(DATA, DEVICE) ((DATA)->device_copies[(DEVICE)])
#define PARSEC_DATA_COPY_GET_PTR(COPY) ((COPY) ? (COPY)->device_private : NULL)
#define PARSEC_DATA_COPY_RETAIN(COPY) PARSEC_OBJ_RETAIN(COPY)
/* The last reference ends the copy, gives its memory back to its arena, and sets COPY to NULL. */
#define PARSEC_DATA_COPY_RELEASE(COPY) PARSEC_OBJ_RELEASE(COPY)

END_C_DECLS

#endif /* DATA_INTERNAL_H_HAS_BEEN_INCLUDED */
