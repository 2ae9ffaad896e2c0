/* What the output of parsec-ptgpp is made of: tables and functions that a generated file hands to the runtime, and the functions
 * that it calls. Of no use to anybody else: programs see the generated NAME.h and <parsec.h>.
 *
 * A task class is a table of functions over `locals`, the values of the class's locals in the order of their definition in the
 * JDF, parameters and derived ones alike. The runtime knows nothing of a class but its table: it keeps no structure for a task
 * before its first input arrives.
 *
 * Life of a task: T_walk() finds it where no task feeds it, or parsec_ptg_visit_t brings its inputs one by one, `goal` of them;
 * then `prepare` looks up the data that comes from collections, a hook runs the body, and `iterate_successors` names who gets
 * its outputs, after `write_back` gave the collections theirs.
 */
#ifndef PARSEC_PTG_H_HAS_BEEN_INCLUDED
#define PARSEC_PTG_H_HAS_BEEN_INCLUDED

#include "parsec/arena.h"
#include "parsec/data_distribution.h"
#include "parsec/data_internal.h"
#include "parsec/execution_stream.h"
#include "parsec/parsec_internal.h"
#include "parsec/ptg_interval.h"

BEGIN_C_DECLS

/* How data travels: arena NULL: as the copy is; layout PARSEC_DATATYPE_NULL: the arena's own datatype.
 * count and displacement in elements of the layout and in bytes; count < 0: one. */
typedef struct parsec_ptg_type_s {
    const parsec_arena_datatype_t *arena;
    parsec_datatype_t layout;
    int64_t count;
    int64_t displ;
} parsec_ptg_type_t;

/* The properties of one dependency: [type], [type_remote], [type_data] with their layout, count and displ. */
typedef struct parsec_ptg_types_s {
    parsec_ptg_type_t local, remote, data;
} parsec_ptg_types_t;

/* One output dependency on a task: one call on the right of "->". Static in the generated file. */
typedef struct parsec_ptg_edge_s {
    const parsec_task_class_t *target;
    uint8_t flow;            /* Of the source task, its index in task->data[] (data flows) or -1 as uint8_t (control). */
    uint8_t target_flow;     /* The same of the target. */
    uint8_t is_control;
    uint8_t dep_index;       /* Of this dependency among the output dependencies on tasks of its class, from 0. */
    /* Properties of the output dependency; NULL where it has none. */
    void (*types)(const parsec_task_t *source, parsec_ptg_types_t *types); /* They may look at its copies (data_out). */
} parsec_ptg_edge_t;

/* Called once for each successor that exists (its parameters are within their ranges), with all of its locals. `copy` is
 * source->data[edge->flow].data_out, NULL for control. */
typedef void parsec_ptg_visit_t(parsec_execution_stream_t *es, const parsec_task_t *source, const parsec_ptg_edge_t *edge,
                                const parsec_assignment_t *target_locals, parsec_data_copy_t *copy, void *arg);

/* The walk over the execution space of a class, which can stop after any point and go on later. Made by the runtime. */
typedef struct parsec_ptg_walk_s {
    parsec_taskpool_t *taskpool;
    parsec_execution_stream_t *es;
    int count_tasks;      /* Visit every point and count those of this process; 0: only those without a task before them matter. */
    int resume;           /* Set by T_walk when it stops: locals[] says where. */
    int64_t budget;       /* Points that it may still look at before it stops; T_walk takes one for each, and for each step of an
                           * outer loop. */
    int64_t local_tasks;  /* Counted so far. */
    parsec_assignment_t locals[MAX_LOCAL_COUNT]; /* Behind those of the class T_walk keeps its own. */
} parsec_ptg_walk_t;

