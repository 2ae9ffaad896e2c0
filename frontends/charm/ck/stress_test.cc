// Promised: elements that move at random while others send to them, broadcast to them and reduce over them get every message
// once, every broadcast once, and their SDAG state moves along. Not promised: any order.
// HEDDLE_TEST_SEED, HEDDLE_TEST_ROUNDS; the seed is printed on failure.
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "pup_stl.h"
#include "stress.decl.h"

CProxy_Main main_proxy;
int seed;
int rounds;

namespace {

const int kElements = 13, kSteps = 20, kKeys = 15, kBroadcasts = 5;

void Require(bool ok, const char* what, int element) {
  if (ok) return;
  std::fprintf(stderr, "element %d: %s; HEDDLE_TEST_SEED=%d\n", element, what, seed);
  std::_Exit(1);
}

int FromEnvironment(const char* name, int otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

}  // namespace

class Main : public CBase_Main {
 public:
  explicit Main(CkArgMsg* m) {
    delete m;
    main_proxy = thisProxy;
    seed = FromEnvironment("HEDDLE_TEST_SEED", static_cast<int>(std::random_device()() & 0xffffff));
    rounds = FromEnvironment("HEDDLE_TEST_ROUNDS", 3);
    nomads_ = CProxy_Nomad::ckNew(kElements);
    Start();
  }
  void Quiet() { nomads_.Check(); }
  void Checked(int elements, int messages, int broadcasts) {
    ++round_;
    Require(elements == kElements, "elements are missing", -1);
    Require(messages == round_ * kElements * kSteps, "messages are missing, or came twice", -1);
    Require(broadcasts == round_ * kElements * kBroadcasts, "broadcasts are missing, or came twice", -1);
    if (round_ == rounds) return CkExit();
    Start();
  }

 private:
  void Start() {
    nomads_.Pair(kKeys);
    nomads_.Walk(kSteps);
    for (int b = 0; b < kBroadcasts; ++b) nomads_.Announce(b);
    std::minstd_rand random(static_cast<unsigned>(seed + round_));
    std::vector<int> keys;
    for (int key = 0; key < kKeys; ++key) keys.push_back(key), keys.push_back(kKeys + key);
    for (size_t i = keys.size(); i > 1; --i) std::swap(keys[i - 1], keys[random() % i]);
    for (int e = 0; e < kElements; ++e)
      for (size_t i = 0; i < keys.size(); ++i) keys[i] < kKeys ? nomads_[e].Left(keys[i]) : nomads_[e].Right(keys[i] - kKeys);
    CkStartQD(CkCallback(CkIndex_Main::Quiet(), thisProxy));
  }
  CProxy_Nomad nomads_;
  int round_ = 0;
};

class Nomad : public CBase_Nomad {
  Nomad_SDAG_CODE

 public:
  Nomad() : random_(static_cast<unsigned>(seed * 131 + thisIndex)), marks_(kElements, thisIndex) {}
  explicit Nomad(CkMigrateMessage* m) : CBase_Nomad(m), key_(0), heard_(0), announced_(0), met_(0) {}
  void pup(PUP::er& p) override {
    p | random_, p | key_, p | heard_, p | announced_, p | met_, p | marks_;
  }
  void Walk(int steps) {
    thisProxy[static_cast<int>(Random() % kElements)].Hear(thisIndex);
    if (steps > 1) thisProxy[thisIndex].Walk(steps - 1);
    if (Random() % 2 == 0) migrateMe(static_cast<int>(Random() % static_cast<unsigned>(CkNumPes())));
  }
  void Hear(int) {
    ++heard_;
    if (Random() % 4 == 0) migrateMe(static_cast<int>(Random() % static_cast<unsigned>(CkNumPes())));
  }
  void Announce(int) { ++announced_; }
  void Check() {
    Require(met_ % kKeys == 0, "pairs did not meet", thisIndex);
    for (size_t i = 0; i < marks_.size(); ++i) Require(marks_[i] == thisIndex, "its state was lost", thisIndex);
    int mine[3] = {1, heard_, announced_};
    contribute(sizeof(mine), mine, CkReduction::sum_int, CkCallback(CkReductionTarget(Main, Checked), main_proxy));
  }

 private:
  unsigned Random() { return random_ = random_ * 1664525u + 1013904223u, random_ >> 8; }
  void Met(int a, int b) {
    Require(a == key_ && b == key_, "a pair of other keys met", thisIndex);
    ++met_;
  }
  unsigned random_;
  int key_ = 0, heard_ = 0, announced_ = 0, met_ = 0;
  std::vector<int> marks_;
};

#include "stress.def.h"
