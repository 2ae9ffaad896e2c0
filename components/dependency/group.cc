#include "components/dependency/group.h"

#include <sched.h>

#include <new>

#include "components/base/check.h"

namespace heddle {

Group::Group(int workers, Group* parent)
    : cells_(new Cell[static_cast<std::size_t>(workers) + 1]), workers_(workers), parent_(parent) {}

Group::~Group() {
  const Sums sums = ReadSums();
  HEDDLE_CHECK_EQ(sums.started, sums.finished) << "tasks left in a group that is destroyed";
  HEDDLE_CHECK(waiters_.load(std::memory_order_acquire) == nullptr)
      << "somebody waits for a group that is destroyed";
  for (int i = 0; i <= workers_; ++i) {
    while (cells_[i].inside.load(std::memory_order_acquire) != 0) sched_yield();
  }
  delete[] cells_;
}

Group::Sums Group::ReadSums() const {
  Sums sums;
  for (int i = 0; i <= workers_; ++i) {
    sums.finished += cells_[i].finished.load(std::memory_order_acquire);
  }
  for (int i = 0; i <= workers_; ++i) {
    sums.started += cells_[i].started.load(std::memory_order_acquire);
  }
  return sums;
}

bool Group::IsZero() const {
  const Sums sums = ReadSums();
  return sums.started == sums.finished;
}

void Group::AddWaiter(GroupWaiter* waiter) {
  if (IsZero()) {
    waiter->notify(waiter);
    return;
  }
  // Registering may complete the wait, in another thread, which may destroy the group: keep it.
  Cell& cell = CellOf(kNoWorker);
  cell.inside.fetch_add(1, std::memory_order_relaxed);
  GroupWaiter* top = waiters_.load(std::memory_order_relaxed);
  do {
    waiter->next = top;
  } while (!waiters_.compare_exchange_weak(top, waiter, std::memory_order_acq_rel,
                                           std::memory_order_relaxed));
  GroupWaiter* notified = nullptr;
  if (top == nullptr) {  // Nobody waited, so nobody counts and budget_ is not above 0.
    HeavyFence();
    notified = Recount();
  }
  cell.inside.fetch_sub(1, std::memory_order_release);
  NotifyAll(notified);
}

GroupWaiter* Group::FinishedWhileWaiting() {
  return budget_.fetch_sub(1, std::memory_order_acq_rel) == 1 ? Recount() : nullptr;
}

// Only by the thread that found budget_ going from 1 to 0, or waiters_ null.
GroupWaiter* Group::Recount() {
  for (;;) {
    const std::int64_t before = budget_.load(std::memory_order_acquire);
    GroupWaiter* top = waiters_.load(std::memory_order_acquire);
    const Sums sums = ReadSums();
    if (sums.started == sums.finished) {
      if (waiters_.compare_exchange_strong(top, nullptr, std::memory_order_acq_rel,
                                           std::memory_order_relaxed)) {
        return top;
      }
      continue;
    }
    std::uint64_t finished = 0;
    for (int i = 0; i <= workers_; ++i) {
      finished += cells_[i].finished.load(std::memory_order_acquire);
    }
    const std::int64_t outstanding = static_cast<std::int64_t>(sums.started - finished);
    if (outstanding <= 0) continue;  // Some finished during the count.
    const std::int64_t added = outstanding - before;
    if (budget_.fetch_add(added, std::memory_order_acq_rel) + added > 0) return nullptr;
  }
}

void Group::NotifyAll(GroupWaiter* waiters) {
  while (waiters != nullptr) {
    GroupWaiter* const next = waiters->next;
    waiters->notify(waiters);
    waiters = next;
  }
}

}  // namespace heddle
