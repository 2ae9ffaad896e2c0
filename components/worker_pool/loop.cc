// A worker's loop: what to run next, and the search when there is nothing.
//
// A loop runs on a pool stack and keeps nothing across a task: when the task suspends, this stack is set aside with the
// loop's frames under the task's, and the thread goes on with a new loop. When the task is resumed and returns, its loop goes
// on as that thread's loop. A loop that switches to a resumed context ends and gives its stack back.
#include <unistd.h>

#include <cstdlib>

#include "components/base/clock.h"
#include "components/trace/trace.h"
#include "components/worker_pool/pool_impl.h"

namespace heddle {
namespace {

constexpr int kQuantumTasks = 64;       // Between two fair choices of a client.
constexpr std::int64_t kMostCreditNs = 1'000'000;  // By which a client may lag behind.
constexpr int kMostNextTasksInRow = 16;
// Of a search, before it takes a lane from another slot, which mostly is about to run it, and has what belongs to it in its cache.
constexpr int kRoundsBeforeLanes = 32;
constexpr int kMostResumedInRow = 64;   // Then a task or a service has its turn.

}  // namespace

void Pool::Impl::LoopEntry(void*) {
  for (;;) {
    // Everything afresh in each round: the last task may have moved this stack to another thread.
    Thread* const before = CurrentThread();
    Task* const task = before->pool->impl().Next();
    Thread* const self = CurrentThread();
    if (task == nullptr) {
      Context* const loop = self->context;
      self->context = &self->native;
      ExitFiber(loop->fiber, self->native.fiber, FreeLoop, loop);
    }
    Activity activity;
    activity.client = task->client;
    activity.user = nullptr;
    RunBody(activity, task);
  }
}

void Pool::Impl::RunBody(Activity& activity, Task* task) {
  Thread* const self = CurrentThread();
  Slot* const slot = self->slot;
  slot->accounting.Begin(*task);
  activity.task = task;
  Activity* const outer = self->activity;
  activity.outer = outer;
  activity.no_suspend =
      ((task->flags | (task->type == nullptr ? 0 : task->type->flags)) & kTaskNoSuspend) != 0 ||
      (outer != nullptr && outer->no_suspend);
  SetActivity(self, &activity);
  self->bodies.store(self->bodies.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  LeaveSection(self);
  if (trace::Enabled()) [[unlikely]] {
    const char* const name =
        task->type == nullptr || task->type->name == nullptr ? "task" : task->type->name;
    const auto id = reinterpret_cast<std::uintptr_t>(task);
    trace::Record(TraceEventKind::kTaskBegin, name, id);
    task->run(task);
    trace::Record(TraceEventKind::kTaskEnd, name, id);
  } else {
    task->run(task);
  }
  Thread* const after = CurrentThread();
  // A child process that was forked in the body and returned from it: its only thread has nothing to go on with.
  if (after == nullptr || after->slot == nullptr) [[unlikely]] exit(0);
  SetActivity(after, outer);
  EnterSection(after);
}

Task* Pool::Impl::Next() {
  for (;;) {
    Thread* const self = CurrentThread();
    Slot* const slot = self->slot;
    if (slot->holder.load(std::memory_order_acquire) != self) [[unlikely]] {
      // The monitor took the slot during the last body. What this thread left in it others have taken.
      ComeBack(slot, self);
      if (!WaitUntilHolding(self)) return nullptr;
      continue;
    }
    if (slot->attention.load(std::memory_order_acquire) != 0) [[unlikely]] {
      if (!HandleAttention(self, slot)) return nullptr;
      // It may have run a body.
      if (CurrentThread() != self || slot->holder.load(std::memory_order_acquire) != self) continue;
    }
    // No body from here on, so that what is in the table now stays (Quiesce).
    if (client_generation.load(std::memory_order_acquire) !=
        slot->client_generation.load(std::memory_order_relaxed)) [[unlikely]] {
      Refresh(slot);
    }
    if (self->has_deferred.load(std::memory_order_relaxed)) [[unlikely]] {
      // At once: behind others that are bound to other threads the slot would go from hand to hand for ever.
      Context* context = nullptr;
      {
        std::lock_guard<SpinLock> hold(slot->lock);
        context = self->deferred.PopFront();
        self->has_deferred.store(!self->deferred.empty(), std::memory_order_relaxed);
      }
      if (context != nullptr) ResumeContext(self, slot, context);
      continue;
    }
    if (!slot->resumed.empty() && ++slot->resumed_in_row <= kMostResumedInRow) {
      ResumeContext(self, slot, slot->resumed.PopFront());
      continue;
    }
    if (!slot->yielded.empty() && slot->task_since_yielded) {
      slot->task_since_yielded = false;
      ResumeContext(self, slot, slot->yielded.PopFront());
      continue;
    }
    slot->task_since_yielded = true;
    slot->resumed_in_row = 0;
    if (slot->next_task != nullptr) {
      Task* const task = slot->next_task;
      slot->next_task = nullptr;
      const bool may_run = !self->guest || task->client->guests();
      if (++slot->next_tasks_in_row <= kMostNextTasksInRow && may_run) return task;
      task->client->policy().Push(task, slot->index);
      if (!may_run) WakeForWork();
    }
    slot->next_tasks_in_row = 0;
    if (slot->tasks_first) {
      slot->tasks_first = false;
      if (Task* const task = PopLocal(slot); task != nullptr) return task;
      const Found found = FindAnywhere(slot, false);
      if (found.task != nullptr) return found.task;
      if (found.lane != nullptr) {
        found.lane->Run();
        continue;
      }
    }
    if (slot->lane_count.load(std::memory_order_seq_cst) > 0) {
      if (self->guest) {
        StepAside(self, slot);
        continue;
      }
      if (Lane* const lane = TakeLane(slot); lane != nullptr) {
        lane->Run();
        continue;
      }
    }
    if (Task* const task = PopLocal(slot); task != nullptr) return task;
    Found found = FindAnywhere(slot, false);
    if (!found && (!slot->yielded.empty() || !slot->resumed.empty())) {
      // They may wait for what a service brings.
      if (polling.any()) PollWhileBusy(slot, NowNs());
      continue;
    }
    if (!found) found = Search(self, slot);
    if (found.lane != nullptr) {
      found.lane->Run();
    } else if (found.task != nullptr) {
      return found.task;
    }
  }
}

bool Pool::Impl::HandleAttention(Thread* self, Slot* slot) {
  // Cleared first, looked at afterwards: what is announced later sets it again.
  std::uint32_t attention = slot->attention.exchange(0, std::memory_order_seq_cst);
  const auto postpone = [&](std::uint32_t what) {
    if ((attention & what) != 0) slot->attention.fetch_or(attention & what, std::memory_order_seq_cst);
  };
  if ((attention & kAttentionExit) != 0) [[unlikely]] {
    for (;;) pause();  // Neither joined nor heard of again.
  }
  if ((attention & kAttentionResumed) != 0) {
    while (Context* context = slot->resumed_remote.Pop()) slot->resumed.PushBack(context);
    // A producer between its exchange and its link: it may have seen the bit that was just cleared, and not set it again.
    if (slot->resumed_remote.Empty()) attention &= ~static_cast<std::uint32_t>(kAttentionResumed);
    postpone(kAttentionResumed);
  }
  if (self->guest && (attention & (kAttentionMail | kAttentionGang | kAttentionLane)) != 0) {
    postpone(~0u);
    return StepAside(self, slot);
  }
  // A gang's member first: its siblings may spin for it.
  if ((attention & kAttentionGang) != 0) {
    if (Task* const task = slot->gang_task.exchange(nullptr, std::memory_order_acquire);
        task != nullptr) {
      postpone(~static_cast<std::uint32_t>(kAttentionGang));
      Activity activity;
      activity.client = task->client;
      RunBody(activity, task);
      return true;
    }
  }
  if ((attention & kAttentionHandOver) != 0) {
    bool waits = false;
    {
      std::lock_guard<SpinLock> hold(slot->lock);
      waits = slot->waiting_first != nullptr;
    }
    if (waits) {
      postpone(kAttentionMail | kAttentionStop);
      slot->accounting.Flush();
      // A guest that makes room stays aside until its wait is over.
      PassOn(slot, self, Thread::kSpare);
      return WaitUntilHolding(self);
    }
  }
  if ((attention & kAttentionMail) != 0) {
    // Pinned tasks run in order of arrival, before what others may take.
    if (Task* const task = slot->mailbox.Pop(); task != nullptr) {
      postpone(kAttentionMail | kAttentionStop);
      Activity activity;
      activity.client = task->client;
      RunBody(activity, task);
      return true;
    }
    if (!slot->mailbox.Empty()) postpone(kAttentionMail);  // As above.
  }
  if ((attention & kAttentionStop) != 0) {
    if (slot->resumed.empty() && slot->yielded.empty() && slot->next_task == nullptr) return false;
    postpone(kAttentionStop);
  }
  return true;
}

void Pool::Impl::SetClient(Slot* slot, Client* client) {
  if (slot->client == client) return;
  if (Client* const before = slot->client; before != nullptr) {
    if (before->options().ran_dry != nullptr) before->options().ran_dry(*before);
    const bool was_full = before->IsFull();
    before->Leave();
    if (was_full) {
      WakeForWork();
      WakeGuests();
    }
  }
  slot->client = client;
  if (client != nullptr) slot->client_id = client->id();
}

Task* Pool::Impl::PopLocal(Slot* slot) {
  Client* const client = slot->client;
  if (client == nullptr) return nullptr;
  if (--slot->quantum_left <= 0) {
    // A fair choice is due, where there is a choice.
    slot->accounting.Flush();
    client->Charge(slot->accounting.TakeBusy());
    if (polling.any()) PollWhileBusy(slot, slot->accounting.last_read_ns());
    slot->quantum_left = kQuantumTasks;
    if (client_limit.load(std::memory_order_relaxed) > 1) {
      SetClient(slot, nullptr);
      return nullptr;
    }
  }
  if (client->paused()) return nullptr;
  if (CurrentThread()->guest ? !client->guests() : !client->OpenToWorkers()) [[unlikely]] {
    SetClient(slot, nullptr);  // Of the worker from whom the guest has the slot, or the other way round.
    return nullptr;
  }
  if (WorkStealingPolicy* const policy = client->work_stealing(); policy != nullptr) [[likely]] {
    return policy->PopLocalFast(slot->index);
  }
  return client->policy().PopLocal(slot->index);
}

Pool::Impl::Found Pool::Impl::FindAnywhere(Slot* slot, bool take_lanes) {
  Found found;
  const bool guest = CurrentThread()->guest;
  if (Lane* const lane = guest || !take_lanes ? nullptr : StealLane(slot); lane != nullptr) {
    found.lane = lane;
    return found;
  }
  // Those that used least time first. A handful of clients: a selection by minimum costs less than a sorted structure.
  const int limit = client_limit.load(std::memory_order_acquire);
  std::uint64_t tried = 0;
  for (int round = 0; round < limit; ++round) {
    Client* best = nullptr;
    for (int i = 0; i < limit; ++i) {
      Client* const client = clients[static_cast<std::size_t>(i)].load(std::memory_order_acquire);
      if (client == nullptr || (tried >> i & 1) != 0) continue;
      if (best == nullptr || client->virtual_time_ns() < best->virtual_time_ns()) best = client;
    }
    if (best == nullptr) break;
    tried |= std::uint64_t{1} << best->index();
    if (best->paused() || (guest ? !best->guests() : !best->OpenToWorkers())) continue;
    if (!best->lanes().empty()) {
      if (best->policy().Empty()) continue;
      if (Lane* const lane = best->ClaimIdleLane(*slot); lane != nullptr) {
        found.lane = lane;
        return found;
      }
      continue;
    }
    if (slot->client != best && !best->TryEnter()) continue;
    Task* const task = best->policy().PopAny(slot->index);
    if (task != nullptr) {
      SetClient(slot, best);
      slot->quantum_left = kQuantumTasks;
      // Who had nothing to do for long does not make up for it.
      const std::int64_t now = virtual_now_ns.load(std::memory_order_relaxed);
      if (best->virtual_time_ns() > now) {
        virtual_now_ns.store(best->virtual_time_ns(), std::memory_order_relaxed);
      } else {
        best->CatchUp(now - kMostCreditNs);
      }
      found.task = task;
      return found;
    }
    if (slot->client != best) best->Leave();
  }
  return found;
}

bool Pool::Impl::MayHaveWork(const Slot* slot) {
  const int limit = client_limit.load(std::memory_order_seq_cst);
  for (int i = 0; i < limit; ++i) {
    Client* const client = clients[static_cast<std::size_t>(i)].load(std::memory_order_acquire);
    if (client != nullptr && ClientMayHaveWork(*client, slot)) return true;
  }
  for (const auto& other : slots) {
    if (other->movable_lanes.load(std::memory_order_seq_cst) > 0) return true;
  }
  return slot != nullptr && slot->lane_count.load(std::memory_order_seq_cst) > 0;
}

bool Pool::Impl::MayHaveWorkForWorkers(const Slot* slot) {
  if (slot->lane_count.load(std::memory_order_seq_cst) > 0) return true;
  const int limit = client_limit.load(std::memory_order_seq_cst);
  for (int i = 0; i < limit; ++i) {
    Client* const client = clients[static_cast<std::size_t>(i)].load(std::memory_order_acquire);
    if (client != nullptr && (!client->guests() || !client->lanes().empty()) &&
        ClientMayHaveWork(*client, slot)) {
      return true;
    }
  }
  for (const auto& other : slots) {
    if (other->movable_lanes.load(std::memory_order_seq_cst) > 0) return true;
  }
  return false;
}

// Not where all of its lanes are occupied: who frees one looks itself (Lane::Run), or goes on with it. Not beyond the width
// limit: who leaves the client wakes the next (SetClient).
bool Pool::Impl::ClientMayHaveWork(const Client& client, const Slot* slot) {
  if (client.paused() || !client.OpenToWorkers()) return false;
  // Empty() last: it reads what the busy workers write all the time.
  if (client.lanes().empty()) return !client.IsFull() && !client.policy().Empty();
  if (client.policy().Empty()) return false;
  for (const auto& lane : client.lanes()) {
    if (lane->state() == Lane::State::kIdle && (slot == nullptr || lane->MayRunOn(*slot))) return true;
  }
  return false;
}

bool Pool::Impl::MayHaveWorkForGuests() {
  const int limit = client_limit.load(std::memory_order_seq_cst);
  for (int i = 0; i < limit; ++i) {
    Client* const client = clients[static_cast<std::size_t>(i)].load(std::memory_order_acquire);
    if (client != nullptr && !client->OpenToWorkers() && !client->paused() && !client->policy().Empty() &&
        !client->IsFull()) {
      return true;
    }
  }
  return false;
}

bool Pool::Impl::IsWanted(const Thread* self, const Slot* slot) {
  return slot->attention.load(std::memory_order_acquire) != 0 || !slot->resumed.empty() ||
         slot->next_task != nullptr || self->has_deferred.load(std::memory_order_relaxed);
}

namespace {

// An idle worker's hold on the lanes that ran here last: their messages are seen in the mailbox itself, without the detour
// over the slot's lane queue, as long as the worker is awake.
class Listening {
 public:
  void Claim(Slot* slot) {
    for (Lane* lane : slot->recent_lanes) {
      if (lane != nullptr && lane->ClaimFor(*slot) != nullptr) lanes_[count_++] = lane;
    }
  }
  // The lane that has something to do; no longer held then.
  Lane* TakeReady() {
    for (int i = 0; i < count_; ++i) {
      if (lanes_[i]->HasWork()) return Take(i);
    }
    return nullptr;
  }
  // Gives one back, or returns it where a message came meanwhile.
  Lane* TakeLate() {
    while (count_ > 0) {
      Lane* const lane = Take(count_ - 1);
      if (!lane->TryIdle()) return lane;
    }
    return nullptr;
  }

 private:
  Lane* Take(int i) {
    Lane* const lane = lanes_[i];
    lanes_[i] = lanes_[--count_];
    return lane;
  }
  Lane* lanes_[Slot::kRecentLanes] = {};
  int count_ = 0;
};

}  // namespace

// Looks until there is something to run, asleep in between. Empty-handed where the slot's attention is wanted.
Pool::Impl::Found Pool::Impl::Search(Thread* self, Slot* slot) {
  slot->accounting.Flush();
  if (slot->client != nullptr) slot->client->Charge(slot->accounting.TakeBusy());
  slot->accounting.searches.Add(1);
  trace::Record(TraceEventKind::kIdleBegin, "idle");
  const std::int64_t begin = NowNs();
  EnterSearch(slot);
  // Only now, so that nobody is woken to a place in the client which this worker is about to take again.
  SetClient(slot, nullptr);
  Found found;
  Listening listening;
  bool searching_still = true;
  if (!self->guest) listening.Claim(slot);
  std::int64_t deadline = begin + std::min(options.spin_ns, spin.BudgetNs());
  for (int round = 0;; ++round) {
    // A timer or polling service that this worker called may have resumed a context or left a next task here.
    if (IsWanted(self, slot)) break;
    found.lane = listening.TakeReady();
    if (found.lane != nullptr) break;
    found = FindAnywhere(slot, round >= kRoundsBeforeLanes);
    if (found) break;
    if (self->guest && MayHaveWorkForWorkers(slot)) {
      LeaveSearch(slot);
      StepAside(self, slot);
      return found;
    }
    // Look often at first, since most waits are short; later less, since each look costs the busy workers a cache line.
    for (int i = 0, pauses = std::min(1 + round / 16, 16); i < pauses; ++i) CpuRelax();
    if (round % 8 != 0) continue;
    if (client_generation.load(std::memory_order_acquire) !=
        slot->client_generation.load(std::memory_order_relaxed)) {
      if ((found.lane = listening.TakeLate()) != nullptr) break;
      Refresh(slot);
    }
    const std::int64_t now = NowNs();
    if (polling.any()) {
      std::int64_t next_ns = 0;
      bool progress = false;
      polling.Poll(now, &next_ns, &progress);
      // A service may have resumed a context here whatever it says.
      if (progress || IsWanted(self, slot)) continue;
    }
    if (now < deadline) continue;
    if ((found.lane = listening.TakeLate()) != nullptr) break;
    if (!Sleep(self, slot)) {
      if (slot->holder.load(std::memory_order_acquire) != self) return found;  // The pool stops.
      searching_still = false;
      break;
    }
    if (client_generation.load(std::memory_order_acquire) !=
        slot->client_generation.load(std::memory_order_relaxed)) {
      Refresh(slot);
    }
    if (!self->guest) listening.Claim(slot);
    deadline = NowNs() + std::min(options.spin_ns, spin.BudgetNs());
    round = 0;
  }
  if (!found) found.lane = listening.TakeLate();
  if (searching_still && !LeaveSearch(slot) && found) {
    // The gang's member goes first; what was found goes back.
    if (found.task != nullptr) found.task->client->policy().Push(found.task, slot->index);
    if (found.lane != nullptr) QueueLane(found.lane);
    found = Found{};
    WakeForWork();
  }
  // Lanes that were listened to beside the one that was found.
  while (Lane* const lane = listening.TakeLate()) QueueLane(lane);
  const std::int64_t end = NowNs();
  slot->accounting.idle_ns.Add(static_cast<std::uint64_t>(end - begin));
  slot->accounting.Restart(end);
  trace::Record(TraceEventKind::kIdleEnd, "idle");
  return found;
}

Lane* Pool::Impl::TakeLane(Slot* slot) {
  std::lock_guard<SpinLock> hold(slot->lane_lock);
  Lane* const lane = slot->first_lane;
  if (lane == nullptr) return nullptr;
  slot->first_lane = lane->next;
  slot->lane_count.fetch_sub(1, std::memory_order_relaxed);
  if (lane->queued_movable()) slot->movable_lanes.fetch_sub(1, std::memory_order_relaxed);
  lane->TakeFromQueue();
  return lane;
}

Lane* Pool::Impl::StealLane(Slot* thief) {
  for (const auto& victim : slots) {
    if (victim->movable_lanes.load(std::memory_order_relaxed) == 0) continue;
    std::lock_guard<SpinLock> hold(victim->lane_lock);
    Lane** link = &victim->first_lane;
    Lane* before = nullptr;
    while (*link != nullptr && !(*link)->queued_movable()) {
      before = *link;
      link = &(*link)->next;
    }
    Lane* const lane = *link;
    if (lane == nullptr) continue;
    *link = lane->next;
    if (victim->last_lane == lane) victim->last_lane = before;
    victim->lane_count.fetch_sub(1, std::memory_order_relaxed);
    victim->movable_lanes.fetch_sub(1, std::memory_order_relaxed);
    lane->TakeFromQueue();
    lane->set_home(thief);
    return lane;
  }
  return nullptr;
}

void Pool::Impl::QueueLane(Lane* lane) {
  Slot& slot = lane->home();
  lane->Queued();
  const bool movable = lane->queued_movable();  // Once in the queue it may be gone.
  {
    std::lock_guard<SpinLock> hold(slot.lane_lock);
    lane->next = nullptr;
    *(slot.first_lane == nullptr ? &slot.first_lane : &slot.last_lane->next) = lane;
    slot.last_lane = lane;
    slot.lane_count.fetch_add(1, std::memory_order_seq_cst);  // Before Notify() looks.
    if (lane->queued_movable()) slot.movable_lanes.fetch_add(1, std::memory_order_seq_cst);
  }
  Notify(&slot, kAttentionLane);
  // Where its home is busy another worker may take it.
  if (movable) WakeForWork();
}

bool Pool::Impl::StepAside(Thread* self, Slot* slot) {
  PassOn(slot, self, Thread::kSpare);
  return WaitUntilHolding(self);
}

void Pool::Impl::Refresh(Slot* slot) {
  const std::uint32_t now = client_generation.load(std::memory_order_acquire);
  for (Lane*& lane : slot->recent_lanes) lane = nullptr;
  if (Client* const client = slot->client; client != nullptr) {
    // It may have been removed, and another be at its address by now.
    bool alive = false;
    for (const auto& place : clients) {
      Client* const other = place.load(std::memory_order_acquire);
      alive = alive || (other == client && other->id() == slot->client_id);
    }
    if (alive && client->options().ran_dry != nullptr) client->options().ran_dry(*client);
    if (alive) client->Leave();
    slot->client = nullptr;
  }
  slot->client_generation.store(now, std::memory_order_release);
}

}  // namespace heddle
