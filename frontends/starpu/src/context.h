// The one object that starpu_init makes and starpu_shutdown drops, and the state of its workers.
#ifndef HEDDLE_FRONTENDS_STARPU_SRC_CONTEXT_H_
#define HEDDLE_FRONTENDS_STARPU_SRC_CONTEXT_H_

#include <memory>
#include <vector>

#include "components/dependency/group.h"
#include "components/sync/event_count.h"
#include "components/sync/spin_lock.h"
#include "components/worker_pool/worker_pool.h"
#include "frontends/starpu/src/job.h"
#include "starpu_scheduler.h"
#include "starpu_worker.h"

namespace heddle::starpu {

// Jobs without a body that have become ready, ended one after the other by the outermost OnReady() of an activity or thread: a
// chain of them is a loop, not a recursion.
struct DrainList {
  Task* first = nullptr;
  Task* last = nullptr;
  bool active = false;
};

// A StarPU worker: what belongs to a lane (Lane::user). Written by the lane's activities, one at a time. A task that waits for another
// frontend keeps its own, and the lane goes on with a stand-in of the same id (stand_in.cc).
struct alignas(kFalseSharingBytes) Worker {
  int id = 0;
  int index = 0;  // What only one activity at a time may count with: the id; kNoWorker once a stand-in has it.
  Worker* next_free = nullptr;  // Of the first worker of an id: stand-ins of this id that nobody needs. Under Context::lane_lock.
  struct starpu_task* current = nullptr;
  DrainList drain;
  std::uint64_t executed = 0;
  // Tasks with a workerorder that came too early, and the next number. Under order_lock.
  SpinLock order_lock;
  unsigned next_order = 1;
  Task* early = nullptr;
};

struct Context {
  Pool* pool = nullptr;
  Client* client = nullptr;
  int worker_count = 0;
  std::vector<std::unique_ptr<Worker>> workers;  // The first of each id.
  std::unique_ptr<Group> submitted;  // What starpu_task_wait_for_all waits for; by worker id.
  EventCount progress;               // Told at each end of a task while somebody waits for a number of tasks.
  unsigned submission_limit = 0;     // STARPU_LIMIT_MAX_SUBMITTED_TASKS; 0: none.
  unsigned submission_low = 0;       // STARPU_LIMIT_MIN_SUBMITTED_TASKS
  int min_priority = 0;
  int max_priority = 0;
  // The policy, a copy of the user's or one of the predefined ones.
  struct starpu_sched_policy policy = {};
  bool user_policy = false;
  void* policy_data = nullptr;
  void* user_data = nullptr;
  int next_lane = 0;  // Of the library's own tasks under a user's policy. Under lane_lock.
  SpinLock lane_lock;
  std::vector<std::unique_ptr<Worker>> stand_ins;  // All that were ever needed. Under lane_lock.
};

// nullptr outside of starpu_init and starpu_shutdown.
extern Context* context;

// The worker that the caller is, or nullptr.
inline Worker* CurrentWorker() {
  const Activity* const activity = CurrentActivity();
  if (activity == nullptr || activity->lane == nullptr || context == nullptr ||
      activity->client != context->client) {
    return nullptr;
  }
  return static_cast<Worker*>(activity->user);
}
inline int WorkerIndex(const Worker* worker) { return worker == nullptr ? kNoWorker : worker->index; }

// ClientOptions::lend_stand_in and take_back (stand_in.cc).
void* LendStandIn(Lane& lane);
void TakeBackStandIn(Lane& lane, void* worker);

// The worker on whose behalf a policy's function runs, or -1 (policy.cc).
int PolicyWorker();

// Whether the caller may block: it runs no task and no callback of ours.
inline bool MayBlock() {
  const Worker* const worker = CurrentWorker();
  return worker == nullptr;
}

int TasksNotEnded();
void TaskCounted(int worker);
// A counted task has ended: the last that is done for a job.
void TaskUncounted(int worker);

// The shared pool of the process (runtime_access.cc). Errors: nullptr, a message is on standard error.
Pool* AcquirePool();
void ReleasePool();

// A heddle policy for a name or a user's structure; sets context->policy and the priorities. nullptr: an unknown name.
std::unique_ptr<Policy> MakeSchedulingPolicy(const char* name, int workers);
std::unique_ptr<Policy> MakeUserPolicy();
// The predefined one that this is, or nullptr.
const char* PredefinedName(const struct starpu_sched_policy* policy);

}  // namespace heddle::starpu

#endif  // HEDDLE_FRONTENDS_STARPU_SRC_CONTEXT_H_
