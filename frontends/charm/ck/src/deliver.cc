#include "frontends/charm/ck/src/deliver.h"

#include "frontends/charm/ck/src/aggregate.h"
#include "frontends/charm/ck/src/balance_hooks.h"
#include "frontends/charm/ck/src/groups.h"
#include "frontends/charm/ck/src/observer.h"
#include "frontends/charm/ck/src/start.h"

namespace heddle::charm {
namespace {

// [expedited]: it passes by the queue.
bool IsExpedited(const envelope& env) { return (env.getOptions() & (CK_MSG_EXPEDITED | CK_MSG_IMMEDIATE)) != 0; }

// The numbers are the same on every PE.
int arrive_handler = -1;
int execute_handler = -1;
int seed_info = -1;

// A seed comes here, too, from another process.
template <bool kCounted>
void OnExecute(void* message) {
  auto* env = static_cast<envelope*>(message);
  if (env->isPacked()) CkUnpackMessage(&env);
  if (!MyPe().started) [[unlikely]] {
    MyPe().early.push_back(env);
    return;
  }
  if (kCounted) MyPe().observer->Executes();
  Execute(env);
}

void PackSeed(void* message) { CkPackMessage(static_cast<envelope**>(message)); }
void SeedInfo(void* message, CldPackFn* pack, int* bytes, int* queueing, int* priority_bits, unsigned int** priority) {
  const auto& env = *static_cast<envelope*>(message);
  *pack = PackSeed;
  *bytes = static_cast<int>(env.getTotalsize());
  *queueing = env.getQueueing();
  *priority_bits = env.getPriobits();
  *priority = static_cast<unsigned int*>(env.getPrioPtr());
}

// From another PE, or [expedited] from this one.
template <bool kCounted>
void OnArrive(void* message) {
  auto* env = static_cast<envelope*>(message);
  CkPe& pe = MyPe();
  if (env->isPacked() && env->getMsgtype() != RODataMsg) CkUnpackMessage(&env);
  if (!pe.started) [[unlikely]] {
    if (env->getMsgtype() != RODataMsg) {
      pe.early.push_back(env);
      return;
    }
    ReceiveReadonlies(env);
    return;
  }
  if (kCounted && IsExpedited(*env)) pe.observer->Executes();
  Accept(env);
}

// Counts, and says who sent it.
CkPe& BeginSend(envelope* env) {
  CkPe& pe = MyPe();
  CountCreated(pe);
  if (env->getSrcPe() == static_cast<UInt>(-1)) env->setSrcPe(static_cast<UInt>(pe.pe));
  return pe;
}

// To this PE or process where `me`, and to `others`, `away` of which are not in this process.
void Broadcast(envelope** env, int others, int away, bool me, void (*broadcast)(int bytes, char* message)) {
  if (others == 0 && !me) return;
  CkPe& pe = MyPe();
  if (pe.observer != nullptr) [[unlikely]] pe.observer->SendsMany(others - away + (me ? 1 : 0), away);
  (*env)->setSrcPe(static_cast<UInt>(pe.pe));
  CkPackMessage(env);
  CmiSetHandler(*env, arrive_handler);
  CountCreated(pe, others + (me ? 1 : 0));
  broadcast(static_cast<int>((*env)->getTotalsize()), reinterpret_cast<char*>(*env));
  CkUnpackMessage(env);
}

void ExecutePlain(Chare* object, const EntryInfo& entry, void* msg) {
  if (entry.noKeep) {
    entry.call(msg, object);
    CkFreeMsg(msg);
  } else {
    entry.call(msg, object);
  }
}

struct ThreadCall {
  Chare* object;
  const EntryInfo* entry;
  void* msg;
  CthThreadListener listener;
  Observer::Thread observed;
};

// The active object is the thread's while it runs.
void OnThreadResume(CthThreadListener* listener) {
  auto& call = *static_cast<ThreadCall*>(listener->data);
  MyPe().active = call.object;
  Observer::Resumes(call.observed);
}
void OnThreadSuspend(CthThreadListener* listener) { Observer::Suspends(static_cast<ThreadCall*>(listener->data)->observed); }
void OnThreadFree(CthThreadListener* listener) { delete static_cast<ThreadCall*>(listener->data); }

void RunThread(void* argument) {
  auto& call = *static_cast<ThreadCall*>(argument);
  MyPe().active = call.object;
  ExecutePlain(call.object, *call.entry, call.msg);
  Observer::Ends(call.observed);
}

void InvokeThreaded(Chare* object, int ep, const EntryInfo& entry, void* msg) {
  Observer* const observer = MyPe().observer;
  auto* const call = new ThreadCall{object, &entry, msg, {}, {observer, ep, msg}};
  const int outer = observer == nullptr ? Observer::kNone : observer->running();
  const CthThread thread = CthCreate(RunThread, call, static_cast<int>(entry.stackSize));
  call->listener = {OnThreadSuspend, OnThreadResume, OnThreadFree, call, nullptr, nullptr};
  CthAddListener(thread, &call->listener);
  object->CkAddThreadListeners(thread, msg);
  CthResume(thread);
  if (observer != nullptr) (void)observer->SwitchTo(outer);
}

// What is not just a call.
[[gnu::noinline]] void InvokeSpecially(Chare* object, int ep, const EntryInfo& entry, void* msg) {
  if (entry.threaded) return InvokeThreaded(object, ep, entry, msg);
  const Observer::Call call(*MyPe().observer, ep, msg);
  ExecutePlain(object, entry, msg);
}

}  // namespace

void InitDelivery() {
  // Counting costs nothing where nobody asked for it.
  const bool counted = StatsAreWanted();
  RegisterHandler(&arrive_handler, counted ? OnArrive<true> : OnArrive<false>);
  RegisterHandler(&execute_handler, counted ? OnExecute<true> : OnExecute<false>);
  const int info = CldRegisterInfoFn(SeedInfo);
  if (CmiMyRank() == 0) seed_info = info;
}

void Enqueue(envelope* env) {
  CmiSetHandler(env, execute_handler);
  CsdEnqueueGeneral(env, env->getQueueing(), env->getPriobits(), static_cast<unsigned int*>(env->getPrioPtr()));
}

void Accept(envelope* env) { IsExpedited(*env) ? Execute(env) : Enqueue(env); }

void Requeue(envelope* env) {
  CountCreated(MyPe());
  Enqueue(env);
}

void SendToPe(envelope* env, int to) {
  CkPe& pe = BeginSend(env);
  if (pe.observer != nullptr) [[unlikely]] pe.observer->Sends(env, to);
  if (to == pe.pe && !IsExpedited(*env)) return Enqueue(env);
  if (CmiNodeOf(to) != CmiMyNode()) CkPackMessage(&env);
  CmiSetHandler(env, arrive_handler);
  CmiSyncSendAndFree(static_cast<unsigned int>(to), static_cast<int>(env->getTotalsize()), env);
}

void SendSeed(envelope* env) {
  CkPe& pe = BeginSend(env);
  if (pe.observer != nullptr) [[unlikely]] pe.observer->SendsSeed();
  env->setSrcPe(static_cast<UInt>(pe.pe));
  CmiSetHandler(env, execute_handler);
  CldEnqueue(CLD_ANYWHERE, env, seed_info);
}

void SendToNode(envelope* env, int node) {
  CkPe& pe = BeginSend(env);
  if (pe.observer != nullptr) [[unlikely]] pe.observer->SendsMany(node == CmiMyNode() ? 1 : 0, node == CmiMyNode() ? 0 : 1);
  if (node == CmiMyNode() && !IsExpedited(*env)) {
    CmiSetHandler(env, execute_handler);
    CsdNodeEnqueueGeneral(env, env->getQueueing(), env->getPriobits(), static_cast<unsigned int*>(env->getPrioPtr()));
    return;
  }
  if (node != CmiMyNode()) CkPackMessage(&env);
  CmiSetHandler(env, arrive_handler);
  CmiSyncNodeSendAndFree(static_cast<unsigned int>(node), static_cast<int>(env->getTotalsize()), env);
}

void SendToHandler(int pe, void* message, std::size_t bytes, int handler) {
  CountCreated(MyPe());
  CmiSetHandler(message, handler);
  CmiSyncSendAndFree(static_cast<unsigned>(pe), static_cast<int>(bytes), message);
}
void SendToHandler(int pe, envelope* env, int handler) {
  if (CmiNodeOf(pe) != CmiMyNode()) CkPackMessage(&env);
  SendToHandler(pe, env, env->getTotalsize(), handler);
}

void BroadcastCopies(envelope** env, bool me) {
  Broadcast(env, CmiNumPes() - 1, CmiNumPes() - CmiMyNodeSize(), me, me ? CmiSyncBroadcastAllFn : CmiSyncBroadcastFn);
}
void BroadcastCopiesToNodes(envelope** env, bool me) {
  Broadcast(env, CmiNumNodes() - 1, CmiNumNodes() - 1, me, me ? CmiSyncNodeBroadcastAllFn : CmiSyncNodeBroadcastFn);
}

void InvokeEntry(Chare* object, int ep, void* msg) {
  const EntryInfo& entry = *_entryTable[static_cast<std::size_t>(ep)];
  CkPe& pe = MyPe();
  Chare* const before = pe.active;
  pe.active = object;
  if (entry.threaded || pe.observer != nullptr) [[unlikely]] {
    InvokeSpecially(object, ep, entry, msg);
  } else {
    ExecutePlain(object, entry, msg);
  }
  MyPe().active = before;
}

Creating NewObject(int chare, CkGroupID group, CkLocRec* record) {
  void* const object = ck::impl::AllocateObject(_chareTable[static_cast<std::size_t>(chare)]->size);
  return {object, {CkMyPe(), object}, group, record, chare};
}

void InvokeConstructor(const Creating& creating, int ep, void* msg) {
  const UnderConstruction scope(creating);
  InvokeEntry(static_cast<Chare*>(creating.object), ep, msg);
}

void Execute(envelope* env) {
  CountProcessed(MyPe());
  switch (env->getMsgtype()) {
    case ForArrayEltMsg:
    case ArrayEltInitMsg:
    case ArrayBcastMsg: return ExecuteForArray(env);
    default: break;
  }
  LoadTimer timer(nullptr);
  switch (env->getMsgtype()) {
    case ForChareMsg:
    case NewChareMsg:
    case NewVChareMsg:
    case ForVidMsg:
    case FillVidMsg: return ExecuteForChare(env);
    case BocInitMsg:
    case ForBocMsg: return ExecuteForGroup(env);
    case NodeBocInitMsg:
    case ForNodeBocMsg: return ExecuteForNodegroup(env);
    case AggregateMsg: return ExecutePack(env);
    default: CkAbort("Charm++: a message has type %d, which there is not; is it a message that was sent twice, or freed?", env->getMsgtype());
  }
}

}  // namespace heddle::charm

