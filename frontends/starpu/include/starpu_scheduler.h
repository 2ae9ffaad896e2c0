/* Scheduling policies: the predefined ones by name, and those that a program writes. One scheduling context, number 0. */
#ifndef HEDDLE_STARPU_SCHEDULER_H
#define HEDDLE_STARPU_SCHEDULER_H

#include "starpu_task.h"
#include "starpu_worker.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A policy. Its functions must not block, except for a lock of the policy's own. pop_task is called on a worker when it looks
 * for work; push_task when a task is ready, on any thread. NULL is allowed everywhere but in push_task and pop_task. */
struct starpu_sched_policy {
  void (*init_sched)(unsigned sched_ctx_id);
  void (*deinit_sched)(unsigned sched_ctx_id);
  int (*push_task)(struct starpu_task *);
  double (*simulate_push_task)(struct starpu_task *);
  void (*push_task_notify)(struct starpu_task *, int workerid, int perf_workerid, unsigned sched_ctx_id);
  struct starpu_task *(*pop_task)(unsigned sched_ctx_id);
  struct starpu_task *(*pop_every_task)(unsigned sched_ctx_id);
  void (*submit_hook)(struct starpu_task *task);
  void (*pre_exec_hook)(struct starpu_task *, unsigned sched_ctx_id);
  void (*post_exec_hook)(struct starpu_task *, unsigned sched_ctx_id);
  void (*do_schedule)(unsigned sched_ctx_id);
  void (*add_workers)(unsigned sched_ctx_id, int *workerids, unsigned nworkers);
  void (*remove_workers)(unsigned sched_ctx_id, int *workerids, unsigned nworkers);
  int prefetches;
  const char *policy_name;
  const char *policy_description;
  enum starpu_worker_collection_type worker_type;
};

/* Ends with NULL. Entries may be given to starpu_conf.sched_policy; their functions are not callable. */
struct starpu_sched_policy **starpu_sched_get_predefined_policies(void);

int starpu_sched_get_min_priority(void);
int starpu_sched_get_max_priority(void);
int starpu_sched_set_min_priority(int min_prio);
int starpu_sched_set_max_priority(int max_prio);
#define STARPU_MIN_PRIO (starpu_sched_get_min_priority())
#define STARPU_MAX_PRIO (starpu_sched_get_max_priority())

/* ---- For policies ---- */
int starpu_push_task_end(struct starpu_task *task);
/* To one worker, past the policy; `back` is taken as 1. */
int starpu_push_local_task(int workerid, struct starpu_task *task, int back);
int starpu_wake_worker_relax(int workerid);
int starpu_wake_worker_no_relax(int workerid);
int starpu_wake_worker_locked(int workerid);
int starpu_wake_worker_relax_light(int workerid);
int starpu_worker_can_execute_task(unsigned workerid, struct starpu_task *task, unsigned nimpl);
int starpu_worker_can_execute_task_first_impl(unsigned workerid, struct starpu_task *task, unsigned *nimpl);
void starpu_task_set_implementation(struct starpu_task *task, unsigned impl);
unsigned long starpu_task_get_job_id(struct starpu_task *task);

/* ---- The scheduling context ---- */
void starpu_sched_ctx_set_policy_data(unsigned sched_ctx_id, void *policy_data);
void *starpu_sched_ctx_get_policy_data(unsigned sched_ctx_id);
void *starpu_sched_ctx_get_user_data(unsigned sched_ctx_id);
void starpu_sched_ctx_set_user_data(unsigned sched_ctx_id, void *user_data);
struct starpu_sched_policy *starpu_sched_ctx_get_sched_policy(unsigned sched_ctx_id);
struct starpu_worker_collection *starpu_sched_ctx_get_worker_collection(unsigned sched_ctx_id);
unsigned starpu_sched_ctx_get_nworkers(unsigned sched_ctx_id);
unsigned starpu_sched_ctx_contains_worker(int workerid, unsigned sched_ctx_id);
int starpu_sched_ctx_get_min_priority(unsigned sched_ctx_id);
int starpu_sched_ctx_get_max_priority(unsigned sched_ctx_id);
int starpu_sched_ctx_set_min_priority(unsigned sched_ctx_id, int min_prio);
int starpu_sched_ctx_set_max_priority(unsigned sched_ctx_id, int max_prio);

#ifdef __cplusplus
}
#endif
#endif /* HEDDLE_STARPU_SCHEDULER_H */
