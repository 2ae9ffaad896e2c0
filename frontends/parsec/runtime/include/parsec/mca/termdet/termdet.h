/* When a taskpool is complete. `tp->tdm.module` is the way that was chosen for it: local (counts the tasks of this process), dynamic
 * (tasks appear as they go), or user-triggered (a task says so: taskpool_set_nb_tasks(tp, 0)). Programs call the functions of the
 * table below; the runtime fills them in. */
#ifndef _parsec_term_detect_h
#define _parsec_term_detect_h

#include "parsec/runtime.h"

BEGIN_C_DECLS

typedef enum {
    PARSEC_TERM_TP_NOT_MONITORED = 0,
    PARSEC_TERM_TP_NOT_READY, /* It has tasks that are not counted yet. */
    PARSEC_TERM_TP_BUSY,
    PARSEC_TERM_TP_IDLE, /* Nothing to do here, but other processes may send something. */
    PARSEC_TERM_TP_TERMINATED
} parsec_termdet_taskpool_state_t;

typedef void (*parsec_termdet_termination_detected_function_t)(parsec_taskpool_t *tp);

/* Contexts: any thread. Those that return int return the new value of what they change. */
typedef struct parsec_termdet_base_module_s {
    void (*monitor_taskpool)(parsec_taskpool_t *tp, parsec_termdet_termination_detected_function_t cb);
    void (*unmonitor_taskpool)(parsec_taskpool_t *tp);
    parsec_termdet_taskpool_state_t (*taskpool_state)(parsec_taskpool_t *tp);
    int (*taskpool_ready)(parsec_taskpool_t *tp);
    int (*taskpool_addto_nb_tasks)(parsec_taskpool_t *tp, int v);
    int (*taskpool_addto_runtime_actions)(parsec_taskpool_t *tp, int v);
    int (*taskpool_set_nb_tasks)(parsec_taskpool_t *tp, int v);
    int (*taskpool_set_runtime_actions)(parsec_taskpool_t *tp, int v);
} parsec_termdet_base_module_t;

typedef struct parsec_termdet_module_s {
    const char *name; /* "local", "dynamic" or "user_trigger" */
    parsec_termdet_base_module_t module;
} parsec_termdet_module_t;

typedef struct parsec_termdet_monitor_s {
    const parsec_termdet_base_module_t *module;
    parsec_termdet_termination_detected_function_t callback;
    void *monitor;
} parsec_termdet_monitor_t;

/* Chooses the way of a taskpool before it is added to a context: by name (NULL: local), or dynamic.
 * Errors: PARSEC_ERR_NOT_FOUND, PARSEC_ERR_EXISTS where it has one. */
PARSEC_DECLSPEC int parsec_termdet_open_module(parsec_taskpool_t *tp, char *name);
PARSEC_DECLSPEC int parsec_termdet_open_dyn_module(parsec_taskpool_t *tp);

END_C_DECLS

#include "parsec/parsec_internal.h"

#endif /* _parsec_term_detect_h */
