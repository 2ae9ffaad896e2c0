#include "frontends/parsec/runtime/src/context.h"

#include <algorithm>
#include <mutex>

#include "components/base/fence.h"
#include "frontends/parsec/runtime/src/taskpool.h"

namespace heddle::parsec {
namespace {

// How many of the pool's workers may run tasks now. With one core only the thread that waits does, or a worker for it
// while it has no slot. Under the lock.
void UpdateWidth(ContextEngine& engine) {
  int width = 0;
  if (engine.started) width = engine.cores > 1 && engine.helpers == 0 ? engine.cores - 1 : engine.cores;
  if (width == engine.width) return;
  const int before = engine.width;
  engine.width = width;
  if (width > 0) engine.client->set_width_limit(width);
  if (width == 0) engine.client->Pause();
  if (before == 0) engine.client->Unpause();
}

}  // namespace

parsec_execution_stream_t* CurrentStream(ContextEngine& engine) {
  if (engine.cores == 1) return engine.streams;
  const Activity* const activity = CurrentActivity();
  if (engine.lanes) {
    for (const Activity* at = activity; at != nullptr; at = at->outer) {
      if (at->client == engine.client && at->lane != nullptr) return engine.streams + at->lane->id();
    }
    return engine.streams;
  }
  const int slot = Pool::CurrentSlot();
  return engine.streams + (slot == Policy::kNoWorker ? 0 : slot);
}

void SetStarted(ContextEngine& engine, bool started) {
  std::lock_guard<SpinLock> hold(engine.lock);
  engine.started = started;
  UpdateWidth(engine);
}

void WorkUntil(ContextEngine& engine, const char* what, bool (*over)(void* argument), void* argument) {
  const bool external = Pool::CurrentSlot() == Policy::kNoWorker && CurrentActivity() == nullptr;
  ContextWaiter waiter;
  waiter.suspension.what = what;
  waiter.over = over;
  waiter.argument = argument;
  {
    std::lock_guard<SpinLock> hold(engine.lock);
    if (over(argument)) return;
    ++engine.helpers;
    if (!external && engine.cores == 1 && ++engine.inner_helpers == 1) engine.client->set_guests_only(false);
    UpdateWidth(engine);
  }
  struct Published {
    ContextEngine* engine;
    ContextWaiter* waiter;
  } published{&engine, &waiter};
  const auto publish = [](Suspension* suspension, void* both) {
    const auto [at, self] = *static_cast<Published*>(both);
    {
      std::lock_guard<SpinLock> hold(at->lock);
      if (!self->over(self->argument)) {
        self->next = at->waiters;
        at->waiters = self;
        return;
      }
    }
    Resume(suspension);
  };
  if (external) {
    const Attachment attachment(engine.client);
    Suspend(waiter.suspension, SuspendMode::kHold, publish, &published);
  } else {
    // Another frontend's worker goes on meanwhile where it can: what runs here may wait for it.
    Suspend(waiter.suspension, SuspendMode::kSubstitute, publish, &published);
  }
  std::lock_guard<SpinLock> hold(engine.lock);
  --engine.helpers;
  if (!external && engine.cores == 1 && --engine.inner_helpers == 0) engine.client->set_guests_only(true);
  UpdateWidth(engine);
}

void Notify(ContextEngine& engine) {
  ContextWaiter* over = nullptr;
  {
    std::lock_guard<SpinLock> hold(engine.lock);
    for (ContextWaiter** link = &engine.waiters; *link != nullptr;) {
      ContextWaiter* const waiter = *link;
      if (!waiter->over(waiter->argument)) {
        link = &waiter->next;
        continue;
      }
      *link = waiter->next;
      waiter->next = over;
      over = waiter;
    }
  }
  while (over != nullptr) {
    ContextWaiter* const next = over->next;  // It is gone once it is resumed.
    Resume(&over->suspension);
    over = next;
  }
}

// Two workers that finish the last two tasks at once both come here afterwards; with a fence in both, at least one of them sees the
// other's. As for who lets go of the last hold: it stores `watched` before its fence, a worker that finishes loads it after its own.
void LookForCompletion(ContextEngine& engine) {
  FullFence();
  Task* complete = nullptr;
  {
    std::lock_guard<SpinLock> hold(engine.lock);
    bool watched = false;
    for (TaskpoolEngine* const taskpool : engine.taskpools) {
      if (taskpool->state.load(std::memory_order_acquire) != TaskpoolEngine::kRunning) continue;
      if (taskpool->holds.load(std::memory_order_acquire) > 0) continue;
      if (!taskpool->group.IsZero()) {
        watched = true;
        continue;
      }
      taskpool->state.store(TaskpoolEngine::kCompleting, std::memory_order_relaxed);
      taskpool->complete_task.next = complete;
      complete = &taskpool->complete_task;
    }
    engine.watched.store(watched, std::memory_order_relaxed);
  }
  while (complete != nullptr) {
    Task* const next = complete->next;
    complete->next = nullptr;
    engine.pool->Submit(complete);
    complete = next;
  }
}

void RanDry(Client& client) {
  LookForCompletionIfWatched(*static_cast<ContextEngine*>(client.options().user));
}

// A taskpool may end while another of the context keeps all workers busy, so that none runs dry; and workers that are lanes never
// do. So somebody looks now and then.
PollResult PollForCompletion(void* argument) {
  ContextEngine* const engine = static_cast<ContextEngine*>(argument);
  if (!engine->watched.load(std::memory_order_relaxed)) return PollResult::kIdle;
  LookForCompletion(*engine);
  bool several = false;
  {
    std::lock_guard<SpinLock> hold(engine->lock);
    several = engine->lanes || engine->taskpools.size() > 1;
  }
  return several ? PollResult::kOutstanding : PollResult::kIdle;
}

}  // namespace heddle::parsec
