#include "components/dependency/access.h"

#include <cstdlib>
#include <cstring>
#include <functional>

#include "components/base/check.h"
#include "components/base/futex.h"

namespace heddle {

using internal::AccessGroup;

void AccessChain::Insert(Access* access, DependencyNode* task, AccessMode mode) {
  // The ring of the task's accesses: task->accesses_ is the last, its next the first.
  if (task->accesses_ == nullptr) {
    access->next = access;
  } else {
    access->next = task->accesses_->next;
    task->accesses_->next = access;
  }
  task->accesses_ = access;
  access->link.successor = task;
  access->group = nullptr;

  if (tail_ != nullptr && tail_->last_task == task && Merge(task, &mode)) [[unlikely]] {
    return;
  }

  access->mode = mode;
  if (tail_ == nullptr || tail_->mode != mode || IsExclusiveMode(mode)) {
    if (tail_ == nullptr || tail_->members != 0) [[likely]] {
      StartGroup(access, task, mode);
    } else {
      tail_->mode = mode;  // Merge() left it empty; the access that left it waits for previous_.
    }
  } else if (previous_ != nullptr && tail_->members != 0) {
    if (previous_->AddLink(&access->link)) {
      ++task->edges_;
    } else {
      PoolDelete(previous_);
      previous_ = nullptr;
    }
  }
  access->group = tail_;
  ++tail_->members;
  tail_->last_task = task;
  if (mode == AccessMode::kCommutative) task->exclusive_ = DependencyNode::kNeeded;
}

void AccessChain::StartGroup(Access* access, DependencyNode* task, AccessMode mode) {
  if (previous_ != nullptr) previous_->Forget();
  previous_ = nullptr;
  AccessGroup* const before = tail_;
  if (before != nullptr) {
    const bool only_edge = IsExclusiveMode(mode);
    if (before->Seal(&access->link, only_edge ? AccessGroup::kFinal : 0)) {
      ++task->edges_;
      if (!only_edge) previous_ = before;
    } else {
      PoolDelete(before);
    }
  }
  tail_ = PoolNew<AccessGroup>(mode);
}

bool AccessChain::Merge(DependencyNode* task, AccessMode* mode) {
  // last_task is equal, but may be a task that is gone and whose memory this one has. If it is this
  // one, it has not finished, the group is alive and one of its accesses points at it.
  Access* same = task->accesses_->next;
  while (same->group != tail_) {
    if (same == task->accesses_) return false;
    same = same->next;
  }
  const AccessMode old = tail_->mode;
  const bool includes_read = old == AccessMode::kCommutative || old == AccessMode::kConcurrent;
  if (old == *mode || IsExclusiveMode(old)) return true;
  if (*mode == AccessMode::kRead && includes_read) return true;
  const bool extends_read = old == AccessMode::kRead && *mode != AccessMode::kReduction;
  if (!IsExclusiveMode(*mode) && !extends_read) *mode = AccessMode::kReadWrite;
  // It leaves the group, of which the chain alone knows the number of members, and starts the next.
  // Its edge to the group before stays: the new access is ordered after that as well.
  same->group = nullptr;
  --tail_->members;
  tail_->last_task = nullptr;
  return false;
}

void AccessChain::Clear() {
  if (previous_ != nullptr) previous_->Forget();
  if (tail_ != nullptr && !tail_->Seal(nullptr, AccessGroup::kFinal)) PoolDelete(tail_);
  previous_ = tail_ = nullptr;
}

void AccessChain::lock() {
  if (try_lock()) return;
  while (lock_.exchange(2, std::memory_order_acquire) != 0) FutexWait(lock_, 2);
}

void AccessChain::unlock() {
  if (lock_.exchange(0, std::memory_order_release) == 2) FutexWake(lock_, 1);
}

// ---- AccessTable ----

AccessTable::~AccessTable() {
  Clear();
  std::free(entries_);
}

void AccessTable::Clear() {
  for (std::size_t i = 0; i < capacity_; ++i) {
    entries_[i].key = 0;
    entries_[i].chain.Clear();
  }
  used_ = 0;
}

bool AccessTable::idle() const {
  for (std::size_t i = 0; i < capacity_; ++i) {
    if (!entries_[i].chain.idle()) return false;
  }
  return true;
}

// A look at each group would be a cache miss per datum: a sample decides whether dropping idle
// chains is worth it.
bool AccessTable::ManyAreIdle() const {
  constexpr std::size_t kSample = 32;
  std::size_t seen = 0;
  std::size_t idle = 0;
  for (std::size_t i = 0; i < capacity_ && seen < kSample; ++i) {
    if (entries_[i].key == 0) continue;
    ++seen;
    idle += entries_[i].chain.idle();
  }
  return idle * 4 > seen;
}

void AccessTable::Grow() {
  std::size_t busy = used_;
  if (ManyAreIdle()) {
    for (std::size_t i = 0; i < capacity_; ++i) {
      if (entries_[i].key == 0 || !entries_[i].chain.idle()) continue;
      entries_[i].chain.Clear();
      entries_[i].key = 0;  // Not a hole in a probe sequence: all is moved below.
      --busy;
    }
  }
  AccessTable bigger;
  // A third full or less stays as it is; small tables grow faster.
  const std::size_t factor = 3 * busy <= capacity_ ? 1 : capacity_ < 4096 ? 4 : 2;
  bigger.capacity_ = capacity_ == 0 ? 16 : factor * capacity_;
  bigger.entries_ = static_cast<Entry*>(std::calloc(bigger.capacity_, sizeof(Entry)));
  HEDDLE_CHECK(bigger.entries_ != nullptr) << "no memory for " << bigger.capacity_ << " data";
  bigger.limit_ = bigger.capacity_ / 3 * 2;
  bigger.shift_ = 64 - static_cast<unsigned>(__builtin_ctzll(bigger.capacity_));
  for (std::size_t i = 0; i < capacity_; ++i) {
    if (entries_[i].key == 0) continue;
    AccessChain& from = entries_[i].chain;
    AccessChain& to = bigger.ChainOf(entries_[i].key);
    to.tail_ = from.tail_;
    to.previous_ = from.previous_;
    from.tail_ = from.previous_ = nullptr;
  }
  std::swap(entries_, bigger.entries_);
  std::swap(capacity_, bigger.capacity_);
  used_ = bigger.used_;
  limit_ = bigger.limit_;
  shift_ = bigger.shift_;
}

// ---- Exclusion of commutative groups ----
//
// waiters: nullptr: free; kHeld: held; else held, and the accesses that wait, the newest first.
// Taking it and waiting are a CAS each. queue: those that the holder has taken off to serve, the
// oldest first; the holder's alone. So a release costs a CAS where nobody waits, nothing where the
// queue has some, and one exchange to take all new ones. An access waits by its link, which is free
// by then: whoever completed the group before read it before the task could become ready. The group
// lives on: holder and waiters are members that have not finished.

namespace {

Link* const kHeld = reinterpret_cast<Link*>(1);

bool Lock(Access* access) {
  std::atomic<Link*>& waiters = access->group->waiters;
  Link* head = waiters.load(std::memory_order_relaxed);
  for (;;) {
    if (head == nullptr) {
      // Before the CAS only in program order: it is ours once we have the lock, or nobody's.
      if (waiters.compare_exchange_weak(head, kHeld, std::memory_order_acquire,
                                        std::memory_order_relaxed)) {
        access->holds_exclusive = true;
        return true;
      }
    } else {
      access->link.next = head == kHeld ? nullptr : head;
      if (waiters.compare_exchange_weak(head, &access->link, std::memory_order_release,
                                        std::memory_order_relaxed)) {
        return false;
      }
    }
  }
}

// Gives the lock to the one that waited longest and returns it, or nullptr.
Access* Unlock(AccessGroup* group) {
  if (group->queue == nullptr) {
    Link* expected = kHeld;
    if (group->waiters.compare_exchange_strong(expected, nullptr, std::memory_order_release,
                                               std::memory_order_relaxed)) {
      return nullptr;
    }
    group->queue = ReverseLinks(group->waiters.exchange(kHeld, std::memory_order_acq_rel));
  }
  static_assert(offsetof(Access, link) == 0);
  Access* const next = reinterpret_cast<Access*>(group->queue);
  group->queue = next->link.next;
  next->holds_exclusive = true;
  return next;
}

}  // namespace

namespace internal {

bool AcquireExclusiveSlow(DependencyNode* node) {
  for (;;) {
    Access* first = nullptr;
    Access* access = node->accesses_;
    do {
      access = access->next;
      if (access->group == nullptr || access->mode != AccessMode::kCommutative ||
          access->holds_exclusive) {
        continue;
      }
      if (first == nullptr || std::less<AccessGroup*>()(access->group, first->group)) {
        first = access;
      }
    } while (access != node->accesses_);
    if (first == nullptr) {
      node->exclusive_ = DependencyNode::kHeld;
      return true;
    }
    if (!Lock(first)) return false;
  }
}

DependencyNode* ReleaseExclusive(Access* access) {
  Access* const next = Unlock(access->group);
  if (next == nullptr) return nullptr;
  DependencyNode* const node = next->link.successor;
  return AcquireExclusiveSlow(node) ? node : nullptr;
}

}  // namespace internal
}  // namespace heddle
