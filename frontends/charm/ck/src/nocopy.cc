// Nocopy parameters, get and put.
#include "ckrdma.h"

#include <vector>

#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/start.h"

namespace heddle::charm {
namespace {

int nocopy_message = -1;
int want_handler = -1, bytes_handler = -1;

// The transfer of this buffer has ended: its owner is told, on the owner's PE.
void Tell(const CkNcpyBuffer& buffer) {
  if (buffer.cb.isInvalid() || buffer.cb.isIgnore()) return;
  buffer.cb.send(sizeof(buffer), &buffer);
}

bool SameProcess(int pe) { return CmiNodeOf(pe) == CmiMyNode(); }

// Finds the marks of a message that Marshall() made: they are aligned, and begin with a word that nothing else there is.
template <class Visit>
void ForEachMark(char* begin, std::size_t bytes, Visit visit) {
  for (std::size_t at = 0; at + sizeof(ck::impl::NocopyMark) <= bytes; at += 16) {
    ck::impl::NocopyMark mark;
    std::memcpy(&mark, begin + at, sizeof(mark));
    if (mark.magic == 0x6e6f636f70792121ull) visit(at, mark);
  }
}

CkNcpyBuffer BufferAt(const char* begin, std::size_t at) {
  PUP::fromMem from(begin + at + sizeof(ck::impl::NocopyMark));
  CkNcpyBuffer buffer;
  buffer.pup(from);
  return buffer;
}

// The message leaves the process: its buffers' bytes go into it, and their owners have them back.
void* PackNocopy(void* m) {
  const envelope* const env = UsrToEnv(m);
  auto* const msg = static_cast<CkMarshallMsg*>(m);
  const std::size_t bytes = env->getUsersize() - 16;
  std::size_t total = CK_ALIGN(static_cast<std::size_t>(env->getUsersize()), 16);
  std::vector<std::pair<std::size_t, CkNcpyBuffer>> buffers;
  ForEachMark(msg->msgBuf, bytes, [&](std::size_t at, const ck::impl::NocopyMark& mark) {
    if (mark.inlined != 0) return;
    buffers.emplace_back(at, BufferAt(msg->msgBuf, at));
    total += CK_ALIGN(buffers.back().second.cnt, 16);
  });
  if (buffers.empty()) return m;
  auto* const packed = static_cast<CkMarshallMsg*>(CkAllocBuffer(m, static_cast<int>(total)));
  packed->msgBuf = reinterpret_cast<char*>(packed) + 16;
  std::memcpy(packed->msgBuf, msg->msgBuf, bytes);
  std::size_t at = CK_ALIGN(static_cast<std::size_t>(env->getUsersize()), 16) - 16;
  for (const auto& [mark_at, buffer] : buffers) {
    const ck::impl::NocopyMark mark = {0x6e6f636f70792121ull, at};
    std::memcpy(packed->msgBuf + mark_at, &mark, sizeof(mark));
    std::memcpy(packed->msgBuf + at, buffer.ptr, buffer.cnt);
    at += CK_ALIGN(buffer.cnt, 16);
    Tell(buffer);
  }
  CkFreeMsg(m);
  return packed;
}

void* UnpackNocopy(void* m) {
  static_cast<CkMarshallMsg*>(m)->msgBuf = static_cast<char*>(m) + 16;
  return m;
}

// ---- Get and put between processes
struct Transfer {
  CmiMessageHeader header;
  CkNcpyBuffer from, to;
};
constexpr std::size_t kBytesAt = CK_ALIGN(sizeof(Transfer), 16);

void Check(const CkNcpyBuffer& from, const CkNcpyBuffer& to) {
  if (from.cnt > to.cnt) CkAbort("Charm++: a transfer of %zu bytes into a buffer of %zu", from.cnt, to.cnt);
}

// From this process, to the other's.
void SendBytes(const CkNcpyBuffer& from, const CkNcpyBuffer& to) {
  const std::size_t total = kBytesAt + from.cnt;
  auto* const transfer = static_cast<Transfer*>(CmiAlloc(static_cast<int>(total)));
  transfer->from = from;
  transfer->to = to;
  std::memcpy(reinterpret_cast<char*>(transfer) + kBytesAt, from.ptr, from.cnt);
  CmiSetHandler(transfer, bytes_handler);
  CountCreated(MyPe());
  CmiSyncSendAndFree(static_cast<unsigned>(to.pe), static_cast<int>(total), transfer);
  Tell(from);
}

void OnWant(void* message) {
  CountProcessed(MyPe());
  const auto* const transfer = static_cast<Transfer*>(message);
  SendBytes(transfer->from, transfer->to);
  CmiFree(message);
}
void OnBytes(void* message) {
  CountProcessed(MyPe());
  const auto* const transfer = static_cast<Transfer*>(message);
  std::memcpy(const_cast<void*>(transfer->to.ptr), static_cast<char*>(message) + kBytesAt, transfer->from.cnt);
  Tell(transfer->to);
  CmiFree(message);
}

}  // namespace

void InitNocopy() {
  RegisterHandler(&want_handler, OnWant);
  RegisterHandler(&bytes_handler, OnBytes);
}
void RegisterNocopy() { nocopy_message = CkRegisterMsg("CkNocopyMarshallMsg", PackNocopy, UnpackNocopy, CkFreeMsg, sizeof(CkMarshallMsg)); }

}  // namespace heddle::charm

