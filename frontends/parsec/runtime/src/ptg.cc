#include "frontends/parsec/runtime/src/ptg.h"

#include <climits>
#include <cstring>
#include <map>
#include <mutex>
#include <string>

#include "components/memory_pool/pool.h"
#include "frontends/parsec/runtime/src/grapher.h"
#include "frontends/parsec/runtime/src/ptg_data.h"
#include "frontends/parsec/runtime/src/remote.h"

namespace heddle::parsec {
namespace {

// Points that one step of a walk looks at, and tasks that it finds, before what it found is run.
constexpr std::int64_t kWalkBudget = 4096;
constexpr int kWalkRoots = 256;
// Words of a dense table: 512 MiB of address space, of which only what is touched costs memory.
constexpr std::uint64_t kMostDenseWords = std::uint64_t{1} << 26;

// One for each name: accounting knows 256 types in all.
const TaskType* TypeOf(const char* name) {
  static std::mutex mutex;
  static auto* const types = new std::map<std::string, TaskType, std::less<>>;  // Summaries at exit read the names.
  std::lock_guard<std::mutex> hold(mutex);
  auto found = types->find(name);
  if (found == types->end()) {
    found = types->emplace(name, TaskType{}).first;
    found->second.name = found->first.c_str();
  }
  return &found->second;
}

void FreePtgTask(parsec_task_t* task) {
  if (task->mempool_owner != nullptr) {
    parsec_thread_mempool_free(task->mempool_owner, task);
    return;
  }
  PoolFree(task, task->task_class->ptg->task_bytes);
}

std::uint64_t NumberOf(const PtgClass& of, const parsec_taskpool_t* taskpool, const parsec_assignment_t* locals) {
  if (of.ptg->make_key != nullptr) return static_cast<std::uint64_t>(of.ptg->make_key(taskpool, locals));
  std::int64_t number = 0;
  for (int i = 0; i < of.task_class->nb_parameters; ++i) {
    number += (locals[of.ptg->parameters[i]].value - of.least[i]) * of.stride[i];
  }
  return static_cast<std::uint64_t>(number);
}

// Chooses how tasks of the class are numbered and where their inputs are counted.
void PrepareClass(PtgClass& of, const parsec_taskpool_t* taskpool) {
  const int count = of.task_class->nb_parameters;
  std::int64_t greatest[MAX_LOCAL_COUNT] = {};
  if (of.ptg->make_key != nullptr) {
    of.waiting = std::make_unique<InstanceTable>();
    return;
  }
  if (of.ptg->bounds == nullptr || of.ptg->bounds(taskpool, of.least, greatest) == 0) {
    if (count <= 2) {
      // Two parameters fit into a number as they are.
      for (int i = 0; i < count; ++i) {
        of.least[i] = INT_MIN;
        of.stride[i] = std::int64_t{1} << (32 * i);
      }
      of.waiting = std::make_unique<InstanceTable>();
      return;
    }
    of.ptg->bounds_by_walk(taskpool, of.least, greatest);
  }
  unsigned __int128 volume = 1;
  for (int i = 0; i < count; ++i) {
    of.stride[i] = static_cast<std::int64_t>(volume);
    volume *= greatest[i] < of.least[i] ? 0 : static_cast<std::uint64_t>(greatest[i] - of.least[i] + 1);
    if (volume == 0) break;  // An empty space: nothing arrives.
    if (volume > INT64_MAX) {
      Die("task class %s has too large a space: more than 2^63 combinations of its parameters", of.task_class->name);
    }
  }
  const std::uint64_t size = volume == 0 ? 1 : static_cast<std::uint64_t>(volume);
  const bool dense = of.ptg->dependencies == 1 || (of.ptg->dependencies == 0 && size <= kMostDenseWords);
  of.waiting = std::make_unique<InstanceTable>(dense ? size : 0);
}

struct ReleaseState {
  PtgTaskpool* taskpool;
  ReadyTasks* ready;
  ContextEngine* context;
  RemoteTargets* remote = nullptr;
  // Copies in another form ([type = ...] of an output), for all who get that form of a flow. Empty in most cases.
  struct Shaped {
    const parsec_data_copy_t* from;
    const parsec_arena_datatype_t* arena;
    parsec_data_copy_t* copy;
  };
  std::vector<Shaped> shaped;
};

parsec_data_copy_t* ShapedFor(ReleaseState* state, const parsec_task_t* source, const parsec_ptg_edge_t* edge, parsec_data_copy_t* copy) {
  parsec_ptg_types_t types;
  parsec_ptg_no_types(&types);
  edge->types(source, &types);
  if (types.local.arena == nullptr) return copy;
  for (const ReleaseState::Shaped& shaped : state->shaped) {
    if (shaped.from == copy && shaped.arena == types.local.arena) return shaped.copy;
  }
  parsec_data_copy_t* const shaped = Reshaped(source, edge->flow, copy, types.local, types.local);
  if (shaped != copy) state->shaped.push_back({copy, types.local.arena, shaped});
  return shaped;
}

[[noreturn]] void DieOfNull(const parsec_task_t* source, const parsec_ptg_edge_t* edge) {
  char name[MAX_TASK_STRLEN];
  Die("A NULL is forwarded: flow %s of %s has no data for flow %s of %s", source->task_class->flow_names[edge->flow],
      parsec_task_snprintf(name, sizeof(name), source), edge->target->flow_names[edge->target_flow], edge->target->name);
}

void VisitSuccessor(parsec_execution_stream_t*, const parsec_task_t* source, const parsec_ptg_edge_t* edge,
                    const parsec_assignment_t* locals, parsec_data_copy_t* copy, void* argument) {
  ReleaseState* const state = static_cast<ReleaseState*>(argument);
  if (copy == nullptr && edge->is_control == 0) [[unlikely]] DieOfNull(source, edge);
  if (state->context->network != nullptr) {
    const int rank = static_cast<int>(edge->target->ptg->rank_of(source->taskpool, locals));
    if (rank != state->context->context->my_rank) {
      AddRemoteTarget(&state->remote, source, edge, locals, rank, copy);
      return;
    }
  }
  if (edge->types != nullptr && edge->is_control == 0) [[unlikely]] copy = ShapedFor(state, source, edge, copy);
  Arrive(*state->taskpool, edge->target, locals, edge->target_flow, copy, edge->is_control != 0, state->ready);
}

// The same, into the graph of what ran (parameter profile_dot).
void VisitAndDraw(parsec_execution_stream_t* es, const parsec_task_t* source, const parsec_ptg_edge_t* edge,
                  const parsec_assignment_t* locals, parsec_data_copy_t* copy, void* argument) {
  const auto flow = [](const parsec_task_class_t* of, int index) { return of->flow_names[index]; };
  DotEdge(source, edge->is_control != 0 ? "ctl" : flow(source->task_class, edge->flow), edge->target, locals,
          edge->is_control != 0 ? "ctl" : flow(edge->target, edge->target_flow));
  VisitSuccessor(es, source, edge, locals, copy, argument);
}

void RunPtg(Task* header) {
  parsec_task_t* const task = ParsecTaskOf(header);
  parsec_execution_stream_t* const es = CurrentStream(*EngineOf(task->taskpool).context);
  const parsec_ptg_class_t& ptg = *task->task_class->ptg;
  // Again after AGAIN: the data is there.
  if (task->status < PARSEC_TASK_STATUS_EVAL) {
    task->status = PARSEC_TASK_STATUS_EVAL;
    RaisePins(es, PREPARE_INPUT_BEGIN, task);
    if (ptg.prepare != nullptr && ptg.prepare(es, task) != PARSEC_HOOK_RETURN_DONE) {
      char name[MAX_TASK_STRLEN];
      Die("the data of %s could not be had", parsec_task_snprintf(name, sizeof(name), task));
    }
    RaisePins(es, PREPARE_INPUT_END, task);
  }
  if (Execute(es, task)) CompletePtg(es, task);
}

// Tasks were counted that the program found will not run: it took them off the taskpool's nb_tasks, which is zero otherwise.
// By a task of the taskpool or the end of its walk: it is not complete in between.
void ForgetTakenOff(PtgTaskpool& taskpool) {
  std::atomic_ref<std::int32_t> number(const_cast<std::int32_t&>(taskpool.engine->taskpool->nb_tasks));
  if (number.load(std::memory_order_relaxed) >= 0) [[likely]] return;
  for (std::int32_t left = number.exchange(0, std::memory_order_relaxed); left < 0; ++left) {
    (void)taskpool.engine->group.Finished(CurrentWorker());
  }
}

// One step of the walk. The walk's task goes to the pool before the tasks that it found: this worker takes the newest first and
// comes back to the walk when they are done, while a thief takes the walk.
void StepWalk(PtgTaskpool& taskpool) {
  TaskpoolEngine& engine = *taskpool.engine;
  parsec_ptg_walk_t& walk = taskpool.walk;
  walk.es = CurrentStream(*engine.context);
  walk.budget = kWalkBudget;
  taskpool.roots = taskpool.last_root = nullptr;
  const std::int64_t counted = walk.local_tasks;
  bool over = false;
  while (walk.budget > 0) {
    if (taskpool.walk_class == taskpool.classes.size()) {
      over = true;
      break;
    }
    const PtgClass& of = taskpool.classes[taskpool.walk_class];
    if (of.ptg->startup_fn != nullptr) {
      parsec_task_t* const task = MakePtgTask(taskpool, of, walk.locals);
      (void)of.ptg->startup_fn(walk.es, task);
      FreePtgTask(task);
      ++taskpool.walk_class;
      continue;
    }
    if (of.ptg->walk(&walk) == 0) break;
    walk.resume = 0;
    ++taskpool.walk_class;
  }
  if (taskpool.count && walk.local_tasks != counted) {
    engine.group.Started(CurrentWorker(), static_cast<std::uint64_t>(walk.local_tasks - counted));
  }
  Task* const roots = taskpool.roots;
  // From here on another worker may be at the walk.
  if (!over) engine.context->pool->Submit(&taskpool.walk_task);
  if (roots != nullptr) {
    const PinsSchedule events(engine, ParsecTaskOf(roots));
    engine.context->pool->SubmitList(roots);
  }
  if (!over) return;
  if (taskpool.count) ForgetTakenOff(taskpool);
  Release(engine);
}

// A task that waits for several inputs has its first, or its last one.
void CountInput(const PtgClass& of, bool first) {
  if (first) {
    of.incomplete->Started(CurrentWorker());
  } else {
    (void)of.incomplete->Finished(CurrentWorker());
  }
}

void CompleteTaskpool(TaskpoolEngine* engine) {
  PtgTaskpool& taskpool = PtgOf(engine->taskpool);
  taskpool.detection.reset();
  for (const PtgClass& of : taskpool.classes) {
    const Group::Sums sums = of.incomplete->ReadSums();
    const std::uint64_t left = sums.started - sums.finished;
    // Where the program or the tasks say when it is over this may be meant so.
    if (left > 0 && taskpool.termination == Termination::kLocal) {
      Warn("taskpool %s is complete, but %llu tasks of class %s got some of their inputs only and never ran: look for inputs that no "
           "task sends, such as a guard that holds for the one who receives and not for the one who sends",
           engine->taskpool->taskpool_name, static_cast<unsigned long long>(left), of.task_class->name);
    }
    for (std::uint64_t i = 0; i < left; ++i) (void)of.incomplete->Finished(kNoWorker);  // Nobody waits for them any more.
  }
}

void StartPtg(TaskpoolEngine* engine) {
  PtgTaskpool& taskpool = PtgOf(engine->taskpool);
  const bool alone = engine->context->network == nullptr;
  taskpool.count = !alone && taskpool.termination == Termination::kLocal;
  for (PtgClass& of : taskpool.classes) {
    PrepareClass(of, engine->taskpool);
    of.incomplete = std::make_unique<Group>(engine->context->pool->slots());
  }
  if (taskpool.nb_local_tasks != nullptr) {
    const int tasks = taskpool.nb_local_tasks(engine->taskpool);
    if (tasks == PARSEC_UNDETERMINED_NB_TASKS && taskpool.termination == Termination::kLocal) {
      SetTermination(engine->taskpool, Termination::kUserTriggered);
      taskpool.each_says = true;
      taskpool.count = false;
    } else if (taskpool.count) {
      taskpool.told = true;
      engine->group.Started(CurrentWorker(), static_cast<std::uint64_t>(tasks));
    }
  }
  if (!alone && taskpool.termination == Termination::kDynamic) {
    taskpool.detection = std::make_unique<EndDetection>(*engine->context->network, taskpool);
  }
  taskpool.walk.taskpool = engine->taskpool;
  taskpool.walk.count_tasks = taskpool.count && !taskpool.told ? 1 : 0;
  taskpool.walk_task.run = [](Task* task) { StepWalk(*static_cast<PtgTaskpool*>(task->user[0])); };
  taskpool.walk_task.client = engine->context->client;
  taskpool.walk_task.priority = INT_MIN;
  taskpool.walk_task.flags = kTaskMovable;
  taskpool.walk_task.user[0] = &taskpool;
  StartReceiving(taskpool);
  StepWalk(taskpool);
}

}  // namespace

void ReadyTasks::Add(parsec_task_t* task) {
  ++count_;
  Task* const header = TaskOf(task);
  // The last of the highest priority runs next, as with PaRSEC; the others are queued in order.
  if (next_ == nullptr) {
    next_ = header;
    return;
  }
  Task* queued = header;
  if (header->priority >= next_->priority) std::swap(queued, next_);
  queued->next = nullptr;
  if (last_ == nullptr) {
    first_ = queued;
  } else {
    last_->next = queued;
  }
  last_ = queued;
}

void ReadyTasks::Submit() {
  if (next_ == nullptr) return;
  Pool& pool = *taskpool_.engine->context->pool;
  const PinsSchedule events(*taskpool_.engine, ParsecTaskOf(next_));
  if (first_ != nullptr) pool.SubmitList(first_);
  pool.SubmitNext(next_);
}

parsec_task_t* MakePtgTask(PtgTaskpool& taskpool, const PtgClass& of, const parsec_assignment_t* locals) {
  parsec_task_t* const task = static_cast<parsec_task_t*>(PoolAllocate(of.ptg->task_bytes));
  parsec_taskpool_t* const parent = taskpool.engine->taskpool;
  task->mempool_owner = nullptr;
  task->taskpool = parent;
  task->task_class = of.task_class;
  task->status = PARSEC_TASK_STATUS_NONE;
  task->chore_mask = PARSEC_DEV_ALL;
  task->selected_chore = 0;
  task->distance = 0;
  std::memcpy(task->locals, locals, of.task_class->nb_locals * sizeof(parsec_assignment_t));
  const int priority = of.ptg->priority == nullptr ? 0 : of.ptg->priority(parent, locals);
  task->priority = priority + parent->priority;
  if (of.task_class->flags & PARSEC_HIGH_PRIORITY_TASK) task->priority = INT_MAX;
  for (int i = 0; i < of.ptg->nb_data_flows; ++i) task->data[i] = {nullptr, nullptr, {nullptr}};
  Task* const header = new (task->heddle) Task;
  header->run = RunPtg;
  header->client = taskpool.engine->context->client;
  header->type = of.type;
  header->priority = task->priority;
  header->flags = kTaskMovable;
  return task;
}

void PrepareScheduled(parsec_task_t* task) {
  PtgTaskpool& taskpool = PtgOf(task->taskpool);
  const PtgClass& of = taskpool.classes[task->task_class->task_class_id];
  // The walk leaves classes with a startup function to it.
  if (!taskpool.count || (!taskpool.told && of.ptg->startup_fn != nullptr)) taskpool.engine->group.Started(CurrentWorker());
  task->selected_chore = 0;
  task->distance = 0;
  if (task->chore_mask == 0) task->chore_mask = PARSEC_DEV_ALL;
  Task* const header = new (task->heddle) Task;
  header->run = RunPtg;
  header->client = taskpool.engine->context->client;
  header->type = of.type;
  header->flags = kTaskMovable;
}

void Arrive(PtgTaskpool& taskpool, const parsec_task_class_t* task_class, const parsec_assignment_t* locals, int flow,
            parsec_data_copy_t* copy, bool is_control, ReadyTasks* ready, bool received) {
  const auto give = [&](parsec_task_t* to) {
    if (is_control) return;
    Retain(copy);
    to->data[flow].data_in = to->data[flow].data_out = copy;
    if (received) to->data[flow].fulfill = 1;
  };
  PtgClass& of = taskpool.classes[task_class->task_class_id];
  const parsec_taskpool_t* const parent = taskpool.engine->taskpool;
  const int goal = of.ptg->goal(parent, locals);
  parsec_task_t* task = nullptr;
  if (goal <= 1) {
    task = MakePtgTask(taskpool, of, locals);
    give(task);
    ready->Add(task);
    return;
  }
  const std::uint64_t number = NumberOf(of, parent, locals);
  if (of.ptg->nb_data_flows == 0) {
    const std::uint32_t arrivals = of.waiting->Arrive(number, static_cast<std::uint32_t>(goal));
    if (arrivals == 1) CountInput(of, true);
    if (arrivals < static_cast<std::uint32_t>(goal)) return;
    CountInput(of, false);
    ready->Add(MakePtgTask(taskpool, of, locals));
    return;
  }
  bool first = false;
  task = static_cast<parsec_task_t*>(of.waiting->FindOrMake(
      number,
      [&]() -> void* {
        parsec_task_t* const made = MakePtgTask(taskpool, of, locals);
        made->missing = goal;
        first = true;
        return made;
      },
      [&](void* made) {
        FreePtgTask(static_cast<parsec_task_t*>(made));
        first = false;
      }));
  if (first) CountInput(of, true);
  // Each input writes its own flow; the last one to count has seen them all.
  give(task);
  std::atomic_ref<std::int32_t> missing(task->missing);
  if (missing.load(std::memory_order_acquire) == 1 || missing.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    of.waiting->Forget(number);
    // Locals that are computed may be of what tasks before it decided: as in PaRSEC, they are those of the last arrival.
    if (task_class->nb_locals > task_class->nb_parameters)
      std::memcpy(task->locals, locals, task_class->nb_locals * sizeof(parsec_assignment_t));
    CountInput(of, false);
    ready->Add(task);
  }
}

void CompletePtg(parsec_execution_stream_t* es, parsec_task_t* task) {
  const parsec_ptg_class_t& ptg = *task->task_class->ptg;
  PtgTaskpool& taskpool = PtgOf(task->taskpool);
  TaskpoolEngine& engine = *taskpool.engine;
  task->status = PARSEC_TASK_STATUS_COMPLETE;
  RaisePins(es, COMPLETE_EXEC_BEGIN, task);
  if (ptg.write_back != nullptr) ptg.write_back(es, task);
  ReadyTasks ready(taskpool);
  ReleaseState state{&taskpool, &ready, engine.context, nullptr, {}};
  const bool draws = DotEnabled();
  if (draws) [[unlikely]] DotTask(es, task);
  RaisePins(es, RELEASE_DEPS_BEGIN, task);
  if (ptg.iterate_successors != nullptr) {
    ptg.iterate_successors(es, task, ~std::uint64_t{0}, draws ? VisitAndDraw : VisitSuccessor, &state);
  }
  for (const ReleaseState::Shaped& shaped : state.shaped) Release(shaped.copy);
  if (state.remote != nullptr) SendToTargets(*engine.context, task, state.remote);
  RaisePins(es, RELEASE_DEPS_END, task);
  for (int i = 0; i < ptg.nb_data_flows; ++i) {
    Release(task->data[i].data_in);  // A data_out that the body has set is the program's, as with PaRSEC.
  }
  RaisePins(es, COMPLETE_EXEC_END, task);
  FreePtgTask(task);
  // A task that becomes ready takes the place of the one that made it so.
  const int worker = CurrentWorker();
  if (taskpool.count) {
    ForgetTakenOff(taskpool);
    ready.Submit();
    (void)engine.group.Finished(worker);
    return;
  }
  if (ready.count() > 1) engine.group.Started(worker, static_cast<std::uint64_t>(ready.count() - 1));
  const bool none = ready.count() == 0;
  ready.Submit();
  if (none) (void)engine.group.Finished(worker);
}

}  // namespace heddle::parsec

