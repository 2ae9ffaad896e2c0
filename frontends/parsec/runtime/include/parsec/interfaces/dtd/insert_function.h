/* Dynamic task discovery (DTD): a program inserts tasks one after the other, and they run as if in that order, in parallel where
 * what they do to their tiles allows it. PaRSEC 4's names, values and signatures.
 *
 *     parsec_taskpool_t *tp = parsec_dtd_taskpool_new();
 *     parsec_context_add_taskpool(context, tp);  parsec_context_start(context);
 *     parsec_dtd_data_collection_init(dc);
 *     parsec_dtd_insert_task(tp, body, 0, PARSEC_DEV_CPU, "body",
 *                            PASSED_BY_REF, PARSEC_DTD_TILE_OF_KEY(dc, 3), PARSEC_INOUT | PARSEC_AFFINITY,
 *                            sizeof(int), &factor, PARSEC_VALUE, PARSEC_DTD_ARG_END);
 *     parsec_dtd_data_flush_all(tp, dc);  parsec_taskpool_wait(tp);
 *
 * With several processes each of them inserts every task; the task runs where its AFFINITY says, and tiles travel.
 *
 * Where nothing else is said: Contexts: any thread and any task body. Tasks over the same tiles may be inserted by several threads,
 * also into several taskpools (the original leaves it to the program to keep them apart); with several processes all of them must
 * insert the accesses of a tile in the same order. Mistakes of the program end it with a message. */
#ifndef PARSEC_INSERT_FUNCTION_H_HAS_BEEN_INCLUDED
#define PARSEC_INSERT_FUNCTION_H_HAS_BEEN_INCLUDED

#include "parsec/data_distribution.h"
#include "parsec/runtime.h"

BEGIN_C_DECLS

/* What a parameter is, and flags to be added; the low 16 bits hold a region: the id of an arena datatype. */
typedef enum {
    PARSEC_INPUT = 0x100000,        /* A tile that is read, */
    PARSEC_OUTPUT = 0x200000,       /* written, */
    PARSEC_INOUT = 0x300000,        /* or both. */
    PARSEC_ATOMIC_WRITE = 0x400000, /* A tile written by several tasks at once, which see to it themselves. */
    PARSEC_SCRATCH = 0x500000,      /* Memory of this size for the task, or, where it is not NULL, the pointer. */
    PARSEC_VALUE = 0x600000,        /* So many bytes, copied at insertion. */
    PARSEC_REF = 0x700000,          /* A pointer of the program's. */
    PARSEC_GET_OP_TYPE = 0xf00000,
    PARSEC_AFFINITY = 1 << 16,      /* The task runs where this tile lives; with VALUE: in the process with this number (int). The
                                       first one of a task counts. */
    PARSEC_DONT_TRACK = 1 << 17,    /* No dependencies by this tile. */
    PARSEC_PUSHOUT = 1 << 18,       /* To and from devices: there is one memory here, so nothing happens. */
    PARSEC_PULLIN = 1 << 19,
    PARSEC_PROFILE_INFO = 1 << 24,  /* In task classes, with VALUE: the name of the value follows. */
    PARSEC_GET_OTHER_FLAG_INFO = 0x10f0000,
    PARSEC_GET_REGION_INFO = 0xffff
} parsec_dtd_op_t;

typedef enum { PASSED_BY_REF = -2, PARSEC_DTD_ARG_END = -1, PARSEC_DTD_EMPTY_FLAG = 0 } parsec_dtd_size_t;

/* A parameter of a task class. */
typedef struct {
    parsec_dtd_op_t op;
    long size;          /* Bytes, or PASSED_BY_REF. */
    char *profile_info; /* NULL: none. */
} parsec_dtd_param_t;

typedef struct parsec_dtd_task_class_s parsec_dtd_task_class_t;
typedef struct parsec_dtd_tile_s parsec_dtd_tile_t;
typedef struct parsec_dtd_task_s parsec_dtd_task_t;
typedef struct parsec_dtd_taskpool_s parsec_dtd_taskpool_t;

