// Packs of items of [aggregate] entry methods; ckaggregate.h says what is promised.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_AGGREGATE_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_AGGREGATE_H_

#include "charm++.h"

namespace heddle::charm {

// What Execute() calls for a pack: executes its items.
void ExecutePack(envelope* env);

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_AGGREGATE_H_
