// Branch 0 adds up who is done. After that, what was produced is final everywhere, and rounds of counting follow, each after
// somebody reported a change: the round in which as much was consumed as produced is the last.
#include "completion.h"

void CompletionDetector::start_detection(int num_producers, CkCallback start, CkCallback all_produced, CkCallback finish, int) {
  if (running_) CkAbort("CompletionDetector: detection was started twice; wait for its end first");
  running_ = true;
  all_produced_ = all_produced;
  finish_ = finish;
  if (!start.isInvalid()) contribute(start);
  const int done_before = unreported_done_;
  unreported_done_ = 0;
  if (CkMyPe() == 0) {
    producers_ = num_producers;
    changed(done_before);  // Also where there is no producer.
  } else if (done_before > 0) {
    thisProxy[0].changed(done_before);
  }
}

void CompletionDetector::done(int producers_done) {
  if (running_) {
    thisProxy[0].changed(producers_done);
  } else {
    unreported_done_ += producers_done;
  }
}

void CompletionDetector::consume(int events_consumed) {
  consumed_ += events_consumed;
  if (!counting_ || reported_) return;
  reported_ = true;
  thisProxy[0].changed(0);
}

void CompletionDetector::changed(int newly_done) {
  producers_done_ += newly_done;
  if (!running_) return;  // start_detection() has not reached this branch: it will look.
  if (producers_done_ > producers_) CkAbort("CompletionDetector: %d objects are done, of %d", producers_done_, producers_);
  if (producers_done_ < producers_) return;
  if (!counting_ && !all_produced_.isInvalid()) all_produced_.send();
  counting_ = true;
  if (round_runs_) {
    changed_meanwhile_ = true;
  } else {
    Round();
  }
}

void CompletionDetector::Round() {
  round_runs_ = true;
  changed_meanwhile_ = false;
  thisProxy.count();
}

void CompletionDetector::count() {
  counting_ = true;
  reported_ = false;
  CmiInt8 totals[] = {produced_, consumed_};
  contribute(sizeof(totals), totals, CkReduction::sum_long_long, CkCallback(CkReductionTarget(CompletionDetector, counted), thisProxy[0]));
}

void CompletionDetector::counted(int, CmiInt8* totals) {
  round_runs_ = false;
  if (totals[1] > totals[0]) CkAbort("CompletionDetector: %lld events were consumed, of %lld that were produced", static_cast<long long>(totals[1]), static_cast<long long>(totals[0]));
  if (totals[0] == totals[1]) {
    thisProxy.complete();
  } else if (changed_meanwhile_) {
    Round();
  }
}

void CompletionDetector::complete() {
  const CkCallback finish = finish_;
  produced_ = consumed_ = 0;
  producers_ = producers_done_ = 0;
  running_ = counting_ = reported_ = changed_meanwhile_ = false;
  contribute(finish);
}

#include "completion.def.h"
