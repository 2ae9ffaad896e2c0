// Items of [aggregate] methods arrive once, whatever they are and wherever their object is by then, before there is quiescence.
#include <cstdio>
#include <cstdlib>

#include "NDMeshStreamer.h"
#include "item.h"
#include "pgm.decl.h"

CProxy_Main main_proxy;
CProxy_Tally tallies;
CProxy_Cell cells;

namespace {
const int kItems = 5000, kCells = 13, kWords = 20;

void Require(bool ok, const char* what, long long value) {
  if (ok) return;
  std::fprintf(stderr, "%s: %lld\n", what, value);
  std::_Exit(1);
}
}

class Main : public CBase_Main {
  int phase_;

 public:
  explicit Main(CkArgMsg* m) : phase_(0) {
    delete m;
    main_proxy = thisProxy;
    tallies = CProxy_Tally::ckNew();
    cells = CProxy_Cell::ckNew(kCells);
    CkStartQD(CkCallback(CkIndex_Main::next(), thisProxy));
  }
  void next() {
    switch (++phase_) {
      case 1:
        tallies.flood(kItems);
        break;
      case 2:
        tallies.report();
        return;
      case 3:
        // Items that send items: each waits alone in a pack.
        tallies[CkNumPes() - 1].hop(200);
        break;
      case 4:
        tallies.report();
        return;
      case 5:
        cells.spread(kItems);
        for (int i = 0; i < 5; ++i) cells.move(i);
        break;
      case 6:
        cells.report();
        return;
      case 7:
        cells.listen(kWords);
        for (int k = 0; k < kWords; ++k)
          for (int i = 0; i < kCells; ++i) cells[i].word(k + 1);
        return;
      default:
        CkPrintf("OK\n");
        CkExit();
        return;
    }
    CkStartQD(CkCallback(CkIndex_Main::next(), thisProxy));
  }
  void total(int n, CmiInt8* sums) {
    // After phases 2, 4, 6.
    static const CmiInt8 kExpected[][4] = {{12497500, 5000, 295, 11000}, {12497500, 5201, 295, 11000}, {12497500, 5000}};
    for (int i = 0; i < n; ++i) Require(sums[i] == kExpected[phase_ / 2 - 1][i], "a sum after items arrived", sums[i]);
    next();
  }
  void heard(int sum) {
    Require(sum == kCells * kWords * (kWords + 1) / 2, "what `when` heard", sum);
    next();
  }
};

class Tally : public CBase_Tally {
  CmiInt8 sums_[4];

 public:
  Tally() { sums_[0] = sums_[1] = sums_[2] = sums_[3] = 0; }
  void add(const CmiInt8& value) {
    sums_[0] += value;
    ++sums_[1];
  }
  void take(const Item& item) {
    sums_[2] += static_cast<CmiInt8>(item.name.size());
    for (std::size_t i = 0; i < item.numbers.size(); ++i) sums_[3] += item.numbers[i];
  }
  void hop(const int& left) {
    ++sums_[1];
    if (left > 0) thisProxy[(CkMyPe() + 1) % CkNumPes()].hop(left - 1);
  }
  void flood(int n) {
    // On two PEs and on one the totals are the same: PE 0 sends all.
    if (CkMyPe() != 0) return;
    for (int i = 0; i < n; ++i) {
      const int to = i % CkNumPes();
      thisProxy[to].add(i);
      if (i % 50 == 0) {
        Item item;
        item.name = std::string(static_cast<std::size_t>(i % 7), 'x');
        // Some are so long that they travel by themselves.
        item.numbers.assign(static_cast<std::size_t>(i % 500 == 0 ? 300 : i % 100), 2);
        thisProxy[to].take(item);
      }
    }
  }
  void report() { contribute(sizeof(sums_), sums_, CkReduction::sum_long_long, CkCallback(CkReductionTarget(Main, total), main_proxy)); }
};

class Cell : public CBase_Cell {
  Cell_SDAG_CODE
  CmiInt8 sums_[2];
  int heard, i;

 public:
  Cell() : heard(0), i(0) { sums_[0] = sums_[1] = 0; }
  explicit Cell(CkMigrateMessage* m) : CBase_Cell(m) {}
  void pup(PUP::er& p) {
    PUParray(p, sums_, 2);
    p | heard;
    p | i;
  }
  void put(const CmiInt8& value) {
    sums_[0] += value;
    ++sums_[1];
  }
  void spread(int n) {
    for (int k = thisIndex; k < n; k += kCells) thisProxy[(k * 7) % kCells].put(k);
  }
  void move(int step) { migrateMe((CkMyPe() + step) % CkNumPes()); }
  void report() { contribute(sizeof(sums_), sums_, CkReduction::sum_long_long, CkCallback(CkReductionTarget(Main, total), main_proxy)); }
};

#include "pgm.def.h"
