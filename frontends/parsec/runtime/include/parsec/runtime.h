/* The runtime's interface: contexts and taskpools. PaRSEC 4's names, signatures and meanings. */
#ifndef PARSEC_RUNTIME_H_HAS_BEEN_INCLUDED
#define PARSEC_RUNTIME_H_HAS_BEEN_INCLUDED

#include "parsec/class/list.h"
#include "parsec/parsec_config.h"

BEGIN_C_DECLS

typedef struct parsec_arena_datatype_s parsec_arena_datatype_t;
typedef struct parsec_taskpool_s parsec_taskpool_t;
typedef struct parsec_task_s parsec_task_t;
typedef struct parsec_execution_stream_s parsec_execution_stream_t;
typedef struct parsec_context_s parsec_context_t;
typedef struct parsec_arena_s parsec_arena_t;
typedef struct parsec_task_class_s parsec_task_class_t;
typedef struct parsec_data_s parsec_data_t;
typedef struct parsec_data_copy_s parsec_data_copy_t;
typedef struct parsec_data_collection_s parsec_data_collection_t;
typedef parsec_data_collection_t parsec_dc_t;
typedef struct parsec_thread_mempool_s parsec_thread_mempool_t;
typedef struct parsec_remote_deps_s parsec_remote_deps_t;

/* What programs allocate collections with; they may be replaced before the first use. Return NULL where memory is short. */
typedef void *(*parsec_data_allocate_t)(size_t matrix_size);
typedef void (*parsec_data_free_t)(void *data);
PARSEC_DECLSPEC extern parsec_data_allocate_t parsec_data_allocate;
PARSEC_DECLSPEC extern parsec_data_free_t parsec_data_free;

/* What a body returns. */
typedef enum parsec_hook_return_e {
    PARSEC_HOOK_RETURN_DONE = 0,     /* The task is done. */
    PARSEC_HOOK_RETURN_AGAIN = -1,   /* Run it again, later. */
    PARSEC_HOOK_RETURN_NEXT = -2,    /* Try the next incarnation; without one the program aborts. */
    PARSEC_HOOK_RETURN_DISABLE = -3, /* As NEXT. */
    PARSEC_HOOK_RETURN_ASYNC = -4,   /* Somebody will call __parsec_complete_execution(). */
    PARSEC_HOOK_RETURN_ERROR = -5,   /* The program aborts. */
} parsec_hook_return_t;

/* Starts the runtime for `nb_cores` workers, of which the calling thread is one while it waits; -1: as many as the process may use.
 * Options are taken from the environment (PARSEC_MCA_name=value), the parameter file and *pargv (--mca name value, --parsec name,
 * after an optional "--"); those are removed from it.
 * Contexts: main, not from a task.  Errors: NULL with a message: an option that is wrong, no memory. */
PARSEC_DECLSPEC parsec_context_t *parsec_init(int nb_cores, int *pargc, char **pargv[]);
/* Contexts: any thread.  Errors: PARSEC_ERR_BAD_PARAM where a pointer is NULL. */
PARSEC_DECLSPEC int parsec_version(int *version_major, int *version_minor, int *version_release);
PARSEC_DECLSPEC int parsec_version_ex(size_t len, char *version_string);
/* The communicator of the context: the world's only, anything else is PARSEC_ERR_NOT_SUPPORTED. Collective. */
PARSEC_DECLSPEC int parsec_remote_dep_set_ctx(parsec_context_t *context, intptr_t opaque_comm_ctx);
/* Ends the job with `status`. */
PARSEC_DECLSPEC void parsec_abort(parsec_context_t *context, int status);
/* Ends the runtime; collective with several processes. Taskpools that were added must be complete.
 * Contexts: who called parsec_init. */
PARSEC_DECLSPEC int parsec_fini(parsec_context_t **context);

typedef void (*parsec_external_fini_cb_t)(void *);
/* Calls cb(data) in parsec_fini(), the last registered first. */
PARSEC_DECLSPEC void parsec_context_at_fini(parsec_external_fini_cb_t cb, void *data);

/* Adds a taskpool. It runs once the context is started; at once where it is. In the same order in all processes.
 * Contexts: any thread, tasks and callbacks.  Errors: PARSEC_ERR_BAD_PARAM for NULL, or a taskpool that is in a context. */
PARSEC_DECLSPEC int parsec_context_add_taskpool(parsec_context_t *context, parsec_taskpool_t *tp);
PARSEC_DECLSPEC int parsec_context_remove_taskpool(parsec_taskpool_t *tp);

