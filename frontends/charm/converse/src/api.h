// The API, as its sources include it: compiled with -fvisibility=hidden, what it declares is
// exported.
#ifndef HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_API_H_
#define HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_API_H_

#pragma GCC visibility push(default)
#include "converse.h"
#pragma GCC visibility pop

#endif  // HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_API_H_
