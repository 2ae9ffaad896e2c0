// The frontends' versions of the factorisation: a new one adds a line.
#include "tests/apps/mesh_solver/solver.h"

namespace heddle::mesh {

const std::vector<BackendEntry>& Backends() {
  static const std::vector<BackendEntry>* const kTable = new std::vector<BackendEntry>{
      {"serial", "the reference: one thread, in the order of the loops", &MakeSerialBackend},
      {"starpu", "StarPU's API: a codelet a kernel, dependencies from data accesses",
       &MakeStarpuBackend},
      {"charm", "Charm++: a chare array of tiles that tell each other when they are final",
       &MakeCharmBackend},
      {"parsec", "PaRSEC's PTG: a graph written in JDF, compiled by parsec-ptgpp",
       &MakeParsecPtgBackend},
      {"parsec-dtd", "PaRSEC's DTD: tasks inserted in the order of the loops",
       &MakeParsecDtdBackend},
  };
  return *kTable;
}

const BackendEntry* FindBackend(std::string_view name) {
  for (const BackendEntry& entry : Backends()) {
    if (name == entry.name) return &entry;
  }
  return nullptr;
}

}  // namespace heddle::mesh
