// Single chares. A chare is named on the PE it is on; or, from when it is asked for until its
// answer is back, by a promise on the PE that asked for it (onPE is -(pe + 1) then), which sends on
// what it gets.
#include "frontends/charm/ck/src/chares.h"

#include <cstdio>
#include <cstdlib>

#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/pe.h"

namespace heddle::charm {
namespace {

bool IsPromise(const CkChareID& id) { return id.onPE < 0; }
bool IsMigratable(int chare) { return _chareTable[static_cast<std::size_t>(chare)]->migCtor >= 0; }

// A promise of a chare of the type, and its name.
PromisedChare* NewPromise(int chare, CkChareID* id) {
  auto* const promise = new PromisedChare;
  *id = {-(CkMyPe() + 1), promise};
  if (IsMigratable(chare)) {
    auto& promises = MyPe().promises;
    id->objPtr = NumberName(promises.size());
    promises.push_back(promise);
  }
  return promise;
}

[[noreturn, gnu::cold, gnu::noinline]] void AbortOfNumber(const void* name) {
  CkAbort(
      "Charm++: a message for chare %zu of PE %d, which is not there: it has ended, or it is of "
      "the run that made the checkpoint, and "
      "this one has another number of PEs (_chareRestored is false then)",
      NumberIn(name), CkMyPe());
}

Chare* FindNumbered(const void* name) {
  const auto& chares = MyPe().chares;
  if (NumberIn(name) >= chares.size() || chares[NumberIn(name)].object == nullptr)
    AbortOfNumber(name);
  return static_cast<Chare*>(chares[NumberIn(name)].object);
}

[[gnu::noinline]] Chare* FindUnassigned() {
  if (CkMyPe() != 0 || _mainTable.size() == 0)
    CkAbort("Charm++: a message for a chare that has no name; was its proxy assigned?");
  return static_cast<Chare*>(_mainTable[0]->obj);
}

Chare* FindChare(void* name) {
  if (IsNumber(name)) [[unlikely]]
    return FindNumbered(name);
  if (name == nullptr) [[unlikely]]
    return FindUnassigned();
  return static_cast<Chare*>(name);
}

PromisedChare& FindPromise(void* name) {
  if (!IsNumber(name)) return *static_cast<PromisedChare*>(name);
  const auto& promises = MyPe().promises;
  if (NumberIn(name) >= promises.size() || promises[NumberIn(name)] == nullptr) AbortOfNumber(name);
  return *promises[NumberIn(name)];
}

void Construct(envelope* env) {
  const Creating creating = NewChare(env->chare().chare);
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
  PromisedChare& promise = FindPromise(env->getObjPtr());
  if (promise.actual.objPtr == nullptr) {
    // Not counted while it waits: the promise's answer, which is under way, keeps the program from
    // being quiet.
    promise.waiting.push_back(env);
    return;
  }
  env->setMsgtype(ForChareMsg);
  env->setObjPtr(promise.actual.objPtr);
  SendToPe(env, promise.actual.onPE);
}

}  // namespace

Creating NewChare(int chare) {
  Creating creating = NewObject(chare);
  if (IsMigratable(chare)) {
    auto& chares = MyPe().chares;
    creating.id.objPtr = NumberName(chares.size());
    chares.push_back({creating.object, chare});
  }
  return creating;
}

Creating NewRestoredChare(int chare, std::size_t number) {
  Creating creating = NewObject(chare);
  creating.id.objPtr = NumberName(number);
  MyPe().chares.at(number) = {creating.object, chare};
  return creating;
}

void ExecuteForChare(envelope* env) {
  switch (env->getMsgtype()) {
    case ForChareMsg:
      return InvokeEntry(FindChare(env->getObjPtr()), env->getEpIdx(), EnvToUsr(env));
    case FillVidMsg:
      return KeepPromise(env);
    case ForVidMsg:
      return SendToPromise(env);
    default:
      return Construct(env);
  }
}

namespace {

void Address(envelope* env, int ep, const CkChareID& id) {
  env->setEpIdx(static_cast<UShort>(ep));
  env->setMsgtype(IsPromise(id) ? ForVidMsg : ForChareMsg);
  env->setObjPtr(id.objPtr);
  if (_entryTable[static_cast<std::size_t>(ep)]->expedited)
    env->setOptions(env->getOptions() | CK_MSG_EXPEDITED);
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
    env->setMsgtype(NewVChareMsg);
    env->chare().ptr = hc::NewPromise(chare, id);
    env->chare().bype = static_cast<CmiUInt4>(CkMyPe());
  }
  if (pe == CK_PE_ANY) {
    hc::SendSeed(env);
  } else {
    if (pe < 0 || pe >= CkNumPes())
      CkAbort("Charm++: a chare for PE %d; there are PEs 0 to %d", pe, CkNumPes() - 1);
    hc::SendToPe(env, pe);
  }
}

void CkSendMsg(int ep, void* msg, const CkChareID* id, int opts) {
  envelope* const env = UsrToEnv(msg);
  if ((opts & CK_MSG_INLINE) != 0 || _entryTable[static_cast<std::size_t>(ep)]->isInline)
    return CkSendMsgInline(ep, msg, id, opts & ~CK_MSG_INLINE);
  env->setOptions(opts);
  hc::Address(env, ep, *id);
  if (hc::IsPromise(*id) && hc::PeOf(*id) == CkMyPe()) return hc::SendToPromise(env);
  hc::SendToPe(env, hc::PeOf(*id));
}

void CkSendMsgInline(int ep, void* msg, const CkChareID* id, int opts) {
  if (void* const object = CkLocalChare(id); object != nullptr)
    return hc::InvokeEntry(static_cast<Chare*>(object), ep, msg);
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
  if (hc::PeOf(*id) != CkMyPe()) return nullptr;
  if (!hc::IsPromise(*id)) return hc::FindChare(id->objPtr);
  const CkChareID actual = hc::FindPromise(id->objPtr).actual;
  return actual.onPE == CkMyPe() ? hc::FindChare(actual.objPtr) : nullptr;
}

Chare::Chare()
    : thishandle(hc::MyPe().creating.id), myRec(hc::MyPe().creating.record), ckInitialized(true) {}
Chare::Chare(CkMigrateMessage*) : Chare() {}
Chare::~Chare() {
  if (!hc::IsNumber(thishandle.objPtr) || thishandle.onPE != CkMyPe()) return;
  hc::NumberedChare& numbered = hc::MyPe().chares[hc::NumberIn(thishandle.objPtr)];
  if (numbered.object == this)
    numbered.object = nullptr;  // And not an object that was made in its constructor.
}
void Chare::pup(PUP::er& p) {
  if (p.isUnpacking() && hc::MyPe().creating.id.objPtr != nullptr)
    thishandle = hc::MyPe().creating.id;
}
char* Chare::ckDebugChareName() {
  const int type = ckGetChareType();
  return strdup(type < 0 ? "Chare" : _chareTable[static_cast<std::size_t>(type)]->name);
}
int Chare::ckDebugChareID(char* text, int limit) {
  return std::snprintf(text, static_cast<std::size_t>(limit), "%d", thishandle.onPE);
}
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
