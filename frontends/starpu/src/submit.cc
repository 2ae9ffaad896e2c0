// Submission: checks, the order among accesses, release.
#include <algorithm>
#include <cerrno>
#include <vector>

#include "components/memory_pool/pool.h"
#include "frontends/starpu/src/acquire.h"
#include "frontends/starpu/src/context.h"
#include "frontends/starpu/src/profiling.h"
#include "frontends/starpu/src/redux.h"

namespace heddle::starpu {
namespace {

constexpr int kInline = 16;  // Buffers of a task that cost no allocation here.

AccessMode AccessModeOf(int mode) {
  if ((mode & STARPU_SCRATCH) != 0) return AccessMode::kConcurrent;
  if ((mode & STARPU_REDUX) != 0) return AccessMode::kReduction;
  if ((mode & STARPU_W) == 0) return AccessMode::kRead;
  if ((mode & STARPU_COMMUTE) != 0) return AccessMode::kCommutative;
  return (mode & STARPU_R) != 0 ? AccessMode::kReadWrite : AccessMode::kWrite;
}

// Locks the chains of all handles in the order of their addresses; each once.
class ChainLocks {
 public:
  ChainLocks(const Buffer* buffers, int count) : count_(count) {
    if (count > kInline) {
      many_.resize(static_cast<std::size_t>(count));
      handles_ = many_.data();
    }
    int sorted = 0;
    for (int i = 0; i < count; ++i) {
      int at = sorted;
      for (; at > 0 && handles_[at - 1] > buffers[i].handle; --at) handles_[at] = handles_[at - 1];
      handles_[at] = buffers[i].handle;
      ++sorted;
    }
    for (int i = 0; i < count; ++i) {
      if (i == 0 || handles_[i] != handles_[i - 1]) handles_[i]->chain.lock();
    }
  }
  ~ChainLocks() {
    for (int i = 0; i < count_; ++i) {
      if (i == 0 || handles_[i] != handles_[i - 1]) handles_[i]->chain.unlock();
    }
  }
  ChainLocks(const ChainLocks&) = delete;
  ChainLocks& operator=(const ChainLocks&) = delete;

