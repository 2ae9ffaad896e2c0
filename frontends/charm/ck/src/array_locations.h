// Where the elements of an array are, as one PE knows it; shared by arrays that are bound to one
// another, whose elements of an index are always together. The head of array_manager.h argues why.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_ARRAY_LOCATIONS_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_ARRAY_LOCATIONS_H_

#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "charm++.h"
#include "frontends/charm/ck/src/element_table.h"

namespace heddle::charm {

class ArrayManager;

// Thread safety: its PE's.
class Locations {
 public:
  // Of the array `id`, to which others may be bound later.
  Locations(CkGroupID id, const CkArrayOptions& options);
  ~Locations();
  Locations(const Locations&) = delete;
  Locations& operator=(const Locations&) = delete;

  // The array that the others are bound to; what is told of a location goes to it.
  CkGroupID id() const { return id_; }
  CkArrayMap& map() const { return *map_; }
  int map_handle() const { return handle_; }
  // Each array's manager on this PE comes and goes with its branch.
  void Add(ArrayManager* array);
  void Remove(ArrayManager* array);

  int HomePe(const CkArrayIndex& index) const { return map_->homePe(handle_, index); }
  int ProcNum(const CkArrayIndex& index) const { return map_->procNum(handle_, index); }
  // An element of the index that is here, of whichever array; nullptr where there is none.
  CkLocRec* Here(const CkArrayIndex& index) const;
  // This PE, where an element is here or where it is not known that one is elsewhere and this is
  // the home.
  int LastKnown(const CkArrayIndex& index) const;
  // The PE that the elements went to, or were said to be on; nullptr where that is not known.
  struct Where {
    int pe;
    int moves;
  };
  const Where* Elsewhere(const CkArrayIndex& index) const;

  // Puts a new record beside those of the arrays that are bound to its own.
  void Join(CkLocRec* record);
  // Its element has been made here. Tells the home.
  void Created(const CkLocRec* record);
  // Of the home: the first element will be made there; until it says so, what is made or sent goes
  // there, too.
  void Promise(const CkArrayIndex& index, int pe) { where_[index] = {pe, 0}; }
  // Its element has ended, and is in its array's table no more.
  void Ended(CkLocRec* record);

  // Moves all elements of the record's index when none of them runs and each knows its reductions;
  // a later call replaces an earlier one that still waits. The records are gone then.
  void Migrate(CkLocRec* record, int to);
  // What Migrate() put off, if it did.
  void MigrateIfIdle(CkLocRec* record);
  // As the number of moves of elements that come out of a checkpoint.
  static constexpr int kRestored = -1;

  // ---- Of messages between managers
  // False: an array of these elements is not here yet; nothing has been done.
  [[nodiscard]] bool Arrived(const CkArrayIndex& index, int from, int moves, const char* packed);
  void Learn(const CkArrayIndex& index, int pe, int moves);
  void Gone(const CkArrayIndex& index, int moves);

 private:
  ArrayManager* Find(CkGroupID array) const;
  void MoveNow(CkLocRec* record, int to);
  // What waits here for elements of the index goes to where they are known to be.
  void Flush(const CkArrayIndex& index);

  CkGroupID id_;
  CkArrayMap* map_;
  int handle_;
  std::vector<ArrayManager*> arrays_;                          // In the order of their numbers.
  absl::flat_hash_map<CkArrayIndex, Where, IndexHash> where_;  // Of elements that are not here.
};

// The elements of the record's index that are here, it included, in the order of their arrays'
// numbers.
std::vector<CkLocRec*> Together(CkLocRec* record);

// They, packed for Locations::Arrived(); `flags` are PUP::er's.
std::size_t PackedSize(CkLocRec* record, unsigned flags);
void PackInto(CkLocRec* record, unsigned flags, char* to, std::size_t bytes);

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_ARRAY_LOCATIONS_H_
