// Fork and join: tasks from a frame, waited for in that frame.
//
//   long Fib(int n) {
//     if (n < 2) return n;
//     TaskGroup group(client);
//     long a;
//     group.Run([&] { a = Fib(n - 1); });
//     const long b = Fib(n - 2);
//     group.Wait();
//     return a + b;
//   }
//
// Wait() runs children that are still at hand on top of its own frames and suspends only for those
// that others took. Who has counted what is in components/dependency/fork_join_group.h: a child
// that ran on top of Wait() is counted without a read-modify-write (the pool marks it,
// kTaskOnWaiter), any other with one.
#ifndef HEDDLE_COMPONENTS_BLOCKING_TASK_GROUP_H_
#define HEDDLE_COMPONENTS_BLOCKING_TASK_GROUP_H_

#include <new>
#include <type_traits>
#include <utility>

#include "components/dependency/fork_join_group.h"
#include "components/memory_pool/pool.h"
#include "components/worker_pool/worker_pool.h"

namespace heddle {

// Belongs to the activity that makes it: this one alone calls Run() and Wait(), or what it calls.
// To be used again after Wait().
class TaskGroup {
 public:
  // `window`: with so many children outstanding Run() runs one that is at hand, on top of the
  // caller like Wait(), so that a long row of children stays in the cache, and memory is bounded; 0:
  // never. Not where a child may wait for what the caller does after Run(): it would wait for ever.
  explicit TaskGroup(Client& client, std::uint32_t window = 0)
      : client_(&client), window_(window) {}
  // Tasks of the calling activity's client.  Errors: dies where there is none.
  explicit TaskGroup(Pool& pool);
  // Errors: dies where children have not been waited for.
  ~TaskGroup() {
    if (!group_.Done()) [[unlikely]]
      DieUnfinished();
  }
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Starts a child that calls f(), a copy of which is kept in the task and destroyed by the child.
  // An exception that leaves f() terminates.  `type`: how it is shown and counted, may be nullptr.
  // Thread safety: owner.  Blocking: never; with a window, as a child that it runs.  Memory order:
  // what came before happens before f().  Cost: a block of the pool and a Submit().
  template <class F>
  void Run(F&& f, const TaskType* type = nullptr) {
    using Child = ChildOf<std::decay_t<F>>;
    Child* const child = PoolNew<Child>(std::forward<F>(f));
    child->run = RunChild<Child>;
    child->client = client_;
    child->type = type;
    child->owner = this;
    group_.Spawned();
    client_->pool().Submit(child);
    if (window_ != 0 && group_.Missing(finished_by_others_) >= window_) RunOneOfWindow();
  }

  // Waits until all children have ended.
  // Thread safety: owner.  Blocking: suspends where others still run some.  Memory order:
  // children's bodies happen before the return.  Errors: as Suspend().  Cost: a RunOwned() a child,
  // and a suspension where one was taken by another worker.
  void Wait(SuspendMode mode = SuspendMode::kHold) {
    Pool& pool = client_->pool();
    while (!group_.Done()) {
      if (!pool.RunOwned(this)) [[unlikely]]
        Block(mode);
    }
    group_.Reset();
    finished_by_others_ = 0;
  }

  Client& client() const { return *client_; }

 private:
  // A child: the task's header with the callable in its two free words, or behind it where it does
  // not fit.
  template <class F>  // NOLINTNEXTLINE(misc-redundant-expression): the same for some F only.
  static constexpr bool kFitsHeader = sizeof(F) <= sizeof(Task::user) &&
                                      alignof(F) <= alignof(void*);

  template <class F, bool kInHeader = kFitsHeader<F>>
  struct ChildOf : Task {
    template <class G>  // NOLINTNEXTLINE(bugprone-forwarding-reference-overload): is never copied.
    explicit ChildOf(G&& f) : callable(std::forward<G>(f)) {}
    F& body() { return callable; }
    F callable;
  };

  template <class F>
  struct ChildOf<F, true> : Task {
    template <class G>  // NOLINTNEXTLINE(bugprone-forwarding-reference-overload): is never copied.
    explicit ChildOf(G&& f) {
      ::new (static_cast<void*>(user)) F(std::forward<G>(f));
    }
    ~ChildOf() { body().~F(); }
    F& body() { return *std::launder(reinterpret_cast<F*>(user)); }
  };

  template <class Child>
  static void RunChild(Task* task) noexcept {
    Child* const self = static_cast<Child*>(task);
    TaskGroup* const group = static_cast<TaskGroup*>(self->owner);
    const bool on_waiter = (self->flags & kTaskOnWaiter) != 0;
    self->body()();
    PoolDelete(self);
    if (on_waiter) {
      group->group_.FinishedByOwner();
    } else if (group->group_.FinishedByOther()) {
      group->Wake();
    }
  }

  // Looks at what others have finished, in a line that they write, only where nothing is at hand.
  void RunOneOfWindow() {
    if (!client_->pool().RunOwned(this)) finished_by_others_ = group_.FinishedByOthers();
  }
  void Block(SuspendMode mode);
  void Wake();
  [[noreturn]] void DieUnfinished();

  Client* const client_;
  const std::uint32_t window_ = 0;
  std::uint32_t finished_by_others_ = 0;  // As last seen.
  ForkJoinGroup group_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_BLOCKING_TASK_GROUP_H_
