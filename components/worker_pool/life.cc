// Exit and fork.
//
// exit(): the process ends while workers may be in the middle of tasks, or is called by one of them. Nothing is joined from
// then on: a pool that a static object or an atexit handler drops is given up as it is. Where a task called exit(), the
// workers park at their next task boundary, so that no new body meets destroyed static objects. Where the program's own thread
// did, they go on, since a handler of the program may still wait for its last tasks.
//
// fork(): the child has the calling thread only, and none of the workers. It forgets the runtime: the thread's record, the
// pools and the unused records, whose memory stays. A task body in which a child was forked may make a pool of its own and
// wait for it, as an external thread; when it returns, the child exits (RunBody), since the loop under it has nothing to go on
// with.
#include <pthread.h>

#include <cstdlib>
#include <mutex>

#include "components/worker_pool/pool_impl.h"

namespace heddle {
namespace {

SpinLock pools_lock;
Pool::Impl* pools = nullptr;  // Linked by next_pool. Under pools_lock.
std::atomic<bool> exiting{false};
unsigned fork_generation = 0;  // Changed only where there is one thread.

void BeginExit() {
  exiting.store(true, std::memory_order_seq_cst);
  const Thread* const self = CurrentThread();
  if (self == nullptr || self->slot == nullptr) return;
  std::lock_guard<SpinLock> hold(pools_lock);
  for (Pool::Impl* impl = pools; impl != nullptr; impl = impl->next_pool) {
    for (const auto& slot : impl->slots) {
      slot->attention.fetch_or(kAttentionExit, std::memory_order_seq_cst);  // Sleepers may sleep on.
    }
  }
}

void ForgetInForkedChild() {
  ++fork_generation;
  pools_lock.unlock();
  pools = nullptr;
  ForgetThreadRecordsInForkedChild();
}

}  // namespace

void Pool::Impl::Register() {
  static const bool registered = [] {
    HEDDLE_CHECK_EQ(pthread_atfork(nullptr, nullptr, ForgetInForkedChild), 0);
    HEDDLE_CHECK_EQ(std::atexit(BeginExit), 0);
    return true;
  }();
  (void)registered;
  fork_generation = heddle::fork_generation;
  std::lock_guard<SpinLock> hold(pools_lock);
  next_pool = pools;
  pools = this;
}

void Pool::Impl::Unregister() {
  std::lock_guard<SpinLock> hold(pools_lock);
  Impl** link = &pools;
  while (*link != this) link = &(*link)->next_pool;
  *link = next_pool;
}

bool Pool::Impl::Forked() const { return fork_generation != heddle::fork_generation; }

bool Pool::Impl::Exiting() { return exiting.load(std::memory_order_relaxed); }

}  // namespace heddle
