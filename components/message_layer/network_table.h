// A table that grows while others read it: ids from 0, never used twice.
#ifndef HEDDLE_COMPONENTS_MESSAGE_LAYER_NETWORK_TABLE_H_
#define HEDDLE_COMPONENTS_MESSAGE_LAYER_NETWORK_TABLE_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "components/sync/spin_lock.h"

namespace heddle {

template <class T>
class SlotTable {
 public:
  // Thread safety: any thread.  Cost: a short lock; at each doubling a copy.
  int Add(const T& entry) {
    std::lock_guard<SpinLock> hold(lock_);
    entries_.push_back(std::make_unique<Slot>(entry));
    const std::size_t count = entries_.size();
    if (tables_.empty() || count > tables_.back()->room) {
      auto larger = std::make_unique<Table>(count * 2);
      for (std::size_t i = 0; i < count; ++i) larger->slots[i] = entries_[i].get();
      tables_.push_back(std::move(larger));
    } else {
      tables_.back()->slots[count - 1] = entries_.back().get();
    }
    tables_.back()->count.store(count, std::memory_order_release);
    table_.store(tables_.back().get(), std::memory_order_release);
    return static_cast<int>(count - 1);
  }

  // Get(id) is nullptr from now on; who got it before may still use it.
  // Thread safety: any thread.
  void Remove(int id) {
    std::lock_guard<SpinLock> hold(lock_);
    entries_[static_cast<std::size_t>(id)]->removed.store(true, std::memory_order_seq_cst);
  }

  // nullptr where there was none or it was removed. The entry lives as long as the table.
  // Thread safety: any thread.  Cost: four loads.
  const T* Get(int id) const {
    const Slot* const slot = SlotOf(id);
    return slot == nullptr || slot->removed.load(std::memory_order_seq_cst) ? nullptr
                                                                            : &slot->entry;
  }
  bool WasRemoved(int id) const {
    const Slot* const slot = SlotOf(id);
    return slot != nullptr && slot->removed.load(std::memory_order_seq_cst);
  }
  int count() const {
    const Table* const table = table_.load(std::memory_order_acquire);
    return table == nullptr ? 0 : static_cast<int>(table->count.load(std::memory_order_acquire));
  }

 private:
  struct Slot {
    explicit Slot(const T& e) : entry(e) {}
    T entry;
    std::atomic<bool> removed{false};
  };
  struct Table {
    explicit Table(std::size_t n) : room(n), slots(std::make_unique<Slot*[]>(n)) {}
    const std::size_t room;
    std::atomic<std::size_t> count{0};
    std::unique_ptr<Slot*[]> slots;
  };

  const Slot* SlotOf(int id) const {
    const Table* const table = table_.load(std::memory_order_acquire);
    if (table == nullptr ||
        static_cast<std::size_t>(id) >= table->count.load(std::memory_order_acquire))
      return nullptr;
    return table->slots[static_cast<std::size_t>(id)];
  }

  SpinLock lock_;
  std::atomic<Table*> table_{nullptr};
  std::vector<std::unique_ptr<Slot>> entries_;  // Guarded by lock_.
  std::vector<std::unique_ptr<Table>> tables_;  // Old ones stay, for who reads them.
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_MESSAGE_LAYER_NETWORK_TABLE_H_
