// Elements of known loads that are all on PE 0 talk to their neighbours between rounds of a
// balancer.
//
//   balance even|moves|stays|period +balancer NAME
//
//   even    the longest time must come below 1.7 times the average
//   moves   something must have moved
//   stays   nothing may
//   period  the elements do not call AtSync(): rounds are those of +LBPeriod, until something has
//   moved
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "balance.decl.h"

#define CHECK(c)                                               \
  do {                                                         \
    if (!(c)) CkAbort("balance_test.cc:%d: %s", __LINE__, #c); \
  } while (0)

CProxy_Main main_proxy;
bool periodic;
constexpr int kElements = 32, kRounds = 6;

class AllOnFirst : public CkArrayMap {
 public:
  AllOnFirst() = default;
  int procNum(int, const CkArrayIndex&) override { return 0; }
};

class Main : public CBase_Main {
 public:
  explicit Main(CkArgMsg* m) : mode_(m->argc > 1 ? m->argv[1] : "") {
    delete m;
    main_proxy = thisProxy;
    periodic = mode_ == "period";
    CkArrayOptions options(kElements);
    options.setMap(CProxy_AllOnFirst::ckNew());
    workers_ = CProxy_Worker::ckNew(options);
    workers_.Step(++step_);
  }

  // Elements, moves, what they have heard, and the load of each PE.
  void Resumed(int n, double* sums) {
    CHECK(n == 3 + CkNumPes());
    CHECK(sums[0] == kElements);
    CHECK(sums[2] == kElements * step_ * (step_ + 1) / 2);
    const double moves = sums[1];
    if (periodic ? moves == 0 && CkNumPes() > 1 : step_ < kRounds) return workers_.Step(++step_);
    const double average = kElements * (kElements + 1) / 2.0 / CkNumPes();
    const double longest = *std::max_element(sums + 3, sums + n);
    CkPrintf("%g moves, longest %g, average %g\n", moves, longest, average);
    if (mode_ == "stays" || CkNumPes() == 1) {
      CHECK(moves == 0);
    } else {
      CHECK(moves > 0);
      CHECK(mode_ != "even" || longest <= 1.7 * average);
    }
    CkPrintf("OK\n");
    CkExit();
  }

 private:
  const std::string mode_;
  CProxy_Worker workers_;
  int step_ = 0;
};

class Worker : public CBase_Worker {
 public:
  Worker() {
    usesAtSync = !periodic;
    usesAutoMeasure = false;
  }
  explicit Worker(CkMigrateMessage*) {}
  void pup(PUP::er& p) override { p | moves_, p | heard_; }
  void ckJustMigrated() override { ++moves_; }
  void UserSetLBLoad() override { setObjTime(thisIndex + 1); }
  void Step(int step) { thisProxy[(thisIndex + 1) % kElements].Hear(step); }
  void Hear(int step) {
    heard_ += step;
    if (periodic) {
      ResumeFromSync();
    } else {
      AtSync();
    }
  }
  void ResumeFromSync() override {
    std::vector<double> sums(3 + static_cast<std::size_t>(CkNumPes()), 0.0);
    sums[0] = 1;
    sums[1] = moves_;
    sums[2] = heard_;
    sums[3 + static_cast<std::size_t>(CkMyPe())] = thisIndex + 1;
    contribute(sums, CkReduction::sum_double,
               CkCallback(CkReductionTarget(Main, Resumed), main_proxy));
  }

 private:
  int moves_ = 0, heard_ = 0;
};

#include "balance.def.h"
