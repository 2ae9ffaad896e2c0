// The elements of an array on one PE: by index, and by slot, a small number that messages carry as
// a hint.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_ELEMENT_TABLE_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_ELEMENT_TABLE_H_

#include <vector>

#include "absl/container/flat_hash_map.h"
#include "charm++.h"

namespace heddle::charm {

struct IndexHash {
  std::size_t operator()(const CkArrayIndex& index) const { return index.hash(); }
};

// Thread safety: its PE's.
class ElementTable {
 public:
  using Map = absl::flat_hash_map<CkArrayIndex, CkLocRec*, IndexHash>;

  // nullptr where it is not here.  Cost: a hash and a probe, about 6 ns.
  CkLocRec* Find(const CkArrayIndex& index) const {
    const auto found = by_index_.find(index);
    return found == by_index_.end() ? nullptr : found->second;
  }
  // The same. The slot may be old, or another PE's: it counts only where the record in it has that
  // index.  Cost: 1 ns where the slot is right.
  CkLocRec* Find(const CkArrayIndex& index, UShort slot) const {
    if (slot < by_slot_.size()) [[likely]] {
      CkLocRec* const record = by_slot_[slot];
      if (record != nullptr && record->index == index) [[likely]]
        return record;
    }
    return Find(index);
  }
  bool contains(const CkArrayIndex& index) const { return by_index_.contains(index); }
  std::size_t size() const { return by_index_.size(); }
  Map::const_iterator begin() const { return by_index_.begin(); }
  Map::const_iterator end() const { return by_index_.end(); }

  // False where the index is taken.
  bool Insert(CkLocRec* record) {
    if (!by_index_.emplace(record->index, record).second) return false;
    if (!free_slots_.empty()) {
      record->slot = free_slots_.back();
      free_slots_.pop_back();
      by_slot_[record->slot] = record;
    } else if (by_slot_.size() < kSlots) {
      record->slot = static_cast<UShort>(by_slot_.size());
      by_slot_.push_back(record);
    }
    return true;
  }
  void Erase(CkLocRec* record) {
    by_index_.erase(record->index);
    if (record->slot == kNoSlot) return;
    by_slot_[record->slot] = nullptr;
    free_slots_.push_back(record->slot);
    record->slot = kNoSlot;
  }

  // Of elements beyond the last slot, which are found by index.
  static constexpr UShort kNoSlot = 0;

 private:
  static constexpr std::size_t kSlots = 65536;
  Map by_index_;
  std::vector<CkLocRec*> by_slot_{nullptr};
  std::vector<UShort> free_slots_;
};

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_ELEMENT_TABLE_H_
