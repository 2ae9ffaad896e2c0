// Names of reductions that proxies need.
#ifndef CKREDUCTIONFWD_H
#define CKREDUCTIONFWD_H

#include "charm.h"

class CkReductionMsg;
typedef void (*CkReductionClientFn)(void* param, int dataSize, void* data);

#endif  // CKREDUCTIONFWD_H
