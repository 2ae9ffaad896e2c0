/* Tasks, task classes and taskpools, whose members programs read by name. Layouts are ours; names and meanings are PaRSEC's.
 * Members that nothing here uses, and that programs set, say so. */
#ifndef PARSEC_INTERNAL_H_HAS_BEEN_INCLUDED
#define PARSEC_INTERNAL_H_HAS_BEEN_INCLUDED

#include "parsec/class/list_item.h"
#include "parsec/class/parsec_hash_table.h"
#include "parsec/data.h"
#include "parsec/data_internal.h"
#include "parsec/mca/device/device.h"
#include "parsec/mca/termdet/termdet.h"
#include "parsec/parsec_config.h"
#include "parsec/private_mempool.h"
#include "parsec/profiling.h"
#include "parsec/runtime.h"

BEGIN_C_DECLS

#define container_of(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))

typedef struct parsec_data_pair_s parsec_data_pair_t;
typedef struct parsec_vp_s parsec_vp_t;
typedef struct parsec_ptg_class_s parsec_ptg_class_t;

typedef struct parsec_assignment_s {
    int value;
} parsec_assignment_t;

typedef parsec_hook_return_t(parsec_hook_t)(parsec_execution_stream_t *es, parsec_task_t *task);
typedef parsec_hook_return_t(parsec_evaluate_function_t)(const parsec_task_t *task);
typedef parsec_key_t(parsec_functionkey_fn_t)(const parsec_taskpool_t *tp, const parsec_assignment_t *assignments);
typedef int64_t(parsec_time_estimate_fct_t)(const parsec_task_t *task, parsec_device_module_t *device);
typedef char *(parsec_printtask_fn_t)(char *buffer, size_t buffer_size, const parsec_task_t *task);
typedef void (*parsec_startup_fn_t)(parsec_context_t *context, parsec_taskpool_t *tp, parsec_task_t **startup_list);
typedef void (*parsec_destruct_fn_t)(parsec_taskpool_t *tp);

#define PARSEC_TASKPOOL_TYPE_PTG 0x0001
#define PARSEC_TASKPOOL_TYPE_COMPOUND 0x0002
#define PARSEC_TASKPOOL_TYPE_DTD 0x0004
#define PARSEC_TASKPOOL_TYPE_TTG 0x0008

#define PARSEC_TASK_CLASS_TYPE_PTG 0x01
#define PARSEC_TASK_CLASS_TYPE_DTD 0x02

#define PARSEC_UNDETERMINED_NB_TASKS (0x0fffffff)
#define PARSEC_RUNTIME_RESERVED_NB_TASKS ((int32_t)0xffffffff)

#define PARSEC_HIGH_PRIORITY_TASK 0x0008
#define PARSEC_IMMEDIATE_TASK 0x0010

#define PARSEC_TASK_STATUS_NONE ((uint8_t)0x00)
#define PARSEC_TASK_STATUS_PREPARE_INPUT ((uint8_t)0x01)
#define PARSEC_TASK_STATUS_EVAL ((uint8_t)0x02)
#define PARSEC_TASK_STATUS_HOOK ((uint8_t)0x03)
#define PARSEC_TASK_STATUS_PREPARE_OUTPUT ((uint8_t)0x04)
#define PARSEC_TASK_STATUS_COMPLETE ((uint8_t)0x05)

#define PARSEC_DEVICES_ALL UINT16_MAX

/* One way to run a task; a table of them ends with type PARSEC_DEV_NONE. */
typedef struct __parsec_internal_incarnation_s {
    int32_t type; /* PARSEC_DEV_* */
    parsec_evaluate_function_t *evaluate;
    parsec_hook_t *hook;
} __parsec_chore_t;

typedef struct parsec_property_s {
    const char *name;
    const char *value;
} parsec_property_t;

/* One for each kind of task. All that is fixed when ptgpp writes it stands in a static object of the generated file. */
struct parsec_task_class_s {
    const char *name;
    uint16_t flags; /* PARSEC_HIGH_PRIORITY_TASK, PARSEC_IMMEDIATE_TASK */
    uint8_t task_class_id; /* Its index in the taskpool's task_classes_array. */
    uint8_t nb_flows; /* Data flows and control flows. */
    uint8_t nb_parameters;
    uint8_t nb_locals; /* Parameters and derived locals. */
    uint8_t task_class_type; /* PARSEC_TASK_CLASS_TYPE_* */
    const char *const *local_names; /* nb_locals */
    const char *const *flow_names; /* nb_flows, those with data first */
    const parsec_property_t *properties; /* Ends with {NULL, NULL}; NULL: none. */
    const __parsec_chore_t *incarnations;
    parsec_time_estimate_fct_t *time_estimate;
    parsec_printtask_fn_t *task_snprintf; /* NULL: NAME(local, ...) */
    parsec_functionkey_fn_t *make_key;
    parsec_key_fn_t *key_functions;
    parsec_hook_t *complete_execution; /* For callbacks of the program; called after the hook. NULL: none. */
    const parsec_ptg_class_t *ptg; /* NULL where the class is not PTG's. */
    void *dtd; /* DTD's own. */
};

