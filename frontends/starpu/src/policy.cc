// Policies that programs write: struct starpu_sched_policy behind heddle::Policy, and what their functions call.
#include "components/ready_queue/policy.h"

#include "frontends/starpu/src/context.h"

namespace heddle::starpu {
namespace {

// Policies run in no-suspend sections: the thread stays.
thread_local int policy_worker = -1;

class UserPolicy final : public Policy {
 public:
  void Push(Task* task, int worker) override {
    const int before = policy_worker;
    if (worker != kNoWorker) policy_worker = worker;
    context->policy.push_task(JobOf(task)->user);
    policy_worker = before;
    // Whether and for whom there is something now only the policy knows.
    context->client->WakeLanes();
  }
  Task* PopLocal(int worker) override { return PopAny(worker); }
  Task* PopAny(int worker) override {
    if (context->policy.pop_task == nullptr) return nullptr;
    const int before = policy_worker;
    policy_worker = worker;
    struct starpu_task* const task = context->policy.pop_task(0);
    policy_worker = before;
    return task == nullptr ? nullptr : &JobOf(task)->task;
  }
  bool Empty() const override { return true; }  // Lanes are woken by each push.
  const char* name() const override { return "starpu-user"; }
};

unsigned HasNext(struct starpu_worker_collection* workers, struct starpu_sched_ctx_iterator* it) {
  return it->cursor < static_cast<int>(workers->nworkers);
}
int GetNext(struct starpu_worker_collection* workers, struct starpu_sched_ctx_iterator* it) {
  return workers->workerids[it->cursor++];
}
void InitIterator(struct starpu_worker_collection*, struct starpu_sched_ctx_iterator* it) { it->cursor = 0; }
void InitParallelIterator(struct starpu_worker_collection*, struct starpu_sched_ctx_iterator* it, struct starpu_task*) {
  it->cursor = 0;
}

int Wake(int workerid) {
  if (context->client == nullptr || workerid < 0 || workerid >= context->worker_count) return 0;
  context->client->lanes()[static_cast<std::size_t>(workerid)]->Wake();
  return 1;
}

}  // namespace

int PolicyWorker() { return policy_worker; }

std::unique_ptr<Policy> MakeUserPolicy() { return std::make_unique<UserPolicy>(); }

}  // namespace heddle::starpu

using namespace heddle::starpu;

extern "C" {

int starpu_push_task_end(struct starpu_task* task) {
  task->scheduled = 1;
  return 0;
}

int starpu_push_local_task(int workerid, struct starpu_task* task, int) {
  PushToLane(JobOf(task), workerid);
  return 0;
}

int starpu_wake_worker_relax(int workerid) { return Wake(workerid); }
int starpu_wake_worker_no_relax(int workerid) { return Wake(workerid); }
int starpu_wake_worker_locked(int workerid) { return Wake(workerid); }
int starpu_wake_worker_relax_light(int workerid) { return Wake(workerid); }

// A worker that waits for a policy's lock needs nothing of others here.
void starpu_worker_relax_on(void) {}
void starpu_worker_relax_off(void) {}

void starpu_do_schedule(void) {
  if (context->policy.do_schedule != nullptr) context->policy.do_schedule(0);
  context->client->WakeLanes();
}

void starpu_sched_ctx_set_policy_data(unsigned, void* policy_data) { context->policy_data = policy_data; }
void* starpu_sched_ctx_get_policy_data(unsigned) { return context->policy_data; }
void starpu_sched_ctx_set_user_data(unsigned, void* user_data) { context->user_data = user_data; }
void* starpu_sched_ctx_get_user_data(unsigned) { return context->user_data; }
struct starpu_sched_policy* starpu_sched_ctx_get_sched_policy(unsigned) {
  return context == nullptr ? nullptr : &context->policy;
}
unsigned starpu_sched_ctx_get_nworkers(unsigned) { return static_cast<unsigned>(context->worker_count); }
unsigned starpu_sched_ctx_contains_worker(int workerid, unsigned) {
  return workerid >= 0 && workerid < context->worker_count;
}

struct starpu_worker_collection* starpu_sched_ctx_get_worker_collection(unsigned) {
  static int ids[STARPU_NMAXWORKERS];
  static struct starpu_worker_collection collection = [] {
    for (int id = 0; id < STARPU_NMAXWORKERS; ++id) ids[id] = id;
    struct starpu_worker_collection made = {};
    made.workerids = ids;
    made.type = STARPU_WORKER_LIST;
    made.has_next = HasNext;
    made.get_next = GetNext;
    made.init_iterator = InitIterator;
    made.init_iterator_for_parallel_tasks = InitParallelIterator;
    return made;
  }();
  collection.nworkers = static_cast<unsigned>(context->worker_count);
  return &collection;
}

}  // extern "C"
