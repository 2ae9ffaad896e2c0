// Promised: elements that move at random while others send to them, broadcast to them and reduce
// over them get every message once, every broadcast once, and their SDAG state moves along;
// elements that are bound together are together whenever one of them runs, also those that are
// inserted while the others move. Not promised: any order. HEDDLE_TEST_SEED, HEDDLE_TEST_ROUNDS;
// the seed is printed on failure.
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "pup_stl.h"
#include "stress.decl.h"

CProxy_Main main_proxy;
CProxy_Nomad nomads;
CProxy_Shadow shadows;
CProxy_Guest guests;
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
    nomads = CProxy_Nomad::ckNew(kElements);
    CkArrayOptions options(kElements);
    options.bindTo(nomads);
    shadows = CProxy_Shadow::ckNew(options);
    CkArrayOptions none;
    none.bindTo(shadows);
    guests = CProxy_Guest::ckNew(none);
    Start();
  }
  void MakeLate() {
    CkArrayOptions options(kElements);
    options.bindTo(shadows);
    late_ = CProxy_Late::ckNew(options);
    for (int b = 0; b < kBroadcasts; ++b) late_.Announce(b);
    for (int e = 0; e < kElements; ++e)
      for (int i = 0; i < kSteps; ++i) late_[e].Hear(i);
  }
  void Quiet() {
    nomads.Check();
    shadows.Check();
    guests.Check();
    late_.Check();
  }
  void Checked(int elements, int messages, int broadcasts) {
    Require(elements == kElements, "elements are missing", -1);
    Require(messages == (round_ + 1) * kElements * kSteps, "messages are missing, or came twice",
            -1);
    Require(broadcasts == (round_ + 1) * kElements * kBroadcasts,
            "broadcasts are missing, or came twice", -1);
    RoundDone();
  }
  void ShadowsChecked(int elements, int messages, int broadcasts) {
    Require(elements == kElements, "shadows are missing", -1);
    Require(messages == (round_ + 1) * kElements * kSteps,
            "messages for shadows are missing, or came twice", -1);
    Require(broadcasts == (round_ + 1) * kElements * kBroadcasts,
            "broadcasts for shadows are missing, or came twice", -1);
    RoundDone();
  }
  void GuestsChecked(int elements, int messages) {
    Require(elements == kElements, "guests are missing", -1);
    Require(messages == kElements * kSteps, "messages for guests are missing, or came twice", -1);
    RoundDone();
  }
  void LateChecked(int elements, int messages, int broadcasts) {
    Require(elements == kElements, "late ones are missing", -1);
    Require(messages == kElements * kSteps, "messages for late ones are missing, or came twice",
            -1);
    Require(broadcasts == kElements * kBroadcasts,
            "broadcasts for late ones are missing, or came twice", -1);
    late_.ckDestroy();
    RoundDone();
  }

 private:
  void RoundDone() {
    if (++checked_ < 4) return;
    checked_ = 0;
    if (++round_ == rounds) return CkExit();
    Start();
  }
  void Start() {
    nomads.Pair(kKeys);
    nomads.Walk(kSteps);
    thisProxy.MakeLate();
    std::minstd_rand random(static_cast<unsigned>(seed + round_));
    for (int e = 0; e < kElements; ++e)
      guests[e].insert(
          random() % 2 == 0 ? -1 : static_cast<int>(random() % static_cast<unsigned>(CkNumPes())));
    guests.doneInserting();
    for (int b = 0; b < kBroadcasts; ++b) nomads.Announce(b), shadows.Announce(b);
    std::vector<int> keys;
    for (int key = 0; key < kKeys; ++key) keys.push_back(key), keys.push_back(kKeys + key);
    for (size_t i = keys.size(); i > 1; --i) std::swap(keys[i - 1], keys[random() % i]);
    for (int e = 0; e < kElements; ++e)
      for (size_t i = 0; i < keys.size(); ++i)
        keys[i] < kKeys ? nomads[e].Left(keys[i]) : nomads[e].Right(keys[i] - kKeys);
    CkStartQD(CkCallback(CkIndex_Main::Quiet(), thisProxy));
  }
  CProxy_Late late_;
  int round_ = 0, checked_ = 0;
};

class Nomad : public CBase_Nomad {
  Nomad_SDAG_CODE

