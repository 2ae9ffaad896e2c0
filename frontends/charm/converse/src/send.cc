// Sends to one PE, to lists, to nodes, and broadcasts.
//
// Within the process a message changes hands; to another it travels by the network, which hands it
// to Receive() there. A broadcast goes down a tree of processes, each of which gives a copy to
// every PE.
#include <cstring>

#include "components/message_layer/spanning_tree.h"
#include "frontends/charm/converse/src/pe.h"
#include "frontends/charm/converse/src/session.h"

namespace heddle::converse {
namespace {

constexpr int kNobody = -1;

[[noreturn, gnu::cold, gnu::noinline]] void AbortOfPe(int pe) {
  CmiAbort("a message for PE %d: there are PEs 0 to %d", pe, _Cmi_numpes - 1);
}
[[noreturn, gnu::cold, gnu::noinline]] void AbortOfSize(int size) {
  CmiAbort("a message of %d bytes: a message has at least its header of %zu bytes", size,
           CmiMsgHeaderSizeBytes);
}

void Check(int size) {
  if (size < static_cast<int>(CmiMsgHeaderSizeBytes)) [[unlikely]]
    AbortOfSize(size);
}

char* Copy(const char* message, int size) {
  char* const copy = static_cast<char*>(MessageAllocate(static_cast<std::size_t>(size)));
  std::memcpy(copy, message, static_cast<std::size_t>(size));
  return copy;
}

// To all PEs of this process but one.
void DeliverToAll(int except_rank, int size, char* payload) {
  int last = _Cmi_mynodesize - 1;
  if (last == except_rank) --last;
  for (int rank = 0; rank < last; ++rank) {
    if (rank != except_rank) (*session->places)[rank].Push(Copy(payload, size));
  }
  if (last < 0) {
    MessageFree(payload);
  } else {
    (*session->places)[last].Push(payload);
  }
}

// On to the processes below this one. `wait`: while the network is full; a receiver of the network
// must not.
void SendDown(int root, std::uint32_t tag, int size, const char* message, bool wait) {
  if (!session->HasPeers()) return;
  const SpanningTree tree(_Cmi_numnodes, CST_W, root);
  for (int i = 0; i < tree.Children(_Cmi_mynode); ++i) {
    const int node = tree.Child(_Cmi_mynode, i);
    if (wait) {
      SendToProcess(node, tag, Copy(message, size));
    } else {
      session->network->Send(node, session->receiver, tag, Copy(message, size));
    }
  }
}

// From this PE to all nodes; the message is given away.
void Broadcast(int size, char* message, bool with_self, bool nodes) {
  Check(size);
  CmiMessageHeader* const header = CmiHeaderOf(message);
  header->messageSize = size;
  header->root = _Cmi_mynode;
  SendDown(_Cmi_mynode, nodes ? kTagNodeBroadcast : kTagBroadcast, size, message, true);
  Pe& self = Self();
  if (nodes) {
    if (with_self) {
      session->places->PushShared(message);
    } else {
      MessageFree(message);
    }
    return;
  }
  // Its own copy is a message to itself.
  if (with_self && _Cmi_mynodesize == 1) {
    self.place->PushLocal(message);
    return;
  }
  if (with_self) self.place->PushLocal(Copy(message, size));
  DeliverToAll(self.rank, size, message);
}

}  // namespace

void SendToProcess(int node, std::uint32_t tag, void* payload) {
  // A full network: what has arrived makes room, here and there.
  while (!session->network->CanSend(node)) (void)session->network->Progress();
  session->network->Send(node, session->receiver, tag, payload);
}

void Deliver(int pe, void* payload) {
  if (static_cast<unsigned>(pe) >= static_cast<unsigned>(_Cmi_numpes)) [[unlikely]]
    AbortOfPe(pe);
  Pe& self = Self();
  if (pe == self.pe) {
    self.place->PushLocal(payload);
    return;
  }
  const int rank = pe - _Cmi_mynode * _Cmi_mynodesize;
  if (static_cast<unsigned>(rank) < static_cast<unsigned>(_Cmi_mynodesize)) {
    (*session->places)[rank].Push(payload);
  } else {
    SendToProcess(CmiNodeOf(pe), static_cast<std::uint32_t>(CmiRankOf(pe)), payload);
  }
}

void DeliverToNode(int node, void* payload) {
  if (node < 0 || node >= _Cmi_numnodes)
    CmiAbort("a message for node %d: there are nodes 0 to %d", node, _Cmi_numnodes - 1);
  if (node == _Cmi_mynode) {
    session->places->PushShared(payload);
  } else {
    SendToProcess(node, kTagNode, payload);
  }
}

void ReceiveBroadcast(void* payload, bool nodes) {
  const CmiMessageHeader& header = *CmiHeaderOf(payload);
  char* const message = static_cast<char*>(payload);
  const int size = static_cast<int>(Message::Of(payload)->bytes);
  SendDown(header.root, nodes ? kTagNodeBroadcast : kTagBroadcast, size, message, false);
  if (nodes) {
    session->places->PushShared(payload);
  } else {
    DeliverToAll(kNobody, size, message);
  }
}

void Receive(void*, void* payload, int, std::uint32_t tag) {
  if (tag < kTagFirst) {
    if (tag >= static_cast<std::uint32_t>(_Cmi_mynodesize)) {
      CmiAbort(
          "a message from another process is for rank %u: do all processes have the same number of "
          "PEs (here %d)?",
          tag, _Cmi_mynodesize);
    }
    (*session->places)[static_cast<int>(tag)].Push(payload);
    return;
  }
  switch (tag) {
    case kTagNode:
      return session->places->PushShared(payload);
    case kTagBroadcast:
      return ReceiveBroadcast(payload, false);
    case kTagNodeBroadcast:
      return ReceiveBroadcast(payload, true);
    case kTagGroup:
      return ReceiveGroup(payload);
    case kTagMulticast:
      return ReceiveMulticast(payload);
    case kTagExit:
      RequestExit(*static_cast<int*>(payload));
      return MessageFree(payload);
    default:
      CmiAbort("a message with tag %#x came from another process: do all run the same version?",
               tag);
  }
}

}  // namespace heddle::converse

