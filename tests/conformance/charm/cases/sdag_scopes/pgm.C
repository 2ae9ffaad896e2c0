#include <vector>

#include "pgm.decl.h"
// Aborts where an expectation does not hold.
#define check(condition) \
  ((condition) ? (void)0 : CkAbort("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition))

class Msg : public CMessage_Msg {
 public:
  int* v;
};
CProxy_Main mainProxy;
CProxy_NGrp theN;
class Main : public CBase_Main {
  Main_SDAG_CODE int i, order;
  CProxy_Arr arr;
  CProxy_Grp grp;
  CProxy_NGrp ngrp;
  CProxy_Der der;

 public:
  Main(CkArgMsg* m) : i(0), order(0) {
    delete m;
    mainProxy = thisProxy;
    arr = CProxy_Arr::ckNew(4);
    grp = CProxy_Grp::ckNew();
    ngrp = CProxy_NGrp::ckNew();
    theN = ngrp;
    der = CProxy_Der::ckNew(1);
    thisProxy.run();
    thisProxy.result(1, 1);
    thisProxy.result(2, 2);
    thisProxy.result(3, 3);
  }
};
class Arr : public CBase_Arr {
  Arr_SDAG_CODE int sum, countdown;
  int* ptr;
  double b4[4];
  int loops[4];

 public:
  Arr() : sum(0), countdown(0), ptr(0) {
    for (int i = 0; i < 4; i++) b4[i] = i;
  }
  Arr(CkMigrateMessage*) {}
  double* buf4() { return b4; }
  void pup(PUP::er& p) {
    p | sum;
    p | countdown;
    PUParray(p, b4, 4);
    PUParray(p, loops, 4);
  }
};
class Grp : public CBase_Grp {
  Grp_SDAG_CODE int one;

 public:
  Grp() : one(1) {}
  void hit(int n);
};
class NGrp : public CBase_NGrp {
  NGrp_SDAG_CODE int total, busy, at, calls;

 public:
  NGrp() {}
};
void Grp::hit(int n) {
  for (int i = 0; i < n; i++) theN[CkMyNode()].hit(i);
}
class Base : public CBase_Base {
  Base_SDAG_CODE public : int n;
  Base() : n(0) {}
  Base(CkMigrateMessage*) {}
  void finish() { mainProxy.ready(); }
};
class Der : public CBase_Der {
  Der_SDAG_CODE public : Der() {}
  Der(CkMigrateMessage*) {}
};
#include "pgm.def.h"
