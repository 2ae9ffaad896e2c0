#include "frontends/charm/ck/src/process.h"
#include "frontends/charm/ck/src/nocopy.h"
#include "frontends/charm/ck/src/start.h"

namespace {

// Made by whoever comes first: other libraries' initialisers may register.
template <class T>
CkRegisteredInfo<T>& Table() {
  static auto* const table = new CkRegisteredInfo<T>;
  return *table;
}

EntryInfo& Entry(int ep) { return *_entryTable[static_cast<std::size_t>(ep)]; }
ChareInfo& TypeOf(int chare) { return *_chareTable[static_cast<std::size_t>(chare)]; }

}  // namespace

CkRegisteredInfo<EntryInfo>& _entryTable = Table<EntryInfo>();
CkRegisteredInfo<MsgInfo>& _msgTable = Table<MsgInfo>();
CkRegisteredInfo<ChareInfo>& _chareTable = Table<ChareInfo>();
CkRegisteredInfo<MainInfo>& _mainTable = Table<MainInfo>();
CkRegisteredInfo<ReadonlyInfo>& _readonlyTable = Table<ReadonlyInfo>();
CkRegisteredInfo<ReadonlyMsgInfo>& _readonlyMsgs = Table<ReadonlyMsgInfo>();

int CMessage_CkMessage::__idx = 0;
int CMessage_CkArgMsg::__idx = 0;
int CMessage_CkQdMsg::__idx = 0;
int CMessage_CkMarshallMsg::__idx = 0;
int CkIndex_Chare::__idx = -1;
int CkIndex_Group::__idx = -1;

int CkRegisterMsg(const char* name, CkPackFnPtr pack, CkUnpackFnPtr unpack, CkDeallocFnPtr dealloc, size_t size) {
  return _msgTable.add(new MsgInfo{pack, unpack, dealloc, size, name});
}

int CkRegisterEp(const char* name, CkCallFnPtr call, int msgIdx, int chareIdx, int flags) {
  auto* const entry = new EntryInfo{};
  entry->call = call;
  entry->msgIdx = msgIdx;
  entry->chareIdx = chareIdx;
  entry->noKeep = (flags & CK_EP_NOKEEP) != 0;
  entry->threaded = (flags & CK_EP_THREADED) != 0;
  entry->expedited = (flags & CK_EP_EXPEDITED) != 0;
  entry->exclusive = (flags & CK_EP_EXCLUSIVE) != 0;
  entry->isInline = (flags & CK_EP_INLINE) != 0;
  entry->isImmediate = (flags & CK_EP_IMMEDIATE) != 0;
  entry->inCharm = (flags & CK_EP_INTRINSIC) != 0;
  entry->appWork = (flags & CK_EP_APPWORK) != 0;
  entry->traceEnabled = (flags & CK_EP_TRACEDISABLE) == 0;
  entry->balanced = (flags & CK_EP_LB_NOTRACE) == 0;
  entry->nameStore = name;
  entry->name = entry->nameStore.c_str();
  const int index = _entryTable.add(entry);
  if (index > 0xffff) CkAbort("Charm++: more than 65535 entry methods");
  return index;
}

void CkRegisterThreaded(int ep, size_t stack) {
  Entry(ep).threaded = true;
  Entry(ep).stackSize = stack;
}

int CkRegisterChare(const char* name, size_t bytes, ChareType type) {
  auto* const chare = new ChareInfo{};
  chare->name = name;
  chare->size = bytes;
  chare->chareType = type;
  chare->defCtor = chare->migCtor = chare->mainChareIdx = chare->ndims = -1;
  return _chareTable.add(chare);
}