void CkDeliverMessageFree(int ep, void* msg, void* object) {
  heddle::charm::InvokeEntry(static_cast<Chare*>(object), ep, msg);
}
void CkDeliverMessageReadonly(int ep, const void* msg, void* object) {
  void* given = const_cast<void*>(msg);
  if (_entryTable[static_cast<std::size_t>(ep)]->noKeep) {
    CkReferenceMsg(given);
    heddle::charm::InvokeEntry(static_cast<Chare*>(object), ep, given);
  } else {
    heddle::charm::InvokeEntry(static_cast<Chare*>(object), ep, CkCopyMsg(&given));
  }
}

namespace hc = heddle::charm;

namespace ck::impl {
InlineCall::InlineCall(Chare* object, int ep) {
  static_assert(sizeof(hc::Observer::Call) <= sizeof(observed_));
  hc::CkPe& pe = hc::MyPe();
  before_ = pe.active;
  pe.active = object;
  is_observed_ = pe.observer != nullptr;
  if (is_observed_) [[unlikely]] ::new (observed_) hc::Observer::Call(*pe.observer, ep, nullptr);
}
InlineCall::~InlineCall() {
  if (is_observed_) [[unlikely]] reinterpret_cast<hc::Observer::Call*>(observed_)->~Call();
  hc::MyPe().active = before_;
}
}  // namespace ck::impl
