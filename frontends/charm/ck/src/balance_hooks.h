// What load balancing is told of elements.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_BALANCE_HOOKS_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_BALANCE_HOOKS_H_

#include "charm++.h"

namespace heddle::charm {

// Whether loads are measured.
bool Balancing();
void ElementCreated(CkLocRec* record);
void ElementDestroyed(CkLocRec* record);
// On the PE that it leaves, and on the one where it has arrived.
void ElementLeft(CkLocRec* record);
void ElementArrived(CkLocRec* record);
void ElementAtSync(CkLocRec* record);

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_BALANCE_HOOKS_H_
