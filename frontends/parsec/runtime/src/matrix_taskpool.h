// Running a taskpool on a matrix.
#ifndef HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_MATRIX_TASKPOOL_H_
#define HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_MATRIX_TASKPOOL_H_

#include "parsec/runtime.h"

namespace heddle::parsec {

// Adds it, starts the context where it is not, and returns when all taskpools are done. PARSEC_SUCCESS or an error.
int RunTaskpool(parsec_context_t* context, parsec_taskpool_t* tp);

}  // namespace heddle::parsec

#endif  // HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_MATRIX_TASKPOOL_H_
