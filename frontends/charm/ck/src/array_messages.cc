#include "frontends/charm/ck/src/array_messages.h"

#include <unordered_map>

#include "frontends/charm/ck/src/array_manager.h"
#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/start.h"

namespace heddle::charm {

struct ArrayState {
  // On PE 0: how many broadcasts each array has had.
  std::unordered_map<int, int> broadcasts;
};

namespace {

int news_handler = -1;
int element_handler = -1;
int number_handler = -1;

struct News {
  CmiMessageHeader header;
  CkGroupID array;
  ArrayNews what;
  CkArrayIndex index;
  std::int32_t value;
  std::int32_t moves;
};

struct Element {
  CmiMessageHeader header;
  CkGroupID array;
  CkArrayIndex index;
  std::int32_t from;
  std::int32_t moves;
};
constexpr std::size_t kPackedAt = CK_ALIGN(sizeof(Element), 16);

ArrayManager* ManagerOf(CkGroupID array) {
  auto* const branch = static_cast<CkArray*>(CkLocalBranch(array));
  return branch == nullptr ? nullptr : &branch->manager();
}

void Hear(const News& news) {
  ArrayManager* const manager = ManagerOf(news.array);
  switch (news.what) {
    case ArrayNews::kWhere: return manager->LearnWhere(news.index, news.value, news.moves);
    case ArrayNews::kArrived: return manager->ArrivalConfirmed(news.index, news.value);
    case ArrayNews::kGone: return manager->ElementGone(news.index, news.moves);
    case ArrayNews::kDestroyAll: return manager->DestroyAll();
    case ArrayNews::kJoined: return manager->Joined(news.index, news.value);
    case ArrayNews::kDestroy:
    case ArrayNews::kMigrate: {
      CkLocRec* const record = manager->Find(news.index);
      if (record == nullptr) return Tell(manager->LastKnown(news.index), news.array, news.what, news.index, news.value);
      if (news.what == ArrayNews::kDestroy) return manager->Destroy(record);
      return manager->Migrate(record, news.value);
    }
  }
}

// Before the array is here it waits as any message does: at the end of the queue.
template <class Message>
bool Postponed(const Message* message, int) {
  return ManagerOf(message->array) == nullptr;
}

void OnNews(void* message) {
  auto* const news = static_cast<News*>(message);
  if (Postponed(news, news_handler)) return CsdEnqueue(message);
  CountProcessed(MyPe());
  const News heard = *news;
  CmiFree(message);
  Hear(heard);
}

void OnElement(void* message) {
  auto* const element = static_cast<Element*>(message);
  if (Postponed(element, element_handler)) return CsdEnqueue(message);
  CountProcessed(MyPe());
  ManagerOf(element->array)->Arrived(element->index, element->from, element->moves, static_cast<char*>(message) + kPackedAt);
  CmiFree(message);
}

// On PE 0.
void Number(CkGroupID array, envelope* env) {
  env->setMsgtype(ArrayBcastMsg);
  env->group().g = array;
  env->group().epoch = MyPe().arrays->broadcasts[array.idx]++;
  BroadcastCopies(&env, false);
  SendToPe(env, CkMyPe());
}
void OnNumber(void* message) {
  CountProcessed(MyPe());
  auto* env = static_cast<envelope*>(message);
  CkUnpackMessage(&env);
  Number(env->group().g, env);
}

}  // namespace

void InitArrays(CkPe& pe) {
  RegisterHandler(&news_handler, OnNews);
  RegisterHandler(&element_handler, OnElement);
  RegisterHandler(&number_handler, OnNumber);
  pe.arrays = {new ArrayState, [](ArrayState* s) { delete s; }};
}

void Tell(int pe, CkGroupID array, ArrayNews what, const CkArrayIndex& index, int value, int moves) {
  News news{};
  news.array = array;
  news.what = what;
  news.index = index;
  news.value = value;
  news.moves = moves;
  if (pe == CkMyPe() && what != ArrayNews::kDestroy && what != ArrayNews::kMigrate) return Hear(news);
  auto* const message = static_cast<News*>(CmiAlloc(sizeof(News)));
  news.header = message->header;
  *message = news;
  CmiSetHandler(message, news_handler);
  CountCreated(MyPe());
  CmiSyncSendAndFree(static_cast<unsigned>(pe), sizeof(News), message);
}

void SendElement(int pe, CkGroupID array, const CkArrayIndex& index, int moves, std::size_t bytes, const std::function<void(char*)>& pack) {
  const std::size_t total = kPackedAt + bytes;
  auto* const element = static_cast<Element*>(CmiAlloc(static_cast<int>(total)));
  element->array = array;
  element->index = index;
  element->from = CkMyPe();
  element->moves = moves;
  pack(reinterpret_cast<char*>(element) + kPackedAt);
  CmiSetHandler(element, element_handler);
  CountCreated(MyPe());
  CmiSyncSendAndFree(static_cast<unsigned>(pe), static_cast<int>(total), element);
}

void SendBroadcast(CkGroupID array, envelope* env) {
  // Several will read it: nocopy buffers are taken in now, once.
  CkPackMessage(&env);
  CkUnpackMessage(&env);
  if (CkMyPe() == 0) return Number(array, env);
  env->group().g = array;
  if (CmiMyNode() != 0) CkPackMessage(&env);
  CmiSetHandler(env, number_handler);
  CountCreated(MyPe());
  CmiSyncSendAndFree(0, static_cast<int>(env->getTotalsize()), env);
}

void ExecuteForArray(envelope* env) {
  const CkGroupID array = env->getMsgtype() == ArrayBcastMsg ? env->group().g : env->getArrayMgr();
  ArrayManager* const manager = ManagerOf(array);
  if (manager == nullptr) [[unlikely]] {
    CountCreated(MyPe());
    MyPe().waiting_for_group[array.idx].push_back(env);
    return;
  }
  if (env->getMsgtype() == ArrayBcastMsg) return manager->Broadcast(env, env->group().epoch);
  manager->Deliver(env);
}

}  // namespace heddle::charm
