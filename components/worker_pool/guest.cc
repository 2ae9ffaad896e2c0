// External threads that wait: guests.
//
// A guest asks for a slot: one whose worker sleeps is taken over at once, otherwise the worker hands it over between two
// tasks. It then runs a worker's loop, on a pool stack, until what it waits for has happened; then its native context is
// resumed like any other, bound to its thread, and the slot goes back. What it started and what is suspended meanwhile stays
// with the slot: a guest runs only tasks of clients whose tasks are movable.
#include "components/worker_pool/pool_impl.h"

namespace heddle {

Slot* Pool::Impl::SlotForGuest() {
  for (const auto& slot : slots) {
    if (slot->state.load(std::memory_order_relaxed) == SlotState::kSleeping) return slot.get();
  }
  static std::atomic<unsigned> turn{0};
  return slots[turn.fetch_add(1, std::memory_order_relaxed) % slots.size()].get();
}

// The suspension has been published. Returns when it is resumed.
void Pool::Impl::WaitAsGuest(Thread* self, Suspension& suspension) {
  Slot* const slot = SlotForGuest();
  self->pool = pool;
  self->waits.store(true, std::memory_order_seq_cst);
  if (!RequestSlot(slot, self)) {
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
    spin.ThreadSleeps();
  }
  PassOn(slot, self, Thread::kAway);
  self->waits.store(false, std::memory_order_release);
  self->slot = nullptr;
}

}  // namespace heddle