using namespace heddle::parsec;

extern "C" {

parsec_taskpool_t* parsec_ptg_taskpool_new(size_t bytes, const char* name, const parsec_task_class_t* const* classes, int nb_classes,
                                           int termination, int (*nb_local_tasks)(parsec_taskpool_t*),
                                           void (*destruct)(parsec_taskpool_t*)) {
  parsec_taskpool_t* const tp = static_cast<parsec_taskpool_t*>(std::calloc(1, bytes));
  if (tp == nullptr) return nullptr;
  PARSEC_OBJ_CONSTRUCT(tp, parsec_list_item_t);
  TaskpoolEngine& engine = MakeTaskpool(tp, name, PARSEC_TASKPOOL_TYPE_PTG);
  PtgTaskpool* const taskpool = new PtgTaskpool();
  taskpool->engine = &engine;
  taskpool->nb_local_tasks = nb_local_tasks;
  taskpool->classes.resize(static_cast<std::size_t>(nb_classes));
  tp->task_classes_array = const_cast<const parsec_task_class_t**>(classes);
  tp->nb_task_classes = static_cast<std::uint32_t>(nb_classes);
  tp->destruct = destruct;
  for (int i = 0; i < nb_classes; ++i) {
    PtgClass& of = taskpool->classes[static_cast<std::size_t>(i)];
    of.task_class = classes[i];
    of.ptg = classes[i]->ptg;
    of.type = heddle::parsec::TypeOf(classes[i]->name);
  }
  tp->dsl = taskpool;
  engine.holds.store(1);  // The walk's.
  SetTermination(tp, static_cast<Termination>(termination));
  engine.start = heddle::parsec::StartPtg;
  engine.completed = heddle::parsec::CompleteTaskpool;
  engine.destroy = [](TaskpoolEngine* of) {
    PtgTaskpool* const ended = static_cast<PtgTaskpool*>(of->taskpool->dsl);
    StopReceiving(*ended);
    delete ended;
  };
  return tp;
}

void parsec_ptg_root(parsec_ptg_walk_t* walk, const parsec_task_class_t* task_class) {
  PtgTaskpool& taskpool = PtgOf(walk->taskpool);
  const PtgClass& of = taskpool.classes[task_class->task_class_id];
  if (!taskpool.count) taskpool.engine->group.Started(CurrentWorker());
  heddle::Task* const header = TaskOf(MakePtgTask(taskpool, of, walk->locals));
  if (taskpool.last_root == nullptr) {
    taskpool.roots = header;
  } else {
    taskpool.last_root->next = header;
  }
  taskpool.last_root = header;
  // A step ends with so many tasks, however few points it has looked at.
  walk->budget -= heddle::parsec::kWalkBudget / heddle::parsec::kWalkRoots - 1;
}

}  // extern "C"
