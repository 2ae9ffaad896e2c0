// The faces of arrays: options, elements, branches, proxies.
#include "frontends/charm/ck/src/array_manager.h"
#include "frontends/charm/ck/src/array_messages.h"
#include "frontends/charm/ck/src/balance_hooks.h"
#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/futures.h"
#include "frontends/charm/ck/src/groups.h"
#include "frontends/charm/ck/src/start.h"

namespace hc = heddle::charm;

// ---- Options

void CkArrayOptions::Init() {
  map_.setZero();
  multicast_.setZero();
  bound_to_.setZero();
  anytime_migration_ = true;
  section_auto_delegate_ = true;
  broadcast_via_scheduler_ = false;
  static_insertion_ = 0;
}
CkArrayOptions::CkArrayOptions(int dimensions, int sizes[]) {
  Init();
  if (dimensions < 1 || dimensions > 6) CkAbort("Charm++: an array of %d dimensions; there are 1 to 6", dimensions);
  CkArrayIndex counts(dimensions <= 3 ? dimensions : (dimensions + 1) / 2, dimensions);
  for (int i = 0; i < dimensions; ++i) {
    if (dimensions <= 3) {
      counts.index[i] = sizes[i];
    } else {
      counts.shorts()[i] = static_cast<short>(sizes[i]);
    }
  }
  Sizes(counts);
}
CkArrayOptions& CkArrayOptions::Sizes(const CkArrayIndex& counts) {
  count_ = end_ = counts;
  start_ = step_ = CkArrayIndex(counts.nInts, counts.dimension);
  for (int i = 0; i < counts.dimension; ++i) {
    if (counts.dimension <= 3) {
      step_.index[i] = 1;
    } else {
      step_.shorts()[i] = 1;
    }
  }
  bounds_ = counts;
  return *this;
}
CkArrayOptions& CkArrayOptions::UpdateCount() {
  const int dimensions = std::max({start_.dimension, end_.dimension, step_.dimension});
  if (end_.dimension != dimensions || dimensions == 0) return *this;
  const auto at = [dimensions](const CkArrayIndex& index, int i) { return dimensions <= 3 ? index.index[i] : index.shorts()[i]; };
  CkArrayIndex counts(end_.nInts, dimensions);
  for (int i = 0; i < dimensions; ++i) {
    const int step = step_.dimension == dimensions ? std::max(1, int{at(step_, i)}) : 1;
    const int begin = start_.dimension == dimensions ? at(start_, i) : 0;
    const int n = std::max(0, (at(end_, i) - begin + step - 1) / step);
    if (dimensions <= 3) {
      counts.index[i] = n;
    } else {
      counts.shorts()[i] = static_cast<short>(n);
    }
  }
  count_ = counts;
  if (start_.dimension != dimensions) start_ = CkArrayIndex(end_.nInts, dimensions);
  if (step_.dimension != dimensions) {
    step_ = CkArrayIndex(end_.nInts, dimensions);
    for (int i = 0; i < dimensions; ++i) {
      if (dimensions <= 3) {
        step_.index[i] = 1;
      } else {
        step_.shorts()[i] = 1;
      }
    }
  }
  bounds_ = end_;
  return *this;
}
void CkArrayOptions::pup(PUP::er& p) {
  p | start_, p | end_, p | step_, p | count_, p | bounds_, p | map_, p | multicast_, p | bound_to_;
  p | reduction_client_, p | init_callback_, p | anytime_migration_, p | section_auto_delegate_, p | broadcast_via_scheduler_, p | static_insertion_;
  std::size_t listeners = listeners_.size();
  p | listeners;
  listeners_.resize(listeners, nullptr);
  for (CkArrayListener*& listener : listeners_) {
    PUP::able* object = p.isUnpacking() ? nullptr : listener;
    p(&object);
    listener = dynamic_cast<CkArrayListener*>(object);
  }
}

// ---- Elements

