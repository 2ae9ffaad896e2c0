#include "frontends/charm/ck/src/futures.h"

#include <unordered_map>

#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/start.h"

namespace heddle::charm {

namespace {
struct Future {
  bool ready = false;
  void* message = nullptr;
  CthThread waiter = nullptr;
};
struct Semaphore {
  std::vector<void*> signals;
  std::size_t wanted = 0;
  CthThread waiter = nullptr;
};
int answer_handler = -1;
int signal_handler = -1;
}  // namespace

// Of a PE, which alone waits and is told.
struct FutureState {
  std::unordered_map<CkFutureID, Future> futures;
  CkFutureID next = 1;
  std::unordered_map<int, Semaphore> semaphores;
  int next_semaphore = 1;
};

namespace {

FutureState& State() { return *MyPe().futures; }

Future& Find(CkFutureID id) {
  const auto found = State().futures.find(id);
  if (found == State().futures.end()) CkAbort("Charm++: there is no future %d on PE %d; was it released?", id, CkMyPe());
  return found->second;
}

void Suspend(CthThread* waiter, const char* what) {
  if (CthIsSuspendable(CthSelf()) == 0) CkAbort("Charm++: %s blocks: it is for [threaded] entry methods", what);
  *waiter = CthSelf();
  CthSuspend();
}

void Set(CkFutureID id, void* msg) {
  const auto found = State().futures.find(id);
  if (found == State().futures.end()) return CkFreeMsg(msg);  // Nobody waits any more.
  Future& future = found->second;
  if (future.ready) CkAbort("Charm++: future %d was set twice", id);
  future.ready = true;
  future.message = msg;
  if (future.waiter != nullptr) CthAwaken(std::exchange(future.waiter, nullptr));
}

// The message names the future by its group fields.
void OnAnswer(void* m) {
  CountProcessed(MyPe());
  auto* env = static_cast<envelope*>(m);
  const CkFutureID id = env->group().chare;
  CkUnpackMessage(&env);
  Set(id, EnvToUsr(env));
}

void Signal(int id, void* msg) {
  Semaphore& semaphore = State().semaphores[id];
  semaphore.signals.push_back(msg);
  if (semaphore.waiter != nullptr && semaphore.signals.size() >= semaphore.wanted) CthAwaken(std::exchange(semaphore.waiter, nullptr));
}
void OnSignal(void* m) {
  CountProcessed(MyPe());
  auto* env = static_cast<envelope*>(m);
  const int id = env->group().chare;
  CkUnpackMessage(&env);
  Signal(id, EnvToUsr(env));
}

void SendTo(int pe, int id, void* msg, int handler) {
  envelope* const env = UsrToEnv(msg);
  env->group().chare = id;
  SendToHandler(pe, env, handler);
}

}  // namespace

void InitFutures(CkPe& pe) {
  RegisterHandler(&answer_handler, OnAnswer);
  RegisterHandler(&signal_handler, OnSignal);
  pe.futures = {new FutureState, [](FutureState* s) { delete s; }};
}

AttachedFuture::AttachedFuture(void* msg) : future_(CkCreateFuture()) {
  CkSetRefNum(msg, future_.id);
  UsrToEnv(msg)->setSrcPe(static_cast<UInt>(CkMyPe()));
}
void* AttachedFuture::Wait() const { return CkWaitReleaseFuture(future_.id); }

void AnswerFuture(CkFutureID id, int pe, void* msg) {
  if (pe == CkMyPe()) return Set(id, msg);
  SendTo(pe, id, msg, answer_handler);
}

}  // namespace heddle::charm

namespace hc = heddle::charm;

namespace ck::impl {
void ReplyTo::Send(void* reply) const { hc::AnswerFuture(id_, pe_, reply); }
}  // namespace ck::impl

