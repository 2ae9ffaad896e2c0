// Reductions: contributions go up a tree, are merged at each member of it, and end at its root.
//
// Between PEs of a process data change hands as they are; for the way to another process `pup`
// packs structures.
#include <cstring>
#include <mutex>

#include "components/memory_pool/pool.h"
#include "components/message_layer/reduction.h"
#include "components/message_layer/spanning_tree.h"
#include "components/sync/spin_lock.h"
#include "frontends/charm/converse/src/pe.h"
#include "frontends/charm/converse/src/session.h"

namespace heddle::converse {
namespace {

// What a contribution's message is (Header::infoFn).
enum Form : int {
  kMessage = 0,  // The data themselves.
  kPointer = 1,  // A Held follows the header.
  kPacked = 2,   // The packed structure follows the header.
};
struct Held {
  void* data;
  CmiReduceDeleteFn del;
};

// Sequences of reductions that do not meet.
enum Kind : int { kGlobal, kGlobalId, kNode, kNodeId, kList };

// The caller's part of a reduction.
struct Own {
  void* data;
  int size;
  CmiReduceMergeFn merge;
  CmiReducePupFn pup = nullptr;  // A structure, if not nullptr; with the two below.
  CmiHandler dest = nullptr;
  CmiReduceDeleteFn del = nullptr;
  int parent = -1;  // PE, or node; -1: the root.
  bool node = false;
  std::uint64_t key = 0;
};

CpvStaticDeclare(int, child_handler);
CpvStaticDeclare(int, node_child_handler);

// Of all nodes' reductions; any PE of the node may come.
SpinLock node_lock;
ReductionTable node_table;          // Under node_lock.
std::uint32_t next_node_reduction;  // Under node_lock.

std::uint64_t Key(Kind kind, std::uint32_t id) {
  return std::uint64_t{static_cast<std::uint32_t>(kind)} << 32 | id;
}
std::uint64_t KeyOf(void* message) {
  const CmiMessageHeader& header = *CmiHeaderOf(message);
  return Key(static_cast<Kind>(header.root), header.collectiveMetaInfo);
}

void* DataOf(void* contribution) {
  char* const body = static_cast<char*>(contribution) + CmiMsgHeaderSizeBytes;
  switch (CmiGetInfo(contribution)) {
    case kPointer:
      return reinterpret_cast<Held*>(body)->data;
    case kPacked:
      return body;
    default:
      return contribution;
  }
}

// `kept`: its data have become the result.
void FreeContribution(void* contribution, bool kept) {
  if (CmiGetInfo(contribution) == kPointer) {
    const Held held =
        *reinterpret_cast<Held*>(static_cast<char*>(contribution) + CmiMsgHeaderSizeBytes);
    if (!kept && held.del != nullptr) held.del(held.data);
    CmiFree(contribution);
  } else if (!kept) {
    CmiFree(contribution);
  }
}

void SendUp(const Own& own, void* data, int size) {
  void* message = data;
  Form form = kMessage;
  const bool here = own.node ? false : CmiNodeOf(own.parent) == _Cmi_mynode;
  if (own.pup != nullptr && here) {
    form = kPointer;
    size = static_cast<int>(CmiMsgHeaderSizeBytes + sizeof(Held));
    message = CmiAlloc(size);
    const Held held{data, own.del};
    std::memcpy(static_cast<char*>(message) + CmiMsgHeaderSizeBytes, &held, sizeof(held));
  } else if (own.pup != nullptr) {
    form = kPacked;
    const pup_er sizer = pup_new_sizer();
    own.pup(sizer, data);
    size = static_cast<int>(CmiMsgHeaderSizeBytes + pup_size(sizer));
    pup_destroy(sizer);
    message = CmiAlloc(size);
    const pup_er packer = pup_new_toMem(static_cast<char*>(message) + CmiMsgHeaderSizeBytes);
    own.pup(packer, data);
    pup_destroy(packer);
    if (own.del != nullptr) own.del(data);
  }
  CmiMessageHeader* const header = CmiHeaderOf(message);
  if (form == kMessage) header->swapHandlerId = header->handlerId;
  header->infoFn = form;
  header->root = static_cast<CmiInt4>(own.key >> 32);
  header->collectiveMetaInfo = static_cast<CmiUInt4>(own.key);
  CmiSetHandler(message, own.node ? CpvAccess(node_child_handler) : CpvAccess(child_handler));
  if (own.node) {
    CmiSyncNodeSendAndFree(own.parent, size, message);
  } else {
    CmiSyncSendAndFree(own.parent, size, message);
  }
}

// All contributions of this member and those below it are here.
void Finish(const ReductionTable::Contributions& all) {
  auto* const own = static_cast<Own*>(all.own);
  void* data = own->data;
  int size = own->size;
  if (!all.children.empty()) {
    std::vector<void*> children;
    for (void* const child : all.children) children.push_back(DataOf(child));
    data = own->merge(&size, own->data, children.data(), static_cast<int>(children.size()));
    for (std::size_t i = 0; i < children.size(); ++i)
      FreeContribution(all.children[i], data == children[i]);
    if (data != own->data) {
      if (own->pup == nullptr) {
        CmiFree(own->data);
      } else if (own->del != nullptr) {
        own->del(own->data);
      }
    }
  }
  if (own->parent >= 0) {
    SendUp(*own, data, size);
  } else if (own->dest != nullptr) {
    own->dest(data);
  } else {
    CmiHandleMessage(data);
  }
  PoolDelete(own);
}

void OnChild(void* message) {
  // Its handler, as the merge function and the root's shall see it.
  if (CmiGetInfo(message) == kMessage) CmiSetHandler(message, CmiHeaderOf(message)->swapHandlerId);
  const auto all = Self().reductions.AddChild(KeyOf(message), message);
  if (all.has_value()) Finish(*all);
}

void OnNodeChild(void* message) {
  if (CmiGetInfo(message) == kMessage) CmiSetHandler(message, CmiHeaderOf(message)->swapHandlerId);
  std::optional<ReductionTable::Contributions> all;
  {
    std::lock_guard<SpinLock> hold(node_lock);
    all = node_table.AddChild(KeyOf(message), message);
  }
  if (all.has_value()) Finish(*all);
}

void CheckSize(const Own& own) {
  if (own.pup == nullptr && own.size < static_cast<int>(CmiMsgHeaderSizeBytes)) {
    CmiAbort("a contribution of %d bytes to a reduction: it is a message, of at least %zu bytes",
             own.size, CmiMsgHeaderSizeBytes);
  }
}

void Contribute(Own own, Kind kind, std::uint32_t id, int children) {
  CheckSize(own);
  own.key = Key(kind, id);
  const auto all =
      Self().reductions.AddOwn(own.key, PoolNew<Own>(own), static_cast<std::size_t>(children));
  if (all.has_value()) Finish(*all);
}

void ContributeGlobally(Own own, Kind kind, std::uint32_t id) {
  const int pe = Self().pe;
  own.parent = CmiSpanTreeParent(pe);
  Contribute(own, kind, id, CmiNumSpanTreeChildren(pe));
}

void ContributeNode(Own own, Kind kind, std::uint32_t id) {
  CheckSize(own);
  own.node = true;
  own.parent = CmiNodeSpanTreeParent(_Cmi_mynode);
  own.key = Key(kind, id);
  std::optional<ReductionTable::Contributions> all;
  {
    std::lock_guard<SpinLock> hold(node_lock);
    if (kind == kNode) own.key = Key(kind, next_node_reduction++);
    all = node_table.AddOwn(own.key, PoolNew<Own>(own),
                            static_cast<std::size_t>(CmiNumNodeSpanTreeChildren(_Cmi_mynode)));
  }
  if (all.has_value()) Finish(*all);
}

void ContributeToList(int npes, const int* pes, Own own, std::uint32_t id) {
  const int pe = Self().pe;
  int me = 0;
  while (me < npes && pes[me] != pe) ++me;
  if (me == npes) CmiAbort("CmiListReduce: PE %d is not in its list of %d PEs", pe, npes);
  const SpanningTree tree(npes, CST_W);
  own.parent = me == 0 ? -1 : pes[tree.Parent(me)];
  Contribute(own, kList, id, tree.Children(me));
}

// The PEs of a group, or an abort.
void Members(CmiGroup group, int* npes, int** pes) {
  CmiLookupGroup(group, npes, pes);
  if (*npes == 0)
    CmiAbort("a reduction over group %u of PE %u, of which this node has not heard", group.id,
             group.pe);
}

}  // namespace

void InitReductions(Pe&, char**) {
  CpvInitialize(int, child_handler);
  CpvInitialize(int, node_child_handler);
  CpvAccess(child_handler) = CmiRegisterHandler(OnChild);
  CpvAccess(node_child_handler) = CmiRegisterHandler(OnNodeChild);
}

}  // namespace heddle::converse

