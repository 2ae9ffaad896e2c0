/* Who runs a task: execution streams (workers) of a virtual process of a context. Members are PaRSEC's names. */
#ifndef PARSEC_EXECUTION_STREAM_H_HAS_BEEN_INCLUDED
#define PARSEC_EXECUTION_STREAM_H_HAS_BEEN_INCLUDED

#include <pthread.h>

#include "parsec/class/barrier.h"
#include "parsec/mca/pins/pins.h"
#include "parsec/parsec_config.h"
#include "parsec/parsec_internal.h"

BEGIN_C_DECLS

/* One for each worker that the context was made for. Given to a hook it is the one that runs it: no two hooks that run at the same
 * time get the same one. */
struct parsec_execution_stream_s {
    int32_t th_id; /* Within its virtual process, from 0. */
    int core_id; /* -1: not bound to one core. */
    int socket_id; /* -1: unknown. */
    pthread_t pthread_id; /* Of the thread that used it last. */
    unsigned int rand_seed;
    void *scheduler_object; /* Not used here. */
    struct parsec_task_s *next_task; /* Not used here. */
    struct parsec_pins_next_callback_s pins_events_cb[PARSEC_PINS_FLAG_COUNT]; /* The first callback for each event. */
    parsec_vp_t *virtual_process;
    parsec_thread_mempool_t *context_mempool; /* Memory of tasks that a program makes itself. */
};

/* There is one a process. */
struct parsec_vp_s {
    parsec_context_t *parsec_context;
    int32_t vp_id;
    int32_t nb_cores;
    parsec_mempool_t context_mempool;
    parsec_execution_stream_t *execution_streams[1]; /* nb_cores */
};

#define PARSEC_CONTEXT_FLAG_COMM_ACTIVE 0x0001
#define PARSEC_CONTEXT_FLAG_CONTEXT_ACTIVE 0x0002
#define PARSEC_CONTEXT_FLAG_COMM_MT 0x0004
#define PARSEC_CONTEXT_FLAG_WAITING 0x0008

struct parsec_context_s {
    volatile int32_t active_taskpools;
    volatile int32_t flags; /* PARSEC_CONTEXT_FLAG_* */
    intptr_t comm_ctx;
    int32_t nb_nodes; /* Processes. */
    int32_t my_rank;
    int32_t nb_vp;
    void *engine; /* The runtime's state of it (src/context.h). */
    parsec_vp_t *virtual_processes[1];
};

END_C_DECLS

#endif /* PARSEC_EXECUTION_STREAM_H_HAS_BEEN_INCLUDED */
