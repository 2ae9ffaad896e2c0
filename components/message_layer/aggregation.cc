#include "components/message_layer/aggregation.h"

#include <cstring>
#include <mutex>
#include <utility>

#include "components/base/check.h"
#include "components/serialization/memory.h"
#include "components/sync/spin_lock.h"

namespace heddle {
namespace {

// In front of each message of a pack.
struct Entry {
  std::uint32_t tag;
  std::uint32_t bytes;
};

}  // namespace

struct Aggregator::Pack {
  explicit Pack(int to, std::size_t room) : process(to), contents(std::make_unique<char[]>(room)) {}
  const int process;
  Pack* next = nullptr;
  SpinLock lock;
  std::size_t used = 0;
  std::size_t count = 0;
  std::unique_ptr<char[]> contents;
};

Aggregator::Aggregator(Network& network, const AggregationOptions& options,
                       Network::Receive receive, void* argument)
    : network_(network), options_(options), receive_(receive), argument_(argument) {
  HEDDLE_CHECK(options.largest + sizeof(Entry) <= options.bytes && options.bytes <= UINT32_MAX)
      << "a message of " << options.largest << " bytes does not fit into a pack of "
      << options.bytes;
  packs_by_process_ =
      std::make_unique<std::atomic<Pack*>[]>(static_cast<std::size_t>(network.processes()));
  single_ = network.AddReceiver(receive, argument);
  packed_ = network.AddReceiver(
      [](void* self, void* payload, int from, std::uint32_t) {
        static_cast<Aggregator*>(self)->Unpack(payload, from);
        MessageFree(payload);
      },
      this);
  service_ =
      network.AddService([](void* self) { return static_cast<Aggregator*>(self)->Poll(); }, this);
}

Aggregator::~Aggregator() {
  Flush();
  network_.RemoveService(service_);
  network_.RemoveReceiver(packed_);
  network_.RemoveReceiver(single_);
  for (Pack* pack = first_.load(); pack != nullptr;) delete std::exchange(pack, pack->next);
}

Aggregator::Pack* Aggregator::PackOf(int process) {
  std::atomic<Pack*>& entry = packs_by_process_[static_cast<std::size_t>(process)];
  Pack* pack = entry.load(std::memory_order_acquire);
  if (pack != nullptr) [[likely]]
    return pack;
  auto made = std::make_unique<Pack>(process, options_.bytes);
  if (!entry.compare_exchange_strong(pack, made.get(), std::memory_order_acq_rel)) return pack;
  made->next = first_.load(std::memory_order_relaxed);
  while (!first_.compare_exchange_weak(made->next, made.get(), std::memory_order_release)) {
  }
  return made.release();
}

void Aggregator::Send(int process, std::uint32_t tag, void* payload) {
  if (process == network_.process()) {
    network_.Send(process, single_, tag,
                  payload);  // Its receiver may be called here: under no lock.
    return;
  }
  const std::size_t bytes = Message::Of(payload)->bytes;
  Pack* const pack = PackOf(process);
  std::lock_guard<SpinLock> hold(pack->lock);
  const bool alone = bytes > options_.largest;
  if (pack->count > 0 && (alone || pack->used + sizeof(Entry) + bytes > options_.bytes))
    SendPack(pack);
  if (alone) {
    network_.Send(process, single_, tag, payload);
    return;
  }
  const Entry entry{tag, static_cast<std::uint32_t>(bytes)};
  char* const to = pack->contents.get() + pack->used;
  std::memcpy(to, &entry, sizeof(entry));
  if (bytes > 0) std::memcpy(to + sizeof(entry), payload, bytes);
  MessageFree(payload);
  pack->used += sizeof(entry) + bytes;
  if (++pack->count == 1) {
    filled_.fetch_add(1, std::memory_order_relaxed);
    network_.Expect();
  }
  if (pack->count == options_.count) SendPack(pack);
}

// The holder of its lock.
void Aggregator::SendPack(Pack* pack) {
  void* const payload = MessageAllocate(pack->used);
  std::memcpy(payload, pack->contents.get(), pack->used);
  pack->used = pack->count = 0;
  filled_.fetch_sub(1, std::memory_order_relaxed);
  packs_.fetch_add(1, std::memory_order_relaxed);
  network_.Send(pack->process, packed_, 0, payload);
}

void Aggregator::Flush() {
  for (Pack* pack = first_.load(std::memory_order_acquire); pack != nullptr; pack = pack->next) {
    std::lock_guard<SpinLock> hold(pack->lock);
    if (pack->count > 0) SendPack(pack);
  }
}

void Aggregator::Unpack(const void* payload, int from) {
  MemoryReader pack(payload, Message::Of(payload)->bytes);
  while (pack.remaining() > 0) {
    Entry entry{};
    HEDDLE_CHECK(pack.ReadValue(&entry) && entry.bytes <= pack.remaining())
        << "a pack of process " << from << " is cut off";
    void* const message = MessageAllocate(entry.bytes);
    pack.Read(message, entry.bytes);
    receive_(argument_, message, from, entry.tag);
  }
}

// Somebody is idle: nothing shall wait. A pack that another thread is at waits for the next look.
PollResult Aggregator::Poll() {
  if (filled_.load(std::memory_order_relaxed) == 0) return PollResult::kIdle;
  bool any = false;
  for (Pack* pack = first_.load(std::memory_order_acquire); pack != nullptr; pack = pack->next) {
    if (!pack->lock.try_lock()) continue;
    if (pack->count > 0) {
      SendPack(pack);
      any = true;
    }
    pack->lock.unlock();
  }
  return any ? PollResult::kProgress : PollResult::kOutstanding;
}

}  // namespace heddle
