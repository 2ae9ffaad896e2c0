// Cqs: the queues of the message layer by their Converse names.
#include "frontends/charm/converse/src/queues.h"

#include <cstring>
#include <utility>
#include <vector>

#include "components/message_layer/message_queue.h"
#include "frontends/charm/converse/src/pe.h"
#include "frontends/charm/converse/src/session.h"

CpvDeclare(Queue, CsdSchedQueue);
CsvDeclare(Queue, CsdNodeQueue);

namespace heddle::converse {
namespace {

using End = MessageQueue::End;

void Push(Queue q, void* message, MessagePriority priority, End end) {
  if (q->places != nullptr) {
    q->places->PushShared(message, std::move(priority), end);
  } else {
    q->queue->Push(message, std::move(priority), end);
  }
}

MessagePriority IntegerAt(const unsigned int* priority) {
  return MessagePriority::Integer(static_cast<std::int32_t>(*priority));
}
MessagePriority Integer64At(const unsigned int* priority) {
  std::int64_t value = 0;
  std::memcpy(&value, priority, sizeof(value));
  return MessagePriority::Integer64(value);
}
MessagePriority BitsAt(const unsigned int* priority, int bits) {
  if (bits < 0) CmiAbort("a priority of %d bits", bits);
  return bits == 0 ? MessagePriority()
                   : MessagePriority::Bits(priority, static_cast<std::size_t>(bits));
}

}  // namespace

Queue WrapQueue(MessageQueue* queue) { return new CmiQueue{queue, nullptr}; }
Queue WrapQueue(Places* places) { return new CmiQueue{nullptr, places}; }

}  // namespace heddle::converse

using heddle::MessagePriority;
using heddle::MessageQueue;
namespace hc = heddle::converse;

Queue CqsCreate() { return hc::WrapQueue(new MessageQueue); }
void CqsDelete(Queue q) {
  if (q->places != nullptr) CmiAbort("CqsDelete of the node's queue");
  delete q->queue;
  delete q;
}
void CqsEnqueue(Queue q, void* msg) { CqsEnqueueFifo(q, msg); }
void CqsEnqueueFifo(Queue q, void* msg) {
  if (q->places == nullptr) [[likely]] {
    q->queue->Push(msg);
  } else {
    q->places->PushShared(msg);
  }
}
void CqsEnqueueLifo(Queue q, void* msg) {
  hc::Push(q, msg, MessagePriority(), MessageQueue::End::kFront);
}

void CqsEnqueueGeneral(Queue q, void* msg, int strategy, int priobits, unsigned int* prioptr) {
  using End = MessageQueue::End;
  switch (strategy) {
    case CQS_QUEUEING_FIFO:
      return CqsEnqueueFifo(q, msg);
    case CQS_QUEUEING_LIFO:
      return CqsEnqueueLifo(q, msg);
    case CQS_QUEUEING_IFIFO:
      return hc::Push(q, msg, hc::IntegerAt(prioptr), End::kBack);
    case CQS_QUEUEING_ILIFO:
      return hc::Push(q, msg, hc::IntegerAt(prioptr), End::kFront);
    case CQS_QUEUEING_LFIFO:
      return hc::Push(q, msg, hc::Integer64At(prioptr), End::kBack);
    case CQS_QUEUEING_LLIFO:
      return hc::Push(q, msg, hc::Integer64At(prioptr), End::kFront);
    case CQS_QUEUEING_BFIFO:
      return hc::Push(q, msg, hc::BitsAt(prioptr, priobits), End::kBack);
    case CQS_QUEUEING_BLIFO:
      return hc::Push(q, msg, hc::BitsAt(prioptr, priobits), End::kFront);
    default:
      CmiAbort("queueing strategy %d is none of CQS_QUEUEING_FIFO (2) to CQS_QUEUEING_LLIFO (9)",
               strategy);
  }
}

void CqsDequeue(Queue q, void** msg) {
  *msg = q->places != nullptr ? q->places->TakeShared() : q->queue->Pop();
}
unsigned int CqsLength(Queue q) {
  return static_cast<unsigned int>(q->places != nullptr ? q->places->shared_count()
                                                        : q->queue->size());
}
int CqsEmpty(Queue q) { return CqsLength(q) == 0; }

void CqsEnumerateQueue(Queue q, void*** array) {
  if (q->places != nullptr) CmiAbort("CqsEnumerateQueue of the node's queue is not implemented");
  const std::vector<void*> all = q->queue->All();
  *array = static_cast<void**>(CmiAlloc(static_cast<int>(all.size() * sizeof(void*))));
  std::memcpy(*array, all.data(), all.size() * sizeof(void*));
}
void CqsRemoveSpecific(Queue q, const void* msg) {
  if (q->places != nullptr) CmiAbort("CqsRemoveSpecific of the node's queue is not implemented");
  (void)q->queue->Remove(msg);
}
