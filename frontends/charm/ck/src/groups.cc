// Groups. The PE that makes a group has its branch at once.
#include "frontends/charm/ck/src/groups.h"

#include <algorithm>

#include "frontends/charm/ck/src/deliver.h"

namespace heddle::charm {
namespace {

// The first of the groups it depends on that is not here.
const CkGroupID* MissingDependency(const envelope* env) {
  for (int i = 0; i < env->getGroupDepNum(); ++i)
    if (CkLocalBranch(env->getGroupDep(i)) == nullptr) return env->GroupDeps() + i;
  return nullptr;
}

void WaitFor(CkGroupID group, envelope* env) {
  CkPe& pe = MyPe();
  CountCreated(pe);
  pe.waiting_for_group[group.idx].push_back(env);
}

void CreateBranch(envelope* env) {
  if (const CkGroupID* const missing = MissingDependency(env); missing != nullptr)
    return WaitFor(*missing, env);
  const CkGroupID group = env->getGroupNum();
  InvokeConstructor(NewBranch(group, env->group().chare), env->getEpIdx(), EnvToUsr(env));
  GroupExists(group);
}

}  // namespace

// Of PE 0: 1, 2, ... Of others: below 0, and those of two PEs differ.
CkGroupID NewGroupID(int* next) {
  const int n = (*next)++;
  if (CkMyPe() == 0) return CkGroupID{n};
  return CkGroupID{-(n * CkNumPes() + CkMyPe())};
}

void SkipGroupID(CkGroupID group, int* next) {
  if ((group.idx > 0) != (CkMyPe() == 0)) return;
  const int n = group.idx > 0 ? group.idx : -group.idx / CkNumPes();
  *next = std::max(*next, n + 1);
}

Creating NewBranch(CkGroupID group, int chare) {
  const Creating creating = NewObject(chare, group);
  CkPe& pe = MyPe();
  pe.groups.Set(group, creating.object);
  pe.group_types[group.idx] = chare;
  return creating;
}

int TypeOfGroup(CkGroupID group) { return MyPe().group_types.at(group.idx); }

IrrGroup* RestoreGroup(CkGroupID group, int chare) {
  const ChareInfo& type = *_chareTable[static_cast<std::size_t>(chare)];
  const int ctor = type.migCtor >= 0 ? type.migCtor : type.defCtor;
  if (ctor < 0)
    CkAbort("Charm++: group %s has no constructor for migration, so that it cannot be restored",
            type.name);
  const Creating creating = NewBranch(group, chare);
  InvokeConstructor(creating, ctor, type.migCtor >= 0 ? nullptr : CkAllocSysMsg());
  return static_cast<IrrGroup*>(creating.object);
}

void GroupExists(CkGroupID group) {
  CkPe& pe = MyPe();
  const auto waiting = pe.waiting_for_group.extract(group.idx);
  if (waiting.empty()) return;
  // Before what has been sent since.
  for (envelope* const env : waiting.mapped()) Execute(env);
}

void ExecuteForGroup(envelope* env) {
  if (env->getMsgtype() == BocInitMsg) return CreateBranch(env);
  const CkGroupID group = env->getGroupNum();
  void* const branch = MyPe().groups.Find(group);
  if (branch == nullptr) [[unlikely]]
    return WaitFor(group, env);
  if (env->getGroupDepNum() > 0) [[unlikely]] {
    if (const CkGroupID* const missing = MissingDependency(env); missing != nullptr)
      return WaitFor(*missing, env);
  }
  InvokeEntry(static_cast<Chare*>(branch), env->getEpIdx(), EnvToUsr(env));
}

namespace {

void Address(envelope* env, int ep, CkGroupID group, int opts) {
  env->setMsgtype(ForBocMsg);
  env->setEpIdx(static_cast<UShort>(ep));
  env->setGroupNum(group);
  if (_entryTable[static_cast<std::size_t>(ep)]->expedited) opts |= CK_MSG_EXPEDITED;
  env->setOptions(opts);
}

void CheckPe(int pe) {
  if (pe < 0 || pe >= CkNumPes()) [[unlikely]]
    CkAbort("Charm++: a message for a group's branch on PE %d; there are PEs 0 to %d", pe,
            CkNumPes() - 1);
}

}  // namespace
}  // namespace heddle::charm

