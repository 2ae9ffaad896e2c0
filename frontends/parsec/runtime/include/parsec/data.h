/* Data: pieces of a collection (parsec_data_t), each with a copy for every device that holds it (parsec_data_copy_t). Their members
 * are in parsec/data_internal.h. */
#ifndef PARSEC_DATA_H_HAS_BEEN_INCLUDED
#define PARSEC_DATA_H_HAS_BEEN_INCLUDED

#include "parsec/datatype.h"
#include "parsec/runtime.h"

BEGIN_C_DECLS

typedef uint64_t parsec_data_key_t;

typedef uint8_t parsec_data_coherency_t;
#define PARSEC_DATA_COHERENCY_INVALID ((parsec_data_coherency_t)0x0)
#define PARSEC_DATA_COHERENCY_OWNED ((parsec_data_coherency_t)0x1)
#define PARSEC_DATA_COHERENCY_EXCLUSIVE ((parsec_data_coherency_t)0x2)
#define PARSEC_DATA_COHERENCY_SHARED ((parsec_data_coherency_t)0x4)

typedef uint8_t parsec_data_status_t;
#define PARSEC_DATA_STATUS_NOT_TRANSFER ((parsec_data_status_t)0x0)
#define PARSEC_DATA_STATUS_UNDER_TRANSFER ((parsec_data_status_t)0x1)
#define PARSEC_DATA_STATUS_COMPLETE_TRANSFER ((parsec_data_status_t)0x2)

typedef uint8_t parsec_data_flag_t;
#define PARSEC_DATA_FLAG_ARENA ((parsec_data_flag_t)1 << 0)   /* The copy's memory is an arena's. */
#define PARSEC_DATA_FLAG_TRANSIT ((parsec_data_flag_t)1 << 1) /* It is on its way between processes. */
/* The copy belongs to a collection's data and lives as long as that: the runtime does not count references to it. */
#define PARSEC_DATA_FLAG_COLLECTION ((parsec_data_flag_t)1 << 3)
#define PARSEC_DATA_FLAG_EVICTED ((parsec_data_flag_t)1 << 5)
#define PARSEC_DATA_FLAG_PARSEC_MANAGED ((parsec_data_flag_t)1 << 6) /* data_destroy() frees the copies with it. */
#define PARSEC_DATA_FLAG_PARSEC_OWNED ((parsec_data_flag_t)1 << 7)   /* The copy's memory is from parsec_data_allocate. */

typedef void(parsec_data_copy_alloc_cb)(parsec_data_copy_t *, int device);
typedef void(parsec_data_copy_release_cb)(parsec_data_copy_t *, int device);

/* Called by parsec_init() and parsec_fini(). */
PARSEC_DECLSPEC int parsec_data_init(parsec_context_t *context);
PARSEC_DECLSPEC int parsec_data_fini(parsec_context_t *context);

/* ---- Pieces. Contexts of all that follows: any thread; two threads may not change the same piece at once. ---- */

/* The piece of `collection` (NULL: of none) with this key, whose memory, `size` bytes at `ptr`, is the user's. Where *holder is NULL
 * it is made, with a copy for device 0, and stored there; otherwise *holder is the piece. Several threads may ask for the same one.
 * Errors: NULL where memory is short. */
PARSEC_DECLSPEC parsec_data_t *parsec_data_create(parsec_data_t **holder, parsec_data_collection_t *collection, parsec_data_key_t key,
                                                  void *ptr, size_t size, parsec_data_flag_t flags);
/* The same without a holder, of elements of type dtt. */
PARSEC_DECLSPEC parsec_data_t *parsec_data_create_with_type(parsec_data_collection_t *collection, parsec_data_key_t key, void *ptr,
                                                            size_t size, parsec_datatype_t dtt);
/* Ends what parsec_data_create() made; the memory stays the user's, unless a copy has the flag PARSEC_OWNED. NULL: nothing. */
PARSEC_DECLSPEC void parsec_data_destroy(parsec_data_t *data);
/* A piece without copies, and the end of one. */
PARSEC_DECLSPEC parsec_data_t *parsec_data_new(void);
PARSEC_DECLSPEC void parsec_data_delete(parsec_data_t *data);

