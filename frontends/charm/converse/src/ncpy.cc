// What describes an operation on memory: NcpyOperationInfo, CmiNcpyBuffer.
#include <algorithm>
#include <cstring>
#include <utility>

#include "conv-rdma.h"
#include "frontends/charm/converse/src/rdma.h"

int getNcpyOpInfoTotalSize(int srcLayerSize, int srcAckSize, int destLayerSize, int destAckSize) {
  return static_cast<int>(sizeof(NcpyOperationInfo)) + srcLayerSize + srcAckSize + destLayerSize +
         destAckSize;
}

namespace {

// Copies a piece behind the head.
char* Place(char** end, const char* piece, int bytes) {
  if (piece == nullptr || bytes <= 0) return nullptr;
  std::memcpy(*end, piece, static_cast<std::size_t>(bytes));
  return std::exchange(*end, *end + bytes);
}
char* PlaceOf(char** end, const char* piece, int bytes) {
  return piece == nullptr ? nullptr : std::exchange(*end, *end + bytes);
}

void CheckModes(int registering, int deregistering) {
  if (registering > CMK_BUFFER_NOREG)
    CmiAbort("CmiNcpyBuffer: %d is no registration mode", registering);
  if (deregistering < CMK_BUFFER_DEREG || deregistering > CMK_BUFFER_NODEREG) {
    CmiAbort("CmiNcpyBuffer: %d is no deregistration mode", deregistering);
  }
}

void CheckLocal(int pe) {
  if (CmiNodeOf(pe) != CmiMyNode())
    CmiAbort("memory of PE %d is registered by PE %d, of another process", pe, CmiMyPe());
}

}  // namespace

void setNcpyOpInfo(const void* srcPtr, char* srcLayerInfo, int srcLayerSize, char* srcAck,
                   int srcAckSize, size_t srcSize, unsigned short int srcRegMode,
                   unsigned short int srcDeregMode, unsigned short int isSrcRegistered, int srcPe,
                   const void* srcRef, const void* destPtr, char* destLayerInfo, int destLayerSize,
                   char* destAck, int destAckSize, size_t destSize, unsigned short int destRegMode,
                   unsigned short int destDeregMode, unsigned short int isDestRegistered,
                   int destPe, const void* destRef, int rootNode, NcpyOperationInfo* ncpyOpInfo,
                   void* deviceRdmaOpInfo) {
  const int bytes = getNcpyOpInfoTotalSize(srcLayerSize, srcAckSize, destLayerSize, destAckSize);
  if (bytes > INT16_MAX)
    CmiAbort("setNcpyOpInfo: the block is of %d bytes, and at most %d are allowed", bytes,
             INT16_MAX);
  char* end = reinterpret_cast<char*>(ncpyOpInfo + 1);
  NcpyOperationInfo info = {};
  info.srcPtr = srcPtr;
  info.srcLayerInfo = Place(&end, srcLayerInfo, srcLayerSize);
  info.srcLayerSize = static_cast<short>(srcLayerSize);
  info.srcAck = Place(&end, srcAck, srcAckSize);
  info.srcAckSize = static_cast<short>(srcAckSize);
  info.srcRef = srcRef;
  info.srcPe = srcPe;
  info.srcSize = srcSize;
  info.srcRegMode = static_cast<unsigned char>(srcRegMode);
  info.srcDeregMode = static_cast<unsigned char>(srcDeregMode);
  info.isSrcRegistered = static_cast<unsigned char>(isSrcRegistered);
  info.destPtr = destPtr;
  info.destLayerInfo = Place(&end, destLayerInfo, destLayerSize);
  info.destLayerSize = static_cast<short>(destLayerSize);
  info.destAck = Place(&end, destAck, destAckSize);
  info.destAckSize = static_cast<short>(destAckSize);
  info.destRef = destRef;
  info.destPe = destPe;
  info.destSize = destSize;
  info.destRegMode = static_cast<unsigned char>(destRegMode);
  info.destDeregMode = static_cast<unsigned char>(destDeregMode);
  info.isDestRegistered = static_cast<unsigned char>(isDestRegistered);
  info.opMode = CMK_DIRECT_API;
  info.ackMode = CMK_SRC_DEST_ACK;
  info.freeMe = CMK_FREE_NCPYOPINFO;
  info.ncpyOpInfoSize = static_cast<short>(bytes);
  info.rootNode = rootNode;
  info.deviceRdmaOpInfo = deviceRdmaOpInfo;
  *ncpyOpInfo = info;
}

void resetNcpyOpInfoPointers(NcpyOperationInfo* ncpyOpInfo) {
  NcpyOperationInfo& info = *ncpyOpInfo;
  char* end = reinterpret_cast<char*>(ncpyOpInfo + 1);
  info.srcLayerInfo = PlaceOf(&end, info.srcLayerInfo, info.srcLayerSize);
  info.srcAck = PlaceOf(&end, info.srcAck, info.srcAckSize);
  info.destLayerInfo = PlaceOf(&end, info.destLayerInfo, info.destLayerSize);
  info.destAck = PlaceOf(&end, info.destAck, info.destAckSize);
}

