// A client: one frontend instance, as the pool sees it.
#ifndef HEDDLE_COMPONENTS_WORKER_POOL_CLIENT_H_
#define HEDDLE_COMPONENTS_WORKER_POOL_CLIENT_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "components/base/cache_line.h"
#include "components/ready_queue/policy.h"
#include "components/ready_queue/work_stealing_policy.h"

namespace heddle {

class Lane;
class Pool;
struct Slot;

struct ClientOptions {
  std::string name = "client";
  // Share of the workers' time relative to other clients while both have work; > 0.
  double weight = 1.0;
  // Most workers that may run its tasks at once; 0: no limit.
  int width_limit = 0;
  // Logical workers. 0: tasks run on any worker, and the policy is indexed by slot. N: tasks run on N lanes, each a serial
  // executor with an id that tasks can ask for, and the policy is indexed by lane.
  int lanes = 0;
  // Lanes stay on their home slot.
  bool pin_lanes = false;
  // All its tasks are movable (kTaskMovable), and its waiting external threads may run them as guests. Otherwise an external
  // thread that waits sleeps.
  bool guests = false;
  // SuspendMode::kSubstitute: makes the state (Lane::user) of a stand-in for a lane whose activity waits, and takes back
  // the state of an activity that ended after it was stood in for. Without them the mode is kHold.
  void* (*lend_stand_in)(Lane& lane) = nullptr;
  void (*take_back)(Lane& lane, void* user) = nullptr;
  // Called by a worker that goes on from this client, in most cases because it found no task of it; where all of the client's tasks
  // have ended, by each worker that ran one, after its last. So who counts tasks can look for the end then, and not at each task;
  // two that look at the same time see each other's last task where each has a seq_cst fence before its look. A no-suspend
  // section; it may call Submit(). Not where the client has lanes.
  void (*ran_dry)(Client& client) = nullptr;
  // The frontend's own, for ran_dry.
  void* user = nullptr;
  // Its ready tasks; nullptr: work stealing.
  std::unique_ptr<Policy> policy;
};

// Made by Pool::AddClient, ended by Pool::RemoveClient.
class Client {
 public:
  Client(Pool* pool, ClientOptions options, int index);  // For the pool only.
  ~Client();

  const std::string& name() const { return options_.name; }
  Pool& pool() const { return *pool_; }
  int index() const { return index_; }  // In the pool's table; used again after its removal.
  std::uint64_t id() const { return id_; }  // Never used again.
  Policy& policy() const { return *options_.policy; }
  // The policy where it is the default one, which the pool calls without a virtual call; else nullptr.
  WorkStealingPolicy* work_stealing() const { return work_stealing_; }
  bool guests() const { return options_.guests; }
  bool pin_lanes() const { return options_.pin_lanes; }

  // Its lanes, by id; empty where it has none.
  const std::vector<std::unique_ptr<Lane>>& lanes() const { return lanes_; }

  // Share and width, changeable while running; they take effect at the next choice of a client by each worker.
  // Thread safety: any thread.  Blocking: never.
  void set_weight(double weight) { weight_.store(weight, std::memory_order_relaxed); }
  void set_width_limit(int workers) { width_limit_.store(workers, std::memory_order_relaxed); }

  // While paused no worker takes a new task of this client, and its lanes no message; what runs goes on, and activities that
  // are resumed. Tasks pinned to a slot, of a client without lanes, are not held back. Nests.
  // Thread safety: any thread.  Blocking: never: running tasks are not waited for.
  void Pause() { paused_.fetch_add(1, std::memory_order_seq_cst); }
  void Unpause();
  bool paused() const { return paused_.load(std::memory_order_acquire) > 0; }

  // Its tasks run in external threads that wait (guests), and by workers only while such a thread waits without a slot: where
  // there is work for one core, no worker is woken for it, and the data stay in that core's cache. For clients with guests and
  // without lanes.
  // Thread safety: any thread.  Blocking: never: what runs goes on.
  void set_guests_only(bool only);
  // Whether workers may take its tasks. For the pool only, as the two that follow: a guest that waits has lost its slot, or has none
  // yet; and has one again, or waits no longer.
  bool OpenToWorkers() const {
    return !guests_only_.load(std::memory_order_acquire) || guests_aside_.load(std::memory_order_acquire) > 0;
  }
  void GuestSteppedAside() { guests_aside_.fetch_add(1, std::memory_order_seq_cst); }
  void GuestIsBack() { guests_aside_.fetch_sub(1, std::memory_order_seq_cst); }

  // Marks all lanes runnable: a runnable lane pops until its policy has nothing for it. For policies whose Empty() cannot
  // tell (written by users), after each Push and whenever they have kept something back.
  // Thread safety: any thread.  Blocking: never.  Cost: O(lanes).
  void WakeLanes();

  // A stand-in's state for a lane whose activity waits; and the end of an activity that was stood in for. Between the two
  // the client stays, also where the thread has no slot at that moment. For the pool only.
  void* LendStandIn(Lane& lane) {
    stood_in_for_.fetch_add(1, std::memory_order_relaxed);
    return options_.lend_stand_in(lane);
  }
  void TakeBack(Lane& lane, void* user) {
    if (options_.take_back != nullptr) options_.take_back(lane, user);
    stood_in_for_.fetch_sub(1, std::memory_order_release);
  }
  bool IsStoodInFor() const { return stood_in_for_.load(std::memory_order_acquire) != 0; }

  // Takes an idle lane for `slot` to run, one that lives there first; nullptr where there is none. For the pool only.
  Lane* ClaimIdleLane(const Slot& slot);

  const ClientOptions& options() const { return options_; }

  // Whether a worker may start on its tasks: not paused, under its width limit. For the pool only.
  bool TryEnter();
  void Leave() { running_.fetch_sub(1, std::memory_order_seq_cst); }
  // Whether its width limit keeps others off.
  bool IsFull() const {
    const int limit = width_limit_.load(std::memory_order_relaxed);
    return limit > 0 && running_.load(std::memory_order_seq_cst) >= limit;
  }

  // Adds time used by a worker; the client with the least goes first. For the pool only.
  void Charge(std::int64_t ns);
  std::int64_t virtual_time_ns() const { return virtual_time_ns_.load(std::memory_order_relaxed); }
  void CatchUp(std::int64_t virtual_time_ns);

 private:
  Pool* const pool_;
  ClientOptions options_;
  const int index_;
  const std::uint64_t id_;
  WorkStealingPolicy* work_stealing_ = nullptr;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::atomic<double> weight_;
  std::atomic<int> width_limit_;
  std::atomic<int> paused_{0};
  std::atomic<bool> guests_only_{false};
  std::atomic<int> guests_aside_{0};
  std::atomic<int> stood_in_for_{0};  // Activities that have not ended.
  // Written by workers when they change client and at the end of a quantum.
  alignas(kFalseSharingBytes) std::atomic<int> running_{0};
  std::atomic<std::int64_t> virtual_time_ns_{0};
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_WORKER_POOL_CLIENT_H_
