#include "frontends/charm/ck/src/array_messages.h"

#include <limits>
#include <unordered_map>

#include "frontends/charm/ck/src/array_manager.h"
#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/start.h"

namespace heddle::charm {

struct ElementsMessage {
  CmiMessageHeader header;
  CkGroupID array;
  CkArrayIndex index;
  std::int32_t from;
  std::int32_t moves;
  std::size_t bytes;
};

struct ArrayState {
  // On PE 0: how many broadcasts each array has had.
  std::unordered_map<int, int> broadcasts;
};

namespace {

int news_handler = -1;
int elements_handler = -1;
int number_handler = -1;

struct News {
  CmiMessageHeader header;
  CkGroupID array;
  ArrayNews what;
  CkArrayIndex index;
  std::int32_t value;
  std::int32_t moves;
};

constexpr std::size_t kPackedAt = CK_ALIGN(sizeof(ElementsMessage), 16);

ArrayManager* ManagerOf(CkGroupID array) {
  auto* const branch = static_cast<CkArray*>(CkLocalBranch(array));
  return branch == nullptr ? nullptr : &branch->manager();
}

void Hear(const News& news) {
  ArrayManager* const manager = ManagerOf(news.array);
  switch (news.what) {
    case ArrayNews::kWhere:
      return manager->locations().Learn(news.index, news.value, news.moves);
    case ArrayNews::kArrived:
      return manager->ArrivalConfirmed(news.index, news.value);
    case ArrayNews::kGone:
      return manager->locations().Gone(news.index, news.moves);
    case ArrayNews::kDestroyAll:
      return manager->DestroyAll();
    case ArrayNews::kJoined:
      return manager->Joined(news.index, news.value);
    case ArrayNews::kDestroy:
    case ArrayNews::kMigrate: {
      CkLocRec* const record = manager->Find(news.index);
      if (record == nullptr)
        return Tell(manager->locations().LastKnown(news.index), news.array, news.what, news.index,
                    news.value);
      if (news.what == ArrayNews::kDestroy) return manager->Destroy(record);
      return manager->Migrate(record, news.value);
    }
  }
}

// Before the array is here what comes for it waits as any message does: at the end of the queue.
void OnNews(void* message) {
  auto* const news = static_cast<News*>(message);
  if (ManagerOf(news->array) == nullptr) return CsdEnqueue(message);
  CountProcessed(MyPe());
  const News heard = *news;
  CmiFree(message);
  Hear(heard);
}

void OnElements(void* m) {
  auto* const message = static_cast<ElementsMessage*>(m);
  ArrayManager* const manager = ManagerOf(message->array);
  if (manager == nullptr || !manager->locations().Arrived(message->index, message->from,
                                                          message->moves, PackedElements(message)))
    return CsdEnqueue(message);
  CountProcessed(MyPe());
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
  RegisterHandler(&elements_handler, OnElements);
  RegisterHandler(&number_handler, OnNumber);
  pe.arrays = {new ArrayState, [](ArrayState* s) { delete s; }};
}

void Tell(int pe, CkGroupID array, ArrayNews what, const CkArrayIndex& index, int value,
          int moves) {
  News news{};
  news.array = array;
  news.what = what;
  news.index = index;
  news.value = value;
  news.moves = moves;
  if (pe == CkMyPe() && what != ArrayNews::kDestroy && what != ArrayNews::kMigrate)
    return Hear(news);
  auto* const message = static_cast<News*>(CmiAlloc(sizeof(News)));
  news.header = message->header;
  *message = news;
  SendToHandler(pe, message, sizeof(News), news_handler);
}

ElementsMessage* AllocateElements(CkGroupID locations, const CkArrayIndex& index, int moves,
                                  std::size_t bytes) {
  const std::size_t total = kPackedAt + bytes;
  if (total > std::numeric_limits<int>::max())
    CkAbort("Charm++: an element of %zu bytes cannot move: a message has at most %d", bytes,
            std::numeric_limits<int>::max());
  auto* const message = static_cast<ElementsMessage*>(CmiAlloc(static_cast<int>(total)));
  message->array = locations;
  message->index = index;
  message->from = CkMyPe();
  message->moves = moves;
  message->bytes = total;
  return message;
}
char* PackedElements(ElementsMessage* message) {
  return reinterpret_cast<char*>(message) + kPackedAt;
}

void SendElements(ElementsMessage* message, int pe) {
  SendToHandler(pe, message, message->bytes, elements_handler);
}

void SendBroadcast(CkGroupID array, envelope* env) {
  // Several will read it: nocopy buffers are taken in now, once.
  CkPackMessage(&env);
  CkUnpackMessage(&env);
  if (CkMyPe() == 0) return Number(array, env);
  env->group().g = array;
  SendToHandler(0, env, number_handler);
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
