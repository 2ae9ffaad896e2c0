// The sending half of Network: who may post, what waits, what is tried again.
#include <mutex>
#include <utility>

#include "components/base/check.h"
#include "components/base/fence.h"
#include "components/message_layer/network_impl.h"

namespace heddle {
namespace {

bool Announces(FrameKind kind) {
  return kind == FrameKind::kRendezvous || kind == FrameKind::kGet || kind == FrameKind::kPut;
}

// What travels behind the header.
std::size_t BodyBytes(const Message* message) {
  switch (KindOf(message)) {
    case FrameKind::kRendezvous:
      return 0;
    case FrameKind::kGet:
    case FrameKind::kPut:
      return sizeof(RemoteRange);
    default:
      return message->bytes;
  }
}

Announced* AnnouncedBy(Message* message) { return static_cast<Announced*>(message->payload()); }

// What Frame::bytes says.
std::size_t FrameBytes(Message* message) {
  return KindOf(message) == FrameKind::kRendezvous ? AnnouncedBy(message)->half->bytes
                                                   : BodyBytes(message);
}

// The message whose header was overlaid by that of a frame.
Message* Restored(void* frame, std::size_t payload_bytes) {
  auto* const message = ::new (frame) Message;
  message->bytes = payload_bytes;
  return message;
}

}  // namespace

Peer* Network::Impl::PeerOf(int number) {
  HEDDLE_CHECK(number >= 0 && number < processes) << "process " << number << " of " << processes;
  std::atomic<Peer*>& entry = peers[static_cast<std::size_t>(number)];
  Peer* peer = entry.load(std::memory_order_acquire);
  if (peer != nullptr) [[likely]]
    return peer;
  std::lock_guard<SpinLock> hold(known_lock);
  peer = entry.load(std::memory_order_acquire);
  if (peer == nullptr) {
    peer = new Peer(number);
    known.push_back(peer);
    entry.store(peer, std::memory_order_release);
  }
  return peer;
}

void Network::Impl::SendLocal(Message* message) {
  local.Push(message);
  Progress();  // Where another thread is at it, it looks once more after it.
}

void Network::Impl::SendTo(Peer* peer, Message* message) {
  if (!peer->lock.try_lock()) {
    Push(peer, message);
    return;
  }
  const bool first = peer->first == nullptr && peer->pushed.Empty();
  if (!first || !Post(peer, message)) {
    // Behind what waits; what this thread pushed before is among it.
    for (Message* m = peer->pushed.TakeAll(); m != nullptr;)
      Append(peer, std::exchange(m, m->next));
    peer->waiting_bytes.fetch_add(WindowBytes(FrameBytes(message)), std::memory_order_relaxed);
    waited.fetch_add(1, std::memory_order_relaxed);
    Append(peer, message);
    if (first || !PostWaiting(peer)) Stall(peer);
  }
  Unlock(peer);
}

// For who did not get the lock.
void Network::Impl::Push(Peer* peer, Message* message) {
  peer->waiting_bytes.fetch_add(WindowBytes(FrameBytes(message)), std::memory_order_relaxed);
  waited.fetch_add(1, std::memory_order_relaxed);
  peer->pushed.Push(message);
  if (!peer->lock.try_lock()) return;  // The holder looks once more.
  if (!PostWaiting(peer)) Stall(peer);
  Unlock(peer);
}

void Network::Impl::Append(Peer* peer, Message* message) {
  message->next = nullptr;
  (peer->first == nullptr ? peer->first : peer->last->next) = message;
  peer->last = message;
}

// The other half of the promise of Push(): the unlock, then the look; there the push, then the try.
void Network::Impl::Unlock(Peer* peer) {
  for (;;) {
    peer->lock.unlock();
    FullFence();
    if (peer->pushed.Empty() || !peer->lock.try_lock()) return;
    if (!PostWaiting(peer)) Stall(peer);
  }
}

// Posts what waits; false where some of it must go on waiting. The holder of Peer::lock.
bool Network::Impl::PostWaiting(Peer* peer) {
  for (Message* m = peer->pushed.TakeAll(); m != nullptr;) Append(peer, std::exchange(m, m->next));
  while (Message* const message = peer->first) {
    Message* const next = message->next;
    const std::uint64_t bytes = WindowBytes(FrameBytes(message));
    if (!Post(peer, message)) return false;
    peer->first = next;
    peer->waiting_bytes.fetch_sub(bytes, std::memory_order_relaxed);
  }
  return true;
}

// Gives one message to the transport; false, and nothing happened, where the window is closed or the transport is full.
// The holder of Peer::lock.
bool Network::Impl::Post(Peer* peer, Message* message) {
  if (peer->sent_bytes - peer->credited_bytes.load(std::memory_order_acquire) >=
      options.window_bytes)
    return false;
  const FrameKind kind = KindOf(message);
  const std::size_t frame_bytes = FrameBytes(message);
  const std::size_t body = BodyBytes(message);
  const std::size_t payload_bytes = message->bytes;
  const std::uint64_t word = message->word;
  Message* const next = message->next;
  Half* const half = Announces(kind) ? AnnouncedBy(message)->half : nullptr;
  const std::uint64_t sequence = peer->next_sequence;
  EncodeFrame({kind, static_cast<std::int32_t>(word >> 32), static_cast<std::uint32_t>(word),
               sequence, frame_bytes},
              message);
  const PostResult result = transport->SendFrame(peer->process, message, kFrameHeaderBytes + body);
  if (result == PostResult::kRetry) {
    Message* const again = Restored(message, payload_bytes);
    again->kind = static_cast<std::uint32_t>(kind);
    again->word = word;
    again->next = next;
    return false;
  }
  ++peer->next_sequence;
  peer->sent_bytes += WindowBytes(frame_bytes);
  sent.fetch_add(1, std::memory_order_relaxed);
  if (result == PostResult::kDone) MessageFree(Restored(message, payload_bytes)->payload());
  if (half != nullptr) {
    half->number = 2 * sequence + (kind == FrameKind::kGet ? 1 : 0);
    PostBulk(half);
  }
  if (result == PostResult::kPosted || half != nullptr) Kick();
  return true;
}

void Network::Impl::FrameSent(void* frame) {
  internal::WireHeader header;  // Of a frame of ours it needs no check.
  std::memcpy(&header, frame, sizeof(header));
  const bool announces = Announces(static_cast<FrameKind>(header.kind));
  MessageFree(Restored(frame, announces ? sizeof(Announced) : header.bytes)->payload());
}

void Network::Impl::Stall(Peer* peer) {
  if (!peer->stalled) {
    peer->stalled = true;
    std::lock_guard<SpinLock> hold(stalled_lock);
    stalled.push_back(peer);
    any_stalled.store(true, std::memory_order_relaxed);
  }
  Kick();
}

// The poller. True where something went out.
bool Network::Impl::ServeStalled() {
  std::vector<Peer*> all;
  {
    std::lock_guard<SpinLock> hold(stalled_lock);
    all.swap(stalled);
  }
  bool any = RetryBulk();
  std::vector<Peer*> still;
  for (Peer* const peer : all) {
    if (!peer->lock.try_lock()) {
      still.push_back(peer);
      continue;
    }
    const Message* const before = peer->first;
    if (PostWaiting(peer)) {
      peer->stalled = false;
      any = true;
    } else {
      still.push_back(peer);
      any |= peer->first != before;
    }
    Unlock(peer);
  }
  std::lock_guard<SpinLock> hold(stalled_lock);
  stalled.insert(stalled.end(), still.begin(), still.end());
  any_stalled.store(!stalled.empty() || !retry.empty(), std::memory_order_relaxed);
  return any;
}

void Network::Impl::PostBulk(BulkTransfer* half) {
  switch (transport->PostBulk(half)) {
    case PostResult::kDone:
      half->done(half);
      break;
    case PostResult::kPosted:
      break;
    case PostResult::kRetry: {
      std::lock_guard<SpinLock> hold(stalled_lock);
      retry.push_back(half);
      any_stalled.store(true, std::memory_order_relaxed);
      break;
    }
  }
}

bool Network::Impl::RetryBulk() {
  std::vector<BulkTransfer*> all;
  {
    std::lock_guard<SpinLock> hold(stalled_lock);
    all.swap(retry);
  }
  const std::size_t before = all.size();
  for (BulkTransfer* const half : all) PostBulk(half);
  std::lock_guard<SpinLock> hold(stalled_lock);
  return retry.size() < before;
}

}  // namespace heddle
