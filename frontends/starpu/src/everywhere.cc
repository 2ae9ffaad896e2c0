// Running a function on workers, tasks that only synchronise, statistics of codelets, profiling.
#include <cstdio>
#include <vector>

#include "frontends/starpu/src/context.h"
#include "starpu_helper.h"
#include "starpu_perfmodel.h"
#include "starpu_profiling.h"
#include "starpu_task_dep.h"

namespace heddle::starpu {
namespace {

struct Call {
  void (*function)(void*);
  void* arg;
};

void RunCall(void**, void* arg) {
  const Call* const call = static_cast<Call*>(arg);
  call->function(call->arg);
}

void RunOn(const std::vector<unsigned>& workers, Call call, const char* name) {
  struct starpu_codelet codelet = {};
  codelet.where = STARPU_CPU;
  codelet.cpu_funcs[0] = RunCall;
  codelet.name = name;
  std::vector<struct starpu_task*> tasks;
  for (const unsigned worker : workers) {
    struct starpu_task* const task = starpu_task_create();
    task->cl = &codelet;
    task->cl_arg = &call;
    task->name = name;
    task->execute_on_a_specific_worker = 1;
    task->workerid = worker;
    task->detach = 0;
    task->destroy = 1;  // By the wait.
    HEDDLE_CHECK_EQ(starpu_task_submit(task), 0) << "worker " << worker << " does not exist";
    tasks.push_back(task);
  }
  for (struct starpu_task* task : tasks) HEDDLE_CHECK_EQ(starpu_task_wait(task), 0);
}

}  // namespace
}  // namespace heddle::starpu

using heddle::starpu::context;

extern "C" {

struct starpu_perfmodel starpu_perfmodel_nop = {};

void starpu_execute_on_each_worker_ex(void (*func)(void*), void* arg, uint32_t where, const char* name) {
  if ((where & STARPU_CPU) == 0) return;
  std::vector<unsigned> workers;
  for (int id = 0; id < context->worker_count; ++id) workers.push_back(static_cast<unsigned>(id));
  heddle::starpu::RunOn(workers, {func, arg}, name);
}

void starpu_execute_on_each_worker(void (*func)(void*), void* arg, uint32_t where) {
  starpu_execute_on_each_worker_ex(func, arg, where, "execute_on_each_worker");
}

void starpu_execute_on_specific_workers(void (*func)(void*), void* arg, unsigned num_workers, unsigned* workers,
                                        const char* name) {
  heddle::starpu::RunOn(std::vector<unsigned>(workers, workers + num_workers), {func, arg}, name);
}

void starpu_create_sync_task(starpu_tag_t sync_tag, unsigned ndeps, starpu_tag_t* deps, void (*callback)(void*),
                             void* callback_arg) {
  starpu_tag_declare_deps_array(sync_tag, ndeps, deps);
  struct starpu_task* const task = starpu_task_create();
  task->use_tag = 1;
  task->tag_id = sync_tag;
  task->callback_func = callback;
  task->callback_arg = callback_arg;
  HEDDLE_CHECK_EQ(starpu_task_submit(task), 0);
}

void starpu_codelet_display_stats(struct starpu_codelet* cl) {
  std::fprintf(stderr, "codelet %s:\n", cl->name != nullptr ? cl->name : "without a name");
  for (int id = 0; context != nullptr && id < context->worker_count; ++id) {
    std::fprintf(stderr, "\tCPU %d: %lu tasks\n", id, cl->per_worker_stats[id]);
  }
}

}  // extern "C"