typedef enum parsec_context_query_cmd_e {
    PARSEC_CONTEXT_QUERY_NODES,
    PARSEC_CONTEXT_QUERY_RANK,
    PARSEC_CONTEXT_QUERY_DEVICES, /* One more argument: PARSEC_DEV_* */
    PARSEC_CONTEXT_QUERY_DEVICES_FULL_PEER_ACCESS,
    PARSEC_CONTEXT_QUERY_CORES,
    PARSEC_CONTEXT_QUERY_ACTIVE_TASKPOOLS
} parsec_context_query_cmd_t;
PARSEC_DECLSPEC int parsec_context_query(parsec_context_t *context, parsec_context_query_cmd_t cmd, ...);

/* Lets the taskpools run. Contexts: main.  Errors: not zero where it is started already. */
PARSEC_DECLSPEC int parsec_context_start(parsec_context_t *context);
/* Whether all taskpools are complete (1); 0 otherwise. Negative where the context was not started. */
PARSEC_DECLSPEC int parsec_context_test(parsec_context_t *context);
/* Works until all taskpools of the context are complete, DTD's included, and stops it. Blocking.
 * Errors: negative where it was not started. */
PARSEC_DECLSPEC int parsec_context_wait(parsec_context_t *context);
/* Works until this taskpool is complete; a DTD taskpool takes tasks again afterwards. Blocking.
 * Contexts: main, any thread; a task of another taskpool is suspended meanwhile.
 * Errors: negative where it is in no context, or that was not started. */
PARSEC_DECLSPEC int parsec_taskpool_wait(parsec_taskpool_t *tp);
PARSEC_DECLSPEC int parsec_taskpool_test(parsec_taskpool_t *tp);

typedef int (*parsec_event_cb_t)(parsec_taskpool_t *tp, void *data);
typedef int (*parsec_update_ref_t)(parsec_taskpool_t *tp, int32_t);
/* Called once, by the worker that found the taskpool complete. Errors: PARSEC_SUCCESS always. Before the taskpool is added. */
PARSEC_DECLSPEC int parsec_taskpool_set_complete_callback(parsec_taskpool_t *tp, parsec_event_cb_t complete_cb, void *complete_data);
PARSEC_DECLSPEC int parsec_taskpool_get_complete_callback(const parsec_taskpool_t *tp, parsec_event_cb_t *complete_cb,
                                                          void **complete_data);
PARSEC_DECLSPEC int parsec_taskpool_set_enqueue_callback(parsec_taskpool_t *tp, parsec_event_cb_t enqueue_cb, void *enqueue_data);
PARSEC_DECLSPEC int parsec_taskpool_get_enqueue_callback(const parsec_taskpool_t *tp, parsec_event_cb_t *enqueue_cb,
                                                         void **enqueue_data);

PARSEC_DECLSPEC parsec_taskpool_t *parsec_taskpool_lookup(uint32_t taskpool_id);
PARSEC_DECLSPEC int parsec_taskpool_reserve_id(parsec_taskpool_t *tp);
PARSEC_DECLSPEC int parsec_taskpool_register(parsec_taskpool_t *tp);
PARSEC_DECLSPEC void parsec_taskpool_unregister(parsec_taskpool_t *tp);
/* Lets all processes (of `comm`, an MPI_Comm) give the same next id, after taskpools that only some of them made. Collective over the
 * processes. Contexts: main, while no taskpool is being made. Blocking: until all of them call it. Without MPI nothing. */
PARSEC_DECLSPEC void parsec_taskpool_sync_ids_context(intptr_t comm);
PARSEC_DECLSPEC void parsec_taskpool_sync_ids(void);

/* The execution stream of the calling task; of the first worker outside of tasks. */
PARSEC_DECLSPEC parsec_execution_stream_t *parsec_my_execution_stream(void);

/* A taskpool that runs `start` and then `next`; `start` may be such a one, to which `next` is then added. Their completion
 * callbacks are taken over. The caller frees the members and the whole. */
PARSEC_DECLSPEC parsec_taskpool_t *parsec_compose(parsec_taskpool_t *start, parsec_taskpool_t *next);
/* Frees a taskpool that is complete or was never added. */
PARSEC_DECLSPEC void parsec_taskpool_free(parsec_taskpool_t *tp);
PARSEC_DECLSPEC void parsec_usage(void);
/* Returns the priority before. */
PARSEC_DECLSPEC int32_t parsec_taskpool_set_priority(parsec_taskpool_t *taskpool, int32_t new_priority);
/* NAME(local, ...) into str; returns str. */
PARSEC_DECLSPEC char *parsec_task_snprintf(char *str, size_t size, const parsec_task_t *task);
struct parsec_assignment_s;
PARSEC_DECLSPEC char *parsec_snprintf_assignments(char *str, size_t size, const parsec_task_class_t *task_class,
                                                  const struct parsec_assignment_s *locals);

END_C_DECLS

#include "parsec/deprecated.h"

#endif /* PARSEC_RUNTIME_H_HAS_BEEN_INCLUDED */
