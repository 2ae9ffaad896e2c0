// Sleeping and waking.
//
// For work that any worker can take: a submitter makes it visible, then reads `searching` and `sleeping`; a worker that is
// about to sleep leaves `searching`, enters `sleeping`, and then looks for work once more. LightFence() and HeavyFence()
// between the two halves make one of them see the other, so that work is never left to sleepers only. A submitter wakes
// nobody while someone searches: that one looks once more before it sleeps, and where it finds something and was the last
// to search it wakes the next (LeaveSearch), so that a burst of tasks wakes as many workers as it keeps busy.
//
// For work that only guests may run: as for one slot, with `sleeping_guests` for the state; who submits wakes all guests that sleep,
// who is about to sleep as a guest counts itself there and then looks.
//
// For work that only one slot can run: `attention` is set, then `state` is read; the sleeper sets `state`, then reads
// `attention`. Both are sequentially consistent.
#include <iterator>

#include "components/base/clock.h"
#include "components/memory_pool/pool.h"
#include "components/trace/trace.h"
#include "components/worker_pool/pool_impl.h"

namespace heddle {

void Pool::Impl::EnterSearch(Slot* slot) {
  searching.fetch_add(1, std::memory_order_seq_cst);
  slot->state.store(SlotState::kSearching, std::memory_order_seq_cst);
}

bool Pool::Impl::LeaveSearch(Slot* slot) {
  SlotState expected = SlotState::kSearching;
  const bool free = slot->state.compare_exchange_strong(expected, SlotState::kRunning,
                                                        std::memory_order_seq_cst);
  if (searching.fetch_sub(1, std::memory_order_seq_cst) == 1 &&
      sleeping.load(std::memory_order_seq_cst) > 0 && MayHaveWork(nullptr)) {
    WakeOne();
  }
  if (!free) {
    // A gang has reserved the slot and is about to store its task.
    while (slot->gang_task.load(std::memory_order_acquire) == nullptr) CpuRelax();
    // Whoever reserved it is about to set this, too; the member goes before anything else.
    slot->attention.fetch_or(kAttentionGang, std::memory_order_seq_cst);
    slot->state.store(SlotState::kRunning, std::memory_order_release);
  }
  return free;
}

Thread* Pool::Impl::TakeSleeping(Slot* slot, SlotState state, const Thread* only) {
  if (slot->state.load(std::memory_order_seq_cst) != SlotState::kSleeping) return nullptr;
  std::lock_guard<SpinLock> hold(idle_lock);
  if (slot->state.load(std::memory_order_relaxed) != SlotState::kSleeping) return nullptr;
  // A sleeping slot keeps its holder until its state changes, for which idle_lock is needed (the monitor holds it, too).
  Thread* const holder = slot->holder.load(std::memory_order_acquire);
  if (only != nullptr && holder != only) return nullptr;
  for (std::size_t i = sleepers.size(); i-- > 0;) {
    if (sleepers[i] == slot) {
      sleepers.erase(sleepers.begin() + static_cast<std::ptrdiff_t>(i));
      break;
    }
  }
  sleeping.fetch_sub(1, std::memory_order_seq_cst);
  if (state == SlotState::kSearching) searching.fetch_add(1, std::memory_order_seq_cst);
  slot->state.store(state, std::memory_order_seq_cst);
  return holder;
}

void Pool::Impl::WakeOne() {
  Thread* wake = nullptr;
  {
    std::lock_guard<SpinLock> hold(idle_lock);
    if (sleepers.empty() || searching.load(std::memory_order_seq_cst) > 0) return;
    // The one that went to sleep last; but a thread of the program goes on where it is, and a worker that is bound to the same core
    // would take turns with it.
    auto last = sleepers.rbegin();
    while (last != sleepers.rend() && (*last)->IsHere()) ++last;
    if (last == sleepers.rend()) last = sleepers.rbegin();
    Slot* const slot = *last;
    sleepers.erase(std::next(last).base());
    sleeping.fetch_sub(1, std::memory_order_seq_cst);
    searching.fetch_add(1, std::memory_order_seq_cst);
    // A sleeping slot keeps its holder until its state changes, so that the pair is consistent here.
    wake = slot->holder.load(std::memory_order_acquire);
    slot->state.store(SlotState::kSearching, std::memory_order_seq_cst);
  }
  wake->parker.Unpark();
}

void Pool::Impl::WakeGuests() {
  FullFence();
  if (sleeping_guests.load(std::memory_order_relaxed) == 0) return;
  for (const auto& slot : slots) {
    if (slot->sleeping_guests.load(std::memory_order_relaxed) > 0) WakeSlot(slot.get());
  }
}

void Pool::Impl::WakeSlot(Slot* slot) {
  if (Thread* const holder = TakeSleeping(slot, SlotState::kSearching); holder != nullptr) {
    holder->parker.Unpark();
  }
}

void Pool::Impl::Notify(Slot* slot, std::uint32_t attention) {
  if ((slot->attention.load(std::memory_order_seq_cst) & attention) != attention) {
    slot->attention.fetch_or(attention, std::memory_order_seq_cst);
  }
  if (slot->state.load(std::memory_order_seq_cst) == SlotState::kSleeping) WakeSlot(slot);
}

namespace {

// A guest that is about to sleep, for WakeGuests().
class SleepingGuest {
 public:
  SleepingGuest(Pool::Impl& impl, const Thread* self, Slot* slot) : impl_(impl), slot_(self->guest ? slot : nullptr) {
    if (slot_ != nullptr) Add(1);
  }
  ~SleepingGuest() {
    if (slot_ != nullptr) Add(-1);
  }
  SleepingGuest(const SleepingGuest&) = delete;
  SleepingGuest& operator=(const SleepingGuest&) = delete;

