// Checkpoints (checkpoint.cc) and restarts from them (restart.cc): what start-up asks of them.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_CHECKPOINT_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_CHECKPOINT_H_

namespace heddle::charm {

// Register their messages' handlers.
void InitCheckpoint();
void InitRestart();
// Takes +restart out of the arguments.
void ReadRestartOptions(char** argv);
bool IsRestart();
// On PE 0, instead of the main chares' constructors: makes them and the readonly variables again.
void RestoreMain();
// Then, when all PEs may begin: the rest, and at last the callback.
void RestoreOthers();

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_CHECKPOINT_H_
