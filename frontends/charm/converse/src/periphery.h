// What the modules beside the core set up on each PE, before the start function: their handlers,
// their options.
#ifndef HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_PERIPHERY_H_
#define HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_PERIPHERY_H_

#include "frontends/charm/converse/src/pe.h"

namespace heddle::converse {

// Calls all of them in order.
void InitPeriphery(Pe& pe, char** argv);

void InitArguments(Pe& pe, char** argv);
void InitClock(Pe& pe, char** argv);
void InitConditions(Pe& pe, char** argv);
void InitTopology(Pe& pe, char** argv);
void InitRandom(Pe& pe, char** argv);
void InitFutures(Pe& pe, char** argv);
void InitQuiescence(Pe& pe, char** argv);
void InitSeedBalancer(Pe& pe, char** argv);
void InitTaskQueue(Pe& pe, char** argv);
void InitRdma(Pe& pe, char** argv);
void InitPersistent(Pe& pe, char** argv);
void InitTrace(Pe& pe, char** argv);
// The functions of registerTraceInit(), last.
void InitTraces(Pe& pe, char** argv);

}  // namespace heddle::converse

#endif  // HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_PERIPHERY_H_
