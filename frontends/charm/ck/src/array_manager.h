// An array's part on one PE: its elements here, where others are, and what waits for them.
//
// Where an element is. The PE that the map names, its home, is told of every arrival. Who sends asks its own table, which remembers
// where elements were, or the home. A PE that an element has left knows where it went; "where" carries the number of the element's
// moves, and newer knowledge replaces older, so that following it ends at the element, or at its home, where messages for elements
// that do not exist wait. Who sent to a wrong PE is told.
//
// Broadcasts are numbered by PE 0 and come to each PE in order. A PE gives a broadcast to the elements that it has and that have not
// had it: each knows how many it has had. An element that left before the broadcast came here, and arrived after it had been
// there, gets it from the PE that it left, which keeps what comes until the arrival is confirmed, with the count there.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_ARRAY_MANAGER_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_ARRAY_MANAGER_H_

#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "frontends/charm/ck/src/element_table.h"
#include "frontends/charm/ck/src/pe.h"
#include "frontends/charm/ck/src/reduction.h"

namespace heddle::charm {

// Thread safety: its PE's.
class ArrayManager {
 public:
  ArrayManager(CkArray* branch, CkArrayOptions options, int ctor);
  ~ArrayManager();
  ArrayManager(const ArrayManager&) = delete;
  ArrayManager& operator=(const ArrayManager&) = delete;

  // After the branch stands in its table: makes the initial elements, each with a copy of the message, which it takes.
  void Populate(void* message);

  CkLocRec* Find(const CkArrayIndex& index) const { return elements_.Find(index); }
  // For the element `index`, from this PE; addressed, but for where it is.
  void Send(envelope* env, const CkArrayIndex& index);
  // A message that has come here. Takes it.
  void Deliver(envelope* env);
  void Broadcast(envelope* env, int number);
  // A new element on this PE; takes the message.
  void Insert(const CkArrayIndex& index, int ctor, void* message, bool initial);
  void DoneInserting();

  // Now, or where its entry method runs when that has returned.
  void Migrate(CkLocRec* record, int to);
  void Destroy(CkLocRec* record);
  // The object has been deleted by the program.
  void ObjectDied(CkLocRec* record);

  void Contribute(CkLocRec* record, CkReductionMsg* msg);

  int HomePe(const CkArrayIndex& index) const { return map_->homePe(handle_, index); }
  int LastKnown(const CkArrayIndex& index) const;
  CkGroupID id() const { return id_; }
  CkArray* branch() const { return branch_; }
  CkArrayOptions& options() { return options_; }
  ReductionKey reduction_key() const { return {ReductionKey::kArray, id_.idx, 0}; }
  std::vector<ArrayElement*> Elements() const;
  template <class Visit>
  void ForEach(Visit visit) const {
    for (const auto& [index, record] : elements_) visit(record);
  }

  // `allocate(bytes)` says where the packed element goes.
  template <class Allocate>
  void Pack(CkLocRec* record, unsigned flags, Allocate allocate);
  // As the number of moves of an element that comes out of a checkpoint.
  static constexpr int kRestored = -1;

  // ---- Of messages between managers
  void Arrived(const CkArrayIndex& index, int from, int moves, const char* packed);
  void LearnWhere(const CkArrayIndex& index, int pe, int moves);
  void ArrivalConfirmed(const CkArrayIndex& index, int broadcasts_there);
  void ElementGone(const CkArrayIndex& index, int moves);
  void Joined(const CkArrayIndex& index, int first);
  void DestroyAll();

 private:
  friend class RunningEntry;
  struct Where {
    int pe;
    int moves;
  };
  struct Departed {
    CkArrayIndex index;
    int had;                            // Broadcasts before it left.
    int confirmed = -1;                 // What the other PE had had when it arrived.
    std::vector<std::pair<int, envelope*>> kept;
  };

  CkLocRec* NewRecord(const CkArrayIndex& index);
  Creating Construct(CkLocRec* record, int chare, int ctor, void* message);
  // Runs an entry method, and measures it where loads are; takes the message.
  void Invoke(CkLocRec* record, int ep, void* message);
  void AfterEntry(CkLocRec* record);
  void MigrateNow(CkLocRec* record, int to);
  void DestroyNow(CkLocRec* record);
  void Remove(CkLocRec* record);
  void FlushWaiting(const CkArrayIndex& index);
  void Wait(envelope* env);
  void CreateOnDemand(envelope* env);
  void GiveBroadcast(CkLocRec* record, envelope* env);
  void SettleDeparted();
  void FlushReductionsHere();
  void CountAt(int reductions, int change);

  CkArray* branch_;
  CkGroupID id_;
  CkArrayOptions options_;
  int ctor_;
  CkArrayMap* map_ = nullptr;
  int handle_ = 0;
  ElementTable elements_;
  absl::flat_hash_map<CkArrayIndex, Where, IndexHash> where_;
  absl::flat_hash_map<CkArrayIndex, std::vector<envelope*>, IndexHash> waiting_;
  int broadcasts_ = 0;                 // Given to the elements here.
  std::map<int, envelope*> early_;     // Broadcasts that came before their turn.
  std::vector<Departed> departed_;
  std::map<int, int> elements_at_;     // How many elements here have made so many contributions.
};

template <class Allocate>
void ArrayManager::Pack(CkLocRec* record, unsigned flags, Allocate allocate) {
  int chare = record->object->ckGetChareType();
  const auto pup = [&](PUP::er& p) {
    p | chare;
    p | record->reductions;
    p | record->broadcasts;
    p | record->migratable;
    record->object->virtual_pup(p);
  };
  PUP::sizer size(flags);
  pup(size);
  PUP::toMem packer(allocate(size.size()), flags);
  pup(packer);
  if (packer.size() != size.size())
    CkAbort("Charm++: an element of %s sized %zu bytes and packed %zu: its pup() does not do the same twice", _chareTable[static_cast<std::size_t>(chare)]->name, size.size(), packer.size());
}

// For the time of an entry method of an element: it may not move or end until that has returned.
class RunningEntry {
 public:
  explicit RunningEntry(CkLocRec* record) : record_(record) { ++record->running; }
  ~RunningEntry() {
    if (--record_->running == 0) record_->manager->AfterEntry(record_);
  }
  RunningEntry(const RunningEntry&) = delete;
  RunningEntry& operator=(const RunningEntry&) = delete;

 private:
  CkLocRec* record_;
};

// The map of arrays that name none.
CkGroupID DefaultMap();

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_ARRAY_MANAGER_H_
