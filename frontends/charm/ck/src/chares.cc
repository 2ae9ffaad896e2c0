// Single chares. A chare is named by the PE it is on and its address there; or, from when it is asked for until its answer is
// back, by a promise on the PE that asked for it (onPE is -(pe + 1) then), which sends on what it gets.
#include <cstdio>
#include <cstdlib>

#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/pe.h"

namespace heddle::charm {
namespace {

CkChareID PromiseID(PromisedChare* promise) { return {-(CkMyPe() + 1), promise}; }
bool IsPromise(const CkChareID& id) { return id.onPE < 0; }

void Construct(envelope* env) {
  const Creating creating = NewObject(env->chare().chare);
  if (env->getMsgtype() == NewVChareMsg) {
    // First the promise is kept: the constructor may end the chare.
    auto* const fill = envelope::Allocate(FillVidMsg, 0, sizeof(CkChareID));
    *static_cast<CkChareID*>(EnvToUsr(fill)) = creating.id;
    fill->setObjPtr(env->chare().ptr);
    const int asker = static_cast<int>(env->chare().bype);
    if (asker == CkMyPe()) {
      CountCreated(MyPe());
      Execute(fill);
    } else {
      fill->setOptions(CK_MSG_EXPEDITED);
      SendToPe(fill, asker);
    }
  }
  InvokeConstructor(creating, env->getEpIdx(), EnvToUsr(env));
}

void KeepPromise(envelope* env) {
  auto& promise = *static_cast<PromisedChare*>(env->getObjPtr());
  promise.actual = *static_cast<CkChareID*>(EnvToUsr(env));
  CmiFree(env);
  std::vector<envelope*> waiting;
  waiting.swap(promise.waiting);
  for (envelope* const message : waiting) {
    message->setMsgtype(ForChareMsg);
    message->setObjPtr(promise.actual.objPtr);
    SendToPe(message, promise.actual.onPE);
  }
}

// To a promise on this PE.
void SendToPromise(envelope* env) {
  auto& promise = *static_cast<PromisedChare*>(env->getObjPtr());
  if (promise.actual.objPtr == nullptr) {
    // Not counted while it waits: the promise's answer, which is under way, keeps the program from being quiet.
    promise.waiting.push_back(env);
    return;
  }
  env->setMsgtype(ForChareMsg);
  env->setObjPtr(promise.actual.objPtr);
  SendToPe(env, promise.actual.onPE);
}

}  // namespace

void ExecuteForChare(envelope* env) {
  switch (env->getMsgtype()) {
    case ForChareMsg: return InvokeEntry(static_cast<Chare*>(env->getObjPtr()), env->getEpIdx(), EnvToUsr(env));
    case FillVidMsg: return KeepPromise(env);
    case ForVidMsg: return SendToPromise(env);
    default: return Construct(env);
  }
}

namespace {

void Address(envelope* env, int ep, const CkChareID& id) {
  env->setEpIdx(static_cast<UShort>(ep));
  env->setMsgtype(IsPromise(id) ? ForVidMsg : ForChareMsg);
  env->setObjPtr(id.objPtr);
  if (_entryTable[static_cast<std::size_t>(ep)]->expedited) env->setOptions(env->getOptions() | CK_MSG_EXPEDITED);
}

int PeOf(const CkChareID& id) { return IsPromise(id) ? -id.onPE - 1 : id.onPE; }

}  // namespace
}  // namespace heddle::charm

namespace hc = heddle::charm;

void CkCreateChare(int chare, int ep, void* msg, CkChareID* id, int pe) {
  envelope* const env = UsrToEnv(msg);
  env->setEpIdx(static_cast<UShort>(ep));
  env->setMsgtype(NewChareMsg);
  env->chare().chare = chare;
  env->chare().forAnyPe = pe == CK_PE_ANY;
  if (id != nullptr) {
    auto* const promise = new hc::PromisedChare;
    *id = hc::PromiseID(promise);
    env->setMsgtype(NewVChareMsg);
    env->chare().ptr = promise;
    env->chare().bype = static_cast<CmiUInt4>(CkMyPe());
  }
  if (pe == CK_PE_ANY) {
    hc::SendSeed(env);
  } else {
    if (pe < 0 || pe >= CkNumPes()) CkAbort("Charm++: a chare for PE %d; there are PEs 0 to %d", pe, CkNumPes() - 1);
    hc::SendToPe(env, pe);
  }
}

void CkSendMsg(int ep, void* msg, const CkChareID* id, int opts) {
  envelope* const env = UsrToEnv(msg);
  if ((opts & CK_MSG_INLINE) != 0 || _entryTable[static_cast<std::size_t>(ep)]->isInline) return CkSendMsgInline(ep, msg, id, opts & ~CK_MSG_INLINE);
  env->setOptions(opts);
  hc::Address(env, ep, *id);
  if (hc::IsPromise(*id) && hc::PeOf(*id) == CkMyPe()) return hc::SendToPromise(env);
  hc::SendToPe(env, hc::PeOf(*id));
}

void CkSendMsgInline(int ep, void* msg, const CkChareID* id, int opts) {
  if (void* const object = CkLocalChare(id); object != nullptr) return hc::InvokeEntry(static_cast<Chare*>(object), ep, msg);
  envelope* const env = UsrToEnv(msg);
  env->setOptions(opts);
  hc::Address(env, ep, *id);
  if (hc::PeOf(*id) == CkMyPe()) return hc::SendToPromise(env);
  hc::SendToPe(env, hc::PeOf(*id));
}

int CkChareMsgPrep(int ep, void* msg, const CkChareID* id) {
  envelope* const env = UsrToEnv(msg);
  hc::Address(env, ep, *id);
  return hc::PeOf(*id);
}

void* CkLocalChare(const CkChareID* id) {
  if (id->onPE == CkMyPe()) return id->objPtr;
  if (hc::PeOf(*id) != CkMyPe()) return nullptr;
  const auto& promise = *static_cast<hc::PromisedChare*>(id->objPtr);
  return promise.actual.onPE == CkMyPe() ? promise.actual.objPtr : nullptr;
}

Chare::Chare() : thishandle(hc::MyPe().creating.id), myRec(hc::MyPe().creating.record), ckInitialized(true) {}
Chare::Chare(CkMigrateMessage*) : Chare() {}
Chare::~Chare() = default;
void Chare::pup(PUP::er& p) {
  if (p.isUnpacking() && hc::MyPe().creating.id.objPtr != nullptr) thishandle = hc::MyPe().creating.id;
}
char* Chare::ckDebugChareName() {
  const int type = ckGetChareType();
  return strdup(type < 0 ? "Chare" : _chareTable[static_cast<std::size_t>(type)]->name);
}
int Chare::ckDebugChareID(char* text, int limit) { return std::snprintf(text, static_cast<std::size_t>(limit), "%d", thishandle.onPE); }
void Chare::CkAddThreadListeners(CthThread, void*) {}
Chare* CkActiveObj() { return hc::MyPe().active; }

namespace ck::impl {
void* AllocateObject(size_t bytes) {
  void* const object = std::malloc(bytes);
  if (object == nullptr) CkAbort("Charm++: no memory for an object of %zu bytes", bytes);
  return object;
}
void FreeObject(void* object) { std::free(object); }
}  // namespace ck::impl
