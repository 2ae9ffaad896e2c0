// The pool's inside: state shared by its source files. Not for users.
#ifndef HEDDLE_COMPONENTS_WORKER_POOL_POOL_IMPL_H_
#define HEDDLE_COMPONENTS_WORKER_POOL_POOL_IMPL_H_

#include <signal.h>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "components/base/cache_line.h"
#include "components/base/check.h"
#include "components/base/fence.h"
#include "components/memory_pool/pool.h"
#include "components/sync/spin_lock.h"
#include "components/sync/spin_policy.h"
#include "components/worker_pool/blocking_call.h"
#include "components/worker_pool/slot.h"
#include "components/worker_pool/worker_pool.h"

namespace heddle {

// loop.cc     a worker's loop: what to run next, and the search when there is nothing
// idle.cc     sleeping and waking
// threads.cc  OS threads, and how a slot passes from one to another
// guest.cc    external threads that wait
// suspend.cc  contexts: suspension and resumption
// monitor.cc  blocking calls, and taking a slot from a thread that sleeps
// gang.cc     regions of a fixed number of members
// life.cc     exit and fork
class ExcessThreads;  // gang.cc

struct Pool::Impl {
  Impl(Pool* pool, const PoolOptions& options, Topology topology);
  ~Impl();

  // -- threads.cc
  absl::Status Start();
  void Stop();
  // A thread homed at `slot`, not yet running anything; nullptr where the system has none left.
  Thread* NewWorkerThread(Slot* slot);
  void WorkerMain(Thread* self);
  // Gives the slot that `self` holds to the longest waiting thread, else to a spare one, else to a new one. The caller no
  // longer holds it.
  void PassOn(Slot* slot, Thread* self, Thread::Place place);
  // PassOn() for a guest that goes, where the slot's worker sleeps and has nothing to do: it sleeps on. False where it has to be
  // woken.
  bool PassOnAsleep(Slot* slot, Thread* self);
  // Under the slot's lock; returns the new holder, to be unparked, or nullptr: GiveToNewThread is due.
  Thread* PassOnLocked(Slot* slot, Thread* self, Thread::Place place);
  void GiveToNewThread(Slot* slot);
  // Gives the slot to `to`, if that thread is waiting or spare, with a context for it to resume; false otherwise.
  bool HandOver(Slot* slot, Thread* self, Thread* to, Context* context);
  // Makes the slot `self`'s. RequestSlot: true: at once (its holder slept), false: `self` stands in its queue.
  bool RequestSlot(Slot* slot, Thread* self);
  // A thread from which the monitor took the slot is between two tasks again: it waits for the slot where it has something
  // to go on with, and is spare otherwise.
  void ComeBack(Slot* slot, Thread* self);
  // Takes back a request; false where the slot was granted meanwhile.
  bool CancelRequest(Slot* slot, Thread* self);
  // Gets the slot back for an activity from which the monitor took it. Within a section.
  void Recover(Slot* slot, Thread* self);
  // Requests the slot and waits until `self` holds it; then it is in a section.
  void AcquireSlot(Slot* slot, Thread* self);
  // Sleeps until `self` holds its slot and has been woken; false where the pool stops and it never will. Called in no section
  // or in one, it returns in one.
  bool WaitUntilHolding(Thread* self);

  // -- loop.cc
  [[noreturn]] static void LoopEntry(void* argument);
  // The next task to run on the calling thread. nullptr: the thread shall leave its loop.
  Task* Next();
  // False: the thread shall leave its loop.
  bool HandleAttention(Thread* self, Slot* slot);
  // Whether there is something that only Next() sees, not a search.
  static bool IsWanted(const Thread* self, const Slot* slot);
  // A guest leaves the slot to its worker until its wait is over. As WaitUntilHolding.
  bool StepAside(Thread* self, Slot* slot);
  Task* PopLocal(Slot* slot);
  struct Found {
    Task* task = nullptr;
    Lane* lane = nullptr;
    explicit operator bool() const { return task != nullptr || lane != nullptr; }
  };
  // A task or a claimed lane from any client, those that used least time first; with `take_lanes` also lanes that other slots have
  // queued.
  Found FindAnywhere(Slot* slot, bool take_lanes);
  Found Search(Thread* self, Slot* slot);
  // A body that runs on a loop or on top of a waiter, as `activity`. Within a section, which is left for the body.
  static void RunBody(Activity& activity, Task* task);
  void SetClient(Slot* slot, Client* client);
  void Refresh(Slot* slot);
  // Whether a worker (of `slot`, where it is not nullptr) may find something. For holders of a slot in a section, and
  // under table_mutex.
  bool MayHaveWork(const Slot* slot);
  // Whether there is something that a guest on `slot` must leave to a worker.
  bool MayHaveWorkForWorkers(const Slot* slot);
  bool ClientMayHaveWork(const Client& client, const Slot* slot);
  // Whether there is something that only guests may run.
  bool MayHaveWorkForGuests();
  Lane* TakeLane(Slot* slot);
  Lane* StealLane(Slot* thief);
  void QueueLane(Lane* lane);