CkFuture CkCreateFuture() {
  hc::FutureState& state = hc::State();
  const CkFutureID id = state.next++;
  state.futures[id] = {};
  return CkFuture{id, CkMyPe()};
}
void CkSendToFutureID(CkFutureID id, void* msg, int pe) { hc::AnswerFuture(id, pe, msg); }
void CkSendToFuture(CkFuture future, void* msg) { hc::AnswerFuture(future.id, future.pe, msg); }
void* CkWaitFutureID(CkFutureID id) {
  while (!hc::Find(id).ready) hc::Suspend(&hc::Find(id).waiter, "waiting for a future");
  return hc::Find(id).message;
}
void* CkWaitFuture(CkFuture future) { return CkWaitFutureID(future.id); }
void* CkGetMsgBuffer(void* msg) {
  const int type = UsrToEnv(msg)->getMsgIdx();
  if (type == CMessage_CkMarshallMsg::__idx) return static_cast<CkMarshallMsg*>(msg)->msgBuf;
  if (type == CMessage_CkReductionMsg::__idx) return static_cast<CkReductionMsg*>(msg)->getData();
  if (type == CMessage_CkDataMsg::__idx) return static_cast<CkDataMsg*>(msg)->getData();
  CkAbort("Charm++: a ck::future was set by a message of type %s, which holds no value for it", _msgTable[static_cast<std::size_t>(type)]->name);
}
void CkWaitVoidFuture(CkFutureID id) { CkFreeMsg(CkWaitReleaseFuture(id)); }
void* CkWaitReleaseFuture(CkFutureID id) {
  void* const msg = CkWaitFutureID(id);
  CkReleaseFutureID(id);
  return msg;
}
void CkReleaseFutureID(CkFutureID id) { hc::State().futures.erase(id); }
void CkReleaseFuture(CkFuture future) { CkReleaseFutureID(future.id); }
int CkProbeFutureID(CkFutureID id) { return hc::Find(id).ready; }
int CkProbeFuture(CkFuture future) { return CkProbeFutureID(future.id); }
CkFutureID CkCreateAttachedFuture(void* msg) {
  const CkFuture future = CkCreateFuture();
  CkSetRefNum(msg, future.id);
  UsrToEnv(msg)->setSrcPe(static_cast<UInt>(CkMyPe()));
  return future.id;
}
void* CkRemoteCall(int ep, void* msg, const CkChareID* chare) {
  const hc::AttachedFuture future(msg);
  CkSendMsg(ep, msg, chare);
  return future.Wait();
}
void* CkRemoteBranchCall(int ep, void* msg, CkGroupID group, int pe) {
  const hc::AttachedFuture future(msg);
  CkSendMsgBranch(ep, msg, pe, group);
  return future.Wait();
}
std::vector<void*> CkWaitAllIDs(const std::vector<CkFutureID>& ids) {
  std::vector<void*> messages;
  for (const CkFutureID id : ids) messages.push_back(CkWaitFutureID(id));
  return messages;
}
std::pair<void*, CkFutureID> CkWaitAnyID(const std::vector<CkFutureID>& ids) {
  for (;;) {
    for (const CkFutureID id : ids)
      if (hc::Find(id).ready) return {hc::Find(id).message, id};
    for (const CkFutureID id : ids) hc::Find(id).waiter = CthSelf();
    CthThread self = nullptr;
    hc::Suspend(&self, "waiting for futures");
    for (const CkFutureID id : ids) hc::Find(id).waiter = nullptr;
  }
}

CkSemaID CkSemaCreate() { return CkSemaID{CkMyPe(), hc::State().next_semaphore++}; }
void CkSemaWaitN(CkSemaID id, int n, void* messages[]) {
  for (;;) {
    hc::Semaphore& semaphore = hc::State().semaphores[id.idx];
    if (semaphore.signals.size() >= static_cast<std::size_t>(n)) break;
    semaphore.wanted = static_cast<std::size_t>(n);
    hc::Suspend(&semaphore.waiter, "waiting for a semaphore");
  }
  std::vector<void*>& signals = hc::State().semaphores[id.idx].signals;
  std::copy_n(signals.begin(), n, messages);
  signals.erase(signals.begin(), signals.begin() + n);
}
void* CkSemaWait(CkSemaID id) {
  void* message;
  CkSemaWaitN(id, 1, &message);
  return message;
}
void CkSemaSignal(CkSemaID id, void* msg) {
  if (id.pe == CkMyPe()) return hc::Signal(id.idx, msg);
  hc::SendTo(id.pe, id.idx, msg, hc::signal_handler);
}
void CkSemaDestroy(CkSemaID id) { hc::State().semaphores.erase(id.idx); }
