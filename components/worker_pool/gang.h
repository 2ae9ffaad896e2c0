// Gangs: a region with exactly the members that were asked for, all running at once.
#ifndef HEDDLE_COMPONENTS_WORKER_POOL_GANG_H_
#define HEDDLE_COMPONENTS_WORKER_POOL_GANG_H_

namespace heddle {

class Client;
class Pool;

// How many members a region opened by the caller should have where it asks for none: the width of the running activity. 1 in
// a task, unless whoever runs it reserved more (Activity::width); the number of slots in a thread that runs no activity.
int GangWidth(const Pool& pool);

// Runs body(member, argument) for each member in [0, members), member 0 on the caller, all at once; returns when all have
// returned. Members may spin for each other: no two share a thread. Idle workers are reserved for members; reserving never
// waits for a worker that is busy. A member for which there is no idle worker is an OS thread of its own, which the kernel
// time-shares, and is counted (WorkerPoolStatistics::excess_threads).
//
// Each member is an activity of `client` with width 1; `user` becomes its Activity::user.
// Thread safety: any thread, any activity.  Blocking: until the region ends; the caller keeps its slot, since it may hold
// what other tasks would spin for (OpenBLAS). Only where the slot has work and the wait lasts 10 ms another thread goes on with it.
// Memory order: what came before the call happens before each member; each member before the return.
// Errors: dies where the system has no thread left for a member, naming their number.
// Cost: O(members); a wake-up for each sleeping worker.
void RunGang(Client& client, int members, void (*body)(int member, void* argument), void* argument,
             void* user = nullptr);

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_WORKER_POOL_GANG_H_
