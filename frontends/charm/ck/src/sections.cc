#include "frontends/charm/ck/src/sections.h"

#include <map>

#include "ckmulticast.h"
#include "frontends/charm/ck/src/array_manager.h"
#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/nocopy.h"
#include "frontends/charm/ck/src/reduction.h"
#include "frontends/charm/ck/src/start.h"

namespace heddle::charm {

struct SectionState {
  int next = 1;
  std::vector<CkSectionID> remembered;
};

namespace {

int remembered_handler = -1;
int part_handler = -1;

// Messages that users derive from CkMcastBaseMsg, which is their first base, carry the section's
// information; others do not.
CkMcastBaseMsg* CookieOf(void* msg) {
  const envelope* const env = UsrToEnv(msg);
  if (env->getMsgIdx() == 0 || env->getMsgIdx() == CMessage_CkMarshallMsg::__idx ||
      env->getMsgIdx() == NocopyMessage() || env->getUsersize() < sizeof(CkMcastBaseMsg))
    return nullptr;
  auto* const base = static_cast<CkMcastBaseMsg*>(msg);
  return CkMcastBaseMsg::checkMagic(base) ? base : nullptr;
}

// One message for each PE: how many indices, the indices, and the packed message for them.
struct PartHeader {
  CmiMessageHeader header;
  CkGroupID array;
  int ep;
  int opts;
  int count;
  int bytes;
};
constexpr std::size_t kIndicesAt = CK_ALIGN(sizeof(PartHeader), 16);

void SendPart(int pe, CkGroupID array, int ep, int opts, const std::vector<CkArrayIndex>& indices,
              void** msg) {
  envelope* env = UsrToEnv(*msg);
  CkPackMessage(&env);
  const std::size_t bytes = env->getTotalsize();
  const std::size_t message_at = kIndicesAt + indices.size() * sizeof(CkArrayIndex);
  auto* const part = static_cast<PartHeader*>(CmiAlloc(static_cast<int>(message_at + bytes)));
  part->array = array;
  part->ep = ep;
  part->opts = opts;
  part->count = static_cast<int>(indices.size());
  part->bytes = static_cast<int>(bytes);
  char* const begin = reinterpret_cast<char*>(part);
  std::memcpy(begin + kIndicesAt, indices.data(), indices.size() * sizeof(CkArrayIndex));
  std::memcpy(begin + message_at, env, bytes);
  CkUnpackMessage(&env);
  *msg = EnvToUsr(env);
  SendToHandler(pe, part, message_at + bytes, part_handler);
}

// Each member's own message; the last one gets what there was.
void SendToEach(CkGroupID array, int ep, int opts, const CkArrayIndex* indices, int count,
                void* msg) {
  for (int i = 0; i < count; ++i) {
    void* const one = i + 1 < count ? CkCopyMsg(&msg) : msg;
    CProxyElement_ArrayBase(CkArrayID(array), indices[i]).ckSend(one, ep, opts);
  }
  if (count == 0) CkFreeMsg(msg);
}

void OnPart(void* m) {
  CountProcessed(MyPe());
  auto* const part = static_cast<PartHeader*>(m);
  char* const begin = static_cast<char*>(m);
  std::vector<CkArrayIndex> indices(static_cast<std::size_t>(part->count));
  std::memcpy(static_cast<void*>(indices.data()), begin + kIndicesAt,
              indices.size() * sizeof(CkArrayIndex));
  auto* env = static_cast<envelope*>(CmiAlloc(part->bytes));
  std::memcpy(static_cast<void*>(env), begin + kIndicesAt + indices.size() * sizeof(CkArrayIndex),
              static_cast<std::size_t>(part->bytes));
  CkUnpackMessage(&env);
  SendToEach(part->array, part->ep, part->opts, indices.data(), part->count, EnvToUsr(env));
  CmiFree(m);
}

void OnRemembered(void* m) {
  CountProcessed(MyPe());
  auto* env = static_cast<envelope*>(m);
  const int number = env->group().chare, ep = env->getEpIdx();
  CkUnpackMessage(&env);
  SendToRememberedSection(CkMyPe(), number, ep, EnvToUsr(env));
}

// One message for each other PE that has some of them, as far as is known here.
void SendToElements(const CkSectionID& section, int ep, void* msg, int opts) {
  auto* const array = static_cast<CkArray*>(CkLocalBranch(section.get_aid()));
  if (array == nullptr)
    return SendToEach(section.get_aid(), ep, opts, section._elems.data(), section.nElems(), msg);
  std::map<int, std::vector<CkArrayIndex>> by_pe;
  for (const CkArrayIndex& index : section._elems) by_pe[array->lastKnown(index)].push_back(index);
  std::vector<CkArrayIndex> here;
  for (auto& [pe, indices] : by_pe) {
    if (pe == CkMyPe()) {
      here.swap(indices);
    } else {
      SendPart(pe, section.get_aid(), ep, opts, indices, &msg);
    }
  }
  SendToEach(section.get_aid(), ep, opts, here.data(), static_cast<int>(here.size()), msg);
}

ReductionKey KeyOf(const CkSectionInfo& cookie) {
  return {ReductionKey::kSection,
          static_cast<std::int32_t>(reinterpret_cast<std::intptr_t>(cookie.val)), cookie.pe};
}

void ContributeToSection(CkSectionInfo& cookie, CkReductionMsg* msg) {
  if (cookie.pe < 0)
    CkAbort(
        "Charm++: a contribution to a section that is unknown here; take its information out of "
        "its message with CkGetSectionInfo()");
  const ReductionKey key = KeyOf(cookie);
  Contribute(key, cookie.redNo++, msg);
  FlushReductions(key, cookie.redNo);
}

}  // namespace

void InitSections(CkPe& pe) {
  RegisterHandler(&remembered_handler, OnRemembered);
  RegisterHandler(&part_handler, OnPart);
  pe.sections = {new SectionState, [](SectionState* s) { delete s; }};
}

void NumberSections(CkSectionID* sections, int count) {
  if (count == 0 || sections[0]._cookie.pe >= 0) return;
  const int number = MyPe().sections->next++;
  int members = 0;
  for (int i = 0; i < count; ++i) members += sections[i].nElems() + sections[i].nPes();
  for (int i = 0; i < count; ++i) {
    CkSectionInfo& cookie = sections[i]._cookie;
    cookie.pe = CkMyPe();
    cookie.val = reinterpret_cast<void*>(static_cast<std::intptr_t>(number));
    cookie.members = members;
  }
  ChangeMembers(KeyOf(sections[0]._cookie), members, 0);
}

void SendToSections(CkSectionID* sections, int count, int ep, void* msg, int opts) {
  NumberSections(sections, count);
  for (int i = 0; i < count; ++i) {
    const CkSectionID& section = sections[i];
    void* const one = i + 1 < count ? CkCopyMsg(&msg) : msg;
    if (CkMcastBaseMsg* const base = CookieOf(one); base != nullptr) {
      base->_cookie = section._cookie;
      base->_cookie.redNo = 0;
    }
    if (section.nPes() > 0) {
      CkSendMsgBranchMulti(ep, one, section.get_aid(), section.nPes(), section.pelist.data(), opts);
    } else {
      SendToElements(section, ep, one, opts);
    }
  }
}

int RememberSection(const CkSectionID& section) {
  auto& remembered = MyPe().sections->remembered;
  remembered.push_back(section);
  return static_cast<int>(remembered.size()) - 1;
}

void SendToRememberedSection(int pe, int number, int ep, void* msg) {
  if (pe == CkMyPe()) {
    return SendToSections(&MyPe().sections->remembered[static_cast<std::size_t>(number)], 1, ep,
                          msg, 0);
  }
  envelope* env = UsrToEnv(msg);
  env->group().chare = number;
  env->setEpIdx(static_cast<UShort>(ep));
  CkPackMessage(&env);
  SendToHandler(pe, env, env->getTotalsize(), remembered_handler);
}

}  // namespace heddle::charm

