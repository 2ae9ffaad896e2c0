/* Callbacks of a program at what the runtime does with tasks (PaRSEC's performance instrumentation, PINS).
 *
 *   static void count(parsec_execution_stream_t *es, parsec_task_t *task, parsec_pins_next_callback_t *data) { ++counts[es->th_id]; }
 *   ...
 *   PARSEC_PINS_REGISTER(es, EXEC_BEGIN, count, &links[es->th_id]);     // for each es of context->virtual_processes[0]
 *   ... run taskpools ...
 *   PARSEC_PINS_UNREGISTER(es, EXEC_BEGIN, count, &link);
 *
 * A callback is called by the thread that raises the event, and gets what it was registered with. It may begin a structure of the
 * program's. It must neither block nor wait.
 * Thread safety: the callbacks of a stream are called by one worker at a time; those of the first stream also by threads that are no
 * workers, at any time: a program's thread outside of the waits may raise SCHEDULE and DATA_FLUSH.
 * Memory order: what came before a registration happens before the callbacks of tasks that are inserted or started after it.
 * Cost: an event that nobody is registered for is a load of a word that is rarely written, and a branch; else a walk over the stream's
 * callbacks for it, and, for EXEC and SCHEDULE, two more steps of the count of tasks.
 * Differences (PaRSEC 4.1): who registers for an event gets it; there the mask of enabled events decides as well, and none says so. */
#ifndef PARSEC_MCA_PINS_H
#define PARSEC_MCA_PINS_H

#include "parsec/parsec_config.h"

BEGIN_C_DECLS

struct parsec_execution_stream_s;
struct parsec_task_s;
struct parsec_pins_next_callback_s;

typedef void (*parsec_pins_callback)(struct parsec_execution_stream_s *es, struct parsec_task_s *task,
                                     struct parsec_pins_next_callback_s *cb_data);

/* A link of a list of callbacks: the next one, and what it gets. The memory is the program's from unregistering on. */
typedef struct parsec_pins_next_callback_s {
    parsec_pins_callback cb_func;
    struct parsec_pins_next_callback_s *cb_data;
} parsec_pins_next_callback_t;

/* `task` is what the event is about; NULL where nothing else is said. It is valid during the callback. */
typedef enum PARSEC_PINS_FLAG {
    SELECT_BEGIN = 0, /* Never raised: workers look for tasks of all frontends at once. */
    SELECT_END,
    PREPARE_INPUT_BEGIN, /* PTG: the data of a task is looked up. With the task. */
    PREPARE_INPUT_END,
    RELEASE_DEPS_BEGIN, /* Successors of a task are told. With the task. */
    RELEASE_DEPS_END,
    ACTIVATE_CB_BEGIN, /* What another process's task sent is taken in. */
    ACTIVATE_CB_END,
    DATA_FLUSH_BEGIN, /* parsec_dtd_data_flush_all() */
    DATA_FLUSH_END,
    EXEC_BEGIN, /* A body is called, again after AGAIN and NEXT. With the task. */
    EXEC_END, /* With the task, but NULL where the body returned ASYNC: the task may be over, and gone. */
    COMPLETE_EXEC_BEGIN, /* What follows a body that is done, RELEASE_DEPS within. With the task. */
    COMPLETE_EXEC_END,
    SCHEDULE_BEGIN, /* Ready tasks are given to the workers. With the first of them. */
    SCHEDULE_END,
    THREAD_INIT, /* Never raised: the streams are there before a program can register. */
    THREAD_FINI, /* parsec_fini(), for each stream, by the calling thread. */
    PARSEC_PINS_FLAG_COUNT
} PARSEC_PINS_FLAG;

/* Puts a callback before those that a stream has for an event. *cb_data becomes the runtime's until the callback is unregistered or
 * the context is gone.
 * Contexts: while the context has no unfinished tasks, or in a task that runs on the stream; a callback may unregister itself.
 * Errors: PARSEC_ERR_BAD_PARAM with a warning: no such event, es or cb_data NULL. A warning, once an event: it is never raised. */
PARSEC_DECLSPEC int parsec_pins_register_callback(struct parsec_execution_stream_s *es, PARSEC_PINS_FLAG method_flag,
                                                  parsec_pins_callback cb, parsec_pins_next_callback_t *cb_data);
/* Takes out the newest registration of this callback. *cb_data is what it was registered with, or NULL.
 * Contexts: as parsec_pins_register_callback().
 * Errors: PARSEC_ERR_BAD_PARAM as there; PARSEC_ERR_NOT_FOUND: it is not registered. */
PARSEC_DECLSPEC int parsec_pins_unregister_callback(struct parsec_execution_stream_s *es, PARSEC_PINS_FLAG method_flag,
                                                    parsec_pins_callback cb, parsec_pins_next_callback_t **cb_data);
/* Not 0: the two above do nothing from now on, and succeed.
 * Contexts: any thread. */
PARSEC_DECLSPEC void parsec_pins_disable_registration(int disable);

/* Raises an event on a stream: calls its callbacks. For programs that have steps of their own to tell of.
 * Contexts: any thread.  Undefined: no stream, no such event. */
PARSEC_DECLSPEC void parsec_pins_instrument(struct parsec_execution_stream_s *es, PARSEC_PINS_FLAG method_flag,
                                            struct parsec_task_s *task);

/* Of the modules that mca_pins names: whether this one is among those of a context, and how many there are.
 * Contexts: any thread. */
PARSEC_DECLSPEC int parsec_pins_is_module_enabled(char *module_name);
PARSEC_DECLSPEC int parsec_pins_nb_modules_enabled(void);

/* The event ..._BEGIN of a name like "release_deps"; case and what follows do not matter. PARSEC_PINS_FLAG_COUNT, with a warning,
 * where there is none.
 * Contexts: any thread. */
PARSEC_DECLSPEC PARSEC_PINS_FLAG parsec_pins_name_to_begin_flag(const char *name);

#define PARSEC_PINS(unit, method_flag, task) parsec_pins_instrument(unit, method_flag, task)
#define PARSEC_PINS_DISABLE_REGISTRATION(boolean) parsec_pins_disable_registration(boolean)
#define PARSEC_PINS_REGISTER(unit, method_flag, cb, data) parsec_pins_register_callback(unit, method_flag, cb, data)
#define PARSEC_PINS_UNREGISTER(unit, method_flag, cb, pdata) parsec_pins_unregister_callback(unit, method_flag, cb, pdata)

END_C_DECLS

#endif /* PARSEC_MCA_PINS_H */
