// External threads that wait: guests.
//
// A guest asks for a slot: one whose worker sleeps is taken over at once, otherwise the worker hands it over between two
// tasks. It then runs a worker's loop, on a pool stack, until what it waits for has happened; then its native context is
// resumed like any other, bound to its thread, and the slot goes back. What it started and what is suspended meanwhile stays
// with the slot: a guest runs only tasks of clients whose tasks are movable.
//
// A client may be for guests only. Workers stand in for a guest that waits without a slot: before it has its first one, and once it
// had to give it up, to what only the slot's worker can run or to somebody who was resumed; then it stays aside until its wait is
// over.
#include "components/worker_pool/pool_impl.h"

namespace heddle {

namespace {

class GuestWithoutSlot {
 public:
  GuestWithoutSlot(Pool::Impl& impl, Client* client) : client_(client) {
    const bool open = client_->OpenToWorkers();
    client_->GuestSteppedAside();
    if (!open) impl.WakeForWork();
  }
  ~GuestWithoutSlot() { client_->GuestIsBack(); }
  GuestWithoutSlot(const GuestWithoutSlot&) = delete;
  GuestWithoutSlot& operator=(const GuestWithoutSlot&) = delete;

 private:
  Client* const client_;
};

}  // namespace

void Pool::Impl::GuestStepsAside(Thread* guest) {
  if (guest->stepped_aside) return;
  guest->stepped_aside = true;
  guest->client->GuestSteppedAside();
}

// What the guest would have run next others shall find, as soon as it may be run.
void Pool::Impl::LeaveClient(Thread* self, Slot* slot) {
  EnterSection(self);
  if (Task* const task = slot->next_task; task != nullptr) {
    slot->next_task = nullptr;
    task->client->policy().Push(task, slot->index);
    WakeForWorkOf(*task->client);
  }
  if (client_generation.load(std::memory_order_acquire) !=
      slot->client_generation.load(std::memory_order_relaxed)) {
    Refresh(slot);
  }
  SetClient(slot, nullptr);
  LeaveSection(self);
}

Slot* Pool::Impl::SlotForGuest() {
  // One of which no worker needs to be disturbed, best that of the core on which we are: the others have theirs.
  Slot* asleep = nullptr;
  for (const auto& slot : slots) {
    if (slot->state.load(std::memory_order_relaxed) != SlotState::kSleeping) continue;
    asleep = slot.get();
    if (slot->IsHere()) break;
  }
  if (asleep != nullptr) return asleep;
  static std::atomic<unsigned> turn{0};
  return slots[turn.fetch_add(1, std::memory_order_relaxed) % slots.size()].get();
}

// The suspension has been published. Returns when it is resumed.
void Pool::Impl::WaitAsGuest(Thread* self, Suspension& suspension) {
  Slot* const slot = SlotForGuest();
  self->pool = pool;
  self->waits.store(true, std::memory_order_seq_cst);
  if (!RequestSlot(slot, self)) {
    const GuestWithoutSlot without_slot(*this, self->client);
    while (slot->holder.load(std::memory_order_acquire) != self) {
      if (suspension.state.load(std::memory_order_acquire) == Suspension::kResumed &&
          CancelRequest(slot, self)) {
        self->waits.store(false, std::memory_order_release);
        self->slot = nullptr;
        return;
      }
      self->parker.Park();
    }
  }
  self->native.activity = self->activity;
  self->native.thread = self;
  self->native.slot = slot;
  std::uint32_t expected = Suspension::kParked;
  if (suspension.state.compare_exchange_strong(expected, Suspension::kOnWorker,
                                               std::memory_order_acq_rel)) {
    EnterSection(self);
    self->waits.store(false, std::memory_order_release);
    slot->blocked.store(slot->blocked.load(std::memory_order_relaxed) + 1,
                        std::memory_order_relaxed);
    spin.ThreadBecomesRunnable();
    self->guest = true;
    Context* const loop = NewLoop(slot);
    loop->thread = self;
    self->context = loop;
    SetActivity(self, nullptr);
    SwitchFiber(self->native.fiber, loop->fiber);
    self->guest = false;
    self->waits.store(true, std::memory_order_seq_cst);
    if (self->stepped_aside) {
      self->stepped_aside = false;
      self->client->GuestIsBack();
    }
    LeaveClient(self, slot);
    spin.ThreadSleeps();
  }
  if (!PassOnAsleep(slot, self)) PassOn(slot, self, Thread::kAway);
  self->waits.store(false, std::memory_order_release);
  self->slot = nullptr;
}

}  // namespace heddle
