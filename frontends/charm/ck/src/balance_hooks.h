// What load balancing is told of elements, their time and their messages.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_BALANCE_HOOKS_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_BALANCE_HOOKS_H_

#include <algorithm>
#include <vector>

#include "frontends/charm/ck/src/pe.h"

namespace heddle::charm {

void ElementCreated(CkLocRec* record);
void ElementDestroyed(CkLocRec* record);
// On the PE that it leaves.
void ElementLeft(CkLocRec* record);
// On the one where it has arrived, with those that are bound to it: they are one object to the
// balancer. `restored`: out of a checkpoint.
void ElementsArrived(const std::vector<CkLocRec*>& records, bool restored);
void ElementAtSync(CkLocRec* record);

// The element whose entry method runs, if one does, has sent this to an element. Where
// CkPe::records_messages.
void RecordMessage(const envelope* env, CkGroupID array, const CkArrayIndex& index);

// Seconds: of the wall clock, or with +LBUseCpuTime of the thread.
double LoadClock();

// Adds the time of its life to the element's load, or without one to the PE's background, if loads
// are measured. What another one inside of it counts is not counted twice. Cost: a load and a
// branch where loads are not measured.
class LoadTimer {
 public:
  explicit LoadTimer(CkLocRec* record) : record_(record), measures_(MyPe().measures_loads) {
    if (measures_) [[unlikely]]
      Begin();
  }
  ~LoadTimer() {
    if (measures_) [[unlikely]]
      End();
  }
  LoadTimer(const LoadTimer&) = delete;
  LoadTimer& operator=(const LoadTimer&) = delete;

 private:
  void Begin() {
    inner_before_ = MyPe().inner;
    MyPe().inner = 0;
    begin_ = LoadClock();
  }
  void End() {
    CkPe& pe = MyPe();
    const double total = LoadClock() - begin_;
    // A thread that is suspended within leaves its part open.
    const double own = std::max(0.0, total - pe.inner);
    pe.inner = inner_before_ + total;
    if (record_ == nullptr) {
      pe.background += own;
    } else if (!record_->user_load) {
      record_->load += own;
    }
  }

  CkLocRec* const record_;
  const bool measures_;
  double inner_before_ = 0;
  double begin_ = 0;
};

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_BALANCE_HOOKS_H_