void CkRegisterArrayDimensions(int chare, int ndims) { TypeOf(chare).ndims = ndims; }
void CkRegisterChareInCharm(int chare) { TypeOf(chare).inCharm = true; }
int CkRegisterMainChare(int chare, int ep) {
  const int index = _mainTable.add(new MainInfo{nullptr, "main", chare, ep});
  TypeOf(chare).mainChareIdx = index;
  return index;
}
void CkRegisterDefaultCtor(int chare, int ep) { TypeOf(chare).defCtor = ep; }
void CkRegisterMigCtor(int chare, int ep) { TypeOf(chare).migCtor = ep; }
void CkRegisterGroupIrr(int chare, int irreducible) { TypeOf(chare).isIrr = irreducible != 0; }
void CkRegisterBase(int derived, int base) { TypeOf(derived).bases.push_back(base); }
void CkRegisterIfNotThere(int ep, CkArray_IfNotThere policy) { Entry(ep).ifNotThere = policy; }
void CkRegisterReadonly(const char* name, const char* type, size_t size, void* ptr, CkPupReadonlyFnPtr pup) {
  (void)_readonlyTable.add(new ReadonlyInfo{name, type, size, ptr, pup});
}
void CkRegisterReadonlyMsg(const char* name, const char* type, void** message) {
  (void)_readonlyMsgs.add(new ReadonlyMsgInfo{name, type, message});
}
void CkRegisterMarshallUnpackFn(int ep, CkMarshallUnpackFn function) { Entry(ep).marshallUnpack = function; }
CkMarshallUnpackFn CkLookupMarshallUnpackFn(int ep) { return Entry(ep).marshallUnpack; }
void CkRegisterMessagePupFn(int ep, CkMessagePupFn function) { Entry(ep).messagePup = function; }

void _registerInitCall(CkInitCallFnPtr function, int once_a_process) {
  heddle::charm::ThisProcess().init_calls.push_back({function, once_a_process != 0});
}

int CkGetChareIdx(const char* name) {
  for (std::size_t i = 0; i < _chareTable.size(); ++i)
    if (std::strcmp(_chareTable[i]->name, name) == 0) return static_cast<int>(i);
  return -1;
}

int CkDisableTracing(int ep) {
  const bool before = Entry(ep).traceEnabled;
  Entry(ep).traceEnabled = false;
  return before;
}
void CkEnableTracing(int ep) { Entry(ep).traceEnabled = true; }
int CkTraceRegisterUserEvent(char* name, int event) { return traceRegisterUserEvent(name, event); }
void CkTraceBeginUserBracketEvent(int event) { traceBeginUserBracketEvent(event); }
void CkTraceEndUserBracketEvent(int event) { traceEndUserBracketEvent(event); }
void CkPrintEntryMethod(int ep) {
  const EntryInfo& entry = Entry(ep);
  CkPrintf("%s::%s\n", TypeOf(entry.chareIdx).name, entry.name);
}
void CkPrintChareName(int chare) { CkPrintf("%s\n", TypeOf(chare).name); }

namespace heddle::charm {

void RegisterRuntime() {
  // Number 0: messages that are bytes, and those of entry methods without parameters.
  CMessage_CkMessage::__idx = CkRegisterMsg("CkMessage", nullptr, nullptr, CkFreeMsg, 0);
  CMessage_CkArgMsg::__idx = CkRegisterMsg("CkArgMsg", nullptr, nullptr, CkFreeMsg, sizeof(CkArgMsg));
  CMessage_CkQdMsg::__idx = CkRegisterMsg("CkQdMsg", nullptr, nullptr, CkFreeMsg, sizeof(CkQdMsg));
  CMessage_CkMarshallMsg::__idx = CkRegisterMsg(
      "CkMarshallMsg", [](void* m) { return m; },
      [](void* m) -> void* {
        static_cast<CkMarshallMsg*>(m)->msgBuf = static_cast<char*>(m) + 16;
        return m;
      },
      CkFreeMsg, sizeof(CkMarshallMsg));
  CkIndex_Chare::__idx = CkRegisterChare("Chare", sizeof(Chare), TypeChare);
  CkIndex_Group::__idx = CkRegisterChare("Group", sizeof(IrrGroup), TypeGroup);
  RegisterReductions();
  RegisterArrays();
  RegisterNocopy();
}

}  // namespace heddle::charm
