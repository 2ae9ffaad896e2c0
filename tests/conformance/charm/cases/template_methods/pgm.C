// Instances of templates are called, answer, and are the targets of reductions; a member of a class is a readonly variable.
#include <cstdio>
#include <cstdlib>
#include <tuple>
#include <vector>

#include "pup_stl.h"
#include "values.h"
#include "pgm.decl.h"

void register_targets() {
  CkReductionTarget(Main, sum<Whole>);
  CkReductionTarget(Main, sum<Part>);
}

namespace {
const int kAdders = 6;
void Require(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "%s\n", what);
  std::_Exit(1);
}
}  // namespace

class Main : public CBase_Main {
  int left_;

 public:
  static CProxy_Main self;
  static int numbers[3];

  explicit Main(CkArgMsg* m) : left_(2) {
    delete m;
    self = thisProxy;
    for (int i = 0; i < 3; ++i) numbers[i] = 10 + i;
    thisProxy.start();
  }
  void start() {
    CProxy_Teller teller = CProxy_Teller::ckNew(CkNumPes() - 1);
    const std::tuple<int, double> two(1, 2.5);
    Require(teller.count(two) == 2, "the answer of count()");
    const std::vector<int> values(5, 8);
    teller.take(values);
    CProxy_Adder adders = CProxy_Adder::ckNew(kAdders);
    adders.add(Whole{3}, CkReduction::sum_int, CkCallback(CkReductionTarget(Main, sum<Whole>), thisProxy));
    adders.add(Part{0.5}, CkReduction::sum_double, CkCallback(CkReductionTarget(Main, sum<Part>), thisProxy));
  }
  template <typename T>
  void sum(T value) {
    Require(value.v == kAdders * (sizeof(T) == sizeof(Whole) ? 3 : 0.5), "the sum");
    if (--left_ > 0) return;
    std::printf("OK\n");
    CkExit();
  }
};
CProxy_Main Main::self;
int Main::numbers[3];

class Adder : public CBase_Adder {
 public:
  Adder() {
    Require(Main::numbers[0] == 10 && Main::numbers[2] == 12, "the readonly array");
    Require(Main::self.ckGetChareID().onPE == 0, "the readonly proxy");
  }
  explicit Adder(CkMigrateMessage* m) : CBase_Adder(m) {}
  template <typename T>
  void add(T value, CkReduction::reducerType reducer, CkCallback cb) {
    contribute(sizeof(T), &value, reducer, cb);
  }
};

class Teller : public CBase_Teller {
 public:
  Teller() {}
  template <typename... Args>
  int count(std::tuple<Args...>&& values) {
    return std::tuple_size<std::tuple<Args...> >::value;
  }
  void take(std::vector<int>&& values) {
    const std::vector<int> mine(std::move(values));
    Require(mine.size() == 5 && mine[4] == 8, "the vector");
  }
};

#define CK_TEMPLATES_ONLY
#include "pgm.def.h"
#undef CK_TEMPLATES_ONLY
#include "pgm.def.h"
