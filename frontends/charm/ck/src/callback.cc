#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/sections.h"
#include "frontends/charm/ck/src/start.h"

namespace heddle::charm {
namespace {

int function_handler = -1;

// A C function is called on the PE that made the callback; its address and argument travel in the message's envelope.
struct FunctionCall {
  CkCallbackFn function;
  void* param;
};
static_assert(sizeof(FunctionCall) <= sizeof(envelope::Group));

void OnFunctionCall(void* m) {
  CountProcessed(MyPe());
  auto* env = static_cast<envelope*>(m);
  FunctionCall call;
  std::memcpy(&call, &env->group(), sizeof(call));
  CkUnpackMessage(&env);
  call.function(call.param, EnvToUsr(env));
}

void SendFunctionCall(int pe, const FunctionCall& call, void* msg) {
  envelope* const env = UsrToEnv(msg);
  std::memcpy(&env->group(), &call, sizeof(call));
  SendToHandler(pe, env, function_handler);
}

}  // namespace

void InitCallbacks() { RegisterHandler(&function_handler, OnFunctionCall); }

}  // namespace heddle::charm

namespace hc = heddle::charm;

namespace {
bool Inline(int ep, bool forced) { return forced || _entryTable[static_cast<std::size_t>(ep)]->isInline; }
}  // namespace

CkCallback::CkCallback(callbackType t) {
  Set(t);
  if (t == resumeThread) d_.future = CkCreateFuture();
}
CkCallback::CkCallback(int ep, const CkChareID& id, bool forced) {
  Set(Inline(ep, forced) ? isendChare : sendChare);
  ep_ = ep;
  d_.chare = id;
}
CkCallback::CkCallback(int ep, const CkGroupID& id, bool node) {
  Set(node ? bcastNodeGroup : bcastGroup);
  ep_ = ep;
  d_.group = id;
}
CkCallback::CkCallback(int ep, const CProxy_NodeGroup& group) : CkCallback(ep, group.ckGetGroupID(), true) {}
CkCallback::CkCallback(int ep, int pe, const CkGroupID& id, bool forced, bool node) {
  Set(node ? (Inline(ep, forced) ? isendNodeGroup : sendNodeGroup) : (Inline(ep, forced) ? isendGroup : sendGroup));
  ep_ = ep;
  pe_ = pe;
  d_.group = id;
}
CkCallback::CkCallback(int ep, int node, const CProxy_NodeGroup& group, bool forced) : CkCallback(ep, node, group.ckGetGroupID(), forced, true) {}
CkCallback::CkCallback(int ep, const CProxyElement_Group& branch, bool forced) : CkCallback(ep, branch.ckGetGroupPe(), branch.ckGetGroupID(), forced, false) {}
CkCallback::CkCallback(int ep, const CProxyElement_NodeGroup& branch, bool forced) : CkCallback(ep, branch.ckGetGroupPe(), branch.ckGetGroupID(), forced, true) {}
void CkCallback::SetArray(callbackType t, int ep, const CkArrayID& array, const CkArrayIndex& index) {
  Set(t);
  ep_ = ep;
  d_.array.id = array;
  std::memcpy(&d_.array.nInts_dimension, &index, sizeof(index));
}
CkArrayIndex CkCallback::ArrayIndex() const {
  CkArrayIndex index;
  std::memcpy(static_cast<void*>(&index), &d_.array.nInts_dimension, sizeof(index));
  return index;
}
CkCallback::CkCallback(int ep, const CkArrayID& array) { SetArray(bcastArray, ep, array, CkArrayIndex()); }
CkCallback::CkCallback(int ep, const CkArrayIndex& index, const CkArrayID& array, bool forced) { SetArray(Inline(ep, forced) ? isendArray : sendArray, ep, array, index); }
CkCallback::CkCallback(int ep, const CProxyElement_ArrayBase& e, bool forced) : CkCallback(ep, e.ckGetIndex(), e.ckGetArrayID(), forced) {}
CkCallback::CkCallback(int ep, CkSectionID& section) {
  Set(bcastSection);
  ep_ = ep;
  d_.section.array = section.get_aid();
  d_.section.pe = CkMyPe();
  d_.section.number = hc::RememberSection(section);
}
CkCallback::CkCallback(int ep, CProxySection_ArrayBase& section, bool) : CkCallback(ep, section.ckGetSectionID()) {}
CkCallback::CkCallback(Chare* object, int ep, bool forced) : CkCallback(ep, object->ckGetChareID(), forced) {}
CkCallback::CkCallback(Group* object, int ep, bool forced) : CkCallback(ep, CkMyPe(), object->ckGetGroupID(), forced, false) {}
CkCallback::CkCallback(NodeGroup* object, int ep, bool forced) : CkCallback(ep, CkMyNode(), object->ckGetGroupID(), forced, true) {}
CkCallback::CkCallback(ArrayElement* object, int ep, bool forced) : CkCallback(ep, object->ckGetArrayIndex(), object->ckGetArrayID(), forced) {}

