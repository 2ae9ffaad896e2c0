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
// To a Converse handler of the runtime, which counts it as processed; an envelope is packed where it leaves the process.
void SendToHandler(int pe, void* message, std::size_t bytes, int handler);
void SendToHandler(int pe, envelope* env, int handler);
// To all PEs, this one included only where `me`. The message remains the caller's, and may have moved.
void BroadcastCopies(envelope** env, bool me);
// The same, to all processes, for one PE each.
void BroadcastCopiesToNodes(envelope** env, bool me);
// Puts a message for this PE into its queue, as its priority says.  Cost: O(1) where there are no priorities.
void Enqueue(envelope* env);
// Executes it at once where it is [expedited]; otherwise Enqueue().
void Accept(envelope* env);
// The same for something that will be executed, and counted as processed, a second time.
void Requeue(envelope* env);

// Calls the entry method: in a thread where it is [threaded]; frees the message where it does not keep it.
void InvokeEntry(Chare* object, int ep, void* msg);
// Memory for an object of the type, and who it will be: one of a group, an array's element, or a single chare on this PE.
// Errors: aborts where there is no memory.
Creating NewObject(int chare, CkGroupID group = {0}, CkLocRec* record = nullptr);
// What is constructed, or unpacked, in this scope is that object.
class UnderConstruction {
 public:
  explicit UnderConstruction(const Creating& creating) : before_(std::exchange(MyPe().creating, creating)) {}
  ~UnderConstruction() { MyPe().creating = before_; }
  UnderConstruction(const UnderConstruction&) = delete;
  UnderConstruction& operator=(const UnderConstruction&) = delete;

 private:
  const Creating before_;
};
// Its constructor: as InvokeEntry().
void InvokeConstructor(const Creating& creating, int ep, void* msg);

// What Execute() calls for a type of message; see groups.h, too.
void ExecuteForChare(envelope* env);
void ExecuteForArray(envelope* env);  // ForArrayEltMsg, ArrayEltInitMsg, ArrayBcastMsg; in array*.cc
void Execute(envelope* env);

inline void CountCreated(CkPe& pe, int n = 1) { CQdCreate(pe.quiescence, n); }
inline void CountProcessed(CkPe& pe, int n = 1) { CQdProcess(pe.quiescence, n); }

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_DELIVER_H_
