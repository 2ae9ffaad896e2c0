// Network's face, progress, and the end.
#include "components/message_layer/network.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>
#include <vector>

#include "components/base/check.h"
#include "components/base/clock.h"
#include "components/base/fence.h"
#include "components/message_layer/network_impl.h"

namespace heddle {
namespace {
constexpr int kMostRounds = 16;  // Of messages that this process sends itself, for one Progress().
constexpr std::int64_t kKickAgainNs = 50'000;
constexpr std::int64_t kExpectNs = 20'000;

// A payload of its own with the same contents, for one that others own as well; gives up the share in that one.
Message* Copied(void* payload) {
  const std::size_t bytes = Message::Of(payload)->bytes;
  void* const copy = MessageAllocate(bytes);
  std::memcpy(copy, payload, bytes);
  MessageFree(payload);
  return Message::Of(copy);
}

// The message that goes ahead of a large one. The payload itself is not written to: others may own it as well.
Message* Announce(Network::Impl& impl, int to, void* payload) {
  Half* const half = PoolNew<Half>();
  half->impl = &impl;
  half->process = to;
  half->send = true;
  half->address = static_cast<char*>(payload);
  half->bytes = Message::Of(payload)->bytes;
  half->payload = payload;
  half->done = [](BulkTransfer* transfer) {
    Half* const self = static_cast<Half*>(transfer);
    MessageFree(self->payload);
    PoolDelete(self);
  };
  void* const note = MessageAllocate(sizeof(Announced));
  ::new (note) Announced{{}, half};
  Message::Of(note)->kind = static_cast<std::uint32_t>(FrameKind::kRendezvous);
  return Message::Of(note);
}

}  // namespace

Network::Network(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Network::~Network() = default;

absl::StatusOr<std::unique_ptr<Network>> Network::Create(const NetworkOptions& options, Pool* pool,
                                                         Open open, void* argument) {
  auto impl = std::make_unique<Impl>(options, pool);
  if (open != nullptr) {
    const std::size_t body = std::max(options.eager_bytes, sizeof(RemoteRange));
    auto transport = open({impl.get(), kFrameHeaderBytes + body}, argument);
    if (!transport.ok()) return transport.status();
    if ((*transport)->processes() > 1) {
      impl->transport = *std::move(transport);
      impl->process = impl->transport->process();
      impl->processes = impl->transport->processes();
      impl->peers =
          std::make_unique<std::atomic<Peer*>[]>(static_cast<std::size_t>(impl->processes));
      impl->StartPolling();
    }
  }
  return std::unique_ptr<Network>(new Network(std::move(impl)));
}

int Network::process() const { return impl_->process; }
int Network::processes() const { return impl_->processes; }

int Network::AddReceiver(Receive receive, void* argument) {
  const int id = impl_->receivers.Add({receive, argument});
  impl_->new_receiver.store(true, std::memory_order_seq_cst);
  return id;
}

void Network::RemoveReceiver(int id) {
  impl_->receivers.Remove(id);
  impl_->progress.lock();  // No call is under way.
  impl_->progress.unlock();
  Progress();  // Who was refused meanwhile.
}

int Network::AddService(PollResult (*poll)(void*), void* argument) {
  const int id = impl_->services.Add({poll, argument});
  impl_->StartPolling();
  return id;
}

void Network::RemoveService(int id) {
  impl_->services.Remove(id);
  impl_->progress.lock();
  impl_->progress.unlock();
  Progress();
}

void Network::Send(int to, int receiver, std::uint32_t tag, void* payload) {
  Message* message = Message::Of(payload);
  if (to == impl_->process) {
    if (message->owners.load(std::memory_order_acquire) != 1) [[unlikely]]
      message = Copied(payload);
    message->kind = static_cast<std::uint32_t>(FrameKind::kEager);
    message->word = WordOf(receiver, tag);
    impl_->SendLocal(message);
    return;
  }
  Peer* const peer = impl_->PeerOf(to);
  if (message->bytes > impl_->options.eager_bytes) {
    message = Announce(*impl_, to, payload);
  } else {
    // The header is written over: it must be ours alone.
    if (message->owners.load(std::memory_order_acquire) != 1) [[unlikely]]
      message = Copied(payload);
    message->kind = static_cast<std::uint32_t>(FrameKind::kEager);
  }
  message->word = WordOf(receiver, tag);
  impl_->SendTo(peer, message);
}

bool Network::CanSend(int to) const {
  if (to == impl_->process) return true;
  const Peer* const peer =
      impl_->peers[static_cast<std::size_t>(to)].load(std::memory_order_acquire);
  return peer == nullptr ||
         peer->waiting_bytes.load(std::memory_order_relaxed) < impl_->options.window_bytes;
}

bool Network::Progress(int looks) { return impl_->Progress(looks); }
void Network::Leave() { impl_->Leave(); }

void Network::Expect() {
  if (impl_->pool != nullptr && !impl_->attentive.load(std::memory_order_relaxed))
    impl_->KickLater(kExpectNs);
}

void Network::Abort(int code) {
  const std::string text = "heddle: process " + std::to_string(impl_->process) + " of " +
                           std::to_string(impl_->processes) + " (pid " + std::to_string(getpid()) +
                           ") aborts the job with code " + std::to_string(code) + "\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
  if (impl_->transport != nullptr) impl_->transport->Abort(code);
  _exit(code);
}

NetworkStatistics Network::Statistics() const {
  const auto read = [](const std::atomic<std::uint64_t>& sum) {
    return sum.load(std::memory_order_relaxed);
  };
  return {read(impl_->sent), read(impl_->received), read(impl_->rejected), read(impl_->waited),
          read(impl_->unclaimed)};
}

bool Network::Impl::Progress(int looks) {
  if (transport == nullptr && local.Empty() && services.count() == 0) return false;
  if (!progress.try_lock()) return false;
  bool any = false;
  for (int round = 0;; ++round) {
    any |= ProgressLocked(looks);
    // Who pushed a message meanwhile and did not get the lock relies on this look.
    progress.unlock();
    FullFence();
    if (local.Empty()) return any;
    if (round == kMostRounds) {
      Kick();
      return true;
    }
    if (!progress.try_lock()) return any;
  }
}

bool Network::Impl::ProgressLocked(int looks) {
  const NoSuspendSection no_suspend;
  bool any = !local.Empty() && DeliverLocal();
  if (new_receiver.load(std::memory_order_relaxed) &&
      new_receiver.exchange(false, std::memory_order_seq_cst)) {
    ReceiveUnknown();
  }
  bool awaits = false;
  if (transport != nullptr) {
    // At least once whatever came from this process, or one that sends itself messages without end would hear nothing else.
    any |= transport->Progress();
    for (int i = 1; i < looks && !any; ++i) any = transport->Progress();
    if (any_stalled.load(std::memory_order_relaxed)) any |= ServeStalled();
    if (!owing.empty()) any |= RepayCredits();
    awaits = !owing.empty() || transport->outstanding();
  }
  for (int id = 0; id < services.count(); ++id) {
    const Service* const service = services.Get(id);
    if (service == nullptr) continue;
    const PollResult result = service->poll(service->argument);
    any |= result == PollResult::kProgress;
    awaits |= result == PollResult::kOutstanding;
  }
  if (awaits != outstanding.load(std::memory_order_relaxed))
    outstanding.store(awaits, std::memory_order_relaxed);
  return any;
}

// One look of the pool.
PollResult Network::Impl::Serve() {
  const bool any = Progress();
  if (transport != nullptr && progress.try_lock()) {
    transport->Watch();
    progress.unlock();
    FullFence();
    if (!local.Empty()) Progress();
  }
  if (any) return PollResult::kProgress;
  const bool awaits = outstanding.load(std::memory_order_relaxed) ||
                      any_stalled.load(std::memory_order_relaxed) ||
                      transfers.load(std::memory_order_relaxed) > 0;
  return awaits ? PollResult::kOutstanding : PollResult::kIdle;
}

void Network::Impl::StartPolling() {
  std::lock_guard<SpinLock> hold(kick_lock);
  if (pool == nullptr || polling != 0) return;
  polling = pool->polling().AddService(
      [](void* argument) {
        Impl& self = *static_cast<Impl*>(argument);
        const PollResult result = self.Serve();
        self.attentive.store(result != PollResult::kIdle, std::memory_order_relaxed);
        return result;
      },
      this);
}

void Network::Impl::StopPolling() {
  PollingServices::Id timer = 0;
  {
    std::lock_guard<SpinLock> hold(kick_lock);
    closing = true;
    timer = kicked ? kick_timer : 0;
  }
  if (timer != 0) pool->polling().RemoveTimer(timer);
  if (polling != 0) pool->polling().RemoveService(polling);
}

// Something is under way from now on: the pool, which may have been told to look in 5 ms, shall look soon.
void Network::Impl::Kick() {
  if (pool == nullptr || attentive.load(std::memory_order_relaxed)) return;
  KickLater(0);
}

void Network::Impl::KickLater(std::int64_t delay_ns) {
  std::lock_guard<SpinLock> hold(kick_lock);
  if (kicked || closing) return;
  kicked = true;
  kick_timer = pool->polling().AddTimer(
      NowNs() + delay_ns,
      [](void* argument) {
        Impl& self = *static_cast<Impl*>(argument);
        {
          std::lock_guard<SpinLock> held(self.kick_lock);
          self.kicked = false;
        }
        if (self.Serve() != PollResult::kIdle && !self.attentive.load(std::memory_order_relaxed)) {
          self.KickLater(kKickAgainNs);  // Until the pool's own look takes over.
        }
      },
      this);
}

// Whether all that was sent has been received. Asks for it where it is not known.
bool Network::Impl::AllArrived() {
  std::vector<Peer*> all;
  {
    std::lock_guard<SpinLock> hold(known_lock);
    all = known;
  }
  bool arrived = transfers.load(std::memory_order_relaxed) == 0 && !transport->outstanding();
  for (Peer* const peer : all) {
    peer->lock.lock();
    const bool waits = peer->first != nullptr || !peer->pushed.Empty();
    const bool known_to_be =
        peer->credited_bytes.load(std::memory_order_acquire) == peer->sent_bytes;
    const bool ask = !waits && !known_to_be && peer->flushed_bytes != peer->sent_bytes;
    Unlock(peer);
    arrived &= !waits && known_to_be;
    if (!ask) continue;
    void* const payload = MessageAllocate(0);
    Message::Of(payload)->kind = static_cast<std::uint32_t>(FrameKind::kFlush);
    SendTo(peer, Message::Of(payload));
    peer->lock.lock();
    peer->flushed_bytes = peer->sent_bytes;
    Unlock(peer);
  }
  return arrived;
}

void Network::Impl::Leave() {
  if (transport == nullptr) return;
  const auto pause = [this] {
    if (Progress()) return;
    const timespec a_moment{0, 50'000};
    nanosleep(&a_moment, nullptr);
  };
  while (!AllArrived()) pause();
  while (!transport->Leave() || transport->outstanding()) pause();
}

Network::Impl::~Impl() {
  if (pool != nullptr) StopPolling();
  transport.reset();
  for (Message* m = local.TakeAll(); m != nullptr;)
    MessageFree(std::exchange(m, m->next)->payload());
  for (auto& [id, messages] : unknown) {
    for (auto& [from, message] : messages) MessageFree(message->payload());
  }
  for (Peer* const peer : known) {
    for (Message* m = peer->pushed.TakeAll(); m != nullptr;)
      MessageFree(std::exchange(m, m->next)->payload());
    for (Message* m = peer->first; m != nullptr;) MessageFree(std::exchange(m, m->next)->payload());
    for (auto& [sequence, early] : peer->early) MessageFree(early.message->payload());
    delete peer;
  }
}

}  // namespace heddle
