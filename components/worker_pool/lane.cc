#include "components/worker_pool/lane.h"

#include "components/base/fence.h"
#include "components/worker_pool/pool_impl.h"

namespace heddle {
namespace {
constexpr int kQuantumActivities = 256;  // Before a lane makes room for others that wait.
// How long a lane without work listens to its mailbox before it is given up, which costs as much:
// the answer to what it has just sent comes within two hops between cores.
constexpr int kListenPauses = 16;
}  // namespace

void Lane::Push(Task* message) {
  (void)mailbox_.Push(message);
  FenceAfterReadModifyWrite();
  if (state_.load(std::memory_order_relaxed) == State::kIdle && !client_->paused()) Wake();
}

void Lane::Wake() {
  State state = state_.load(std::memory_order_seq_cst);
  for (;;) {
    switch (state) {
      case State::kIdle:
        if (state_.compare_exchange_weak(state, State::kQueued, std::memory_order_seq_cst)) {
          client_->pool().impl().QueueLane(this);
          return;
        }
        break;
      case State::kRunning:
        if (state_.compare_exchange_weak(state, State::kRunningAgain, std::memory_order_seq_cst)) {
          return;
        }
        break;
      case State::kQueued:
      case State::kRunningAgain:
        return;
    }
  }
}

bool Lane::TryClaim() {
  State expected = State::kIdle;
  return state_.load(std::memory_order_relaxed) == expected &&
         state_.compare_exchange_strong(expected, State::kRunning, std::memory_order_seq_cst);
}

Lane* Lane::ClaimFor(const Slot& slot) {
  if (!MayRunOn(slot) || !TryClaim()) return nullptr;
  if (MayRunOn(slot)) return this;
  client_->pool().impl().QueueLane(this);  // It was run meanwhile and is bound to its home now.
  return nullptr;
}

bool Lane::TryIdle() {
  State expected = State::kRunning;
  if (!state_.compare_exchange_strong(expected, State::kIdle, std::memory_order_seq_cst)) {
    state_.store(State::kRunning, std::memory_order_seq_cst);
    return false;
  }
  FenceAfterReadModifyWrite();
  // A Push that read kRunning has left its message to us. If someone else claims the lane first, it
  // is theirs.
  return !HasMail() || !TryClaim();
}

bool Lane::Movable() const {
  return !client_->pin_lanes() && bound_contexts_.load(std::memory_order_relaxed) == 0;
}

bool Lane::MayRunOn(const Slot& slot) const { return &home() == &slot || Movable(); }

bool Lane::HasMail() const {
  return !resumed_.Empty() || (!mailbox_.Empty() && !client_->paused());
}

bool Lane::HasWork() const {
  return HasMail() || (!client_->paused() && !client_->policy().Empty());
}

Task* Lane::NextTask() {
  // The mailbox first: who sees a message that was pushed during a pause sees the pause.
  const bool mail = !mailbox_.Empty();
  if (client_->paused()) return nullptr;
  if (mail) {
    if (Task* const message = mailbox_.Pop(); message != nullptr) return message;
  }
  if (WorkStealingPolicy* const policy = client_->work_stealing(); policy != nullptr) {
    if (Task* const task = policy->PopLocalFast(id_); task != nullptr) return task;
  }
  return client_->policy().PopAny(id_);
}

bool Lane::Listen(const Slot* slot) const {
  // A slot that has a client serves tasks in between.
  if (slot->client != nullptr || client_->pool().impl().spin.BudgetNs() == 0) return false;
  for (int i = 0; i < kListenPauses; ++i) {
    if (HasMail()) return true;
    if (WorkerIsWanted()) return false;
    CpuRelax();
  }
  return false;
}

bool Lane::WorkerIsWanted() const {
  const Slot* const slot = CurrentThread()->slot;
  return slot->attention.load(std::memory_order_relaxed) != 0 || !slot->resumed.empty() ||
         slot->lane_count.load(std::memory_order_relaxed) > 0 || slot->next_task != nullptr ||
         slot->holder.load(std::memory_order_relaxed) != CurrentThread();
}

void Lane::Run() {
  Pool::Impl& impl = client_->pool().impl();
  Slot* slot = CurrentThread()->slot;
  if (slot->recent_lanes[0] != this) {
    for (int i = Slot::kRecentLanes - 1; i > 0; --i) {
      slot->recent_lanes[i] = slot->recent_lanes[i - 1];
    }
    slot->recent_lanes[0] = this;
  }
  if (&home() != slot) set_home(slot);
  for (int count = 0;; ++count) {
    Thread* const self = CurrentThread();
    slot = self->slot;
    if (count > 0 && slot->holder.load(std::memory_order_acquire) != self) [[unlikely]] {
      impl.QueueLane(this);  // The monitor took the slot during the last activity.
      return;
    }
    // Activities that released the lane and its messages take turns.
    if (!resumed_.Empty() && (resume_next_ || mailbox_.Empty())) {
      resume_next_ = false;
      if (Context* const context = resumed_.Pop(); context != nullptr) {
        context->released_lane = nullptr;
        context->activity->owns_lane = true;
        if (context->thread != nullptr) bound_contexts_.fetch_sub(1, std::memory_order_relaxed);
        impl.ResumeContext(self, slot, context);
        return;  // Bound to another thread: the lane went along.
      }
    }
    // Others that want the worker.
    const bool wanted =
        slot->attention.load(std::memory_order_relaxed) != 0 || !slot->resumed.empty();
    if (count > 0 && (count >= kQuantumActivities || wanted)) {
      slot->accounting.Flush();
      client_->Charge(slot->accounting.TakeBusy());
      // After a quantum only where somebody else may want the worker: in the queue an idle worker
      // would take the lane along.
      if (wanted || impl.client_limit.load(std::memory_order_relaxed) > 1 ||
          slot->lane_count.load(std::memory_order_relaxed) != 0) {
        slot->tasks_first = true;
        impl.QueueLane(this);
        return;
      }
      count = 1;
    }
    Task* const task = NextTask();
    resume_next_ = true;
    if (task == nullptr) {
      if (Listen(slot) || !TryIdle()) continue;
      break;
    }
    Activity activity;
    activity.client = client_;
    activity.lane = this;
    activity.user = user;
    activity.owns_lane = true;
    Pool::Impl::RunBody(activity, task);
    if (!activity.owns_lane) {
      client_->TakeBack(*this,
                        activity.user);  // A stand-in took the lane over while the activity waited.
      return;
    }
    if (give_way_) {
      give_way_ = false;
      count = kQuantumActivities;
    }
  }
  // Of a row of lanes of one client the last one accounts for all.
  if (impl.client_limit.load(std::memory_order_relaxed) > 1 ||
      slot->lane_count.load(std::memory_order_relaxed) == 0) {
    slot->accounting.Flush();
    client_->Charge(slot->accounting.TakeBusy());
  }
  // What was submitted while no lane was idle nobody was woken for.
  if (!client_->paused() && !client_->policy().Empty()) impl.WakeForWork();
}

bool Lane::RunOne() {
  Activity* const caller = CurrentActivity();
  HEDDLE_CHECK(caller != nullptr && caller->lane == this && caller->owns_lane)
      << "lane " << id_ << " of " << client_->name() << " can be pumped by its own activity only";
  EnterSection(CurrentThread());
  Task* const task = NextTask();
  if (task == nullptr) {
    LeaveSection(CurrentThread());
    return false;
  }
  Activity activity;
  activity.client = client_;
  activity.lane = this;
  activity.user = user;
  activity.owns_lane = true;
  Pool::Impl::RunBody(activity, task);
  caller->owns_lane = activity.owns_lane;  // A stand-in may have taken it.
  LeaveSection(CurrentThread());
  return true;
}

void Lane::ReleaseFrom(Context* context, SuspendMode mode) {
  context->activity->owns_lane = false;
  if (mode == SuspendMode::kSubstitute) {
    user = client_->LendStandIn(*this);
  } else {
    context->released_lane = this;
    if (context->thread != nullptr) {
      set_home(context->slot);
      bound_contexts_.fetch_add(1, std::memory_order_relaxed);
    }
  }
  if (HasWork() || !TryIdle()) client_->pool().impl().QueueLane(this);
}

void Lane::PushResumed(Context* context) {
  (void)resumed_.Push(context);
  FenceAfterReadModifyWrite();
  if (state_.load(std::memory_order_relaxed) == State::kIdle) Wake();
}

}  // namespace heddle
