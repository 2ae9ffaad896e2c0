// Termination detection over processes: tells when no process works and no message is under way (quiescence).
//
// The four-counter method (Mattern, "Algorithms for distributed termination detection", Distributed Computing 2, 1987,
// https://doi.org/10.1007/BF01782776): a wave visits all processes and sums what they sent and received; when the sum sent of
// a wave equals the sum received of the wave before it, there was nothing under way when the earlier one ended. A wave goes
// down a binary tree with process 0 at its root and comes back up; a process answers when it is idle, so that waves do not circle
// while there is work. The messages of the waves are not counted.
#ifndef HEDDLE_COMPONENTS_MESSAGE_LAYER_TERMINATION_H_
#define HEDDLE_COMPONENTS_MESSAGE_LAYER_TERMINATION_H_

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "components/message_layer/network.h"
#include "components/sync/spin_lock.h"

namespace heddle {

class TerminationDetector {
 public:
  // Of one process. While it is idle it sends nothing until it receives something, or somebody from outside begins anew.
  struct Counts {
    std::uint64_t sent = 0;      // To all processes, this one included, since the beginning.
    std::uint64_t received = 0;  // As sent: each message counts once here and once there.
    bool idle = false;
  };
  // Called by whoever polls, like a receiver. Where it says idle, it was so at a moment during the call, and the counts are
  // those of that moment: a message counts as sent before it can arrive, and as received before what it causes is counted.
  using Count = Counts (*)(void* argument);
  using Terminated = void (*)(void* argument);

  // What detectors of the same thing tell each other; bytes that may be copied.
  struct Note {
    std::uint32_t tag;
    std::int32_t from;
    std::uint64_t number;  // Of the wave or the request.
    std::uint64_t sent, received;
  };

  // What detection is about, and how its notes travel.
  struct Owner {
    Count count = nullptr;
    // Brings `note` to the owner in `process`, which calls Receive() of its detector. For owners that have a detector for each of
    // many things, made at other moments in other processes: a note for a detector that is not there yet is kept for it, and
    // detection waits so long. nullptr: the detector has a receiver of its own.
    void (*carry)(void* argument, int process, const Note& note) = nullptr;
    // Called in each process, like a receiver, when nobody waits any more. Nothing comes for this detector afterwards, unless
    // somebody starts it again, so another thread may destroy it from now on. nullptr: nothing.
    void (*ended)(void* argument) = nullptr;
    void* argument = nullptr;
  };

  // Without `carry`: in all processes in the same order among their receivers (Network::AddReceiver).
  TerminationDetector(Network& network, const Owner& owner);
  // Not while a Start() of any process is unanswered. Blocking: as Network::RemoveReceiver.
  ~TerminationDetector();
  TerminationDetector(const TerminationDetector&) = delete;
  TerminationDetector& operator=(const TerminationDetector&) = delete;

  // `terminated(argument)` is called here, once, like a receiver, when all processes were idle and nothing was under way at
  // some moment after the call; nullptr: `ended` tells enough. In any process, any number of times, also while others wait.
  // Thread safety: any thread.  Blocking: never.
  // Cost: for each wave two messages a process, and at least two waves; none while a process is busy.
  void Start(Terminated terminated = nullptr, void* argument = nullptr);

  // A note that was carried here.  Thread safety: by whoever polls, like a receiver.  Blocking: never.
  void Receive(const Note& note);

  // Waves that process 0 began, for tests and statistics.  Thread safety: as Count.
  std::uint64_t waves() const { return wave_; }

 private:
  enum Tag : std::uint32_t { kStart, kProbe, kReply, kEnd, kTerminated };
  void Send(int process, Tag tag, std::uint64_t number, std::uint64_t sent = 0, std::uint64_t received = 0);
  void SendDown(Tag tag, std::uint64_t number);
  void BeginDetection();
  void BeginWave(std::uint64_t wave);
  void Answer();
  void WaveIsBack();
  void End();
  PollResult Poll();

  Network& network_;
  const Owner owner_;
  const int process_;
  int children_ = 0;
  int receiver_ = -1;  // -1: notes are carried.
  int service_ = 0;

  SpinLock lock_;
  std::uint64_t next_request_ = 1;  // 0: one that wants no answer.
  std::map<std::uint64_t, std::pair<Terminated, void*>> started_;

  // The poller's: the wave.
  bool taking_part_ = false;  // Between the first probe and the end.
  bool probed_ = false;       // An answer is owed.
  int missing_ = 0;           // Children that have not answered.
  std::uint64_t wave_ = 0;
  std::uint64_t sent_ = 0, received_ = 0;  // Sums over the subtree.

  // Process 0's.
  using Request = std::pair<int, std::uint64_t>;  // From whom, and its number.
  std::vector<Request> current_, next_;
  bool again_ = false;         // The next wave is due.
  bool has_previous_ = false;  // A wave of this detection has come back.
  std::uint64_t received_before_ = 0;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_MESSAGE_LAYER_TERMINATION_H_