/* The copy for a device, or NULL; and its memory. */
PARSEC_DECLSPEC parsec_data_copy_t *parsec_data_get_copy(parsec_data_t *data, uint32_t device);
PARSEC_DECLSPEC void *parsec_data_get_ptr(parsec_data_t *data, uint32_t device);
PARSEC_DECLSPEC void *parsec_data_copy_get_ptr(parsec_data_copy_t *copy);
/* A copy for a device, invalid and without memory, attached to data. Errors: NULL where there is one already. */
PARSEC_DECLSPEC parsec_data_copy_t *parsec_data_copy_new(parsec_data_t *data, uint8_t device, parsec_datatype_t dtt,
                                                         parsec_data_flag_t flags);
/* Drops a reference to a copy, as PARSEC_DATA_COPY_RELEASE does. */
PARSEC_DECLSPEC void parsec_data_copy_release(parsec_data_copy_t *copy);
/* Errors of both: PARSEC_ERR_EXISTS: the device has another copy; PARSEC_ERR_NOT_FOUND: it is not this piece's. */
PARSEC_DECLSPEC int parsec_data_copy_attach(parsec_data_t *data, parsec_data_copy_t *copy, uint8_t device);
PARSEC_DECLSPEC int parsec_data_copy_detach(parsec_data_t *data, parsec_data_copy_t *copy, uint8_t device);

/* The device's copy is to be read or written (access_mode: PARSEC_FLOW_ACCESS_*). Returns the device to copy from first, or -1 where
 * the copy is up to date. */
PARSEC_DECLSPEC int parsec_data_transfer_ownership_to_copy(parsec_data_t *data, uint8_t device, uint8_t access_mode);
PARSEC_DECLSPEC int parsec_data_start_transfer_ownership_to_copy(parsec_data_t *data, uint8_t device, uint8_t access_mode);
PARSEC_DECLSPEC void parsec_data_end_transfer_ownership_to_copy(parsec_data_t *data, uint8_t device, uint8_t access_mode);

/* Print to standard error. */
PARSEC_DECLSPEC void parsec_data_copy_dump(parsec_data_copy_t *copy);
PARSEC_DECLSPEC void parsec_data_dump(parsec_data_t *data);

#define PARSEC_FLOW_ACCESS_NONE ((uint8_t)0x00)
#define PARSEC_FLOW_ACCESS_READ ((uint8_t)(1 << 2))
#define PARSEC_FLOW_ACCESS_WRITE ((uint8_t)(1 << 3))
#define PARSEC_FLOW_ACCESS_RW (PARSEC_FLOW_ACCESS_READ | PARSEC_FLOW_ACCESS_WRITE)
#define PARSEC_FLOW_ACCESS_MASK (PARSEC_FLOW_ACCESS_READ | PARSEC_FLOW_ACCESS_WRITE)

/* ---- An arena with the datatype of its pieces: what NEW and remote data are made of ---- */

/* Gives adt an arena of pieces of elem_size bytes with this alignment, and the datatype of a piece, which the user frees.
 * Errors: PARSEC_ERR_BAD_PARAM, PARSEC_ERR_OUT_OF_RESOURCE. */
PARSEC_DECLSPEC int parsec_arena_datatype_set_type(parsec_arena_datatype_t *adt, size_t elem_size, size_t alignment,
                                                   parsec_datatype_t opaque_dtt);
/* Without an arena yet. NULL where memory is short. */
PARSEC_DECLSPEC parsec_arena_datatype_t *parsec_arena_datatype_new(void);
/* Sets *adt to NULL where this was the last reference. */
PARSEC_DECLSPEC void parsec_arena_datatype_release(parsec_arena_datatype_t **adt);
PARSEC_DECLSPEC PARSEC_OBJ_CLASS_DECLARATION(parsec_arena_datatype_t);

END_C_DECLS

#endif /* PARSEC_DATA_H_HAS_BEEN_INCLUDED */