namespace hc = heddle::converse;
using hc::Own;
using hc::Self;

void CmiReduce(void* msg, int size, CmiReduceMergeFn merge) {
  hc::ContributeGlobally(Own{msg, size, merge}, hc::kGlobal, Self().next_reduction++);
}
void CmiReduceID(void* msg, int size, CmiReduceMergeFn merge, CmiReductionID id) {
  hc::ContributeGlobally(Own{msg, size, merge}, hc::kGlobalId, id);
}
void CmiReduceStruct(void* data, CmiReducePupFn pup, CmiReduceMergeFn merge, CmiHandler dest,
                     CmiReduceDeleteFn del) {
  hc::ContributeGlobally(Own{data, 0, merge, pup, dest, del}, hc::kGlobal, Self().next_reduction++);
}
void CmiReduceStructID(void* data, CmiReducePupFn pup, CmiReduceMergeFn merge, CmiHandler dest,
                       CmiReduceDeleteFn del, CmiReductionID id) {
  hc::ContributeGlobally(Own{data, 0, merge, pup, dest, del}, hc::kGlobalId, id);
}
void CmiNodeReduce(void* msg, int size, CmiReduceMergeFn merge) {
  hc::ContributeNode(Own{msg, size, merge}, hc::kNode, 0);
}
void CmiNodeReduceID(void* msg, int size, CmiReduceMergeFn merge, CmiReductionID id) {
  hc::ContributeNode(Own{msg, size, merge}, hc::kNodeId, id);
}
void CmiNodeReduceStruct(void* data, CmiReducePupFn pup, CmiReduceMergeFn merge, CmiHandler dest,
                         CmiReduceDeleteFn del) {
  hc::ContributeNode(Own{data, 0, merge, pup, dest, del}, hc::kNode, 0);
}
void CmiNodeReduceStructID(void* data, CmiReducePupFn pup, CmiReduceMergeFn merge, CmiHandler dest,
                           CmiReduceDeleteFn del, CmiReductionID id) {
  hc::ContributeNode(Own{data, 0, merge, pup, dest, del}, hc::kNodeId, id);
}
void CmiListReduce(int npes, int* pes, void* msg, int size, CmiReduceMergeFn merge,
                   CmiReductionID id) {
  hc::ContributeToList(npes, pes, Own{msg, size, merge}, id);
}
void CmiListReduceStruct(int npes, int* pes, void* data, CmiReducePupFn pup, CmiReduceMergeFn merge,
                         CmiHandler dest, CmiReduceDeleteFn del, CmiReductionID id) {
  hc::ContributeToList(npes, pes, Own{data, 0, merge, pup, dest, del}, id);
}
void CmiGroupReduce(CmiGroup grp, void* msg, int size, CmiReduceMergeFn merge, CmiReductionID id) {
  int npes = 0;
  int* pes = nullptr;
  hc::Members(grp, &npes, &pes);
  CmiListReduce(npes, pes, msg, size, merge, id);
}
void CmiGroupReduceStruct(CmiGroup grp, void* data, CmiReducePupFn pup, CmiReduceMergeFn merge,
                          CmiHandler dest, CmiReduceDeleteFn del, CmiReductionID id) {
  int npes = 0;
  int* pes = nullptr;
  hc::Members(grp, &npes, &pes);
  CmiListReduceStruct(npes, pes, data, pup, merge, dest, del, id);
}
void* CmiReduceMergeFn_random(int*, void* local, void**, int) { return local; }

