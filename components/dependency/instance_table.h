// What has arrived for tasks that do not exist yet, by their number: how a runtime whose successors are computed (parameterised
// task graphs) waits for the inputs of a task without keeping anything for tasks that nothing has reached.
//
// A word for each number: a count of arrivals, or a pointer to what was made at the first one. Zero: nothing has arrived.
//
// Layout and writers
//   dense   an array of words, from calloc: pages that nothing touches cost nothing. Arrive() is a fetch_add, FindOrMake() a CAS
//           from zero, of which one wins; nothing is ever removed, for a number is used once.
//   sparse  kShards hash tables with open addressing, each under a spin lock of its own, chosen by the hash of the number. What is
//           complete is removed (backward shift), so that a table holds only what is waited for.
#ifndef HEDDLE_COMPONENTS_DEPENDENCY_INSTANCE_TABLE_H_
#define HEDDLE_COMPONENTS_DEPENDENCY_INSTANCE_TABLE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "components/sync/spin_lock.h"

namespace heddle {

class InstanceTable {
 public:
  // For numbers below `dense_size` an array; 0: any numbers, by hashing.
  // Errors: out of memory dies in a CHECK that names the size.  Cost: dense: address space; sparse: 4 KiB.
  explicit InstanceTable(std::uint64_t dense_size = 0);
  // Pointers that are still in it are forgotten.
  ~InstanceTable();
  InstanceTable(const InstanceTable&) = delete;
  InstanceTable& operator=(const InstanceTable&) = delete;

  // One of `goal` arrivals for `number`; its number among them, from 1. A number is counted or has a pointer, never both.
  // Thread safety: any thread.  Blocking: never suspends; sparse spins for a short lock.
  // Memory order: what came before each Arrive() of a number happens before the return of the last one.
  // Cost: dense one RMW, sparse a lock and a look-up.
  [[nodiscard]] std::uint32_t Arrive(std::uint64_t number, std::uint32_t goal) {
    if (dense_ == nullptr) return ArriveSparse(number, goal);
    return static_cast<std::uint32_t>(dense_[number].fetch_add(1, std::memory_order_acq_rel)) + 1;
  }

  // The pointer kept for `number`; where there is none, that of make(argument), not nullptr, is kept. Dense: where two make one at
  // once, drop(argument, pointer) is called for the one that lost.
  // Thread safety, blocking: as Arrive(); sparse calls make() under its lock.
  // Memory order: make() of what is returned happens before the return.
  template <typename Make, typename Drop>
  void* FindOrMake(std::uint64_t number, Make&& make, Drop&& drop) {
    if (dense_ != nullptr) {
      std::atomic<std::uintptr_t>& word = dense_[number];
      std::uintptr_t found = word.load(std::memory_order_acquire);
      if (found != 0) return reinterpret_cast<void*>(found);
      void* const made = make();
      if (word.compare_exchange_strong(found, reinterpret_cast<std::uintptr_t>(made), std::memory_order_acq_rel,
                                       std::memory_order_acquire)) {
        return made;
      }
      drop(made);
      return reinterpret_cast<void*>(found);
    }
    Shard& shard = ShardOf(number);
    shard.lock.lock();
    std::uintptr_t& word = FindOrInsert(shard, number);
    if (word == 0) word = reinterpret_cast<std::uintptr_t>(make());
    void* const found = reinterpret_cast<void*>(word);
    shard.lock.unlock();
    return found;
  }

  // The pointer of `number` is not needed any more. Dense: nothing to do.
  void Forget(std::uint64_t number) {
    if (dense_ == nullptr) ForgetSparse(number);
  }

  bool dense() const { return dense_ != nullptr; }
  // What is waited for; sparse only. Thread safety: any thread; a snapshot.  Cost: O(shards).
  std::size_t size() const;

  static constexpr int kShards = 64;

 private:
  struct Entry {
    std::uint64_t number;
    std::uintptr_t word;  // 0: free.
  };
  struct alignas(64) Shard {
    mutable SpinLock lock;
    std::uint32_t used = 0;
    std::uint32_t mask = 0;  // Of the capacity, a power of two; 0: none yet.
    Entry* entries = nullptr;
  };
  static std::uint64_t Hash(std::uint64_t number) {
    number *= 0x9e3779b97f4a7c15u;
    return number ^ (number >> 29);
  }
  Shard& ShardOf(std::uint64_t number) { return shards_[Hash(number) % kShards]; }
  static std::size_t IndexOf(const Shard& shard, std::uint64_t number) {
    return static_cast<std::size_t>(Hash(number) / kShards) & shard.mask;
  }
  std::uint32_t ArriveSparse(std::uint64_t number, std::uint32_t goal);
  void ForgetSparse(std::uint64_t number);
  // Under the shard's lock. The word of a number that was not there is 0, and must be set before the lock is given back.
  static std::uintptr_t& FindOrInsert(Shard& shard, std::uint64_t number);
  static void Remove(Shard& shard, std::uint64_t number);
  static void Grow(Shard& shard);

  std::atomic<std::uintptr_t>* dense_ = nullptr;
  Shard* shards_ = nullptr;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_DEPENDENCY_INSTANCE_TABLE_H_
