#include "frontends/charm/ck/src/reduction.h"

#include "frontends/charm/ck/src/array_messages.h"
#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/start.h"

namespace heddle::charm {

namespace {

// What is there of one reduction.
struct Partial {
  std::vector<CkReductionMsg*> messages;
  int count = 0;
};

// A reduction's root.
struct Root {
  int members = 0;                // In reduction `next`.
  std::map<int, int> changes;     // From which reduction on how many more there are.
  int holds = 0;
  bool open = false;              // Members may still be added.
  bool counted = false;           // `members` has been set.
  int next = 0;
  std::map<int, Partial> partials;
  CkCallback client;
};

int message_handler = -1;
int control_handler = -1;

struct Control {
  CmiMessageHeader header;
  ReductionKey key;
  enum What : std::int32_t { kMembers, kHold, kOpen, kClient, kJoin } what;
  std::int32_t change;
  std::int32_t from;
  CkCallback client;
  CkArrayIndex member;
};

}  // namespace

struct ReductionState {
  std::unordered_map<ReductionKey, Root, ReductionKeyHash> roots;
  // On PEs that are no root: what is not sent yet.
  std::unordered_map<ReductionKey, std::map<int, Partial>, ReductionKeyHash> local;
};

namespace {

ReductionState& State() { return *MyPe().reductions; }

CkReductionMsg* Combine(std::vector<CkReductionMsg*>* messages) {
  if (messages->size() == 1) return messages->front();
  const CkReduction::reducerType type = messages->front()->reducer;
  int count = 0;
  CkCallback callback;
  CMK_REFNUM_TYPE flag = static_cast<CMK_REFNUM_TYPE>(-1);
  const int number = messages->front()->redNo;
  for (const CkReductionMsg* const m : *messages) {
    if (m->reducer != type) CkAbort("Charm++: members contributed to reduction %d with different reducers, %d and %d", number, int{type}, int{m->reducer});
    count += m->gcount;
    if (!m->callback.isInvalid()) callback = m->callback;
    if (m->userFlag != static_cast<CMK_REFNUM_TYPE>(-1)) flag = m->userFlag;
  }
  CkReductionMsg* const result = CkReduction::Combine(type, static_cast<int>(messages->size()), messages->data());
  for (CkReductionMsg* const m : *messages)
    if (m != result) CkFreeMsg(m);
  result->reducer = type;
  result->gcount = count;
  result->callback = callback;
  result->userFlag = flag;
  result->redNo = number;
  result->fromUser = false;
  messages->assign(1, result);
  return result;
}

void Complete(Root& root) {
  for (;;) {
    const auto change = root.changes.find(root.next);
    if (change != root.changes.end()) {
      root.members += change->second;
      root.changes.erase(change);
    }
    if (root.holds != 0 || root.open || !root.counted) return;
    const auto at = root.partials.find(root.next);
    if (at == root.partials.end() || at->second.count < root.members) return;
    if (at->second.count > root.members)
      CkAbort("Charm++: reduction %d has %d contributions of %d members; does a member contribute that was made after others had?", root.next, at->second.count, root.members);
    CkReductionMsg* const result = Combine(&at->second.messages);
    root.partials.erase(at);
    ++root.next;
    const CkCallback& callback = result->callback.isInvalid() ? root.client : result->callback;
    if (result->userFlag != static_cast<CMK_REFNUM_TYPE>(-1)) CkSetRefNum(result, result->userFlag);
    if (callback.isInvalid()) CkAbort("Charm++: a reduction has no callback: contribute with one, or set a reduction client");
    callback.send(result);
  }
}

void AddAtRoot(const ReductionKey& key, CkReductionMsg* msg) {
  if (key.kind == ReductionKey::kNodegroup) SetMembersOnce(key, CkNumNodes());
  Root& root = State().roots[key];
  Partial& partial = root.partials[msg->redNo];
  partial.messages.push_back(msg);
  partial.count += msg->gcount;
  if (msg->redNo == root.next) Complete(root);
}

ReductionKey& KeyOf(envelope* env) {
  static_assert(sizeof(ReductionKey) <= sizeof(envelope::Group));
  return *reinterpret_cast<ReductionKey*>(&env->group());
}

void SendToRoot(const ReductionKey& key, Partial* partial) {
  CkReductionMsg* const msg = Combine(&partial->messages);
  envelope* const env = UsrToEnv(msg);
  KeyOf(env) = key;
  SendToHandler(key.root, env, env->getTotalsize(), message_handler);
}

void OnMessage(void* message) {
  CountProcessed(MyPe());
  auto* const env = static_cast<envelope*>(message);
  AddAtRoot(KeyOf(env), static_cast<CkReductionMsg*>(EnvToUsr(env)));
}

void Apply(const Control& control) {
  Root& root = State().roots[control.key];
  switch (control.what) {
    case Control::kMembers:
      root.counted = true;
      if (control.from <= root.next) {
        root.members += control.change;
      } else {
        root.changes[control.from] += control.change;
      }
      break;
    case Control::kHold: root.holds += control.change; break;
    case Control::kOpen: root.open = control.change != 0; break;
    case Control::kClient: root.client = control.client; break;
    case Control::kJoin:
      root.counted = true;
      ++root.members;
      --root.holds;
      Tell(control.from, CkGroupID{control.key.id}, ArrayNews::kJoined, control.member, root.next);
      break;
  }
  Complete(root);
}

void OnControl(void* message) {
  CountProcessed(MyPe());
  const Control control = *static_cast<Control*>(message);
  CmiFree(message);
  Apply(control);
}

void Send(Control control) {
  if (control.key.root == CkMyPe()) return Apply(control);
  auto* const message = static_cast<Control*>(CmiAlloc(sizeof(Control)));
  control.header = message->header;
  *message = control;
  SendToHandler(control.key.root, message, sizeof(Control), control_handler);
}

}  // namespace

void InitReductions(CkPe& pe) {
  RegisterHandler(&message_handler, OnMessage);
  RegisterHandler(&control_handler, OnControl);
  pe.reductions = {new ReductionState, [](ReductionState* s) { delete s; }};
}

CkReductionMsg* NewContribution(int bytes, const void* data, CkReduction::reducerType type, const CkCallback& callback, CMK_REFNUM_TYPE flag) {
  CkReductionMsg* const msg = CkReductionMsg::buildNew(bytes, data, type);
  msg->callback = callback;
  msg->userFlag = flag;
  return msg;
}

void Contribute(const ReductionKey& key, int number, CkReductionMsg* msg) {
  msg->redNo = number;
  msg->gcount = 1;
  msg->fromUser = true;
  if (key.root == CkMyPe()) return AddAtRoot(key, msg);
  Partial& partial = State().local[key][number];
  partial.messages.push_back(msg);
  ++partial.count;
}

void FlushReductions(const ReductionKey& key, int before) {
  if (key.root == CkMyPe()) return;
  const auto local = State().local.find(key);
  if (local == State().local.end()) return;
  auto& partials = local->second;
  while (!partials.empty() && partials.begin()->first < before) {
    SendToRoot(key, &partials.begin()->second);
    partials.erase(partials.begin());
  }
}

void ChangeMembers(const ReductionKey& key, int change, int from) {
  Control control{};
  control.key = key;
  control.what = Control::kMembers;
  control.change = change;
  control.from = from;
  Send(control);
}

void HoldReductions(const ReductionKey& key, int change) {
  Control control{};
  control.key = key;
  control.what = Control::kHold;
  control.change = change;
  Send(control);
}

void JoinReductions(const ReductionKey& key, const CkArrayIndex& member) {
  Control control{};
  control.key = key;
  control.what = Control::kJoin;
  control.from = CkMyPe();
  control.member = member;
  Send(control);
}

void OpenReductions(const ReductionKey& key, bool open) {
  Control control{};
  control.key = key;
  control.what = Control::kOpen;
  control.change = open ? 1 : 0;
  Send(control);
}

void SetReductionClient(const ReductionKey& key, const CkCallback& client) {
  Control control{};
  control.key = key;
  control.what = Control::kClient;
  control.client = client;
  Send(control);
}

int NextReduction(const ReductionKey& key) {
  const auto found = State().roots.find(key);
  return found == State().roots.end() ? 0 : found->second.next;
}
void SetNextReduction(const ReductionKey& key, int next) { State().roots[key].next = next; }

void SetMembersOnce(const ReductionKey& key, int members) {
  if (key.root != CkMyPe()) return;
  Root& root = State().roots[key];
  if (root.counted) return;
  root.counted = true;
  root.members = members;
}

}  // namespace heddle::charm

