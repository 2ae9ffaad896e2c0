// Start-up: registration, main chares, readonly variables; and the end.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_START_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_START_H_

#include "charm++.h"

namespace heddle::charm {

// The readonly variables have arrived in this process: its PEs begin. Takes the message.
void ReceiveReadonlies(envelope* env);

// All of them, to be packed or unpacked.
void PupReadonlies(PUP::er& p);
// The main chares' argument.
CkArgMsg* NewArguments();

// Parts with handlers or state of their own on each PE; called in the same order on all.
void InitReductions(struct CkPe& pe);
void InitCallbacks();
void InitSections(struct CkPe& pe);
void InitArrays(struct CkPe& pe);
void InitFutures(struct CkPe& pe);
void InitBalance(struct CkPe& pe);
void InitAggregation(struct CkPe& pe);
// Takes the balancer's options out of the arguments.
void ReadBalanceOptions(char** argv);
void InitExit();
// Registers the chares and messages of the runtime itself.
void RegisterRuntime();
void RegisterArrays();
void RegisterReductions();

}  // namespace heddle::charm

// What charm_main.o's main() calls: runs the program, and exits the process.
extern "C" int CharmMain(int argc, char** argv, void (*register_modules)());

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_START_H_