      public : Nomad()
      : random_(static_cast<unsigned>(seed) * 131 + static_cast<unsigned>(thisIndex)),
        marks_(kElements, thisIndex) {}
  explicit Nomad(CkMigrateMessage* m)
      : CBase_Nomad(m), key_(0), heard_(0), announced_(0), met_(0) {}
  void pup(PUP::er& p) override {
    p | random_, p | key_, p | heard_, p | announced_, p | met_, p | marks_;
    if (p.isUnpacking()) Together();
  }
  void ckJustMigrated() override {
    CBase_Nomad::ckJustMigrated();
    Together();
  }
  void Walk(int steps) {
    Together();
    thisProxy[static_cast<int>(Random() % kElements)].Hear(thisIndex);
    shadows[static_cast<int>(Random() % kElements)].Hear(thisIndex);
    guests[static_cast<int>(Random() % kElements)].Hear(thisIndex);
    if (steps > 1) thisProxy[thisIndex].Walk(steps - 1);
    if (Random() % 2 == 0)
      migrateMe(static_cast<int>(Random() % static_cast<unsigned>(CkNumPes())));
  }
  void Hear(int) {
    Together();
    ++heard_;
    if (Random() % 4 == 0)
      migrateMe(static_cast<int>(Random() % static_cast<unsigned>(CkNumPes())));
  }
  void Announce(int) {
    Together();
    ++announced_;
  }
  void Check() {
    Require(met_ % kKeys == 0, "pairs did not meet", thisIndex);
    for (size_t i = 0; i < marks_.size(); ++i)
      Require(marks_[i] == thisIndex, "its state was lost", thisIndex);
    int mine[3] = {1, heard_, announced_};
    contribute(sizeof(mine), mine, CkReduction::sum_int,
               CkCallback(CkReductionTarget(Main, Checked), main_proxy));
  }

 private:
  void Together() const {
    Require(shadows[thisIndex].ckLocal() != nullptr, "its shadow is elsewhere", thisIndex);
  }
  unsigned Random() { return random_ = random_ * 1664525u + 1013904223u, random_ >> 8; }
  void Met(int a, int b) {
    Require(a == key_ && b == key_, "a pair of other keys met", thisIndex);
    ++met_;
  }
  unsigned random_;
  int key_ = 0, heard_ = 0, announced_ = 0, met_ = 0;
  std::vector<int> marks_;
};

// What is bound to the nomads: hears, and makes all of them move now and then.
template <class Base>
class Companion : public Base {
 public:
  Companion()
      : random_(static_cast<unsigned>(seed) * 137 + static_cast<unsigned>(this->thisIndex)) {
    Together();
  }
  explicit Companion(CkMigrateMessage* m) : Base(m) {}
  void pup(PUP::er& p) override {
    p | random_, p | heard_, p | announced_;
    if (p.isUnpacking()) Together();
  }
  void ckJustMigrated() override {
    Base::ckJustMigrated();
    Together();
  }
  void Hear(int) {
    Together();
    ++heard_;
    if (Random() % 4 == 0)
      this->migrateMe(static_cast<int>(Random() % static_cast<unsigned>(CkNumPes())));
  }
  void Announce(int) {
    Together();
    ++announced_;
  }

 protected:
  void Together() const {
    Require(nomads[this->thisIndex].ckLocal() != nullptr, "its nomad is elsewhere",
            this->thisIndex);
  }
  unsigned Random() { return random_ = random_ * 1664525u + 1013904223u, random_ >> 8; }
  unsigned random_ = 0;
  int heard_ = 0, announced_ = 0;
};

class Shadow : public Companion<CBase_Shadow> {
 public:
  Shadow() {}
  explicit Shadow(CkMigrateMessage* m) : Companion(m) {}
  void Check() {
    Together();
    int mine[3] = {1, heard_, announced_};
    contribute(sizeof(mine), mine, CkReduction::sum_int,
               CkCallback(CkReductionTarget(Main, ShadowsChecked), main_proxy));
  }
};

class Guest : public Companion<CBase_Guest> {
 public:
  Guest() {}
  explicit Guest(CkMigrateMessage* m) : Companion(m) {}
  void Check() {
    Together();
    int mine[2] = {1, heard_};
    contribute(sizeof(mine), mine, CkReduction::sum_int,
               CkCallback(CkReductionTarget(Main, GuestsChecked), main_proxy));
    ckDestroy();
  }
};

class Late : public Companion<CBase_Late> {
 public:
  Late() {}
  explicit Late(CkMigrateMessage* m) : Companion(m) {}
  void Check() {
    Together();
    int mine[3] = {1, heard_, announced_};
    contribute(sizeof(mine), mine, CkReduction::sum_int,
               CkCallback(CkReductionTarget(Main, LateChecked), main_proxy));
  }
};

#include "stress.def.h"
