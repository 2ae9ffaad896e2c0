// Cmm: messages under tags. And counters that send.
#include <list>
#include <vector>

#include "frontends/charm/converse/src/api.h"

struct CmmTableStruct {
  struct Entry {
    std::vector<int> tags;
    void* message;
  };
  std::list<Entry> entries;  // Oldest first.
};

namespace {

bool Fits(const int* asked, const int* stored, int count) {
  for (int i = 0; i < count; ++i) {
    if (asked[i] != stored[i] && asked[i] != CmmWildCard && stored[i] != CmmWildCard) return false;
  }
  return true;
}

}  // namespace

CmmTable CmmNew() { return new CmmTableStruct; }
void CmmFree(CmmTable t) {
  if (t == nullptr) return;
  if (!t->entries.empty()) CmiAbort("CmmFree: the table still has %zu entries", t->entries.size());
  delete t;
}
void CmmFreeAll(CmmTable t) {
  if (t != nullptr) t->entries.clear();
}
void CmmPut(CmmTable t, int ntags, int* tags, void* msg) {
  if (ntags < 0) CmiAbort("CmmPut: %d tags", ntags);
  t->entries.push_back({std::vector<int>(tags, tags + ntags), msg});
}
void* CmmFind(CmmTable t, int ntags, int* tags, int* returntags, int del) {
  if (t == nullptr) return nullptr;
  for (auto entry = t->entries.begin(); entry != t->entries.end(); ++entry) {
    if (entry->tags.size() != static_cast<size_t>(ntags) || !Fits(tags, entry->tags.data(), ntags))
      continue;
    void* const message = entry->message;
    if (returntags != nullptr) std::copy(entry->tags.begin(), entry->tags.end(), returntags);
    if (del) t->entries.erase(entry);
    return message;
  }
  return nullptr;
}
int CmmEntries(CmmTable t) { return static_cast<int>(t->entries.size()); }
int CmmGetLastTag(CmmTable t, int ntags, int* tags) {
  for (const auto& entry : t->entries) {
    if (entry.tags.size() >= static_cast<size_t>(ntags) && !entry.tags.empty() &&
        Fits(tags, entry.tags.data(), ntags)) {
      return entry.tags.back();
    }
  }
  return -1;
}

CmmTable CmmPup(pup_er p, CmmTable t, CmmPupMessageFn message) {
  const bool unpacking = pup_isUnpacking(p) != 0;
  if (unpacking) t = CmmNew();
  int entries = unpacking ? 0 : CmmEntries(t);
  pup_int(p, &entries);
  auto entry = t->entries.begin();
  for (int i = 0; i < entries; ++i) {
    if (unpacking) entry = t->entries.insert(t->entries.end(), CmmTableStruct::Entry{{}, nullptr});
    int ntags = static_cast<int>(entry->tags.size());
    pup_int(p, &ntags);
    if (unpacking) entry->tags.resize(static_cast<size_t>(ntags));
    pup_ints(p, entry->tags.data(), static_cast<size_t>(ntags));
    message(p, &entry->message);
    ++entry;
  }
  if (pup_isDeleting(p) != 0) CmmFreeAll(t);
  return t;
}

// ---- Counters

namespace {
void CheckCounter(const DecrementToEnqueueMsg* counter, const char* function) {
  if (counter == nullptr || counter->counter == nullptr)
    CmiAbort("%s: there is no counter", function);
}
}  // namespace

DecrementToEnqueueMsg* CmiCreateDecrementToEnqueue(void* msg, unsigned int initialCount) {
  if (initialCount == 0) CmiAbort("CmiCreateDecrementToEnqueue: the count must not be 0");
  return new DecrementToEnqueueMsg{new unsigned int(initialCount), msg};
}
void CmiDecrementCounter(DecrementToEnqueueMsg* dteMsg) {
  CheckCounter(dteMsg, "CmiDecrementCounter");
  // Read before the last step: its message may free the counter elsewhere.
  void* const message = dteMsg->msg;
  const unsigned int before = __atomic_fetch_sub(dteMsg->counter, 1, __ATOMIC_ACQ_REL);
  if (before == 0) CmiAbort("CmiDecrementCounter: the counter was 0 already");
  if (before != 1) return;
  const CmiMessageHeader* const header = static_cast<CmiMessageHeader*>(message);
  const int size = header->messageSize > 0 ? header->messageSize : CmiSize(message);
  CmiSyncSendFn(static_cast<int>(header->destPE), size, static_cast<char*>(message));
}
void CmiResetCounter(DecrementToEnqueueMsg* dteMsg, unsigned int newCount) {
  CheckCounter(dteMsg, "CmiResetCounter");
  if (newCount == 0) CmiAbort("CmiResetCounter: the count must not be 0");
  __atomic_store_n(dteMsg->counter, newCount, __ATOMIC_RELEASE);
}
void CmiFreeDecrementToEnqueue(DecrementToEnqueueMsg* dteMsg) {
  CheckCounter(dteMsg, "CmiFreeDecrementToEnqueue");
  delete dteMsg->counter;
  delete dteMsg;
}