/* What parsec_task_class_t::ptg points to. `tp` is the taskpool, from which the globals come. */
struct parsec_ptg_class_s {
    /* Bytes of a task: offsetof(data) and as many pairs as there are data flows. At least offsetof(parsec_task_t, data). */
    uint32_t task_bytes;
    uint8_t nb_data_flows;
    /* Indices of the parameters among the locals, in the order of the parameters. */
    const uint8_t *parameters;
    /* How many inputs come from tasks: one for each data flow whose active input dependency is a task (of a range: an error of
     * ptgpp), and all control inputs, ranges counted. */
    int (*goal)(const parsec_taskpool_t *tp, const parsec_assignment_t *locals);
    /* The process that runs the task. NULL: process 0 of 1 (never with several processes). */
    uint32_t (*rank_of)(const parsec_taskpool_t *tp, const parsec_assignment_t *locals);
    /* NULL: 0. */
    int (*priority)(const parsec_taskpool_t *tp, const parsec_assignment_t *locals);
    /* The least and greatest value of each parameter, in the order of the parameters, over a box that holds the space. False where
     * they cannot be told without a walk (inline C in a range). An empty space: greatest < least. NULL: never. */
    int (*bounds)(const parsec_taskpool_t *tp, int64_t *least, int64_t *greatest);
    /* As above by walking over the space. */
    void (*bounds_by_walk)(const parsec_taskpool_t *tp, int64_t *least, int64_t *greatest);
    /* Goes on with the walk; calls parsec_ptg_root() for each task of this process with goal 0. Returns 1 at the end of the space, 0
     * where the budget is used up. Parts of the space in which all tasks have an input from a task are left out where
     * count_tasks is 0. */
    int (*walk)(parsec_ptg_walk_t *walk);
    /* Sets data_in and data_out of every data flow whose input is not a task. Returns PARSEC_HOOK_RETURN_DONE or _ASYNC/_ERROR.
     * NULL: all inputs of all tasks are tasks, as they are. */
    int (*prepare)(parsec_execution_stream_t *es, parsec_task_t *task);
    /* NULL: there are none. Visits the successors behind the output dependencies whose dep_index is in `mask` (bit i; indices of 63 and above share bit 63). */
    void (*iterate_successors)(parsec_execution_stream_t *es, const parsec_task_t *task, uint64_t mask, parsec_ptg_visit_t *visit,
                               void *arg);
    /* Calls parsec_ptg_write() for each active output dependency on a collection. NULL: there is none. */
    void (*write_back)(parsec_execution_stream_t *es, parsec_task_t *task);
    /* Properties of the active input dependency of a data flow; NULL: no input dependency of the class has any. */
    void (*input_types)(const parsec_taskpool_t *tp, const parsec_assignment_t *locals, int flow, parsec_ptg_types_t *types);
    /* User-defined, or NULL: the key of a task, and how keys are hashed and compared. */
    parsec_functionkey_fn_t *make_key;
    parsec_key_fn_t *hash_struct;
    /* User-defined, or NULL: instead of the walk. It schedules tasks itself. */
    parsec_hook_t *startup_fn;
    /* 1: -M index-array, 2: -M dynamic-hash-table, 0: as the runtime finds best. */
    uint8_t dependencies;
};

/* ---- What generated code calls. Functions, where members would do: globals of a JDF are macros with short names. ---- */

/* A new taskpool of `bytes` (the generated structure, zeroed), of these classes; `termination`: 0 local, 1 dynamic, 2
 * user-triggered. parsec_taskpool_free() ends it, after calling destruct(tp). `nb_local_tasks`: the user's, or NULL.
 * Contexts: any thread.  Errors: NULL where memory is short. */
PARSEC_DECLSPEC parsec_taskpool_t *parsec_ptg_taskpool_new(size_t bytes, const char *name, const parsec_task_class_t *const *classes, int nb_classes,
                                           int termination, int (*nb_local_tasks)(parsec_taskpool_t *tp),
                                           void (*destruct)(parsec_taskpool_t *tp));

/* From a walk: the task with walk->locals, which runs here and waits for nothing. */
PARSEC_DECLSPEC void parsec_ptg_root(parsec_ptg_walk_t *walk, const parsec_task_class_t *task_class);

/* From `prepare`. Each sets task->data[flow].data_in and data_out.
 * From the piece `data` of a collection (NULL is an error that names the task). `types` NULL: as it is. */
PARSEC_DECLSPEC void parsec_ptg_read(parsec_execution_stream_t *es, parsec_task_t *task, int flow, parsec_data_t *data, const parsec_ptg_types_t *types);
/* NEW: a piece of the arena. */
PARSEC_DECLSPEC void parsec_ptg_new(parsec_execution_stream_t *es, parsec_task_t *task, int flow, const parsec_arena_datatype_t *arena, int64_t count);
/* The flow came from a task and its input dependency has a [type]: the copy becomes one of that type, unless it is. */
PARSEC_DECLSPEC void parsec_ptg_reshape(parsec_execution_stream_t *es, parsec_task_t *task, int flow, const parsec_ptg_types_t *types);

