#include "pgm.decl.h"
// Aborts where an expectation does not hold.
#define check(condition) \
  ((condition) ? (void)0 : CkAbort("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition))

enum { kLength = 5000, kElements = 6, kRounds = 9 };
CProxy_Main mainProxy;
CProxy_Sender senders;
CProxy_Arr arr;
CProxy_Grp grp;
CProxy_NGrp ngrp;

// Each round by each PE.
class Main : public CBase_Main {
  int round, left;
  void start() {
    const int tellings[kRounds] = {2, kElements, 1, 1, 1, 1, 1, 1, 1};
    const int receipts[kRounds] = {1, 0, 1, 1, 1, 1, 1, 1, 1};
    left = tellings[round / CkNumPes()] + receipts[round / CkNumPes()];
    if (round / CkNumPes() == 8) arr.start();
    senders[round % CkNumPes()].send(round / CkNumPes());
  }

 public:
  Main(CkArgMsg* m) : round(0), left(0) {
    delete m;
    mainProxy = thisProxy;
    senders = CProxy_Sender::ckNew();
    arr = CProxy_Arr::ckNew(kElements);
    grp = CProxy_Grp::ckNew();
    ngrp = CProxy_NGrp::ckNew();
    start();
  }
  void received() { count(); }
  void told() { count(); }
  void count() {
    check(left > 0);
    if (--left > 0) return;
    if (++round < kRounds * CkNumPes()) return start();
    CkPrintf("OK\n");
    CkExit();
  }
};

class Sender : public CBase_Sender {
  int* v;
  double w[kLength + 1];

 public:
  Sender() : v(NULL) {}
  Sender(CkMigrateMessage*) {}
  void send(int round) {
    if (v == NULL) v = new int[kLength];
    for (int i = 0; i < kLength; i++) v[i] = 3 * i;
    for (int i = 0; i <= kLength; i++) w[i] = 0.25 * i;
    CkCallback cb(CkIndex_Sender::sent(NULL), thisProxy[CkMyPe()]);
    CkCallback cb2(CkIndex_Main::told(), mainProxy);
    switch (round) {
      case 0:
        arr.take(kLength, CkSendBuffer(v, cb), CkSendBuffer(w, cb2));
        break;
      case 1:
        for (int i = 0; i < kElements; i++)
          arr[i].point(kLength, CkSendBuffer(v, cb2, CK_BUFFER_UNREG));
        break;
      case 2:
        arr.post(kLength, CkSendBuffer(v, cb));
        break;
      case 3:
        grp.take(kLength, CkSendBuffer(v, cb));
        break;
      case 4:
        grp.post(kLength, CkSendBuffer(v, cb, CK_BUFFER_REG, CK_BUFFER_NODEREG));
        break;
      case 5:
        ngrp.take(kLength, CkSendBuffer(v, cb));
        break;
      case 6:
        ngrp.post(kLength, CkSendBuffer(v, cb));
        break;
      case 7:
        grp.take(1, CkSendBuffer(v, cb));
        break;
      default:
        arr.kept(round, kLength, CkSendBuffer(v, cb));
        break;
    }
  }
  void sent(CkDataMsg* m) {
    const CkNcpyBuffer* buffer = (CkNcpyBuffer*)m->data;
    check(buffer->ptr == v && buffer->pe == CkMyPe());
    delete m;
    // It may be written again.
    for (int i = 0; i < kLength; i++) v[i] = -1;
    mainProxy.told();
  }
};

static void verify(const int* v, int n) {
  for (int i = 0; i < n; i++) check(v[i] == 3 * i);
}

class Arr : public CBase_Arr {
  Arr_SDAG_CODE int mine[kLength];
  void done() { contribute(CkCallback(CkReductionTarget(Main, received), mainProxy)); }

 public:
  Arr() {}
  Arr(CkMigrateMessage*) {}
  void take(int n, int* v, double* w) {
    check(n == kLength);
    verify(v, n);
    for (int i = 0; i <= n; i++) check(w[i] == 0.25 * i);
    done();
  }
  void point(int n, int* v) {
    check(n == kLength);
    verify(v, n);
  }
  void post(int n, int*, CkNcpyBufferPost* posts) {
    CkMatchBuffer(posts, 0, 100 + thisIndex);
    CkPostBuffer(mine, (size_t)n, 100 + thisIndex);
  }
  void post(int n, int* v) {
    check(n == kLength);
    verify(v, n);
    done();
  }
  void keep(int n, int* v) {
    check(n == kLength);
    verify(v, n);
    done();
  }
};

class Grp : public CBase_Grp {
  int mine[kLength];

 public:
  Grp() {}
  Grp(CkMigrateMessage*) {}
  void take(int n, int* v) {
    verify(v, n);
    contribute(CkCallback(CkReductionTarget(Main, received), mainProxy));
  }
  void post(int n, int*, CkNcpyBufferPost* posts) {
    CkMatchBuffer(posts, 0, 300);
    CkPostBuffer(mine, (size_t)n, 300);
  }
  void post(int n, int* v) { take(n, v); }
};

class NGrp : public CBase_NGrp {
  int mine[kLength];

 public:
  NGrp() {}
  NGrp(CkMigrateMessage*) {}
  void take(int n, int* v) {
    verify(v, n);
    contribute(CkCallback(CkReductionTarget(Main, received), mainProxy));
  }
  void post(int n, int*, CkNcpyBufferPost* posts) {
    CkMatchNodeBuffer(posts, 0, 400);
    CkPostNodeBuffer(mine, (size_t)n, 400);
  }
  void post(int n, int* v) { take(n, v); }
};

#include "pgm.def.h"
