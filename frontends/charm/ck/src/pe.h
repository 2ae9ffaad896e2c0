// What Charm++ keeps on each PE. A PE is a serial executor: nobody else touches this.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_PE_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_PE_H_

#include <memory>
#include <unordered_map>
#include <vector>

#include "charm++.h"
#include "conv-qd.h"

namespace heddle::charm {

class Observer;  // observer.h

// Each defined where it is used.
struct ReductionState;
struct ArrayState;
struct FutureState;
struct SectionState;
struct BalanceState;
struct AggregateState;

// Who the object under construction is; Chare's and IrrGroup's constructors read it.
struct Creating {
  void* object = nullptr;
  CkChareID id{-1, nullptr};
  CkGroupID group{0};
  CkLocRec* record = nullptr;  // Of an array element.
  int chare = -1;
};

// A promise of a chare: who got it may send before the chare exists, or before it is known where.
struct PromisedChare {
  CkChareID actual{-1, nullptr};
  std::vector<envelope*> waiting;
};

// A single chare whose type is [migratable]; the object is nullptr when it has ended.
struct NumberedChare {
  void* object = nullptr;
  int chare = -1;
};

// The branches of groups on a PE. Groups made on PE 0 have dense numbers, from 1; others have negative ones.
class GroupTable {
 public:
  GroupTable() { dense_.reserve(kReserved); }
  void* Find(CkGroupID group) const {
    const auto index = static_cast<std::size_t>(group.idx);
    if (index < dense_.size()) [[likely]] return dense_[index];
    return group.idx < 0 ? FindFar(group) : nullptr;
  }
  void Set(CkGroupID group, void* branch);
  template <class Visit>
  void ForEach(Visit visit) const {
    for (std::size_t i = 0; i < dense_.size(); ++i)
      if (dense_[i] != nullptr) visit(CkGroupID{static_cast<int>(i)}, dense_[i]);
    for (const auto& [index, branch] : far_) visit(CkGroupID{index}, branch);
  }

 private:
  // Below this number the table never moves, so that CkLocalBranchOther() may read it.
  static constexpr std::size_t kReserved = 8192;
  void* FindFar(CkGroupID group) const;
  std::vector<void*> dense_;
  std::unordered_map<int, void*> far_;
};

struct CkPe {
  explicit CkPe(int number);
  ~CkPe();

  int pe;
  bool started = false;             // Readonly variables are there; until then messages wait in `early`.
  Observer* observer = nullptr;     // Where entry methods are counted or traced.
  std::vector<envelope*> early;

  GroupTable groups;
  std::unordered_map<int, int> group_types;  // By the group's number: its chare type.
  GroupTable nodegroups;            // What of the process's table this PE has seen.
  // Messages for groups that are not here yet, those for nodegroups in the process's table.
  std::unordered_map<int, std::vector<envelope*>> waiting_for_group;
  int next_group = 1;
  int next_nodegroup = 1;
  CkGroupID default_map{0};

  // By their numbers (chares.h); promises live as long as the PE.
  std::vector<NumberedChare> chares;
  std::vector<PromisedChare*> promises;

  Chare* active = nullptr;
  std::size_t message_offsets[64] = {};
  Creating creating;
  // For load balancing (balance_hooks.h).
  bool measures_loads = false;
  bool records_messages = false;
  double background = 0;            // Seconds of entry methods of what cannot move, since the last report.
  double inner = 0;                 // Of the entry methods that have run inside of the one that runs.
  CQdState quiescence = nullptr;

  std::unique_ptr<CkOStream> out, err;

  std::unique_ptr<ReductionState, void (*)(ReductionState*)> reductions;
  std::unique_ptr<ArrayState, void (*)(ArrayState*)> arrays;
  std::unique_ptr<SectionState, void (*)(SectionState*)> sections;
  std::unique_ptr<FutureState, void (*)(FutureState*)> futures;
  std::unique_ptr<BalanceState, void (*)(BalanceState*)> balance;
  std::unique_ptr<AggregateState, void (*)(AggregateState*)> aggregate;
};

}  // namespace heddle::charm

CpvExtern(heddle::charm::CkPe*, ckPe);

namespace heddle::charm {
// Cost: two loads.
inline CkPe& MyPe() { return *CpvAccess(ckPe); }
}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_PE_H_
