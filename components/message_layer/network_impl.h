// The inside of Network: order, back-pressure and meaning of what a transport moves.
//
// To each other process there is a Peer. Its sending half is guarded by Peer::lock, which nobody waits for: who does not get it
// pushes the message on a list and the holder, who looks once more after unlocking, sends it. The receiving half belongs to
// the holder of Impl::progress, whom nobody waits for either.
//
// Frames are numbered for each pair of processes; the transport may reorder them, and a rendezvous takes longer than what
// follows it: what is early waits in Peer::early. A receiver tells how many bytes it delivered (kCredit, a running sum, so
// that order and repetition do not matter) whenever that grew by a quarter of the window; a sender stops when a window is under
// way. So a receiver keeps at most a window and one message of each sender, and no sender waits for ever.
#ifndef HEDDLE_COMPONENTS_MESSAGE_LAYER_NETWORK_IMPL_H_
#define HEDDLE_COMPONENTS_MESSAGE_LAYER_NETWORK_IMPL_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "components/base/cache_line.h"
#include "components/message_layer/frame.h"
#include "components/message_layer/message.h"
#include "components/message_layer/network.h"
#include "components/message_layer/network_table.h"
#include "components/message_layer/transport.h"
#include "components/sync/spin_lock.h"

namespace heddle {

// Messages pushed by any thread, all taken by one: a Treiber stack (IBM RJ 5118, 1986), whose order is restored by the taker.
class MessageList {
 public:
  void Push(Message* message) {
    message->next = head_.load(std::memory_order_relaxed);
    while (!head_.compare_exchange_weak(message->next, message, std::memory_order_seq_cst,
                                        std::memory_order_relaxed)) {
    }
  }
  bool Empty() const { return head_.load(std::memory_order_seq_cst) == nullptr; }
  // The oldest first, linked by Message::next.
  Message* TakeAll() {
    Message* newest = head_.exchange(nullptr, std::memory_order_acquire);
    Message* oldest = nullptr;
    while (newest != nullptr) {
      Message* const next = newest->next;
      newest->next = oldest;
      oldest = newest;
      newest = next;
    }
    return oldest;
  }

 private:
  std::atomic<Message*> head_{nullptr};
};

// While a message is here, Message::kind is its FrameKind and Message::word its receiver and tag.
inline std::uint64_t WordOf(int receiver, std::uint32_t tag) {
  return std::uint64_t{static_cast<std::uint32_t>(receiver)} << 32 | tag;
}
inline int ReceiverOf(const Message* message) { return static_cast<int>(message->word >> 32); }
inline std::uint32_t TagOf(const Message* message) {
  return static_cast<std::uint32_t>(message->word);
}
inline FrameKind KindOf(const Message* message) { return static_cast<FrameKind>(message->kind); }

// Our half of a bulk transfer, and what its `done` needs.
struct Half : BulkTransfer {
  Network::Impl* impl = nullptr;
  void* payload = nullptr;  // Of a rendezvous.
  std::uint64_t sequence =
      0;  // Of the frame that announced it, where we receive; the token, where a put does.
  Network::Done user = nullptr;
  void* argument = nullptr;
};

// The payload of a message that announces a bulk transfer (kRendezvous, kGet, kPut). Only the range travels.
struct Announced {
  RemoteRange range;
  Half* half;  // Gets its number and is posted once the frame is sent.
};

struct Peer {
  explicit Peer(int number) : process(number) {}
  const int process;

  // Sending.
  MessageList pushed;
  SpinLock lock;
  bool stalled = false;  // It is in Impl::stalled.
  Message* first = nullptr;
  Message* last = nullptr;
  std::uint64_t next_sequence = 0;
  std::uint64_t sent_bytes = 0;     // A running sum of WindowBytes().
  std::uint64_t flushed_bytes = 0;  // The sum after the last kFlush.
  std::atomic<std::uint64_t> credited_bytes{0};
  std::atomic<std::uint64_t> waiting_bytes{0};

  // Receiving.
  struct Early {
    Message* message;
    bool complete;
  };
  alignas(kFalseSharingBytes) std::uint64_t expected = 0;
  std::map<std::uint64_t, Early> early;
  std::uint64_t delivered_bytes = 0;
  std::uint64_t told_bytes = 0;  // The sum that the other side knows of.
  bool owes_credit = false;      // The transport was full: it is in Impl::owing.
};

struct Network::Impl final : public TransportOwner {
  struct Receiver {
    Receive receive;
    void* argument;
  };
  struct Service {
    PollResult (*poll)(void*);
    void* argument;
  };
  struct Waiting {  // For the answer to a Put.
    Done done;
    void* argument;
  };

