// Several processes: who they are, and what PTG tasks send to successors and collections elsewhere.
//
// An activation is a message for each output flow (and each form in which it travels) of a task that has successors elsewhere: the
// task's class and locals, and the packed data. It does not list the successors: the receiver computes them, as the sender did, and
// makes the inputs of its own arrive. Receivers pass it on along a tree over the processes that have successors, in order of their
// ranks beginning behind the sender's (parameter runtime_comm_coll_bcast: 0 star, 1 chain, 2 binomial).
//
// What is written to a collection elsewhere is such a message, too: the owner runs the class's write_back for the task, and tells
// the writer when it is done; the writer's taskpool is not complete before that.
//
// A taskpool with dynamic termination has a TerminationDetector of its own. Its notes are messages of the taskpool like the others,
// so they wait where it is not started yet, and so does detection.
#ifndef HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_REMOTE_H_
#define HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_REMOTE_H_

#include <atomic>
#include <cstdint>

#include "absl/status/status.h"
#include "components/message_layer/termination.h"
#include "frontends/parsec/runtime/src/context.h"
#include "frontends/parsec/runtime/src/ptg.h"

namespace heddle::parsec {

// Meets the other processes, where the program initialised MPI and there are any: sets network, nb_nodes, my_rank. Collective.
absl::Status JoinProcesses(ContextEngine& engine);
// Whether it is a communicator of all of the world's processes in their order, which is as good as the world's own.
bool HasAllProcesses(std::intptr_t communicator);
// Collective.
void LeaveProcesses(ContextEngine& engine);

// The end of a taskpool whose tasks nobody counts: holds it until no process runs any, and no message of it is under way.
struct EndDetection {
  EndDetection(Network& network, PtgTaskpool& taskpool);

  PtgTaskpool& taskpool;
  // Messages of the taskpool but notes.
  std::atomic<std::uint64_t> sent{0};
  std::uint64_t received = 0;  // The poller's.
  TerminationDetector detector;
};

// From now on messages are for it, those that came before it was started, too. By its start.
void StartReceiving(PtgTaskpool& taskpool);
// It is about to be freed.
void StopReceiving(PtgTaskpool& taskpool);

// The flow's copy goes to pieces of collections that belong to `rank`: see parsec_ptg_write().
void WriteElsewhere(parsec_execution_stream_t* es, parsec_task_t* task, int flow, int rank, const parsec_ptg_types_t* types);

// Tells the other processes that the program ended a taskpool (user-triggered termination).
void TellTriggered(PtgTaskpool& taskpool);

// parsec_task_t::status of what stands for a task of another process while its successors, or what it writes, are visited here.
inline constexpr std::uint8_t kStandsForRemote = 0xff;

}  // namespace heddle::parsec

#endif  // HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_REMOTE_H_
