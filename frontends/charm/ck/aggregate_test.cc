// Promised: items of [aggregate] methods travel many together, arrive once before there is
// quiescence, wherever their object has moved to, and also where their PE never sends another. Not
// promised: any order.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "aggregate.decl.h"
#include "conv-qd.h"
#include "pup_stl.h"

CProxy_Main main_proxy;
CProxy_Sink sinks;
CProxy_Rover rovers;

namespace {

const int kItems = 3000, kRovers = 7, kMoves = 30, kChain = 20;

void Require(bool ok, const char* what, long long value) {
  if (ok) return;
  std::fprintf(stderr, "PE %d: %s: %lld\n", CkMyPe(), what, value);
  std::_Exit(1);
}

// Messages that this PE has sent, and items that it has packed.
CmiInt8 Created() { return CQdGetCreated(CpvAccess(cQdState)); }

}  // namespace

class Main : public CBase_Main {
 public:
  explicit Main(CkArgMsg* m) : phase_(0) {
    delete m;
    main_proxy = thisProxy;
    sinks = CProxy_Sink::ckNew();
    rovers = CProxy_Rover::ckNew(kRovers);
    CkStartQD(CkCallback(CkIndex_Main::sent(), thisProxy));
  }
  void sent() {
    switch (phase_++) {
      case 0:
        sinks.flood();
        break;
      case 1:
        return sinks.report();
      case 2:
        rovers.rove(kMoves);
        for (int i = 0; i < kRovers; ++i) rovers[i].chain(kChain);
        break;
      case 3:
        return rovers.report();
    }
    CkStartQD(CkCallback(CkIndex_Main::sent(), thisProxy));
  }
  void total(int sum) {
    const int pes = CkNumPes();
    if (phase_ == 2) {
      Require(sum == pes * (3 * kItems), "items of groups that arrived", sum);
      return sent();
    }
    Require(sum == kRovers * (kMoves * 10 + kChain + 1), "items of arrays that arrived", sum);
    CkExit();
  }

 private:
  int phase_;
};

class Sink : public CBase_Sink {
 public:
  Sink() : taken_(0) {}
  void take(int value) { taken_ += value; }
  void takeFew(int value) { taken_ += value; }
  void takeLong(const std::vector<int>& values) {
    for (const int value : values)
      Require(value == static_cast<int>(values.size()), "a value of a long item", value);
    ++taken_;
  }
  void flood() {
    const int to = (CkMyPe() + 1) % CkNumPes();
    CmiInt8 before = Created();
    for (int i = 0; i < kItems; ++i) thisProxy[to].take(1);
    CmiInt8 packs = Created() - before - kItems;
    Require(packs > 0 && packs < kItems / 50, "packs for short items", packs);
    before = Created();
    for (int i = 0; i < kItems; ++i) thisProxy[to].takeFew(1);
    packs = Created() - before - kItems;
    Require(packs >= kItems / 5 - 1 && packs <= kItems / 5 + 1, "packs of five items", packs);
    // Some are longer than half a buffer, some than a buffer.
    for (int i = 0; i < kItems; ++i)
      thisProxy[to].takeLong(std::vector<int>(static_cast<std::size_t>(i % 90), i % 90));
  }
  void report() {
    contribute(sizeof(taken_), &taken_, CkReduction::sum_int,
               CkCallback(CkReductionTarget(Main, total), main_proxy));
  }

 private:
  int taken_;
};

class Rover : public CBase_Rover {
 public:
  Rover() : taken_(0) {}
  explicit Rover(CkMigrateMessage* m) : CBase_Rover(m) {}
  void pup(PUP::er& p) override { p | taken_; }
  void take(int value) { taken_ += value; }
  // Each item waits alone until its PE has nothing to do.
  void chain(int left) {
    ++taken_;
    if (left > 0) thisProxy[(thisIndex + 3) % kRovers].chain(left - 1);
  }
  void rove(int left) {
    if (left == 0) return;
    for (int i = 0; i < 10; ++i) thisProxy[(thisIndex + i) % kRovers].take(1);
    thisProxy[thisIndex].rove(left - 1);
    migrateMe((CkMyPe() + left % 3) % CkNumPes());
  }
  void report() {
    contribute(sizeof(taken_), &taken_, CkReduction::sum_int,
               CkCallback(CkReductionTarget(Main, total), main_proxy));
  }

 private:
  int taken_;
};

#include "aggregate.def.h"
