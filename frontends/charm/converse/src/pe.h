// A PE: a place of the message layer, with handlers, threads and variables of its own.
#ifndef HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_PE_H_
#define HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_PE_H_

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "components/fiber/fiber.h"
#include "components/message_layer/place.h"
#include "components/message_layer/reduction.h"
#include "frontends/charm/converse/src/api.h"

namespace heddle::converse {

class Conditions;  // conditions.h

struct HandlerEntry {
  CmiHandlerEx function = nullptr;
  void* user = nullptr;
};

// Thread safety: a PE is used by its own activity, unless a member says otherwise.
struct Pe : CmiPeBlock {
  explicit Pe(int pe_, int rank_);
  ~Pe();
  Pe(const Pe&) = delete;
  Pe& operator=(const Pe&) = delete;

  // ---- Messages (scheduler.cc)
  Place* place = nullptr;
  std::vector<HandlerEntry> handlers;
  void Handle(void* message);
  // Runs messages: < 0 until stopped, 0 those at hand, else so many. Returns how many are left.
  int Schedule(int count);
  // The next message, or nullptr where there is none at hand. Lets others have the worker now and
  // then.
  void* Next();
  // Returns when there may be a message again; the worker serves others meanwhile.
  void AwaitMessage();
  int stop_count = 0;       // Of CsdExitScheduler().
  int cycle = 0;            // What it was when the innermost scheduler began.
  void* pending = nullptr;  // Taken from the queue by a thread that gave way to the scheduler,
                            // which handles it first.
  int breath = 0;           // Messages until others are looked after.
  int breaths = 0;
  bool limited = false;  // The scheduler counts its messages.
  bool exited = false;

  // ---- The stacks it runs on (threads.cc). The PE enters where it was left, from the stack of its
  // lane's activity.
  Fiber* base = nullptr;
  Place::End end = Place::End::kIdle;  // Why it left.
  // Back to the lane, until the scheduler is started again.
  void Leave(Place::End why);
  CthThread main = nullptr;
  CthThread current = nullptr;
  CthThread scheduling = nullptr;  // Whose stack handles messages.
  CthThread standins = nullptr;    // Those that sleep.
  std::size_t ctv_bytes = 0;       // Of the Ctv variables registered here.
  int resume_handler = -1;
  int resume_scheduler_handler = -1;

  // ---- Collective operations (reductions.cc)
  ReductionTable reductions;
  std::uint32_t next_reduction = 0;
  std::uint32_t next_reduction_id = 0;

  // ---- Timers and conditions (conditions.cc)
  std::unique_ptr<Conditions> conditions;
};

// The calling PE. Errors: CmiAbort where the caller is none.
inline Pe& Self() { return *static_cast<Pe*>(CmiMyPeBlock()); }

// The function that a PE calls on each of them at start, in the order of the list in init.cc:
// modules register their handlers.
using PeInit = void (*)(Pe& pe, char** argv);

}  // namespace heddle::converse

#endif  // HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_PE_H_