namespace hc = heddle::charm;

CkNcpyStatus CkNcpyBuffer::get(CkNcpyBuffer& source) {
  hc::Check(source, *this);
  if (hc::SameProcess(source.pe)) {
    std::memcpy(const_cast<void*>(ptr), source.ptr, source.cnt);
    hc::Tell(source);
    hc::Tell(*this);
    return CkNcpyStatus::complete;
  }
  auto* const transfer = static_cast<hc::Transfer*>(CmiAlloc(sizeof(hc::Transfer)));
  transfer->from = source;
  transfer->to = *this;
  CmiSetHandler(transfer, hc::want_handler);
  hc::CountCreated(hc::MyPe());
  CmiSyncSendAndFree(static_cast<unsigned>(source.pe), sizeof(hc::Transfer), transfer);
  return CkNcpyStatus::incomplete;
}

CkNcpyStatus CkNcpyBuffer::put(CkNcpyBuffer& destination) {
  hc::Check(*this, destination);
  if (hc::SameProcess(destination.pe)) {
    std::memcpy(const_cast<void*>(destination.ptr), ptr, cnt);
    hc::Tell(*this);
    hc::Tell(destination);
    return CkNcpyStatus::complete;
  }
  hc::SendBytes(*this, destination);
  return CkNcpyStatus::incomplete;
}

namespace ck::impl {

void MarkNocopyMessage(void* msg) { UsrToEnv(msg)->setMsgIdx(static_cast<UShort>(hc::nocopy_message)); }

NocopyUnmarshaller::Posted NocopyUnmarshaller::Post() {
  advance(CK_ALIGN(size(), 16) - size());
  NocopyMark mark;
  std::memcpy(&mark, get_current_pointer(), sizeof(mark));
  advance(sizeof(mark));
  Posted posted;
  posted.buffer.pup(*this);
  posted.inlined = mark.inlined != 0 ? get_orig_pointer() + mark.inlined : nullptr;
  return posted;
}

void NocopyUnmarshaller::Deliver(const Posted& posted, void* to, size_t bytes) {
  std::memcpy(to, posted.inlined != nullptr ? posted.inlined : posted.buffer.ptr, bytes < posted.buffer.cnt ? bytes : posted.buffer.cnt);
  if (posted.inlined == nullptr) hc::Tell(posted.buffer);
}

void* NocopyUnmarshaller::Take(size_t* bytes) {
  const Posted posted = Post();
  *bytes = posted.buffer.cnt;
  if (posted.inlined != nullptr) return const_cast<void*>(posted.inlined);
  // The receiver may write to it: a copy, after which the sender has its buffer back.
  copies_.push_back(static_cast<char*>(CmiAlloc(static_cast<int>(posted.buffer.cnt) + 16)));
  Deliver(posted, copies_.back(), posted.buffer.cnt);
  return copies_.back();
}

NocopyUnmarshaller::~NocopyUnmarshaller() {
  for (char* const copy : copies_) CmiFree(copy);
}

}  // namespace ck::impl
