// Gets and puts: a frame that names the range, and a bulk transfer between it and the local buffer.
#include <cstring>
#include <mutex>
#include <utility>

#include "components/base/check.h"
#include "components/message_layer/network_impl.h"

namespace heddle {

RemoteRegion Network::Register(void* address, std::size_t bytes) {
  RemoteRegion region;
  region.address = reinterpret_cast<std::uint64_t>(address);
  region.bytes = bytes;
  region.process = impl_->process;
  std::lock_guard<SpinLock> hold(impl_->region_lock);
  region.key = impl_->next_key++;
  impl_->regions.emplace(region.key, region);
  return region;
}

void Network::Deregister(const RemoteRegion& region) {
  HEDDLE_CHECK_EQ(region.process, impl_->process)
      << "a region is deregistered where it was registered";
  std::lock_guard<SpinLock> hold(impl_->region_lock);
  HEDDLE_CHECK_EQ(impl_->regions.erase(region.key), 1u) << "no region of key " << region.key;
}

void Network::Get(const RemoteRegion& region, std::size_t offset, void* to, std::size_t bytes,
                  Done done, void* argument) {
  impl_->Transfer(region, offset, to, bytes, false, done, argument);
}

void Network::Put(const RemoteRegion& region, std::size_t offset, const void* from,
                  std::size_t bytes, Done done, void* argument) {
  impl_->Transfer(region, offset, const_cast<void*>(from), bytes, true, done, argument);
}

void Network::Impl::Transfer(const RemoteRegion& region, std::size_t offset, void* here,
                             std::size_t bytes, bool put, Done done, void* argument) {
  HEDDLE_CHECK(offset <= region.bytes && bytes <= region.bytes - offset)
      << "[" << offset << ", +" << bytes << ") is outside of a region of " << region.bytes
      << " bytes";
  transfers.fetch_add(1, std::memory_order_relaxed);
  Half* const half = PoolNew<Half>();
  half->impl = this;
  half->process = region.process;
  half->send = put;
  half->address = static_cast<char*>(here);
  half->bytes = bytes;
  half->user = done;
  half->argument = argument;
  const RemoteRange range{region.key, offset, bytes, 0};
  if (region.process == process) {
    char* const there = Resolve(process, range);
    std::memcpy(put ? there : half->address, put ? half->address : there, bytes);
    void* const payload = MessageAllocate(sizeof(half));
    std::memcpy(payload, &half, sizeof(half));
    Message::Of(payload)->kind = static_cast<std::uint32_t>(FrameKind::kPutDone);
    SendLocal(Message::Of(payload));
    return;
  }
  void* const payload = MessageAllocate(sizeof(Announced));
  auto* const announced = ::new (payload) Announced{range, half};
  if (put) {
    std::lock_guard<SpinLock> hold(region_lock);
    announced->range.token = next_key++;
    puts.emplace(announced->range.token, Waiting{done, argument});
    half->done = [](BulkTransfer* transfer) { PoolDelete(static_cast<Half*>(transfer)); };
  } else {
    half->done = [](BulkTransfer* transfer) {
      Half* const self = static_cast<Half*>(transfer);
      self->user(self->argument);
      self->impl->transfers.fetch_sub(1, std::memory_order_relaxed);
      PoolDelete(self);
    };
  }
  Message::Of(payload)->kind = static_cast<std::uint32_t>(put ? FrameKind::kPut : FrameKind::kGet);
  SendTo(PeerOf(region.process), Message::Of(payload));
}

// Where the range is here.
char* Network::Impl::Resolve(int from, const RemoteRange& range) {
  std::lock_guard<SpinLock> hold(region_lock);
  const auto region = regions.find(range.key);
  HEDDLE_CHECK(region != regions.end())
      << "process " << from << " uses a region that is not registered: key " << range.key;
  HEDDLE_CHECK(range.offset <= region->second.bytes &&
               range.bytes <= region->second.bytes - range.offset)
      << "process " << from << " uses [" << range.offset << ", +" << range.bytes << ") of "
      << region->second.bytes << " bytes";
  return reinterpret_cast<char*>(region->second.address) + range.offset;
}

void Network::Impl::AnswerGet(Peer* peer, const RemoteRange& range, std::uint64_t sequence) {
  Half* const half = PoolNew<Half>();
  half->process = peer->process;
  half->send = true;
  half->number = 2 * sequence + 1;
  half->address = Resolve(peer->process, range);
  half->bytes = range.bytes;
  half->done = [](BulkTransfer* transfer) { PoolDelete(static_cast<Half*>(transfer)); };
  PostBulk(half);
}

void Network::Impl::AnswerPut(Peer* peer, const RemoteRange& range, std::uint64_t sequence) {
  Half* const half = PoolNew<Half>();
  half->impl = this;
  half->process = peer->process;
  half->send = false;
  half->number = 2 * sequence;
  half->address = Resolve(peer->process, range);
  half->bytes = range.bytes;
  half->sequence = range.token;
  half->done = [](BulkTransfer* transfer) {
    Half* const self = static_cast<Half*>(transfer);
    void* const payload = MessageAllocate(sizeof(self->sequence));
    std::memcpy(payload, &self->sequence, sizeof(self->sequence));
    Message::Of(payload)->kind = static_cast<std::uint32_t>(FrameKind::kPutDone);
    self->impl->SendTo(self->impl->PeerOf(self->process), Message::Of(payload));
    PoolDelete(self);
  };
  PostBulk(half);
}

void Network::Impl::PutDone(std::uint64_t token) {
  Waiting waiting{};
  {
    std::lock_guard<SpinLock> hold(region_lock);
    const auto put = puts.find(token);
    if (put == puts.end()) {
      Reject();
      return;
    }
    waiting = put->second;
    puts.erase(put);
  }
  waiting.done(waiting.argument);
  transfers.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace heddle
