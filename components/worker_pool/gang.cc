#include "components/worker_pool/gang.h"

#include <pthread.h>

#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "components/base/clock.h"
#include "components/worker_pool/pool_impl.h"

namespace heddle {
namespace {

struct Gang;

struct Member {
  Task task;
  Gang* gang = nullptr;
  int index = 0;
};

struct Gang {
  Client& client;
  void (*body)(int, void*);
  void* argument;
  void* user;
  // Members that have not returned, and one for the caller until it waits.
  std::atomic<int> running;
  // The caller's thread, set before that one is taken off: it may have moved in its body.
  Thread* waiter = nullptr;
  std::atomic<bool> ended{false};

  void Run(int index) {
    Activity* const activity = CurrentActivity();
    if (activity != nullptr) {
      activity->client = &client;
      activity->user = user;
      SetActivityUser(user);
      activity->width = 1;
    }
    body(index, argument);
  }
  // The gang may be gone afterwards.
  void Returned() {
    if (running.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
    Thread* const waits = waiter;  // Its record is never freed.
    ended.store(true, std::memory_order_release);
    waits->parker.Unpark();
  }
};

void RunMember(Task* task) {
  Member* const member = reinterpret_cast<Member*>(task);
  Gang* const gang = member->gang;
  gang->Run(member->index);
  gang->Returned();
}
static_assert(offsetof(Member, task) == 0);

}  // namespace

// OS threads for members without a slot; kept, since the next region wants them again.
class ExcessThreads {
 public:
  explicit ExcessThreads(Pool::Impl* impl) : impl_(impl) {}

  ~ExcessThreads() {
    std::vector<Excess*> ending;
    {
      std::lock_guard<std::mutex> hold(mutex_);
      stopping_ = true;
      ending = all_;
    }
    for (Excess* excess : ending) {
      excess->parker.Unpark();
      excess->thread.join();
      delete excess;
    }
  }

  void Run(Member* member) {
    Excess* excess = nullptr;
    {
      std::lock_guard<std::mutex> hold(mutex_);
      if (!idle_.empty()) {
        excess = idle_.back();
        idle_.pop_back();
      }
    }
    const int now = impl_->excess_threads.fetch_add(1, std::memory_order_relaxed) + 1;
    int most = impl_->most_excess_threads.load(std::memory_order_relaxed);
    while (most < now && !impl_->most_excess_threads.compare_exchange_weak(most, now)) {
    }
    if (excess != nullptr) {
      excess->member.store(member, std::memory_order_release);
      excess->parker.Unpark();
      return;
    }
    excess = new Excess;
    excess->member.store(member, std::memory_order_relaxed);
    try {
      const BlockedSignals blocked;
      excess->thread = std::thread([this, excess] { Main(excess); });
    } catch (const std::system_error& error) {
      HEDDLE_CHECK(false) << "no thread for member " << member->index
                          << " of a parallel region: " << error.what();
    }
    std::lock_guard<std::mutex> hold(mutex_);
    all_.push_back(excess);
  }

 private:
  struct Excess {
    std::thread thread;
    Parker parker;
    std::atomic<Member*> member{nullptr};
  };

  void Main(Excess* excess) {
    pthread_setname_np(pthread_self(), "heddle/excess");
    for (;;) {
      Member* const member = excess->member.exchange(nullptr, std::memory_order_acquire);
      if (member == nullptr) {
        {
          std::lock_guard<std::mutex> hold(mutex_);
          if (stopping_) return;
        }
        excess->parker.Park();
        continue;
      }
      SpinPolicy::ThreadBecomesRunnable();
      {
        const Attachment attachment(&member->gang->client);
        Gang* const gang = member->gang;
        gang->Run(member->index);
        impl_->excess_threads.fetch_sub(1, std::memory_order_relaxed);
        {
          // Before the gang ends: the next region of the same caller finds this thread.
          std::lock_guard<std::mutex> hold(mutex_);
          idle_.push_back(excess);
        }
        gang->Returned();
      }
      SpinPolicy::ThreadSleeps();
    }
  }

