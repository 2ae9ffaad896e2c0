// For observer_test.cc: a known number of messages and calls.
#include "observed.decl.h"

CProxy_Main main_proxy;
int elements;

// Hold still for a moment that the summary can show.
static void Spend(double seconds) {
  const double until = CkWallTimer() + seconds;
  while (CkWallTimer() < until) {
  }
}

class Main : public CBase_Main {
 public:
  explicit Main(CkArgMsg* m) {
    elements = 4;
    main_proxy = thisProxy;
    delete m;
    workers_ = CProxy_Worker::ckNew(elements);
    thisProxy.Waits(3);
  }
  // Suspends three times; what takes long meanwhile is Answer().
  void Waits(int rounds) {
    int sum = 0;
    for (int i = 0; i < rounds; ++i) sum += thisProxy.Answer(i);
    if (sum != 3) CkAbort("the sum is %d", sum);
    for (int i = 0; i < elements; ++i) workers_[i].Start((CkMyPe() + 1) % CkNumPes());
  }
  int Answer(int question) {
    Spend(0.1);
    return question;
  }
  void Done() {
    if (++done_ == elements) CkExit();
  }

 private:
  CProxy_Worker workers_;
  int done_ = 0;
};

class Worker : public CBase_Worker {
  Worker_SDAG_CODE

 public:
  Worker() {}
  explicit Worker(CkMigrateMessage*) {}
  void pup(PUP::er& p) { p | value_; }
  void Start(int to) {
    thisProxy[thisIndex].Hidden();
    thisProxy[thisIndex].Direct(1);
    thisProxy[thisIndex].Move(to);
  }
  void Hidden() {}
  void Direct(int depth) {
    if (depth > 0) return thisProxy[thisIndex].Direct(depth - 1);
    Spend(0.05);
  }
  void Move(int to) {
    thisProxy[thisIndex].Step(10);
    thisProxy[thisIndex].More(1);
    if (to != CkMyPe()) migrateMe(to);
  }
  void Finish() {
    if (value_ != 6) CkAbort("the value is %d", value_);
    main_proxy.Done();
  }

 private:
  int value_ = 0;
};

#include "observed.def.h"
