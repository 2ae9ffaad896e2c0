// Futures. The value comes as a message to the PE that made the future, and stays in that message.
#include <cstring>
#include <utility>
#include <vector>

#include "frontends/charm/converse/src/periphery.h"

struct Cfuture_data_s {
  void* message = nullptr;  // With the value; nullptr: not set yet.
  std::vector<CthThread> waiters;
};

namespace heddle::converse {
namespace {

std::atomic<int> value_handler{-1};

struct alignas(16) ValueMessage {
  CmiMessageHeader header;
  Cfuture_data_s* data;
  void* value() { return this + 1; }
};

ValueMessage* MessageOf(void* value) { return static_cast<ValueMessage*>(value) - 1; }

void Store(ValueMessage* message) {
  Cfuture_data_s& data = *message->data;
  if (data.message != nullptr) CmiAbort("a future is set for the second time");
  data.message = message;
  for (const CthThread waiter : std::exchange(data.waiters, {})) CthAwaken(waiter);
}

void HandleValue(void* message) { Store(static_cast<ValueMessage*>(message)); }

}  // namespace

void InitFutures(Pe&, char**) {
  value_handler.store(CmiRegisterHandler(HandleValue), std::memory_order_relaxed);
}

}  // namespace heddle::converse

namespace hc = heddle::converse;

Cfuture CfutureCreate() { return {CmiMyPe(), new Cfuture_data_s}; }

void CfutureDestroy(Cfuture f) {
  if (f.pe != CmiMyPe()) CmiAbort("a future of PE %d is destroyed by PE %d", f.pe, CmiMyPe());
  if (!f.data->waiters.empty())
    CmiAbort("a future is destroyed for which %zu threads wait", f.data->waiters.size());
  CmiFree(f.data->message);
  delete f.data;
}

void* CfutureCreateBuffer(int bytes) {
  if (bytes < 0) CmiAbort("CfutureCreateBuffer(%d)", bytes);
  auto* const message =
      static_cast<hc::ValueMessage*>(CmiAlloc(static_cast<int>(sizeof(hc::ValueMessage)) + bytes));
  CmiSetHandler(message, hc::value_handler.load(std::memory_order_relaxed));
  return message->value();
}
void CfutureDestroyBuffer(void* buffer) {
  if (buffer != nullptr) CmiFree(hc::MessageOf(buffer));
}
void CfutureStoreBuffer(Cfuture f, void* buffer) {
  hc::ValueMessage* const message = hc::MessageOf(buffer);
  message->data = f.data;
  if (f.pe == CmiMyPe()) {
    hc::Store(message);
  } else {
    CmiFreeSendFn(f.pe, CmiSize(message), reinterpret_cast<char*>(message));
  }
}
void CfutureSet(Cfuture f, void* value, int len) {
  void* const buffer = CfutureCreateBuffer(len);
  if (len > 0) std::memcpy(buffer, value, static_cast<std::size_t>(len));
  CfutureStoreBuffer(f, buffer);
}

void* CfutureWait(Cfuture f) {
  if (f.pe != CmiMyPe()) CmiAbort("PE %d waits for a future of PE %d", CmiMyPe(), f.pe);
  while (f.data->message == nullptr) {
    f.data->waiters.push_back(CthSelf());
    CthSuspend();
  }
  return static_cast<hc::ValueMessage*>(f.data->message)->value();
}

void CfutureInit() {}
void CfutureModuleInit() {}