namespace hc = heddle::converse;

void CmiFreeSendFn(int pe, int size, char* msg) {
  hc::Check(size);
  CmiMessageHeader* const header = CmiHeaderOf(msg);
  header->messageSize = size;
  header->destPE = static_cast<CmiUInt4>(pe);
  hc::Deliver(pe, msg);
}
void CmiSyncSendFn(int pe, int size, char* msg) {
  hc::Check(size);
  CmiFreeSendFn(pe, size, hc::Copy(msg, size));
}
CmiCommHandle CmiAsyncSendFn(int pe, int size, char* msg) {
  CmiSyncSendFn(pe, size, msg);
  return nullptr;
}
int CmiAsyncMsgSent(CmiCommHandle) { return 1; }
void CmiReleaseCommHandle(CmiCommHandle) {}

void CmiPushPE(int rank, void* msg) {
  if (rank < 0 || rank >= _Cmi_mynodesize)
    CmiAbort("CmiPushPE: there is no rank %d in this process: ranks are 0 to %d", rank,
             _Cmi_mynodesize - 1);
  hc::Deliver(CmiNodeFirst(_Cmi_mynode) + rank, msg);
}
void CmiPushNode(void* msg) { hc::DeliverToNode(_Cmi_mynode, msg); }

void CmiSyncVectorSend(int pe, int n, int* sizes, char** pieces) {
  int size = 0;
  for (int i = 0; i < n; ++i) size += sizes[i];
  char* const message = static_cast<char*>(CmiAlloc(size));
  char* end = message;
  for (int i = 0; i < n; ++i) {
    std::memcpy(end, pieces[i], static_cast<std::size_t>(sizes[i]));
    end += sizes[i];
  }
  CmiFreeSendFn(pe, size, message);
}
void CmiSyncVectorSendAndFree(int pe, int n, int* sizes, char** pieces) {
  CmiSyncVectorSend(pe, n, sizes, pieces);
  for (int i = 0; i < n; ++i) CmiFree(pieces[i]);
  CmiFree(sizes);
  CmiFree(pieces);
}
CmiCommHandle CmiAsyncVectorSend(int pe, int n, int* sizes, char** pieces) {
  CmiSyncVectorSend(pe, n, sizes, pieces);
  return nullptr;
}
void CmiMultipleSend(unsigned int pe, int n, int* sizes, char** msgs) {
  for (int i = 0; i < n; ++i) CmiSyncSendFn(static_cast<int>(pe), sizes[i], msgs[i]);
}
void CmiMultipleIsend(unsigned int pe, int n, int* sizes, char** msgs) {
  CmiMultipleSend(pe, n, sizes, msgs);
}

