// Conditions and timers of a PE.
//
// A PE that has nothing to do leaves its worker. Where callbacks wait for a time, or for the PE's
// being idle, one timer of the pool wakes its place for the earliest of them; where there are none
// nothing is armed, and an idle PE costs nothing.
#ifndef HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_CONDITIONS_H_
#define HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_CONDITIONS_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <vector>

#include "components/message_layer/place.h"
#include "components/worker_pool/polling.h"
#include "frontends/charm/converse/src/api.h"

namespace heddle::converse {

struct Pe;

// Thread safety: its PE's, but for what the pool's timer does.
class Conditions {
 public:
  // `place` must outlive it: it goes before the client does, since a timer of the pool's may be
  // armed.
  explicit Conditions(Place& place);
  ~Conditions();
  Conditions(const Conditions&) = delete;
  Conditions& operator=(const Conditions&) = delete;

  // ---- For the scheduler
  // Runs what is due.  Cost: a load where nothing waits for a time.
  void Periodic() {
    if (timed_ > 0) RunDue();
  }
  void BeginIdle();
  // Before the PE leaves its worker; afterwards the place is woken in time.
  void StillIdle();
  void EndIdle();
  // Cost: two loads.
  bool Wants(int condition) const {
    const auto index = static_cast<std::size_t>(condition);
    return index < lists_.size() && !lists_[index].Empty();
  }

  // ---- For the API
  void CallAfter(CcdVoidFn function, void* argument, double milliseconds);
  int CallOn(int condition, CcdCondFn function, void* argument, bool keep);
  void Cancel(int condition, int index, bool keep);
  void Raise(int condition);
  int timed() const { return timed_; }
  double resolution = 5e-3;
  std::int64_t long_idle_ns = 10'000'000'000;

 private:
  static constexpr int kPeriods = CcdPERIODIC_LAST - CcdPERIODIC_FIRST;
  struct Callback {
    CcdCondFn function;
    void* argument;
  };
  // By index, which only grows: what is added during a raise is not called by it.
  struct List {
    std::map<int, Callback> once;
    std::map<int, Callback> keep;
    int next = 0;
    bool Empty() const { return once.empty() && keep.empty(); }
  };
  struct Timer {
    CcdVoidFn function;
    void* argument;
    std::uint64_t number;
  };

  static bool IsPeriod(int condition) {
    return condition >= CcdPERIODIC_FIRST && condition < CcdPERIODIC_LAST;
  }
  // The scheduler raises CcdSCHEDLOOP by itself whenever the place is woken.
  bool WantsToBeAwake() const { return Wants(CcdPROCESSOR_STILL_IDLE) || Wants(CcdSCHEDLOOP); }
  static void Fire(void* self);
  void RunDue();
  std::int64_t NextTime(std::int64_t now) const;
  // Sees to it that the place is woken at `deadline`.
  void Arm(std::int64_t deadline);

  Place& place_;
  PollingServices& polling_;
  std::vector<List> lists_;
  // Timers, and callbacks of periods.
  int timed_ = 0;
  std::multimap<std::int64_t, Timer> timers_;
  std::uint64_t next_timer_ = 0;
  std::array<std::int64_t, kPeriods> period_due_{};

  bool idle_ = false;
  std::int64_t still_idle_due_ = 0;
  std::int64_t still_idle_step_ = 0;
  std::int64_t long_idle_due_ = 0;

  // The pool's timer.
  PollingServices::Id timer_ = 0;
  std::int64_t timer_deadline_ = 0;
  std::atomic<bool> armed_{false};
};

}  // namespace heddle::converse

#endif  // HEDDLE_FRONTENDS_CHARM_CONVERSE_SRC_CONDITIONS_H_