#define PARSEC_DTD_MAX_PARAMS 64

/* The body of a task; what it returns: parsec_hook_return_t. */
typedef parsec_hook_return_t(parsec_dtd_funcptr_t)(parsec_execution_stream_t *, parsec_task_t *);

/* How many tasks of a taskpool may be unfinished before a thread that inserts works instead, and how many at most are left when it
 * goes on; with fewer than 8 workers less is taken. Parameters dtd_window_size and dtd_threshold_size, read by the first
 * parsec_dtd_taskpool_new(); 8000 and 4000. Task bodies that insert are not held up: what they insert may depend on themselves. */
PARSEC_DECLSPEC extern int parsec_dtd_window_size;
PARSEC_DECLSPEC extern int parsec_dtd_threshold_size;

/* ---- Taskpools ---- */

/* An empty taskpool, to be added to a context before tasks are inserted. It stays open until somebody waits for it, and takes tasks
 * again after parsec_taskpool_wait(). NULL where memory is short. */
PARSEC_DECLSPEC parsec_taskpool_t *parsec_dtd_taskpool_new(void);
/* No more tasks will be inserted from outside of its tasks: it is complete when they are. PARSEC_SUCCESS, or PARSEC_ERR_BAD_PARAM
 * where it is none of DTD's or in no context. */
PARSEC_DECLSPEC int parsec_dtd_dequeue_taskpool(parsec_taskpool_t *tp);

/* ---- Shapes of tiles ---- */

/* Registers the datatype of a region with a context; *id goes into the flags, the first is 0. PARSEC_ERR_OUT_OF_RESOURCE beyond 65536. */
PARSEC_DECLSPEC int parsec_dtd_attach_arena_datatype(parsec_context_t *ctx, parsec_arena_datatype_t *adt, int *id);
/* Forgets it and returns it to the caller, as get does without; NULL where there is none. */
PARSEC_DECLSPEC parsec_arena_datatype_t *parsec_dtd_detach_arena_datatype(parsec_context_t *ctx, int id);
PARSEC_DECLSPEC parsec_arena_datatype_t *parsec_dtd_get_arena_datatype(parsec_context_t *ctx, int id);
/* Detaches, frees its datatype (unless it is predefined, where the original aborts) and drops one reference to it.
 * PARSEC_ERR_VALUE_OUT_OF_BOUNDS where there is none. */
PARSEC_DECLSPEC int parsec_dtd_free_arena_datatype(parsec_context_t *ctx, int id);

/* ---- Tiles ---- */

/* Before the first tile of a collection is asked for, in the same order in all processes; and after the last task that uses one. */
PARSEC_DECLSPEC void parsec_dtd_data_collection_init(parsec_data_collection_t *dc);
PARSEC_DECLSPEC void parsec_dtd_data_collection_fini(parsec_data_collection_t *dc);

