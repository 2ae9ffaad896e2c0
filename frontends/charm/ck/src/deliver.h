// The way of a message: Send* gives it an address, Converse carries it, the handler puts it into the PE's queue, Execute() finds
// the object and calls.
//
// A message counts as created where it is sent, once for each PE that will get it, and as processed where it is executed; what
// waits for a group stays unprocessed and so keeps the program from being quiet.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_DELIVER_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_DELIVER_H_

#include "frontends/charm/ck/src/pe.h"

namespace heddle::charm {

// A Converse handler, whose number is the same on every PE: the process's first PE writes it down, and the others read it after the
// barriers of start-up.
inline void RegisterHandler(int* number, CmiHandler handler) {
  const int registered = CmiRegisterHandler(handler);
  if (CmiMyRank() == 0) *number = registered;
}

// Registers this file's Converse handlers.  Of every PE, in the same order.
void InitDelivery();

// Each gives the message away.  Thread safety: of the calling PE.
// To a PE; this one, too, where it waits in the queue unless it is [expedited].
void SendToPe(envelope* env, int pe);
// To whichever PE has time: a chare's constructor.
void SendSeed(envelope* env);
// To some PE of a process.
void SendToNode(envelope* env, int node);
// To all PEs, this one included only where `me`. The message remains the caller's, and may have moved.
void BroadcastCopies(envelope** env, bool me);
// The same, to all processes, for one PE each.
void BroadcastCopiesToNodes(envelope** env, bool me);
// Puts a message for this PE into its queue, as its priority says.  Cost: O(1) where there are no priorities.
void Enqueue(envelope* env);
// The same for something that will be executed, and counted as processed, a second time.
void Requeue(envelope* env);

// Calls the entry method: in a thread where it is [threaded]; frees the message where it does not keep it.
void InvokeEntry(Chare* object, int ep, void* msg);
// The constructor: as InvokeEntry(), with `creating` visible to Chare's constructor.
void InvokeConstructor(const Creating& creating, void* memory, int ep, void* msg);

// For groups.cc, nodegroups.cc, chares.cc, and the arrays: what Execute() calls for a type of message.
void ExecuteForChare(envelope* env);
void ExecuteForGroup(envelope* env);
void ExecuteForNodegroup(envelope* env);
void ExecuteForArray(envelope* env);  // ForArrayEltMsg, ArrayEltInitMsg, ArrayBcastMsg; in array*.cc
void Execute(envelope* env);
// For checkpoints: a group's type; its branch here, made by its constructor for migration, or the one without parameters; and a
// nodegroup's branches.
int TypeOfGroup(CkGroupID group);
IrrGroup* RestoreGroup(CkGroupID group, int chare);
void RestoreArray(CkGroupID group, CkArrayOptions& options);
void PupNodegroups(PUP::er& p);
// A group's branch exists on this PE now: what waited for it is executed.
void GroupExists(CkGroupID group);

inline void CountCreated(CkPe& pe, int n = 1) { CQdCreate(pe.quiescence, n); }
inline void CountProcessed(CkPe& pe, int n = 1) { CQdProcess(pe.quiescence, n); }

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_DELIVER_H_
