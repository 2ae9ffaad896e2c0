// zcPup: large pieces of packed objects stay where they were packed until who unpacks them has
// fetched them.
#include <utility>

#include "conv-rdma.h"
#include "frontends/charm/converse/src/periphery.h"
#include "frontends/charm/converse/src/rdma.h"

CpvDeclare(std::vector<NcpyOperationInfo*>, newZCPupGets);

namespace heddle::converse {
namespace {

std::atomic<int> fetched_handler{-1};

void HandleFetched(void* message) {
  zcPupHandler(static_cast<ncpyHandlerMsg*>(message));
  CmiFree(message);
}

}  // namespace

void InitPackedSources() {
  CpvInitialize(std::vector<NcpyOperationInfo*>, newZCPupGets);
  fetched_handler.store(CmiRegisterHandler(HandleFetched), std::memory_order_relaxed);
}

}  // namespace heddle::converse

zcPupSourceInfo* zcPupAddSource(CmiNcpyBuffer& src) {
  return zcPupAddSource(src, [](void* memory) { CmiFree(memory); });
}
zcPupSourceInfo* zcPupAddSource(CmiNcpyBuffer& src, std::function<void(void*)> deallocate) {
  auto* const source = new zcPupSourceInfo{src, std::move(deallocate)};
  src.setRef(source);
  source->src.setRef(source);
  return source;
}

void zcPupDone(void* ref) {
  auto* const source = static_cast<zcPupSourceInfo*>(ref);
  source->src.deregisterMem();
  if (source->deallocate) source->deallocate(const_cast<void*>(source->src.ptr));
  delete source;
}
void zcPupHandler(ncpyHandlerMsg* msg) { zcPupDone(msg->ref); }

void invokeZCPupHandler(void* ref, int pe) {
  auto* const message = static_cast<ncpyHandlerMsg*>(CmiAlloc(sizeof(ncpyHandlerMsg)));
  message->opMode = ncpyHandlerIdx::CMA_DEREG_ACK_ZC_PUP;
  message->ref = ref;
  CmiSetHandler(message, heddle::converse::fetched_handler.load(std::memory_order_relaxed));
  CmiSyncSendAndFree(pe, sizeof(ncpyHandlerMsg), message);
}

void zcPupGet(CmiNcpyBuffer& src, CmiNcpyBuffer& dest) {
  if (src.ref == nullptr) CmiAbort("zcPupGet: the source was not announced by zcPupAddSource()");
  if (findTransferMode(src.pe, dest.pe) == CmiNcpyMode::MEMCPY) {
    dest.memcpyGet(src);
    dest.deregisterMem();
    invokeZCPupHandler(const_cast<void*>(src.ref), src.pe);
    return;
  }
  CpvAccess(newZCPupGets)
      .push_back(dest.createNcpyOpInfo(src, dest, 0, nullptr, nullptr, -1, CMK_ZC_PUP, nullptr));
}
