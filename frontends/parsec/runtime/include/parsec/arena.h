/* Arenas: pieces of memory of one size, kept for the next user when they are given back. */
#ifndef __USE_ARENA_H__
#define __USE_ARENA_H__

#include "parsec/class/lifo.h"
#include "parsec/class/parsec_hash_table.h"
#include "parsec/constants.h"
#include "parsec/data.h"
#include "parsec/runtime.h"

BEGIN_C_DECLS

/* Bytes that an arena whose limits are not given may have in use, and keep (parameters arena_max_used and arena_max_cached). */
PARSEC_DECLSPEC extern size_t parsec_arena_max_allocated_memory;
PARSEC_DECLSPEC extern size_t parsec_arena_max_cached_memory;

#define PARSEC_ALIGN(x, a, t) (((x) + ((t)(a)-1)) & ~(((t)(a)-1)))
#define PARSEC_ALIGN_PTR(x, a, t) ((t)PARSEC_ALIGN((uintptr_t)x, a, uintptr_t))
#define PARSEC_ALIGN_PAD_AMOUNT(x, s) ((~((uintptr_t)(x)) + 1) & ((uintptr_t)(s)-1))

#define PARSEC_ARENA_ALIGNMENT_64b 8
#define PARSEC_ARENA_ALIGNMENT_INT sizeof(int)
#define PARSEC_ARENA_ALIGNMENT_PTR sizeof(void *)
#define PARSEC_ARENA_ALIGNMENT_SSE 16
#define PARSEC_ARENA_ALIGNMENT_CL1 64

struct parsec_arena_s {
    parsec_object_t super;
    size_t alignment;
    size_t elem_size; /* Bytes of an element. */
    volatile int32_t used;     /* Elements in use; counted where max_used is a limit. */
    int32_t max_used;          /* INT32_MAX: no limit. */
    volatile int32_t released; /* Elements kept. Small ones are kept by the process's pools and not counted. */
    int32_t max_released;
    parsec_data_allocate_t data_malloc; /* Of pieces too large for the pools; malloc and free unless the user sets them before the */
    parsec_data_free_t data_free;       /* first use: then of all pieces. */
    parsec_lifo_t area_lifo;            /* What is kept. */
};
PARSEC_DECLSPEC PARSEC_OBJ_CLASS_DECLARATION(parsec_arena_t);

struct parsec_arena_datatype_s {
    parsec_object_t super;
    parsec_arena_t *arena;
    parsec_datatype_t opaque_dtt;
    parsec_hash_table_item_t ht_item;
};

/* Makes an arena of elements of elem_size bytes, on addresses that are multiples of alignment (a power of 2), in memory that the
 * caller has. Limits in bytes. End it with PARSEC_OBJ_DESTRUCT or, if it is from PARSEC_OBJ_NEW, PARSEC_OBJ_RELEASE, when no copy is
 * left.
 * Errors: PARSEC_ERR_BAD_PARAM. */
PARSEC_DECLSPEC int parsec_arena_construct(parsec_arena_t *arena, size_t elem_size, size_t alignment);
PARSEC_DECLSPEC int parsec_arena_construct_ex(parsec_arena_t *arena, size_t elem_size, size_t alignment, size_t max_used,
                                              size_t max_released);
/* A copy with memory for `count` elements, uninitialised, of a new piece of data (copy->original) of no collection; the caller has
 * the one reference and gives it back with PARSEC_DATA_COPY_RELEASE or parsec_arena_release().
 * Contexts: any thread.  Errors: NULL where memory is short or the arena's limit is reached.
 * Cost: about 30 ns up to a few KiB; an allocation where nothing is kept. */
PARSEC_DECLSPEC parsec_data_copy_t *parsec_arena_get_new_copy(parsec_arena_t *arena, size_t count, int device, parsec_datatype_t dtt);
/* Gives a copy, which has none, memory of an arena. PARSEC_SUCCESS or PARSEC_ERR_OUT_OF_RESOURCE. */
PARSEC_DECLSPEC int parsec_arena_allocate_device_private(parsec_data_copy_t *copy, parsec_arena_t *arena, size_t count, int device,
                                                         parsec_datatype_t dtt);
/* Gives a copy's memory back to its arena, and with it the copy where parsec_arena_get_new_copy() made it. */
PARSEC_DECLSPEC void parsec_arena_release(parsec_data_copy_t *copy);

END_C_DECLS

#endif /* __USE_ARENA_H__ */
