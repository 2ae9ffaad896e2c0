// Making, dropping and describing tasks.
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "components/memory_pool/pool.h"
#include "frontends/starpu/src/context.h"
#include "starpu_perfmodel.h"

namespace heddle::starpu {
namespace {

SpinLock id_lock;
std::uint32_t last_id = 0;

void SetDefaults(struct starpu_task* task) {
  std::memset(task, 0, sizeof(*task));
  task->where = -1;
  task->sequential_consistency = 1;
  task->detach = 1;
  task->magic = 42;
  task->sched_ctx = STARPU_NMAX_SCHED_CTXS;
  task->predicted = NAN;
  task->predicted_transfer = NAN;
  task->predicted_start = NAN;
}

}  // namespace

void RenewJob(Job* job, bool keep_waiters) {
  job->node.Reset();
  job->end.Reset(1);
  job->tag = nullptr;
  DropDeclaredSuccessors(job);
  if (keep_waiters) return;  // They read `state`, too.
  job->waiters.Reset();
  job->state = Job::kNew;
}

Job* NewInternalJob(void (*body)(void* arg), void* arg) {
  Job* const job = PoolNew<Job>();
  job->end.Reset(1);
  job->body = body;
  job->arg = arg;
  job->nowhere = true;
  return job;
}

Job* GetJob(struct starpu_task* task) {
  Job* job = JobOf(task);
  if (job == nullptr) {
    job = PoolNew<Job>();
    job->user = task;
    job->end.Reset(1);
    task->starpu_private = job;
  } else if (Ended(job)) {
    RenewJob(job, /*keep_waiters=*/false);
  }
  return job;
}

void FreeJob(Job* job) {
  if (job->user != nullptr) DropDeclaredSuccessors(job);
  if (job->access_count != 0) PoolFree(job->accesses, job->access_count * sizeof(Access));
  PoolDelete(job);
}

void FreeTask(struct starpu_task* task) {
  starpu_task_clean(task);
  if (task->cl_arg_free) std::free(task->cl_arg);
  if (task->callback_arg_free) std::free(task->callback_arg);
  if (task->epilogue_callback_arg_free) std::free(task->epilogue_callback_arg);
  if (task->prologue_callback_arg_free) std::free(task->prologue_callback_arg);
  if (task->prologue_callback_pop_arg_free) std::free(task->prologue_callback_pop_arg);
  PoolFree(task, sizeof(*task));
}

}  // namespace heddle::starpu

using heddle::starpu::Job;
using heddle::starpu::JobOf;

extern "C" {

struct starpu_codelet starpu_codelet_nop = {};

void starpu_task_init(struct starpu_task* task) { heddle::starpu::SetDefaults(task); }

struct starpu_task* starpu_task_create(void) {
  auto* const task = static_cast<struct starpu_task*>(heddle::PoolAllocate(sizeof(struct starpu_task)));
  heddle::starpu::SetDefaults(task);
  task->destroy = 1;
  return task;
}

struct starpu_task* starpu_task_dup(struct starpu_task* task) {
  struct starpu_task* const copy = starpu_task_create();
  std::memcpy(copy, task, sizeof(*copy));
  copy->starpu_private = nullptr;
  copy->profiling_info = nullptr;
  copy->prev = copy->next = nullptr;
  copy->status = STARPU_TASK_INIT;
  return copy;
}

void starpu_task_clean(struct starpu_task* task) {
  std::free(task->profiling_info);
  task->profiling_info = nullptr;
  std::free(task->dyn_handles);
  std::free(task->dyn_interfaces);
  std::free(task->dyn_modes);
  task->dyn_handles = nullptr;
  task->dyn_interfaces = nullptr;
  task->dyn_modes = nullptr;
  Job* const job = JobOf(task);
  if (job == nullptr) return;
  HEDDLE_CHECK(job->state == Job::kNew || Ended(job))
      << "starpu_task_clean of a task that has not ended: " << (starpu_task_get_name(task) ? starpu_task_get_name(task) : "?");
  task->starpu_private = nullptr;
  heddle::starpu::FreeJob(job);
}

void starpu_task_destroy(struct starpu_task* task) {
  // In the task itself or its callback: it goes when it has ended.
  if (Job* const job = JobOf(task); job != nullptr && job->state == Job::kSubmitted && !Ended(job)) {
    const heddle::starpu::Worker* const worker = heddle::starpu::CurrentWorker();
    HEDDLE_CHECK((task->status == STARPU_TASK_FINISHED || (worker != nullptr && worker->current == task)))
        << "starpu_task_destroy of a task that has not ended";
    task->destroy = 1;
    return;
  }
  heddle::starpu::FreeTask(task);
}

const char* starpu_task_get_model_name(struct starpu_task* task) {
  const struct starpu_codelet* const cl = task->cl;
  return cl != nullptr && cl->model != nullptr ? cl->model->symbol : nullptr;
}

const char* starpu_task_get_name(struct starpu_task* task) {
  if (task == nullptr) return nullptr;
  if (task->name != nullptr) return task->name;
  if (task->cl != nullptr && task->cl->name != nullptr) return task->cl->name;
  return starpu_task_get_model_name(task);
}

unsigned long starpu_task_get_job_id(struct starpu_task* task) {
  Job* const job = heddle::starpu::GetJob(task);
  if (job->id == 0) {
    heddle::starpu::id_lock.lock();
    job->id = ++heddle::starpu::last_id;
    heddle::starpu::id_lock.unlock();
  }
  return job->id;
}

unsigned starpu_task_get_implementation(struct starpu_task* task) {
  const Job* const job = JobOf(task);
  return job == nullptr ? 0 : job->implementation;
}

void starpu_task_set_implementation(struct starpu_task* task, unsigned implementation) {
  heddle::starpu::GetJob(task)->implementation = static_cast<std::uint8_t>(implementation);
}

struct starpu_task* starpu_task_get_current(void) {
  const heddle::starpu::Worker* const worker = heddle::starpu::CurrentWorker();
  return worker == nullptr ? nullptr : worker->current;
}

int starpu_task_get_current_data_node(unsigned) { return STARPU_MAIN_RAM; }

void starpu_codelet_init(struct starpu_codelet* cl) { std::memset(cl, 0, sizeof(*cl)); }

void starpu_iteration_push(unsigned long) {}
void starpu_iteration_pop(void) {}

}  // extern "C"