namespace hc = heddle::charm;

// ---- Members of groups

Group::Group() : thisIndex(CkMyPe()), reductions_(0) { hc::SetMembersOnce({hc::ReductionKey::kGroup, thisgroup.idx, 0}, CkNumPes()); }
Group::Group(CkMigrateMessage* m) : IrrGroup(m), thisIndex(CkMyPe()), reductions_(0) {
  hc::SetMembersOnce({hc::ReductionKey::kGroup, thisgroup.idx, 0}, CkNumPes());
}
void Group::pup(PUP::er& p) {
  IrrGroup::pup(p);
  p | reductions_;
}
void Group::contribute(CkReductionMsg* msg) {
  const hc::ReductionKey key{hc::ReductionKey::kGroup, thisgroup.idx, 0};
  hc::Contribute(key, reductions_++, msg);
  hc::FlushReductions(key, reductions_);
}

NodeGroup::NodeGroup() : __nodelock(CmiCreateLock()), thisIndex(CkMyNode()), reductions_(0) {}
NodeGroup::NodeGroup(CkMigrateMessage* m) : IrrGroup(m), __nodelock(CmiCreateLock()), thisIndex(CkMyNode()), reductions_(0) {}
NodeGroup::~NodeGroup() { CmiDestroyLock(__nodelock); }
void NodeGroup::pup(PUP::er& p) {
  IrrGroup::pup(p);
  p | reductions_;
}
// Any PE of the process: what it adds goes to the root at once.
void NodeGroup::contribute(CkReductionMsg* msg) {
  const hc::ReductionKey key{hc::ReductionKey::kNodegroup, thisgroup.idx, 0};
  CmiLock(__nodelock);
  const int number = reductions_++;
  CmiUnlock(__nodelock);
  hc::Contribute(key, number, msg);
  hc::FlushReductions(key, number + 1);
}

