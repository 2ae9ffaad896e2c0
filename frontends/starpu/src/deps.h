// Explicit dependencies between tasks.
#ifndef HEDDLE_FRONTENDS_STARPU_SRC_DEPS_H_
#define HEDDLE_FRONTENDS_STARPU_SRC_DEPS_H_

#include "components/dependency/node.h"

namespace heddle::starpu {

// A node of kind kEndNode is ready: what the end of its job waited for has ended.
void EndDependencyMet(DependencyNode* node);

}  // namespace heddle::starpu

#endif  // HEDDLE_FRONTENDS_STARPU_SRC_DEPS_H_
