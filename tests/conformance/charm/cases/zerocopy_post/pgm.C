#include <string>

#include "pgm.decl.h"
// Aborts where an expectation does not hold.
#define check(condition) \
  ((condition) ? (void)0 : CkAbort("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition))

CProxy_Main mainProxy;
CProxy_Arr arr;
CProxy_Grp grp;
CProxy_NGrp ngrp;

class Main : public CBase_Main {
  int left, step, told;
  int source[1000];
  char letters[40];

 public:
  Main(CkArgMsg* m) : left(0), step(0), told(0) {
    delete m;
    mainProxy = thisProxy;
    for (int i = 0; i < 1000; i++) source[i] = 7 * i;
    for (int i = 0; i < 40; i++) letters[i] = (char)('a' + i % 26);
    arr = CProxy_Arr::ckNew(4);
    grp = CProxy_Grp::ckNew();
    ngrp = CProxy_NGrp::ckNew();
    left = 4;
    arr.early();
  }
  void sent(CkDataMsg* m) {
    check(((CkNcpyBuffer*)m->data)->ptr == source);
    delete m;
    ++told;
    ready();
  }
  void sentNothing() {
    ++told;
    ready();
  }
  void ready() {
    if (--left > 0) return;
    CkCallback cb(CkIndex_Main::sent(NULL), thisProxy);
    CkCallback nothing(CkIndex_Main::sentNothing(), thisProxy);
    switch (step++) {
      case 0:  // Elements on both PEs; posted before, in, and after.
        left = 4 * 3 + 4;
        for (int i = 0; i < 4; i++) {
          arr[i].take(0, CkSendBuffer(source), 1000);
          arr[i].take(1, CkSendBuffer(source, cb), 1000);
          arr[i].take(2, CkSendBuffer(source, CK_BUFFER_UNREG), 1000);
        }
        break;
      case 1:
        check(told == 4);
        left = 2;
        arr[1].two(CkSendBuffer(source), 300, "between", CkSendBuffer(letters, nothing), 40);
        break;
      case 2:
        left = 2;
        arr[2].byReference(CkSendBuffer(source), 100);
        arr[3].byReference(CkSendBuffer(source), 100);
        break;
      case 3:
        left = CkNumPes();
        for (int i = 0; i < CkNumPes(); i++) grp[i].take(CkSendBuffer(source), 200);
        break;
      case 4:
        left = CkNumNodes();
        for (int i = 0; i < CkNumNodes(); i++) ngrp[i].take(CkSendBuffer(source), 200);
        break;
      case 5:  // Structured Dagger: the second one is awaited first.
        left = 2;
        arr[3].run();
        arr[3].waited(1, CkSendBuffer(source), 50);
        arr[3].waited(2, CkSendBuffer(source), 50);
        break;
      default:
        CkPrintf("OK\n");
        CkExit();
    }
  }
};

class Arr : public CBase_Arr {
  Arr_SDAG_CODE int expected;
  int buffers[3][1000];
  int firsts[200];
  char chars[40];
  int tag(int when) const { return 1000 * (when + 1) + thisIndex; }
  int lengthOf(int when) const { return when == 1 ? 400 : 1000; }

 public:
  int kept[50];
  Arr() : expected(0) {
    for (int b = 0; b < 3; b++)
      for (int i = 0; i < 1000; i++) buffers[b][i] = -1;
  }
  Arr(CkMigrateMessage*) {}
  void early() {
    CkPostBuffer(buffers[0], (size_t)lengthOf(0), tag(0));
    mainProxy.ready();
  }
  void post(int tag_, int when) { CkPostBuffer(buffers[when], (size_t)lengthOf(when), tag_); }
  void postChars(int tag_) { CkPostBuffer(chars, (size_t)40, tag_); }
  void take(int when, int*, int n, CkNcpyBufferPost* posts) {
    check(n == 1000);
    CkMatchBuffer(posts, 0, tag(when));
    if (when == 1) post(tag(1), 1);
    if (when == 2) thisProxy[thisIndex].post(tag(2), 2);
  }
  // A shorter buffer gets the first ones; the length is the sender's.
  void take(int when, int* v, int n) {
    check(v == buffers[when] && n == 1000);
    for (int i = 0; i < 1000; i++) check(v[i] == (i < lengthOf(when) ? 7 * i : -1));
    mainProxy.ready();
  }
  void two(int*, int na, std::string text, char*, int nb, CkNcpyBufferPost* posts) {
    check(na == 300 && nb == 40 && text == "between");
    posts[0].regMode = CK_BUFFER_UNREG;
    posts[1].deregMode = CK_BUFFER_NODEREG;
    CkMatchBuffer(posts, 1, 5001);
    CkMatchBuffer(posts, 0, 5000);
    CkPostBuffer(firsts, (size_t)200, 5000);
    thisProxy[thisIndex].postChars(5001);
  }
  void two(int* a, int na, std::string text, char* b, int nb) {
    check(a == firsts && b == chars && na == 300 && nb == 40 && text == "between");
    for (int i = 0; i < 200; i++) check(a[i] == 7 * i);
    for (int i = 0; i < 40; i++) check(b[i] == 'a' + i % 26);
    mainProxy.ready();
  }
  // The form without tags.
  void byReference(int*& v, int& n, CkNcpyBufferPost*) { v = buffers[0] + n; }
  void byReference(int* v, int n) {
    check(v == buffers[0] + 100 && n == 100);
    for (int i = 0; i < n; i++) check(v[i] == 7 * i);
    mainProxy.ready();
  }
  void waited(int number, int*, int n, CkNcpyBufferPost* posts) {
    CkMatchBuffer(posts, 0, 6000 + number);
    CkPostBuffer(kept, (size_t)n, 6000 + number);
  }
};

class Grp : public CBase_Grp {
  int mine[200];

 public:
  Grp() {}
  Grp(CkMigrateMessage*) {}
  void post(int tag) { CkPostBuffer(mine, (size_t)200, tag); }
  void take(int*, int n, CkNcpyBufferPost* posts) {
    CkMatchBuffer(posts, 0, 7000);
    thisProxy[CkMyPe()].post(7000);
  }
  void take(int* v, int n) {
    check(v == mine && n == 200 && v[199] == 7 * 199);
    mainProxy.ready();
  }
};

class NGrp : public CBase_NGrp {
  int mine[200];

 public:
  NGrp() { CkPostNodeBuffer(mine, (size_t)200, 8000); }
  NGrp(CkMigrateMessage*) {}
  void take(int*, int n, CkNcpyBufferPost* posts) { CkMatchNodeBuffer(posts, 0, 8000); }
  void take(int* v, int n) {
    check(v == mine && n == 200 && v[199] == 7 * 199);
    mainProxy.ready();
  }
};

#include "pgm.def.h"