struct parsec_taskpool_s {
    parsec_list_item_t super;
    uint32_t taskpool_id; /* The same in all processes. */
    char *taskpool_name;
    volatile int32_t nb_tasks; /* User-triggered and dynamic termination; see termdet.h. Otherwise not counted. */
    int16_t taskpool_type; /* PARSEC_TASKPOOL_TYPE_* */
    uint16_t devices_index_mask;
    uint32_t nb_task_classes;
    int32_t priority; /* Added to that of its tasks. */
    parsec_context_t *context; /* NULL until it is added to one. */
    parsec_termdet_monitor_t tdm;
    parsec_startup_fn_t startup_hook; /* Finds the first tasks, once, when the context is started. */
    parsec_destruct_fn_t destruct; /* Ends what a generated or user-made taskpool holds, in parsec_taskpool_free(). */
    const parsec_task_class_t **task_classes_array;
    parsec_event_cb_t on_enqueue;
    void *on_enqueue_data;
    parsec_event_cb_t on_complete;
    void *on_complete_data;
    parsec_event_cb_t on_enter_wait;
    void *on_enter_wait_data;
    parsec_event_cb_t on_leave_wait;
    void *on_leave_wait_data;
    parsec_update_ref_t update_nb_runtime_task;
    void **dependencies_array; /* For functions of programs that keep dependencies themselves; not used here, nor are those. */
    void *engine; /* The runtime's state of it (src/taskpool.h). */
    void *dsl; /* The state of DTD or PTG. */
};
PARSEC_DECLSPEC PARSEC_OBJ_CLASS_DECLARATION(parsec_taskpool_t);

struct parsec_data_pair_s {
    parsec_data_copy_t *data_in;
    parsec_data_copy_t *data_out;
    union { /* Programs that make tasks themselves set them; nothing here uses them. */
        struct data_repo_entry_s *source_repo_entry;
        void *source_repo;
        int fulfill;
    };
};

/* Bytes of heddle's header of a task, which stands in a cache line of its own. */
#define PARSEC_HEDDLE_TASK_BYTES 64

/* What every task begins with. The first line is for programs and untouched on the way of a task; then heddle's; the third holds
 * what every task uses, with the first eight locals behind it. */
#define PARSEC_MINIMAL_EXECUTION_CONTEXT                                                                              \
    parsec_list_item_t super;                                                                                         \
    parsec_thread_mempool_t *mempool_owner; /* Not NULL: the task comes from a pool of the program's. */              \
    parsec_device_module_t *selected_device;                                                                          \
    struct data_repo_entry_s *repo_entry; /* Set by programs; nothing here uses it. */                                \
    char heddle[PARSEC_HEDDLE_TASK_BYTES] __attribute__((aligned(64)));                                               \
    parsec_taskpool_t *taskpool;                                                                                      \
    const parsec_task_class_t *task_class;                                                                            \
    int32_t priority;                                                                                                 \
    uint8_t status;                                                                                                   \
    uint8_t chore_mask; /* PARSEC_DEV_* that may run it */                                                            \
    int16_t selected_chore;                                                                                           \
    int32_t missing; /* Inputs that have not come. */                                                                 \
    int32_t distance; /* How often it was put back (PARSEC_HOOK_RETURN_AGAIN). */

struct parsec_task_s {
    PARSEC_MINIMAL_EXECUTION_CONTEXT
    parsec_assignment_t locals[MAX_LOCAL_COUNT];
    parsec_data_pair_t data[MAX_PARAM_COUNT]; /* As many as the class has data flows; the rest is not there. */
};
PARSEC_DECLSPEC PARSEC_OBJ_CLASS_DECLARATION(parsec_task_t);

/* Gives a ready task to the runtime. distance > 0: behind what is there.
 * Contexts: any thread. */
PARSEC_DECLSPEC int __parsec_schedule(parsec_execution_stream_t *es, parsec_task_t *task, int32_t distance);
/* Says that the hook's work of a task, whose hook returned PARSEC_HOOK_RETURN_ASYNC, is done: successors are released.
 * Contexts: any thread. */
PARSEC_DECLSPEC int __parsec_complete_execution(parsec_execution_stream_t *es, parsec_task_t *task);
/* For startup functions: accepted; a task that is scheduled is ready. */
static inline int parsec_dependencies_mark_task_as_startup(parsec_task_t *task, parsec_execution_stream_t *es)
{
    (void)task;
    (void)es;
    return 0;
}

END_C_DECLS

#endif /* PARSEC_INTERNAL_H_HAS_BEEN_INCLUDED */
