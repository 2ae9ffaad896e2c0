// OS threads, and how a slot passes from one to another.
//
// Every thread of a slot but its holder is in one of three places, changed under the slot's lock: kWaiting (it has something
// to go on with: a blocking call returned, a guest wants to work), kSpare (its loop stands between two tasks) or kAway (in a
// blocking call, or a body from which the monitor took the slot). Who becomes holder is unparked after `holder` names it.
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>
#include <system_error>

#include "components/fiber/overflow.h"
#include "components/trace/trace.h"
#include "components/worker_pool/pool_impl.h"

namespace heddle {

constinit thread_local Thread* current_thread = nullptr;
constinit thread_local void* heddle_activity_user = nullptr;

namespace {

// Records of threads that ended. Process-wide and never freed.
SpinLock free_records_lock;
Thread* free_records = nullptr;

Thread* NewRecord() {
  {
    std::lock_guard<SpinLock> hold(free_records_lock);
    if (free_records != nullptr) {
      Thread* record = free_records;
      free_records = record->link;
      record->link = nullptr;
      return record;
    }
  }
  return new Thread;
}

void RecycleRecord(Thread* record) {
  record->pool = nullptr;
  record->slot = nullptr;
  record->context = nullptr;
  record->activity = nullptr;
  record->sections.store(0, std::memory_order_relaxed);
  record->waits.store(false, std::memory_order_relaxed);
  record->in_blocking_call = false;
  record->guest = false;
  record->sleeps = false;
  record->client = nullptr;
  record->place = Thread::kAway;
  record->native.~Context();  // The next thread has a stack of its own.
  new (&record->native) Context;
  std::lock_guard<SpinLock> hold(free_records_lock);
  record->link = free_records;
  free_records = record;
}

struct ExternalRecord {
  ~ExternalRecord() {
    if (CurrentThread() != nullptr) {
      Thread* record = CurrentThread();
      current_thread = nullptr;
      RecycleRecord(record);
    }
  }
};

void Remove(Thread*& first, Thread* thread) {
  Thread** link = &first;
  while (*link != thread) link = &(*link)->link;
  *link = thread->link;
  thread->link = nullptr;
}

void RemoveWaiting(Slot* slot, Thread* thread) {
  Remove(slot->waiting_first, thread);
  slot->waiting_last = slot->waiting_first;
  while (slot->waiting_last != nullptr && slot->waiting_last->link != nullptr) {
    slot->waiting_last = slot->waiting_last->link;
  }
}

void AppendWaiting(Slot* slot, Thread* thread) {
  thread->place = Thread::kWaiting;
  thread->link = nullptr;
  *(slot->waiting_first == nullptr ? &slot->waiting_first : &slot->waiting_last->link) = thread;
  slot->waiting_last = thread;
}

// Under the slot's lock. A guest that stepped aside is no worker.
Thread* SpareWorker(const Slot* slot) {
  Thread* spare = slot->spares;
  while (spare != nullptr && spare->guest) spare = spare->link;
  return spare;
}

// Under the slot's lock: where a thread that does not hold it goes.
void Place(Slot* slot, Thread* thread, Thread::Place place) {
  thread->place = place;
  if (place == Thread::kWaiting) {
    AppendWaiting(slot, thread);
  } else if (place == Thread::kSpare) {
    if (thread->guest) Pool::Impl::GuestStepsAside(thread);
    // Contexts that came to it while it was away: the slot gives it back for them. Whoever makes a thread a spare acts for
    // the slot: its holder, or the one that is about to be.
    while (Context* context = thread->deferred.PopFront()) slot->resumed.PushBack(context);
    thread->has_deferred.store(false, std::memory_order_relaxed);
    thread->link = slot->spares;
    slot->spares = thread;
  }
}

}  // namespace

BlockedSignals::BlockedSignals() {
  sigset_t all;
  sigfillset(&all);
  for (int synchronous : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPROF}) {
    sigdelset(&all, synchronous);
  }
  pthread_sigmask(SIG_BLOCK, &all, &before_);
}
BlockedSignals::~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

// Another thread may have held the lock at the moment of the fork: the unused records are given up.
void ForgetThreadRecordsInForkedChild() {
  free_records_lock.unlock();
  free_records = nullptr;
  current_thread = nullptr;
}

