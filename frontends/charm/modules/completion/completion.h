// Completion detection: when all that was announced as produced has been consumed, somebody is told. Unlike quiescence it looks at
// the calls of its objects only, not at the whole program.
#ifndef COMPLETION_H
#define COMPLETION_H

#include "completion.decl.h"

// Branches are called by ckLocalBranch().
// Cost: O(1) a call; a message for each object that is done, and then one for each PE and round in which something was consumed.
class CompletionDetector : public CBase_CompletionDetector {
 public:
  CompletionDetector() {}
  explicit CompletionDetector(CkMigrateMessage* m) : CBase_CompletionDetector(m) {}

  void produce(int events_produced = 1) { produced_ += events_produced; }
  void consume(int events_consumed = 1);
  // So many objects will produce no more.
  void done(int producers_done = 1);

  void start_detection(int num_producers, CkCallback start, CkCallback all_produced, CkCallback finish, int priority);
  void changed(int newly_done);
  void count();
  void counted(int n, CmiInt8* totals);
  void complete();

 private:
  void Round();

  CmiInt8 produced_ = 0, consumed_ = 0;
  int unreported_done_ = 0;
  bool running_ = false;
  bool counting_ = false;  // Rounds have begun: changes are reported, once a round.
  bool reported_ = false;
  CkCallback all_produced_, finish_;
  // Of branch 0.
  int producers_ = 0, producers_done_ = 0;
  bool round_runs_ = false, changed_meanwhile_ = false;
};

#endif  // COMPLETION_H