CmiReductionID CmiGetGlobalReduction() {
  return static_cast<CmiReductionID>(Self().next_reduction_id++);
}
CmiReductionID CmiGetDynamicReduction() {
  return static_cast<CmiReductionID>(0x8000u | Self().next_reduction_id++);
}
CmiReductionID CmiGetGlobalNodeReduction() {
  return static_cast<CmiReductionID>(Self().next_reduction_id++);
}
CmiReductionID CmiGetDynamicNodeReduction() { return CmiGetDynamicReduction(); }
void CmiResetGlobalReduceSeqID() { Self().next_reduction = 0; }
void CmiResetGlobalNodeReduceSeqID() {
  std::lock_guard<heddle::SpinLock> hold(hc::node_lock);
  hc::next_node_reduction = 0;
}

// ---- The tree of nodes, and of the PEs below the first of each.

namespace {
heddle::SpanningTree NodeTree() { return {_Cmi_numnodes, CST_W}; }
heddle::SpanningTree RankTree() { return {_Cmi_mynodesize, CST_W}; }
}  // namespace

int CmiNodeSpanTreeParent(int node) { return NodeTree().Parent(node); }
int CmiNumNodeSpanTreeChildren(int node) { return NodeTree().Children(node); }
void CmiNodeSpanTreeChildren(int node, int* children) {
  for (int i = 0; i < NodeTree().Children(node); ++i) children[i] = NodeTree().Child(node, i);
}
int CmiSpanTreeParent(int pe) {
  const int node = CmiNodeOf(pe);
  const int rank = CmiRankOf(pe);
  if (rank != 0) return CmiNodeFirst(node) + RankTree().Parent(rank);
  return node == 0 ? -1 : CmiNodeFirst(CmiNodeSpanTreeParent(node));
}
int CmiNumSpanTreeChildren(int pe) {
  const int rank = CmiRankOf(pe);
  return RankTree().Children(rank) + (rank == 0 ? CmiNumNodeSpanTreeChildren(CmiNodeOf(pe)) : 0);
}
void CmiSpanTreeChildren(int pe, int* children) {
  const int node = CmiNodeOf(pe);
  const int rank = CmiRankOf(pe);
  int count = 0;
  if (rank == 0) {
    for (int i = 0; i < CmiNumNodeSpanTreeChildren(node); ++i)
      children[count++] = CmiNodeFirst(NodeTree().Child(node, i));
  }
  for (int i = 0; i < RankTree().Children(rank); ++i)
    children[count++] = CmiNodeFirst(node) + RankTree().Child(rank, i);
}
