#include "frontends/charm/ck/src/array_locations.h"

#include <algorithm>
#include <deque>

#include "frontends/charm/ck/src/array_manager.h"
#include "frontends/charm/ck/src/array_messages.h"
#include "frontends/charm/ck/src/balance_hooks.h"
#include "frontends/charm/ck/src/deliver.h"
#include "pup_stl.h"

namespace heddle::charm {
namespace {

// What stands before the elements themselves, so that all can be made before the first is unpacked.
struct Head {
  CkGroupID array{0};
  int chare = -1;
  int reductions = 0;
  int broadcasts = 0;
  bool migratable = true;
  void pup(PUP::er& p) { p | array, p | chare, p | reductions, p | broadcasts, p | migratable; }
};

void PupTogether(PUP::er& p, const std::vector<CkLocRec*>& records) {
  std::vector<Head> heads;
  for (const CkLocRec* const record : records)
    heads.push_back({record->manager->id(), record->object->ckGetChareType(), record->reductions,
                     record->broadcasts, record->migratable});
  p | heads;
  for (const CkLocRec* const record : records) record->object->virtual_pup(p);
}

bool Idle(const CkLocRec* record) {
  const CkLocRec* one = record;
  do {
    if (one->running > 0 || one->reductions < 0) return false;
    one = one->bound;
  } while (one != record);
  return true;
}

}  // namespace

std::vector<CkLocRec*> Together(CkLocRec* record) {
  std::vector<CkLocRec*> all(1, record);
  for (CkLocRec* one = record->bound; one != record; one = one->bound) all.push_back(one);
  std::sort(all.begin(), all.end(), [](const CkLocRec* a, const CkLocRec* b) {
    return a->manager->id().idx < b->manager->id().idx;
  });
  return all;
}

std::size_t PackedSize(CkLocRec* record, unsigned flags) {
  PUP::sizer size(flags);
  PupTogether(size, Together(record));
  return size.size();
}

void PackInto(CkLocRec* record, unsigned flags, char* to, std::size_t bytes) {
  PUP::toMem packer(to, flags);
  if (packer.isMigration()) packer.becomeDeleting();
  PupTogether(packer, Together(record));
  if (packer.size() == bytes) return;
  const int chare = record->object->ckGetChareType();
  CkAbort(
      "Charm++: an element of %s sized %zu bytes and packed %zu: its pup(), or that of an element "
      "bound to it, does not do the same twice",
      _chareTable[static_cast<std::size_t>(chare)]->name, bytes, packer.size());
}

Locations::Locations(CkGroupID id, const CkArrayOptions& options)
    : id_(id), map_(static_cast<CkArrayMap*>(CkLocalBranch(options.getMap()))) {
  map_->storeCkArrayOpts(options);
  handle_ = map_->registerArray(
      options.getNumInitial().dimension > 0 ? options.getNumInitial() : options.getBounds(),
      CkArrayID(id));
}
Locations::~Locations() { map_->unregisterArray(handle_); }

void Locations::Add(ArrayManager* array) {
  const auto before = [](const ArrayManager* a, const ArrayManager* b) {
    return a->id().idx < b->id().idx;
  };
  arrays_.insert(std::upper_bound(arrays_.begin(), arrays_.end(), array, before), array);
}
void Locations::Remove(ArrayManager* array) { std::erase(arrays_, array); }

ArrayManager* Locations::Find(CkGroupID array) const {
  const auto found = std::find_if(arrays_.begin(), arrays_.end(),
                                  [&](const ArrayManager* a) { return a->id() == array; });
  return found == arrays_.end() ? nullptr : *found;
}

// ---- Where they are

CkLocRec* Locations::Here(const CkArrayIndex& index) const {
  for (const ArrayManager* const array : arrays_)
    if (CkLocRec* const record = array->Find(index); record != nullptr) return record;
  return nullptr;
}

const Locations::Where* Locations::Elsewhere(const CkArrayIndex& index) const {
  const auto known = where_.find(index);
  return known == where_.end() ? nullptr : &known->second;
}

int Locations::LastKnown(const CkArrayIndex& index) const {
  if (Here(index) != nullptr) return CkMyPe();
  const Where* const elsewhere = Elsewhere(index);
  return elsewhere != nullptr ? elsewhere->pe : HomePe(index);
}

void Locations::Join(CkLocRec* record) {
  CkLocRec* const other = Here(record->index);
  if (other == nullptr) return;
  record->bound = std::exchange(other->bound, record);
  record->moves = other->moves;
  record->move_to = other->move_to;
}

void Locations::Created(const CkLocRec* record) {
  if (record->bound != record) return;  // The home knows.
  where_.erase(record->index);
  const int home = HomePe(record->index);
  if (home != CkMyPe()) Tell(home, id_, ArrayNews::kWhere, record->index, CkMyPe(), record->moves);
}

void Locations::Ended(CkLocRec* record) {
  const CkArrayIndex index = record->index;
  CkLocRec* const other = std::exchange(record->bound, record);
  if (other != record) {
    CkLocRec* before = other;
    while (before->bound != record) before = before->bound;
    before->bound = other;
    // It may have been what the others waited for.
    if (other->move_to >= 0) MigrateIfIdle(other);
    return;
  }
  const int home = HomePe(index);
  if (home != CkMyPe()) Tell(home, id_, ArrayNews::kGone, index, 0, record->moves);
  where_.erase(index);
  Flush(index);
}

void Locations::Learn(const CkArrayIndex& index, int pe, int moves) {
  if (pe == CkMyPe() || Here(index) != nullptr) return;
  const auto [at, added] = where_.try_emplace(index, Where{pe, moves});
  if (!added) {
    if (at->second.moves > moves) return;
    at->second = {pe, moves};
  }
  Flush(index);
}

void Locations::Gone(const CkArrayIndex& index, int moves) {
  const auto known = where_.find(index);
  if (known != where_.end() && known->second.moves <= moves) where_.erase(known);
}

void Locations::Flush(const CkArrayIndex& index) {
  for (ArrayManager* const array : arrays_) array->FlushWaiting(index);
}

// ---- Moves

void Locations::Migrate(CkLocRec* record, int to) {
  if (to < 0 || to >= CkNumPes())
    CkAbort("Charm++: an element shall move to PE %d; there are PEs 0 to %d", to, CkNumPes() - 1);
  CkLocRec* one = record;
  do {
    one->move_to = to;
    one = one->bound;
  } while (one != record);
  MigrateIfIdle(record);
}

void Locations::MigrateIfIdle(CkLocRec* record) {
  if (!Idle(record)) return;
  const int to = record->move_to;
  CkLocRec* one = record;
  do {
    one->move_to = -1;
    one = one->bound;
  } while (one != record);
  if (to != CkMyPe()) MoveNow(record, to);
}

void Locations::MoveNow(CkLocRec* record, int to) {
  const std::vector<CkLocRec*> records = Together(record);
  const CkArrayIndex index = record->index;
  const int moves = record->moves + 1;
  for (CkLocRec* const one : records) one->manager->Leaving(one);
  const std::size_t bytes = PackedSize(record, PUP::er::IS_MIGRATION);
  ElementsMessage* const message = AllocateElements(id_, index, moves, bytes);
  PackInto(record, PUP::er::IS_MIGRATION, PackedElements(message), bytes);
  SendElements(message, to);
  for (CkLocRec* const one : records) one->manager->Left(one);
  where_[index] = {to, moves};
  for (CkLocRec* const one : records) {
    delete one->object;
    delete one;
  }
  Flush(index);
}

bool Locations::Arrived(const CkArrayIndex& index, int from, int moves, const char* packed) {
  const bool restored = moves == kRestored;
  PUP::fromMem p(packed, restored ? PUP::er::IS_CHECKPOINT : PUP::er::IS_MIGRATION);
  std::vector<Head> heads;
  p | heads;
  for (const Head& head : heads)
    if (Find(head.array) == nullptr) return false;
  if (Here(index) != nullptr)
    CkAbort(
        "Charm++: element (%d, %d, %d) of array %d comes to PE %d, and one of its index is there; "
        "was it made twice?",
        index.index[0], index.index[1], index.index[2], id_.idx, CkMyPe());

  where_.erase(index);
  std::vector<CkLocRec*> records;
  std::deque<RunningEntry> running;  // Whatever they ask for, they end or go on only afterwards.
  for (const Head& head : heads) {
    CkLocRec* const record = Find(head.array)->NewRecord(index);
    record->moves = restored ? 0 : moves;
    record->reductions = head.reductions;
    record->broadcasts = head.broadcasts;
    record->migratable = head.migratable;
    records.push_back(record);
    running.emplace_back(record);
  }
  std::vector<Creating> made;
  for (std::size_t i = 0; i < records.size(); ++i)
    made.push_back(records[i]->manager->ConstructArrived(records[i], heads[i].chare, restored));
  for (const Creating& creating : made) {
    const UnderConstruction scope(creating);
    creating.record->object->virtual_pup(p);
  }
  // The home hears of it, and the PE that they left, before anything that they send.
  const int home = HomePe(index);
  if (home != CkMyPe()) Tell(home, id_, ArrayNews::kWhere, index, CkMyPe(), records.front()->moves);
  for (CkLocRec* const record : records) record->manager->HasArrived(record, from, restored);
  for (CkLocRec* const record : records)
    if (record->object != nullptr)
      restored ? record->object->ckJustRestored() : record->object->ckJustMigrated();
  ElementsArrived(records, restored);
  Flush(index);
  return true;
}

}  // namespace heddle::charm
