// Gets and puts: a copy within the process; the network's where the other side is registered;
// messages otherwise.
//
// The network tells of an end wherever it is looked after, so a message to the PE that began is
// made beforehand and pushed then.
#include "frontends/charm/converse/src/rdma.h"

#include <algorithm>
#include <cstring>

#include "conv-rdma.h"
#include "frontends/charm/converse/src/periphery.h"
#include "frontends/charm/converse/src/session.h"

bool CmiUseCopyBasedRDMA = false;

namespace heddle::converse {
namespace {

static_assert(sizeof(RemoteRegion) <= CMK_NOCOPY_DIRECT_BYTES);

std::atomic<RdmaAckCallerFn> acknowledge{nullptr};
std::atomic<int> done_handler{-1}, get_handler{-1}, put_handler{-1};

// An operation has ended.
struct DoneMessage {
  CmiMessageHeader header;
  NcpyOperationInfo* info;
  Place* place;
};

// Followed by the block, and, for a put, by the bytes.
struct alignas(16) TransferMessage {
  CmiMessageHeader header;
  // A get's: its block on the PE that began, for the answer.
  NcpyOperationInfo* info_of_getter;
  NcpyOperationInfo* info() { return reinterpret_cast<NcpyOperationInfo*>(this + 1); }
  char* data() { return reinterpret_cast<char*>(info()) + CMIALIGN(info()->ncpyOpInfoSize, 16); }
};

// Tells who has asked to be told. The function may not free the block: we do, unless the block says
// not to.
void Acknowledge(NcpyOperationInfo* info, ncpyAckMode mode) {
  const RdmaAckCallerFn function = acknowledge.load(std::memory_order_acquire);
  if (function == nullptr)
    CmiAbort("a get or put has ended, and CmiSetDirectNcpyAckHandler() was not called");
  info->ackMode = static_cast<unsigned char>(mode);
  const unsigned char free_me = info->freeMe;
  info->freeMe = CMK_DONT_FREE_NCPYOPINFO;
  function(info);
  if (free_me == CMK_FREE_NCPYOPINFO) CmiFree(info);
}

TransferMessage* NewTransfer(const NcpyOperationInfo* info, std::size_t data,
                             const std::atomic<int>& handler) {
  const std::size_t bytes = sizeof(TransferMessage) + CMIALIGN(info->ncpyOpInfoSize, 16) + data;
  if (bytes > INT32_MAX)
    CmiAbort(
        "a get or put of %zu bytes of memory that is not registered: a message has at most 2 GiB",
        data);
  auto* const message = static_cast<TransferMessage*>(CmiAlloc(static_cast<int>(bytes)));
  message->info_of_getter = nullptr;
  std::memcpy(message->info(), info, static_cast<std::size_t>(info->ncpyOpInfoSize));
  resetNcpyOpInfoPointers(message->info());
  message->info()->freeMe = CMK_DONT_FREE_NCPYOPINFO;  // It goes with the message.
  CmiSetHandler(message, handler.load(std::memory_order_relaxed));
  return message;
}

std::size_t Bytes(const NcpyOperationInfo& info) { return std::min(info.srcSize, info.destSize); }

void SendData(NcpyOperationInfo* info, NcpyOperationInfo* info_of_getter) {
  TransferMessage* const message = NewTransfer(info, Bytes(*info), put_handler);
  message->info_of_getter = info_of_getter;
  std::memcpy(message->data(), info->srcPtr, Bytes(*info));
  // First the data: what the acknowledged sends next to that PE comes behind them.
  CmiFreeSendFn(info->destPe, CmiSize(message), reinterpret_cast<char*>(message));
  Acknowledge(info, CMK_SRC_ACK);
}

// At the source of a get.
void HandleGet(void* payload) {
  auto* const message = static_cast<TransferMessage*>(payload);
  resetNcpyOpInfoPointers(message->info());
  SendData(message->info(), message->info_of_getter);
  CmiFree(message);
}

// At the destination of a put, or of what answers a get.
void HandlePut(void* payload) {
  auto* const message = static_cast<TransferMessage*>(payload);
  NcpyOperationInfo* info = message->info();
  resetNcpyOpInfoPointers(info);
  std::memcpy(const_cast<void*>(info->destPtr), message->data(), Bytes(*info));
  if (message->info_of_getter != nullptr) info = message->info_of_getter;
  Acknowledge(info, CMK_DEST_ACK);
  CmiFree(message);
}

void HandleDone(void* payload) {
  NcpyOperationInfo* const info = static_cast<DoneMessage*>(payload)->info;
  CmiFree(payload);
  Acknowledge(info, CMK_SRC_DEST_ACK);
}

void PushDone(void* message) {
  Place* const place = static_cast<DoneMessage*>(message)->place;
  place->Push(message);
}

DoneMessage* NewDone(NcpyOperationInfo* info) {
  auto* const message = static_cast<DoneMessage*>(CmiAlloc(sizeof(DoneMessage)));
  CmiSetHandler(message, done_handler.load(std::memory_order_relaxed));
  message->info = info;
  message->place = Self().place;
  return message;
}

// Where in the region its memory is. Errors: CmiAbort where it is not wholly inside.
std::size_t OffsetIn(const RemoteRegion& region, const void* address, std::size_t bytes) {
  const auto at = reinterpret_cast<std::uint64_t>(address);
  if (at < region.address || at - region.address > region.bytes ||
      bytes > region.bytes - (at - region.address)) {
    CmiAbort("a get or put of %zu bytes at %p: registered are %llu at %p", bytes, address,
             static_cast<unsigned long long>(region.bytes),
             reinterpret_cast<void*>(region.address));
  }
  return at - region.address;
}

RemoteRegion RegionAt(const char* info) {
  RemoteRegion region;
  std::memcpy(&region, info, sizeof(region));
  return region;
}

bool MayUse(const char* layer, int registered) {
  return registered && layer != nullptr && !CmiUseCopyBasedRDMA;
}

}  // namespace

void RegisterMemory(void* info, const void* address, std::size_t bytes) {
  RemoteRegion region;
  if (session->HasPeers() && !CmiUseCopyBasedRDMA) {
    region = session->network->Register(const_cast<void*>(address), bytes);
  } else {
    region.address = reinterpret_cast<std::uint64_t>(address);
    region.bytes = bytes;
  }
  std::memcpy(info, &region, sizeof(region));
}

void InitRdma(Pe& pe, char** argv) {
  const bool copy =
      CmiGetArgFlagDesc(argv, "+nordma", "Gets and puts between processes by messages") != 0;
  if (copy && pe.rank == 0) CmiUseCopyBasedRDMA = true;
  done_handler.store(CmiRegisterHandler(HandleDone), std::memory_order_relaxed);
  get_handler.store(CmiRegisterHandler(HandleGet), std::memory_order_relaxed);
  put_handler.store(CmiRegisterHandler(HandlePut), std::memory_order_relaxed);
  InitPackedSources();
}

}  // namespace heddle::converse