namespace hc = heddle::charm;

void CkSectionID::pup(PUP::er& p) {
  p | _cookie;
  p | _elems;
  p | pelist;
  p | bfactor;
}

// ---- Proxies
void CProxySection_ArrayBase::ckSend(void* msg, int ep, int opts) const {
  if (sections_.empty()) CkAbort("Charm++: this proxy of a section names none; was it assigned?");
  if (ckIsDelegated()) {
    ckDelegatedTo()->ArraySectionSend(ckDelegatedPtr(), ep, msg, ckGetNumSections(),
                                      sections_.data(), opts);
    return;
  }
  hc::SendToSections(sections_.data(), ckGetNumSections(), ep, msg, opts);
}
void CProxySection_ArrayBase::pup(PUP::er& p) {
  CProxy_ArrayBase::pup(p);
  p | sections_;
}
void CProxySection_ArrayBase::contribute(CkSectionInfo& cookie, int flag, int) {
  hc::ContributeToSection(cookie,
                          hc::NewContribution(0, nullptr, CkReduction::nop, CkCallback(), flag));
}
void CProxySection_ArrayBase::contribute(CkSectionInfo& cookie, const CkCallback& cb, int flag,
                                         int) {
  hc::ContributeToSection(cookie, hc::NewContribution(0, nullptr, CkReduction::nop, cb, flag));
}
void CProxySection_ArrayBase::contribute(int bytes, void* data, CkReduction::reducerType type,
                                         CkSectionInfo& cookie, int flag, int) {
  hc::ContributeToSection(cookie, hc::NewContribution(bytes, data, type, CkCallback(), flag));
}
void CProxySection_ArrayBase::contribute(int bytes, void* data, CkReduction::reducerType type,
                                         CkSectionInfo& cookie, const CkCallback& cb, int flag,
                                         int) {
  hc::ContributeToSection(cookie, hc::NewContribution(bytes, data, type, cb, flag));
}