CkMigratable::CkMigratable() : usesAtSync(false), usesAutoMeasure(true), barrierRegistered(false) {
  if (myRec != nullptr) thisIndexMax = myRec->index;
}
CkMigratable::CkMigratable(CkMigrateMessage*) : CkMigratable() {}
CkMigratable::~CkMigratable() {
  if (myRec != nullptr) myRec->manager->ObjectDied(myRec);
}
void CkMigratable::pup(PUP::er& p) {
  Chare::pup(p);
  p | usesAtSync;
  p | usesAutoMeasure;
}
void CkMigratable::ckMigrate(int to) { myRec->manager->Migrate(myRec, to); }
void CkMigratable::ckDestroy() { myRec->manager->Destroy(myRec); }
void CkMigratable::setMigratable(int migratable) { myRec->migratable = migratable != 0; }
bool CkMigratable::isMigratable() const { return myRec->migratable; }
void CkMigratable::AtSync(int) { hc::ElementAtSync(myRec); }
void CkMigratable::CkAddThreadListeners(CthThread thread, void* msg) { Chare::CkAddThreadListeners(thread, msg); }
void CkMigratable::setObjTime(double seconds) {
  myRec->load = seconds;
  myRec->user_load = true;
}
double CkMigratable::getObjTime() const { return myRec->load; }

ArrayElement::ArrayElement() : numInitialElements(0) {
  if (myRec == nullptr) return;
  thisArrayID = CkArrayID(myRec->manager->id());
  numInitialElements = myRec->manager->options().getNumInitial().getCombinedCount();
}
ArrayElement::ArrayElement(CkMigrateMessage*) : ArrayElement() {}
ArrayElement::~ArrayElement() = default;
void ArrayElement::pup(PUP::er& p) {
  CkMigratable::pup(p);
  p | thisArrayID;
  p | thisIndexMax;
}
CkArray* ArrayElement::getCkArray() const { return myRec->manager->branch(); }
int ArrayElement::ckGetChareType() const { return CkIndex_ArrayElement::__idx; }
int ArrayElement::getRedNo() const { return myRec->reductions; }
void ArrayElement::contribute(CkReductionMsg* msg) { myRec->manager->Contribute(myRec, msg); }
void ArrayElement::inmem_checkpoint(void*) { CkAbort("Charm++: checkpoints in memory are not here; there is CkStartCheckpoint()"); }
int CkIndex_ArrayElement::__idx = -1;

// ---- Branches. The message that makes one holds the options, the elements' constructor and its message.

int CkArray::__idx = -1;
namespace {

int array_ctor = -1;

void ConstructArray(void* msg, void* object) {
  ck::impl::Unmarshaller from(msg);
  CkArrayOptions options;
  int ctor = -1;
  CkMarshalledMessage message;
  PUP::er& p = from;
  p | options;
  p | ctor;
  p | message;
  new (object) CkArray(&options, ctor, message.getMessage());
}

}  // namespace

CkArray::CkArray(CkArrayOptions* options, int ctor, void* message) : manager_(new hc::ArrayManager(this, *options, ctor)) {
  for (CkArrayListener* const listener : manager_->options().getListeners()) listener->ckRegister(this, 0);
  manager_->Populate(message);
}
CkArray::CkArray(CkMigrateMessage* m) : IrrGroup(m), manager_(nullptr) { CkAbort("Charm++: branches of arrays do not move"); }
CkArray::~CkArray() { delete manager_; }
void CkArray::pup(PUP::er& p) { IrrGroup::pup(p); }
ArrayElement* CkArray::lookup(const CkArrayIndex& index) {
  const CkLocRec* const record = manager_->Find(index);
  return record == nullptr ? nullptr : record->object;
}
void CkArray::insertInitial(const CkArrayIndex& index, void* message, int) { manager_->InsertInitial(index, message); }
int CkArray::homePe(const CkArrayIndex& index) const { return manager_->locations().HomePe(index); }
int CkArray::procNum(const CkArrayIndex& index) const { return manager_->locations().ProcNum(index); }
int CkArray::lastKnown(const CkArrayIndex& index) const { return manager_->locations().LastKnown(index); }
void CkArray::doneInserting() { CProxy_ArrayBase(ckGetArrayID()).doneInserting(); }
void CkArray::deliver(CkMessage* m, CkDeliver_t type) {
  envelope* const env = UsrToEnv(m);
  const int inlined = env->getOptions() & ~CK_MSG_INLINE;
  env->setOptions(type == CkDeliver_inline ? inlined | CK_MSG_INLINE : inlined);
  manager_->Send(env, hc::IndexOf(env));
}
CkGroupID CkArray::getmCastMgr() const { return manager_->options().getMcastManager(); }
std::vector<ArrayElement*> CkArray::elements() { return manager_->Elements(); }
CkArrayOptions& CkArray::options() { return manager_->options(); }

