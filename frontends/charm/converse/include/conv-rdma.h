/* Direct access to memory of other PEs, in C++: a buffer is described, its description sent, and
 * its bytes are fetched or written.
 *
 * Inside of a process that is a copy. Between processes the memory is registered with the network,
 * or, where it is not, or with +nordma, the bytes travel in a message. */
#ifndef CONV_RDMA_H
#define CONV_RDMA_H

#ifndef __cplusplus
#error "conv-rdma.h is C++"
#endif

#include <functional>
#include <vector>

#pragma GCC visibility push(default)

#include "converse.h"

/* Whether +nordma was given. Set before the start function is called. */
extern bool CmiUseCopyBasedRDMA;

#define CMK_REG_REQUIRED 1
#define CMK_COMMON_NOCOPY_DIRECT_BYTES 0
#define CMK_NOCOPY_DIRECT_BYTES 32

typedef void (*RdmaAckCallerFn)(void* token);

/* What others need to reach [ptr, ptr + size), for `info` of CMK_NOCOPY_DIRECT_BYTES. Thread
 * safety: any PE of the memory's node. */
void CmiSetRdmaBufferInfo(void* info, const void* ptr, int size, unsigned short int mode);
void CmiSetRdmaCommonInfo(void* info, const void* ptr, int size);
int CmiGetRdmaCommonInfoSize(void);
void CmiDeregisterMem(const void* ptr, void* info, int pe, unsigned short int mode);

/* The function that is told of ends, with the NcpyOperationInfo; one for the process. It runs on a
 * PE as a message does, or in the call that began the operation. Where the network did it, or a
 * copy, it is called once, on the PE that began, with CMK_SRC_DEST_ACK; where a message did it, on
 * the source with CMK_SRC_ACK and on the destination with CMK_DEST_ACK. */
void CmiSetDirectNcpyAckHandler(RdmaAckCallerFn fn);
/* Fetches from srcPe; writes to destPe. They take the block over, and free it after the
 * acknowledgement unless its freeMe says not to. Errors: CmiAbort without an acknowledgement
 * function, or for a length that a message cannot have. */
void CmiIssueRget(NcpyOperationInfo* ncpyOpInfo);
void CmiIssueRput(NcpyOperationInfo* ncpyOpInfo);
/* Calls the acknowledgement function. */
void CmiInvokeNcpyAck(void* ack);
/* There is no way through the kernel to another process's memory here: 0. */
int CmiDoesCMAWork(void);
void CmiOnesidedDirectInit(void);
void CmiSetNcpyAckSize(int ackSize);

enum class CmiNcpyMode : char { MEMCPY, CMA, RDMA };
enum class CmiNcpyStatus : char { incomplete, complete };
enum class ncpyHandlerIdx : char {
  EM_ACK,
  BCAST_ACK,
  BCAST_POST_ACK,
  CMA_DEREG_ACK,
  CMA_DEREG_ACK_DIRECT,
  CMA_DEREG_ACK_ZC_PUP,
  CMA_DEREG_ACK_ZC_PUP_CUSTOM,
};

/* A buffer of a PE. Plain bytes: to be sent in a message. */
class CmiNcpyBuffer {
 public:
  bool isRegistered = false;
  alignas(8) char layerInfo[CMK_COMMON_NOCOPY_DIRECT_BYTES + CMK_NOCOPY_DIRECT_BYTES] = {};
  const void* ptr = nullptr;
  size_t cnt = 0;
  int pe = -1;
  unsigned short int regMode = CMK_BUFFER_REG;
  unsigned short int deregMode = CMK_BUFFER_DEREG;
  const void* ref = nullptr;
  const void* refAckInfo = nullptr;
  void* deviceRdmaOpInfo = nullptr;

  CmiNcpyBuffer() = default;
  /* `bytes` at `address`, of the calling PE; registers them unless the mode says not to. Errors:
   * CmiAbort for an unknown mode. */
  explicit CmiNcpyBuffer(const void* address, size_t bytes,
                         unsigned short int registering = CMK_BUFFER_REG,
                         unsigned short int deregistering = CMK_BUFFER_DEREG);
  explicit CmiNcpyBuffer(const void* address, size_t bytes, void* deviceInfo,
                         unsigned short int registering = CMK_BUFFER_REG,
                         unsigned short int deregistering = CMK_BUFFER_DEREG);
  void init(const void* address, size_t bytes, unsigned short int registering = CMK_BUFFER_REG,
            unsigned short int deregistering = CMK_BUFFER_DEREG);
  void print();
  void setRef(const void* reference) { ref = reference; }
  const void* getRef() { return ref; }
  void setMode(unsigned short int registering) { regMode = registering; }
  /* On the buffer's node. */
  void registerMem();
  void deregisterMem();
  /* The smaller of both lengths, inside of a node. */
  void memcpyGet(CmiNcpyBuffer& source);
  void memcpyPut(CmiNcpyBuffer& destination);
  /* Into, or out of, this buffer, which is the calling PE's; the acknowledgement data are copied.
   */
  void rdmaGet(CmiNcpyBuffer& source, int ackSize, char* srcAck, char* destAck);
  void rdmaPut(CmiNcpyBuffer& destination, int ackSize, char* srcAck, char* destAck);
  NcpyOperationInfo* createNcpyOpInfo(CmiNcpyBuffer& source, CmiNcpyBuffer& destination,
                                      int ackSize, char* srcAck, char* destAck, int rootNode,
                                      int opMode, void* refPtr);
};
void deregisterBuffer(CmiNcpyBuffer& buffer);

/* MEMCPY within a node, else RDMA. */
CmiNcpyMode findTransferMode(int srcPe, int destPe);
CmiNcpyMode findTransferModeWithNodes(int srcNode, int destNode);

/* ---- Large pieces of packed objects, fetched from where they were packed. */
struct ncpyHandlerMsg {
  char cmicore[CmiMsgHeaderSizeBytes];
  ncpyHandlerIdx opMode;
  void* ref;
};
struct zcPupSourceInfo {
  CmiNcpyBuffer src;
  std::function<void(void*)> deallocate;
};
/* Remembers a source, and what frees it (CmiFree by default), until it has been fetched; src.ref is
 * what returns. */
zcPupSourceInfo* zcPupAddSource(CmiNcpyBuffer& src);
zcPupSourceInfo* zcPupAddSource(CmiNcpyBuffer& src, std::function<void(void*)> deallocate);
/* It has been: frees it. By a message to its PE. */
void zcPupDone(void* ref);
void zcPupHandler(ncpyHandlerMsg* msg);
void invokeZCPupHandler(void* ref, int pe);
/* Within a node at once; otherwise an operation in newZCPupGets, which who unpacks gives to
 * CmiIssueRget(). */
void zcPupGet(CmiNcpyBuffer& src, CmiNcpyBuffer& dest);
CpvExtern(std::vector<NcpyOperationInfo*>, newZCPupGets);

#pragma GCC visibility pop

#endif /* CONV_RDMA_H */
