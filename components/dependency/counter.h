// A count of predecessors, and a lock-free list of successors that one exchange closes.
//
// Layout and writers
//   Counter        one 32-bit word, modulo 2^32. Predecessors subtract, the creator adds. Two ways
//                  to guard it while it grows: the creator holds a count of its own (Reset(1), Add,
//                  Arrive), or, cheaper, counts privately and adds everything at once (zero, Open);
//                  arrivals before that take the word below zero.
//   SuccessorList  one word: nullptr: open, empty; a Link: open; a mark: the predecessor finished.
//                  Anybody pushes with a CAS, only the predecessor closes, once. Nothing is popped
//                  singly, so there is no ABA.
//
// The count opened at the end is the join counter of F. Schmaus et al., "Nowa: A Wait-Free
// Continuation-Stealing Concurrency Platform", IPDPS 2021. Lists closed by one atomic operation:
// D. Alvarez et al., "Advanced Synchronization Techniques for Task-based Runtime Systems",
// PPoPP 2021, https://doi.org/10.1145/3437801.3441601.
//
// All zeros is the valid initial state of everything here.
#ifndef HEDDLE_COMPONENTS_DEPENDENCY_COUNTER_H_
#define HEDDLE_COMPONENTS_DEPENDENCY_COUNTER_H_

#include <atomic>
#include <cstdint>

namespace heddle {

class DependencyNode;

class Counter {
 public:
  // Sets the number of predecessors. Before the counter is shared.
  // Thread safety: one thread.  Blocking: never.  Memory order: none.  Cost: one store.
  void Reset(std::uint32_t predecessors) { count_.store(predecessors, std::memory_order_relaxed); }

  // Adds predecessors while the caller holds a count of its own (its guard), so that zero cannot be
  // met meanwhile.
  // Thread safety: any thread with a guard.  Blocking: never.  Memory order: none.  Cost: one RMW.
  void Add(std::uint32_t n) { count_.fetch_add(n, std::memory_order_relaxed); }

  // Adds all predecessors at once to a counter that started at zero; true where all of them have
  // arrived already: then the caller runs or submits. At most once a use, by the creator. Until
  // then no Arrive() returns true: arrivals take the word from zero downwards, and the last arrival
  // is 1 -> 0 (fewer than 2^31 predecessors).
  // Where the word is -n, all who were announced have come and nobody may write any more: no RMW.
  // Thread safety: one thread.  Blocking: never.
  // Memory order: what came before each Arrive(), and before Open(), happens before the one of them
  // that returns true.  Cost: one RMW; none where n is 0 or all have arrived.
  [[nodiscard]] bool Open(std::uint32_t n) {
    if (count_.load(std::memory_order_acquire) + n == 0) {
      count_.store(0, std::memory_order_relaxed);
      return true;
    }
    return count_.fetch_add(n, std::memory_order_acq_rel) + n == 0;
  }

  // n predecessors have finished; true exactly once, for the call that brings the count to zero:
  // its caller runs or submits the successor.
  // Where the word equals n, all that is left is the caller's own share. Only holders of a share
  // subtract or add (a guard is one), so nobody else may write and a store replaces the RMW. The
  // others' subtractions are RMWs, hence in the release sequences of all earlier ones: the
  // acquiring load synchronises with each of them.
  // Thread safety: any thread.  Blocking: never.
  // Memory order: what came before each Arrive() happens before the one that returns true.
  // Cost: one RMW, 8 ns in cache; none for the last arrival.
  [[nodiscard]] bool Arrive(std::uint32_t n = 1) {
    if (count_.load(std::memory_order_acquire) == n) {
      count_.store(0, std::memory_order_relaxed);
      return true;
    }
    return count_.fetch_sub(n, std::memory_order_acq_rel) == n;
  }

  // What is missing now; a snapshot. Counts below zero (before Open()) read as large numbers.
  // Memory order: acquire.
  std::uint32_t count() const { return count_.load(std::memory_order_acquire); }

 private:
  std::atomic<std::uint32_t> count_{0};
};

// One edge. From the pool, or inline in the successor. Belongs to the list from Add() until the
// closer has read it.
struct Link {
  Link* next = nullptr;
  DependencyNode* successor = nullptr;
};

// Turns a list that was pushed into the order of the pushes.
inline Link* ReverseLinks(Link* link) {
  Link* reversed = nullptr;
  while (link != nullptr) {
    Link* const next = link->next;
    link->next = reversed;
    reversed = link;
    link = next;
  }
  return reversed;
}

class SuccessorList {
 public:
  // Adds an edge; false where the predecessor has finished: the link stays the caller's, who does
  // not count it.
  // Thread safety: any thread.  Blocking: never (lock-free).
  // Memory order: what came before Add() happens before the Close() that returns the link; what
  // came before Close() happens before the Add() that returns false.
  // Cost: one CAS; a load where closed.
  [[nodiscard]] bool Add(Link* link) {
    Link* head = head_.load(std::memory_order_acquire);
    do {
      if (head == closed_mark()) return false;
      link->next = head;
    } while (!head_.compare_exchange_weak(head, link, std::memory_order_release,
                                          std::memory_order_acquire));
    return true;
  }
  [[nodiscard]] bool Add(Link* link, DependencyNode* successor) {
    link->successor = successor;
    return Add(link);
  }

  // Closes the list and returns its links in the order of addition. Once a use. Read `next` before
  // telling a successor, which may free the link.
  // Thread safety: one thread.  Blocking: never.  Cost: one exchange, and a pass over the links.
  [[nodiscard]] Link* Close() {
    Link* const head = head_.exchange(closed_mark(), std::memory_order_acq_rel);
    return head == nullptr || head->next == nullptr ? head : ReverseLinks(head);
  }

  bool closed() const { return head_.load(std::memory_order_acquire) == closed_mark(); }

  // Opens it again, empty. Before it is shared.
  void Reset() { head_.store(nullptr, std::memory_order_relaxed); }

 private:
  static Link* closed_mark() { return reinterpret_cast<Link*>(1); }

  std::atomic<Link*> head_{nullptr};
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_DEPENDENCY_COUNTER_H_
