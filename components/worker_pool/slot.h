// Slots and threads: a permit for one core, and the OS threads that are homed at it. Internal to the pool.
#ifndef HEDDLE_COMPONENTS_WORKER_POOL_SLOT_H_
#define HEDDLE_COMPONENTS_WORKER_POOL_SLOT_H_

#include <sched.h>
#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <vector>

#include "components/base/cache_line.h"
#include "components/base/fence.h"
#include "components/base/random.h"
#include "components/ready_queue/task.h"
#include "components/sync/mpsc_queue.h"
#include "components/sync/parker.h"
#include "components/sync/spin_lock.h"
#include "components/worker_pool/accounting.h"
#include "components/worker_pool/context.h"
#include "components/worker_pool/lane.h"

namespace heddle {

// A first-in-first-out list of contexts that one thread uses.
class ContextList {
 public:
  bool empty() const { return first_ == nullptr; }
  void PushBack(Context* context) {
    context->link = nullptr;
    *(first_ == nullptr ? &first_ : &last_->link) = context;
    last_ = context;
  }
  Context* PopFront() {
    Context* context = first_;
    if (context != nullptr) first_ = context->link;
    return context;
  }

 private:
  Context* first_ = nullptr;
  Context* last_ = nullptr;
};

// One OS thread that the pool knows. Records are recycled and never freed, so that a late Unpark() is harmless.
struct Thread {
  Pool* pool = nullptr;
  Slot* slot = nullptr;            // The slot that it holds or held last; HeldSlot() says which. nullptr: none.
  Context* context = nullptr;      // What it runs.
  Activity* activity = nullptr;    // The running activity, nullptr between two.
  // Above zero while the thread uses what belongs to its slot, clients and policies included: between two bodies, and in
  // OwnerSections. Written by the thread; the monitor and RemoveClient look at it.
  std::atomic<int> sections{0};
  bool guest = false;              // An external thread that works while it waits.
  bool stepped_aside = false;      // A guest whose slot went to another; its client knows. Under the slot's lock.
  Client* client = nullptr;        // Of an attached external thread.
  ContextList deferred;            // Resumed contexts bound to this thread. Under the slot's lock.
  std::atomic<bool> has_deferred{false};
  // It waits for a slot or for work inside of the pool: asleep, but not in a body.
  std::atomic<bool> waits{false};
  bool in_blocking_call = false;
  // In Sleep(), where it stays while its slot is another's. Set under idle_lock, cleared by the thread once it holds its slot.
  bool sleeps = false;
  // How many it ran or resumed; the monitor sees by it whether it is still in the same one.
  std::atomic<std::uint64_t> bodies{0};
  Thread* link = nullptr;          // In the slot's list of waiting or spare threads, or of unused records.
  std::atomic<pid_t> tid{0};
  // kComing: a new worker, for which who made it has not yet decided; it does not end before that.
  enum Place : int { kAway, kSpare, kWaiting, kHolding, kComing };
  Place place = kAway;             // Under the slot's lock.
  Context native;                  // Its native stack.
  Parker parker;
};

// Makes it the running activity of the calling thread.
inline void SetActivity(Thread* self, Activity* activity) {
  self->activity = activity;
  SetActivityUser(activity == nullptr ? nullptr : activity->user);
}

// What others ask of a slot's holder; it looks at them between two activities.
enum Attention : std::uint32_t {
  kAttentionHandOver = 1 << 0,  // A thread waits for the slot.
  kAttentionResumed = 1 << 1,   // resumed_remote
  kAttentionMail = 1 << 2,      // mailbox
  kAttentionLane = 1 << 3,      // lane queue
  kAttentionGang = 1 << 4,      // gang_task
  kAttentionStop = 1 << 5,
  kAttentionExit = 1 << 6,      // The process ends: stay away from task bodies.
};

// kReserved: a gang has reserved the searching worker and is about to store its member; the worker awaits it.
// kTaken: a gang, or a thread that asked for the slot, has taken it out of its sleep; only that one goes on to change the
// state or the holder, and the sleeper, should it wake, sleeps on.
enum class SlotState : std::uint32_t { kRunning, kSearching, kReserved, kTaken, kSleeping };

struct alignas(kFalseSharingBytes) Slot {
  Slot(Pool* pool_, int index_, int cpu_) : pool(pool_), index(index_), cpu(cpu_), random(index_ + 1) {}

