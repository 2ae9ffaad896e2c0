// nocopypost parameters: CkMatchBuffer() and CkPostBuffer() meet by their tags, and the entry
// method is called when each of its parameters has its buffer.
//
// What waits is not the object's message, which may have other readers (a broadcast to an array's
// elements on a PE), but a copy of its head, addressed to the one object, which is sent when the
// last buffer has been filled.
#include <map>

#include "components/dependency/counter.h"
#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/nocopy.h"
#include "frontends/charm/ck/src/process.h"

namespace ck::impl {

// Thread safety: any PE of the process may fill a slot, each once. Who brings `open` to 0, which
// was one more than there are slots until Posts::Ready() is over, sees what all others wrote.
struct PostCall {
  struct Slot {
    NocopyMark* mark;  // In `msg`.
    bool matched;
    void* to;
    std::size_t bytes;
  };
  PostCall(void* m, void* o, int e, std::size_t count)
      : msg(m), object(o), ep(e), pe(CkMyPe()) {
    open.Reset(static_cast<std::uint32_t>(count) + 1);
  }

  void* const msg;  // Referenced where it waits.
  void* const object;
  const int ep;
  const int pe;
  std::vector<Slot> slots;
  envelope* head = nullptr;  // Where it waits.
  heddle::Counter open;
};

}  // namespace ck::impl