void CkArrayCreated(const CkCallback& callback, const CkArrayID& array) {
  if (!callback.isInvalid()) callback.send(new CkArrayCreatedMsg(array));
}

// ---- Proxies

CkArrayID CProxy_ArrayBase::ckCreateArray(CkArrayMessage* msg, int ctor, const CkArrayOptions& given) {
  CkArrayOptions options = given;
  CkEntryOptions entry;
  if (!options.getBoundTo().isZero()) {
    auto* const other = static_cast<CkArray*>(CkLocalBranch(options.getBoundTo()));
    if (other == nullptr) CkAbort("Charm++: an array is bound to array %d, which is not on PE %d yet; bind it where that one was made, or later", CkGroupID(options.getBoundTo()).idx, CkMyPe());
    // They share locations, and so the map; the first array has them.
    options.bindTo(CkArrayID(other->manager().locations().id()));
    options.setMap(other->options().getMap());
    entry.addGroupDepID(options.getBoundTo());
  }
  if (options.getMap().isZero()) options.setMap(hc::DefaultMap());
  if (msg != nullptr) {
    UsrToEnv(msg)->setMsgtype(ArrayEltInitMsg);
    UsrToEnv(msg)->setEpIdx(static_cast<UShort>(ctor));
  }
  // Its map comes first, everywhere.
  entry.addGroupDepID(options.getMap());
  const CkMarshalledMessage message(msg);
  CkMarshallMsg* const make = ck::impl::Marshall(&entry, options, ctor, message);
  return CkArrayID(CkCreateGroup(CkArray::__idx, array_ctor, make));
}
CkArrayID CProxy_ArrayBase::ckCreateEmptyArray(const CkArrayOptions& opts) { return ckCreateArray(nullptr, -1, opts); }

void CProxy_ArrayBase::ckInsertIdx(CkArrayMessage* msg, int ctor, int pe, const CkArrayIndex& index) const {
  ckCheck();
  CkArray* const branch = ckLocalBranch();
  if (pe >= CkNumPes()) CkAbort("Charm++: an element for PE %d; there are PEs 0 to %d", pe, CkNumPes() - 1);
  if (branch == nullptr && pe < 0) CkAbort("Charm++: an element for array %d, which is not on PE %d yet; say on which PE it shall be, or insert where the array was made", CkGroupID(array_).idx, CkMyPe());
  envelope* const env = UsrToEnv(msg);
  env->setEpIdx(static_cast<UShort>(ctor));
  hc::SetInsertion(env, array_, index, pe >= 0 ? pe : branch->procNum(index));
  if (ckIsDelegated()) {
    ckDelegatedTo()->ArrayCreate(ckDelegatedPtr(), ctor, msg, index, pe, array_);
    return;
  }
  hc::HoldReductions({hc::ReductionKey::kArray, CkGroupID(array_).idx, 0}, 1);
  hc::SendToPe(env, branch != nullptr ? branch->lastKnown(index) : pe);
}

void CProxy_ArrayBase::doneInserting() const {
  hc::OpenReductions({hc::ReductionKey::kArray, CkGroupID(array_).idx, 0}, false);
}

void CProxy_ArrayBase::ckDestroy() const {
  for (int pe = 0; pe < CkNumPes(); ++pe) hc::Tell(pe, array_, hc::ArrayNews::kDestroyAll, CkArrayIndex());
}

