#include "frontends/charm/converse/src/modules.h"

#include "frontends/charm/converse/src/periphery.h"
#include "frontends/charm/converse/src/session.h"

namespace heddle::converse {

void InitModules(Pe& pe, char** argv) {
  InitThreads(pe, argv);
  InitReductions(pe, argv);
  InitPeriphery(pe, argv);
}

}  // namespace heddle::converse
