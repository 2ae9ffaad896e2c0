// What Charm++ keeps once in a process: the tables of what is registered, and the branches of nodegroups.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_PROCESS_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_PROCESS_H_

#include <unordered_map>
#include <vector>

#include "charm++.h"

namespace heddle::charm {

struct InitCall {
  CkInitCallFnPtr function;
  bool once_a_process;
};

struct Nodegroup {
  int chare = -1;
  void* branch = nullptr;          // Set when its constructor has run.
  CmiNodeLock exclusive = nullptr; // Held by a running [exclusive] method.
  std::vector<envelope*> waiting;  // Until then.
};

struct Process {
  void (*register_modules)() = nullptr;
  std::vector<InitCall> init_calls;
  int argc = 0;
  char** argv = nullptr;
  // Guards `nodegroups`.
  CmiNodeLock lock = nullptr;
  std::unordered_map<int, Nodegroup> nodegroups;  // Nodes of this map do not move.
};

// The one of this process.
Process& ThisProcess();

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_PROCESS_H_
