// An array's part on one PE: its elements here, and what waits for them.
//
// Where an element is (array_locations.h). The PE that the map names, its home, is told of every
// arrival. Who sends asks its own table, which remembers where elements were, or the home. A PE
// that an element has left knows where it went; "where" carries the number of the element's moves,
// and newer knowledge replaces older, so that following it ends at the element, or at its home,
// where messages for elements that do not exist wait. Who sent to a wrong PE is told.
//
// Arrays that are bound to one another share one table of locations, with one home: an index is at
// one place. The records of an index on a PE are linked in a ring.
// - They move in one message, when none of the ring runs an entry method and each knows its
// reductions; on arrival all are
//   made before the first is unpacked, and nothing else runs in between. So whoever runs finds the
//   others here.
// - They have the same number of moves: one that is inserted beside others takes theirs. So "where"
// needs no array.
// - An insertion goes where the index is known to be, like a message. Where it is known nowhere it
// goes to the home, which
//   alone may decide: if it knows of no element either, it promises the place to the first
//   insertion, which names its PE and is made there at once, and what comes after is sent there. It
//   may come before the promised element, does not find it, and goes back to the home and there
//   again until it does. Of unbound arrays, initial elements are made without asking: nothing of
//   their index exists before.
// - Messages for an element that does not exist wait beside elements that it is bound to, since it
// would be made there,
//   and go after them; when the last of them ends they go to the home.
// - Elements may come to a PE that does not have one of their arrays yet, and wait until it does.
//
// Broadcasts are numbered by PE 0 and come to each PE in order. A PE gives a broadcast to the
// elements that it has and that have not had it: each knows how many it has had. An element that
// left before the broadcast came here, and arrived after it had been there, gets it from the PE
// that it left, which keeps what comes until the arrival is confirmed, with the count there. It
// keeps what the element has not had, which is not what the PE has given: an element that comes
// early to a slow PE, and leaves it, is ahead of it. The confirmations of an element that leaves a
// PE twice come in that order, since the first is sent before the element can leave the PE that
// sends it. Each of the bound arrays counts, keeps and confirms for itself. An initial element that
// is made where its partners are has, in this sense, left the PE that its map names.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_ARRAY_MANAGER_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_ARRAY_MANAGER_H_

#include <map>
#include <memory>
#include <vector>

#include "frontends/charm/ck/src/array_locations.h"
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

  // After the branch stands in its table: makes the initial elements, each with a copy of the
  // message, which it takes.
  void Populate(void* message);

  CkLocRec* Find(const CkArrayIndex& index) const { return elements_.Find(index); }
  // For the element `index`, from this PE; addressed, but for where it is.
  void Send(envelope* env, const CkArrayIndex& index);
  // A message that has come here. Takes it.
  void Deliver(envelope* env);
  void Broadcast(envelope* env, int number);
  // A new element of a map's populateInitial(): here, or where elements are that it is bound to.
  // Takes the message.
  void InsertInitial(const CkArrayIndex& index, void* message);
  void DoneInserting();

  // Now, or where its entry method runs when that has returned. Its bound elements move with it.
  void Migrate(CkLocRec* record, int to) { locations_->Migrate(record, to); }
  void Destroy(CkLocRec* record);
  // The object has been deleted by the program.
  void ObjectDied(CkLocRec* record);

  void Contribute(CkLocRec* record, CkReductionMsg* msg);

  Locations& locations() { return *locations_; }
  CkGroupID id() const { return id_; }
  CkArray* branch() const { return branch_; }
  CkArrayOptions& options() { return options_; }
  ReductionKey reduction_key() const { return {ReductionKey::kArray, id_.idx, 0}; }
  std::vector<ArrayElement*> Elements() const;
  template <class Visit>
  void ForEach(Visit visit) const {
    for (const auto& [index, record] : elements_) visit(record);
  }

  // ---- Of messages between managers
  void ArrivalConfirmed(const CkArrayIndex& index, int broadcasts_there);
  void Joined(const CkArrayIndex& index, int first);
  void DestroyAll();

 private:
  friend class RunningEntry;
  friend class Locations;
  struct Departed {
    CkArrayIndex index;
    int had;             // Broadcasts before it left.
    int confirmed = -1;  // What the other PE had had when it arrived.
    std::vector<std::pair<int, envelope*>> kept;
  };

  // ---- The steps of a move, which Locations takes for all elements of an index
  void Leaving(CkLocRec* record);
  void Left(CkLocRec* record);  // It is packed; its object and record are deleted next.
  [[nodiscard]] Creating ConstructArrived(CkLocRec* record, int chare, bool restored);
  void HasArrived(CkLocRec* record, int from, bool restored);

  CkLocRec* NewRecord(const CkArrayIndex& index);
  void DeliverInsertion(envelope* env, const CkArrayIndex& index);
  // Here. `keeper` is told when it is; see Departed.
  void Insert(const CkArrayIndex& index, int ctor, void* message, bool initial, int keeper = -1);
  Creating Construct(CkLocRec* record, int chare, int ctor, void* message);
  // Runs an entry method, and measures it where loads are; takes the message.
  void Invoke(CkLocRec* record, int ep, void* message);
  void AfterEntry(CkLocRec* record);
  void DestroyNow(CkLocRec* record);
  void Remove(CkLocRec* record);
  void FlushWaiting(const CkArrayIndex& index);
  void CreateOnDemand(envelope* env, const CkArrayIndex& index);
  void GiveBroadcast(CkLocRec* record, envelope* env);
  static void Keep(Departed* departed, int number, const envelope* env);
  void SettleDeparted();
  void FlushReductionsHere();
  void CountAt(int reductions, int change);

  CkArray* branch_;
  CkGroupID id_;
  CkArrayOptions options_;
  int ctor_;
  std::shared_ptr<Locations> locations_;  // Other arrays' managers may have it, too.
  ElementTable elements_;
  absl::flat_hash_map<CkArrayIndex, std::vector<envelope*>, IndexHash> waiting_;
  int initial_ = 0;                 // Elements that populateInitial() made, wherever they are.
  int broadcasts_ = 0;              // Given to the elements here.
  envelope* giving_ = nullptr;      // The last of them, while some may still get it.
  std::map<int, envelope*> early_;  // Broadcasts that came before their turn.
  std::vector<Departed> departed_;
  std::map<int, int> elements_at_;  // How many elements here have made so many contributions.
};

// Of the element that a message is addressed to.
inline CkArrayIndex IndexOf(const envelope* env) {
  CkArrayIndex index;
  std::memcpy(static_cast<void*>(&index), &env->array().nInts, sizeof(index));
  return index;
}

// Addresses a message that makes an element, on that PE unless the location of the index is decided
// already.
void SetInsertion(envelope* env, CkGroupID array, const CkArrayIndex& index, int pe, int flags = 0);

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