#define HEDDLE_CONTRIBUTE(Class)                                                                                                              \
  void Class::contribute(int bytes, const void* data, CkReduction::reducerType type, CMK_REFNUM_TYPE flag) {                                  \
    contribute(hc::NewContribution(bytes, data, type, CkCallback(), flag));                                                                   \
  }                                                                                                                                           \
  void Class::contribute(int bytes, const void* data, CkReduction::reducerType type, const CkCallback& cb, CMK_REFNUM_TYPE flag) {            \
    contribute(hc::NewContribution(bytes, data, type, cb, flag));                                                                             \
  }                                                                                                                                           \
  void Class::contribute(const CkCallback& cb, CMK_REFNUM_TYPE flag) { contribute(hc::NewContribution(0, nullptr, CkReduction::nop, cb, flag)); } \
  void Class::contribute(CMK_REFNUM_TYPE flag) { contribute(hc::NewContribution(0, nullptr, CkReduction::nop, CkCallback(), flag)); }
HEDDLE_CONTRIBUTE(Group)
HEDDLE_CONTRIBUTE(NodeGroup)
HEDDLE_CONTRIBUTE(ArrayElement)
#undef HEDDLE_CONTRIBUTE

namespace {
// A C function as a client.
struct FunctionClient {
  CkReductionClientFn function;
  void* param;
};
}  // namespace
static void CallClient(void* param, void* message) {
  const auto& client = *static_cast<FunctionClient*>(param);
  auto* const result = static_cast<CkReductionMsg*>(message);
  client.function(client.param, result->getSize(), result->getData());
  CkFreeMsg(result);
}
CkCallback CkFunctionClient(CkReductionClientFn function, void* param) { return CkCallback(CallClient, new FunctionClient{function, param}); }

template <bool kNode>
void CkGroupProxy<kNode>::ckSetReductionClient(CkCallback* callback) const {
  hc::SetReductionClient({kNode ? hc::ReductionKey::kNodegroup : hc::ReductionKey::kGroup, group_.idx, 0}, *callback);
  delete callback;
}
template <bool kNode>
void CkGroupProxy<kNode>::ckSetReductionClient(CkReductionClientFn function, void* param) const {
  ckSetReductionClient(new CkCallback(CkFunctionClient(function, param)));
}
template void CkGroupProxy<false>::ckSetReductionClient(CkCallback*) const;
template void CkGroupProxy<true>::ckSetReductionClient(CkCallback*) const;
template void CkGroupProxy<false>::ckSetReductionClient(CkReductionClientFn, void*) const;
template void CkGroupProxy<true>::ckSetReductionClient(CkReductionClientFn, void*) const;
