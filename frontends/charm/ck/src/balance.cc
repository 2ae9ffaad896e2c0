// Load balancing: none yet; AtSync() resumes its elements.
#include "frontends/charm/ck/src/array_manager.h"
#include "frontends/charm/ck/src/balance_hooks.h"
#include "frontends/charm/ck/src/start.h"

namespace heddle::charm {
bool Balancing() { return false; }
void ElementCreated(CkLocRec*) {}
void ElementDestroyed(CkLocRec*) {}
void ElementLeft(CkLocRec*) {}
void ElementArrived(CkLocRec*) {}
void ElementAtSync(CkLocRec*) { CkAbort("Charm++: AtSync() is not here yet"); }
void InitBalance(CkPe&) {}
void RegisterBalance() {}
}  // namespace heddle::charm