namespace hc = heddle::converse;

void CmiSetRdmaCommonInfo(void*, const void*, int) {}
int CmiGetRdmaCommonInfoSize() { return CMK_COMMON_NOCOPY_DIRECT_BYTES; }
void CmiSetRdmaBufferInfo(void* info, const void* ptr, int size, unsigned short int) {
  if (size < 0) CmiAbort("CmiSetRdmaBufferInfo: %d bytes", size);
  hc::RegisterMemory(info, ptr, static_cast<std::size_t>(size));
}
void CmiDeregisterMem(const void*, void* info, int, unsigned short int) {
  const heddle::RemoteRegion region = hc::RegionAt(static_cast<const char*>(info));
  if (region.process == CmiMyNode()) hc::session->network->Deregister(region);
}

void CmiSetDirectNcpyAckHandler(RdmaAckCallerFn fn) {
  hc::acknowledge.store(fn, std::memory_order_release);
}
void CmiInvokeNcpyAck(void* ack) {
  const RdmaAckCallerFn function = hc::acknowledge.load(std::memory_order_acquire);
  if (function == nullptr)
    CmiAbort("CmiInvokeNcpyAck: CmiSetDirectNcpyAckHandler() was not called");
  function(ack);
}

void CmiIssueRget(NcpyOperationInfo* ncpyOpInfo) {
  const NcpyOperationInfo& info = *ncpyOpInfo;
  const std::size_t bytes = hc::Bytes(info);
  if (CmiNodeOf(info.srcPe) == CmiMyNode()) {
    std::memcpy(const_cast<void*>(info.destPtr), info.srcPtr, bytes);
    hc::Acknowledge(ncpyOpInfo, CMK_SRC_DEST_ACK);
  } else if (hc::MayUse(info.srcLayerInfo, info.isSrcRegistered)) {
    const heddle::RemoteRegion region = hc::RegionAt(info.srcLayerInfo);
    hc::session->network->Get(region, hc::OffsetIn(region, info.srcPtr, bytes),
                              const_cast<void*>(info.destPtr), bytes, hc::PushDone,
                              hc::NewDone(ncpyOpInfo));
  } else {
    hc::TransferMessage* const message = hc::NewTransfer(ncpyOpInfo, 0, hc::get_handler);
    message->info_of_getter = ncpyOpInfo;
    CmiFreeSendFn(info.srcPe, CmiSize(message), reinterpret_cast<char*>(message));
  }
}

void CmiIssueRput(NcpyOperationInfo* ncpyOpInfo) {
  const NcpyOperationInfo& info = *ncpyOpInfo;
  const std::size_t bytes = hc::Bytes(info);
  if (CmiNodeOf(info.destPe) == CmiMyNode()) {
    std::memcpy(const_cast<void*>(info.destPtr), info.srcPtr, bytes);
    hc::Acknowledge(ncpyOpInfo, CMK_SRC_DEST_ACK);
  } else if (hc::MayUse(info.destLayerInfo, info.isDestRegistered)) {
    const heddle::RemoteRegion region = hc::RegionAt(info.destLayerInfo);
    hc::session->network->Put(region, hc::OffsetIn(region, info.destPtr, bytes), info.srcPtr, bytes,
                              hc::PushDone, hc::NewDone(ncpyOpInfo));
  } else {
    hc::SendData(ncpyOpInfo, nullptr);
  }
}

int CmiDoesCMAWork() { return 0; }
void CmiOnesidedDirectInit() {}
void CmiSetNcpyAckSize(int) {}
