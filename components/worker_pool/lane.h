// A lane: a logical worker or PE, a serial executor with a mailbox.
#ifndef HEDDLE_COMPONENTS_WORKER_POOL_LANE_H_
#define HEDDLE_COMPONENTS_WORKER_POOL_LANE_H_

#include <atomic>
#include <cstdint>

#include "components/base/cache_line.h"
#include "components/ready_queue/task.h"
#include "components/sync/mpsc_queue.h"
#include "components/worker_pool/suspension.h"

namespace heddle {

class Client;
struct Slot;

// State machine. A lane is run by whoever moved it to kRunning; nobody else touches what is marked "runner".
//
//   kIdle --Wake--> kQueued --a worker takes it--> kRunning --nothing left--> kIdle
//   kIdle --a searching worker claims it--------> kRunning
//   kRunning --Wake--> kRunningAgain --nothing left--> kRunning (looks once more)
//   kRunning[Again] --its quantum is over--> kQueued
//
// No lost wake-up: Push() exchanges the mailbox's head and then reads the state, the runner stores kIdle and then reads the
// mailbox; both pairs are sequentially consistent, so one of them sees the other. While the client is paused Push() does not wake
// and the runner does not look: the end of the pause wakes every lane, and comes after whatever saw the pause.
class Lane {
 public:
  Lane(Client* client, int id, Slot* home) : client_(client), id_(id), home_(home) {}
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // Hands a message to the lane. Messages of one sender run in order, one at a time, each as an activity of this lane.
  // Thread safety: any thread.  Blocking: never.  Memory order: what came before Push happens before the message's run.
  // Cost: one exchange and one load where the lane runs; a wake-up where its slot sleeps.
  void Push(Task* message);

  // Makes the lane look at its mailbox and its client's policy.  Thread safety: any thread.  Blocking: never.
  void Wake();

  int id() const { return id_; }
  Client& client() const { return *client_; }
  // The slot it lives on.  Thread safety: any thread; changes when an unpinned lane moves.
  Slot& home() const { return *home_.load(std::memory_order_acquire); }

  // The frontend's own state of this logical worker (Cpv variables, a worker's scratch). Activities find it in
  // Activity::user, since a stand-in has its own (SuspendMode::kSubstitute).
  void* user = nullptr;

  // Runs one activity of this lane on top of the calling one, which must be the lane's running activity: how a scheduler
  // called inside of a handler pumps. False where there was nothing.
  bool RunOne();

  // For an activity that goes on and on, a scheduler of messages: whether something else wants the worker that runs this lane.
  // It should end soon then, pushed again where it has more to do.
  // Thread safety: the lane's running activity.  Blocking: never.  Cost: five loads.
  bool WorkerIsWanted() const;
  // As if the lane's quantum were over: when the running activity has ended, others have their turn.
  void GiveWay() { give_way_ = true; }

  // ---- For the pool ----

  enum class State : std::uint32_t { kIdle, kQueued, kRunning, kRunningAgain };

  State state() const { return state_.load(std::memory_order_relaxed); }
  // kIdle -> kRunning.
  bool TryClaim();
  // The same for a worker of `slot`; nullptr also where it must not run there.
  Lane* ClaimFor(const Slot& slot);
  // Before it enters a slot's queue: notes whether others may take it from there.
  void Queued() {
    queued_movable_ = Movable();
    state_.store(State::kQueued, std::memory_order_seq_cst);
  }
  bool queued_movable() const { return queued_movable_; }
  bool Movable() const;
  // kQueued -> kRunning, by the worker that took it from a slot's queue.
  void TakeFromQueue() { state_.store(State::kRunning, std::memory_order_relaxed); }
  // Whether a worker of `slot` may run it.
  bool MayRunOn(const Slot& slot) const;
  void set_home(Slot* slot) { home_.store(slot, std::memory_order_release); }
  // Whether there may be something for it to do.
  bool HasMail() const;
  bool HasWork() const;
  // kRunning -> kIdle; false where there is more to do after all. Runner.
  bool TryIdle();

  // Runs activities until there are none or something else needs the worker. Runner, on a loop's stack.
  void Run();

  // Gives the lane back to the pool while its activity waits on `context`: for ever with kSubstitute, until PushResumed
  // with kRelease.
  void ReleaseFrom(Context* context, SuspendMode mode);
  // The activity on `context` can go on once the lane is free for it again.
  void PushResumed(Context* context);

  Lane* next = nullptr;  // Link of a slot's lane queue.

 private:
  Task* NextTask();
  // Whether a message comes soon. Runner; not where its slot has anything else to do.
  bool Listen(const Slot* slot) const;

  Client* const client_;
  const int id_;
  std::atomic<Slot*> home_;
  // Activities that released the lane and are bound to a thread of its home slot keep it there.
  std::atomic<int> bound_contexts_{0};
  bool resume_next_ = true;      // Runner.
  bool give_way_ = false;        // Runner.
  bool queued_movable_ = false;  // Under the lane lock of the slot in whose queue it is.
  alignas(kFalseSharingBytes) std::atomic<State> state_{State::kIdle};
  MpscQueue<Task, &Task::next> mailbox_;
  MpscQueue<Context, &Context::link> resumed_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_WORKER_POOL_LANE_H_
