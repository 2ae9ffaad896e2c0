// Contexts: suspension and resumption.
#include "components/fiber/fiber.h"
#include "components/memory_pool/pool.h"
#include "components/trace/trace.h"
#include "components/worker_pool/pool_impl.h"

namespace heddle {
namespace {

constexpr int kMostCachedContexts = 32;  // Stacks that a slot keeps at hand.

struct Handover {
  Suspension* suspension;
  SuspendMode mode;
  void (*publish)(Suspension*, void*);
  void* argument;
  Context* from;
};

// On the stack of whoever goes on: the suspended context is complete.
void AfterSuspend(void* argument) {
  // A copy: the handover lies on the suspended stack, which may go on as soon as the suspension is published.
  const Handover handover = *static_cast<const Handover*>(argument);
  const Activity* const activity = handover.from->activity;
  if (handover.mode != SuspendMode::kHold && activity->lane != nullptr && activity->owns_lane) {
    activity->lane->ReleaseFrom(handover.from, handover.mode);
  }
  handover.publish(handover.suspension, handover.argument);
}

// Whether another thread may resume it: all the activities on its stack allow it.
bool IsMovable(const Activity& activity) {
  for (const Activity* a = &activity; a != nullptr; a = a->outer) {
    if (a->client != nullptr && a->client->guests()) continue;
    const Task* const task = a->task;
    if (task == nullptr ||
        ((task->flags | (task->type == nullptr ? 0 : task->type->flags)) & kTaskMovable) == 0) {
      return false;
    }
  }
  return true;
}

void SleepUntilResumed(Thread* self, Suspension& suspension) {
  while (suspension.state.load(std::memory_order_acquire) != Suspension::kResumed) {
    self->parker.Park();
  }
}

// The wait of an external thread, known to the pool of its client.
class ListedWait {
 public:
  ListedWait(Thread* thread, const Suspension& suspension) : thread_(thread), client_(thread->client) {
    if (client_ == nullptr) return;
    thread->native.wait.Begin(suspension.what, nullptr, thread->activity);
    Pool::Impl& impl = client_->pool().impl();
    std::lock_guard<std::mutex> hold(impl.contexts_mutex);
    impl.contexts.PushBack(&thread->native);
  }
  ~ListedWait() {
    if (client_ == nullptr) return;
    thread_->native.wait.End();
    Pool::Impl& impl = client_->pool().impl();
    std::lock_guard<std::mutex> hold(impl.contexts_mutex);
    impl.contexts.Remove(&thread_->native);
  }
  ListedWait(const ListedWait&) = delete;
  ListedWait& operator=(const ListedWait&) = delete;

