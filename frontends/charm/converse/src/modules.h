// The parts of Converse that have something to set up on each PE.
#ifndef HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_MODULES_H_
#define HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_MODULES_H_

#include "frontends/charm/converse/src/pe.h"

namespace heddle::converse {

// On every PE before the start function, in the same order: they register their handlers.
void InitModules(Pe& pe, char** argv);

// +setcpuaffinity, +pemap: whether PEs stay where they are.
bool ReadAffinity(char** argv);

CthThread NewMainThread(CthVoidFn function, void* argument, std::size_t stack_bytes);

}  // namespace heddle::converse

#endif  // HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_MODULES_H_
