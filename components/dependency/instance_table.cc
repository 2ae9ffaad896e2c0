#include "components/dependency/instance_table.h"

#include <cstdlib>
#include <mutex>

#include "components/base/check.h"

namespace heddle {

namespace {

constexpr std::uint32_t kFirstCapacity = 16;

}  // namespace

InstanceTable::InstanceTable(std::uint64_t dense_size) {
  if (dense_size == 0) {
    shards_ = new Shard[kShards];
    return;
  }
  dense_ = static_cast<std::atomic<std::uintptr_t>*>(std::calloc(dense_size, sizeof(std::uintptr_t)));
  HEDDLE_CHECK(dense_ != nullptr) << "no memory for a table of " << dense_size << " words";
}

InstanceTable::~InstanceTable() {
  std::free(dense_);
  if (shards_ == nullptr) return;
  for (int i = 0; i < kShards; ++i) std::free(shards_[i].entries);
  delete[] shards_;
}

std::uint32_t InstanceTable::ArriveSparse(std::uint64_t number, std::uint32_t goal) {
  Shard& shard = ShardOf(number);
  std::lock_guard<SpinLock> hold(shard.lock);
  std::uintptr_t& word = FindOrInsert(shard, number);
  const std::uint32_t arrivals = static_cast<std::uint32_t>(++word);
  if (arrivals == goal) Remove(shard, number);
  return arrivals;
}

void InstanceTable::ForgetSparse(std::uint64_t number) {
  Shard& shard = ShardOf(number);
  std::lock_guard<SpinLock> hold(shard.lock);
  Remove(shard, number);
}

std::uintptr_t& InstanceTable::FindOrInsert(Shard& shard, std::uint64_t number) {
  if (4 * (shard.used + 1) > 3 * (shard.entries == nullptr ? 0 : shard.mask + 1)) Grow(shard);
  std::size_t i = IndexOf(shard, number);
  while (shard.entries[i].word != 0) {
    if (shard.entries[i].number == number) return shard.entries[i].word;
    i = (i + 1) & shard.mask;
  }
  shard.entries[i].number = number;
  ++shard.used;
  return shard.entries[i].word;
}

void InstanceTable::Remove(Shard& shard, std::uint64_t number) {
  if (shard.entries == nullptr) return;
  std::size_t hole = IndexOf(shard, number);
  while (shard.entries[hole].word != 0 && shard.entries[hole].number != number) hole = (hole + 1) & shard.mask;
  if (shard.entries[hole].word == 0) return;
  // What stands behind it and came from before it moves up, so that every entry can be reached from its place.
  for (std::size_t i = (hole + 1) & shard.mask; shard.entries[i].word != 0; i = (i + 1) & shard.mask) {
    const std::size_t home = IndexOf(shard, shard.entries[i].number);
    if (((i - home) & shard.mask) < ((i - hole) & shard.mask)) continue;
    shard.entries[hole] = shard.entries[i];
    hole = i;
  }
  shard.entries[hole].word = 0;
  --shard.used;
}

void InstanceTable::Grow(Shard& shard) {
  const std::uint32_t before = shard.entries == nullptr ? 0 : shard.mask + 1;
  const std::uint32_t after = before == 0 ? kFirstCapacity : 2 * before;
  Entry* const old = shard.entries;
  shard.entries = static_cast<Entry*>(std::calloc(after, sizeof(Entry)));
  HEDDLE_CHECK(shard.entries != nullptr) << "no memory for a table of " << after << " entries";
  shard.mask = after - 1;
  for (std::uint32_t i = 0; i < before; ++i) {
    if (old[i].word == 0) continue;
    std::size_t to = IndexOf(shard, old[i].number);
    while (shard.entries[to].word != 0) to = (to + 1) & shard.mask;
    shard.entries[to] = old[i];
  }
  std::free(old);
}

std::size_t InstanceTable::size() const {
  std::size_t sum = 0;
  for (int i = 0; shards_ != nullptr && i < kShards; ++i) {
    std::lock_guard<SpinLock> hold(shards_[i].lock);
    sum += shards_[i].used;
  }
  return sum;
}

}  // namespace heddle
