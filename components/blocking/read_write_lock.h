// One writer or several readers, across suspensions.
//
// Layout
//   state_     kWriter: held by a writer. kWaiters: waiters_ is not empty. Above: kReader for each
//   reader that holds it.
//              Without spin_ it is changed by those who find nobody waiting, and by readers who
//              leave. kWaiters is changed under spin_ only.
//   waiters_   under spin_; Suspension::data is not null for writers.
//
// First come, first served: who comes while somebody waits stands in the queue, so that neither
// readers nor writers starve. The one who leaves the lock free with somebody waiting is unique
// (kWaiters keeps all others out), and hands it over: to the first writer, or to all readers that
// stand before the next writer.
#ifndef HEDDLE_COMPONENTS_BLOCKING_READ_WRITE_LOCK_H_
#define HEDDLE_COMPONENTS_BLOCKING_READ_WRITE_LOCK_H_

#include <atomic>
#include <cstdint>

#include "components/blocking/wait_list.h"
#include "components/sync/spin_lock.h"

namespace heddle {

// Names as the standard library's: std::lock_guard and std::shared_lock work. Owned by the
// activity. Not recursive: a reader that comes again while a writer waits waits for itself.
class ReadWriteLock {
 public:
  ReadWriteLock() = default;
  ReadWriteLock(const ReadWriteLock&) = delete;
  ReadWriteLock& operator=(const ReadWriteLock&) = delete;

  // Thread safety: any thread.  Blocking: suspends.  Memory order: what came before the unlocks
  // that let it through happens before the return.  Errors: as Suspend(), where it must wait. Cost:
  // one CAS where free.
  void lock(SuspendMode mode = SuspendMode::kHold) {
    if (!try_lock()) [[unlikely]]
      LockContended(true, mode);
  }
  void lock_shared(SuspendMode mode = SuspendMode::kHold) {
    if (!try_lock_shared()) [[unlikely]]
      LockContended(false, mode);
  }

  // Thread safety: any thread.  Blocking: never.  Memory order: acquire where true.
  [[nodiscard]] bool try_lock() {
    std::uint32_t free = 0;
    return state_.compare_exchange_strong(free, kWriter, std::memory_order_acquire,
                                          std::memory_order_relaxed);
  }
  [[nodiscard]] bool try_lock_shared() {
    std::uint32_t state = state_.load(std::memory_order_relaxed);
    while ((state & (kWriter | kWaiters)) == 0) {
      if (state_.compare_exchange_weak(state, state + kReader, std::memory_order_acquire,
                                       std::memory_order_relaxed)) {
        return true;
      }
    }
    return false;
  }

  // Thread safety: any thread, for the activity that holds it.  Blocking: never.  Memory order:
  // release. Errors: unlock() dies where no writer holds it, unlock_shared() where no reader does.
  // Cost: one RMW, and a Resume() for each that it lets in.
  void unlock() {
    std::uint32_t held = kWriter;
    if (!state_.compare_exchange_strong(held, 0, std::memory_order_release,
                                        std::memory_order_relaxed)) [[unlikely]] {
      HandOver(kWriter);
    }
  }
  void unlock_shared() {
    const std::uint32_t before = state_.fetch_sub(kReader, std::memory_order_acq_rel);
    if (before < 2 * kReader && before != kReader) [[unlikely]]
      HandOver(before - kReader);
  }

 private:
  static constexpr std::uint32_t kWriter = 1;
  static constexpr std::uint32_t kWaiters = 2;
  static constexpr std::uint32_t kReader = 4;

  void LockContended(bool writer, SuspendMode mode);
  void Publish(Suspension* waiter);
  void HandOver(std::uint32_t held);

  std::atomic<std::uint32_t> state_{0};
  SpinLock spin_;
  internal::WaitList waiters_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_BLOCKING_READ_WRITE_LOCK_H_
