#include "frontends/charm/ck/src/array_manager.h"

#include <algorithm>

#include "frontends/charm/ck/src/array_messages.h"
#include "frontends/charm/ck/src/balance_hooks.h"
#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/observer.h"

namespace heddle::charm {
namespace {

// Of a message that makes an element, where others say what to do if there is none.
enum InsertionFlags {
  kInitialElement = 1,
  kMayInsertHere = 2,  // So says the home.
};

}  // namespace

void SetInsertion(envelope* env, CkGroupID array, const CkArrayIndex& index, int pe, int flags) {
  env->setMsgtype(ArrayEltInitMsg);
  env->setArrayMgr(array);
  std::memcpy(&env->array().nInts, &index, sizeof(index));
  env->setArrayIfNotThere(flags);
  env->setSrcPe(static_cast<UInt>(pe));
}

ArrayManager::ArrayManager(CkArray* branch, CkArrayOptions options, int ctor)
    : branch_(branch), id_(branch->ckGetGroupID()), options_(std::move(options)), ctor_(ctor) {
  if (options_.getBoundTo().isZero()) {
    locations_ = std::make_shared<Locations>(id_, options_);
  } else {
    locations_ = static_cast<CkArray*>(CkLocalBranch(options_.getBoundTo()))->manager().locations_;
  }
  locations_->Add(this);
}

ArrayManager::~ArrayManager() { locations_->Remove(this); }

void ArrayManager::Populate(void* message) {
  // No reduction is over before each PE has said how many elements it has made.
  const ReductionKey key = reduction_key();
  if (CkMyPe() == 0) {
    HoldReductions(key, CkNumPes());
    if (!options_.getReductionClient().isInvalid())
      SetReductionClient(key, options_.getReductionClient());
  }
  if (message != nullptr && options_.getNumInitial().dimension > 0) {
    locations_->map().populateInitial(locations_->map_handle(), options_, message, branch_);
  } else if (message != nullptr) {
    CkFreeMsg(message);
  }
  ChangeMembers(key, initial_, 0);
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
  locations_->Join(record);
  if (!elements_.Insert(record)) {
    CkAbort("Charm++: element (%d, %d, %d) of array %d is made twice on PE %d", index.index[0],
            index.index[1], index.index[2], id_.idx, CkMyPe());
  }
  return record;
}

Creating ArrayManager::Construct(CkLocRec* record, int chare, int ctor, void* message) {
  const Creating creating = NewObject(chare, id_, record);
  record->object = static_cast<ArrayElement*>(creating.object);
  InvokeConstructor(creating, ctor, message);
  return creating;
}

// An insertion's source is the PE on which the element shall be made, where the location is not
// decided yet; for an initial element the one whose populateInitial() made it, which keeps
// broadcasts for it until it is there.
void ArrayManager::InsertInitial(const CkArrayIndex& index, void* message) {
  ++initial_;
  envelope* const env = UsrToEnv(message);
  // The first array's elements are where its map puts them.
  if (options_.getBoundTo().isZero() || locations_->Here(index) != nullptr)
    return Insert(index, env->getEpIdx(), message, true);
  SetInsertion(env, id_, index, CkMyPe(), kInitialElement);
  departed_.push_back({index, broadcasts_, -1, {}});
  DeliverInsertion(env, index);
}

void ArrayManager::DeliverInsertion(envelope* env, const CkArrayIndex& index) {
  const int flags = env->getArrayIfNotThere();
  const int wanted = static_cast<int>(env->getSrcPe());
  if ((flags & kMayInsertHere) == 0) {
    const int pe = locations_->LastKnown(index);
    if (pe != CkMyPe()) return SendToPe(env, pe);
    if (wanted != pe && locations_->Here(index) == nullptr) {
      // We are the home: it is made there, and nothing of its index elsewhere.
      locations_->Promise(index, wanted);
      env->setArrayIfNotThere(flags | kMayInsertHere);
      return SendToPe(env, wanted);
    }
  }
  const bool initial = (flags & kInitialElement) != 0;
  Insert(index, env->getEpIdx(), EnvToUsr(env), initial, initial ? wanted : -1);
}

void ArrayManager::Insert(const CkArrayIndex& index, int ctor, void* message, bool initial,
                          int keeper) {
  CkLocRec* const record = NewRecord(index);
  if (initial) {
    CountAt(0, 1);
  } else {
    record->reductions = -1;
    JoinReductions(reduction_key(), index);
  }
  RunningEntry running(record);
  for (CkArrayListener* const listener : options_.getListeners())
    listener->ckElementCreating(record->object);
  (void)Construct(record, _entryTable[static_cast<std::size_t>(ctor)]->chareIdx, ctor, message);
  ElementCreated(record);
  for (CkArrayListener* const listener : options_.getListeners())
    (void)listener->ckElementCreated(record->object);
  locations_->Created(record);
  if (keeper >= 0) Tell(keeper, id_, ArrayNews::kArrived, index, broadcasts_);
  FlushWaiting(index);
}

void ArrayManager::CreateOnDemand(envelope* env, const CkArrayIndex& index) {
  const int chare = _entryTable[env->getEpIdx()]->chareIdx;
  const int ctor = _chareTable[static_cast<std::size_t>(chare)]->defCtor;
  if (ctor < 0)
    CkAbort("Charm++: %s cannot be made on demand: it has no constructor without parameters",
            _chareTable[static_cast<std::size_t>(chare)]->name);
  HoldReductions(reduction_key(), 1);
  const bool at_sender = env->getArrayIfNotThere() == CkArray_IfNotThere_createhere;
  envelope* const make = UsrToEnv(CkAllocSysMsg());
  make->setEpIdx(static_cast<UShort>(ctor));
  SetInsertion(make, id_, index, at_sender ? static_cast<int>(env->getSrcPe()) : CkMyPe(), 0);
  DeliverInsertion(make, index);
  Deliver(env);
}

void ArrayManager::DoneInserting() {
  for (CkArrayListener* const listener : options_.getListeners()) listener->ckEndInserting();
}

// ---- Messages

void ArrayManager::Send(envelope* env, const CkArrayIndex& index) {
  if (MyPe().records_messages) [[unlikely]] RecordMessage(env, id_, index);
  CkLocRec* const record = elements_.Find(index);
  if (record == nullptr) {
    env->setElementSlot(ElementTable::kNoSlot);
    return SendToPe(env, locations_->LastKnown(index));
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
  if (env->getMsgtype() == ArrayEltInitMsg) return DeliverInsertion(env, index);
  if (CkLocRec* const record = elements_.Find(index, env->getElementSlot())) [[likely]]
    return Invoke(record, env->getEpIdx(), EnvToUsr(env));
  const int pe = locations_->LastKnown(index);
  if (pe == CkMyPe()) {
    if (env->getArrayIfNotThere() != CkArray_IfNotThere_buffer) return CreateOnDemand(env, index);
    waiting_[index].push_back(env);
    return;
  }
  const Locations::Where* const known = locations_->Elsewhere(index);
  const int sender = static_cast<int>(env->getSrcPe());
  if (known != nullptr && sender != CkMyPe())
    Tell(sender, locations_->id(), ArrayNews::kWhere, index, known->pe, known->moves);
  ++env->getsetArrayHops();
  SendToPe(env, pe);
}

void ArrayManager::FlushWaiting(const CkArrayIndex& index) {
  const auto waiting = waiting_.find(index);
  if (waiting == waiting_.end()) return;
  std::vector<envelope*> messages = std::move(waiting->second);
  waiting_.erase(waiting);
  for (envelope* const env : messages) Send(env, index);
}

void ArrayManager::Invoke(CkLocRec* record, int ep, void* message) {
  RunningEntry running(record);
  LoadTimer timer(record);
  InvokeEntry(record->object, ep, message);
}

void ArrayManager::AfterEntry(CkLocRec* record) {
  if (record->dead) {
    DestroyNow(record);
  } else if (record->move_to >= 0) {
    locations_->MigrateIfIdle(record);
  }
}

// ---- Broadcasts

void ArrayManager::Broadcast(envelope* env, int number) {
  early_[number] = env;
  if (giving_ != nullptr)
    return;  // An entry method runs the scheduler; it is given when that has returned.
  while (!early_.empty() && early_.begin()->first == broadcasts_) {
    giving_ = early_.begin()->second;
    early_.erase(early_.begin());
    const int current = broadcasts_++;
    // Those that have left and will be given it by us, if they missed it.
    for (Departed& departed : departed_)
      if (current >= departed.had) Keep(&departed, current, giving_);
    std::vector<CkArrayIndex> targets;
    targets.reserve(elements_.size());
    for (const auto& [index, record] : elements_)
      if (record->broadcasts <= current) targets.push_back(index);
    for (const CkArrayIndex& index : targets) {
      CkLocRec* const record = Find(index);
      if (record == nullptr || record->broadcasts > current) continue;
      record->broadcasts = current + 1;
      GiveBroadcast(record, giving_);
    }
    CkFreeMsg(EnvToUsr(std::exchange(giving_, nullptr)));
    SettleDeparted();
  }
}

void ArrayManager::Keep(Departed* departed, int number, const envelope* env) {
  void* original = EnvToUsr(env);
  departed->kept.emplace_back(number, UsrToEnv(CkCopyMsg(&original)));
}

void ArrayManager::GiveBroadcast(CkLocRec* record, envelope* env) {
  void* message = EnvToUsr(env);
  const EntryInfo& entry = *_entryTable[env->getEpIdx()];
  // A method that keeps no message may share this one.
  Invoke(record, env->getEpIdx(),
         entry.noKeep && !entry.threaded ? CkReferenceMsg(message) : CkCopyMsg(&message));
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

void ArrayManager::Remove(CkLocRec* record) {
  elements_.Erase(record);
  if (record->reductions >= 0) CountAt(record->reductions, -1);
  FlushReductionsHere();
}

void ArrayManager::Leaving(CkLocRec* record) {
  if (Observer* const observer = MyPe().observer; observer != nullptr) observer->Migrates();
  record->object->ckAboutToMigrate();
  for (CkArrayListener* const listener : options_.getListeners())
    listener->ckElementLeaving(record->object);
}

void ArrayManager::Left(CkLocRec* record) {
  ElementLeft(record);
  Remove(record);
  departed_.push_back({record->index, record->broadcasts, -1, {}});
  if (record->broadcasts < broadcasts_) Keep(&departed_.back(), broadcasts_ - 1, giving_);
  record->leaving = true;
}

Creating ArrayManager::ConstructArrived(CkLocRec* record, int chare, bool restored) {
  // What it has missed of what was here it is sent by the PE that it left.
  record->broadcasts = restored ? broadcasts_ : std::max(record->broadcasts, broadcasts_);
  if (restored) ChangeMembers(reduction_key(), 1, record->reductions);
  CountAt(record->reductions, 1);
  const int ctor = _chareTable[static_cast<std::size_t>(chare)]->migCtor;
  if (ctor < 0)
    CkAbort("Charm++: %s has no constructor for migration",
            _chareTable[static_cast<std::size_t>(chare)]->name);
  return Construct(record, chare, ctor, nullptr);
}

void ArrayManager::HasArrived(CkLocRec* record, int from, bool restored) {
  if (!restored) Tell(from, id_, ArrayNews::kArrived, record->index, broadcasts_);
  for (CkArrayListener* const listener : options_.getListeners())
    (void)listener->ckElementArriving(record->object);
}

void ArrayManager::Destroy(CkLocRec* record) {
  record->dead = true;
  if (record->running == 0) DestroyNow(record);
}

void ArrayManager::DestroyNow(CkLocRec* record) {
  for (CkArrayListener* const listener : options_.getListeners())
    if (record->object != nullptr) listener->ckElementDied(record->object);
  ElementDestroyed(record);
  const int reductions = record->reductions;
  Remove(record);
  if (reductions >= 0) ChangeMembers(reduction_key(), -1, reductions);
  record->leaving = true;
  delete record->object;
  locations_->Ended(record);
  delete record;
}

// Its destructor runs, by `delete this`.
void ArrayManager::ObjectDied(CkLocRec* record) {
  if (record->leaving) return;
  record->object = nullptr;
  Destroy(record);
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
  FlushReductions(reduction_key(), elements_at_.empty() ? std::numeric_limits<int>::max()
                                                        : elements_at_.begin()->first);
}

void ArrayManager::Joined(const CkArrayIndex& index, int first) {
  CkLocRec* const record = Find(index);
  if (record == nullptr)
    return ChangeMembers(reduction_key(), -1, first);  // It has ended meanwhile.
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
