// A pack is a message under construction: items one behind the other, each a head and the
// marshalled parameters.
#include "frontends/charm/ck/src/aggregate.h"

#include <algorithm>

#include "NDMeshStreamer.decl.h"
#include "absl/container/flat_hash_map.h"
#include "frontends/charm/ck/src/array_manager.h"
#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/start.h"

namespace heddle::charm {
namespace {

// Parameters stand behind it; the next item at a multiple of 16 bytes.
struct alignas(16) Item {
  CmiUInt4 bytes;  // Of the parameters.
  UShort ep;
  UChar type;  // ForArrayEltMsg, ForBocMsg
  CkGroupID group;
  CkArrayIndex index;
};

struct Pack {
  int pe = -1;
  envelope* env = nullptr;
  std::size_t used = 0;
  std::size_t capacity = 0;
  int items = 0;
};

}  // namespace

struct AggregateState {
  absl::flat_hash_map<int, Pack> packs;  // By the PE that they are for.
  Pack* begun = nullptr;                 // In which an item is being written.
  int filled = 0;                        // Packs that hold something.
  bool watches_idle = false;
  bool watches_time = false;
};

namespace {

char* Begin(const Pack& pack) { return static_cast<char*>(EnvToUsr(pack.env)); }

void Send(AggregateState& state, Pack& pack) {
  envelope* const env = std::exchange(pack.env, nullptr);
  env->setUsersize(static_cast<UInt>(pack.used));
  --state.filled;
  SendToPe(env, pack.pe);
}

void SendAll(AggregateState& state) {
  if (state.filled == 0) return;
  for (auto& [pe, pack] : state.packs)
    if (pack.env != nullptr) Send(state, pack);
}

void OnIdle(void* state) { SendAll(*static_cast<AggregateState*>(state)); }
void OnTime(void* argument) {
  auto& state = *static_cast<AggregateState*>(argument);
  state.watches_time = false;
  SendAll(state);
}

// A pack that begins is watched: it is sent when the PE has nothing to do, or does not stop to
// have.
void Watch(AggregateState& state) {
  if (!state.watches_idle) CcdCallOnConditionKeep(CcdPROCESSOR_BEGIN_IDLE, OnIdle, &state);
  state.watches_idle = true;
  if (!state.watches_time) CcdCallOnCondition(CcdPERIODIC_10ms, OnTime, &state);
  state.watches_time = true;
}

// The head of an item for this PE, with room behind it; nullptr where it must travel by itself.
Item* NewItem(int pe, std::size_t bytes, const ck::impl::AggregateOptions& options) {
  AggregateState& state = *MyPe().aggregate;
  // Where the parameters' pup() sends items itself, the item around them is being written.
  if (state.begun != nullptr || bytes > static_cast<std::size_t>(options.cutoff)) return nullptr;
  const std::size_t needed = CK_ALIGN(sizeof(Item) + bytes, 16);
  Pack& pack = state.packs[pe];
  if (pack.env != nullptr && pack.used + needed > pack.capacity) Send(state, pack);
  if (pack.env == nullptr) {
    pack.pe = pe;
    pack.used = 0;
    pack.items = 0;
    pack.capacity = std::max(needed, static_cast<std::size_t>(options.bytes));
    pack.env = envelope::Allocate(AggregateMsg, 0, static_cast<UInt>(pack.capacity));
    ++state.filled;
    Watch(state);
  }
  Item* const item = new (Begin(pack) + pack.used) Item{};
  item->bytes = static_cast<CmiUInt4>(bytes);
  pack.used += needed;
  ++pack.items;
  state.begun = &pack;
  CountCreated(MyPe());
  return item;
}

char* Behind(Item* item) { return reinterpret_cast<char*>(item + 1); }

}  // namespace

void InitAggregation(CkPe& pe) {
  pe.aggregate = {new AggregateState, [](AggregateState* state) {
                    for (auto& [to, pack] : state->packs)
                      if (pack.env != nullptr) CmiFree(pack.env);
                    delete state;
                  }};
}

namespace {

void Address(envelope* env, const Item& item, UShort slot) {
  env->setMsgtype(item.type);
  env->setEpIdx(item.ep);
  if (item.type == ForBocMsg) return env->setGroupNum(item.group);
  env->setArrayMgr(item.group);
  std::memcpy(&env->array().nInts, &item.index, sizeof(item.index));
  env->getsetArrayHops() = 0;
  env->setArrayIfNotThere(_entryTable[item.ep]->ifNotThere);
  env->setElementSlot(slot);
}

// Calls the method where its object is here and it returns before the pack is freed. `view` is a
// message whose parameters are the item's; its reference is taken.
bool CallHere(const Item& item, CkMarshallMsg* view) {
  if (_entryTable[item.ep]->threaded) return false;
  void* const branch = MyPe().groups.Find(item.group);
  if (branch == nullptr) return false;
  envelope* const env = UsrToEnv(view);
  if (item.type == ForBocMsg) {
    CountProcessed(MyPe());
    Address(env, item, ElementTable::kNoSlot);
    CkReferenceMsg(view);
    InvokeEntry(static_cast<Chare*>(branch), item.ep, view);
    return true;
  }
  ArrayManager& manager = static_cast<CkArray*>(branch)->manager();
  const CkLocRec* const record = manager.Find(item.index);
  if (record == nullptr) return false;
  CountProcessed(MyPe());
  Address(env, item, record->slot);
  CkReferenceMsg(view);
  manager.Deliver(env);
  return true;
}

}  // namespace

void ExecutePack(envelope* env) {
  const char* at = static_cast<char*>(EnvToUsr(env));
  const char* const end = at + env->getUsersize();
  CkMarshallMsg* const view = CkAllocateMarshallMsg(0);
  UsrToEnv(view)->setSrcPe(env->getSrcPe());
  while (at < end) {
    const Item& item = *reinterpret_cast<const Item*>(at);
    const char* const parameters = at + sizeof(Item);
    at += CK_ALIGN(sizeof(Item) + item.bytes, 16);
    view->msgBuf = const_cast<char*>(parameters);
    if (CallHere(item, view)) continue;
    // Its object is elsewhere by now, or not yet here, or its thread may outlive the pack: a
    // message of its own.
    CkMarshallMsg* const msg = CkAllocateMarshallMsg(static_cast<int>(item.bytes));
    std::memcpy(msg->msgBuf, parameters, item.bytes);
    UsrToEnv(msg)->setSrcPe(env->getSrcPe());
    Address(UsrToEnv(msg), item, ElementTable::kNoSlot);
    Execute(UsrToEnv(msg));
  }
  CkFreeMsg(view);
  CmiFree(env);
}

}  // namespace heddle::charm

