// Groups of PEs, and multicast to them. The node that makes a group knows it at once, the others
// when its definition has come: until then they leave a multicast to the node that made it.
#include <cstring>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "frontends/charm/converse/src/pe.h"
#include "frontends/charm/converse/src/session.h"

namespace heddle::converse {
namespace {

std::mutex mutex;
// Under mutex; entries stay, so that what CmiLookupGroup() returned stays.
std::map<std::pair<unsigned, unsigned>, std::vector<int>> groups;
unsigned next_id = 0;

struct Definition {
  char header[CmiMsgHeaderSizeBytes];
  CmiGroup group;
  int count;
  int pes[1];
};
std::size_t BytesOf(int count) {
  return offsetof(Definition, pes) + sizeof(int) * static_cast<std::size_t>(count);
}

const std::vector<int>* Find(CmiGroup group) {
  std::lock_guard<std::mutex> hold(mutex);
  const auto found = groups.find({group.pe, group.id});
  return found == groups.end() ? nullptr : &found->second;
}

}  // namespace

void ReceiveGroup(void* payload) {
  const auto& definition = *static_cast<const Definition*>(payload);
  {
    std::lock_guard<std::mutex> hold(mutex);
    groups[{definition.group.pe, definition.group.id}].assign(definition.pes,
                                                              definition.pes + definition.count);
  }
  MessageFree(payload);
}

// In the node that made the group; its ids travel in the header.
void ReceiveMulticast(void* payload) {
  const CmiMessageHeader& header = *CmiHeaderOf(payload);
  const CmiGroup group{static_cast<unsigned>(header.sourcePE), header.collectiveMetaInfo};
  const std::vector<int>* const pes = Find(group);
  if (pes == nullptr)
    CmiAbort("a multicast to group %u of PE %u, which that PE has not made", group.id, group.pe);
  for (const int pe : *pes) {
    void* const copy = MessageAllocate(Message::Of(payload)->bytes);
    std::memcpy(copy, payload, Message::Of(payload)->bytes);
    if (CmiNodeOf(pe) == _Cmi_mynode) {
      (*session->places)[CmiRankOf(pe)].Push(copy);
    } else {
      session->network->Send(CmiNodeOf(pe), session->receiver,
                             static_cast<std::uint32_t>(CmiRankOf(pe)), copy);
    }
  }
  MessageFree(payload);
}

}  // namespace heddle::converse

namespace hc = heddle::converse;

CmiGroup CmiEstablishGroup(int npes, int* pes) {
  for (int i = 0; i < npes; ++i) {
    if (pes[i] < 0 || pes[i] >= _Cmi_numpes)
      CmiAbort("CmiEstablishGroup: there is no PE %d: PEs are 0 to %d", pes[i], _Cmi_numpes - 1);
  }
  CmiGroup group{static_cast<unsigned>(CmiMyPe()), 0};
  {
    std::lock_guard<std::mutex> hold(hc::mutex);
    group.id = hc::next_id++;
    hc::groups[{group.pe, group.id}].assign(pes, pes + npes);
  }
  for (int node = 0; node < _Cmi_numnodes; ++node) {
    if (node == _Cmi_mynode) continue;
    auto* const definition =
        static_cast<hc::Definition*>(CmiAlloc(static_cast<int>(hc::BytesOf(npes))));
    definition->group = group;
    definition->count = npes;
    std::memcpy(definition->pes, pes, sizeof(int) * static_cast<std::size_t>(npes));
    hc::SendToProcess(node, hc::kTagGroup, definition);
  }
  return group;
}

void CmiLookupGroup(CmiGroup grp, int* npes, int** pes) {
  const std::vector<int>* const found = hc::Find(grp);
  *npes = found == nullptr ? 0 : static_cast<int>(found->size());
  *pes = found == nullptr ? nullptr : const_cast<int*>(found->data());
}

void CmiFreeMulticastFn(CmiGroup grp, int size, char* msg) {
  if (const std::vector<int>* const pes = hc::Find(grp); pes != nullptr) {
    CmiFreeListSendFn(static_cast<int>(pes->size()), pes->data(), size, msg);
    return;
  }
  if (grp.pe >= static_cast<unsigned>(_Cmi_numpes) ||
      CmiNodeOf(static_cast<int>(grp.pe)) == _Cmi_mynode) {
    CmiAbort("a multicast to group %u of PE %u, which that PE has not made", grp.id, grp.pe);
  }
  CmiMessageHeader* const header = CmiHeaderOf(msg);
  header->messageSize = size;
  header->sourcePE = static_cast<CmiInt4>(grp.pe);
  header->collectiveMetaInfo = grp.id;
  hc::SendToProcess(CmiNodeOf(static_cast<int>(grp.pe)), hc::kTagMulticast, msg);
}
void CmiSyncMulticastFn(CmiGroup grp, int size, char* msg) {
  if (const std::vector<int>* const pes = hc::Find(grp); pes != nullptr) {
    CmiSyncListSendFn(static_cast<int>(pes->size()), pes->data(), size, msg);
  } else {
    CmiFreeMulticastFn(grp, size, CmiCopyMsg(msg, size));
  }
}
CmiCommHandle CmiAsyncMulticastFn(CmiGroup grp, int size, char* msg) {
  CmiSyncMulticastFn(grp, size, msg);
  return nullptr;
}
