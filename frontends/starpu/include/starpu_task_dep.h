/* Explicit dependencies: between tasks, and between tags, which are numbers that the program gives to tasks. */
#ifndef HEDDLE_STARPU_TASK_DEP_H
#define HEDDLE_STARPU_TASK_DEP_H

#include "starpu_task.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `task` starts after the others have ended. Before its submission; the others need not be submitted yet. */
void starpu_task_declare_deps_array(struct starpu_task *task, unsigned ndeps, struct starpu_task *task_array[]);
void starpu_task_declare_deps(struct starpu_task *task, unsigned ndeps, ...);
/* `task` ends after the others have ended; it need not wait for them to start. */
void starpu_task_declare_end_deps_array(struct starpu_task *task, unsigned ndeps, struct starpu_task *task_array[]);
void starpu_task_declare_end_deps(struct starpu_task *task, unsigned ndeps, ...);
/* `task` ends after nb_deps calls of release. */
void starpu_task_end_dep_add(struct starpu_task *task, int nb_deps);
void starpu_task_end_dep_release(struct starpu_task *task);
/* The tasks that wait for this one by declared dependencies; fills up to ndeps and returns how many there are. */
int starpu_task_get_task_succs(struct starpu_task *task, unsigned ndeps, struct starpu_task *task_array[]);

/* A task with use_tag = 1 has the tag tag_id; it starts after the tags that its tag depends on have ended. A tag ends with its
 * task, or when the program notifies it. Declared before the submission of its task. */
void starpu_tag_declare_deps(starpu_tag_t id, unsigned ndeps, ...);
void starpu_tag_declare_deps_array(starpu_tag_t id, unsigned ndeps, starpu_tag_t *array);
/* -EDEADLK in a task. */
int starpu_tag_wait(starpu_tag_t id);
int starpu_tag_wait_array(unsigned ntags, starpu_tag_t *id);
/* Not ended any more; dependencies stay. */
void starpu_tag_restart(starpu_tag_t id);
/* Forgets the tag and what it depends on. */
void starpu_tag_remove(starpu_tag_t id);
void starpu_tag_notify_from_apps(starpu_tag_t id);
void starpu_tag_notify_restart_from_apps(starpu_tag_t id);
struct starpu_task *starpu_tag_get_task(starpu_tag_t id);

#ifdef __cplusplus
}
#endif
#endif /* HEDDLE_STARPU_TASK_DEP_H */