/* The tile of a key; of a tiled matrix `__dcDC` by its indices. Cost: a few loads. */
#define PARSEC_DTD_TILE_OF(DC, I, J) \
    parsec_dtd_tile_of(&(__dc##DC->super.super), (&(__dc##DC->super.super))->data_key(&(__dc##DC->super.super), I, J))
#define PARSEC_DTD_TILE_OF_KEY(DC, KEY) parsec_dtd_tile_of(DC, KEY)
PARSEC_DECLSPEC parsec_dtd_tile_t *parsec_dtd_tile_of(parsec_data_collection_t *dc, parsec_data_key_t key);
/* A tile of no collection, which lives in process `rank`; it gets memory, of the region's size, from the first task that uses it. It
 * belongs to the taskpool. With several processes: in all of them, in the same order. */
PARSEC_DECLSPEC parsec_dtd_tile_t *parsec_dtd_tile_new(parsec_taskpool_t *dtd_tp, int rank);

/* Brings the newest version home to the process where the tile lives, once the tasks before are done; copies elsewhere are dropped.
 * A wait for the taskpool does it as well. PARSEC_SUCCESS. */
PARSEC_DECLSPEC int parsec_dtd_data_flush(parsec_taskpool_t *tp, parsec_dtd_tile_t *tile);
PARSEC_DECLSPEC int parsec_dtd_data_flush_all(parsec_taskpool_t *tp, parsec_data_collection_t *dc);

/* ---- Tasks ---- */

/* Inserts a task. Parameters by three: bytes or PASSED_BY_REF; pointer or tile; flags; after the last PARSEC_DTD_ARG_END. A tile may
 * be NULL. device_type: PARSEC_DEV_CPU (PARSEC_DEV_RECURSIVE). May run other tasks, where the window is full. */
PARSEC_DECLSPEC void parsec_dtd_insert_task(parsec_taskpool_t *tp, parsec_dtd_funcptr_t *fpointer, int priority, int device_type,
                                            const char *name_of_kernel, ...);
/* The same in two steps: values are copied in the first, the order of tasks is that of the second. */
PARSEC_DECLSPEC parsec_task_t *parsec_dtd_create_task(parsec_taskpool_t *tp, parsec_dtd_funcptr_t *fpointer, int priority,
                                                      int device_type, const char *name_of_kernel, ...);
PARSEC_DECLSPEC void parsec_insert_dtd_task(parsec_task_t *this_task);

/* A task class: parameters by two: bytes or PASSED_BY_REF; flags; (with PROFILE_INFO, a name); PARSEC_DTD_ARG_END. */
PARSEC_DECLSPEC parsec_task_class_t *parsec_dtd_create_task_class(parsec_taskpool_t *__tp, const char *name, ...);
PARSEC_DECLSPEC parsec_dtd_task_class_t *parsec_dtd_create_task_classv(const char *name, int nb_params, const parsec_dtd_param_t *params);
/* Drops the caller's hold on it; its taskpool frees it. */
PARSEC_DECLSPEC void parsec_dtd_task_class_release(parsec_taskpool_t *tp, parsec_task_class_t *tc);
/* How to run it on one type of device; the first that was added is tried first. PARSEC_ERR_BAD_PARAM for a mask,
 * PARSEC_ERR_NOT_SUPPORTED for devices that do not exist here, PARSEC_ERROR for a second one of a type. */
PARSEC_DECLSPEC int parsec_dtd_task_class_add_chore(parsec_taskpool_t *tp, parsec_task_class_t *tc, int device_type, void *function);
/* Inserts a task of a class. Parameters by two: flags, added to those of the class (PARSEC_DTD_EMPTY_FLAG: none); pointer or tile.
 * device_type may be a mask. */
PARSEC_DECLSPEC void parsec_dtd_insert_task_with_task_class(parsec_taskpool_t *tp, parsec_task_class_t *tc, int priority,
                                                            int device_type, ...);
PARSEC_DECLSPEC void parsec_dtd_register_task_class(parsec_taskpool_t *tp, uint64_t key, parsec_task_class_t *value);

/* ---- In bodies ---- */

/* Stores the parameters where the arguments point to, in their order: values are copied, of everything else it is the address. Fewer
 * arguments than parameters are right. */
PARSEC_DECLSPEC void parsec_dtd_unpack_args(parsec_task_t *this_task, ...);
#define parsec_dtd_unpack_args(this_task, ...) (parsec_dtd_unpack_args)((this_task), ##__VA_ARGS__, (void *)0)
PARSEC_DECLSPEC parsec_taskpool_t *parsec_dtd_get_taskpool(parsec_task_t *this_task);
/* The address of the i-th of the tiles among the parameters. */
PARSEC_DECLSPEC void *parsec_dtd_get_dev_ptr(parsec_task_t *this_task, int i);

END_C_DECLS

#endif /* PARSEC_INSERT_FUNCTION_H_HAS_BEEN_INCLUDED */
