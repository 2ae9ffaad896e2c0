// Access by the program: a job of the library's own that ends when the program releases.
#ifndef HEDDLE_FRONTENDS_STARPU_SRC_ACQUIRE_H_
#define HEDDLE_FRONTENDS_STARPU_SRC_ACQUIRE_H_

#include "components/dependency/counter.h"
#include "frontends/starpu/src/job.h"

namespace heddle::starpu {

// `job.end` starts at two: the grant and the release. job.arg is the token.
struct AcquireToken {
  Job* job = nullptr;
  Handle handle = nullptr;
  enum starpu_data_access_mode mode = STARPU_NONE;
  AcquireToken* next = nullptr;  // In handle->acquired.
  SuccessorList granted;         // Closed by the grant; who waits for it.
  void (*callback)(void* arg) = nullptr;
  void* arg = nullptr;
};

}  // namespace heddle::starpu

#endif  // HEDDLE_FRONTENDS_STARPU_SRC_ACQUIRE_H_