 private:
  void Add(int count) {
    slot_->sleeping_guests.fetch_add(count, std::memory_order_seq_cst);
    impl_.sleeping_guests.fetch_add(count, std::memory_order_seq_cst);
  }
  Pool::Impl& impl_;
  Slot* const slot_;
};

}  // namespace

// Called in a search; returns in a search again, when there may be something to find, or false.
bool Pool::Impl::Sleep(Thread* self, Slot* slot) {
  PoolFlush();
  const SleepingGuest sleeping_guest(*this, self, slot);
  slot->accounting.sleeps.Add(1);
  slot->looking.fetch_add(1, std::memory_order_seq_cst);
  {
    std::lock_guard<SpinLock> hold(idle_lock);
    SlotState expected = SlotState::kSearching;
    if (!slot->state.compare_exchange_strong(expected, SlotState::kSleeping,
                                             std::memory_order_seq_cst)) {
      slot->looking.fetch_sub(1, std::memory_order_release);
      return true;  // Reserved by a gang, whose task is about to come.
    }
    self->sleeps = true;
    sleepers.push_back(slot);
    sleeping.fetch_add(1, std::memory_order_seq_cst);
    searching.fetch_sub(1, std::memory_order_seq_cst);
  }
  HeavyFence();
  if (slot->attention.load(std::memory_order_seq_cst) != 0 || MayHaveWork(slot) ||
      (self->guest && MayHaveWorkForGuests())) {
    // Only where it is still this thread that sleeps: another may have taken the slot, worked, and gone to sleep with it.
    if (TakeSleeping(slot, SlotState::kSearching, self) != nullptr) {
      slot->looking.fetch_sub(1, std::memory_order_release);
      self->sleeps = false;
      return true;
    }
    // Somebody was quicker and wakes us, or gave the slot away; to a body perhaps, and then another shall look.
    if (MayHaveWork(nullptr)) WakeOne();
  }
  slot->looking.fetch_sub(1, std::memory_order_release);
  self->waits.store(true, std::memory_order_seq_cst);  // Before the section ends: not as in a body.
  LeaveSection(self);
  if (polling.any()) WatchWhileAsleep(self, slot);
  const bool holding = WaitUntilHolding(self);
  self->sleeps = false;
  // Woken to search, and counted so by the waker; or the slot was elsewhere meanwhile, or a gang's member waits, or the pool
  // stops: then nobody counts us as searching, and Next() starts over.
  return holding && slot->state.load(std::memory_order_acquire) != SlotState::kRunning;
}

// One sleeper keeps the time and polls for all. It is woken by whatever comes, like the others, and then another sleeper
// takes over the watch.
void Pool::Impl::WatchWhileAsleep(Thread* self, Slot* slot) {
  Slot* no_one = nullptr;
  if (!poller.compare_exchange_strong(no_one, slot)) return;
  // A sleeping slot may be given to another thread at any moment: what the services do, they do as an external thread.
  Activity watch;
  watch.no_suspend = true;
  SetActivity(self, &watch);
  self->slot = nullptr;
  while (polling.any() && slot->state.load(std::memory_order_acquire) == SlotState::kSleeping &&
         slot->holder.load(std::memory_order_acquire) == self) {
    std::int64_t next_ns = kMostPollIntervalNs;
    bool progress = false;
    // As a thread without a slot: a guest may take the slot over meanwhile.
    self->slot = nullptr;
    polling.Poll(NowNs(), &next_ns, &progress);
    self->slot = slot;
    if (progress) {  // More may follow soon: look with open eyes.
      WakeSlot(slot);
      break;
    }
    if (slot->state.load(std::memory_order_acquire) != SlotState::kSleeping) break;
    spin.ThreadSleeps();
    self->parker.ParkFor(next_ns);
    spin.ThreadBecomesRunnable();
  }
  self->slot = slot;
  SetActivity(self, nullptr);
  poller.store(nullptr, std::memory_order_seq_cst);
  if (polling.any() && sleeping.load(std::memory_order_seq_cst) > 0) WakeOne();
}

void Pool::Impl::PollWhileBusy(Slot* slot, std::int64_t now) {
  if (now - slot->polled_at_ns < 1'000'000) return;
  slot->polled_at_ns = now;
  std::int64_t next_ns = 0;
  bool progress = false;
  polling.Poll(now, &next_ns, &progress);
}

}  // namespace heddle