namespace hc = heddle::charm;

CkGroupID CkCreateGroup(int chare, int ep, void* msg) {
  envelope* env = UsrToEnv(msg);
  const CkGroupID group = hc::NewGroupID(&hc::MyPe().next_group);
  env->setMsgtype(BocInitMsg);
  env->setEpIdx(static_cast<UShort>(ep));
  env->setGroupNum(group);
  env->group().chare = chare;
  // Behind nothing: what is sent to the branches follows on the same way.
  env->setOptions(CK_MSG_EXPEDITED);
  hc::BroadcastCopies(&env, false);
  hc::CountCreated(hc::MyPe());
  hc::Execute(env);
  return group;
}

void CkSendMsgBranch(int ep, void* msg, int pe, CkGroupID group, int opts) {
  hc::CheckPe(pe);
  if (pe == CkMyPe() &&
      ((opts & CK_MSG_INLINE) != 0 || _entryTable[static_cast<std::size_t>(ep)]->isInline))
    return CkSendMsgBranchInline(ep, msg, pe, group, opts);
  envelope* const env = UsrToEnv(msg);
  hc::Address(env, ep, group, opts & ~CK_MSG_INLINE);
  hc::SendToPe(env, pe);
}

void CkSendMsgBranchInline(int ep, void* msg, int pe, CkGroupID group, int opts) {
  void* const branch = pe == CkMyPe() ? CkLocalBranch(group) : nullptr;
  if (branch != nullptr) return hc::InvokeEntry(static_cast<Chare*>(branch), ep, msg);
  hc::CheckPe(pe);
  envelope* const env = UsrToEnv(msg);
  hc::Address(env, ep, group, opts & ~CK_MSG_INLINE);
  hc::SendToPe(env, pe);
}

void CkSendMsgBranchMulti(int ep, void* msg, CkGroupID group, int count, const int* pes, int opts) {
  if (count == 0) return CkFreeMsg(msg);
  for (int i = 0; i + 1 < count; ++i) CkSendMsgBranch(ep, CkCopyMsg(&msg), pes[i], group, opts);
  CkSendMsgBranch(ep, msg, pes[count - 1], group, opts);
}

void CkBroadcastMsgBranch(int ep, void* msg, CkGroupID group, int opts) {
  envelope* env = UsrToEnv(msg);
  hc::Address(env, ep, group, opts);
  hc::BroadcastCopies(&env, false);
  hc::SendToPe(env, CkMyPe());
}

void CkBroadcastWithinNode(int ep, void* msg, CkGroupID group, int opts) {
  const int first = CkNodeFirst(CkMyNode());
  for (int rank = 1; rank < CkMyNodeSize(); ++rank)
    CkSendMsgBranch(ep, CkCopyMsg(&msg), first + rank, group, opts);
  CkSendMsgBranch(ep, msg, first, group, opts);
}

void CkGroupMsgPrep(int ep, void* msg, CkGroupID group) {
  hc::Address(UsrToEnv(msg), ep, group, 0);
}

void* CkLocalBranch(CkGroupID group) { return hc::MyPe().groups.Find(group); }
void* CkLocalBranchOther(CkGroupID group, int rank) {
  return CpvAccessOther(ckPe, rank)->groups.Find(group);
}

IrrGroup::IrrGroup() : thisgroup(hc::MyPe().creating.group) {}
IrrGroup::IrrGroup(CkMigrateMessage* m) : Chare(m), thisgroup(hc::MyPe().creating.group) {}
IrrGroup::~IrrGroup() = default;
void IrrGroup::pup(PUP::er& p) {
  Chare::pup(p);
  p | thisgroup;
}
int IrrGroup::ckGetChareType() const { return CkIndex_Group::__idx; }
