// What accesses consist of: used by node.h and access.h, not meant to be included by others.
//
// The accesses of a datum fall into groups: a write or read-write is one of its own; reads that
// follow one another are one together, and so are commutative, concurrent and reduction accesses. A
// group starts when the one before it is complete. The group, not its members, is what the next one
// waits for: a writer after N readers costs N decrements, M readers after it cost M links.
//
// Layout of a group, 48 bytes from the memory pool, and who writes what
//   arrived     of groups that grow: minus the members that have finished, until it is opened.
//               Members subtract, the chain adds `members` once, at the moment the next group
//               starts: from then on nobody joins. Zero after that: complete.
//   head        the edges to members of the next group, and two bits. Pushed by the chain, closed
//               (kClosed) by the member that completes the group. kFinal, set by the chain: no edge
//               will follow and the chain has forgotten the group.
//   waiters, queue   mutual exclusion of a commutative group; see access.cc.
//   members, last_task   the chain's alone.
//   mode        constant once it has members.
//
// Who frees it. The chain points at the last group and at the one before it; tasks point at theirs
// until they finish. A task may be gone when the chain looks for the last writer, so the chain
// never points at a task or its descriptor: only at groups, and a group dies by a handshake on
// `head`:
//   - the completing member exchanges head for kClosed. It finds kFinal: the chain has forgotten
//     the group, the member frees it. Else it does not touch the group again: it is the chain's.
//   - the chain, when it forgets, sets kFinal by a CAS that fails on kClosed. Where it fails, the
//     group is complete and the chain frees it. Else the chain does not touch it again.
// One modification order of one word: exactly one of them comes second, and that one frees. Members
// other than the completing one touch nothing after their arrival. The completing member of a group
// that grows comes after Open(): so a chain sets kFinal before Open() by a plain store, and where
// Open() returns true, no member will close and the chain frees. A member that finds kFinal with a
// load needs no exchange, for nothing follows kFinal.
#ifndef HEDDLE_COMPONENTS_DEPENDENCY_ACCESS_GROUP_H_
#define HEDDLE_COMPONENTS_DEPENDENCY_ACCESS_GROUP_H_

#include <atomic>
#include <cstdint>

#include "components/dependency/counter.h"
#include "components/memory_pool/pool.h"

namespace heddle {

enum class AccessMode : std::uint8_t {
  kRead,
  kWrite,
  kReadWrite,    // Ordered like kWrite.
  kCommutative,  // No order among neighbours, but one at a time: TryAcquireExclusive().
  kConcurrent,   // Neither order nor exclusion among neighbours.
  kReduction,    // As kConcurrent; the frontend inserts the combining task: NeedsCombine().
};

// Whether a group of this mode has one member only.
constexpr bool IsExclusiveMode(AccessMode mode) {
  return mode == AccessMode::kWrite || mode == AccessMode::kReadWrite;
}

namespace internal {
struct AccessGroup;
}

// One datum of one task; in an array of the frontend's descriptor. All zeros is valid. From
// Insert() to the task's Finish() it belongs to this component and must not move.
struct Access {
  Link link;                               // In the list of the group before, then of the waiters.
  internal::AccessGroup* group = nullptr;  // nullptr: part of another access of the same task.
  Access* next = nullptr;                  // The task's accesses, a ring.
  AccessMode mode = AccessMode::kRead;
  bool holds_exclusive = false;
  bool pooled = false;  // Freed by Finish(): that of AccessChain::Sync().
};
static_assert(sizeof(Access) <= 64);

namespace internal {

struct AccessGroup {
  static constexpr std::uintptr_t kClosed = 1;
  static constexpr std::uintptr_t kFinal = 2;
  static constexpr std::uintptr_t kBits = 3;

  Counter arrived;
  std::uint32_t members = 0;
  std::atomic<std::uintptr_t> head{0};
  std::atomic<Link*> waiters{nullptr};
  Link* queue = nullptr;
  DependencyNode* last_task = nullptr;  // Compared, never followed: it may have been freed.
  AccessMode mode;

  explicit AccessGroup(AccessMode m) : mode(m) {}

  static Link* LinkOf(std::uintptr_t h) {
    return reinterpret_cast<Link*>(h & ~kBits);  // NOLINT(performance-no-int-to-ptr): tagged.
  }

  // A member has finished. Returns the edges to release, in the order of insertion, where it was
  // the last one. The group may be gone afterwards.
  // Memory order: what came before any member's call happens before the task of an edge that was
  // released, and before the Insert() that finds the group complete.
  Link* MemberFinished() {
    if (!IsExclusiveMode(mode) && !arrived.Arrive()) return nullptr;
    std::uintptr_t h = head.load(std::memory_order_acquire);
    if ((h & kFinal) == 0) h = head.exchange(kClosed, std::memory_order_acq_rel);
    Link* const links = LinkOf(h);
    if ((h & kFinal) != 0) PoolDelete(this);
    return links == nullptr || links->next == nullptr ? links : ReverseLinks(links);
  }

  // Chain: adds an edge to a group that was sealed for groups (below); false where it is complete.
  bool AddLink(Link* link) {
    std::uintptr_t h = head.load(std::memory_order_acquire);
    do {
      if ((h & kClosed) != 0) return false;
      link->next = LinkOf(h);
    } while (!head.compare_exchange_weak(h, reinterpret_cast<std::uintptr_t>(link),
                                         std::memory_order_release, std::memory_order_acquire));
    return true;
  }

  // Chain: no further member joins, and `link` (may be nullptr) is the first edge; with `bits`
  // kFinal the only one. False where the group is complete: then it is the chain's to free.
  bool Seal(Link* link, std::uintptr_t bits) {
    if (link != nullptr) link->next = nullptr;
    const std::uintptr_t h = reinterpret_cast<std::uintptr_t>(link) | bits;
    if (!IsExclusiveMode(mode)) {
      head.store(h, std::memory_order_relaxed);  // Published by Open().
      return !arrived.Open(members);
    }
    std::uintptr_t expected = head.load(std::memory_order_acquire);
    return expected == 0 && head.compare_exchange_strong(expected, h, std::memory_order_release,
                                                         std::memory_order_acquire);
  }

  // Chain: forgets a group that was sealed without kFinal, or frees it where it is complete.
  void Forget() {
    std::uintptr_t h = head.load(std::memory_order_acquire);
    do {
      if ((h & kClosed) != 0) {
        PoolDelete(this);
        return;
      }
    } while (!head.compare_exchange_weak(h, h | kFinal, std::memory_order_release,
                                         std::memory_order_acquire));
  }

  // Chain: whether all members have finished, of a group that is not sealed.
  bool Idle() const {
    return IsExclusiveMode(mode) ? head.load(std::memory_order_acquire) != 0
                                 : arrived.count() + members == 0;
  }
};

}  // namespace internal
}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_DEPENDENCY_ACCESS_GROUP_H_
