/* The structures behind parsec/interfaces/dtd/insert_function.h, for programs that include this header by its name. */
#ifndef INSERT_FUNCTION_INTERNAL_H_HAS_BEEN_INCLUDED
#define INSERT_FUNCTION_INTERNAL_H_HAS_BEEN_INCLUDED

#include <limits.h>

#include "parsec/data.h"
#include "parsec/data_distribution.h"
#include "parsec/data_internal.h"
#include "parsec/execution_stream.h"
#include "parsec/interfaces/dtd/insert_function.h"
#include "parsec/mca/device/device.h"
#include "parsec/parsec_internal.h"

BEGIN_C_DECLS

/* There is no limit here. */
#define PARSEC_DTD_NB_TASK_CLASSES 25

#define FLUSHED 1
#define NOT_FLUSHED 0

/* What an insertion touches is in the first cache line. */
struct parsec_dtd_tile_s {
    parsec_object_t super;
    void *chain[3]; /* The order of its accesses; heddle's. */
    parsec_data_copy_t *data_copy; /* NULL in processes that never had it. */
    int32_t rank; /* Where it lives. */
    int16_t arena_index; /* The region of its last access; -1: none yet. */
    int16_t flushed;
    uint64_t key;
    parsec_data_collection_t *dc; /* NULL: parsec_dtd_tile_new(). */
    void *remote; /* What is known of it where there are several processes. */
    struct parsec_dtd_tile_s *next; /* Of the same taskpool, where it has no collection. */
};
PARSEC_DECLSPEC PARSEC_OBJ_CLASS_DECLARATION(parsec_dtd_tile_t);

/* Its locals and data are not there: parameters are reached by parsec_dtd_unpack_args(). */
struct parsec_dtd_task_s {
    parsec_task_t super;
};

struct parsec_dtd_taskpool_s {
    parsec_taskpool_t super;
};

struct parsec_dtd_task_class_s {
    parsec_task_class_t super;
    int count_of_params;
    parsec_dtd_param_t *params;
};

/* Contexts: any thread. A tile that nobody holds goes with its taskpool's next completion; those of collections with the collection. */
PARSEC_DECLSPEC void parsec_dtd_tile_retain(parsec_dtd_tile_t *tile);
PARSEC_DECLSPEC void parsec_dtd_tile_release(parsec_dtd_tile_t *tile);
/* The tile if it was asked for before, otherwise NULL. */
PARSEC_DECLSPEC parsec_dtd_tile_t *parsec_dtd_tile_find(parsec_data_collection_t *dc, uint64_t key);

END_C_DECLS

#endif /* INSERT_FUNCTION_INTERNAL_H_HAS_BEEN_INCLUDED */
