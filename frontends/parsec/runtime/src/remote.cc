#include "frontends/parsec/runtime/src/remote.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "components/message_layer/process_barrier.h"
#include "frontends/parsec/runtime/src/datatype.h"
#include "frontends/parsec/runtime/src/mca.h"
#include "frontends/parsec/runtime/src/ptg_data.h"
#include "parsec/parsec_comm_engine.h"

namespace heddle::parsec {

// One flow in one form.
struct RemoteTargets {
  RemoteTargets* next = nullptr;
  int flow = -1;  // -1: control.
  parsec_data_copy_t* copy = nullptr;
  parsec_ptg_type_t type{};
  std::uint64_t mask = 0;  // Output dependencies.
  std::vector<int> ranks;  // In no order, each once.
};

namespace {

enum Tag : std::uint32_t { kActivation, kWrite, kWritten, kTriggered, kNote };

// A note of a taskpool's detector.
struct TaskpoolNote {
  std::uint32_t taskpool;
  TerminationDetector::Note note;
};

// The head of an activation or a write; locals and packed data follow.
struct Activation {
  std::uint32_t taskpool;
  std::uint8_t task_class;
  std::uint8_t locals;
  std::int16_t flow;
  std::int32_t root;   // Whose task it was.
  std::int32_t from;   // Who is told that a write is done.
  std::uint64_t mask;
  std::uint64_t bytes;  // Packed.
};

struct Early {
  Tag tag;
  void* payload;
};

// One a process: contexts that are made one after the other use it again.
struct Processes {
  Network* network = nullptr;
  int receiver = -1;
  int broadcast = 1;
  std::unique_ptr<ProcessBarrier> barrier;
  std::mutex mutex;
  // Under mutex:
  std::map<std::uint32_t, PtgTaskpool*> started;  // By id, those that messages can be for.
  std::vector<Early> early;
};
Processes processes;

bool SameType(const parsec_ptg_type_t& a, const parsec_ptg_type_t& b) {
  return a.arena == b.arena && a.layout == b.layout && a.count == b.count && a.displ == b.displ;
}

// The form in which an output travels.
parsec_ptg_type_t RemoteTypeOf(const parsec_task_t* source, const parsec_ptg_edge_t* edge) {
  parsec_ptg_types_t types;
  parsec_ptg_no_types(&types);
  if (edge->types != nullptr) edge->types(source, &types);
  return types.remote;
}

const parsec_assignment_t* LocalsOf(const Activation* head) { return reinterpret_cast<const parsec_assignment_t*>(head + 1); }
const char* DataOf(const Activation* head) { return reinterpret_cast<const char*>(LocalsOf(head) + head->locals); }

void* NewMessage(const Activation& head, const parsec_assignment_t* locals) {
  const std::size_t locals_bytes = head.locals * sizeof(parsec_assignment_t);
  void* const payload = MessageAllocate(sizeof(head) + locals_bytes + head.bytes);
  std::memcpy(payload, &head, sizeof(head));
  std::memcpy(static_cast<char*>(payload) + sizeof(head), locals, locals_bytes);
  return payload;
}

Activation HeadOf(const parsec_task_t* task, int flow, std::uint64_t mask, std::uint64_t bytes) {
  Activation head{};
  head.taskpool = task->taskpool->taskpool_id;
  head.task_class = task->task_class->task_class_id;
  head.locals = task->task_class->nb_locals;
  head.flow = static_cast<std::int16_t>(flow);
  head.root = head.from = processes.network->process();
  head.mask = mask;
  head.bytes = bytes;
  return head;
}

// Whom the i-th of the processes that get it passes it on to: those are in order, i == -1 is the root.
void ForEachChild(int i, int count, int kind, const auto& call) {
  if (kind == 0) {
    for (int child = 0; i == -1 && child < count; ++child) call(child);
    return;
  }
  if (kind == 1) {
    if (i + 1 < count) call(i + 1);
    return;
  }
  // Binomial: the root is number 0 of count + 1; a node passes on to those that add one bit above its highest.
  const int number = i + 1;
  for (int bit = 1; number + bit <= count; bit <<= 1) {
    if (bit > number) call(number + bit - 1);
  }
}

// In order of the distance from the root.
void SortRanks(std::vector<int>* ranks, int root, int count) {
  std::sort(ranks->begin(), ranks->end(),
            [&](int a, int b) { return (a - root + count) % count < (b - root + count) % count; });
}

// Before the task that sends is done, or the message that makes us send is: see CountOf().
void SendTo(PtgTaskpool& taskpool, int rank, Tag tag, void* payload) {
  if (taskpool.detection != nullptr) taskpool.detection->sent.fetch_add(1, std::memory_order_relaxed);
  processes.network->Send(rank, processes.receiver, tag, payload);
}

// What stands for the task of another process.
struct StandIn {
  alignas(64) char memory[sizeof(parsec_task_t)];
  parsec_task_t* task = reinterpret_cast<parsec_task_t*>(memory);
  StandIn(PtgTaskpool& taskpool, const Activation* head) {
    const PtgClass& of = taskpool.classes[head->task_class];
    std::memset(memory, 0, sizeof(memory));
    task->taskpool = taskpool.engine->taskpool;
    task->task_class = of.task_class;
    task->status = kStandsForRemote;
    std::memcpy(task->locals, LocalsOf(head), head->locals * sizeof(parsec_assignment_t));
  }
};

struct Received {
  PtgTaskpool* taskpool;
  const Activation* head;
  ReadyTasks* ready;
  std::vector<int> ranks;  // All that have successors, this one included.
  struct Form {
    parsec_ptg_type_t type;
    parsec_data_copy_t* copy;
  };
  std::vector<Form> forms;  // Copies made of the data, by what they are unpacked as.
};

void VisitRank(parsec_execution_stream_t*, const parsec_task_t* source, const parsec_ptg_edge_t* edge,
               const parsec_assignment_t* locals, parsec_data_copy_t*, void* argument) {
  Received* const received = static_cast<Received*>(argument);
  if ((edge->is_control != 0 ? -1 : edge->flow) != received->head->flow) return;
  const int rank = static_cast<int>(edge->target->ptg->rank_of(source->taskpool, locals));
  if (rank == received->head->root) return;
  if (std::find(received->ranks.begin(), received->ranks.end(), rank) == received->ranks.end()) received->ranks.push_back(rank);
}

// The copy that a successor gets: unpacked as its input says, else as the output says, else as the bytes are.
parsec_data_copy_t* CopyFor(Received* received, const parsec_task_t* source, const parsec_ptg_edge_t* edge,
                            const parsec_assignment_t* locals) {
  parsec_ptg_types_t types;
  parsec_ptg_no_types(&types);
  if (edge->target->ptg->input_types != nullptr) edge->target->ptg->input_types(source->taskpool, locals, edge->target_flow, &types);
  // An output's type may be an expression of its copy, which is not here.
  const parsec_ptg_type_t type = types.remote.arena != nullptr ? types.remote : RemoteTypeOf(source, edge);
  for (const Received::Form& form : received->forms) {
    if (SameType(form.type, type)) return form.copy;
  }
  parsec_data_copy_t* const copy = UnpackCopy(type, DataOf(received->head), received->head->bytes);
  received->forms.push_back({type, copy});
  return copy;
}

void VisitOwn(parsec_execution_stream_t*, const parsec_task_t* source, const parsec_ptg_edge_t* edge,
              const parsec_assignment_t* locals, parsec_data_copy_t*, void* argument) {
  Received* const received = static_cast<Received*>(argument);
  if ((edge->is_control != 0 ? -1 : edge->flow) != received->head->flow) return;
  if (static_cast<int>(edge->target->ptg->rank_of(source->taskpool, locals)) != processes.network->process()) return;
  parsec_data_copy_t* const copy = edge->is_control != 0 ? nullptr : CopyFor(received, source, edge, locals);
  Arrive(*received->taskpool, edge->target, locals, edge->target_flow, copy, edge->is_control != 0, received->ready, true);
}

// Takes `payload` over.
void DeliverActivation(PtgTaskpool& taskpool, void* payload) {
  const Activation* const head = static_cast<const Activation*>(payload);
  StandIn source(taskpool, head);
  const parsec_ptg_class_t& ptg = *source.task->task_class->ptg;
  parsec_execution_stream_t* const es = CurrentStream(*taskpool.engine->context);
  RaisePins(es, ACTIVATE_CB_BEGIN, nullptr);
  ReadyTasks ready(taskpool);
  Received received{&taskpool, head, &ready, {}, {}};
  if (processes.broadcast != 0 && processes.network->processes() > 2) {
    ptg.iterate_successors(es, source.task, head->mask, VisitRank, &received);
    SortRanks(&received.ranks, head->root, processes.network->processes());
    const auto self = std::find(received.ranks.begin(), received.ranks.end(), processes.network->process());
    ForEachChild(static_cast<int>(self - received.ranks.begin()), static_cast<int>(received.ranks.size()), processes.broadcast,
                 [&](int child) {
                   void* const again = MessageAllocate(Message::Of(payload)->bytes);
                   std::memcpy(again, payload, Message::Of(payload)->bytes);
                   SendTo(taskpool, received.ranks[static_cast<std::size_t>(child)], kActivation, again);
                 });
  }
  ptg.iterate_successors(es, source.task, head->mask, VisitOwn, &received);
  for (const Received::Form& form : received.forms) Release(form.copy);
  if (!taskpool.count) taskpool.engine->group.Started(CurrentWorker(), static_cast<std::uint64_t>(ready.count()));
  RaisePins(es, ACTIVATE_CB_END, nullptr);
  ready.Submit();
  MessageFree(payload);
}

void DeliverWrite(PtgTaskpool& taskpool, void* payload) {
  const Activation* const head = static_cast<const Activation*>(payload);
  StandIn source(taskpool, head);
  parsec_ptg_type_t type{};
  type.layout = PARSEC_DATATYPE_NULL;
  type.count = -1;
  parsec_data_copy_t* const copy = UnpackCopy(type, DataOf(head), head->bytes);
  source.task->data[head->flow].data_out = copy;
  source.task->task_class->ptg->write_back(CurrentStream(*taskpool.engine->context), source.task);
  Release(copy);
  const int from = head->from;
  void* const answer = MessageAllocate(sizeof(std::uint32_t));
  std::memcpy(answer, &head->taskpool, sizeof(std::uint32_t));
  MessageFree(payload);
  SendTo(taskpool, from, kWritten, answer);
}

void DeliverNote(PtgTaskpool& taskpool, void* payload) {
  TaskpoolNote note;
  std::memcpy(&note, payload, sizeof(note));
  MessageFree(payload);
  taskpool.detection->detector.Receive(note.note);
}

void Deliver(Tag tag, void* payload, PtgTaskpool& taskpool) {
  if (taskpool.detection != nullptr && tag != kNote) ++taskpool.detection->received;
  switch (tag) {
    case kActivation: DeliverActivation(taskpool, payload); break;
    case kWrite: DeliverWrite(taskpool, payload); break;
    case kWritten:
      MessageFree(payload);
      Release(*taskpool.engine);
      break;
    case kTriggered:
      MessageFree(payload);
      taskpool.triggered.store(true, std::memory_order_relaxed);
      Release(*taskpool.engine);
      break;
    case kNote: DeliverNote(taskpool, payload); break;
  }
}

// Every message begins with the taskpool's id. One for a taskpool that is not here, or not started, waits.
void Receive(void*, void* payload, int, std::uint32_t tag) {
  std::uint32_t id = 0;
  std::memcpy(&id, payload, sizeof(id));
  PtgTaskpool* taskpool = nullptr;
  {
    std::lock_guard<std::mutex> hold(processes.mutex);
    const auto found = processes.started.find(id);
    if (found == processes.started.end()) {
      processes.early.push_back({static_cast<Tag>(tag), payload});
      return;
    }
    taskpool = found->second;
  }
  // It is not complete before what the message brings is done.
  Deliver(static_cast<Tag>(tag), payload, *taskpool);
}

// Idle is exact: between two readings of the sums that agree no task was started or finished, so at the moment in between when only
// the detection held the taskpool nothing ran that could send. What tasks sent before they finished is seen in `sent`; what comes by
// a message comes by the poller, which is who counts.
TerminationDetector::Counts CountOf(void* argument) {
  EndDetection& detection = *static_cast<EndDetection*>(argument);
  const TaskpoolEngine& engine = *detection.taskpool.engine;
  const Group::Sums before = engine.group.ReadSums();
  const bool held = engine.holds.load(std::memory_order_acquire) > 1;
  const Group::Sums after = engine.group.ReadSums();
  const bool idle = !held && before.started == before.finished && after.started == before.started && after.finished == before.started;
  return {detection.sent.load(std::memory_order_relaxed), detection.received, idle};
}

void CarryNote(void* argument, int process, const TerminationDetector::Note& note) {
  const TaskpoolNote of_taskpool{static_cast<EndDetection*>(argument)->taskpool.engine->taskpool->taskpool_id, note};
  void* const payload = MessageAllocate(sizeof(of_taskpool));
  std::memcpy(payload, &of_taskpool, sizeof(of_taskpool));
  processes.network->Send(process, processes.receiver, kNote, payload);
}

void EndOfDetection(void* argument) { Release(*static_cast<EndDetection*>(argument)->taskpool.engine); }

}  // namespace

EndDetection::EndDetection(Network& network, PtgTaskpool& taskpool_)
    : taskpool(taskpool_), detector(network, {CountOf, CarryNote, EndOfDetection, this}) {
  taskpool.engine->holds.fetch_add(1, std::memory_order_relaxed);  // While the start holds it, too.
}

absl::Status JoinProcesses(ContextEngine& engine) {
  if (!MpiIsUp()) return absl::OkStatus();  // As PaRSEC: without MPI a process is alone.
  const absl::StatusOr<Network*> network = Network::Acquire(*engine.pool);
  if (!network.ok()) return network.status();
  if ((*network)->processes() == 1) {
    (*network)->Release();
    return absl::OkStatus();
  }
  engine.network = processes.network = *network;
  processes.broadcast = static_cast<int>(mca::IntParameter("runtime_comm_coll_bcast"));
  processes.receiver = engine.network->AddReceiver(Receive, nullptr);
  processes.barrier = std::make_unique<ProcessBarrier>(*engine.network);
  (void)parsec_comm_engine_init(engine.context);  // The network is there: it cannot fail.
  engine.context->nb_nodes = engine.network->processes();
  engine.context->my_rank = engine.network->process();
  engine.context->flags = engine.context->flags | PARSEC_CONTEXT_FLAG_COMM_ACTIVE | PARSEC_CONTEXT_FLAG_COMM_MT;
  return absl::OkStatus();
}

void MeetProcesses(ContextEngine& engine) {
  if (engine.network == nullptr) return;
  struct Met {
    ContextEngine* engine;
    std::atomic<bool> over{false};
  } met{&engine};
  processes.barrier->Enter(
      [](void* argument) {
        Met* const self = static_cast<Met*>(argument);
        ContextEngine& at = *self->engine;
        {
          // The waiter may be gone as soon as it can see this.
          std::lock_guard<SpinLock> hold(at.lock);
          self->over.store(true, std::memory_order_release);
        }
        Notify(at);
      },
      &met);
  WorkUntil(engine, "the other processes", [](void* argument) { return static_cast<Met*>(argument)->over.load(std::memory_order_acquire); },
            &met);
}

bool HasAllProcesses(std::intptr_t communicator) {
  if (!MpiIsUp()) return false;
  int same = MPI_UNEQUAL;
  MPI_Comm_compare(reinterpret_cast<MPI_Comm>(communicator), MPI_COMM_WORLD, &same);
  return same == MPI_IDENT || same == MPI_CONGRUENT;
}

void LeaveProcesses(ContextEngine& engine) {
  if (engine.network == nullptr) return;
  SetStarted(engine, true);
  MeetProcesses(engine);
  SetStarted(engine, false);
  (void)parsec_comm_engine_fini(&parsec_ce);
  engine.network->RemoveReceiver(processes.receiver);
  processes.barrier.reset();
  for (const Early& early : processes.early) MessageFree(early.payload);
  processes.early.clear();
  processes.network = nullptr;
  engine.network->Release();
  engine.network = nullptr;
}

void AddRemoteTarget(RemoteTargets** targets, const parsec_task_t* source, const parsec_ptg_edge_t* edge,
                     const parsec_assignment_t*, int rank, parsec_data_copy_t* copy) {
  const int flow = edge->is_control != 0 ? -1 : edge->flow;
  parsec_ptg_type_t type{};
  if (flow >= 0) type = RemoteTypeOf(source, edge);
  RemoteTargets* found = *targets;
  while (found != nullptr && (found->flow != flow || !SameType(found->type, type))) found = found->next;
  if (found == nullptr) {
    found = new RemoteTargets;
    found->next = *targets;
    found->flow = flow;
    found->copy = copy;
    found->type = type;
    *targets = found;
  }
  found->mask |= std::uint64_t{1} << std::min<int>(edge->dep_index, 63);
  if (std::find(found->ranks.begin(), found->ranks.end(), rank) == found->ranks.end()) found->ranks.push_back(rank);
}

void SendToTargets(ContextEngine& context, const parsec_task_t* source, RemoteTargets* targets) {
  const int count = context.context->nb_nodes;
  while (targets != nullptr) {
    RemoteTargets* const next = targets->next;
    const std::size_t bytes = targets->flow < 0 || targets->copy == nullptr ? 0 : PackedBytesOf(targets->copy, targets->type);
    SortRanks(&targets->ranks, context.context->my_rank, count);
    const Activation head = HeadOf(source, targets->flow, targets->mask, bytes);
    ForEachChild(-1, static_cast<int>(targets->ranks.size()), count > 2 ? processes.broadcast : 0, [&](int child) {
      void* const payload = NewMessage(head, source->locals);
      if (bytes > 0) {
        PackCopy(targets->copy, targets->type, const_cast<char*>(DataOf(static_cast<Activation*>(payload))), bytes);
      }
      SendTo(PtgOf(source->taskpool), targets->ranks[static_cast<std::size_t>(child)], kActivation, payload);
    });
    delete targets;
    targets = next;
  }
}

void WriteElsewhere(parsec_execution_stream_t*, parsec_task_t* task, int flow, int rank, const parsec_ptg_types_t* types) {
  parsec_data_copy_t* const copy = task->data[flow].data_out;
  parsec_ptg_type_t type{};
  type.layout = PARSEC_DATATYPE_NULL;
  type.count = -1;
  if (types != nullptr) type = types->local;
  const std::size_t bytes = PackedBytesOf(copy, type);
  void* const payload = NewMessage(HeadOf(task, flow, 0, bytes), task->locals);
  PackCopy(copy, type, const_cast<char*>(DataOf(static_cast<Activation*>(payload))), bytes);
  EngineOf(task->taskpool).holds.fetch_add(1, std::memory_order_relaxed);  // While the task is counted: not the first hold.
  SendTo(PtgOf(task->taskpool), rank, kWrite, payload);
}

void TellTriggered(PtgTaskpool& taskpool) {
  if (taskpool.engine->context->network == nullptr) return;
  for (int rank = 0; rank < taskpool.engine->context->context->nb_nodes; ++rank) {
    if (rank == taskpool.engine->context->context->my_rank) continue;
    void* const payload = MessageAllocate(sizeof(std::uint32_t));
    std::memcpy(payload, &taskpool.engine->taskpool->taskpool_id, sizeof(std::uint32_t));
    SendTo(taskpool, rank, kTriggered, payload);
  }
}

void StopReceiving(PtgTaskpool& taskpool) {
  std::lock_guard<std::mutex> hold(processes.mutex);
  processes.started.erase(taskpool.engine->taskpool->taskpool_id);
}

void StartReceiving(PtgTaskpool& taskpool) {
  Network* const network = taskpool.engine->context->network;
  if (network == nullptr) return;
  std::vector<Early> mine;
  {
    std::lock_guard<std::mutex> hold(processes.mutex);
    const std::uint32_t id = taskpool.engine->taskpool->taskpool_id;
    processes.started[id] = &taskpool;
    const auto is_mine = [&](const Early& early) { return std::memcmp(early.payload, &id, sizeof(id)) == 0; };
    std::copy_if(processes.early.begin(), processes.early.end(), std::back_inserter(mine), is_mine);
    std::erase_if(processes.early, is_mine);
  }
  // By way of the poller, who alone delivers.
  for (const Early& early : mine) network->Send(network->process(), processes.receiver, early.tag, early.payload);
  if (taskpool.detection != nullptr && network->process() == 0) taskpool.detection->detector.Start();
}

}  // namespace heddle::parsec

extern "C" int parsec_remote_dep_set_ctx(parsec_context_t* context, intptr_t opaque_comm_ctx) {
  if (context == nullptr) return PARSEC_ERR_BAD_PARAM;
  if (!heddle::parsec::MpiIsUp()) return PARSEC_ERR_NOT_SUPPORTED;
  if (context->nb_nodes > 1 && !heddle::parsec::HasAllProcesses(opaque_comm_ctx)) return PARSEC_ERR_NOT_SUPPORTED;
  context->comm_ctx = opaque_comm_ctx;
  return PARSEC_SUCCESS;
}
