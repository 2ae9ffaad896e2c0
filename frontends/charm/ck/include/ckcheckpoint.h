// Checkpoints on disk, and restarts from them on any number of PEs.
//
// A checkpoint holds the readonly variables, main chares, groups, nodegroups, arrays, and single chares that are [migratable]; their
// classes have constructors for migration, and main chares are [migratable]. It is made when nothing is under way but what calls
// CkStartCheckpoint(): no messages, no waiting threads.
//
// Proxies in it are valid after a restart. On another number of PEs single chares are not restored (_chareRestored is false), and each
// branch of a group is what PE 0's was; of a nodegroup, what process 0's was where the number of processes is another.
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

// Writes into `directory`, which is made. The callback is invoked when all is on the disk, and again, instead of the main chares'
// constructors, in a program that is started with +restart DIRECTORY. The directory's checkpoint stays whole until the new one is.
// Context: an entry method on PE 0.  Errors: names the file and why it cannot be written. +restart aborts where a file is missing,
// truncated or damaged, or another program's, and names it.
void CkStartCheckpoint(const char* directory, const CkCallback& callback, bool requestStatus = false, int writersPerNode = 0);

// Missing here: calls do not compile.
void CkStartMemCheckpoint(const CkCallback& callback)
    __attribute__((error("CkStartMemCheckpoint: checkpoints in memory are not here; CkStartCheckpoint(directory, callback) writes to a disk")));

extern bool _inrestart;
extern bool _restarted;
extern bool _chareRestored;
extern int _oldNumPes;

#endif  // CKCHECKPOINT_H
