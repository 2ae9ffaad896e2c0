#include "pgm.decl.h"
// Aborts where an expectation does not hold.
#define check(condition) \
  ((condition) ? (void)0 : CkAbort("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition))

CProxy_Main mainProxy;
int kTransfers;

class Main : public CBase_Main {
  CProxy_Peer peers;

 public:
  Main(CkArgMsg* m) {
    delete m;
    mainProxy = thisProxy;
    kTransfers = 8;  // Half of them gets.
    peers = CProxy_Peer::ckNew(2);
    peers.start(peers);
  }
  void done() {
    peers[0].more();
    CkStartQD(CkCallback(CkIndex_Main::quiet(NULL), thisProxy));
  }
  void quiet(CkQdMsg* m) {
    delete m;
    CkPrintf("OK\n");
    CkExit();
  }
};

class Peer : public CBase_Peer {
  enum { kLength = 3000 };
  CProxy_Peer peers;
  int* source[8];
  int* destination[8];
  CkNcpyBuffer kept[8], used;
  int tags[8];
  int ended, rounds;

  int other() const { return 1 - thisIndex; }
  static unsigned short mode(int i) {
    const unsigned short modes[4] = {CK_BUFFER_REG, CK_BUFFER_UNREG, CK_BUFFER_PREREG,
                                     CK_BUFFER_REG};
    return modes[i % 4];
  }
  static int value(int from, int i, int k) { return from * 1000000 + i * 10000 + k; }
  CkNcpyBuffer make(int* p, int i, bool source) {
    CkCallback cb(source ? CkIndex_Peer::sent(NULL) : CkIndex_Peer::arrived(NULL),
                  thisProxy[thisIndex]);
    cb.setRefNum(100 + i);
    CkNcpyBuffer buffer(p, kLength * sizeof(int), cb, mode(i),
                        i == 3 ? CK_BUFFER_NODEREG : CK_BUFFER_DEREG);
    buffer.setRef(&tags[i]);
    check(buffer.ptr == p && buffer.cnt == kLength * sizeof(int) && buffer.pe == CkMyPe());
    return buffer;
  }
  void count() {
    if (++ended == 2 * kTransfers) contribute(CkCallback(CkReductionTarget(Main, done), mainProxy));
  }

 public:
  Peer() : ended(0), rounds(0) {
    for (int i = 0; i < 8; i++) {
      const bool registered = mode(i) == CK_BUFFER_PREREG;
      source[i] = registered ? (int*)CkRdmaAlloc(kLength * sizeof(int)) : new int[kLength];
      destination[i] = registered ? (int*)CkRdmaAlloc(kLength * sizeof(int)) : new int[kLength];
      for (int k = 0; k < kLength; k++) {
        source[i][k] = value(thisIndex, i, k);
        destination[i][k] = -1;
      }
      tags[i] = i;
    }
  }
  Peer(CkMigrateMessage*) {}
  void start(CProxy_Peer p) {
    peers = p;
    for (int i = 0; i < kTransfers; i++) {
      if (i < kTransfers / 2) {
        kept[i] = make(source[i], i, true);
        peers[other()].pull(kept[i], i);
      } else {
        kept[i] = make(destination[i], i, false);
        peers[other()].push(kept[i], i);
      }
    }
  }
  // The bytes come here.
  void pull(CkNcpyBuffer from, int i) {
    check(from.cnt == kLength * sizeof(int));
    CkNcpyBuffer to = make(destination[i], i, false);
    const CkNcpyStatus status = to.get(from);
    check(status == CkNcpyStatus::complete || status == CkNcpyStatus::incomplete);
    if (status == CkNcpyStatus::complete) check(destination[i][5] == value(other(), i, 5));
  }
  // They go from here.
  void push(CkNcpyBuffer to, int i) {
    CkNcpyBuffer from = make(source[i], i, true);
    const CkNcpyStatus status = from.put(to);
    check(status == CkNcpyStatus::complete || status == CkNcpyStatus::incomplete);
  }
  // What a callback gets is its own side's buffer.
  int identify(CkDataMsg* m) {
    check(m->getSize() == (int)sizeof(CkNcpyBuffer));
    const CkNcpyBuffer* buffer = (CkNcpyBuffer*)m->data;
    const int i = *(const int*)buffer->ref;
    check(CkGetRefNum(m) == 100 + i && buffer->cnt == kLength * sizeof(int));
    return i;
  }
  void sent(CkDataMsg* m) {
    const int i = identify(m);
    check(((CkNcpyBuffer*)m->data)->ptr == source[i]);
    delete m;
    count();
  }
  void arrived(CkDataMsg* m) {
    const int i = identify(m);
    check(((CkNcpyBuffer*)m->data)->ptr == destination[i]);
    delete m;
    for (int k = 0; k < kLength; k++) check(destination[i][k] == value(other(), i, k));
    count();
  }
  // Without a callback here: the other end says when it may go on.
  void more() {
    source[0][7] = -1;
    CkNcpyBuffer buffer(source[0], kLength * sizeof(int), CK_BUFFER_UNREG);
    peers[1].again(buffer);
  }
  // The same object for several transfers.
  void again(CkNcpyBuffer from) {
    CkCallback cb(CkIndex_Peer::againArrived(NULL), thisProxy[thisIndex]);
    used =
        CkNcpyBuffer(destination[0], kLength * sizeof(int), cb, CK_BUFFER_UNREG, CK_BUFFER_NODEREG);
    used.get(from);
    kept[0] = from;
  }
  void againArrived(CkDataMsg* m) {
    delete m;
    check(destination[0][7] == -1);
    if (++rounds < 4) {
      used.get(kept[0]);
      return;
    }
    CkNcpyBuffer whole(destination[1], kLength * sizeof(int));
    peers[0].plain(whole);
  }
  // Nobody is told: who waits for quiescence sees it.
  void plain(CkNcpyBuffer to) {
    CkCallback ignore(CkCallback::ignore);
    CkNcpyBuffer from(source[1], 4 * sizeof(int), ignore);
    from.put(to);
  }
};

#include "pgm.def.h"