/* From `write_back`: the flow's copy goes to a piece of a collection that belongs to `rank`. `data` is that piece where rank is this
 * process, else NULL: the owner runs write_back for the task as well. Nothing happens where the copy is the piece's own. */
PARSEC_DECLSPEC void parsec_ptg_write(parsec_execution_stream_t *es, parsec_task_t *task, int flow, parsec_data_collection_t *dc, uint32_t rank,
                      parsec_data_t *data, const parsec_ptg_types_t *types);

/* Number of values of a range, for control gathers: 0 where it is empty.  A step of 0 aborts, naming the task class. */
static inline int parsec_ptg_range_count(int64_t low, int64_t high, int64_t step)
{
    if( step > 0 ) return high < low ? 0 : (int)((high - low) / step + 1);
    if( step < 0 ) return high > low ? 0 : (int)((low - high) / -step + 1);
    return 0;
}

/* Whether value lies between low and high, or high and low where step is negative. As in PaRSEC a successor between two values of a
 * range exists: programs reach such tasks by their predecessors alone. */
static inline int parsec_ptg_in_range(int64_t value, int64_t low, int64_t high, int64_t step)
{
    if( step > 0 ) return value >= low && value <= high;
    return step < 0 && value <= low && value >= high;
}

/* Whether a loop over a range goes on with this value. */
static inline int parsec_ptg_goes_on(int64_t value, int64_t high, int64_t step)
{
    return step > 0 ? value <= high : step < 0 && value >= high;
}

/* For the expressions of programs, which PaRSEC's ptgpp gives them, too. */
static inline int parsec_imin(int a, int b) { return a < b ? a : b; }
static inline int parsec_imax(int a, int b) { return a > b ? a : b; }

static inline int64_t parsec_ptg_min(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t parsec_ptg_max(int64_t a, int64_t b) { return a > b ? a : b; }

/* The process of the walk. Asked for also where it is alone: a collection may say that others own some of the tasks. */
static inline int64_t parsec_ptg_walk_rank(const parsec_ptg_walk_t *walk)
{
    return walk->es->virtual_process->parsec_context->my_rank;
}

static inline int parsec_ptg_alone(const parsec_execution_stream_t *es)
{
    return es->virtual_process->parsec_context->nb_nodes <= 1;
}

static inline uint32_t parsec_ptg_here(const parsec_execution_stream_t *es)
{
    return (uint32_t)es->virtual_process->parsec_context->my_rank;
}

static inline void parsec_ptg_set_type(parsec_ptg_type_t *type, const parsec_arena_datatype_t *arena, parsec_datatype_t layout,
                                       int64_t count, int64_t displ)
{
    type->arena = arena;
    type->layout = layout;
    type->count = count;
    type->displ = displ;
}
static inline void parsec_ptg_set_local(parsec_ptg_types_t *types, const parsec_arena_datatype_t *arena, parsec_datatype_t layout,
                                        int64_t count, int64_t displ)
{
    parsec_ptg_set_type(&types->local, arena, layout, count, displ);
}
static inline void parsec_ptg_set_remote(parsec_ptg_types_t *types, const parsec_arena_datatype_t *arena, parsec_datatype_t layout,
                                         int64_t count, int64_t displ)
{
    parsec_ptg_set_type(&types->remote, arena, layout, count, displ);
}
static inline void parsec_ptg_set_data(parsec_ptg_types_t *types, const parsec_arena_datatype_t *arena, parsec_datatype_t layout,
                                       int64_t count, int64_t displ)
{
    parsec_ptg_set_type(&types->data, arena, layout, count, displ);
}
/* As without properties. */
static inline void parsec_ptg_no_types(parsec_ptg_types_t *types)
{
    parsec_ptg_set_local(types, NULL, PARSEC_DATATYPE_NULL, -1, 0);
    types->remote = types->data = types->local;
}

END_C_DECLS

#endif /* PARSEC_PTG_H_HAS_BEEN_INCLUDED */