void CProxySection_Group::ckSectionDelegate(CkDelegateMgr* manager) {
  ckDelegate(manager);
  manager->initDelegateMgr(this, 1);
}
void CProxySection_Group::ckSend(void* msg, int ep, int opts) const {
  auto& sections = const_cast<CProxySection_Group*>(this)->sections_;
  if (sections.empty()) CkAbort("Charm++: this proxy of a section names none; was it assigned?");
  if (ckIsDelegated()) {
    ckDelegatedTo()->GroupSectionSend(ckDelegatedPtr(), ep, msg, ckGetNumSections(),
                                      sections.data());
    return;
  }
  hc::SendToSections(sections.data(), ckGetNumSections(), ep, msg, opts);
}
void CProxySection_Group::pup(PUP::er& p) {
  CProxy_Group::pup(p);
  p | sections_;
}

void CkDelegateMgr::GroupSectionSend(CkDelegateData*, int ep, void* msg, int count,
                                     CkSectionID* sections) {
  hc::SendToSections(sections, count, ep, msg, 0);
}
void CkDelegateMgr::NodeGroupSectionSend(CkDelegateData*, int ep, void* msg, int count,
                                         CkSectionID* sections) {
  for (int i = 0; i < count; ++i) {
    CkSectionID& s = sections[i];
    CkSendMsgNodeBranchMulti(ep, i + 1 < count ? CkCopyMsg(&msg) : msg, s.get_aid(), s.nPes(),
                             s.pelist.data());
  }
}
void CkDelegateMgr::ArraySectionSend(CkDelegateData*, int ep, void* msg, int count,
                                     CkSectionID* sections, int opts) {
  hc::SendToSections(sections, count, ep, msg, opts);
}
void CkDelegateMgr::ArrayCreate(CkDelegateData*, int, void*, const CkArrayIndex&, int, CkArrayID) {
  CkAbort("Charm++: this delegation manager does not make array elements");
}
void CkDelegateMgr::ArraySend(CkDelegateData*, int ep, void* msg, const CkArrayIndex& index,
                              CkArrayID array) {
  CProxyElement_ArrayBase(array, index).ckSend(msg, ep);
}
void CkDelegateMgr::ArrayBroadcast(CkDelegateData*, int ep, void* msg, CkArrayID array) {
  CProxy_ArrayBase(array).ckBroadcast(msg, ep);
}