 private:
  Thread* const thread_;
  Client* const client_;
};

// `activity` is nullptr in what a worker calls between two tasks.
void DieOfSuspension(const Activity* activity) {
  const Client* const client = activity == nullptr ? nullptr : activity->client;
  const TaskType* const type =
      activity == nullptr || activity->task == nullptr ? nullptr : activity->task->type;
  HEDDLE_CHECK(false) << "what must not block tries to wait (client "
                      << (client == nullptr ? "none" : client->name()) << ", task type "
                      << (type == nullptr || type->name == nullptr ? "unnamed" : type->name)
                      << "): policies, callbacks and polling services may not block";
}

}  // namespace

void Suspend(Suspension& suspension, SuspendMode mode,
             void (*publish)(Suspension* suspension, void* argument), void* argument) {
  Thread* const self = ThisThread();
  Activity* const activity = self->activity;
  if (activity != nullptr ? activity->no_suspend : self->slot != nullptr) [[unlikely]] {
    DieOfSuspension(activity);
  }
  if (self->slot == nullptr) {
    suspension.thread = self;
    suspension.context = &self->native;
    const ListedWait listed(self, suspension);
    publish(&suspension, argument);
    if (self->client != nullptr && self->client->guests()) {
      self->client->pool().impl().WaitAsGuest(self, suspension);
    } else {
      SleepUntilResumed(self, suspension);
    }
    return;
  }
  Pool::Impl& impl = self->pool->impl();
  Slot* const slot = self->slot;
  EnterSection(self);
  if (slot->holder.load(std::memory_order_acquire) != self) [[unlikely]] {
    if (self->in_blocking_call) {
      // A blocking call that still lasts gave the slot away: this thread waits like an external one.
      LeaveSection(self);
      suspension.thread = self;
      publish(&suspension, argument);
      SleepUntilResumed(self, suspension);
      return;
    }
    // The monitor took the slot. It is needed to give the lane on.
    impl.Recover(slot, self);
  }
  Context* const from = self->context;
  suspension.context = from;
  suspension.state.store(Suspension::kOnWorker, std::memory_order_relaxed);
  from->activity = activity;
  from->thread = IsMovable(*activity) ? nullptr : self;
  from->slot = slot;
  from->wait.Begin(suspension.what, slot, activity);
  slot->blocked.store(slot->blocked.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  if (mode == SuspendMode::kSubstitute && activity->client->options().lend_stand_in == nullptr) {
    mode = SuspendMode::kHold;
  }
  const auto trace_id = reinterpret_cast<std::uintptr_t>(activity->task);
  if (trace::Enabled()) [[unlikely]] trace::Record(TraceEventKind::kBlock, "block", trace_id);
  Handover handover{&suspension, mode, publish, argument, from};
  // The next loop decides what runs; it finds resumed contexts first.
  Context* const to = impl.NewLoop(slot);
  to->thread = self;
  self->context = to;
  SetActivity(self, nullptr);
  SwitchFiber(*from->running, to->fiber, AfterSuspend, &handover);
  if (trace::Enabled()) [[unlikely]] trace::Record(TraceEventKind::kResume, "resume", trace_id);
}

void Resume(Suspension* suspension) {
  // Read first: where a thread waits the suspension may be gone as soon as its state says so.
  Thread* const thread = suspension->thread;
  Context* const context = suspension->context;
  if (thread != nullptr &&
      suspension->state.exchange(Suspension::kResumed, std::memory_order_acq_rel) ==
          Suspension::kParked) {
    thread->parker.Unpark();
    return;
  }
  context->slot->pool->impl().QueueResumed(context);
}

void Yield(SuspendMode mode) {
  const Thread* const self = CurrentThread();
  if (self == nullptr || self->slot == nullptr) return;
  Suspension suspension("its turn");
  Suspend(
      suspension, mode,
      [](Suspension* yielding, void*) {
        Context* const context = yielding->context;
        if (yielding->thread == nullptr && context->released_lane == nullptr) {
          context->slot->yielded.PushBack(context);  // This runs on the loop that follows, on the same slot.
        } else {
          Resume(yielding);
        }
      },
      nullptr);
}

void Pool::Impl::QueueResumed(Context* context) {
  if (Lane* const lane = context->released_lane; lane != nullptr) {
    lane->PushResumed(context);
    return;
  }
  Slot* const slot = context->slot;
  const OwnerSection section;
  if (section.slot() == slot) {
    slot->resumed.PushBack(context);
  } else {
    (void)slot->resumed_remote.Push(context);
    FenceAfterReadModifyWrite();
    Notify(slot, kAttentionResumed);
  }
}

void Wait::Begin(const char* what_, const Slot* slot_, const Activity* activity) {
  const Task* const task = activity == nullptr ? nullptr : activity->task;
  const Client* const of = activity == nullptr ? nullptr : activity->client;
  slot.store(slot_ == nullptr ? -1 : slot_->index, std::memory_order_relaxed);
  client.store(of == nullptr ? -1 : of->index(), std::memory_order_relaxed);
  type.store(task == nullptr || task->type == nullptr ? 0 : task->type->id, std::memory_order_relaxed);
  what.store(what_, std::memory_order_relaxed);
}

Context* Pool::Impl::NewLoop(Slot* slot) {
  Context* context = slot->cache;
  if (context != nullptr) {
    slot->cache = context->link;
    --slot->cached;
  } else {
    context = PoolNew<Context>();
    context->stack = StackAllocate(StackClass::kLoop);
    std::lock_guard<std::mutex> hold(contexts_mutex);
    contexts.PushBack(context);
  }
  context->activity = nullptr;
  context->released_lane = nullptr;
  context->slot = slot;
  context->fiber.Start(context->stack, LoopEntry, nullptr);
  return context;
}

void Pool::Impl::FreeLoop(void* argument) {
  Context* const context = static_cast<Context*>(argument);
  Thread* const self = CurrentThread();
  Slot* const slot = self->slot;
  if (slot->holder.load(std::memory_order_relaxed) == self && slot->cached < kMostCachedContexts) {
    context->link = slot->cache;
    slot->cache = context;
    ++slot->cached;
    return;
  }
  self->pool->impl().DeleteContext(context);
}

void Pool::Impl::DeleteContext(Context* context) {
  {
    std::lock_guard<std::mutex> hold(contexts_mutex);
    contexts.Remove(context);
  }
  StackFree(context->stack);
  PoolDelete(context);
}

void Pool::Impl::FreeLoopAndLeaveSection(void* context) {
  FreeLoop(context);
  LeaveSection(CurrentThread());
}

void Pool::Impl::ResumeContext(Thread* self, Slot* slot, Context* context) {
  if (context->thread != nullptr && context->thread != self) [[unlikely]] {
    if (HandOver(slot, self, context->thread, context)) WaitUntilHolding(self);
    return;
  }
  slot->blocked.store(slot->blocked.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
  slot->accounting.resumes.Add(1);
  context->wait.End();
  // Not the body any more in which the monitor may have seen the thread sleep.
  self->bodies.store(self->bodies.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  Context* const loop = self->context;
  self->context = context;
  SetActivity(self, context->activity);
  ExitFiber(loop->fiber, *context->running, FreeLoopAndLeaveSection, loop);
}

}  // namespace heddle
