// A section whose members are of three arrays: each message reaches each member once, and a reduction is over all of them.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "ckmulticast.h"
#include "pgm.decl.h"

#define CHECK(c) \
  do { if (!(c)) { fprintf(stderr, "line %d: %s\n", __LINE__, #c); _Exit(1); } } while (0)

CProxy_Main main_proxy;
constexpr int kArrays = 3, kElements = 7, kRounds = 4;

// Of array a: every (a + 1)th element.
static std::vector<int> MembersOf(int array) {
  std::vector<int> members;
  for (int i = 0; i < kElements; i += array + 1) members.push_back(i);
  return members;
}
static int Value(int round, int array, int index) { return (round + 1) * (100 * array + index); }
static int Expected(int round) {
  int sum = 0;
  for (int a = 0; a < kArrays; ++a)
    for (int i : MembersOf(a)) sum += Value(round, a, i);
  return sum;
}
static int NumMembers() {
  int n = 0;
  for (int a = 0; a < kArrays; ++a) n += static_cast<int>(MembersOf(a).size());
  return n;
}

class Ask : public CkMcastBaseMsg, public CMessage_Ask {
 public:
  explicit Ask(int r) : round(r) {}
  int round;
};

class Main : public CBase_Main {
 public:
  explicit Main(CkArgMsg* m) {
    delete m;
    main_proxy = thisProxy;
    for (int a = 0; a < kArrays; ++a) {
      CProxy_Member members = CProxy_Member::ckNew(a, kElements);
      arrays_.push_back(members.ckGetArrayID());
      elements_.push_back(std::vector<CkArrayIndex>());
      for (int i : MembersOf(a)) elements_.back().push_back(CkArrayIndex1D(i));
    }
    section_ = CProxySection_Member(arrays_, elements_);
    section_.Take(new Ask(0));
  }
  void Answer(int sum, int members) {
    CHECK(members == NumMembers());
    CHECK(sum == Expected(round_));
    if (++round_ < kRounds) {
      section_.Take(new Ask(round_));
      return;
    }
    // Another section of the same members, delegated.
    delegated_ = CProxySection_Member(arrays_, elements_);
    CkMulticastMgr* const manager = CProxy_CkMulticastMgr(CProxy_CkMulticastMgr::ckNew()).ckLocalBranch();
    delegated_.ckSectionDelegate(manager);
    manager->setReductionClient(delegated_, new CkCallback(CkIndex_Main::Delegated(NULL), thisProxy));
    delegated_.TakeDelegated(new Ask(0));
    delegated_.TakeDelegated(new Ask(1));
  }
  void Delegated(CkReductionMsg* m) {
    CHECK(m->getSize() == sizeof(int) && *static_cast<int*>(m->getData()) == Expected(delegated_rounds_));
    delete m;
    if (++delegated_rounds_ < 2) return;
    CkPrintf("OK\n");
    CkExit();
  }

 private:
  std::vector<CkArrayID> arrays_;
  std::vector<std::vector<CkArrayIndex> > elements_;
  CProxySection_Member section_, delegated_;
  int round_ = 0, delegated_rounds_ = 0;
};

class Member : public CBase_Member {
 public:
  explicit Member(int array) : array_(array) {}
  explicit Member(CkMigrateMessage* m) : CBase_Member(m) {}
  void Take(Ask* m) {
    CHECK(thisIndex % (array_ + 1) == 0);
    CHECK(m->round == takes_++);
    CkGetSectionInfo(cookie_, m);
    int mine[2] = {Value(m->round, array_, thisIndex), 1};
    CProxySection_Member::contribute(sizeof(mine), mine, CkReduction::sum_int, cookie_, CkCallback(CkReductionTarget(Main, Answer), main_proxy));
    delete m;
  }
  void TakeDelegated(Ask* m) {
    CkGetSectionInfo(delegated_, m);
    int value = Value(m->round, array_, thisIndex);
    CProxySection_Member::contribute(sizeof(value), &value, CkReduction::sum_int, delegated_);
    delete m;
  }

 private:
  int array_, takes_ = 0;
  CkSectionInfo cookie_, delegated_;
};

#include "pgm.def.h"
