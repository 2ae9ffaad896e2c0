// Parameterised task graphs: tasks whose successors are computed. How inputs are counted, where tasks come from and where they go.
//
// A task has no structure until its first input arrives. One whose inputs are one needs no counting: it is made ready by that one.
// One without data counts arrivals in a word; one with data is made at the first arrival, waits in an InstanceTable, and takes the
// copies as they come. What stands between: nothing. There is no repository of outputs.
//
// End of a taskpool. With one process: nothing is ready, running or being looked for (each task that becomes ready is counted as
// started by the one that makes it so). With several, a process whose tasks wait for others has nothing ready either, so the walk
// over the execution space counts the tasks of this process as started, and the end is not looked for before the walk is over. With
// dynamic termination nothing is counted beforehand: a TerminationDetector finds when all processes are idle and nothing is under way.
#ifndef HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_PTG_H_
#define HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_PTG_H_

#include <memory>
#include <vector>

#include "components/dependency/instance_table.h"
#include "frontends/parsec/runtime/src/execute.h"
#include "frontends/parsec/runtime/src/taskpool.h"
#include "parsec/ptg.h"

namespace heddle::parsec {

// A task class in one taskpool.
struct PtgClass {
  const parsec_task_class_t* task_class = nullptr;
  const parsec_ptg_class_t* ptg = nullptr;
  const TaskType* type = nullptr;
  std::unique_ptr<InstanceTable> waiting;
  std::unique_ptr<Group> incomplete;  // Tasks that have some of their inputs.
  // The number of a task: the sum of (parameter - least) * stride, unless the class has a key of its own.
  std::int64_t least[MAX_LOCAL_COUNT] = {};
  std::int64_t stride[MAX_LOCAL_COUNT] = {};
};

struct EndDetection;

enum class Termination { kLocal, kDynamic, kUserTriggered };

// parsec_taskpool_t::dsl.
struct PtgTaskpool {
  TaskpoolEngine* engine = nullptr;
  std::vector<PtgClass> classes;  // By task_class_id.
  Termination termination = Termination::kLocal;
  int (*nb_local_tasks)(parsec_taskpool_t*) = nullptr;
  bool count = false;     // Tasks of this process are counted beforehand, not by those who make them ready:
  bool told = false;      // by the program (nb_local_tasks), not by the walk.
  std::atomic<bool> triggered{false};
  bool each_says = false;  // User-triggered in each process for itself: nb_local_tasks_fn does not know how many tasks there are.
  std::unique_ptr<EndDetection> detection;  // Dynamic termination over several processes, from the start to the end: remote.h.

  // The walk: one task at a time.
  Task walk_task;
  std::size_t walk_class = 0;
  parsec_ptg_walk_t walk;
  Task *roots = nullptr, *last_root = nullptr;  // Of this step.
};

inline PtgTaskpool& PtgOf(const parsec_taskpool_t* taskpool) { return *static_cast<PtgTaskpool*>(taskpool->dsl); }

// What became ready in one go; submitted together.
class ReadyTasks {
 public:
  explicit ReadyTasks(PtgTaskpool& taskpool) : taskpool_(taskpool) {}
  void Add(parsec_task_t* task);
  int count() const { return count_; }
  // Gives them to the pool: the one of highest priority, the last of them, runs next on this worker.
  void Submit();

 private:
  PtgTaskpool& taskpool_;
  Task *first_ = nullptr, *last_ = nullptr, *next_ = nullptr;
  int count_ = 0;
};

// An input comes for the task with these locals, which belongs to this process. received: from another one, and in the form that the
// input's [type_remote] says; [type] does not change it any more.
void Arrive(PtgTaskpool& taskpool, const parsec_task_class_t* task_class, const parsec_assignment_t* locals, int flow,
            parsec_data_copy_t* copy, bool is_control, ReadyTasks* ready, bool received = false);

// Chooses how a taskpool ends, before it is added: termdet.cc.
void SetTermination(parsec_taskpool_t* taskpool, Termination termination);

// A task that is ready, with these locals and no data yet.
parsec_task_t* MakePtgTask(PtgTaskpool& taskpool, const PtgClass& of, const parsec_assignment_t* locals);

// After the body.
void CompletePtg(parsec_execution_stream_t* es, parsec_task_t* task);

// A task that a program made itself, and schedules.
void PrepareScheduled(parsec_task_t* task);

// Successors in other processes, while those here are being visited: remote.cc.
struct RemoteTargets;
// The successor of `source` belongs to `rank`.
void AddRemoteTarget(RemoteTargets** targets, const parsec_task_t* source, const parsec_ptg_edge_t* edge,
                     const parsec_assignment_t* locals, int rank, parsec_data_copy_t* copy);
// Sends what was added, and forgets it.
void SendToTargets(ContextEngine& context, const parsec_task_t* source, RemoteTargets* targets);

}  // namespace heddle::parsec

#endif  // HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_PTG_H_
