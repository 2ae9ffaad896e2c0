#include "frontends/charm/ck/src/array_manager.h"

#include <algorithm>

#include "frontends/charm/ck/src/array_messages.h"
#include "frontends/charm/ck/src/balance_hooks.h"
#include "frontends/charm/ck/src/deliver.h"

namespace heddle::charm {
namespace {

CkArrayIndex IndexOf(const envelope* env) {
  CkArrayIndex index;
  std::memcpy(static_cast<void*>(&index), &env->array().nInts, sizeof(index));
  return index;
}

}  // namespace

ArrayManager::ArrayManager(CkArray* branch, CkArrayOptions options, int ctor)
    : branch_(branch), id_(branch->ckGetGroupID()), options_(std::move(options)), ctor_(ctor) {
  map_ = static_cast<CkArrayMap*>(CkLocalBranch(options_.getMap()));
  map_->storeCkArrayOpts(options_);
  handle_ = map_->registerArray(options_.getNumInitial().dimension > 0 ? options_.getNumInitial() : options_.getBounds(), CkArrayID(id_));
}

ArrayManager::~ArrayManager() { map_->unregisterArray(handle_); }

void ArrayManager::Populate(void* message) {
  // No reduction is over before each PE has said how many elements it has.
  const ReductionKey key = reduction_key();
  if (CkMyPe() == 0) {
    HoldReductions(key, CkNumPes());
    if (!options_.getReductionClient().isInvalid()) SetReductionClient(key, options_.getReductionClient());
  }
  if (message != nullptr && options_.getNumInitial().dimension > 0) {
    map_->populateInitial(handle_, options_, message, branch_);
  } else if (message != nullptr) {
    CkFreeMsg(message);
  }
  ChangeMembers(key, static_cast<int>(elements_.size()), 0);
  HoldReductions(key, -1);
  // Until doneInserting(), where there may be more.
  if (!options_.isStaticInsertion() && CkMyPe() == 0) OpenReductions(key, true);
  if (!options_.getInitCallback().isInvalid()) {
    CkCallback callback = options_.getInitCallback();
    callback.send(CkDataMsg::buildNew(sizeof(CkArray*), &branch_));
  }
}

// ---- Elements come

CkLocRec* ArrayManager::NewRecord(const CkArrayIndex& index) {
  auto* const record = new CkLocRec;
  record->index = index;
  record->manager = this;
  record->broadcasts = broadcasts_;
  if (!elements_.Insert(record)) {
    CkAbort("Charm++: element (%d, %d, %d) of array %d is made twice on PE %d", index.index[0], index.index[1], index.index[2], id_.idx, CkMyPe());
  }
  return record;
}

Creating ArrayManager::Construct(CkLocRec* record, int chare, int ctor, void* message) {
  const Creating creating = NewObject(chare, id_, record);
  record->object = static_cast<ArrayElement*>(creating.object);
  InvokeConstructor(creating, ctor, message);
  return creating;
}

void ArrayManager::Insert(const CkArrayIndex& index, int ctor, void* message, bool initial) {
  CkLocRec* const record = NewRecord(index);
  if (initial) {
    CountAt(0, 1);
  } else {
    record->reductions = -1;
    JoinReductions(reduction_key(), index);
  }
  RunningEntry running(record);
  for (CkArrayListener* const listener : options_.getListeners()) listener->ckElementCreating(record->object);
  (void)Construct(record, _entryTable[static_cast<std::size_t>(ctor)]->chareIdx, ctor, message);
  ElementCreated(record);
  for (CkArrayListener* const listener : options_.getListeners()) (void)listener->ckElementCreated(record->object);
  const int home = HomePe(index);
  if (home != CkMyPe()) Tell(home, id_, ArrayNews::kWhere, index, CkMyPe(), 0);
  FlushWaiting(index);
}

void ArrayManager::CreateOnDemand(envelope* env) {
  const CkArrayIndex index = IndexOf(env);
  const int chare = _entryTable[env->getEpIdx()]->chareIdx;
  const int ctor = _chareTable[static_cast<std::size_t>(chare)]->defCtor;
  if (ctor < 0) CkAbort("Charm++: %s cannot be made on demand: it has no constructor without parameters", _chareTable[static_cast<std::size_t>(chare)]->name);
  HoldReductions(reduction_key(), 1);
  if (env->getArrayIfNotThere() == CkArray_IfNotThere_createhere && static_cast<int>(env->getSrcPe()) != CkMyPe()) {
    // The home knows from now on that it is there, so that it is made once.
    where_[index] = {static_cast<int>(env->getSrcPe()), 0};
    envelope* const make = envelope::Allocate(ArrayEltInitMsg, 0, 0);
    make->setArrayMgr(id_);
    std::memcpy(&make->array().nInts, &index, sizeof(index));
    make->setEpIdx(static_cast<UShort>(ctor));
    const int pe = where_[index].pe;
    SendToPe(make, pe);
    SendToPe(env, pe);
    return;
  }
  Insert(index, ctor, CkAllocSysMsg(), false);
  Deliver(env);
}

void ArrayManager::DoneInserting() {
  for (CkArrayListener* const listener : options_.getListeners()) listener->ckEndInserting();
}

// ---- Messages

int ArrayManager::LastKnown(const CkArrayIndex& index) const {
  if (elements_.contains(index)) return CkMyPe();
  const auto known = where_.find(index);
  return known != where_.end() ? known->second.pe : HomePe(index);
}

void ArrayManager::Send(envelope* env, const CkArrayIndex& index) {
  CkLocRec* const record = elements_.Find(index);
  if (record == nullptr) {
    env->setElementSlot(ElementTable::kNoSlot);
    return SendToPe(env, LastKnown(index));
  }
  if ((env->getOptions() & CK_MSG_INLINE) != 0) {
    env->setSrcPe(static_cast<UInt>(CkMyPe()));
    return Invoke(record, env->getEpIdx(), EnvToUsr(env));
  }
  env->setElementSlot(record->slot);
  SendToPe(env, CkMyPe());
}

void ArrayManager::Deliver(envelope* env) {
  const CkArrayIndex index = IndexOf(env);
  if (env->getMsgtype() == ArrayEltInitMsg) return Insert(index, env->getEpIdx(), EnvToUsr(env), false);
  if (CkLocRec* const record = elements_.Find(index, env->getElementSlot())) [[likely]] return Invoke(record, env->getEpIdx(), EnvToUsr(env));
  const int pe = LastKnown(index);
  if (pe == CkMyPe()) {
    if (env->getArrayIfNotThere() != CkArray_IfNotThere_buffer && !where_.contains(index)) return CreateOnDemand(env);
    return Wait(env);
  }
  const auto known = where_.find(index);
  const int sender = static_cast<int>(env->getSrcPe());
  if (known != where_.end() && sender != CkMyPe()) Tell(sender, id_, ArrayNews::kWhere, index, known->second.pe, known->second.moves);
  ++env->getsetArrayHops();
  SendToPe(env, pe);
}

void ArrayManager::Wait(envelope* env) { waiting_[IndexOf(env)].push_back(env); }

void ArrayManager::FlushWaiting(const CkArrayIndex& index) {
  const auto waiting = waiting_.find(index);
  if (waiting == waiting_.end()) return;
  std::vector<envelope*> messages = std::move(waiting->second);
  waiting_.erase(waiting);
  for (envelope* const env : messages) Send(env, index);
}

void ArrayManager::Invoke(CkLocRec* record, int ep, void* message) {
  RunningEntry running(record);
  const double begin = Balancing() ? CkWallTimer() : 0;
  InvokeEntry(record->object, ep, message);
  if (begin != 0 && !record->user_load) record->load += CkWallTimer() - begin;
}

void ArrayManager::AfterEntry(CkLocRec* record) {
  if (record->dead) {
    DestroyNow(record);
  } else if (record->move_to >= 0 && record->reductions >= 0) {
    MigrateNow(record, std::exchange(record->move_to, -1));
  }
}

// ---- Broadcasts

void ArrayManager::Broadcast(envelope* env, int number) {
  early_[number] = env;
  while (!early_.empty() && early_.begin()->first == broadcasts_) {
    envelope* const next = early_.begin()->second;
    early_.erase(early_.begin());
    const int current = broadcasts_++;
    // Those that have left and will be given it by us, if they missed it.
    for (Departed& departed : departed_) {
      void* original = EnvToUsr(next);
      if (current >= departed.had) departed.kept.emplace_back(current, UsrToEnv(CkCopyMsg(&original)));
    }
    std::vector<CkArrayIndex> targets;
    targets.reserve(elements_.size());
    for (const auto& [index, record] : elements_)
      if (record->broadcasts <= current) targets.push_back(index);
    for (const CkArrayIndex& index : targets) {
      CkLocRec* const record = Find(index);
      if (record == nullptr || record->broadcasts > current) continue;
      record->broadcasts = current + 1;
      GiveBroadcast(record, next);
    }
    CkFreeMsg(EnvToUsr(next));
    SettleDeparted();
  }
}

void ArrayManager::GiveBroadcast(CkLocRec* record, envelope* env) {
  void* message = EnvToUsr(env);
  const EntryInfo& entry = *_entryTable[env->getEpIdx()];
  // A method that keeps no message may share this one.
  Invoke(record, env->getEpIdx(), entry.noKeep && !entry.threaded ? CkReferenceMsg(message) : CkCopyMsg(&message));
}

void ArrayManager::ArrivalConfirmed(const CkArrayIndex& index, int broadcasts_there) {
  for (Departed& departed : departed_) {
    if (departed.confirmed >= 0 || !(departed.index == index)) continue;
    departed.confirmed = broadcasts_there;
    break;
  }
  SettleDeparted();
}

// What a departed element has missed is sent after it; who has missed nothing more is forgotten.
void ArrayManager::SettleDeparted() {
  for (std::size_t i = 0; i < departed_.size();) {
    Departed& departed = departed_[i];
    if (departed.confirmed < 0) {
      ++i;
      continue;
    }
    std::vector<std::pair<int, envelope*>> kept;
    kept.swap(departed.kept);
    const bool done = broadcasts_ >= departed.confirmed;
    const CkArrayIndex index = departed.index;
    const int confirmed = departed.confirmed;
    if (done) {
      departed_.erase(departed_.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
    for (const auto& [number, env] : kept) {
      if (number >= confirmed) {
        CkFreeMsg(EnvToUsr(env));
        continue;
      }
      env->setMsgtype(ForArrayEltMsg);
      env->setArrayMgr(id_);
      std::memcpy(&env->array().nInts, &index, sizeof(index));
      env->setArrayIfNotThere(CkArray_IfNotThere_buffer);
      Send(env, index);
    }
  }
}

// ---- Elements go

void ArrayManager::Migrate(CkLocRec* record, int to) {
  if (to < 0 || to >= CkNumPes()) CkAbort("Charm++: an element shall move to PE %d; there are PEs 0 to %d", to, CkNumPes() - 1);
  if (record->running > 0 || record->reductions < 0) {
    record->move_to = to;
  } else {
    MigrateNow(record, to);
  }
}

void ArrayManager::Remove(CkLocRec* record) {
  elements_.Erase(record);
  if (record->reductions >= 0) CountAt(record->reductions, -1);
  FlushReductionsHere();
}

void ArrayManager::MigrateNow(CkLocRec* record, int to) {
  if (to == CkMyPe()) return;
  ArrayElement* const object = record->object;
  object->ckAboutToMigrate();
  for (CkArrayListener* const listener : options_.getListeners()) listener->ckElementLeaving(object);
  const CkArrayIndex index = record->index;
  const int moves = record->moves + 1;
  std::vector<char> packed;
  Pack(record, PUP::er::IS_MIGRATION, [&](std::size_t bytes) {
    packed.resize(bytes);
    return packed.data();
  });
  ElementLeft(record);
  SendElement(to, id_, index, moves, packed.size(), [&](char* at) { std::memcpy(at, packed.data(), packed.size()); });
  Remove(record);
  departed_.push_back({index, broadcasts_, -1, {}});
  where_[index] = {to, moves};
  record->leaving = true;
  delete object;
  delete record;
  FlushWaiting(index);
}

void ArrayManager::Arrived(const CkArrayIndex& index, int from, int moves, const char* packed) {
  const bool restored = moves == kRestored;
  if (restored) moves = 0;
  PUP::fromMem p(packed, restored ? PUP::er::IS_CHECKPOINT : PUP::er::IS_MIGRATION);
  int chare = 0;
  p | chare;
  CkLocRec* const record = NewRecord(index);
  record->moves = moves;
  p | record->reductions;
  p | record->broadcasts;
  p | record->migratable;
  // What it has missed of what was here it is sent by the PE that it left.
  record->broadcasts = restored ? broadcasts_ : std::max(record->broadcasts, broadcasts_);
  if (restored) ChangeMembers(reduction_key(), 1, record->reductions);
  CountAt(record->reductions, 1);
  where_.erase(index);
  RunningEntry running(record);
  const int ctor = _chareTable[static_cast<std::size_t>(chare)]->migCtor;
  if (ctor < 0) CkAbort("Charm++: %s has no constructor for migration", _chareTable[static_cast<std::size_t>(chare)]->name);
  {
    const UnderConstruction scope(Construct(record, chare, ctor, nullptr));
    record->object->virtual_pup(p);
  }
  if (!restored) Tell(from, id_, ArrayNews::kArrived, index, broadcasts_);
  const int home = HomePe(index);
  if (home != CkMyPe()) Tell(home, id_, ArrayNews::kWhere, index, CkMyPe(), moves);
  for (CkArrayListener* const listener : options_.getListeners()) (void)listener->ckElementArriving(record->object);
  if (restored) {
    record->object->ckJustRestored();
    ElementCreated(record);
  } else {
    record->object->ckJustMigrated();
    ElementArrived(record);
  }
  FlushWaiting(index);
}

void ArrayManager::LearnWhere(const CkArrayIndex& index, int pe, int moves) {
  if (pe == CkMyPe() || elements_.contains(index)) return;
  const auto [at, added] = where_.try_emplace(index, Where{pe, moves});
  if (!added) {
    if (at->second.moves > moves) return;
    at->second = {pe, moves};
  }
  FlushWaiting(index);
}

void ArrayManager::Destroy(CkLocRec* record) {
  record->dead = true;
  if (record->running == 0) DestroyNow(record);
}

void ArrayManager::DestroyNow(CkLocRec* record) {
  for (CkArrayListener* const listener : options_.getListeners())
    if (record->object != nullptr) listener->ckElementDied(record->object);
  const CkArrayIndex index = record->index;
  ElementDestroyed(record);
  const int reductions = record->reductions;
  Remove(record);
  if (reductions >= 0) ChangeMembers(reduction_key(), -1, reductions);
  const int home = HomePe(index);
  if (home != CkMyPe()) Tell(home, id_, ArrayNews::kGone, index, 0, record->moves);
  where_.erase(index);
  record->leaving = true;
  delete record->object;
  delete record;
}

// Its destructor runs, by `delete this`.
void ArrayManager::ObjectDied(CkLocRec* record) {
  if (record->leaving) return;
  record->object = nullptr;
  Destroy(record);
}

void ArrayManager::ElementGone(const CkArrayIndex& index, int moves) {
  const auto known = where_.find(index);
  if (known != where_.end() && known->second.moves <= moves) where_.erase(known);
}

void ArrayManager::DestroyAll() {
  std::vector<CkArrayIndex> all;
  for (const auto& [index, record] : elements_) all.push_back(index);
  for (const CkArrayIndex& index : all)
    if (CkLocRec* const record = Find(index); record != nullptr) Destroy(record);
}

std::vector<ArrayElement*> ArrayManager::Elements() const {
  std::vector<ArrayElement*> all;
  for (const auto& [index, record] : elements_) all.push_back(record->object);
  return all;
}

// ---- Reductions

void ArrayManager::CountAt(int reductions, int change) {
  const auto at = elements_at_.try_emplace(reductions, 0).first;
  at->second += change;
  if (at->second == 0) elements_at_.erase(at);
}

// What nobody here will add to.
void ArrayManager::FlushReductionsHere() {
  FlushReductions(reduction_key(), elements_at_.empty() ? std::numeric_limits<int>::max() : elements_at_.begin()->first);
}

void ArrayManager::Joined(const CkArrayIndex& index, int first) {
  CkLocRec* const record = Find(index);
  if (record == nullptr) return ChangeMembers(reduction_key(), -1, first);  // It has ended meanwhile.
  RunningEntry running(record);
  record->reductions = first;
  CountAt(first, 1);
  std::vector<CkReductionMsg*> held;
  held.swap(record->held);
  for (CkReductionMsg* const msg : held) Contribute(record, msg);
}

void ArrayManager::Contribute(CkLocRec* record, CkReductionMsg* msg) {
  if (record->reductions < 0) return record->held.push_back(msg);
  const int number = record->reductions++;
  heddle::charm::Contribute(reduction_key(), number, msg);
  CountAt(number, -1);
  CountAt(number + 1, 1);
  FlushReductionsHere();
}

}  // namespace heddle::charm
