// Dependencies found from data accesses as tasks are inserted, with the result of running the tasks
// one after the other in the order of insertion.
//
//   AccessChain          the accesses of one datum; embedded in a frontend's data handle.
//   AccessTable          chains by start address, where there is no handle; belongs to one creator.
//   Access               one datum of one task; in an array of the descriptor, no allocation.
//
// How the order is kept, who frees what and why no chain refers to a finished task: access_group.h.
//
// One creator at a time inserts into a chain; executors finish tasks meanwhile, on any thread, and
// never touch a chain or a table: those may be destroyed or moved while their tasks still run.
// Where several threads create tasks over the same data the frontend serialises them per task, not
// per access (two tasks that insert x and y in opposite order, interleaved, would wait for each
// other): by a mutex of its own, or by lock() of all chains of the task in the order of their
// addresses.
#ifndef HEDDLE_COMPONENTS_DEPENDENCY_ACCESS_H_
#define HEDDLE_COMPONENTS_DEPENDENCY_ACCESS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "components/dependency/access_group.h"
#include "components/dependency/node.h"

namespace heddle {

// 24 bytes; all zeros is a valid, empty chain. Bytewise movable (not while locked).
class AccessChain {
 public:
  AccessChain() = default;
  ~AccessChain() { Clear(); }
  AccessChain(const AccessChain&) = delete;
  AccessChain& operator=(const AccessChain&) = delete;

  // `task` uses the datum in this way, after all earlier accesses that are ordered against it.
  // `access` is zero (Access()), stays in place until the task's Finish(), and serves once.
  // The same task again: the accesses are one, of the strongest mode. kRead is part of every mode
  // but kReduction, and any mode is part of a write; any other two make kReadWrite.
  // Thread safety: one creator at a time.  Blocking: never.
  // Memory order: the body of a task that it need not wait for happens before the return.
  // Cost: about 10 to 20 ns: a CAS where it must wait, a CAS or RMW and a pool block where a group
  // starts.
  void Insert(Access* access, DependencyNode* task, AccessMode mode);

  // A node ordered like an access, but run by whoever inserted it: for acquire and unregister. When
  // Release() or `ready` says so, the caller has the datum; node->Finish() gives it back.
  // As Insert(); the access comes from the pool.
  void Sync(DependencyNode* node, AccessMode mode = AccessMode::kReadWrite) {
    Access* const access = PoolNew<Access>();
    access->pooled = true;
    Insert(access, node, mode);
  }

  // Whether every access so far has finished. Their bodies happen before a true return.
  // Thread safety: one creator at a time.  Cost: one load.
  bool idle() const { return tail_ == nullptr || tail_->Idle(); }

  // Whether the frontend must insert its combining task (kReadWrite) before an access of this mode.
  // Thread safety: one creator at a time.
  bool NeedsCombine(AccessMode next) const {
    return tail_ != nullptr && tail_->mode == AccessMode::kReduction &&
           next != AccessMode::kReduction;
  }

  // Forgets all accesses: tasks in flight keep the order they have, later ones are not ordered
  // after them.
  // Thread safety: one creator at a time.  Blocking: never.  Cost: up to two CAS.
  void Clear();

  // For frontends with several creators, see above. Not used by the members here.
  // Blocking: lock() sleeps where another creator holds it.  Cost: one CAS.
  void lock();
  bool try_lock() {
    std::uint32_t free = 0;
    return lock_.compare_exchange_strong(free, 1, std::memory_order_acquire,
                                         std::memory_order_relaxed);
  }
  void unlock();

 private:
  friend class AccessTable;

  // Takes the new access together with the one that this task already has in the last group, if
  // any. False where the caller still has to insert it, with the mode that this leaves in `mode`.
  bool Merge(DependencyNode* task, AccessMode* mode);
  void StartGroup(Access* access, DependencyNode* task, AccessMode mode);

  internal::AccessGroup* tail_ = nullptr;      // The last group; open where its mode lets it grow.
  internal::AccessGroup* previous_ = nullptr;  // What members of tail_ wait for; nullptr: nothing.
  std::atomic<std::uint32_t> lock_{0};         // 0 free, 1 held, 2 held and waited for.
};
static_assert(sizeof(AccessChain) == 24);

// Chains by address: open addressing, linear probing, 32 bytes a datum, at most 2/3 full. Where it
// is full and many of its chains are idle it drops those: its size follows the data in use, not all
// ever used. Memory from the C library, at the first use; large tables are mapped and faulted in
// afresh each time (half of the cost of a short graph), so keep a table and Clear() it.
// Thread safety: one creator at a time; executors never touch it.
class AccessTable {
 public:
  AccessTable() = default;
  ~AccessTable();
  AccessTable(const AccessTable&) = delete;
  AccessTable& operator=(const AccessTable&) = delete;

  // The chain of an address, empty where it is new. The reference holds until the next At().
  // Blocking: never.  Errors: out of memory dies in a CHECK.
  // Cost: 2 ns in cache; amortised O(1).
  AccessChain& At(const void* address) {
    if (used_ >= limit_) [[unlikely]] {
      Grow();
    }
    return ChainOf(address != nullptr ? reinterpret_cast<std::uintptr_t>(address)
                                      : ~std::uintptr_t{0});
  }

  // Clears every chain (see AccessChain::Clear()) and keeps the memory.  Cost: O(capacity).
  void Clear();

  // Whether every access so far has finished.  Cost: O(capacity).
  bool idle() const;

  std::size_t size() const { return used_; }          // Data it knows, idle ones included.
  std::size_t capacity() const { return capacity_; }  // Entries.

 private:
  struct Entry {
    std::uintptr_t key;  // 0: free.
    AccessChain chain;
  };

  AccessChain& ChainOf(std::uintptr_t key) {
    // Neighbours in memory are neighbours here, by fours: a task often names several.
    std::size_t i = (((key >> 5) * 0x9e3779b97f4a7c15u) >> shift_) + ((key >> 3) & 3);
    i &= capacity_ - 1;
    while (entries_[i].key != key) {
      if (entries_[i].key == 0) {
        entries_[i].key = key;
        ++used_;
        break;
      }
      i = (i + 1) & (capacity_ - 1);
    }
    return entries_[i].chain;
  }

  bool ManyAreIdle() const;
  void Grow();

  Entry* entries_ = nullptr;
  std::size_t capacity_ = 0;  // A power of two, or 0.
  std::size_t used_ = 0;
  std::size_t limit_ = 0;  // Entries that may be used before it grows.
  unsigned shift_ = 0;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_DEPENDENCY_ACCESS_H_
