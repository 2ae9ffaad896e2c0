// nocopy parameters: their messages, and where their bytes are.
#include "frontends/charm/ck/src/nocopy.h"

#include <climits>

#include "frontends/charm/ck/src/deliver.h"

namespace heddle::charm {
namespace {

using ck::impl::NocopyMark;

int nocopy_message = -1;

// The message leaves the process, or is copied: its buffers' bytes go into it, and their owners
// have them back.
void* PackNocopy(void* m) {
  auto* const msg = static_cast<CkMarshallMsg*>(m);
  const std::size_t head = UsrToEnv(m)->getUsersize();
  std::size_t total = CK_ALIGN(head, std::size_t{16});
  bool outside = false;
  ForEachMark(msg, [&](NocopyMark* mark) {
    if (mark->where != NocopyMark::kAtSender) return;
    outside = true;
    total += CK_ALIGN(mark->buffer.cnt, std::size_t{16});
  });
  if (!outside) return m;
  if (total > INT_MAX - 1024) {
    CkAbort(
        "Charm++: nocopy parameters of %zu bytes for another process, or for several receivers; a "
        "message has at most 2 GiB: send parts, or a CkNcpyBuffer for get()",
        total - head);
  }
  auto* const packed = static_cast<CkMarshallMsg*>(CkAllocBuffer(m, static_cast<int>(total)));
  std::memcpy(static_cast<void*>(packed), m, head);
  std::size_t at = CK_ALIGN(head, std::size_t{16});
  ForEachMark(packed, [&](NocopyMark* mark) {
    if (mark->where != NocopyMark::kAtSender) return;
    std::memcpy(reinterpret_cast<char*>(packed) + at, mark->buffer.ptr, mark->buffer.cnt);
    mark->where = NocopyMark::kInMessage;
    mark->at = at;
    at += CK_ALIGN(mark->buffer.cnt, std::size_t{16});
    Tell(mark->buffer);
  });
  CkFreeMsg(m);
  return packed;
}

void* UnpackNocopy(void* m) {
  static_cast<CkMarshallMsg*>(m)->msgBuf = static_cast<char*>(m) + 16;
  return m;
}

}  // namespace

int NocopyMessage() { return nocopy_message; }

void RegisterNocopy() {
  nocopy_message = CkRegisterMsg("CkNocopyMarshallMsg", PackNocopy, UnpackNocopy, CkFreeMsg,
                                 sizeof(CkMarshallMsg));
}

void Tell(const CkNcpyBuffer& buffer) {
  if (buffer.cb.isInvalid() || buffer.cb.isIgnore()) return;
  buffer.cb.send(sizeof(buffer), &buffer);
}

void CheckUsable(const CkNcpyBuffer& buffer, const char* what) {
  if (buffer.pe < 0 || buffer.pe >= CkNumPes() || (buffer.ptr == nullptr && buffer.cnt > 0)) {
    CkAbort(
        "Charm++: %s a CkNcpyBuffer without memory (%p, %zu bytes, PE %d): construct it with an "
        "address and a size, or call its init()",
        what, buffer.ptr, buffer.cnt, buffer.pe);
  }
  if (buffer.regMode == CK_BUFFER_NOREG)
    CkAbort("Charm++: %s a buffer of mode CK_BUFFER_NOREG, which takes part in no transfer", what);
}

}  // namespace heddle::charm

namespace hc = heddle::charm;

namespace ck::impl {

NocopyArgument Nocopy(const CkNcpyBuffer& buffer, size_t bytes) {
  NocopyArgument argument{buffer, 0};
  argument.buffer.cnt = bytes;
  hc::CheckUsable(argument.buffer, "a nocopy parameter is");
  return argument;
}

void SetNocopyMessage(CkMarshallMsg* msg) {
  msg->nocopy = 0;
  UsrToEnv(msg)->setMsgIdx(static_cast<UShort>(hc::nocopy_message));
}

const void* NocopyUnmarshaller::Source(const char* msg, const NocopyMark& mark) {
  if (mark.where == NocopyMark::kInMessage) return msg + mark.at;
  if (mark.where == NocopyMark::kPosted && mark.process != CmiMyNode()) {
    CkAbort(
        "Charm++: %s: its object moved to another process while it waited for posted buffers, "
        "which stay where they are: let it move before or after",
        _entryTable[UsrToEnv(msg)->getEpIdx()]->name);
  }
  return mark.buffer.ptr;
}

void NocopyUnmarshaller::Copied(NocopyMark* mark) {
  if (mark->where == NocopyMark::kAtSender) hc::Tell(mark->buffer);
}

void* NocopyUnmarshaller::Take(NocopyMark* mark) {
  const void* const source = Source(msg_, *mark);
  if (mark->where != NocopyMark::kAtSender) return const_cast<void*>(source);
  // The receiver may write to it: a copy, after which the sender has its buffer back.
  char* const copy = static_cast<char*>(std::malloc(mark->buffer.cnt + 1));
  if (copy == nullptr)
    CkAbort("Charm++: no memory for a nocopy parameter of %zu bytes", mark->buffer.cnt);
  copies_.push_back(copy);
  std::memcpy(copy, source, mark->buffer.cnt);
  Copied(mark);
  return copy;
}

NocopyUnmarshaller::~NocopyUnmarshaller() {
  for (char* const copy : copies_) std::free(copy);
}

}  // namespace ck::impl
