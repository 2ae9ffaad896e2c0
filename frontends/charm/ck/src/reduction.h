// Reductions over arrays, groups, nodegroups and sections.
//
// A contribution is combined with the others of its PE; when all members that the PE has have contributed their n-th, what it has of
// the n-th reduction goes to the root, with the number of contributions in it. The root, PE 0 (of a section: the PE that made it),
// knows how many members there are, so that members may move between PEs, in which case a PE sends twice.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_REDUCTION_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_REDUCTION_H_

#include <map>
#include <unordered_map>
#include <vector>

#include "frontends/charm/ck/src/pe.h"

namespace heddle::charm {

// What is reduced over.
struct ReductionKey {
  enum Kind : std::int32_t { kArray, kGroup, kNodegroup, kSection } kind = kArray;
  std::int32_t id = 0;     // The group's; a section's number on its root.
  std::int32_t root = 0;   // The PE.
  bool operator==(const ReductionKey& o) const { return kind == o.kind && id == o.id && root == o.root; }
};
struct ReductionKeyHash {
  std::size_t operator()(const ReductionKey& k) const {
    return static_cast<std::size_t>(static_cast<std::uint32_t>(k.id)) * 0x9e3779b97f4a7c15ull + static_cast<std::size_t>(k.kind) * 7919 + static_cast<std::size_t>(k.root);
  }
};

// A member's contribution. Takes the message; its gcount is set to 1.
void Contribute(const ReductionKey& key, int number, CkReductionMsg* msg);
// What this PE has of reductions before `number` goes to the root now: no member here will add to them.
void FlushReductions(const ReductionKey& key, int before);
// At the root: members come, or go, from reduction `from` on.
void ChangeMembers(const ReductionKey& key, int change, int from);
// At the root: whether members are being added, so that no reduction may complete. Counted.
void HoldReductions(const ReductionKey& key, int change);
// At the root, of arrays: one more member, whose creation was held for. The manager of its PE is told with which reduction it begins.
void JoinReductions(const ReductionKey& key, const CkArrayIndex& member);
// At the root: whether more members may come before doneInserting().
void OpenReductions(const ReductionKey& key, bool open);
// At the root: who gets results whose contributions name nobody.
void SetReductionClient(const ReductionKey& key, const CkCallback& client);
// At the root, for groups: their members' number does not change.
void SetMembersOnce(const ReductionKey& key, int members);

// At the root: the number of the reduction that is the next to complete; for checkpoints.
int NextReduction(const ReductionKey& key);
void SetNextReduction(const ReductionKey& key, int next);

CkReductionMsg* NewContribution(int bytes, const void* data, CkReduction::reducerType type, const CkCallback& callback, CMK_REFNUM_TYPE flag);

}  // namespace heddle::charm

// A callback that calls the function with a result's bytes.
CkCallback CkFunctionClient(CkReductionClientFn function, void* param);

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_REDUCTION_H_
