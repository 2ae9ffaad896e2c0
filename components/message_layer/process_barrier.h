// A barrier of processes: all of them enter it, and then each is told.
#ifndef HEDDLE_COMPONENTS_MESSAGE_LAYER_PROCESS_BARRIER_H_
#define HEDDLE_COMPONENTS_MESSAGE_LAYER_PROCESS_BARRIER_H_

#include <array>
#include <cstdint>

#include "components/message_layer/network.h"
#include "components/sync/spin_lock.h"

namespace heddle {

// The dissemination barrier (Hensgen, Finkel, Manber, "Two algorithms for barrier synchronization", 1988): in round r a process
// sends to the one 2^r further on and awaits the one 2^r before. That one's rounds come in order, so that a count for each
// round is enough, also where it is already in the next barrier.
class ProcessBarrier {
 public:
  // A receiver of the network: made in the same order in all processes.
  explicit ProcessBarrier(Network& network);
  ~ProcessBarrier();
  ProcessBarrier(const ProcessBarrier&) = delete;
  ProcessBarrier& operator=(const ProcessBarrier&) = delete;

  // done(argument) is called once all processes have entered, by the caller or like a receiver. One at a time.
  // Thread safety: any thread.  Blocking: never.  Errors: dies where it is entered twice.
  // Cost: a message and a wait for each of log2(processes) rounds.
  void Enter(void (*done)(void* argument), void* argument);

 private:
  static void Receive(void* self, void* payload, int from, std::uint32_t round);
  void GoOn();

  Network& network_;
  int receiver_;
  SpinLock lock_;
  // Under lock_.
  std::array<int, 32> arrived_{};
  int round_ = -1;  // The one awaited; -1: nobody has entered.
  void (*done_)(void*) = nullptr;
  void* argument_ = nullptr;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_MESSAGE_LAYER_PROCESS_BARRIER_H_
