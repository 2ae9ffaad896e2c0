// A message: a payload in a pooled block, with what a queue needs in front of it. Its receiver owns it.
//
//   void* payload = MessageAllocate(bytes);   ...   MessageFree(payload);
//
// Layout: Message (32 bytes), then the payload, aligned to 16. Users see payloads only; queues and transports see both. A
// block has a count of owners, so that one payload can be kept by several (MessageReference); it is freed by the last.
#ifndef HEDDLE_COMPONENTS_MESSAGE_LAYER_MESSAGE_H_
#define HEDDLE_COMPONENTS_MESSAGE_LAYER_MESSAGE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "components/memory_pool/pool.h"

namespace heddle {

struct Message {
  Message* next = nullptr;   // For the queue that holds it.
  std::size_t bytes = 0;     // Of the payload, as asked for.
  std::atomic<std::uint32_t> owners{1};
  std::uint32_t kind = 0;    // For the queue's owner: what the payload is. 0 where it is the user's.
  std::uint64_t word = 0;    // For the holder: a queue's or a transport's own.

  void* payload() { return this + 1; }
  static Message* Of(const void* payload) {
    return const_cast<Message*>(static_cast<const Message*>(payload)) - 1;
  }
};
static_assert(sizeof(Message) == 32);

// A payload of `bytes`, with undefined contents and one owner.
// Thread safety: any thread.  Blocking: never.  Errors: out of memory dies in a CHECK that names the size.
// Cost: about 2 ns; see PoolAllocate.
[[nodiscard]] inline void* MessageAllocate(std::size_t bytes) {
  auto* const message = ::new (PoolAllocate(sizeof(Message) + bytes)) Message;
  message->bytes = bytes;
  return message->payload();
}

// One owner more. Thread safety: any owner.  Blocking: never.
inline void MessageReference(void* payload) {
  Message::Of(payload)->owners.fetch_add(1, std::memory_order_relaxed);
}

// One owner less; the last frees the block.
// Thread safety: any owner, on any thread.  Blocking: never.
// Memory order: what each owner did before its call happens before the block is used again.
// Cost: about 2 ns where there is one owner, and one read-modify-write otherwise.
inline void MessageFree(void* payload) {
  Message* const message = Message::Of(payload);
  if (message->owners.load(std::memory_order_acquire) != 1 &&
      message->owners.fetch_sub(1, std::memory_order_acq_rel) != 1) {
    return;
  }
  PoolFree(message, sizeof(Message) + message->bytes);
}

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_MESSAGE_LAYER_MESSAGE_H_
