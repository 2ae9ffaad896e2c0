// Raising events for the callbacks of programs (parsec/mca/pins/pins.h), and the modules of parameter mca_pins.
#ifndef HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_PINS_H_
#define HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_PINS_H_

#include <atomic>
#include <cstdint>

#include "components/base/cache_line.h"
#include "frontends/parsec/runtime/src/taskpool.h"
#include "parsec/mca/pins/pins.h"

namespace heddle::parsec {

// A bit for each event that a callback is registered for, on any stream. Written by registrations only.
struct alignas(kFalseSharingBytes) PinsMask {
  std::atomic<std::uint32_t> bits{0};
};
extern PinsMask pins_mask;

// Whether one of the events is wanted.  Cost: a load of a line that is rarely written; a branch that the compiler takes for unlikely.
template <typename... Events>
inline bool PinsWanted(Events... events) {
  return __builtin_expect((pins_mask.bits.load(std::memory_order_relaxed) & ((1u << events) | ...)) != 0, 0);
}

// Calls the callbacks of an event, of a stream or of the calling thread's stream.
// Thread safety: any thread, while a taskpool of the context cannot complete.  Blocking: never.  Cost: PinsWanted(), without callbacks.
inline void RaisePins(parsec_execution_stream_t* es, PARSEC_PINS_FLAG event, parsec_task_t* task) {
  if (PinsWanted(event)) parsec_pins_instrument(es, event, task);
}
inline void RaisePins(ContextEngine& context, PARSEC_PINS_FLAG event, parsec_task_t* task) {
  if (PinsWanted(event)) parsec_pins_instrument(CurrentStream(context), event, task);
}

// SCHEDULE_BEGIN to SCHEDULE_END: the life of this object. The taskpool does not complete meanwhile, though its last task may end:
// a program may unregister once it is complete.
class PinsSchedule {
 public:
  PinsSchedule(TaskpoolEngine& engine, parsec_task_t* first)
      : engine_(PinsWanted(SCHEDULE_BEGIN, SCHEDULE_END) ? &engine : nullptr) {
    if (engine_ != nullptr) [[unlikely]] Begin(first);
  }
  ~PinsSchedule() {
    if (engine_ != nullptr) [[unlikely]] End();
  }
  PinsSchedule(const PinsSchedule&) = delete;
  PinsSchedule& operator=(const PinsSchedule&) = delete;

 private:
  void Begin(parsec_task_t* first);
  void End();
  TaskpoolEngine* const engine_;
};

// hook(es, task) between EXEC_BEGIN and EXEC_END, likewise.
parsec_hook_return_t CallHookRaising(parsec_hook_t* hook, parsec_execution_stream_t* es, parsec_task_t* task);

// Registers the modules that mca_pins names with all streams of a context; PinsStop() raises THREAD_FINI and forgets what is registered.
// Thread safety: who calls parsec_init() and parsec_fini().
void PinsStart(ContextEngine& context);
void PinsStop(ContextEngine& context);

}  // namespace heddle::parsec

#endif  // HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_PINS_H_
