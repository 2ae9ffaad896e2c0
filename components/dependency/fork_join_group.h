// Counting for spawn and sync in a stack frame: 16 bytes, no cell, no list.
//
// Layout and writers
//   outstanding_  the owner's alone: spawned, less what the owner itself ran to the end.
//   others_       what others have finished, counted up with one RMW each; while the owner sleeps,
//                 kArmed - (what is still missing), so that the last one meets kArmed exactly.
//   waiter_       the owner's, read by the one that must wake it.
//
// The join counter of F. Schmaus et al., "Nowa: A Wait-Free Continuation-Stealing Concurrency
// Platform", IPDPS 2021.
#ifndef HEDDLE_COMPONENTS_DEPENDENCY_FORK_JOIN_GROUP_H_
#define HEDDLE_COMPONENTS_DEPENDENCY_FORK_JOIN_GROUP_H_

#include <atomic>
#include <cstdint>

namespace heddle {

// The owner is the activity whose frame holds the group; "owner" below means its thread while it is
// not suspended, work that runs on top of its frames included. At most 2^30 children at a time.
// The group may be destroyed once Done() is true, or once the wake that FinishedByOther() asked for
// has reached the owner.
class ForkJoinGroup {
 public:
  ForkJoinGroup() = default;
  ForkJoinGroup(const ForkJoinGroup&) = delete;
  ForkJoinGroup& operator=(const ForkJoinGroup&) = delete;

  // A child is about to be visible to others.  Thread safety: owner.  Cost: one plain increment.
  void Spawned(std::uint32_t n = 1) { outstanding_ += n; }

  // A child ended on the owner's thread.  Thread safety: owner.  Cost: one plain decrement.
  void FinishedByOwner() { --outstanding_; }

  // A child ended elsewhere. True: the caller must wake waiter(). False: do not touch the group.
  // Thread safety: any thread.  Blocking: never.
  // Memory order: what came before happens before Done() is true, and before the true return.
  // Cost: one RMW.
  [[nodiscard]] bool FinishedByOther() {
    return others_.fetch_add(1, std::memory_order_acq_rel) + 1 == kArmed;
  }

  // How many children others have finished, and how many of all are missing were it so.
  // Thread safety: owner.  Memory order: relaxed.  Cost: a load of a line that others write; none.
  std::uint32_t FinishedByOthers() const { return others_.load(std::memory_order_relaxed); }
  std::uint32_t Missing(std::uint32_t finished_by_others) const {
    return outstanding_ - finished_by_others;
  }

  // Whether all children have ended.
  // Thread safety: owner.  Memory order: acquire.  Cost: one load.
  bool Done() const {
    const std::uint32_t others = others_.load(std::memory_order_acquire);
    return others == outstanding_ || others == kArmed;
  }

  // The owner is about to sleep. False: all ended meanwhile, do not sleep. True: exactly one
  // FinishedByOther() returns true, maybe before this returns: until woken, the owner may only make
  // itself wakeable. Nothing may be spawned or finished by the owner until then.
  // Thread safety: owner.  Blocking: never.  Memory order: acquire where false.  Cost: one RMW.
  [[nodiscard]] bool ArmWaiter(void* waiter) {
    waiter_ = waiter;
    // others_ stands at what has come, below kArmed; adding kArmed - outstanding_ leaves the
    // distance to kArmed at what is missing. Each of these adds one, so one of them, the last,
    // meets kArmed.
    const std::uint32_t others =
        others_.fetch_add(kArmed - outstanding_, std::memory_order_acq_rel);
    return others != outstanding_;
  }

  // What ArmWaiter() was given; for the caller of the FinishedByOther() that returned true.
  void* waiter() const { return waiter_; }

  // Ready for the next round, after Done() or the wake.  Thread safety: owner.
  void Reset() {
    outstanding_ = 0;
    others_.store(0, std::memory_order_relaxed);
  }

 private:
  static constexpr std::uint32_t kArmed = std::uint32_t{1} << 31;

  std::uint32_t outstanding_ = 0;
  std::atomic<std::uint32_t> others_{0};
  void* waiter_ = nullptr;
};
static_assert(sizeof(ForkJoinGroup) == 16);

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_DEPENDENCY_FORK_JOIN_GROUP_H_