  // -- idle.cc
  void EnterSearch(Slot* slot);
  // False where a gang reserved the slot meanwhile: its member is in slot->gang_task.
  bool LeaveSearch(Slot* slot);
  // False where the search is over: the slot was elsewhere meanwhile, or the pool stops.
  [[nodiscard]] bool Sleep(Thread* self, Slot* slot);
  void WatchWhileAsleep(Thread* self, Slot* slot);
  // After making stealable work visible.
  void WakeForWork() {
    LightFence();
    if (sleeping.load(std::memory_order_relaxed) > 0 &&
        searching.load(std::memory_order_relaxed) == 0) {
      WakeOne();
    }
  }
  // The same for tasks of one client: nobody is woken who could not start on them. While it is paused Unpause() wakes, while
  // all of its lanes are occupied who frees one looks (Lane::Run), beyond its width who leaves wakes the next (SetClient).
  // Cost: that of WakeForWork(), and O(lanes) where somebody sleeps.
  void WakeForWorkOf(const Client& client) {
    LightFence();
    if (!client.OpenToWorkers()) [[unlikely]] {
      if (sleeping_guests.load(std::memory_order_relaxed) > 0) WakeGuests();
      return;
    }
    if (sleeping.load(std::memory_order_relaxed) == 0 ||
        searching.load(std::memory_order_relaxed) > 0) {
      return;
    }
    // Before it looks at lanes and pauses: who frees a lane or ends a pause has a read-modify-write before its look at the queue.
    FullFence();
    if (ClientMayHaveWork(client, nullptr)) WakeOne();
  }
  void WakeOne();
  // Wakes the guests that sleep with a slot.
  void WakeGuests();
  // Wakes this slot's holder if it sleeps.
  void WakeSlot(Slot* slot);
  void Notify(Slot* slot, std::uint32_t attention);
  // Takes a sleeping slot out of the sleepers, in `state`, and returns its holder; nullptr where it does not sleep, or where
  // another thread than `only`, if that is not nullptr, sleeps there.
  Thread* TakeSleeping(Slot* slot, SlotState state, const Thread* only = nullptr);
  void PollWhileBusy(Slot* slot, std::int64_t now_ns);
  void WakeForPolling();

  // -- suspend.cc
  Context* NewLoop(Slot* slot);
  static void FreeLoop(void* context);
  void DeleteContext(Context* context);
  // As the last act of a loop that gives way to a resumed context.
  static void FreeLoopAndLeaveSection(void* context);
  // Resumes `context` on the calling thread, whose loop ends. Returns only where it is bound to another thread, which was
  // given the slot or will find it.
  void ResumeContext(Thread* self, Slot* slot, Context* context);
  void QueueResumed(Context* context);

  // -- gang.cc
  bool GiveToIdleWorker(Task* task);

  // -- guest.cc
  // Under the lock of the slot that it lost: workers may run what only guests ran. Who calls it has a worker look (WakeForWork).
  static void GuestStepsAside(Thread* guest);
  void WaitAsGuest(Thread* self, Suspension& suspension);
  Slot* SlotForGuest();
  // The end of a guest's work, which still holds the slot.
  void LeaveClient(Thread* self, Slot* slot);

  // -- monitor.cc
  void NeedMonitor();
  void StopMonitor();
  void MonitorMain();

  // -- worker_pool.cc
  void Quiesce();
  void SubmitPinned(Task* task);
  std::string DescribeWaits() const;

  // -- life.cc
  void Register();
  void Unregister();
  // Whether its threads are in another process, this one's parent.
  bool Forked() const;
  // Whether exit() has begun.
  static bool Exiting();

  Pool* const pool;
  const PoolOptions options;
  const Topology topology;
  std::vector<std::unique_ptr<Slot>> slots;
  SpinPolicy spin;
  PollingServices polling;

  // Read by every worker in every round, written when clients come and go.
  alignas(kFalseSharingBytes) std::array<std::atomic<Client*>, kMaxClients> clients{};
  std::atomic<int> client_limit{0};  // Indices in use are below it.
  std::atomic<std::uint32_t> client_generation{1};
  std::atomic<std::int64_t> virtual_now_ns{0};  // Virtual time of the client chosen last.
  std::atomic<bool> stopping{false};
  std::mutex client_mutex;
  // Held where a client is taken out of the table and deleted, and by those who look into the table from outside of the
  // workers (monitor, watchdog). Never while a task is waited for.
  mutable std::mutex table_mutex;

  Impl* next_pool = nullptr;  // life.cc
  unsigned fork_generation = 0;

  // Read at each submission and seldom written; apart from `searching`, which each idle worker writes again and again.
  alignas(kFalseSharingBytes) std::atomic<int> sleeping{0};
  std::atomic<int> sleeping_guests{0};  // The sum over the slots.
  alignas(kFalseSharingBytes) std::atomic<int> searching{0};
  alignas(kFalseSharingBytes) SpinLock idle_lock;
  std::vector<Slot*> sleepers;  // Last in, first woken. Under idle_lock.
  std::atomic<Slot*> poller{nullptr};

  mutable std::mutex contexts_mutex;
  mutable IntrusiveList<Context> contexts;  // All with stacks of ours, and external threads that wait. Under contexts_mutex.

  std::mutex threads_mutex;
  std::vector<std::thread> threads;
  ExcessThreads* excess = nullptr;
  std::atomic<int> blocking_threads{0};
  std::atomic<int> excess_threads{0};
  std::atomic<int> most_excess_threads{0};

  std::mutex monitor_mutex;
  std::thread monitor;
  std::atomic<std::uint32_t> monitor_word{0};
  std::atomic<std::uint64_t> takeovers{0};
  struct Observation {
    Thread* holder = nullptr;
    std::uint64_t bodies = 0;
    std::int64_t asleep_since_ns = 0;
  };
  std::vector<Observation> observations;
  void CheckSlot(Slot* slot, Observation& seen);
};

// The record of the calling thread, made where it has none.
Thread* ThisThread();
void ForgetThreadRecordsInForkedChild();

// Asynchronous signals belong to the program's own threads: blocked while the pool makes one of its own.
class BlockedSignals {
 public:
  BlockedSignals();
  ~BlockedSignals();

 private:
  sigset_t before_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_WORKER_POOL_POOL_IMPL_H_
