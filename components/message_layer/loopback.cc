#include "components/message_layer/loopback.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "components/base/check.h"

namespace heddle {

class LoopbackWorld::Port final : public Transport {
 public:
  Port(LoopbackWorld* world, int process, const TransportOptions& options)
      : world_(*world), process_(process), options_(options) {}

  int process() const override { return process_; }
  int processes() const override { return world_.processes(); }
  std::string Describe(int process) const override { return "loopback " + std::to_string(process); }

  PostResult SendFrame(int to, void* frame, std::size_t bytes) override {
    HEDDLE_CHECK_LE(bytes, options_.max_frame_bytes) << "frame";
    std::lock_guard<std::mutex> hold(world_.mutex_);
    if (world_.Draw(world_.options_.refuse)) return PostResult::kRetry;
    Place& place = world_.places_[static_cast<std::size_t>(to)];
    place.arriving.push_back({process_, std::string(static_cast<const char*>(frame), bytes)});
    if (!world_.Draw(world_.options_.post)) return PostResult::kDone;
    Mine().sent.push_back(frame);
    ++Mine().awaited;
    return PostResult::kPosted;
  }

  PostResult PostBulk(BulkTransfer* half) override {
    std::lock_guard<std::mutex> hold(world_.mutex_);
    if (world_.Draw(world_.options_.refuse)) return PostResult::kRetry;
    const Number number = half->send ? Number(process_, half->process, half->number)
                                     : Number(half->process, process_, half->number);
    ++Mine().awaited;
    const auto [entry, first] = world_.halves_.try_emplace(number, half);
    if (first) return PostResult::kPosted;
    BulkTransfer* const other = entry->second;
    world_.halves_.erase(entry);
    HEDDLE_CHECK(other->send != half->send && other->bytes == half->bytes)
        << "two halves that do not fit";
    const BulkTransfer* const from = half->send ? half : other;
    if (half->bytes > 0)
      std::memcpy((half->send ? other : half)->address, from->address, half->bytes);
    Mine().complete.push_back(half);
    world_.places_[static_cast<std::size_t>(half->process)].complete.push_back(other);
    return PostResult::kPosted;
  }

  bool Progress() override {
    Watch();
    std::vector<Parcel> arrived;
    std::vector<void*> sent;
    std::vector<BulkTransfer*> complete;
    {
      std::lock_guard<std::mutex> hold(world_.mutex_);
      if (world_.Draw(world_.options_.delay)) return false;
      Place& place = Mine();
      for (int i = 0; i < 16 && !place.arriving.empty(); ++i) {
        const std::uint32_t choice =
            std::min<std::uint32_t>(static_cast<std::uint32_t>(place.arriving.size()), 64);
        const std::uint32_t at =
            world_.Draw(world_.options_.reorder) ? world_.random_.Below(choice) : 0;
        arrived.push_back(std::move(place.arriving[at]));
        place.arriving.erase(place.arriving.begin() + at);
      }
      sent.swap(place.sent);
      complete.swap(place.complete);
      place.awaited -= static_cast<int>(sent.size() + complete.size());
    }
    for (void* const frame : sent) options_.owner->FrameSent(frame);
    for (BulkTransfer* const half : complete) half->done(half);
    for (const Parcel& parcel : arrived) {
      options_.owner->FrameArrived(parcel.from, parcel.bytes.data(), parcel.bytes.size());
    }
    return !arrived.empty() || !sent.empty() || !complete.empty();
  }

  bool outstanding() const override {
    std::lock_guard<std::mutex> hold(world_.mutex_);
    return world_.places_[static_cast<std::size_t>(process_)].awaited > 0;
  }

  void Watch() override {
    int dead = -1;
    {
      std::lock_guard<std::mutex> hold(world_.mutex_);
      dead = world_.dead_;
    }
    if (dead >= 0 && dead != process_) options_.owner->PeerLost(dead, "died");
  }

  bool Leave() override {
    std::lock_guard<std::mutex> hold(world_.mutex_);
    if (!std::exchange(entered_, true)) ++world_.left_;
    return world_.left_ == world_.processes();
  }

  void Abort(int code) override { _exit(code); }

 private:
  Place& Mine() { return world_.places_[static_cast<std::size_t>(process_)]; }

  LoopbackWorld& world_;
  const int process_;
  const TransportOptions options_;
  bool entered_ = false;
};

LoopbackWorld::LoopbackWorld(int processes, const LoopbackOptions& options)
    : options_(options), random_(options.seed), places_(static_cast<std::size_t>(processes)) {}

LoopbackWorld::~LoopbackWorld() = default;

absl::StatusOr<std::unique_ptr<Transport>> LoopbackWorld::OpenPort(const TransportOptions& options,
                                                                   void* argument) {
  const auto& [world, process] = *static_cast<std::pair<LoopbackWorld*, int>*>(argument);
  return std::unique_ptr<Transport>(new Port(world, process, options));
}

std::unique_ptr<Network> LoopbackWorld::Join(int process, const NetworkOptions& options) {
  std::pair<LoopbackWorld*, int> here(this, process);
  auto network = Network::Create(options, nullptr, OpenPort, &here);
  HEDDLE_CHECK(network.ok()) << network.status();
  return *std::move(network);
}

void LoopbackWorld::Inject(int from, int process, std::string bytes) {
  std::lock_guard<std::mutex> hold(mutex_);
  places_[static_cast<std::size_t>(process)].arriving.push_back({from, std::move(bytes)});
}

void LoopbackWorld::Kill(int process) {
  std::lock_guard<std::mutex> hold(mutex_);
  dead_ = process;
}

std::size_t LoopbackWorld::UnderWay() {
  std::lock_guard<std::mutex> hold(mutex_);
  std::size_t count = halves_.size();
  for (const Place& place : places_)
    count += place.arriving.size() + place.sent.size() + place.complete.size();
  return count;
}

}  // namespace heddle