void CkCallback::transformBcastToLocalElem(int element) {
  if (type == bcastGroup) {
    type = sendGroup;
    pe_ = element == -1 ? CkMyPe() : element;
  } else if (type == bcastNodeGroup) {
    type = sendNodeGroup;
    pe_ = element == -1 ? CkMyNode() : element;
  } else {
    CkAbort("Charm++: a callback of type %d is no broadcast to a group", int{type});
  }
}

void* CkCallback::thread_delay() const {
  if (type != resumeThread) CkAbort("Charm++: thread_delay() is for callbacks of type resumeThread, not %d", int{type});
  return CkWaitReleaseFuture(d_.future.id);
}

void* CkCallback::Message(void* message) const {
  if (message == nullptr) message = CkAllocSysMsg();
  if (has_ref_) CkSetRefNum(message, ref_);
  return message;
}

void CkCallback::send(int length, const void* data) const { send(CkDataMsg::buildNew(length, data)); }

void CkCallback::send(void* m) const {
  switch (type) {
    case invalid: CkAbort("Charm++: a callback that was never set is invoked");
    case ignore: return CkFreeMsg(m);
    case ckExit: CkFreeMsg(m); CkExit();
    case resumeThread:
    case sendFuture: return CkSendToFuture(d_.future, Message(m));
    case call1Fn: return d_.function.one(m);
    case callCFn: {
      if (pe_ == CkMyPe()) return d_.function.two(d_.function.param, m);
      return hc::SendFunctionCall(pe_, {d_.function.two, d_.function.param}, Message(m));
    }
    case sendChare: return CkSendMsg(ep_, Message(m), &d_.chare);
    case isendChare: return CkSendMsgInline(ep_, Message(m), &d_.chare);
    case sendGroup: return CkSendMsgBranch(ep_, Message(m), pe_, d_.group);
    case isendGroup: return CkSendMsgBranchInline(ep_, Message(m), pe_, d_.group);
    case sendNodeGroup: return CkSendMsgNodeBranch(ep_, Message(m), pe_, d_.group);
    case isendNodeGroup: return CkSendMsgNodeBranchInline(ep_, Message(m), pe_, d_.group);
    case bcastGroup: return CkBroadcastMsgBranch(ep_, Message(m), d_.group);
    case bcastNodeGroup: return CkBroadcastMsgNodeBranch(ep_, Message(m), d_.group);
    case sendArray: return CProxyElement_ArrayBase(CkArrayID(d_.array.id), ArrayIndex()).ckSend(Message(m), ep_);
    case isendArray: return CProxyElement_ArrayBase(CkArrayID(d_.array.id), ArrayIndex()).ckSend(Message(m), ep_, CK_MSG_INLINE);
    case bcastArray: return CProxy_ArrayBase(CkArrayID(d_.array.id)).ckBroadcast(Message(m), ep_);
    case bcastSection: return hc::SendToRememberedSection(d_.section.pe, d_.section.number, ep_, Message(m));
    case replyCCS: CkAbort("Charm++: there is no client-server interface (CCS) here");
  }
}

bool CkCallback::operator==(const CkCallback& o) const { return std::memcmp(static_cast<const void*>(this), static_cast<const void*>(&o), sizeof(*this)) == 0; }
void CkCallback::pup(PUP::er& p) { p(reinterpret_cast<char*>(this), sizeof(*this)); }

CkCallbackResumeThread::~CkCallbackResumeThread() {
  void* const m = thread_delay();
  if (result_ != nullptr) {
    *result_ = m;
  } else {
    CkFreeMsg(m);
  }
}
