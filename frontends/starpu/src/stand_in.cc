// Tasks that wait for another frontend: their lane goes on with a stand-in, so that the other one can use StarPU meanwhile, however few
// workers there are (StarPU -> PaRSEC -> StarPU).
#include <mutex>

#include "frontends/starpu/src/context.h"

namespace heddle::starpu {

void* LendStandIn(Lane& lane) {
  Worker* const waiting = static_cast<Worker*>(lane.user);
  waiting->index = kNoWorker;
  Worker& first = *context->workers[static_cast<std::size_t>(waiting->id)];
  std::lock_guard<SpinLock> hold(context->lane_lock);
  Worker* stand_in = first.next_free;
  if (stand_in != nullptr) {
    first.next_free = stand_in->next_free;
  } else {
    context->stand_ins.push_back(std::make_unique<Worker>());
    stand_in = context->stand_ins.back().get();
  }
  stand_in->id = stand_in->index = waiting->id;
  return stand_in;
}

void TakeBackStandIn(Lane&, void* user) {
  Worker* const worker = static_cast<Worker*>(user);
  Worker& first = *context->workers[static_cast<std::size_t>(worker->id)];
  if (worker == &first) return;  // The tasks that wait for their turn on this id are listed there.
  std::lock_guard<SpinLock> hold(context->lane_lock);
  worker->next_free = first.next_free;
  first.next_free = worker;
}

}  // namespace heddle::starpu