Thread* ThisThread() {
  if (CurrentThread() == nullptr) {
    static thread_local ExternalRecord at_exit;
    (void)&at_exit;
    current_thread = NewRecord();
    CurrentThread()->tid.store(static_cast<pid_t>(syscall(SYS_gettid)), std::memory_order_relaxed);
    CurrentThread()->context = &CurrentThread()->native;
  }
  return CurrentThread();
}

Activity* CurrentActivity() {
  return CurrentThread() == nullptr ? nullptr : CurrentThread()->activity;
}

absl::Status Pool::Impl::Start() {
  InstallStackOverflowHandler();
  for (auto& slot : slots) {
    Thread* thread = NewWorkerThread(slot.get());
    if (thread == nullptr) {
      Stop();
      return absl::ResourceExhaustedError("no thread for worker " + std::to_string(slot->index) +
                                          " of " + std::to_string(slots.size()) +
                                          ": the process or its cgroup may have no more threads");
    }
    thread->place = Thread::kHolding;
    slot->holder.store(thread, std::memory_order_release);
    thread->parker.Unpark();
  }
  return absl::OkStatus();
}

Thread* Pool::Impl::NewWorkerThread(Slot* slot) {
  Thread* thread = NewRecord();
  thread->pool = pool;
  thread->slot = slot;
  thread->place = Thread::kComing;
  thread->waits.store(true, std::memory_order_relaxed);
  const BlockedSignals blocked;
  std::lock_guard<std::mutex> hold(threads_mutex);
  try {
    threads.emplace_back([this, thread] { WorkerMain(thread); });
  } catch (const std::system_error&) {
    RecycleRecord(thread);
    return nullptr;
  }
  return thread;
}

void Pool::Impl::WorkerMain(Thread* self) {
  current_thread = self;
  self->tid.store(static_cast<pid_t>(syscall(SYS_gettid)), std::memory_order_relaxed);
  self->context = &self->native;
  const std::string name = "heddle/" + std::to_string(self->slot->index);
  pthread_setname_np(pthread_self(), name.c_str());
  trace::SetThreadName(name);
  PrepareThreadForOverflow();
  spin.ThreadBecomesRunnable();
  if (self->slot->cpu >= 0) {
    // Best effort: a worker that cannot be bound works unbound.
    (void)topology.BindCurrentThread(self->slot->index % topology.unit_count());
  }
  if (WaitUntilHolding(self)) {
    Context* loop = NewLoop(self->slot);
    loop->thread = self;
    self->context = loop;
    SwitchFiber(self->native.fiber, loop->fiber);
  }
  spin.ThreadSleeps();
  current_thread = nullptr;
  RecycleRecord(self);
}

void Pool::Impl::Stop() {
  stopping.store(true, std::memory_order_seq_cst);
  for (auto& slot : slots) Notify(slot.get(), kAttentionStop);
  {
    // Threads without a slot look at `stopping` when they wake.
    for (auto& slot : slots) {
      std::vector<Thread*> wake;
      {
        std::lock_guard<SpinLock> hold(slot->lock);
        for (Thread* t = slot->spares; t != nullptr; t = t->link) wake.push_back(t);
      }
      for (Thread* t : wake) t->parker.Unpark();
    }
  }
  // A worker that passes its slot on may make another one until it has ended itself.
  for (;;) {
    std::vector<std::thread> ending;
    {
      std::lock_guard<std::mutex> hold(threads_mutex);
      ending.swap(threads);
    }
    if (ending.empty()) break;
    for (std::thread& thread : ending) thread.join();
  }
  int blocked = 0;
  for (const auto& slot : slots) blocked += slot->blocked.load(std::memory_order_relaxed);
  HEDDLE_CHECK_EQ(blocked, 0) << "suspended activities when the pool ended: " << pool->Describe();
}

