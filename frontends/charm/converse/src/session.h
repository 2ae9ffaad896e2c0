// What the PEs of this process have in common, from ConverseInit() to the end.
#ifndef HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_SESSION_H_
#define HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_SESSION_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "components/blocking/barrier.h"
#include "components/blocking/event.h"
#include "components/message_layer/network.h"
#include "components/message_layer/place.h"
#include "components/message_layer/process_barrier.h"
#include "components/runtime/runtime.h"
#include "frontends/charm/converse/src/pe.h"

namespace heddle::converse {

// What a message between processes is for; smaller tags are ranks.
enum Tag : std::uint32_t {
  kTagFirst = 0xffff'ff00,
  kTagNode = kTagFirst,  // For whichever PE comes first.
  kTagBroadcast,         // For all PEs, and to be sent on down the tree from header.root.
  kTagNodeBroadcast,     // The same, for one PE of each node.
  kTagGroup,             // A group's definition (groups.cc).
  kTagMulticast,         // For a group that this node has made.
  kTagExit,              // CmiExit(): the payload says with what.
};

struct Session {
  Runtime* runtime = nullptr;
  Client* client = nullptr;
  Network* network = nullptr;
  int receiver = -1;
  std::unique_ptr<Places> places;
  std::vector<Pe*> pes;  // By rank.
  std::unique_ptr<Barrier> node_barrier;
  std::unique_ptr<ProcessBarrier> process_barrier;
  std::unique_ptr<Attachment> main_thread;
  bool quiet = false;       // ++quiet
  bool main_is_pe = false;  // The program's main thread is PE 0 (initret).

  // ---- The end
  std::atomic<int> running{0};  // PEs that have not ended.
  std::atomic<int> exit_code{0};
  Event ended;

  bool HasPeers() const { return _Cmi_numnodes > 1; }
  // Looks after the network; whether something came.
  bool Progress(int looks = 1) const { return HasPeers() && network->Progress(looks); }
};

// From the beginning of ConverseInit(); never deleted, since the process ends with it.
extern Session* session;

// Runs `body` where the PE's messages may run: on its own stacks. In a PE that is a call; the main
// thread of a program that is PE 0 (initret) has it run by the PE, and waits.
int RunOnPe(int (*body)(void* argument), void* argument);
template <class Body>
int OnPe(Body body) {
  if (!session->main_is_pe) [[likely]]
    return body();
  return RunOnPe([](void* argument) -> int { return (*static_cast<Body*>(argument))(); }, &body);
}

// The way of a message to a PE or a node (of another process, or this one); `payload` is given away
// (send.cc).
void Deliver(int pe, void* payload);
void DeliverToNode(int node, void* payload);
void SendToProcess(int node, std::uint32_t tag, void* payload);
// A message from another process (send.cc).
void Receive(void* argument, void* payload, int from, std::uint32_t tag);
// Parts of it, by tag.
void ReceiveGroup(void* payload);
void ReceiveMulticast(void* payload);
void ReceiveBroadcast(void* payload, bool nodes);

// Ends the process as soon as its PEs are between two messages.
void RequestExit(int code);

// Modules, called once on every PE before the start function.
void InitThreads(Pe& pe, char** argv);
void InitReductions(Pe& pe, char** argv);

}  // namespace heddle::converse

#endif  // HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_SESSION_H_