namespace heddle::charm {
namespace {

using ck::impl::NocopyMark;
using ck::impl::PostCall;

struct PostedBuffer {
  void* buffer;
  std::size_t bytes;
};
struct Waiting {
  PostCall* call;
  int index;
};
// The PE, or -1 where the tag is the process's; and the tag.
using PostKey = std::pair<int, int>;

struct PostTable {
  PostTable() : lock(CmiCreateLock()) {}
  const CmiNodeLock lock;
  std::map<PostKey, PostedBuffer> posted;
  std::map<PostKey, Waiting> waiting;
};
PostTable& Table() {
  static auto* const table = new PostTable;
  return *table;
}
class TableLock {
 public:
  TableLock() { CmiLock(Table().lock); }
  ~TableLock() { CmiUnlock(Table().lock); }
  TableLock(const TableLock&) = delete;
  TableLock& operator=(const TableLock&) = delete;
};

const char* NameOf(const PostCall& call) {
  return _entryTable[static_cast<std::size_t>(call.ep)]->name;
}
const char* Suffix(const PostKey& key) { return key.first < 0 ? "Node" : ""; }

// ---- The message that comes when all is there

// To the object that the call is for, whichever way that call came.
void Address(envelope* env, const PostCall& call) {
  auto* const object = static_cast<Chare*>(call.object);
  env->setEpIdx(static_cast<UShort>(call.ep));
  const int chare = _entryTable[static_cast<std::size_t>(call.ep)]->chareIdx;
  switch (_chareTable[static_cast<std::size_t>(chare)]->chareType) {
    case TypeArray: {
      const auto* const element = static_cast<ArrayElement*>(object);
      env->setMsgtype(ForArrayEltMsg);
      env->setArrayMgr(element->ckGetArrayID());
      std::memcpy(&env->array().nInts, &element->ckGetArrayIndex(), sizeof(CkArrayIndex));
      env->getsetArrayHops() = 0;
      env->setArrayIfNotThere(CkArray_IfNotThere_buffer);
      break;
    }
    case TypeGroup:
    case TypeNodeGroup: {
      const bool of_process =
          _chareTable[static_cast<std::size_t>(chare)]->chareType == TypeNodeGroup;
      env->setMsgtype(of_process ? ForNodeBocMsg : ForBocMsg);
      env->setGroupNum(static_cast<IrrGroup*>(object)->ckGetGroupID());
      break;
    }
    default:
      env->setMsgtype(ForChareMsg);
      env->setObjPtr(call.object);
  }
}

// Without the bytes of parameters that go into posted buffers, where there are no others.
envelope* NewHead(const PostCall& call) {
  auto* const msg = static_cast<CkMarshallMsg*>(call.msg);
  std::size_t bytes = UsrToEnv(msg)->getUsersize();
  std::size_t marks = 0;
  CmiUInt8 first = bytes;
  ForEachMark(msg, [&](NocopyMark* mark) {
    ++marks;
    if (mark->where == NocopyMark::kInMessage) first = std::min(first, mark->at);
  });
  if (marks == call.slots.size()) bytes = first;
  auto* const head = static_cast<CkMarshallMsg*>(CkAllocBuffer(msg, static_cast<int>(bytes)));
  std::memcpy(static_cast<void*>(head), msg, bytes);
  head->msgBuf = reinterpret_cast<char*>(head) + 16;
  envelope* const env = UsrToEnv(head);
  env->setPacked(0);
  Address(env, call);
  return env;
}

// Takes the call.
void SendHead(PostCall* call) {
  char* const head = static_cast<char*>(EnvToUsr(call->head));
  for (const PostCall::Slot& slot : call->slots) {
    auto* const mark = reinterpret_cast<NocopyMark*>(
        head + (reinterpret_cast<char*>(slot.mark) - static_cast<char*>(call->msg)));
    mark->where = NocopyMark::kPosted;
    mark->process = CmiMyNode();
    mark->buffer.ptr = slot.to;
    mark->buffer.cnt = slot.bytes;
  }
  if (call->head->getMsgtype() == ForNodeBocMsg) {
    SendToNode(call->head, CmiMyNode());
  } else {
    SendToPe(call->head, call->pe);
  }
  CkFreeMsg(call->msg);
  delete call;
}

// ---- Buffers

void Fill(PostCall* call, int index, void* to, std::size_t bytes, const PostKey* key) {
  PostCall::Slot& slot = call->slots[static_cast<std::size_t>(index)];
  const std::size_t sent = slot.mark->buffer.cnt;
  if (bytes > sent) {
    if (key != nullptr) {
      CkAbort(
          "Charm++: CkPost%sBuffer() was called with a buffer of %zu bytes for tag %d, but "
          "nocopypost "
          "parameter %d of %s was sent %zu: post at most as many",
          Suffix(*key), bytes, key->second, index, NameOf(*call), sent);
    }
    CkAbort(
        "Charm++: the post entry method of %s gave a buffer of %zu bytes for nocopypost parameter "
        "%d, which was sent %zu: give at most as many",
        NameOf(*call), bytes, index, sent);
  }
  if (to == nullptr && bytes > 0) {
    CkAbort("Charm++: CkPost%sBuffer() was called with a null pointer for tag %d, for %s",
            key != nullptr ? Suffix(*key) : "", key != nullptr ? key->second : 0, NameOf(*call));
  }
  slot.to = to;
  slot.bytes = bytes;
  if (bytes > 0) {
    std::memcpy(to, ck::impl::NocopyUnmarshaller::Source(static_cast<char*>(call->msg), *slot.mark),
                bytes);
  }
  ck::impl::NocopyUnmarshaller::Copied(slot.mark);
  if (call->open.Arrive()) SendHead(call);
}

void Match(CkNcpyBufferPost* posts, int index, const PostKey& key) {
  PostCall* const call = posts->call;
  const int count = static_cast<int>(call->slots.size());
  if (index < 0 || index >= count) {
    CkAbort(
        "Charm++: CkMatch%sBuffer() was called with index %d: %s has nocopypost parameters 0 to %d",
        Suffix(key), index, NameOf(*call), count - 1);
  }
  if (posts[index].regMode >= CK_BUFFER_NOREG) {
    CkAbort(
        "Charm++: CkMatch%sBuffer(): nocopypost parameter %d of %s has registration mode %d, which "
        "takes part in no transfer",
        Suffix(key), index, NameOf(*call), posts[index].regMode);
  }
  if (std::exchange(call->slots[static_cast<std::size_t>(index)].matched, true)) {
    CkAbort("Charm++: CkMatch%sBuffer() was called twice for nocopypost parameter %d of %s",
            Suffix(key), index, NameOf(*call));
  }
  PostedBuffer found;
  {
    TableLock lock;
    const auto posted = Table().posted.find(key);
    if (posted == Table().posted.end()) {
      const auto [other, added] = Table().waiting.try_emplace(key, Waiting{call, index});
      if (added) return;
      CkAbort(
          "Charm++: CkMatch%sBuffer() was called with tag %d for %s, and another parameter, of %s, "
          "waits for a buffer with it: use a tag of its own for each",
          Suffix(key), key.second, NameOf(*call), NameOf(*other->second.call));
    }
    found = posted->second;
    Table().posted.erase(posted);
  }
  Fill(call, index, found.buffer, found.bytes, &key);
}

}  // namespace

void ReportUnposted() {
  TableLock lock;
  for (const auto& [key, waiting] : Table().waiting) {
    CmiError(
        "Charm++: PE %d: nocopypost parameter %d of %s still waits: CkMatch%sBuffer() was called "
        "with tag %d, and CkPost%sBuffer() was not\n",
        waiting.call->pe, waiting.index, NameOf(*waiting.call), Suffix(key), key.second,
        Suffix(key));
  }
}

}  // namespace heddle::charm

