/* Tasks: messages for whichever PE of the node comes first, the newest of its own before the oldest
 * of others.
 *
 * A task is run by the scheduler of some PE, which calls its handler; the functions below serve who
 * wants to run tasks itself. */
#ifndef TASKQUEUE_H
#define TASKQUEUE_H

#include "conv-header.h"
#include "conv-storage.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct TaskQueueStruct* TaskQueue;
CpvExtern(TaskQueue, CsdTaskQueue);

/* The owner's end: pushes, and takes the newest; NULL where there is none. Thread safety: one PE.
 */
TaskQueue TaskQueueCreate(void);
void TaskQueuePush(TaskQueue queue, void* data);
void* TaskQueuePop(TaskQueue queue);
/* Takes the oldest, or NULL. Thread safety: any PE. */
void* TaskQueueSteal(TaskQueue queue);

/* The calling PE's queue: a task, which is given away and will be run; the newest of its tasks, for
 * the caller to run. */
void TaskQueuePushLocal(void* task);
void* TaskQueuePopLocal(void);
int TaskQueueHasWork(void);
/* Moves a task of another PE of the node to the calling one, where there is any. */
void StealTask(void);
/* Runs all tasks of this PE, and where it has none one of another's; returns how many. */
int ProcessLocalTasks(void);
void CmiTaskQueueInit(void);
#define CsdTaskEnqueue(x) TaskQueuePushLocal((void*)(x))
#define CsdTaskPop() TaskQueuePopLocal()

#ifdef __cplusplus
}
#endif

#endif /* TASKQUEUE_H */
