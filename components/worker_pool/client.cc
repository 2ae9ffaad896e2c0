#include "components/worker_pool/client.h"

#include "components/worker_pool/pool_impl.h"

namespace heddle {
namespace {
std::atomic<std::uint64_t> next_id{1};
}

Client::Client(Pool* pool, ClientOptions options, int index)
    : pool_(pool),
      options_(std::move(options)),
      index_(index),
      id_(next_id.fetch_add(1, std::memory_order_relaxed)),
      weight_(options_.weight),
      width_limit_(options_.width_limit) {
  const int workers = options_.lanes > 0 ? options_.lanes : pool->slots();
  if (options_.policy == nullptr) {
    std::vector<std::vector<std::vector<int>>> order;
    if (options_.lanes == 0 && pool->slots() <= pool->topology().unit_count()) {
      for (int slot = 0; slot < pool->slots(); ++slot) {
        order.push_back(pool->topology().StealOrder(slot, pool->slots()));
      }
    }
    options_.policy = std::make_unique<WorkStealingPolicy>(workers, std::move(order));
  }
  work_stealing_ = dynamic_cast<WorkStealingPolicy*>(options_.policy.get());
  for (int id = 0; id < options_.lanes; ++id) {
    Slot* const home =
        pool->impl().slots[static_cast<std::size_t>(id % pool->slots())].get();
    lanes_.push_back(std::make_unique<Lane>(this, id, home));
  }
}

Client::~Client() = default;

void Client::Unpause() {
  HEDDLE_CHECK_GT(paused_.fetch_sub(1, std::memory_order_seq_cst), 0)
      << "client " << name() << " was not paused";
  if (paused()) return;
  if (!lanes_.empty()) WakeLanes();
  pool_->impl().WakeForWork();
  pool_->impl().WakeGuests();
}

void Client::set_guests_only(bool only) {
  HEDDLE_CHECK(options_.guests && lanes_.empty()) << "client " << name() << " has no guests, or lanes";
  guests_only_.store(only, std::memory_order_seq_cst);
  if (!only) pool_->impl().WakeForWork();
}

void Client::WakeLanes() {
  for (const auto& lane : lanes_) lane->Wake();
}

Lane* Client::ClaimIdleLane(const Slot& slot) {
  const int count = static_cast<int>(lanes_.size());
  for (int id = slot.index; id < count; id += pool_->slots()) {
    if (Lane* const lane = lanes_[static_cast<std::size_t>(id)]->ClaimFor(slot)) return lane;
  }
  for (const auto& lane : lanes_) {
    if (lane->ClaimFor(slot) != nullptr) return lane.get();
  }
  return nullptr;
}

bool Client::TryEnter() {
  const int limit = width_limit_.load(std::memory_order_relaxed);
  int running = running_.load(std::memory_order_relaxed);
  do {
    if (limit > 0 && running >= limit) return false;
  } while (!running_.compare_exchange_weak(running, running + 1, std::memory_order_relaxed));
  return true;
}

void Client::Charge(std::int64_t ns) {
  if (ns <= 0) return;
  const double weight = weight_.load(std::memory_order_relaxed);
  virtual_time_ns_.fetch_add(static_cast<std::int64_t>(static_cast<double>(ns) / weight),
                             std::memory_order_relaxed);
}

void Client::CatchUp(std::int64_t virtual_time_ns) {
  std::int64_t mine = virtual_time_ns_.load(std::memory_order_relaxed);
  while (mine < virtual_time_ns &&
         !virtual_time_ns_.compare_exchange_weak(mine, virtual_time_ns, std::memory_order_relaxed)) {
  }
}

}  // namespace heddle