Thread* Pool::Impl::PassOnLocked(Slot* slot, Thread* self, Thread::Place place) {
  Thread* to = slot->waiting_first;
  if (to != nullptr) {
    RemoveWaiting(slot, to);
  } else {
    to = SpareWorker(slot);
    if (to != nullptr) Remove(slot->spares, to);
  }
  if (to != nullptr) to->place = Thread::kHolding;
  Place(slot, self, place);
  if (slot->waiting_first != nullptr) {
    // The new holder shall see those that still wait; whoever told of them told the old one. It is not asleep.
    slot->attention.fetch_or(kAttentionHandOver, std::memory_order_seq_cst);
  }
  // nullptr: nobody may act for the slot until there is a thread; what is pushed to it waits in its queues.
  slot->holder.store(to, std::memory_order_seq_cst);
  return to;
}

void Pool::Impl::PassOn(Slot* slot, Thread* self, Thread::Place place) {
  Thread* to = nullptr;
  {
    std::lock_guard<SpinLock> hold(slot->lock);
    HEDDLE_CHECK(slot->holder.load(std::memory_order_relaxed) == self)
        << "worker " << slot->index << " passed on by a thread that does not hold it";
    to = PassOnLocked(slot, self, place);
  }
  if (to == nullptr) {
    GiveToNewThread(slot);
  } else {
    to->parker.Unpark();
  }
  if (place == Thread::kSpare && self->guest) WakeForWork();
}

// As in Sleep(): first it is seen to sleep, then somebody looks for what came before.
bool Pool::Impl::PassOnAsleep(Slot* slot, Thread* self) {
  if (!slot->resumed.empty() || !slot->yielded.empty() || slot->next_task != nullptr ||
      slot->attention.load(std::memory_order_seq_cst) != 0 ||
      (polling.any() && poller.load(std::memory_order_seq_cst) == nullptr)) {
    return false;
  }
  {
    std::lock_guard<SpinLock> hold(slot->lock);
    const Thread* const to = SpareWorker(slot);
    if (slot->waiting_first != nullptr || to == nullptr || !to->sleeps) return false;
    std::lock_guard<SpinLock> hold_idle(idle_lock);
    slot->looking.fetch_add(1, std::memory_order_seq_cst);
    slot->state.store(SlotState::kSleeping, std::memory_order_seq_cst);  // Before it may see that it holds the slot.
    (void)PassOnLocked(slot, self, Thread::kAway);
    sleepers.push_back(slot);
    sleeping.fetch_add(1, std::memory_order_seq_cst);
  }
  HeavyFence();
  if (slot->attention.load(std::memory_order_seq_cst) != 0 || MayHaveWork(slot)) WakeSlot(slot);
  slot->looking.fetch_sub(1, std::memory_order_release);
  return true;
}

void Pool::Impl::GiveToNewThread(Slot* slot) {
  Thread* to = NewWorkerThread(slot);
  {
    std::lock_guard<SpinLock> hold(slot->lock);
    if (slot->holder.load(std::memory_order_relaxed) != nullptr) {
      // Somebody took the slot meanwhile. It is woken since the pool may be ending.
      if (to != nullptr) {
        Place(slot, to, Thread::kSpare);
        to->parker.Unpark();
      }
      return;
    }
    if (to == nullptr) {
      // No thread to be had. Whoever waits by now takes the slot; otherwise the next one to ask for it does.
      to = slot->waiting_first;
      if (to == nullptr) return;
      RemoveWaiting(slot, to);
    }
    to->place = Thread::kHolding;
    slot->holder.store(to, std::memory_order_release);
  }
  to->parker.Unpark();
}

bool Pool::Impl::HandOver(Slot* slot, Thread* self, Thread* to, Context* context) {
  {
    std::lock_guard<SpinLock> hold(slot->lock);
    HEDDLE_CHECK(slot->holder.load(std::memory_order_relaxed) == self)
        << "worker " << slot->index << " handed over by a thread that does not hold it";
    to->deferred.PushBack(context);
    to->has_deferred.store(true, std::memory_order_relaxed);
    if (to->place == Thread::kAway) return false;  // It finds the context when it comes back.
    if (to->place == Thread::kWaiting) {
      RemoveWaiting(slot, to);
    } else {
      Remove(slot->spares, to);
    }
    to->place = Thread::kHolding;
    Place(slot, self, Thread::kSpare);
    if (slot->waiting_first != nullptr) {
      slot->attention.fetch_or(kAttentionHandOver, std::memory_order_seq_cst);
    }
    slot->holder.store(to, std::memory_order_release);
  }
  to->parker.Unpark();
  if (self->guest) WakeForWork();
  return true;
}

