// The worker pool: who runs where and when. One a process, made by components/runtime.
//
// Kept apart: a slot (a permit for one core), a thread (homed at a slot), a lane (a logical worker), an activity (a running
// body with its context). README.md has the picture; docs/adr the reasons.
#ifndef HEDDLE_COMPONENTS_WORKER_POOL_WORKER_POOL_H_
#define HEDDLE_COMPONENTS_WORKER_POOL_WORKER_POOL_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "components/topology/topology.h"
#include "components/worker_pool/accounting.h"
#include "components/worker_pool/activity.h"
#include "components/worker_pool/client.h"
#include "components/worker_pool/lane.h"
#include "components/worker_pool/polling.h"
#include "components/worker_pool/suspension.h"

namespace heddle {

// Task::flags of a task whose body RunOwned() called: it runs on the stack of who waits for it, and is done when RunOwned()
// returns. Set by the pool.
inline constexpr std::uint16_t kTaskOnWaiter = 1 << 15;

struct PoolOptions {
  // Workers, each a slot with a thread. 0: as many as the topology says that this process may use cores. More than cores is
  // for tests.
  int slots = 0;
  // Bind workers to cores, where the topology says that the process may.
  bool bind = true;
  // How long an idle worker searches before it sleeps, where cores are free.
  std::int64_t spin_ns = 60'000;
  // nullptr: Topology::Detect().
  const Topology* topology = nullptr;
};

class Pool {
 public:
  // Starts the workers.  Thread safety: any thread.  Blocking: until each thread exists.
  // Errors: InvalidArgument for options out of range, ResourceExhausted where a thread cannot be made (nothing is left over).
  static absl::StatusOr<std::unique_ptr<Pool>> Create(const PoolOptions& options);

  // Ends and joins the workers. All clients must have been removed; dies naming those that were not.
  // Blocking: until the workers are between two tasks.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  int slots() const;
  const Topology& topology() const;

  // Thread safety: any thread.  Blocking: never.  Errors: InvalidArgument, ResourceExhausted (kMaxClients).
  static constexpr int kMaxClients = 64;
  absl::StatusOr<Client*> AddClient(ClientOptions options);
  // Waits until the client's lanes are idle and its policy is empty, then forgets it. Not from its own activities.
  void RemoveClient(Client* client);

  // Gives a ready task to the pool. task->client, or else the calling activity's client, says whose it is.
  // Thread safety: any thread, any activity.  Blocking: never.
  // Memory order: what came before Submit happens before the task's run.
  // Cost: a queue push and two loads; no atomic read-modify-write from a worker with work stealing. A wake-up where a worker
  // sleeps and none searches.
  void Submit(Task* task);

  // The same for a list linked by Task::next, in order, all of one client.
  void SubmitList(Task* first);

  // Submits the first successor that the running task released: its worker runs it next, before anything that is not
  // already resumed. At most 16 in a row; otherwise, and from other threads, as Submit.
  void SubmitNext(Task* task);

  // Runs, on top of the calling activity, the newest ready task of the calling worker where its owner is `owner`: how a
  // wait runs what it waits for. False where there is none at hand, or stack headroom is short.
  bool RunOwned(void* owner);

  // Index of the slot that the caller holds, or Policy::kNoWorker.
  static int CurrentSlot();

  PollingServices& polling();
  // Polls the services that are due, where the last look of the caller's worker is a millisecond old: for activities that go on
  // and on. Thread safety: an activity of a worker.  Blocking: never.  Cost: a clock.
  void PollWhileBusy();
  // Whether cores are free for somebody who waits with open eyes: for what this process does, or for what another process on a core
  // of its own does. Cost: two loads.
  bool SpinningPays() const;
  bool SpinningForOthersPays() const;
  WorkerPoolStatistics Statistics() const;
  // What is running and who waits, for humans (watchdog).  Thread safety: any thread; a snapshot that may be torn.
  std::string Describe() const;
  // A number that grows whenever a task ends; what the watchdog compares.
  std::uint64_t Progress() const;
  // Whether every worker is idle and nothing is suspended or ready. A snapshot, as Describe().
  bool Quiet() const;

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  explicit Pool(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// What an external thread is to the pool while it lives: whose it is and how it waits.
// Thread safety: made and ended by the thread it is about.
class Attachment {
 public:
  // Waits of this thread run its client's tasks where the client allows guests, and sleep otherwise. `user` as in Activity.
  explicit Attachment(Client* client, void* user = nullptr);
  ~Attachment();
  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;

 private:
  Activity activity_;
  Activity* before_;
  Client* client_before_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_WORKER_POOL_WORKER_POOL_H_
