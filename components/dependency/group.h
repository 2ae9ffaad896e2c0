// Completion counting for every wait-for-all: task groups, task pools, contexts, quiescence.
//
// Layout and writers
//   cells_[w]    one false-sharing range a worker: `started` and `finished`, which only grow, and
//                `inside`, all written by worker w with plain stores. The last cell is for threads
//                that are no worker: RMWs.
//   waiters_     a stack of those who wait; null: nobody. Pushed by AddWaiter(), emptied by the
//                thread that recounts. Read by every Finished().
//   budget_      touched only while somebody waits: how many tasks at least still have to finish.
//
// Exactness. Counts only grow and finished <= started at each instant. ReadSums() reads all
// finished cells first, then all started ones. Say it finds F == S. Each task counted in F was
// started before (Started() happens before the hand-over, before the body, before Finished(), whose
// release store was read by an acquire load), so its start is counted in S; S == F leaves no other
// start in S. Could a task u be started, unfinished and not in S? Its starter is a task of the
// group that had not finished when it called Started(u), or somebody outside. A starter in F has
// its earlier stores visible, so u would be in S; a starter in S but not in F makes S > F; a
// starter in neither repeats the question for itself and ends at somebody outside, whose Started()
// is not ordered before the count: then zero stood before it. So zero is never false. Single cells
// may well have finished more than they started. (F. Mattern, "Algorithms for distributed
// termination detection", 1987, the four-counter method.)
//
// A zero is not missed. Finished() stores, LightFence(), looks at waiters_; AddWaiter() pushes,
// HeavyFence(), counts: at least one of the two sees the other. To count at each finish would cost
// O(workers) each, so the counting thread leaves a budget: L = S - F' with S read before F' is at
// most what is outstanding when the reading of F' begins, so L more must finish before zero. Each
// Finished() that sees a waiter takes one, and the one that takes the last counts again. Who counts
// is unique: budget_ is <= 0 from then until it is refilled above 0, and only 1 -> 0 makes a
// counter. The budget is never above the number of takes still to come before zero: the refill adds
// L less the value b that budget_ had before the count began. Takes before b in its modification
// order have stored their finish before (acquire), so they are in F' and not in L; takes after b
// remain deducted. Takes of finishes that were in F' already, and late ones of a wait that has
// ended, only make the budget too low: it is counted once more. Starts add nothing: L is a lower
// bound.
//
// Zero and new waiters. The counter remembers the top of the stack before it counts and empties it
// by a CAS from that top: who registered during the count is not told the result of it, the CAS
// fails, and it counts again.
//
// Destruction. A Finished() whose store completes the group still has to look at waiters_ while
// the waiter may see zero by itself and destroy the group. It marks `inside` around the two, and
// the destructor waits for cells to be left: a few instructions of another thread, and never a
// callback, for callbacks run after leaving.
#ifndef HEDDLE_COMPONENTS_DEPENDENCY_GROUP_H_
#define HEDDLE_COMPONENTS_DEPENDENCY_GROUP_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "components/base/cache_line.h"
#include "components/base/fence.h"

namespace heddle {

// For calls from threads that are no worker.
inline constexpr int kNoWorker = -1;

// One who waits for zero. Lives until notified.
struct GroupWaiter {
  // Runs once, in the AddWaiter() or Finished() that found zero. The group may be destroyed in it.
  void (*notify)(GroupWaiter* waiter) = nullptr;
  GroupWaiter* next = nullptr;
};

// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): waiters_ and budget_ stand apart.
class Group {
 public:
  // What has been started and finished, of which finished was read first: equal means zero. For
  // detection across processes, whose algorithm adds its own counts of messages.
  struct Sums {
    std::uint64_t started = 0;
    std::uint64_t finished = 0;
  };