bool Pool::Impl::RequestSlot(Slot* slot, Thread* self) {
  // kTaken: should the sleeping holder wake meanwhile, it goes on waiting.
  const bool slept = TakeSleeping(slot, SlotState::kTaken) != nullptr;
  bool holding = false;
  bool guest_stepped_aside = false;
  {
    std::lock_guard<SpinLock> hold(slot->lock);
    Thread* const holder = slot->holder.load(std::memory_order_relaxed);
    HEDDLE_CHECK(self->place == Thread::kAway)
        << "worker " << slot->index << " asked for by a thread in place " << self->place;
    holding = slept || holder == nullptr;
    self->slot = slot;
    if (holding) {
      if (holder != nullptr) {
        guest_stepped_aside = holder->guest;
        Place(slot, holder, Thread::kSpare);
      }
      self->place = Thread::kHolding;
      slot->holder.store(self, std::memory_order_release);
      if (slept) slot->state.store(SlotState::kRunning, std::memory_order_release);
    } else {
      AppendWaiting(slot, self);
    }
  }
  if (guest_stepped_aside) WakeForWork();
  if (holding) return true;
  Notify(slot, kAttentionHandOver);
  return false;
}

void Pool::Impl::ComeBack(Slot* slot, Thread* self) {
  bool spare = false;
  {
    std::lock_guard<SpinLock> hold(slot->lock);
    if (slot->holder.load(std::memory_order_relaxed) == self || self->place != Thread::kAway) return;
    spare = self->deferred.empty();
    if (spare) {
      Place(slot, self, Thread::kSpare);
    } else {
      AppendWaiting(slot, self);
    }
  }
  if (!spare) {
    Notify(slot, kAttentionHandOver);
  } else if (self->guest) {
    WakeForWork();
  }
}

void Pool::Impl::Recover(Slot* slot, Thread* self) {
  {
    std::lock_guard<SpinLock> hold(slot->lock);
    if (slot->holder.load(std::memory_order_relaxed) == self) return;  // The monitor thought better of it.
  }
  AcquireSlot(slot, self);
}

void Pool::Impl::AcquireSlot(Slot* slot, Thread* self) {
  self->waits.store(true, std::memory_order_seq_cst);  // Before it may hold the slot: asleep, but not in a body.
  RequestSlot(slot, self);
  WaitUntilHolding(self);
}

bool Pool::Impl::CancelRequest(Slot* slot, Thread* self) {
  std::lock_guard<SpinLock> hold(slot->lock);
  if (self->place != Thread::kWaiting) return false;
  RemoveWaiting(slot, self);
  self->place = Thread::kAway;
  return true;
}

bool Pool::Impl::WaitUntilHolding(Thread* self) {
  Slot* const slot = self->slot;
  bool slept = false;
  bool holding = false;
  self->waits.store(true, std::memory_order_seq_cst);
  for (;;) {
    if (slot->holder.load(std::memory_order_acquire) == self) {
      const SlotState state = slot->state.load(std::memory_order_acquire);
      // The holder once more, since the slot may have passed on between the two loads.
      if (state != SlotState::kSleeping && state != SlotState::kTaken &&
          slot->holder.load(std::memory_order_acquire) == self) {
        holding = true;
        break;
      }
    } else if (stopping.load(std::memory_order_seq_cst)) {
      // Out of the slot's lists, since the record goes to another thread. Not while its maker may still give it the slot: that one
      // wakes it when it has decided.
      std::lock_guard<SpinLock> hold(slot->lock);
      if (slot->holder.load(std::memory_order_relaxed) == self) continue;
      if (self->place != Thread::kComing) {
        if (self->place == Thread::kSpare) Remove(slot->spares, self);
        if (self->place == Thread::kWaiting) RemoveWaiting(slot, self);
        self->place = Thread::kAway;
        break;
      }
    }
    if (!slept) spin.ThreadSleeps();
    slept = true;
    self->parker.Park();
  }
  if (slept) spin.ThreadBecomesRunnable();
  // First the section, so that the monitor finds the thread in the pool all the time.
  self->sections.store(1, std::memory_order_relaxed);
  LightFence();
  self->waits.store(false, std::memory_order_release);
  return holding;
}

}  // namespace heddle
