// Seeds. "Anywhere" is the node's shared queue, from which the PE takes that has time first:
// nothing is moved again later.
#include "components/base/random.h"
#include "frontends/charm/converse/src/periphery.h"

namespace heddle::converse {
namespace {

std::atomic<int> pe_handler{-1}, node_handler{-1};
CpvStaticDeclare(CldEstimator, estimator);
CpvStaticDeclare(CmiUInt8, random_state);

struct Info {
  CldPackFn pack = nullptr;
  int bytes = 0;
  int queueing = CQS_QUEUEING_FIFO;
  int priority_bits = 0;
  unsigned int* priority = nullptr;
};

// Info and pack functions share the handlers' table, which all PEs fill in the same order.
template <class Function>
int RegisterFunction(Function function) {
  return CmiRegisterHandler(reinterpret_cast<CmiHandler>(reinterpret_cast<void*>(function)));
}

Info InfoOf(void* message, int infofn) {
  void* const function = reinterpret_cast<void*>(CmiHandlerToFunction(infofn));
  if (function == nullptr)
    CmiAbort("a seed has info function %d, which is not registered here", infofn);
  Info info;
  reinterpret_cast<CldInfoFn>(function)(message, &info.pack, &info.bytes, &info.queueing,
                                        &info.priority_bits, &info.priority);
  return info;
}

// For the way to another node, or for several receivers.
Info Pack(void** message, int infofn) {
  const Info info = InfoOf(*message, infofn);
  if (info.pack == nullptr) return info;
  info.pack(message);
  return InfoOf(*message, infofn);
}

void Enqueue(void* message, const Info& info) {
  CsdEnqueueGeneral(message, info.queueing, info.priority_bits, info.priority);
}
void EnqueueForNode(void* message, const Info& info) {
  CsdNodeEnqueueGeneral(message, info.queueing, info.priority_bits, info.priority);
}

char* Address(void* message, int infofn, const std::atomic<int>& handler) {
  char* const bytes = static_cast<char*>(message);
  CldSwitchHandler(bytes, handler.load(std::memory_order_relaxed));
  CmiSetInfo(message, infofn);
  return bytes;
}

void HandleForPe(void* message) {
  CldRestoreHandler(static_cast<char*>(message));
  Enqueue(message, InfoOf(message, CmiGetInfo(message)));
}
void HandleForNode(void* message) {
  CldRestoreHandler(static_cast<char*>(message));
  EnqueueForNode(message, InfoOf(message, CmiGetInfo(message)));
}

CldEstimator& Estimator() { return CpvAccess(estimator); }

int SomeNode() {
  if (CmiNumNodes() == 1) return 0;
  Random random(CpvAccess(random_state)++);
  return static_cast<int>(random.Below(static_cast<std::uint32_t>(CmiNumNodes())));
}

}  // namespace

void InitSeedBalancer(Pe& pe, char**) {
  CpvInitialize(CldEstimator, estimator);
  CpvInitialize(CmiUInt8, random_state);
  CpvAccess(random_state) = static_cast<CmiUInt8>(pe.pe) << 32;
  pe_handler.store(CmiRegisterHandler(HandleForPe), std::memory_order_relaxed);
  node_handler.store(CmiRegisterHandler(HandleForNode), std::memory_order_relaxed);
}

}  // namespace heddle::converse

namespace hc = heddle::converse;

int CldRegisterInfoFn(CldInfoFn fn) { return hc::RegisterFunction(fn); }
int CldRegisterPackFn(CldPackFn fn) { return hc::RegisterFunction(fn); }

void CldSwitchHandler(char* msg, int handler) {
  CmiSetXHandler(msg, CmiGetHandler(msg));
  CmiSetHandler(msg, handler);
}
void CldRestoreHandler(char* msg) { CmiSetHandler(msg, CmiGetXHandler(msg)); }
void CldModuleGeneralInit(char**) {}
const char* CldGetStrategy() { return "shared"; }

void CldRegisterEstimator(CldEstimator fn) { hc::Estimator() = fn; }
int CldEstimate() {
  return hc::Estimator() != nullptr ? hc::Estimator()() : static_cast<int>(CsdLength());
}

void CldEnqueue(int pe, void* msg, int infofn) {
  if (pe == CLD_ANYWHERE) {
    CldNodeEnqueue(hc::SomeNode(), msg, infofn);
  } else if (pe == CmiMyPe()) {
    hc::Enqueue(msg, hc::InfoOf(msg, infofn));
  } else if (pe == CLD_BROADCAST || pe == CLD_BROADCAST_ALL) {
    const hc::Info info = hc::Pack(&msg, infofn);
    char* const bytes = hc::Address(msg, infofn, hc::pe_handler);
    if (pe == CLD_BROADCAST) {
      CmiFreeBroadcastFn(info.bytes, bytes);
    } else {
      CmiFreeBroadcastAllFn(info.bytes, bytes);
    }
  } else {
    if (pe < 0 || pe >= CmiNumPes())
      CmiAbort("a seed for PE %d: there are PEs 0 to %d", pe, CmiNumPes() - 1);
    const bool away = CmiNodeOf(pe) != CmiMyNode();
    const hc::Info info = away ? hc::Pack(&msg, infofn) : hc::InfoOf(msg, infofn);
    CmiFreeSendFn(pe, info.bytes, hc::Address(msg, infofn, hc::pe_handler));
  }
}

void CldEnqueueMulti(int npes, const int* pes, void* msg, int infofn) {
  const hc::Info info = hc::Pack(&msg, infofn);
  CmiFreeListSendFn(npes, pes, info.bytes, hc::Address(msg, infofn, hc::pe_handler));
}
void CldEnqueueGroup(CmiGroup grp, void* msg, int infofn) {
  const hc::Info info = hc::Pack(&msg, infofn);
  CmiFreeMulticastFn(grp, info.bytes, hc::Address(msg, infofn, hc::pe_handler));
}
void CldEnqueueWithinNode(void* msg, int infofn) {
  const hc::Info info = hc::Pack(&msg, infofn);
  CmiWithinNodeBroadcastFn(info.bytes, hc::Address(msg, infofn, hc::pe_handler));
  CmiFree(msg);
}

void CldNodeEnqueue(int node, void* msg, int infofn) {
  if (node == CLD_ANYWHERE) node = hc::SomeNode();
  if (node == CmiMyNode()) {
    hc::EnqueueForNode(msg, hc::InfoOf(msg, infofn));
  } else if (node == CLD_BROADCAST || node == CLD_BROADCAST_ALL) {
    const hc::Info info = hc::Pack(&msg, infofn);
    char* const bytes = hc::Address(msg, infofn, hc::node_handler);
    if (node == CLD_BROADCAST) {
      CmiFreeNodeBroadcastFn(info.bytes, bytes);
    } else {
      CmiFreeNodeBroadcastAllFn(info.bytes, bytes);
    }
  } else {
    if (node < 0 || node >= CmiNumNodes())
      CmiAbort("a seed for node %d: there are nodes 0 to %d", node, CmiNumNodes() - 1);
    const hc::Info info = hc::Pack(&msg, infofn);
    CmiFreeNodeSendFn(node, info.bytes, hc::Address(msg, infofn, hc::node_handler));
  }
}