  explicit Impl(const NetworkOptions& wanted, Pool* of) : options(wanted), pool(of) {}
  ~Impl();

  // network.cc
  bool Progress(int looks = 1);
  bool ProgressLocked(int looks);
  PollResult Serve();
  void StartPolling();
  void StopPolling();
  void Kick();
  void KickLater(std::int64_t delay_ns);
  void Leave();
  bool AllArrived();

  // network_send.cc
  Peer* PeerOf(int process_number);
  void SendLocal(Message* message);
  void SendTo(Peer* peer, Message* message);
  void Push(Peer* peer, Message* message);
  void Append(Peer* peer, Message* message);
  void Unlock(Peer* peer);
  bool Post(Peer* peer, Message* message);
  bool PostWaiting(Peer* peer);
  void Stall(Peer* peer);
  bool ServeStalled();
  void PostBulk(BulkTransfer* half);
  bool RetryBulk();
  void FrameSent(void* frame) override;

  // network_receive.cc
  void FrameArrived(int from, const void* data, std::size_t bytes) override;
  void Complete(Peer* peer, std::uint64_t sequence);
  void DeliverEarly(Peer* peer);
  void Deliver(Peer* peer, Message* message, std::uint64_t sequence);
  void ToReceiver(int from, Message* message);
  void ReceiveUnknown();
  bool DeliverLocal();
  void Credit(Peer* peer, bool now);
  bool RepayCredits();
  void Reject();
  [[noreturn]] void PeerLost(int lost, const std::string& how) override;

  // network_region.cc
  void Transfer(const RemoteRegion& region, std::size_t offset, void* here, std::size_t bytes,
                bool put, Done done, void* argument);
  char* Resolve(int from, const RemoteRange& range);
  void AnswerGet(Peer* peer, const RemoteRange& range, std::uint64_t sequence);
  void AnswerPut(Peer* peer, const RemoteRange& range, std::uint64_t sequence);
  void PutDone(std::uint64_t token);

  const NetworkOptions options;
  Pool* const pool;
  std::unique_ptr<Transport> transport;  // nullptr: alone.
  int process = 0;
  int processes = 1;

  std::unique_ptr<std::atomic<Peer*>[]> peers;  // nullptr until first used.
  SpinLock known_lock;
  std::vector<Peer*> known;  // Those that are not nullptr.

  alignas(kFalseSharingBytes)
      SpinLock progress;  // Held by the one who polls; nobody waits for it but Remove*().
  MessageList local;
  SlotTable<Receiver> receivers;
  SlotTable<Service> services;
  std::atomic<bool> new_receiver{false};  // What waits for it shall be looked through.
  std::map<int, std::vector<std::pair<int, Message*>>>
      unknown;               // By receiver: from whom, and what. The poller's.
  std::vector<Peer*> owing;  // The poller's.

  SpinLock stalled_lock;
  std::vector<Peer*> stalled;
  std::vector<BulkTransfer*> retry;  // Halves that the transport had no room for.
  std::atomic<bool> any_stalled{false};

  SpinLock region_lock;
  std::uint64_t next_key = 1;
  std::unordered_map<std::uint64_t, RemoteRegion> regions;
  std::unordered_map<std::uint64_t, Waiting> puts;
  std::atomic<int> transfers{0};  // Gets and puts of ours that are not done.

  std::atomic<bool> outstanding{false};         // As of the last look.
  std::atomic<PollingServices::Id> polling{0};  // With the pool.
  std::atomic<bool> attentive{false};           // The pool was told to poll often.
  SpinLock kick_lock;
  bool kicked = false;
  bool closing = false;
  PollingServices::Id kick_timer = 0;

  std::atomic<std::uint64_t> sent{0}, received{0}, rejected{0}, waited{0}, unclaimed{0};
};

// What a frame counts for the window.
inline std::uint64_t WindowBytes(std::uint64_t payload) { return kFrameHeaderBytes + payload; }

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_MESSAGE_LAYER_NETWORK_IMPL_H_
