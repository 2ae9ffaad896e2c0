#include "frontends/starpu/src/deps.h"

#include <cstdarg>
#include <vector>

#include "components/memory_pool/pool.h"
#include "frontends/starpu/src/context.h"
#include "starpu_task_dep.h"

namespace heddle::starpu {
namespace {

// The end of `job` waits for whatever precedes `node`.
struct EndDependency {
  DependencyNode node;
  Job* job = nullptr;
};

SpinLock successors_lock;

void NoteSuccessor(Job* before, struct starpu_task* task) {
  DeclaredSuccessor* const record = PoolNew<DeclaredSuccessor>();
  record->task = task;
  successors_lock.lock();
  record->next = before->successors;
  before->successors = record;
  successors_lock.unlock();
}

std::vector<struct starpu_task*> Listed(unsigned count, va_list arguments) {
  std::vector<struct starpu_task*> tasks(count);
  for (struct starpu_task*& task : tasks) task = va_arg(arguments, struct starpu_task*);
  return tasks;
}

}  // namespace

void DropDeclaredSuccessors(Job* job) {
  if (job->successors == nullptr) return;
  while (job->successors != nullptr) {
    DeclaredSuccessor* const record = job->successors;
    job->successors = record->next;
    PoolDelete(record);
  }
}

void EndDependencyMet(DependencyNode* node) {
  static_assert(offsetof(EndDependency, node) == 0);
  EndDependency* const dependency = reinterpret_cast<EndDependency*>(node);
  Job* const job = dependency->job;
  PoolDelete(dependency);
  ArriveAtEnd(job);
}

}  // namespace heddle::starpu

using namespace heddle::starpu;

extern "C" {

void starpu_task_declare_deps_array(struct starpu_task* task, unsigned ndeps, struct starpu_task* task_array[]) {
  Job* const job = GetJob(task);
  HEDDLE_CHECK(job->state == Job::kNew) << "dependencies of a task are declared after its submission";
  for (unsigned i = 0; i < ndeps; ++i) {
    Job* const before = JobOf(task_array[i]);
    // One that has ended holds nobody up; one that was never used gets a job, and will be submitted.
    if (before != nullptr && Ended(before)) continue;
    Job* const predecessor = GetJob(task_array[i]);
    if (heddle::DependencyNode::AddSuccessor(&predecessor->node, &job->node)) NoteSuccessor(predecessor, task);
  }
}

void starpu_task_declare_deps(struct starpu_task* task, unsigned ndeps, ...) {
  va_list arguments;
  va_start(arguments, ndeps);
  std::vector<struct starpu_task*> tasks = Listed(ndeps, arguments);
  va_end(arguments);
  starpu_task_declare_deps_array(task, ndeps, tasks.data());
}

void starpu_task_declare_end_deps_array(struct starpu_task* task, unsigned ndeps, struct starpu_task* task_array[]) {
  Job* const job = GetJob(task);
  for (unsigned i = 0; i < ndeps; ++i) {
    const Job* const before = JobOf(task_array[i]);
    if (before != nullptr && Ended(before)) continue;
    EndDependency* const dependency = heddle::PoolNew<EndDependency>();
    dependency->node.set_kind(kEndNode);
    dependency->job = job;
    job->end.Add(1);
    (void)heddle::DependencyNode::AddSuccessor(&GetJob(task_array[i])->node, &dependency->node);
    if (dependency->node.Release()) EndDependencyMet(&dependency->node);
  }
}

void starpu_task_declare_end_deps(struct starpu_task* task, unsigned ndeps, ...) {
  va_list arguments;
  va_start(arguments, ndeps);
  std::vector<struct starpu_task*> tasks = Listed(ndeps, arguments);
  va_end(arguments);
  starpu_task_declare_end_deps_array(task, ndeps, tasks.data());
}

int starpu_task_get_task_succs(struct starpu_task* task, unsigned ndeps, struct starpu_task* task_array[]) {
  const Job* const job = GetJob(task);
  unsigned count = 0;
  successors_lock.lock();
  for (const DeclaredSuccessor* record = job->successors; record != nullptr; record = record->next, ++count) {
    if (count < ndeps) task_array[count] = record->task;
  }
  successors_lock.unlock();
  return static_cast<int>(count);
}

void starpu_task_end_dep_add(struct starpu_task* task, int nb_deps) {
  GetJob(task)->end.Add(static_cast<std::uint32_t>(nb_deps));
}

void starpu_task_end_dep_release(struct starpu_task* task) { ArriveAtEnd(JobOf(task)); }

}  // extern "C"
