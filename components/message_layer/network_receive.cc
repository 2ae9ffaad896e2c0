// The receiving half of Network: order, delivery, credits. All of it belongs to the holder of Impl::progress.
#include <unistd.h>

#include <mutex>
#include <utility>

#include "components/base/check.h"
#include "components/message_layer/network_impl.h"

namespace heddle {
namespace {

// A message as it will be delivered, with its payload if that has come.
Message* NewMessage(const Frame& frame, const void* body, std::size_t body_bytes) {
  void* const payload = MessageAllocate(frame.bytes);
  Message* const message = Message::Of(payload);
  message->kind = static_cast<std::uint32_t>(frame.kind);
  message->word = WordOf(frame.receiver, frame.tag);
  if (body_bytes > 0) std::memcpy(payload, body, body_bytes);
  return message;
}

}  // namespace

void Network::Impl::Reject() { rejected.fetch_add(1, std::memory_order_relaxed); }

void Network::Impl::FrameArrived(int from, const void* data, std::size_t size) {
  Frame frame;
  if (!DecodeFrame(data, size, &frame).ok() || from < 0 || from >= processes) {
    Reject();
    return;
  }
  const char* const body = static_cast<const char*>(data) + kFrameHeaderBytes;
  Peer* const peer = PeerOf(from);
  received.fetch_add(1, std::memory_order_relaxed);
  if (frame.kind == FrameKind::kCredit) {
    std::uint64_t sum = 0;
    std::memcpy(&sum, body, sizeof(sum));
    // Sums may overtake each other.
    if (sum > peer->credited_bytes.load(std::memory_order_relaxed)) {
      peer->credited_bytes.store(sum, std::memory_order_release);
    }
    return;
  }
  if (frame.sequence < peer->expected || peer->early.count(frame.sequence) > 0) {
    Reject();
    return;
  }
  const std::size_t body_bytes = size - kFrameHeaderBytes;
  if (frame.kind != FrameKind::kRendezvous) {
    Message* const message = NewMessage(frame, body, body_bytes);
    if (frame.sequence == peer->expected) {
      ++peer->expected;
      Deliver(peer, message, frame.sequence);
      if (!peer->early.empty()) DeliverEarly(peer);
    } else {
      peer->early.emplace(frame.sequence, Peer::Early{message, true});
    }
    return;
  }
  Message* const message = NewMessage(frame, nullptr, 0);
  peer->early.emplace(frame.sequence, Peer::Early{message, false});
  Half* const half = PoolNew<Half>();
  half->impl = this;
  half->process = from;
  half->send = false;
  half->number = 2 * frame.sequence;
  half->address = static_cast<char*>(message->payload());
  half->bytes = frame.bytes;
  half->sequence = frame.sequence;
  half->done = [](BulkTransfer* transfer) {
    Half* const self = static_cast<Half*>(transfer);
    self->impl->Complete(self->impl->PeerOf(self->process), self->sequence);
    PoolDelete(self);
  };
  PostBulk(half);
}

// The data of a rendezvous is there.
void Network::Impl::Complete(Peer* peer, std::uint64_t sequence) {
  peer->early.at(sequence).complete = true;
  DeliverEarly(peer);
}

void Network::Impl::DeliverEarly(Peer* peer) {
  for (auto first = peer->early.begin();
       first != peer->early.end() && first->first == peer->expected && first->second.complete;
       first = peer->early.begin()) {
    Message* const message = first->second.message;
    peer->early.erase(first);
    Deliver(peer, message, peer->expected++);
  }
}

// It is this message's turn.
void Network::Impl::Deliver(Peer* peer, Message* message, std::uint64_t sequence) {
  peer->delivered_bytes += WindowBytes(message->bytes);
  const FrameKind kind = KindOf(message);
  switch (kind) {
    case FrameKind::kEager:
    case FrameKind::kRendezvous:
      ToReceiver(peer->process, message);
      break;
    case FrameKind::kGet:
    case FrameKind::kPut: {
      RemoteRange range;
      std::memcpy(&range, message->payload(), sizeof(range));
      MessageFree(message->payload());
      kind == FrameKind::kGet ? AnswerGet(peer, range, sequence) : AnswerPut(peer, range, sequence);
      break;
    }
    case FrameKind::kPutDone: {
      std::uint64_t token = 0;
      std::memcpy(&token, message->payload(), sizeof(token));
      MessageFree(message->payload());
      PutDone(token);
      break;
    }
    case FrameKind::kFlush:
      MessageFree(message->payload());
      break;
    case FrameKind::kCredit:
      break;  // Never here.
  }
  Credit(peer, kind == FrameKind::kFlush);
}

void Network::Impl::ToReceiver(int from, Message* message) {
  const int id = ReceiverOf(message);
  const Receiver* const receiver = receivers.Get(id);
  if (receiver == nullptr) [[unlikely]] {
    if (receivers.WasRemoved(id)) {
      unclaimed.fetch_add(1, std::memory_order_relaxed);
      MessageFree(message->payload());
    } else {
      unknown[id].emplace_back(from, message);
    }
    return;
  }
  if (!unknown.empty() && unknown.count(id) > 0) [[unlikely]] {
    unknown[id].emplace_back(from, message);  // Behind those that came before the receiver.
    ReceiveUnknown();
    return;
  }
  const std::uint32_t tag = TagOf(message);
  message->kind = 0;
  message->word = 0;
  receiver->receive(receiver->argument, message->payload(), from, tag);
}

// Delivers what came before its receiver, where that is there now.
void Network::Impl::ReceiveUnknown() {
  for (auto entry = unknown.begin(); entry != unknown.end();) {
    const int id = entry->first;
    if (receivers.Get(id) == nullptr && !receivers.WasRemoved(id)) {
      ++entry;
      continue;
    }
    const auto messages = std::move(entry->second);
    entry = unknown.erase(entry);
    for (const auto& [from, message] : messages) ToReceiver(from, message);
  }
}

bool Network::Impl::DeliverLocal() {
  bool any = false;
  for (Message* message = local.TakeAll(); message != nullptr; any = true) {
    Message* const next = message->next;
    message->next = nullptr;
    if (KindOf(message) == FrameKind::kPutDone) {  // A get or put of this process with itself.
      Half* half = nullptr;
      std::memcpy(&half, message->payload(), sizeof(half));
      MessageFree(message->payload());
      half->user(half->argument);
      PoolDelete(half);
      transfers.fetch_sub(1, std::memory_order_relaxed);
    } else {
      ToReceiver(process, message);
    }
    message = next;
  }
  return any;
}

// Tells the sender how much was delivered: at once, or where it grew enough.
void Network::Impl::Credit(Peer* peer, bool now) {
  if (!now && peer->delivered_bytes - peer->told_bytes < options.window_bytes / 4) return;
  if (peer->owes_credit) return;
  void* const payload = MessageAllocate(sizeof(std::uint64_t));
  std::memcpy(payload, &peer->delivered_bytes, sizeof(std::uint64_t));
  Message* const message = Message::Of(payload);
  EncodeFrame({FrameKind::kCredit, 0, 0, 0, sizeof(std::uint64_t)}, message);
  switch (transport->SendFrame(peer->process, message, kFrameHeaderBytes + sizeof(std::uint64_t))) {
    case PostResult::kDone:
      FrameSent(message);
      break;
    case PostResult::kPosted:
      break;
    case PostResult::kRetry:
      FrameSent(message);
      peer->owes_credit = true;
      owing.push_back(peer);
      return;
  }
  peer->told_bytes = peer->delivered_bytes;
}

bool Network::Impl::RepayCredits() {
  std::vector<Peer*> all;
  all.swap(owing);
  for (Peer* const peer : all) {
    peer->owes_credit = false;
    Credit(peer, true);
  }
  return owing.size() < all.size();
}

void Network::Impl::PeerLost(int lost, const std::string& how) {
  const std::string who = transport == nullptr ? "" : transport->Describe(lost);
  const std::string text = "heddle: process " + std::to_string(lost) + " of " +
                           std::to_string(processes) + (who.empty() ? "" : " (" + who + ")") + " " +
                           how + "; process " + std::to_string(process) + " ends\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
  _exit(1);
}

}  // namespace heddle