namespace hc = heddle::charm;

namespace ck::impl {

char* BeginItem(const CProxyElement_ArrayBase& to, int ep, size_t bytes,
                const AggregateOptions& options) {
  to.ckCheck();
  CkArray* const branch = to.ckLocalBranch();
  if (to.ckIsDelegated() || branch == nullptr) return nullptr;
  const CkArrayIndex& index = to.ckGetIndex();
  hc::ArrayManager& manager = branch->manager();
  const int pe = manager.Find(index) != nullptr ? CkMyPe() : manager.locations().LastKnown(index);
  hc::Item* const item = hc::NewItem(pe, bytes, options);
  if (item == nullptr) return nullptr;
  item->ep = static_cast<UShort>(ep);
  item->type = ForArrayEltMsg;
  item->group = to.ckGetArrayID();
  item->index = index;
  return hc::Behind(item);
}

char* BeginItem(const CProxyElement_Group& to, int ep, size_t bytes,
                const AggregateOptions& options) {
  to.ckCheck();
  if (to.ckIsDelegated() || to.ckGetGroupPe() < 0 || to.ckGetGroupPe() >= CkNumPes())
    return nullptr;
  hc::Item* const item = hc::NewItem(to.ckGetGroupPe(), bytes, options);
  if (item == nullptr) return nullptr;
  item->ep = static_cast<UShort>(ep);
  item->type = ForBocMsg;
  item->group = to.ckGetGroupID();
  return hc::Behind(item);
}

void FinishItem(const AggregateOptions& options) {
  hc::AggregateState& state = *hc::MyPe().aggregate;
  hc::Pack& pack = *std::exchange(state.begun, nullptr);
  if (pack.items >= options.items || pack.used >= static_cast<std::size_t>(options.threshold))
    hc::Send(state, pack);
}

}  // namespace ck::impl

// [aggregate] needs no registration.
void _registerNDMeshStreamer() {}
