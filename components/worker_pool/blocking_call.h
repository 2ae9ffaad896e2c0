// Foreign blocking calls: giving the slot away around them.
#ifndef HEDDLE_COMPONENTS_WORKER_POOL_BLOCKING_CALL_H_
#define HEDDLE_COMPONENTS_WORKER_POOL_BLOCKING_CALL_H_

namespace heddle {

// While it lives the calling thread does not hold its slot: another thread runs the slot's work. Around calls that sleep in
// the kernel and know nothing of us (I/O, a foreign condition variable). Nothing happens where the caller holds no slot.
// Within it the pool takes the caller for an external thread.
//
// Thread safety: scoped to the calling thread; not across a suspension.
// Blocking: the destructor waits until the slot is free at a task boundary.
// Cost: two futex wakes where the slot has work; a thread is made at the first use and kept.
class BlockingCall {
 public:
  BlockingCall() : gave_slot_(Begin()) {}
  ~BlockingCall() {
    if (gave_slot_) End();
  }
  BlockingCall(const BlockingCall&) = delete;
  BlockingCall& operator=(const BlockingCall&) = delete;

  // The same for C: whether the slot was given away, which is what End() needs to be called for.
  [[nodiscard]] static bool Begin();
  static void End();

 private:
  const bool gave_slot_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_WORKER_POOL_BLOCKING_CALL_H_
