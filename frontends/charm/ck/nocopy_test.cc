// nocopy and nocopypost parameters beyond what the original does: single chares, sections, methods
// that are [inline], [sync] and of Structured Dagger, objects that move while they wait, buffers
// that other PEs of the process post; and that the receiver's own buffer is what it gets.
//   nocopy [misuse N]     misuse: does something wrong, which has to abort (misuse_for_test.sh)
#include <cstdlib>
#include <cstring>
#include <vector>

#include "nocopy.decl.h"

#define CHECK(condition) \
  ((condition) ? (void)0 : CkAbort("%s:%d: not so: %s", __FILE__, __LINE__, #condition))

CProxy_Main mainProxy;
CProxy_Arr arr;
CProxy_Grp grp;

namespace {
constexpr int kLength = 1000, kElements = 8;

void Verify(const int* v, int n) {
  for (int i = 0; i < n; ++i) CHECK(v[i] == 5 * i);
}
}  // namespace

// Has the next PE of the process post a buffer.
struct Wish {
  CmiMessageHeader header;
  int* buffer;
  int tag;
};
int wish_handler = -1;  // The same on each PE.

static void OnWish(void* message) {
  const Wish wish = *static_cast<Wish*>(message);
  CmiFree(message);
  CkPostNodeBuffer(wish.buffer, std::size_t{kLength}, wish.tag);
}
void RegisterWish() {
  const int number = CmiRegisterHandler(OnWish);
  if (CmiMyRank() == 0) wish_handler = number;
}
static void AskOther(int* buffer, int tag) {
  auto* const wish = static_cast<Wish*>(CmiAlloc(sizeof(Wish)));
  wish->buffer = buffer;
  wish->tag = tag;
  CmiSetHandler(wish, wish_handler);
  CmiPushPE((CkMyRank() + 1) % CkMyNodeSize(), wish);
}

class Main : public CBase_Main {
  std::vector<int> source_;
  std::vector<double> numbers_;
  std::vector<CmiUInt8> words_;
  double mine_[kLength];
  int left_ = 0, step_ = 0;

 public:
  explicit Main(CkArgMsg* m) : source_(kLength), numbers_(kLength), words_(kLength) {
    mainProxy = thisProxy;
    for (int i = 0; i < kLength; ++i) {
      source_[static_cast<std::size_t>(i)] = 5 * i;
      numbers_[static_cast<std::size_t>(i)] = 0.5 * i;
      // Whatever marks a message's parameters, values do not: small numbers, and text.
      words_[static_cast<std::size_t>(i)] = i % 2 == 0 ? 0x6e6f636f70792121ULL : CmiUInt8(i % 64);
    }
    arr = CProxy_Arr::ckNew(kElements);
    grp = CProxy_Grp::ckNew();
    if (m->argc > 2 && std::strcmp(m->argv[1], "misuse") == 0) {
      CProxy_Misused::ckNew(std::atoi(m->argv[2]), 0);
    } else {
      thisProxy.ready();
    }
    delete m;
  }
  void told() { ready(); }
  void ready() {
    if (--left_ > 0) return;
    const CkCallback told(CkIndex_Main::told(), thisProxy);
    int* const v = source_.data();
    switch (step_++) {
      case 0:  // This chare.
        left_ = 2;
        thisProxy.take(CkSendBuffer(numbers_.data(), told), kLength);
        return;
      case 1:  // Elements get their own buffers, posted before, and after by another PE.
        left_ = kElements + 1;
        for (int i = 0; i < kElements; ++i) arr[i].post(10 + i);
        arr.take(kLength, CkSendBuffer(v, told), true);
        return;
      case 2:
        left_ = kElements + 1;
        arr.take(kLength, CkSendBuffer(v, told), false);
        return;
      case 3: {  // A section.
        left_ = 3;
        CProxySection_Arr section = CProxySection_Arr::ckNew(arr, 1, 5, 2);
        section.take(kLength, CkSendBuffer(v, CkCallback(CkCallback::ignore)), false);
        return;
      }
      case 4: {  // Several kinds of parameters in one.
        left_ = 4;
        std::vector<int> extra(source_);
        arr[1].mixed(CkSendBuffer(v, told), CkSendBuffer(v, told), kLength, CkSendBuffer(v, told),
                     extra.data());
        return;
      }
      case 5:
        left_ = 2;
        arr[0].inlined(kLength, CkSendBuffer(v));
        arr[kElements - 1].inlined(kLength, CkSendBuffer(v));
        return;
      case 6:
        left_ = 1;
        return thisProxy.threads();
      case 7:
        left_ = kElements;
        arr.look(kLength, CkSendBuffer(words_.data()));
        return;
      case 8:
        left_ = CkNumPes() + 1;
        grp.take(kLength, CkSendBuffer(v, told));
        return;
      case 9: {  // A group's section.
        left_ = 1 + CkNumPes();
        std::vector<int> pes;
        for (int i = 0; i < CkNumPes(); ++i) pes.push_back(i);
        CProxySection_Grp section(grp.ckGetGroupID(), pes.data(), CkNumPes());
        section.plain(kLength, CkSendBuffer(v, told));
        return;
      }
      case 10:  // Moves with what it was posted.
        left_ = kElements;
        arr.run();
        arr.kept(7, CkSendBuffer(v), kLength);
        arr.go();
        return;
      case 11:  // Moves while it waits, within the process.
        left_ = 1;
        arr[2].take(kLength, CkSendBuffer(v), true);
        return arr[2].move((CkMyPe() + 1) % CkNumPes());
      default:
        CkPrintf("OK\n");
        CkExit();
    }
  }
  void take(double*, int n, CkNcpyBufferPost* posts) {
    CkMatchBuffer(posts, 0, 1);
    CkPostBuffer(static_cast<void*>(mine_), static_cast<std::size_t>(n) * sizeof(double), 1);
  }
  void take(double* v, int n) {
    CHECK(v == mine_ && v[n - 1] == 0.5 * (n - 1));
    ready();
  }
  void threads() {
    for (int i = 0; i < kElements; ++i)
      CHECK(arr[i].twice(kLength, CkSendBuffer(source_.data())) == 2 * 5 * (kLength - 1) + i);
    thisProxy.ready();
  }
};

class Arr : public CBase_Arr {
  Arr_SDAG_CODE int* mine_;

 public:
  Arr() : mine_(new int[kLength]) {}
  explicit Arr(CkMigrateMessage*) : mine_(nullptr) {}
  ~Arr() override { delete[] mine_; }
  void pup(PUP::er& p) override {
    // What is posted stays where it is; another process has a buffer of its own.
    CmiInt8 address = reinterpret_cast<CmiInt8>(mine_);
    int process = CkMyNode();
    p | address;
    p | process;
    if (!p.isUnpacking()) {
      if (p.isDeleting()) mine_ = nullptr;
      return;
    }
    mine_ = process == CkMyNode() ? reinterpret_cast<int*>(address) : new int[kLength];
  }
  void post(int tag) {
    std::memset(mine_, 0, kLength * sizeof(int));
    CkPostBuffer(mine_, std::size_t{kLength}, tag);
  }
  void move(int pe) {
    // To a PE of this process, and on; its buffer is posted meanwhile.
    if (CkNodeOf(pe) != CkMyNode()) pe = CkMyPe();
    int* const buffer = mine_;
    if (pe != CkMyPe()) migrateMe(pe);
    std::memset(buffer, 0, kLength * sizeof(int));
    CkPostBuffer(buffer, std::size_t{kLength}, 10 + thisIndex);
  }
  void take(int, int*, bool early, CkNcpyBufferPost* posts) {
    if (early) return CkMatchBuffer(posts, 0, 10 + thisIndex);
    CkMatchNodeBuffer(posts, 0, 100 + thisIndex);
    std::memset(mine_, 0, kLength * sizeof(int));
    AskOther(mine_, 100 + thisIndex);
  }
  void take(int n, int* v, bool) {
    CHECK(v == mine_);
    Verify(v, n);
    mainProxy.ready();
  }
  void mixed(int* a, int*, int n, int* b, int* extra, CkNcpyBufferPost* posts) {
    CHECK(a == nullptr && b == nullptr && extra[7] == 35 && n == kLength);
    CkMatchBuffer(posts, 0, 20);
    thisProxy[thisIndex].post(20);
  }
  void mixed(int* a, int* v, int n, int* b, int* extra) {
    CHECK(v == mine_ && a != v && b != v);
    Verify(a, n);
    Verify(v, n);
    Verify(b, n);
    Verify(extra, n);
    mainProxy.ready();
  }
  void inlined(int, int*, CkNcpyBufferPost* posts) {
    CkMatchBuffer(posts, 0, 30 + thisIndex);
    thisProxy[thisIndex].post(30 + thisIndex);
  }
  void inlined(int n, int* v) {
    CHECK(v == mine_);
    Verify(v, n);
    mainProxy.ready();
  }
  void twice(int, int*, CkNcpyBufferPost* posts) {
    CkMatchBuffer(posts, 0, 40 + thisIndex);
    thisProxy[thisIndex].post(40 + thisIndex);
  }
  int twice(int n, int* v) {
    CHECK(v == mine_);
    return 2 * v[n - 1] + thisIndex;
  }
  void look(int n, CmiUInt8* v) {
    for (int i = 0; i < n; ++i)
      CHECK(v[i] == (i % 2 == 0 ? 0x6e6f636f70792121ULL : CmiUInt8(i % 64)));
    mainProxy.ready();
  }
  void kept(int, int*, int, CkNcpyBufferPost* posts) {
    CkMatchBuffer(posts, 0, 50 + thisIndex);
    post(50 + thisIndex);
  }
  void checkKept(int number, int* v, int n) {
    CHECK(number == 7 && n == kLength);
    Verify(v, n);
    mainProxy.ready();
  }
};

class Grp : public CBase_Grp {
  int mine_[kLength];

 public:
  Grp() {}
  explicit Grp(CkMigrateMessage*) {}
  void post(int tag) { CkPostBuffer(mine_, std::size_t{kLength}, tag); }
  void take(int, int*, CkNcpyBufferPost* posts) {
    CkMatchBuffer(posts, 0, 60);
    thisProxy[CkMyPe()].post(60);
  }
  void take(int n, int* v) {
    CHECK(v == mine_);
    Verify(v, n);
    mainProxy.ready();
  }
  void plain(int n, int* v) {
    Verify(v, n);
    mainProxy.ready();
  }
};

// Each `what` is one mistake.
class Misused : public CBase_Misused {
  int what_;
  int v_[kLength], w_[kLength];

 public:
  explicit Misused(int what) : what_(what) {
    CkNcpyBuffer whole(v_, sizeof(v_)), half(w_, sizeof(w_) / 2), none;
    CkNcpyBuffer unusable(w_, sizeof(w_), CK_BUFFER_NOREG);
    switch (what) {
      case 0:
        (void)half.get(whole);
        break;
      case 1:
        (void)whole.get(none);
        break;
      case 2:
        (void)whole.put(unusable);
        break;
      case 3:
        CkPostBuffer(v_, std::size_t{kLength}, 1);
        CkPostBuffer(w_, std::size_t{kLength}, 1);
        break;
      case 4:
        thisProxy.take(CkSendBuffer(nullptr), kLength, CkSendBuffer(w_));
        break;
      default:
        thisProxy.take(CkSendBuffer(v_), kLength, CkSendBuffer(w_));
    }
  }
  explicit Misused(CkMigrateMessage*) {}
  void take(int*, int n, int*, CkNcpyBufferPost* posts) {
    CkMatchBuffer(posts, 0, 1);
    switch (what_) {
      case 5:
        return;
      case 6:
        return CkMatchBuffer(posts, 0, 2);
      case 7:
        return CkMatchBuffer(posts, 1, 1);
      case 8:
        return CkMatchBuffer(posts, 2, 2);
      case 9:
        return CkPostBuffer(v_, static_cast<std::size_t>(n) + 1, 1);
      case 10:
        return CkPostBuffer(static_cast<int*>(nullptr), 1, 1);
      default:
        break;
    }
    CkMatchBuffer(posts, 1, 2);
    CkExit();  // Nobody has posted.
  }
  void take(int*, int, int*) { CkAbort("it was called without its buffers"); }
};

#include "nocopy.def.h"
