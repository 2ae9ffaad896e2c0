// Checkpoints on disk, and restarts from them on any number of PEs.
//
// A checkpoint holds the readonly variables, main chares, groups, nodegroups and arrays; their classes have constructors for
// migration, and main chares are [migratable]. It is made when nothing is under way but what calls CkStartCheckpoint(): no
// messages, no waiting threads. Single chares cannot be in it.
#ifndef CKCHECKPOINT_H
#define CKCHECKPOINT_H

#include "charm++.h"

enum { CK_CHECKPOINT_SUCCESS = 0, CK_CHECKPOINT_FAILURE = 1 };
// With `requestStatus` the callback gets one of these; without it a failure aborts.
class CkCheckpointStatusMsg : public CkMessage {
 public:
  void* operator new(size_t bytes) { return CkAllocMsg(0, static_cast<int>(bytes), 0); }
  int status;
};

// Writes into `directory`, which is made. The callback is invoked when all is written, and again, instead of the main chares'
// constructors, in a program that is started with +restart DIRECTORY.
// Context: any entry method.  Errors: names the file and why it cannot be written.
void CkStartCheckpoint(const char* directory, const CkCallback& callback, bool requestStatus = false, int writersPerNode = 0);

extern bool _inrestart;
extern bool _restarted;
extern bool _chareRestored;
extern int _oldNumPes;

#endif  // CKCHECKPOINT_H