// ---- CkMulticastMgr
void CkGetSectionInfo(CkSectionInfo& cookie, void* msg) {
  const CkSectionInfo& sent = static_cast<CkMcastBaseMsg*>(msg)->_cookie;
  if (cookie.val == sent.val && cookie.pe == sent.pe && cookie.aid == sent.aid)
    return;  // It goes on counting.
  cookie = sent;
  cookie.redNo = 0;
}
void CkMulticastMgr::initDelegateMgr(CProxy* proxy, int opts) {
  if (opts == 1) {
    auto* const section = static_cast<CProxySection_Group*>(proxy);
    hc::NumberSections(section->ckGetSectionIDs(), section->ckGetNumSections());
  } else {
    auto* const section = static_cast<CProxySection_ArrayBase*>(proxy);
    hc::NumberSections(section->ckGetSectionIDs(), section->ckGetNumSections());
  }
}
void CkMulticastMgr::ArraySectionSend(CkDelegateData* data, int ep, void* msg, int count,
                                      CkSectionID* sections, int opts) {
  CkDelegateMgr::ArraySectionSend(data, ep, msg, count, sections, opts);
}
void CkMulticastMgr::GroupSectionSend(CkDelegateData* data, int ep, void* msg, int count,
                                      CkSectionID* sections) {
  CkDelegateMgr::GroupSectionSend(data, ep, msg, count, sections);
}
void CkMulticastMgr::setReductionClient(CProxySection_ArrayElement& proxy, CkCallback* callback) {
  hc::SetReductionClient(hc::KeyOf(proxy.ckGetSectionInfo()), *callback);
  delete callback;
}
void CkMulticastMgr::setReductionClient(CProxySection_Group& proxy, CkCallback* callback) {
  hc::SetReductionClient(hc::KeyOf(proxy.ckGetSectionInfo()), *callback);
  delete callback;
}
void CkMulticastMgr::setReductionClient(CProxySection_ArrayElement& proxy,
                                        CkReductionClientFn function, void* param) {
  setReductionClient(proxy, new CkCallback(CkFunctionClient(function, param)));
}
void CkMulticastMgr::contribute(CkSectionInfo& cookie, int flag, int f) {
  CProxySection_ArrayBase::contribute(cookie, flag, f);
}
void CkMulticastMgr::contribute(CkSectionInfo& cookie, const CkCallback& cb, int flag, int f) {
  CProxySection_ArrayBase::contribute(cookie, cb, flag, f);
}
void CkMulticastMgr::contribute(int bytes, void* data, CkReduction::reducerType type,
                                CkSectionInfo& cookie, int flag, int f) {
  CProxySection_ArrayBase::contribute(bytes, data, type, cookie, flag, f);
}
void CkMulticastMgr::contribute(int bytes, void* data, CkReduction::reducerType type,
                                CkSectionInfo& cookie, const CkCallback& cb, int flag, int f) {
  CProxySection_ArrayBase::contribute(bytes, data, type, cookie, cb, flag, f);
}

// ---- Its registration, which `extern module CkMulticast;` asks for.
namespace {
int multicast_chare = -1, multicast_ctor = -1;
}
void _registerCkMulticast() {
  static bool done = false;
  if (std::exchange(done, true)) return;
  multicast_chare = CkRegisterChare("CkMulticastMgr", sizeof(CkMulticastMgr), TypeGroup);
  multicast_ctor = CkRegisterEp(
      "CkMulticastMgr()", [](void*, void* object) { new (object) CkMulticastMgr; }, 0,
      multicast_chare, CK_EP_NOKEEP);
  CkRegisterDefaultCtor(multicast_chare, multicast_ctor);
}
CkGroupID CProxy_CkMulticastMgr::ckNew(int, int, int) {
  return CkCreateGroup(multicast_chare, multicast_ctor, CkAllocSysMsg());
}
CkMulticastMgr* CProxy_CkMulticastMgr::ckLocalBranch() const {
  return ckLocalBranch(ckGetGroupID());
}
CkMulticastMgr* CProxy_CkMulticastMgr::ckLocalBranch(CkGroupID group) {
  return static_cast<CkMulticastMgr*>(CkLocalBranch(group));
}