void CmiSyncListSendFn(int npes, const int* pes, int size, char* msg) {
  for (int i = 0; i < npes; ++i) CmiSyncSendFn(pes[i], size, msg);
}
void CmiFreeListSendFn(int npes, const int* pes, int size, char* msg) {
  if (npes <= 0) return CmiFree(msg);
  CmiSyncListSendFn(npes - 1, pes, size, msg);
  CmiFreeSendFn(pes[npes - 1], size, msg);
}
CmiCommHandle CmiAsyncListSendFn(int npes, const int* pes, int size, char* msg) {
  CmiSyncListSendFn(npes, pes, size, msg);
  return nullptr;
}

void CmiFreeBroadcastFn(int size, char* msg) { hc::Broadcast(size, msg, false, false); }
void CmiSyncBroadcastFn(int size, char* msg) {
  hc::Check(size);
  CmiFreeBroadcastFn(size, hc::Copy(msg, size));
}
CmiCommHandle CmiAsyncBroadcastFn(int size, char* msg) {
  CmiSyncBroadcastFn(size, msg);
  return nullptr;
}
void CmiFreeBroadcastAllFn(int size, char* msg) { hc::Broadcast(size, msg, true, false); }
void CmiSyncBroadcastAllFn(int size, char* msg) {
  hc::Check(size);
  CmiFreeBroadcastAllFn(size, hc::Copy(msg, size));
}
CmiCommHandle CmiAsyncBroadcastAllFn(int size, char* msg) {
  CmiSyncBroadcastAllFn(size, msg);
  return nullptr;
}
void CmiWithinNodeBroadcastFn(int size, char* msg) {
  hc::Check(size);
  CmiHeaderOf(msg)->messageSize = size;
  for (int rank = 0; rank < _Cmi_mynodesize; ++rank) CmiPushPE(rank, hc::Copy(msg, size));
}
void CmiForwardMsgToPeers(int size, char* msg) {
  hc::Check(size);
  CmiHeaderOf(msg)->messageSize = size;
  for (int rank = 0; rank < _Cmi_mynodesize; ++rank) {
    if (rank != CmiMyRank()) CmiPushPE(rank, hc::Copy(msg, size));
  }
}

void CmiFreeNodeSendFn(int node, int size, char* msg) {
  hc::Check(size);
  CmiHeaderOf(msg)->messageSize = size;
  CmiHeaderOf(msg)->destPE = CmiMessageDestPENode;
  hc::DeliverToNode(node, msg);
}
void CmiSyncNodeSendFn(int node, int size, char* msg) {
  hc::Check(size);
  CmiFreeNodeSendFn(node, size, hc::Copy(msg, size));
}
CmiCommHandle CmiAsyncNodeSendFn(int node, int size, char* msg) {
  CmiSyncNodeSendFn(node, size, msg);
  return nullptr;
}
void CmiFreeNodeBroadcastFn(int size, char* msg) { hc::Broadcast(size, msg, false, true); }
void CmiSyncNodeBroadcastFn(int size, char* msg) {
  hc::Check(size);
  CmiFreeNodeBroadcastFn(size, hc::Copy(msg, size));
}
CmiCommHandle CmiAsyncNodeBroadcastFn(int size, char* msg) {
  CmiSyncNodeBroadcastFn(size, msg);
  return nullptr;
}
void CmiFreeNodeBroadcastAllFn(int size, char* msg) { hc::Broadcast(size, msg, true, true); }
void CmiSyncNodeBroadcastAllFn(int size, char* msg) {
  hc::Check(size);
  CmiFreeNodeBroadcastAllFn(size, hc::Copy(msg, size));
}
CmiCommHandle CmiAsyncNodeBroadcastAllFn(int size, char* msg) {
  CmiSyncNodeBroadcastAllFn(size, msg);
  return nullptr;
}

void CmiNetworkProgress() { (void)hc::session->Progress(); }