namespace hc = heddle::charm;

void CkMatchBuffer(CkNcpyBufferPost* post, int index, int tag) {
  hc::Match(post, index, {CkMyPe(), tag});
}
void CkMatchNodeBuffer(CkNcpyBufferPost* post, int index, int tag) {
  hc::Match(post, index, {-1, tag});
}

namespace ck::impl {

void PostBuffer(void* buffer, size_t bytes, int tag, bool of_process) {
  const hc::PostKey key{of_process ? -1 : CkMyPe(), tag};
  hc::Waiting found;
  {
    hc::TableLock lock;
    const auto waiting = hc::Table().waiting.find(key);
    if (waiting == hc::Table().waiting.end()) {
      if (hc::Table().posted.try_emplace(key, hc::PostedBuffer{buffer, bytes}).second) return;
      CkAbort(
          "Charm++: CkPost%sBuffer() was called twice with tag %d, and no CkMatch%sBuffer() in "
          "between: use a tag of its own for each buffer",
          hc::Suffix(key), tag, hc::Suffix(key));
    }
    found = waiting->second;
    hc::Table().waiting.erase(waiting);
  }
  hc::Fill(found.call, found.index, buffer, bytes, &key);
}

Posts::Posts(const NocopyUnmarshaller& from, void* object, int ep)
    : posts_(from.posts().size()),
      call_(new PostCall(from.message(), object, ep, from.posts().size())) {
  for (std::size_t i = 0; i < posts_.size(); ++i) {
    posts_[i].index = static_cast<int>(i);
    posts_[i].call = call_;
    call_->slots.push_back({from.posts()[i], false, nullptr, 0});
  }
}

void Posts::Given(int index, void* buffer, size_t bytes) {
  if (buffer == nullptr ||
      std::exchange(call_->slots[static_cast<std::size_t>(index)].matched, true))
    return;
  hc::Fill(call_, index, buffer, bytes, nullptr);
}

bool Posts::Ready() {
  for (std::size_t i = 0; i < posts_.size(); ++i) {
    if (call_->slots[i].matched) continue;
    CkAbort(
        "Charm++: the post entry method of %s has said nothing of nocopypost parameter %zu: call "
        "CkMatchBuffer(posts, %zu, tag) there, and CkPostBuffer() with the same tag",
        hc::NameOf(*call_), i, i);
  }
  if (call_->open.count() > 1) {
    // Before anybody else may send it.
    (void)CkReferenceMsg(call_->msg);
    call_->head = hc::NewHead(*call_);
    if (!call_->open.Arrive()) {
      call_ = nullptr;
      return false;
    }
    CkFreeMsg(call_->msg);
    CmiFree(call_->head);
  }
  return true;
}

void* Posts::Buffer(int index, size_t* bytes) const {
  const PostCall::Slot& slot = call_->slots[static_cast<std::size_t>(index)];
  *bytes = slot.bytes;
  return slot.to;
}

Posts::~Posts() { delete call_; }

}  // namespace ck::impl
