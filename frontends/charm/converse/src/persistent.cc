// Persistent channels.
#include "frontends/charm/converse/src/periphery.h"

CpvDeclare(PersistentHandle*, phs);
CpvDeclare(int, phsSize);
CpvDeclare(int, curphs);

namespace heddle::converse {
namespace {

struct Channel {
  int destination;
  int most_bytes;
  bool to_node;
  // Of those that the PE has made.
  Channel* next;
  Channel** link;
};
CpvStaticDeclare(Channel*, channels);

Channel* NewChannel(int destination, int most_bytes, bool to_node) {
  if (most_bytes < 0) CmiAbort("a persistent channel for messages of at most %d bytes", most_bytes);
  const int count = to_node ? CmiNumNodes() : CmiNumPes();
  if (destination < 0 || destination >= count) {
    CmiAbort("a persistent channel to %s %d: there are %d", to_node ? "node" : "PE", destination,
             count);
  }
  Channel*& first = CpvAccess(channels);
  auto* const channel = new Channel{destination, most_bytes, to_node, first, &first};
  if (first != nullptr) first->link = &channel->next;
  first = channel;
  return channel;
}

Channel* Of(PersistentHandle handle) {
  if (handle == nullptr) CmiAbort("a persistent channel is NULL");
  return static_cast<Channel*>(handle);
}

void Delete(Channel* channel) {
  *channel->link = channel->next;
  if (channel->next != nullptr) channel->next->link = channel->link;
  delete channel;
}

void DeleteAll() {
  while (CpvAccess(channels) != nullptr) Delete(CpvAccess(channels));
}

}  // namespace

void InitPersistent(Pe&, char**) {
  CpvInitialize(PersistentHandle*, phs);
  CpvInitialize(int, phsSize);
  CpvInitialize(int, curphs);
  CpvInitialize(Channel*, channels);
}

}  // namespace heddle::converse

namespace hc = heddle::converse;

PersistentHandle CmiCreatePersistent(int destPE, int maxBytes) {
  return hc::NewChannel(destPE, maxBytes, false);
}
PersistentHandle CmiCreateNodePersistent(int destNode, int maxBytes) {
  return hc::NewChannel(destNode, maxBytes, true);
}
PersistentReq CmiCreateReceiverPersistent(int maxBytes) {
  if (maxBytes < 0) CmiAbort("a persistent channel for messages of at most %d bytes", maxBytes);
  return {CmiMyPe(), maxBytes, nullptr, nullptr};
}
PersistentHandle CmiRegisterReceivePersistent(PersistentReq req) {
  return hc::NewChannel(req.pe, req.maxBytes, false);
}

void CmiSendPersistentMsg(PersistentHandle h, int messageSize, void* msg) {
  const hc::Channel* const channel = hc::Of(h);
  if (messageSize > channel->most_bytes) {
    CmiAbort("a message of %d bytes on a persistent channel for %d", messageSize,
             channel->most_bytes);
  }
  if (channel->to_node) {
    CmiSyncNodeSendAndFree(channel->destination, messageSize, msg);
  } else {
    CmiSyncSendAndFree(channel->destination, messageSize, msg);
  }
}

// A send takes the same way with and without a channel, so that the core's sends need not look at
// these.
void CmiUsePersistentHandle(PersistentHandle* p, int n) {
  CpvAccess(phs) = n > 0 ? p : nullptr;
  CpvAccess(phsSize) = p != nullptr && n > 0 ? n : 0;
  CpvAccess(curphs) = 0;
}
void CmiPersistentOneSend() {
  if (CpvAccess(phsSize) > 0) CpvAccess(curphs) = (CpvAccess(curphs) + 1) % CpvAccess(phsSize);
}

void CmiDestroyPersistent(PersistentHandle h) { hc::Delete(hc::Of(h)); }
void CmiDestroyAllPersistent() { hc::DeleteAll(); }
void CmiPersistentInit() {}
