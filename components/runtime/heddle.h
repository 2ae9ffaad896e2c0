/* Heddle's own interface, in C. EXPERIMENTAL: it may change until it is frozen; HEDDLE_API_VERSION tells.
 *
 * Every function says in which contexts it may be called (any thread / task body / main), what it returns on errors, and what
 * is undefined. Functions that return int give 0 or a negative errno; heddle_last_error() has the text, which names what was
 * wrong. Nothing here throws. */
#ifndef HEDDLE_H_
#define HEDDLE_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HEDDLE_API_VERSION 0

typedef struct heddle_client heddle_client;
typedef struct heddle_group heddle_group;
typedef struct heddle_completion heddle_completion;
typedef struct heddle_attachment heddle_attachment;

/* The text of the calling thread's last error, "" where there was none. Any thread. Valid until its next error. */
const char* heddle_last_error(void);

/* Starts the runtime, or adds a reference; workers: 0 for all cores the process may use, counts only in the first call.
 * Any thread that is not a task. Errors: -EINVAL an option of the environment or `workers`; -EAGAIN no thread to be had. */
int heddle_init(int workers);

/* Gives the reference back; the last one ends the workers. Any thread that is not a task. All clients must be gone.
 * Errors: -EINVAL without heddle_init; -EIO the trace could not be written (the runtime has ended all the same). */
int heddle_shutdown(void);

/* How many workers there are; 0 without a runtime. Any thread. */
int heddle_workers(void);
/* The worker that the caller runs on, or -1. Any thread. */
int heddle_worker_id(void);

/* ---- Clients: who submits ---- */

typedef struct heddle_client_options {
  double weight;   /* share of the workers' time; 0 means 1 */
  int width_limit; /* most workers at once; 0: no limit */
  int lanes;       /* logical workers; 0: none, tasks run on any worker */
  int guests;      /* tasks are movable, and external threads run them while they wait */
} heddle_client_options;

/* options may be NULL. Any thread. NULL on errors. The name is copied. */
heddle_client* heddle_client_create(const char* name, const heddle_client_options* options);
/* Waits until it has nothing ready. Any thread but its own tasks. */
void heddle_client_destroy(heddle_client* client);
/* Any thread; -EINVAL out of range. */
int heddle_client_set_weight(heddle_client* client, double weight);
int heddle_client_set_width(heddle_client* client, int workers);

/* ---- Tasks ---- */

/* Embedded in the caller's own memory; all zeros is a valid, unsubmitted task. It belongs to the runtime from submission until
 * its body is called, and to the body from then on, which may free or resubmit it. Aligned to 64 bytes. */
typedef struct heddle_task {
#ifdef __cplusplus
  alignas(64) void* opaque[8];
#else
  _Alignas(64) void* opaque[8];
#endif
} heddle_task;

/* Sets what runs; body(argument) gets no task: put it into the argument. Any thread, before submission. */
void heddle_task_init(heddle_task* task, void (*body)(void* argument), void* argument, int priority);
/* client may be NULL in a task body: the client of that task. Any thread. What came before happens before the body.
 * Errors: -EINVAL without a client or body. */
int heddle_submit(heddle_client* client, heddle_task* task);
/* The same to one logical worker, in order. -EINVAL where there is no such lane. */
int heddle_submit_to_lane(heddle_client* client, int lane, heddle_task* task);
/* The lane that the caller runs on, or -1. Any thread. */
int heddle_lane_id(void);

/* ---- Waiting ---- */

enum { HEDDLE_HOLD = 0, HEDDLE_RELEASE = 1, HEDDLE_SUBSTITUTE = 2 }; /* what becomes of the lane of who waits */

/* One wait, in the waiter's memory. */
typedef struct heddle_waiter {
  void* opaque[6];
} heddle_waiter;

/* Suspends the calling task, or puts the calling thread to sleep, until heddle_unblock(waiter). publish(waiter, argument) runs once
 * the caller can be resumed, makes the waiter known to whoever shall resume it, may resume it itself, and must not block.
 * Any thread or task body; dies in polling services. -EINVAL for an unknown mode. */
int heddle_block(heddle_waiter* waiter, int mode, void (*publish)(heddle_waiter* waiter, void* argument),
                 void* argument);
/* Any thread; exactly once for each block; the waiter may be gone when it returns. */
void heddle_unblock(heddle_waiter* waiter);
/* Lets others run. Any thread; nothing happens outside of tasks. */
void heddle_yield(void);

/* Around a foreign call that sleeps in the kernel: others use the core meanwhile. Task body. begin returns a token for end. */
int heddle_blocking_begin(void);
void heddle_blocking_end(int token);

/* ---- Groups: counting what has to end ---- */

heddle_group* heddle_group_create(void); /* NULL without a runtime. Any thread. */
void heddle_group_destroy(heddle_group* group); /* Nothing outstanding, nobody waits. */
void heddle_group_started(heddle_group* group, uint64_t tasks); /* Before they are submitted. Any thread. */
void heddle_group_finished(heddle_group* group); /* At the end of each. Any thread. */
void heddle_group_wait(heddle_group* group); /* Suspends until zero. Any thread or task body outside of the group. */

/* ---- Completions: one event, any number of waiters ---- */

heddle_completion* heddle_completion_create(void);
void heddle_completion_destroy(heddle_completion* completion); /* Nobody waits. */
void heddle_completion_signal(heddle_completion* completion); /* Once. Any thread. */
int heddle_completion_done(heddle_completion* completion);
void heddle_completion_wait(heddle_completion* completion); /* Any thread or task body. */

/* ---- Threads and services ---- */

/* The calling thread becomes one of the client's: tasks that it submits are the client's, and while it waits it may work.
 * A thread that is not a worker. NULL on errors. Ended by the same thread, last one first. */
heddle_attachment* heddle_attach(heddle_client* client);
void heddle_detach(heddle_attachment* attachment);

enum { HEDDLE_POLL_PROGRESS = 0, HEDDLE_POLL_OUTSTANDING = 1, HEDDLE_POLL_IDLE = 2 };
/* poll(argument) is called by idle workers, and by busy ones now and then, never by two at once; it returns HEDDLE_POLL_* and
 * must not block. Any thread. Returns an id, 0 without a runtime. */
uint64_t heddle_polling_add(int (*poll)(void* argument), void* argument);
void heddle_polling_remove(uint64_t id); /* Not called again once this returns. Not from inside of it. */

/* ---- For the headers of frontends ---- */

/* What the running activity's frontend keeps for it (a PE, a worker), NULL where none runs: set by the library at each switch. Where a
 * call would cost too much; read it by an instruction of its own, since a call may return on another thread. */
extern __thread void* heddle_activity_user __attribute__((tls_model("initial-exec")));

#ifdef __cplusplus
}
#endif

#endif /* HEDDLE_H_ */
