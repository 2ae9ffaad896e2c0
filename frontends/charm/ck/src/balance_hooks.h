// What load balancing is told of elements.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_BALANCE_HOOKS_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_BALANCE_HOOKS_H_

#include <vector>

#include "charm++.h"

namespace heddle::charm {

// Whether loads are measured.
bool Balancing();
void ElementCreated(CkLocRec* record);
void ElementDestroyed(CkLocRec* record);
// On the PE that it leaves.
void ElementLeft(CkLocRec* record);
// On the one where it has arrived, with those that are bound to it: they are one object to the balancer. `restored`: out of a checkpoint.
void ElementsArrived(const std::vector<CkLocRec*>& records, bool restored);
void ElementAtSync(CkLocRec* record);

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_BALANCE_HOOKS_H_
