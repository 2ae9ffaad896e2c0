// CkNcpyBuffer::get() and put().
//
// Within a process they copy. Between processes whoever begins registers its own memory for this
// transfer and asks the other side, which pulls or pushes: a get is the other's put. So nobody
// depends on a registration that may have ended, and no byte is copied into a message.
#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/nocopy.h"

namespace heddle::charm {
namespace {

int ask_handler = -1, end_handler = -1;

// One side of a transfer. `window`: its registration, or none.
struct Side {
  CkNcpyBuffer buffer;
  CmiNcpyBuffer window;
};

struct Ask {
  CmiMessageHeader header;
  bool is_get;
  Side asker;
  CkNcpyBuffer other;
};

struct End {
  CmiMessageHeader header;
  Side side;
};

// On a PE of the buffer's process.
void EndHere(Side side) {
  if (side.window.isRegistered) deregisterBuffer(side.window);
  Tell(side.buffer);
}

void EndAnywhere(const char* ack) {
  Side side;
  std::memcpy(static_cast<void*>(&side), ack, sizeof(side));
  if (CmiNodeOf(side.buffer.pe) == CmiMyNode()) return EndHere(side);
  auto* const end = static_cast<End*>(CmiAlloc(sizeof(End)));
  std::memcpy(static_cast<void*>(&end->side), &side, sizeof(side));
  SendToHandler(side.buffer.pe, end, sizeof(End), end_handler);
}

void OnEnd(void* message) {
  EndHere(static_cast<End*>(message)->side);
  CmiFree(message);
  CountProcessed(MyPe());
}

// The transfer counts as one message, from when it was asked for until its bytes are there.
void OnAcknowledgement(void* token) {
  const auto& info = *static_cast<NcpyOperationInfo*>(token);
  if (info.ackMode != CMK_DEST_ACK) EndAnywhere(info.srcAck);
  if (info.ackMode == CMK_SRC_ACK) return;
  EndAnywhere(info.destAck);
  CountProcessed(MyPe());
}

void OnAsk(void* message) {
  auto& ask = *static_cast<Ask*>(message);
  Side mine{ask.other, {}};
  auto* const my_ack = reinterpret_cast<char*>(&mine);
  auto* const asker_ack = reinterpret_cast<char*>(&ask.asker);
  constexpr int kAckSize = sizeof(Side);
  if (ask.is_get) {
    mine.buffer.rdmaPut(ask.asker.window, kAckSize, my_ack, asker_ack);
  } else {
    mine.buffer.rdmaGet(ask.asker.window, kAckSize, asker_ack, my_ack);
  }
  CmiFree(message);
}

CkNcpyStatus Begin(CkNcpyBuffer* mine, CkNcpyBuffer* other, bool is_get) {
  const char* const name = is_get ? "CkNcpyBuffer::get() with" : "CkNcpyBuffer::put() with";
  CheckUsable(*mine, name);
  CheckUsable(*other, name);
  CkNcpyBuffer* const from = is_get ? other : mine;
  CkNcpyBuffer* const to = is_get ? mine : other;
  if (from->cnt > to->cnt) {
    CkAbort("Charm++: %s a source of %zu bytes and a destination of %zu, which is too small", name,
            from->cnt, to->cnt);
  }
  if (CmiNodeOf(mine->pe) != CmiMyNode()) {
    CkAbort("Charm++: %s memory of PE %d on PE %d, of another process: call it where the %s is",
            name, mine->pe, CkMyPe(), is_get ? "destination" : "source");
  }
  if (CmiNodeOf(other->pe) == CmiMyNode()) {
    std::memmove(const_cast<void*>(to->ptr), from->ptr, from->cnt);
    Tell(*from);
    Tell(*to);
    return CkNcpyStatus::complete;
  }
  auto* const ask = static_cast<Ask*>(CmiAlloc(sizeof(Ask)));
  ask->is_get = is_get;
  ask->other = *other;
  ask->asker.buffer = *mine;
  ask->asker.window = CmiNcpyBuffer(mine->ptr, mine->cnt);
  ask->asker.window.pe = mine->pe;
  SendToHandler(other->pe, ask, sizeof(Ask), ask_handler);
  return CkNcpyStatus::incomplete;
}

}  // namespace

void InitTransfers() {
  RegisterHandler(&ask_handler, OnAsk);
  RegisterHandler(&end_handler, OnEnd);
  if (CmiMyRank() == 0) CmiSetDirectNcpyAckHandler(OnAcknowledgement);
}

}  // namespace heddle::charm

CkNcpyStatus CkNcpyBuffer::get(CkNcpyBuffer& source) {
  return heddle::charm::Begin(this, &source, true);
}
CkNcpyStatus CkNcpyBuffer::put(CkNcpyBuffer& destination) {
  return heddle::charm::Begin(this, &destination, false);
}
