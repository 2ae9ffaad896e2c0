// Nodegroups: a branch in each process, whose methods any of its PEs runs, several at once but for
// [exclusive] ones.
#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/groups.h"
#include "frontends/charm/ck/src/process.h"

namespace heddle::charm {
namespace {

class ProcessLock {
 public:
  ProcessLock() { CmiLock(ThisProcess().lock); }
  ~ProcessLock() { CmiUnlock(ThisProcess().lock); }
  ProcessLock(const ProcessLock&) = delete;
  ProcessLock& operator=(const ProcessLock&) = delete;
};

// Until it is complete only this PE sees it.
Creating NewNodeBranch(CkGroupID group, int chare) {
  const Creating creating = NewObject(chare, group);
  MyPe().nodegroups.Set(group, creating.object);
  return creating;
}

// Then all do, and what has waited for it comes.
void Publish(const Creating& branch) {
  std::vector<envelope*> waiting;
  {
    ProcessLock lock;
    Nodegroup& nodegroup = ThisProcess().nodegroups[branch.group.idx];
    nodegroup.branch = branch.object;
    nodegroup.chare = branch.chare;
    nodegroup.exclusive = CmiCreateLock();
    waiting.swap(nodegroup.waiting);
  }
  for (envelope* const message : waiting) Requeue(message);
}

void CreateBranch(envelope* env) {
  const Creating branch = NewNodeBranch(env->getGroupNum(), env->group().chare);
  InvokeConstructor(branch, env->getEpIdx(), EnvToUsr(env));
  Publish(branch);
}

void InvokeExclusive(Chare* branch, envelope* env) {
  CmiNodeLock lock;
  {
    ProcessLock process_lock;
    lock = ThisProcess().nodegroups[env->getGroupNum().idx].exclusive;
  }
  const int ep = env->getEpIdx();
  CmiLock(lock);
  InvokeEntry(branch, ep, EnvToUsr(env));
  CmiUnlock(lock);
}

void Address(envelope* env, int ep, CkGroupID group, int opts) {
  env->setMsgtype(ForNodeBocMsg);
  env->setEpIdx(static_cast<UShort>(ep));
  env->setGroupNum(group);
  if (_entryTable[static_cast<std::size_t>(ep)]->expedited) opts |= CK_MSG_EXPEDITED;
  env->setOptions(opts);
}

}  // namespace

void RestoreNodegroup(CkGroupID group, int chare, PUP::er& p) {
  const ChareInfo& type = *_chareTable[static_cast<std::size_t>(chare)];
  if (type.migCtor < 0)
    CkAbort("Charm++: nodegroup %s has no constructor for migration, so that it cannot be restored",
            type.name);
  const Creating branch = NewNodeBranch(group, chare);
  InvokeConstructor(branch, type.migCtor, nullptr);
  static_cast<IrrGroup*>(branch.object)->virtual_pup(p);
  Publish(branch);
}

void ExecuteForNodegroup(envelope* env) {
  if (env->getMsgtype() == NodeBocInitMsg) return CreateBranch(env);
  const CkGroupID group = env->getGroupNum();
  auto* const branch = static_cast<Chare*>(CkLocalNodeBranch(group));
  if (branch == nullptr) {
    ProcessLock lock;
    Nodegroup& nodegroup = ThisProcess().nodegroups[group.idx];
    if (nodegroup.branch == nullptr) {
      nodegroup.waiting.push_back(env);
      return;
    }
    return Requeue(env);
  }
  if (_entryTable[env->getEpIdx()]->exclusive) return InvokeExclusive(branch, env);
  InvokeEntry(branch, env->getEpIdx(), EnvToUsr(env));
}

}  // namespace heddle::charm

namespace hc = heddle::charm;

CkGroupID CkCreateNodeGroup(int chare, int ep, void* msg) {
  envelope* env = UsrToEnv(msg);
  const CkGroupID group = hc::NewGroupID(&hc::MyPe().next_nodegroup);
  env->setMsgtype(NodeBocInitMsg);
  env->setEpIdx(static_cast<UShort>(ep));
  env->setGroupNum(group);
  env->group().chare = chare;
  env->setOptions(CK_MSG_EXPEDITED);
  hc::BroadcastCopiesToNodes(&env, false);
  hc::CountCreated(hc::MyPe());
  hc::Execute(env);
  return group;
}

void* CkLocalNodeBranch(CkGroupID group) {
  hc::CkPe& pe = hc::MyPe();
  if (void* const branch = pe.nodegroups.Find(group); branch != nullptr) return branch;
  hc::ProcessLock lock;
  auto& all = hc::ThisProcess().nodegroups;
  const auto found = all.find(group.idx);
  if (found == all.end() || found->second.branch == nullptr) return nullptr;
  pe.nodegroups.Set(group, found->second.branch);
  return found->second.branch;
}

void CkSendMsgNodeBranch(int ep, void* msg, int node, CkGroupID group, int opts) {
  if (node < 0 || node >= CkNumNodes())
    CkAbort("Charm++: a message for a nodegroup's branch in process %d; there are 0 to %d", node,
            CkNumNodes() - 1);
  if (node == CkMyNode() &&
      ((opts & CK_MSG_INLINE) != 0 || _entryTable[static_cast<std::size_t>(ep)]->isInline))
    return CkSendMsgNodeBranchInline(ep, msg, node, group, opts);
  envelope* const env = UsrToEnv(msg);
  hc::Address(env, ep, group, opts & ~CK_MSG_INLINE);
  hc::SendToNode(env, node);
}

void CkSendMsgNodeBranchInline(int ep, void* msg, int node, CkGroupID group, int opts) {
  void* const branch = node == CkMyNode() ? CkLocalNodeBranch(group) : nullptr;
  if (branch != nullptr) return hc::InvokeEntry(static_cast<Chare*>(branch), ep, msg);
  envelope* const env = UsrToEnv(msg);
  hc::Address(env, ep, group, opts & ~CK_MSG_INLINE);
  hc::SendToNode(env, node);
}

void CkSendMsgNodeBranchMulti(int ep, void* msg, CkGroupID group, int count, const int* nodes,
                              int opts) {
  if (count == 0) return CkFreeMsg(msg);
  for (int i = 0; i + 1 < count; ++i)
    CkSendMsgNodeBranch(ep, CkCopyMsg(&msg), nodes[i], group, opts);
  CkSendMsgNodeBranch(ep, msg, nodes[count - 1], group, opts);
}

void CkBroadcastMsgNodeBranch(int ep, void* msg, CkGroupID group, int opts) {
  envelope* env = UsrToEnv(msg);
  hc::Address(env, ep, group, opts);
  hc::BroadcastCopiesToNodes(&env, false);
  hc::SendToNode(env, CkMyNode());
}

void CkNodeGroupMsgPrep(int ep, void* msg, CkGroupID group) {
  hc::Address(UsrToEnv(msg), ep, group, 0);
}