  // For workers 0 .. workers-1. `parent`: counts everything that this group counts as well.
  // Cost: 128 B a worker; 45 ns for 2 workers, 200 ns for 64, destruction included.
  explicit Group(int workers, Group* parent = nullptr);
  // Nothing is outstanding and nobody waits.
  // Blocking: for a Finished() that another thread is leaving.
  ~Group();
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  // n tasks are about to be handed to others. By a task of the group, or before it can be zero for
  // those who wait.
  // Thread safety: `worker` by the thread that holds this slot; kNoWorker by any.  Blocking: never.
  // Memory order: happens before the tasks' bodies by the caller's hand-over.
  // Cost: one plain addition to an own line a level; kNoWorker: one RMW.
  void Started(int worker, std::uint64_t n = 1);

  // A task has ended. True for the one call that found zero while somebody waited, here or in a
  // parent; those have been notified.
  // Thread safety, blocking: as Started(). Callbacks run in it.
  // Memory order: what came before happens before `notify`, and before the zero is seen.
  // Cost: 1 ns: three plain stores to an own line and a load of a shared, unchanging one. While
  // somebody waits: one RMW on a shared line, and O(workers) loads once all that were outstanding
  // at the last count have finished.
  bool Finished(int worker);

  // Calls waiter->notify(waiter) once at the next zero; in this call where it is zero now.
  // Thread safety: any thread.  Blocking: never.
  // Cost: O(workers) loads; where not zero, HeavyFence() as well.
  void AddWaiter(GroupWaiter* waiter);

  // Whether there was an instant during the call when all that had been started had finished.
  // Thread safety: any thread.  Memory order: those tasks' bodies happen before true.
  // Cost: O(workers) loads.
  bool IsZero() const;
  Sums ReadSums() const;

  Group* parent() const { return parent_; }

 private:
  struct alignas(kFalseSharingBytes) Cell {
    std::atomic<std::uint64_t> started{0};
    std::atomic<std::uint64_t> finished{0};
    std::atomic<std::uint32_t> inside{0};
  };

  Cell& CellOf(int worker) { return cells_[worker == kNoWorker ? workers_ : worker]; }
  // Takes one from the budget, recounts where it was the last; returns the waiters to notify.
  GroupWaiter* FinishedWhileWaiting();
  GroupWaiter* Recount();
  static void NotifyAll(GroupWaiter* waiters);

  Cell* const cells_;  // workers_ + 1
  const int workers_;
  Group* const parent_;
  std::atomic<GroupWaiter*> waiters_{nullptr};
  alignas(kFalseSharingBytes) std::atomic<std::int64_t> budget_{0};
};

inline void Group::Started(int worker, std::uint64_t n) {
  for (Group* group = this; group != nullptr; group = group->parent_) {
    std::atomic<std::uint64_t>& started = group->CellOf(worker).started;
    if (worker == kNoWorker) {
      started.fetch_add(n, std::memory_order_relaxed);
    } else {
      started.store(started.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
  }
}

inline bool Group::Finished(int worker) {
  bool found = false;
  for (Group* group = this; group != nullptr;) {
    Group* const parent = group->parent_;
    Cell& cell = group->CellOf(worker);
    GroupWaiter* notified = nullptr;
    if (worker == kNoWorker) {
      cell.inside.fetch_add(1, std::memory_order_relaxed);
      cell.finished.fetch_add(1, std::memory_order_release);
    } else {
      cell.inside.store(1, std::memory_order_relaxed);
      cell.finished.store(cell.finished.load(std::memory_order_relaxed) + 1,
                          std::memory_order_release);
    }
    LightFence();
    if (group->waiters_.load(std::memory_order_acquire) != nullptr) [[unlikely]] {
      notified = group->FinishedWhileWaiting();
    }
    if (worker == kNoWorker) {
      cell.inside.fetch_sub(1, std::memory_order_release);
    } else {
      cell.inside.store(0, std::memory_order_release);
    }
    // From here on the group may be gone; the parent still counts this task.
    if (notified != nullptr) {
      found = true;
      NotifyAll(notified);
    }
    group = parent;
  }
  return found;
}

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_DEPENDENCY_GROUP_H_