  Pool::Impl* const impl_;
  std::mutex mutex_;
  std::vector<Excess*> all_, idle_;
  bool stopping_ = false;
};

ExcessThreads* NewExcessThreads(Pool::Impl* impl) { return new ExcessThreads(impl); }
void DeleteExcessThreads(ExcessThreads* threads) { delete threads; }

int GangWidth(const Pool& pool) {
  const Activity* const activity = CurrentActivity();
  return activity == nullptr || activity->task == nullptr ? pool.slots() : activity->width;
}

// Reserves an idle worker for `task`: one that searches, or one that sleeps.
bool Pool::Impl::GiveToIdleWorker(Task* task) {
  for (const auto& slot : slots) {
    if (slot->holder.load(std::memory_order_acquire) == CurrentThread()) continue;
    SlotState expected = SlotState::kSearching;
    if (slot->state.load(std::memory_order_relaxed) == expected &&
        slot->state.compare_exchange_strong(expected, SlotState::kReserved,
                                            std::memory_order_seq_cst)) {
      slot->gang_task.store(task, std::memory_order_release);
      slot->attention.fetch_or(kAttentionGang, std::memory_order_seq_cst);
      return true;
    }
  }
  for (const auto& slot : slots) {
    Thread* const holder = TakeSleeping(slot.get(), SlotState::kTaken);
    if (holder == nullptr) continue;
    slot->gang_task.store(task, std::memory_order_release);
    slot->attention.fetch_or(kAttentionGang, std::memory_order_seq_cst);
    slot->state.store(SlotState::kRunning, std::memory_order_seq_cst);
    holder->parker.Unpark();
    return true;
  }
  return false;
}

void RunGang(Client& client, int members, void (*body)(int member, void* argument), void* argument,
             void* user) {
  HEDDLE_CHECK_GE(members, 1) << "members of a parallel region";
  Pool::Impl& impl = client.pool().impl();
  Gang gang{client, body, argument, user, {members}};
  std::vector<Member> others(static_cast<std::size_t>(members - 1));
  for (Member& member : others) {
    member.gang = &gang;
    member.index = static_cast<int>(&member - others.data()) + 1;
    member.task.run = RunMember;
    member.task.client = &client;
    if (!impl.GiveToIdleWorker(&member.task)) impl.excess->Run(&member);
  }
  {
    Activity activity;
    Activity* const outer = CurrentActivity();
    if (outer != nullptr) activity = *outer;
    Thread* const self = ThisThread();
    SetActivity(self, &activity);
    activity.outer = outer;
    gang.Run(0);
    if (outer != nullptr) outer->owns_lane = activity.owns_lane;  // A stand-in may have taken it.
    SetActivity(CurrentThread(), outer);
  }
  // The caller keeps its slot until all have returned, as the masters of other OpenMPs keep their core: it may hold what others
  // spin for without end (OpenBLAS sets a flag around its regions), and this thread would never come out from under such a one.
  // Where a member waits for work of this slot the monitor gives it to another thread, and the caller goes on without, counted
  // as a takeover, until it suspends: to wait for the slot here might be to wait for who spins.
  for (int i = 0; i < 200 && gang.running.load(std::memory_order_acquire) > 1; ++i) CpuRelax();
  if (gang.running.load(std::memory_order_acquire) > 1) {
    Thread* const self = ThisThread();
    gang.waiter = self;
    if (self->slot != nullptr) impl.NeedMonitor();
    if (gang.running.fetch_sub(1, std::memory_order_acq_rel) > 1) {
      SpinPolicy::ThreadSleeps();
      while (!gang.ended.load(std::memory_order_acquire)) self->parker.Park();
      SpinPolicy::ThreadBecomesRunnable();
    }
  }
}

}  // namespace heddle
