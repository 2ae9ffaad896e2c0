// What a frontend embeds beside its Task to order it: a counter, the successors, the accesses.
//
//   DependencyNode::AddSuccessor(&first->node, &second->node);    // explicit edges: tags, events
//   chain.Insert(&second->accesses[0], &second->node, AccessMode::kRead);    // or found by data
//   if (second->node.Release()) pool->Submit(second);             // once all edges are there
//   ...
//   if (!TryAcquireExclusive(&task->node)) return;                  // only with commutative data
//   RunBody(task);
//   task->node.Finish([](DependencyNode* ready) { pool->Submit(TaskOf(ready)); });
//
// Life: zero or Reset() -> edges by one creator at a time -> Release() -> ready, reported once by
// Release() or by a predecessor's Finish() -> body -> Finish(), after which nothing here refers to
// the node, and it may be freed or Reset(). One cache line; all zeros is valid.
#ifndef HEDDLE_COMPONENTS_DEPENDENCY_NODE_H_
#define HEDDLE_COMPONENTS_DEPENDENCY_NODE_H_

#include <cstdint>

#include "components/dependency/access_group.h"
#include "components/dependency/counter.h"
#include "components/memory_pool/pool.h"

namespace heddle {

class AccessChain;

namespace internal {
// Goes on with the locks that `node` lacks; false where it waits in a queue and is no longer ours.
bool AcquireExclusiveSlow(DependencyNode* node);
// Gives up the exclusion of `access`; returns a task that may run now, or nullptr.
DependencyNode* ReleaseExclusive(Access* access);
}  // namespace internal

class DependencyNode {
 public:
  DependencyNode() = default;
  DependencyNode(const DependencyNode&) = delete;
  DependencyNode& operator=(const DependencyNode&) = delete;

  // Back to zero, for a task that is submitted again; nobody uses the node.
  void Reset() {
    counter_.Reset(0);
    edges_ = 0;
    successors_.Reset();
    accesses_ = nullptr;
    exclusive_ = kNothing;
    links_used_ = 0;
  }

  // `successor` waits for `predecessor`; false where that has finished (its Finish() came first).
  // Thread safety: one creator of `successor` at a time; any number of successors of one
  // predecessor. The caller keeps the predecessor's memory alive.  Blocking: never.
  // Memory order: where it returns false, the predecessor's body happens before the return.
  // Cost: one CAS; a pool block beyond two edges a successor.
  static bool AddSuccessor(DependencyNode* predecessor, DependencyNode* successor) {
    if (predecessor->successors_.closed()) return false;
    const bool is_inline = successor->links_used_ < kInlineLinks;
    Link* const link = is_inline ? &successor->links_[successor->links_used_] : PoolNew<Link>();
    if (!predecessor->successors_.Add(link, successor)) {
      if (!is_inline) PoolDelete(link);
      return false;
    }
    if (is_inline) ++successor->links_used_;
    ++successor->edges_;
    return true;
  }

  // Waits for n more events of the frontend's own, each told by Arrive(). Like AddSuccessor().
  void AddEvents(std::uint32_t n) { edges_ += n; }
  // An event has come; true: the caller runs or submits the node. Any thread.
  [[nodiscard]] bool Arrive(std::uint32_t n = 1) { return counter_.Arrive(n); }

  // The creator has added all edges. True where the node is ready: the caller runs or submits it.
  // Otherwise a predecessor's Finish() reports it, maybe before this returns: do not touch it.
  // Thread safety: the creator.  Blocking: never.  Memory order: as Counter::Open().
  // Cost: one RMW where something is missing, none else.
  [[nodiscard]] bool Release() {
    const std::uint32_t edges = edges_;
    edges_ = 0;
    return counter_.Open(edges);
  }

  // The body is done: releases accesses and successors and calls ready(DependencyNode*) for each
  // that became ready, in the order of insertion (per datum, then the explicit ones). What comes
  // with a commutative access may hold its exclusion already: TryAcquireExclusive() knows.
  // Thread safety: whoever ran the body; `ready` runs in this call.  Blocking: never.
  // Memory order: what came before happens before the body of each task reported.
  // Cost: one RMW or less an access, one RMW an edge but the last of its successor, one to close.
  template <typename Ready>
  void Finish(Ready&& ready) {
    if (accesses_ != nullptr) FinishAccesses(ready);
    Link* link = successors_.Close();
    while (link != nullptr) {
      Link* const next = link->next;
      DependencyNode* const successor = link->successor;
      if (!successor->IsInline(link)) PoolDelete(link);
      if (successor->counter_.Arrive()) ready(successor);
      link = next;
    }
  }

  // As Finish(), for nodes that are never a predecessor in AddSuccessor(): saves the exchange.
  template <typename Ready>
  void FinishAccesses(Ready&& ready) {
    Access* const last = accesses_;
    if (last == nullptr) return;
    accesses_ = nullptr;
    exclusive_ = kNothing;
    Access* next = last->next;
    Access* access;
    do {
      access = next;
      next = access->next;
      if (access->holds_exclusive) {
        access->holds_exclusive = false;
        DependencyNode* const holder = internal::ReleaseExclusive(access);
        if (holder != nullptr) ready(holder);
      }
      internal::AccessGroup* const group = access->group;
      if (access->pooled) PoolDelete(access);
      if (group == nullptr) continue;
      for (Link* link = group->MemberFinished(); link != nullptr;) {
        DependencyNode* const successor = link->successor;
        link = link->next;  // Before the successor may run, and free it.
        if (successor->counter_.Arrive()) ready(successor);
      }
    } while (access != last);
  }

  // For whoever embeds the node: to tell kinds of nodes apart in `ready`. Never used here.
  std::uint16_t kind() const { return kind_; }
  void set_kind(std::uint16_t kind) { kind_ = kind; }

 private:
  friend class AccessChain;
  friend bool TryAcquireExclusive(DependencyNode* node);
  friend bool internal::AcquireExclusiveSlow(DependencyNode* node);

  static constexpr int kInlineLinks = 2;
  enum Exclusive : std::uint8_t { kNothing, kNeeded, kHeld };

  bool IsInline(const Link* link) const {
    return reinterpret_cast<std::uintptr_t>(link) - reinterpret_cast<std::uintptr_t>(links_) <
           sizeof(links_);
  }

  Counter counter_;
  std::uint32_t edges_ = 0;  // Counted by the creator, given to counter_ by Release().
  SuccessorList successors_;
  Access* accesses_ = nullptr;  // The last of a ring.
  Exclusive exclusive_ = kNothing;
  std::uint8_t links_used_ = 0;
  std::uint16_t kind_ = 0;
  Link links_[kInlineLinks];
};
static_assert(sizeof(DependencyNode) <= kCacheLineBytes);

// Before the body of a ready task with commutative accesses: takes the exclusion of all of them.
// False: somebody has one of them; the task waits in its queue, without a thread, and the Finish()
// of a holder reports it as ready once it has all. Then do not touch it. True without commutative
// data.
//
// Exclusions are taken one by one in the order of their groups' addresses, and only by tasks whose
// predecessors have all finished: along any chain of waiters addresses grow, so it ends at a task
// that runs. A task may be taken before another that waited longer for a second datum.
// Thread safety: whoever is about to run the task.  Blocking: never.
// Memory order: the body of the last holder happens before the return, or before `ready`.
// Cost: one load without; one RMW a commutative datum, another to release it.
[[nodiscard]] inline bool TryAcquireExclusive(DependencyNode* node) {
  return node->exclusive_ != DependencyNode::kNeeded || internal::AcquireExclusiveSlow(node);
}

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_DEPENDENCY_NODE_H_