void CProxy_ArrayBase::ckBroadcast(void* msg, int ep, int opts) const {
  ckCheck();
  envelope* const env = UsrToEnv(msg);
  env->setEpIdx(static_cast<UShort>(ep));
  if (ckIsDelegated()) {
    ckDelegatedTo()->ArrayBroadcast(ckDelegatedPtr(), ep, msg, array_);
    return;
  }
  if (_entryTable[static_cast<std::size_t>(ep)]->expedited) opts |= CK_MSG_EXPEDITED;
  env->setOptions(opts & ~CK_MSG_INLINE);
  hc::SendBroadcast(array_, env);
}

void CProxy_ArrayBase::ckSetReductionClient(CkCallback* callback) const {
  hc::SetReductionClient({hc::ReductionKey::kArray, CkGroupID(array_).idx, 0}, *callback);
  delete callback;
}
void CProxy_ArrayBase::ckSetReductionClient(CkReductionClientFn function, void* param) const {
  ckSetReductionClient(new CkCallback(CkFunctionClient(function, param)));
}

void CProxyElement_ArrayBase::ckSend(void* msg, int ep, int opts) const {
  ckCheck();
  envelope* const env = UsrToEnv(msg);
  const EntryInfo& entry = *_entryTable[static_cast<std::size_t>(ep)];
  env->setMsgtype(ForArrayEltMsg);
  env->setEpIdx(static_cast<UShort>(ep));
  env->setArrayMgr(ckGetArrayID());
  std::memcpy(&env->array().nInts, &index_, sizeof(index_));
  env->getsetArrayHops() = 0;
  env->setArrayIfNotThere(entry.ifNotThere);
  if (entry.expedited) opts |= CK_MSG_EXPEDITED;
  if (entry.isInline) opts |= CK_MSG_INLINE;
  env->setOptions(opts);
  if (ckIsDelegated()) [[unlikely]] {
    ckDelegatedTo()->ArraySend(ckDelegatedPtr(), ep, msg, index_, ckGetArrayID());
    return;
  }
  env->setSrcPe(static_cast<UInt>(-1));
  CkArray* const branch = ckLocalBranch();
  if (branch == nullptr) [[unlikely]] return hc::SendToPe(env, CkMyPe());
  branch->manager().Send(env, index_);
}
void* CProxyElement_ArrayBase::ckSendSync(void* msg, int ep) const {
  const hc::AttachedFuture future(msg);
  ckSend(msg, ep);
  return future.Wait();
}
ArrayElement* CProxyElement_ArrayBase::ckLocal() const {
  CkArray* const branch = ckLocalBranch();
  return branch == nullptr ? nullptr : branch->lookup(index_);
}
void CProxyElement_ArrayBase::ckEmigrate(int to) const {
  if (ArrayElement* const here = ckLocal(); here != nullptr) return here->ckMigrate(to);
  hc::Tell(ckLocalBranch()->lastKnown(index_), ckGetArrayID(), hc::ArrayNews::kMigrate, index_, to);
}
void CProxyElement_ArrayBase::ckDestroy() const {
  hc::Tell(ckLocalBranch()->lastKnown(index_), ckGetArrayID(), hc::ArrayNews::kDestroy, index_);
}

namespace heddle::charm {
void RestoreArray(CkGroupID group, CkArrayOptions& options) {
  const Creating creating = NewBranch(group, CkArray::__idx);
  const UnderConstruction scope(creating);
  new (creating.object) CkArray(&options, -1, nullptr);
}

void RegisterMaps();
void RegisterArrays() {
  CkIndex_ArrayElement::__idx = CkRegisterChare("ArrayElement", sizeof(ArrayElement), TypeArray);
  CkArray::__idx = CkRegisterChare("CkArray", sizeof(CkArray), TypeGroup);
  array_ctor = CkRegisterEp("CkArray(CkArrayOptions, int, message)", ConstructArray, 0, CkArray::__idx, CK_EP_NOKEEP | CK_EP_INTRINSIC);
  RegisterMaps();
}
}  // namespace heddle::charm