  // Whether the calling thread runs on the core of its workers, just now.  Cost: a few ns.
  bool IsHere() const { return cpu >= 0 && sched_getcpu() == cpu; }

  // -- Read by anybody, written when the slot changes hands.
  Pool* const pool;
  const int index;
  const int cpu;  // To which its workers are bound, by the kernel's number; -1: to none.
  std::atomic<Thread*> holder{nullptr};

  // -- The holder's own.
  Task* next_task = nullptr;  // The first successor that the finished task released.
  int next_tasks_in_row = 0;
  int quantum_left = 0;       // Tasks of `client` until the next fair choice.
  Client* client = nullptr;   // Whose tasks it runs now.
  std::uint64_t client_id = 0;
  ContextList resumed;
  ContextList yielded;        // Take turns with tasks.
  bool tasks_first = false;   // A lane has had its quantum.
  bool task_since_yielded = false;
  int resumed_in_row = 0;     // Since the last task.
  Context* cache = nullptr;   // Contexts whose stack is free to use.
  int cached = 0;
  Random random;
  std::int64_t polled_at_ns = 0;
  std::atomic<std::uint32_t> client_generation{0};  // The clients that it knows of.
  // Lanes that ran here last: an idle worker listens to their mailboxes before it sleeps.
  static constexpr int kRecentLanes = 2;
  Lane* recent_lanes[kRecentLanes] = {};
  SlotAccounting accounting;

  // -- Written by others. `attention` is set after what it announces, and read after what it announces was found empty.
  alignas(kFalseSharingBytes) std::atomic<std::uint32_t> attention{0};
  std::atomic<SlotState> state{SlotState::kRunning};
  std::atomic<int> sleeping_guests{0};  // Guests in Sleep() that hold it, or held it when they fell asleep.
  // Threads that look at clients on their way to sleep, when they may not hold the slot any more.
  std::atomic<int> looking{0};
  std::atomic<Task*> gang_task{nullptr};
  MpscQueue<Context, &Context::link> resumed_remote;
  MpscQueue<Task, &Task::next> mailbox;

  // -- Runnable lanes: taken by the holder, and by others where the lane may move.
  alignas(kFalseSharingBytes) SpinLock lane_lock;
  Lane* first_lane = nullptr;
  Lane* last_lane = nullptr;
  std::atomic<int> lane_count{0};
  std::atomic<int> movable_lanes{0};  // Those that others may take.

  // -- Threads without the slot. Under `lock`.
  alignas(kFalseSharingBytes) SpinLock lock;
  Thread* waiting_first = nullptr;  // First in, first out.
  Thread* waiting_last = nullptr;
  Thread* spares = nullptr;         // Last in, first out.
  // Suspended minus resumed here. Below zero where contexts of lanes that moved were resumed: only the sum counts.
  std::atomic<int> blocked{0};
};

// Handshake with the monitor, which takes a slot from a thread that sleeps in a body, and with RemoveClient: the thread
// announces that it uses what belongs to the slot, then looks whether it still holds it; the monitor takes the slot away,
// then looks for the announcement (LightFence/HeavyFence).
inline void EnterSection(Thread* thread) {
  thread->sections.store(thread->sections.load(std::memory_order_relaxed) + 1,
                         std::memory_order_relaxed);
  LightFence();
}
inline void LeaveSection(Thread* thread) {
  thread->sections.store(thread->sections.load(std::memory_order_relaxed) - 1,
                         std::memory_order_release);
}

// A section in which the calling thread acts as the owner of the slot that it holds.
class OwnerSection {
 public:
  OwnerSection() : thread_(CurrentThread()) {
    if (thread_ == nullptr || thread_->slot == nullptr) return;
    EnterSection(thread_);
    Slot* const slot = thread_->slot;
    if (slot->holder.load(std::memory_order_acquire) == thread_) [[likely]] {
      slot_ = slot;
    } else {
      LeaveSection(thread_);
    }
  }
  ~OwnerSection() {
    if (slot_ != nullptr) LeaveSection(thread_);
  }
  OwnerSection(const OwnerSection&) = delete;
  OwnerSection& operator=(const OwnerSection&) = delete;

  // The slot that the calling thread holds, or nullptr.
  Slot* slot() const { return slot_; }
  Thread* thread() const { return thread_; }

 private:
  Thread* const thread_;
  Slot* slot_ = nullptr;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_WORKER_POOL_SLOT_H_