 private:
  const int count_;
  Handle inline_[kInline];
  std::vector<Handle> many_;
  Handle* handles_ = inline_;
};

// Under the lock of the chain.
void Insert(const Buffer& buffer, Job* job, Access* access, Task** combines) {
  _starpu_data_state& handle = *buffer.handle;
  const AccessMode mode = AccessModeOf(buffer.mode);
  if (mode == AccessMode::kConcurrent || mode == AccessMode::kReduction) {
    if (handle.replicas == nullptr) MakeReplicas(&handle);
  } else if (handle.chain.NeedsCombine(mode)) {
    Job* const combine = NewCombineJob(&handle);
    handle.chain.Insert(combine->accesses, &combine->node, AccessMode::kReadWrite);
    combine->task.next = *combines;
    *combines = &combine->task;
  }
  const bool ordered = buffer.ordered && handle.sequential_consistency;
  if (ordered || mode == AccessMode::kConcurrent || mode == AccessMode::kReduction) [[likely]] {
    handle.chain.Insert(access, &job->node, mode);
    if (handle.exclusion_used) [[unlikely]] handle.exclusion.Sync(&job->node, AccessMode::kCommutative);
    return;
  }
  // Not ordered, but writers exclude each other: a group of its own without order. What was submitted with an order before the
  // first such access is not in that group, and goes before.
  if (!handle.exclusion_used && !handle.chain.idle()) handle.chain.Insert(access, &job->node, AccessMode::kReadWrite);
  handle.exclusion_used = true;
  handle.exclusion.Sync(&job->node, AccessMode::kCommutative);
}

bool HasFunction(const struct starpu_codelet& cl) {
  return cl.cpu_func != nullptr || std::any_of(std::begin(cl.cpu_funcs), std::end(cl.cpu_funcs), [](auto f) { return f; });
}

bool SomeWorkerCan(struct starpu_task* task) {
  for (int worker = 0; worker < context->worker_count; ++worker) {
    unsigned implementation;
    if (starpu_worker_can_execute_task_first_impl(static_cast<unsigned>(worker), task, &implementation)) return true;
  }
  return false;
}

// -ENODEV or -EINVAL where no worker can run it.
int Check(struct starpu_task* task, bool* nowhere) {
  const struct starpu_codelet* const cl = task->cl;
  *nowhere = cl == nullptr || (WhereOf(*task) & STARPU_NOWHERE) != 0;
  if (*nowhere) return 0;
  if ((WhereOf(*task) & STARPU_CPU) == 0 || !HasFunction(*cl)) return -ENODEV;
  if (task->execute_on_a_specific_worker && task->workerid >= static_cast<unsigned>(context->worker_count)) return -ENODEV;
  if ((cl->can_execute != nullptr || task->workerids_len != 0) && !SomeWorkerCan(task)) [[unlikely]] return -ENODEV;
  return 0;
}

// Waits at the upper limit of submitted tasks until there are few enough.
void WaitForRoom() {
  if (!MayBlock() || TasksNotEnded() < static_cast<int>(context->submission_limit)) return;
  (void)starpu_task_wait_for_n_submitted(context->submission_low);
}

}  // namespace

std::uint32_t WhereOf(const struct starpu_task& task) {
  if (task.where != -1) return static_cast<std::uint32_t>(task.where);
  const struct starpu_codelet& cl = *task.cl;
  if (cl.where != 0) return cl.where;
  if (HasFunction(cl)) return STARPU_CPU;
  const auto any = [](const auto& functions) {
    return std::any_of(std::begin(functions), std::end(functions), [](auto f) { return f; });
  };
  return any(cl.cuda_funcs) ? STARPU_CUDA
         : any(cl.opencl_funcs) ? STARPU_OPENCL
         : any(cl.hip_funcs) ? STARPU_HIP
                             : STARPU_NOWHERE;
}

void SubmitAccesses(Job* job, const Buffer* buffers, int count) {
  if (count == 0) return;
  for (int i = 0; i < count; ++i) {
    HEDDLE_CHECK(buffers[i].handle != nullptr) << "buffer " << i << " of a task has no handle";
    if (buffers[i].handle->planned && (buffers[i].mode & STARPU_NOPLAN) == 0) [[unlikely]] {
      PrepareView(buffers[i].handle, buffers[i].mode);
    }
  }
  if (job->access_count != count) {
    if (job->access_count != 0) PoolFree(job->accesses, job->access_count * sizeof(Access));
    job->accesses = static_cast<Access*>(PoolAllocate(static_cast<std::size_t>(count) * sizeof(Access)));
    job->access_count = static_cast<std::uint16_t>(count);
  }
  Task* combines = nullptr;
  {
    const ChainLocks locks(buffers, count);
    for (int i = 0; i < count; ++i) Insert(buffers[i], job, new (&job->accesses[i]) Access, &combines);
  }
  while (combines != nullptr) [[unlikely]] {
    Job* const combine = JobOf(combines);
    combines = combines->next;
    ReleaseJob(combine);
  }
}

void ReleaseJob(Job* job) {
  if (job->node.Release()) OnReady(&job->node);
}

void SubmitInternal(std::span<const Buffer> buffers, void (*body)(void* arg), void* arg) {
  Job* const job = NewInternalJob(body, arg);
  TaskCounted(WorkerIndex(CurrentWorker()));
  SubmitAccesses(job, buffers.data(), static_cast<int>(buffers.size()));
  ReleaseJob(job);
}

int SubmitTask(struct starpu_task* task, bool again) {
  bool nowhere;
  if (const int error = Check(task, &nowhere); error != 0) return error;
  if (context->submission_limit != 0) [[unlikely]] WaitForRoom();
  const bool synchronous = task->synchronous && !again;
  if (synchronous) task->detach = 0;

  Job* const job = GetJob(task);
  if (!again) {
    HEDDLE_CHECK(job->state == Job::kNew) << "a task was submitted twice";
    job->state = Job::kSubmitted;
    job->detached = task->detach;
  }
  job->nowhere = nowhere;
  job->task.run = RunJob;
  job->task.client = context->client;
  job->task.priority = task->priority;
  task->sched_ctx = 0;
  task->status = STARPU_TASK_BLOCKED;
  if (profiling_enabled) [[unlikely]] ProfileSubmitted(task);
  TaskCounted(WorkerIndex(CurrentWorker()));

  if (task->cl != nullptr) {
    const int count = static_cast<int>(STARPU_TASK_GET_NBUFFERS(task));
    if (count > 0) {
      Buffer few[kInline];
      std::vector<Buffer> many(count > kInline ? static_cast<std::size_t>(count) : 0);
      Buffer* const buffers = count > kInline ? many.data() : few;
      const Handle* const handles = STARPU_TASK_GET_HANDLES(task);
      const unsigned char* const consistency = task->handles_sequential_consistency;
      for (int i = 0; i < count; ++i) {
        buffers[i].handle = handles[i];
        buffers[i].mode = STARPU_TASK_GET_MODE(task, i);
        buffers[i].ordered = task->sequential_consistency && (consistency == nullptr || consistency[i] != 0);
      }
      SubmitAccesses(job, buffers, count);
    }
  }
  if (context->policy.submit_hook != nullptr) [[unlikely]] context->policy.submit_hook(task);
  if (task->use_tag) [[unlikely]] AttachTag(job);
  ReleaseJob(job);
  if (synchronous) return starpu_task_wait(task);
  return 0;
}

}  // namespace heddle::starpu

extern "C" {

int starpu_task_submit(struct starpu_task* task) {
  using namespace heddle::starpu;
  if (context == nullptr) [[unlikely]] return -ENODEV;
  if (task->synchronous && !MayBlock()) [[unlikely]] return -EDEADLK;
  return SubmitTask(task);
}

}  // extern "C"
