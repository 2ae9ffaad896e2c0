// Waiting for the end of one job.
#ifndef HEDDLE_FRONTENDS_STARPU_SRC_WAIT_H_
#define HEDDLE_FRONTENDS_STARPU_SRC_WAIT_H_

#include "components/dependency/counter.h"
#include "components/worker_pool/suspension.h"

namespace heddle::starpu {

// One who waits for a SuccessorList to be closed; on his stack.
struct CloseWaiter {
  Link link;
  Suspension suspension;
};

// Suspends the caller until `list` is closed; whoever closes it calls WakeJobWaiter for each of its links.
void WaitForClose(SuccessorList& list);
void WakeJobWaiter(Link* link);

}  // namespace heddle::starpu

#endif  // HEDDLE_FRONTENDS_STARPU_SRC_WAIT_H_
