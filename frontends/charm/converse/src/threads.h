// Threads of a PE: fibers that take turns on it.
#ifndef HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_THREADS_H_
#define HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_THREADS_H_

#include "components/fiber/fiber.h"
#include "frontends/charm/converse/src/api.h"

// A token that knows whether a queue holds it: then it outlives its thread.
struct CthToken : CthThreadToken {
  int queued = 0;
};

struct CthThreadStruct {
  heddle::Fiber fiber;
  heddle::Stack stack;  // Empty for a PE's first thread where that is the program's.
  CthVoidFn function = nullptr;
  void* argument = nullptr;
  CthToken* token = nullptr;
  char* ctv = nullptr;
  std::size_t ctv_bytes = 0;
  CthAwkFn awaken = nullptr;  // nullptr: the default.
  CthThFn choose = nullptr;
  CthThread next = nullptr;
  CthThreadListener* listeners = nullptr;
  CmiObjId id;
  bool suspendable = true;
  bool handles_messages = false;  // It runs the scheduler: the first one, or a stand-in.
  bool ending = false;            // It goes when it is left.
};

#endif  // HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_THREADS_H_