void setReverseModeForNcpyOpInfo(NcpyOperationInfo* ncpyOpInfo) {
  switch (ncpyOpInfo->opMode) {
    case CMK_DIRECT_API:
      break;
    case CMK_EM_API:
      ncpyOpInfo->opMode = CMK_EM_API_REVERSE;
      break;
    case CMK_BCAST_EM_API:
      ncpyOpInfo->opMode = CMK_BCAST_EM_API_REVERSE;
      break;
    default:
      CmiAbort("setReverseModeForNcpyOpInfo: mode %d has no reverse", ncpyOpInfo->opMode);
  }
}

// ---- CmiNcpyBuffer

CmiNcpyBuffer::CmiNcpyBuffer(const void* address, size_t bytes, unsigned short int registering,
                             unsigned short int deregistering) {
  init(address, bytes, registering, deregistering);
}
CmiNcpyBuffer::CmiNcpyBuffer(const void* address, size_t bytes, void* deviceInfo,
                             unsigned short int registering, unsigned short int deregistering)
    : deviceRdmaOpInfo(deviceInfo) {
  init(address, bytes, registering, deregistering);
}

void CmiNcpyBuffer::init(const void* address, size_t bytes, unsigned short int registering,
                         unsigned short int deregistering) {
  CheckModes(registering, deregistering);
  ptr = address;
  cnt = bytes;
  pe = CmiMyPe();
  regMode = registering;
  deregMode = deregistering;
  isRegistered = false;
  ref = refAckInfo = nullptr;
  if (cnt > 0) registerMem();
}

void CmiNcpyBuffer::print() {
  CmiPrintf(
      "PE %d: CmiNcpyBuffer %p, %zu bytes, of PE %d, modes %d and %d, registered %d, ref %p\n",
      CmiMyPe(), ptr, cnt, pe, regMode, deregMode, isRegistered, ref);
}

void CmiNcpyBuffer::memcpyGet(CmiNcpyBuffer& source) {
  std::memcpy(const_cast<void*>(ptr), source.ptr, std::min(cnt, source.cnt));
}
void CmiNcpyBuffer::memcpyPut(CmiNcpyBuffer& destination) { destination.memcpyGet(*this); }

NcpyOperationInfo* CmiNcpyBuffer::createNcpyOpInfo(CmiNcpyBuffer& source,
                                                   CmiNcpyBuffer& destination, int ackSize,
                                                   char* srcAck, char* destAck, int rootNode,
                                                   int opMode, void* refPtr) {
  constexpr int kLayer = sizeof(layerInfo);
  auto* const info = static_cast<NcpyOperationInfo*>(
      CmiAlloc(getNcpyOpInfoTotalSize(kLayer, ackSize, kLayer, ackSize)));
  setNcpyOpInfo(source.ptr, source.layerInfo, kLayer, srcAck, ackSize, source.cnt, source.regMode,
                source.deregMode, source.isRegistered, source.pe, source.ref, destination.ptr,
                destination.layerInfo, kLayer, destAck, ackSize, destination.cnt,
                destination.regMode, destination.deregMode, destination.isRegistered,
                destination.pe, destination.ref, rootNode, info, destination.deviceRdmaOpInfo);
  info->opMode = static_cast<unsigned char>(opMode);
  info->refPtr = refPtr;
  return info;
}

void CmiNcpyBuffer::rdmaGet(CmiNcpyBuffer& source, int ackSize, char* srcAck, char* destAck) {
  CmiIssueRget(createNcpyOpInfo(source, *this, ackSize, srcAck, destAck, -1, CMK_DIRECT_API,
                                const_cast<void*>(ref)));
}
void CmiNcpyBuffer::rdmaPut(CmiNcpyBuffer& destination, int ackSize, char* srcAck, char* destAck) {
  CmiIssueRput(createNcpyOpInfo(*this, destination, ackSize, srcAck, destAck, -1, CMK_DIRECT_API,
                                const_cast<void*>(ref)));
}

// ---- Registration: rdma.cc has the rest.

void CmiNcpyBuffer::registerMem() {
  CheckLocal(pe);
  if (isRegistered || (regMode != CMK_BUFFER_REG && regMode != CMK_BUFFER_PREREG)) return;
  heddle::converse::RegisterMemory(layerInfo, ptr, cnt);
  isRegistered = true;
}
void CmiNcpyBuffer::deregisterMem() {
  CheckLocal(pe);
  if (isRegistered) deregisterBuffer(*this);
}
void deregisterBuffer(CmiNcpyBuffer& buffer) {
  CmiDeregisterMem(buffer.ptr, buffer.layerInfo, buffer.pe, buffer.regMode);
  buffer.isRegistered = false;
}

CmiNcpyMode findTransferModeWithNodes(int srcNode, int destNode) {
  return srcNode == destNode ? CmiNcpyMode::MEMCPY : CmiNcpyMode::RDMA;
}
CmiNcpyMode findTransferMode(int srcPe, int destPe) {
  return findTransferModeWithNodes(CmiNodeOf(srcPe), CmiNodeOf(destPe));
}
