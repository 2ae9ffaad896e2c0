// Many threads sleep until something that they look for may have come; who brings it pays nearly
// nothing while nobody sleeps.
//
//     waiter:  key = PrepareWait();                   notifier:  publish the work;
//              if (there is work) CancelWait(key);               NotifyOne();
//              else CommitWait(key);
//
// Layout, two lines:
//   waiters_   how many are between PrepareWait and their end: raised by the waiter, lowered by
//              whoever ends the wait
//   epoch_     notifications that found a waiter; written under lock_, read without
//   lock_      guards what is below, and writing epoch_
//   sleepers_  a stack of nodes (and their count), each with a Parker, in the sleepers' frames
//
// No wake-up is lost. Dekker: the notifier publishes, fences, looks at waiters_; the waiter raises
// waiters_, fences, looks for work. At least one sees the other. If the notifier sees the waiter it
// raises epoch_ under the lock. A waiter whose key is newer read epoch_ after it and so sees the
// work (release, acquire); one whose key is older finds, under the lock, that epoch_ has moved on
// and returns, or is on the stack already and the notifier takes the top of the stack: it or a
// younger one.
//
// Who pays for the fence. A notifier comes with every task (50 ns), a waiter only before a sleep
// (30 us and more): so the notifier has the light half, a compiler barrier, and the waiter the
// heavy one, membarrier(2). Figures in README.md.
//
// The interface is that of eventcounts (Reed and Kanodia, CACM 1979,
// https://doi.org/10.1145/359060.359076) as thread pools have come to use them; LIFO, because the
// thread that slept last has the warmest cache and the rest can sleep on.
#ifndef HEDDLE_COMPONENTS_SYNC_EVENT_COUNT_H_
#define HEDDLE_COMPONENTS_SYNC_EVENT_COUNT_H_

#include <atomic>
#include <cstdint>

#include "components/base/cache_line.h"
#include "components/base/fence.h"
#include "components/base/intrusive_list.h"
#include "components/sync/parker.h"
#include "components/sync/spin_lock.h"

namespace heddle {

// Lifetime: the notification that ends a CommitWait does not touch the event count any more once
// CommitWait has returned, so the last waiter may destroy it, if no other notification is to come.
// Who cancels because it saw the work must know that the notifier has returned.
class EventCount {
 public:
  // What PrepareWait hands to exactly one CancelWait, CommitWait or CommitWaitFor of the same
  // thread.
  class Key {
    friend class EventCount;
    explicit Key(std::uint64_t epoch) : epoch_(epoch) {}
    std::uint64_t epoch_;
  };

  EventCount() = default;
  ~EventCount();
  EventCount(const EventCount&) = delete;
  EventCount& operator=(const EventCount&) = delete;

  // Announces that the calling thread will wait. It then looks for work once more, and cancels or
  // commits.
  // Thread safety: any thread.  Blocking: never.
  // Memory order: a full fence between the announcement and what follows, see above.
  // Cost: one read-modify-write and a HeavyFence: 1 to 10 us, and an interrupt on the process's
  // other running cores.
  [[nodiscard]] Key PrepareWait() {
    waiters_.fetch_add(1, std::memory_order_seq_cst);
    const Key key(epoch_.load(std::memory_order_acquire));
    HeavyFence();
    return key;
  }

  // Takes the announcement back. Notifications of the time between went to this thread and to a
  // sleeper as well, so none is swallowed: nothing is owed to anybody.
  // Thread safety: any thread.  Blocking: never.  Cost: one read-modify-write.
  void CancelWait(Key) { waiters_.fetch_sub(1, std::memory_order_relaxed); }

  // Sleeps until a notification that came after PrepareWait; returns at once where there was one
  // already. May return although another thread took what was published: callers loop.
  // Thread safety: any thread.  Blocking: the calling thread.
  // Memory order: what came before that notification happens before the return.
  // Cost: a spin lock, then a futex wait.
  void CommitWait(Key key) { CommitWaitFor(key, -1); }

  // The same, for `ns` nanoseconds at most (negative: for ever). Returns false where the time ran
  // out; a notification that comes at the same moment is not lost: it goes to this thread, and the
  // result is true, or to another.
  bool CommitWaitFor(Key key, std::int64_t ns);

  // Ends the wait of the thread that fell asleep last, and of all that are between PrepareWait and
  // CommitWait (they are awake; it costs them a second look). Does nothing where nobody waits.
  // Thread safety: any thread.  Blocking: never, but for a spin lock where somebody waits.
  // Memory order: a full fence, of which this side is the light half: publish with any store before
  // the call.
  // Cost: one load and a predictable branch where nobody waits, under 1 ns; 12 us for a futex wake
  // where somebody sleeps.
  void NotifyOne() {
    if (SomebodyWaits()) [[unlikely]]
      Notify(/*all=*/false);
  }

  // Ends every wait.
  // Cost: a futex wake for each sleeper.
  void NotifyAll() {
    if (SomebodyWaits()) [[unlikely]]
      Notify(/*all=*/true);
  }

  // How many threads are between PrepareWait and the end of their wait; old when it arrives.
  // Cost: one load.
  int ApproximateWaiters() const {
    return static_cast<int>(waiters_.load(std::memory_order_relaxed));
  }

  // How many of them are asleep or about to be: a notification would have to wake them. For
  // statistics, watchdogs and tests.
  // Thread safety: any thread.  Blocking: a spin lock.
  int Sleepers();

 private:
  struct Sleeper : ListLink {
    bool taken = false;  // Off the stack, by a notifier. Under lock_.
    Parker parker;
  };

  bool SomebodyWaits() const {
    LightFence();
    return waiters_.load(std::memory_order_relaxed) != 0;
  }
  void Notify(bool all);

  alignas(kCacheLineBytes) std::atomic<std::uint32_t> waiters_{0};  // Read by every notifier.
  std::atomic<std::uint64_t> epoch_{0};
  alignas(kCacheLineBytes) SpinLock lock_;
  int sleeper_count_ = 0;
  IntrusiveList<Sleeper> sleepers_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_SYNC_EVENT_COUNT_H_
