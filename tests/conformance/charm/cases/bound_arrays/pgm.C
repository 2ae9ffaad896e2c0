// Elements of three arrays that are bound to one another: whoever of them moves, they stay together and keep what they have, also
// where one is inserted after its partners have moved, or ends before they move on.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "pup_stl.h"

#include "pgm.decl.h"

#define CHECK(c) \
  do { if (!(c)) { fprintf(stderr, "line %d: %s\n", __LINE__, #c); _Exit(1); } } while (0)

CProxy_Main main_proxy;
CProxy_Mesh meshes;
CProxy_Solver solvers;
CProxy_Probe probes;
constexpr int kElements = 8, kSteps = 6;

namespace {
bool Probed(int index) { return index % 2 == 1; }
// By the balancer, and twice by themselves.
int Hops() { return CkNumPes() > 1 ? 1 + 2 * kSteps : 0; }
}  // namespace

class Main : public CBase_Main {
 public:
  explicit Main(CkArgMsg* m) {
    delete m;
    main_proxy = thisProxy;
    meshes = CProxy_Mesh::ckNew(kElements);
    CkArrayOptions options(kElements);
    options.bindTo(meshes);
    solvers = CProxy_Solver::ckNew(options);
    // Bound to what is bound.
    CkArrayOptions none;
    none.bindTo(solvers);
    probes = CProxy_Probe::ckNew(none);
    meshes.Balance();
  }
  void Balanced(int elements, int moved) {
    CHECK(elements == kElements);
    CHECK(moved == (CkNumPes() > 1 ? kElements : 0));
    meshes.Walk(kSteps);
    solvers.Ping(-1);
    CkStartQD(CkCallback(CkIndex_Main::Walked(), thisProxy));
  }
  // Where partners are by now, which is not where an element would be made that has none.
  void Walked() {
    for (int i = 0; i < kElements; ++i)
      if (Probed(i)) probes[i].insert();
    probes.doneInserting();
    probes.Look();
  }
  void Inserted(int number) {
    CHECK(number == kElements / 2);
    probes[1].End();
    solvers.Walk(kSteps);
    meshes.Ping(-1);
    CkStartQD(CkCallback(CkIndex_Main::WalkedAgain(), thisProxy));
  }
  void WalkedAgain() {
    meshes.Check();
    solvers.Check();
  }
  void Checked(int elements, int hops, int pings) {
    CHECK(elements == kElements);
    hops_ += hops;
    pings_ += pings;
    if (++checks_ < 2) return;
    CHECK(hops_ == 2 * kElements * Hops());
    // Each step pings both arrays; and there was one broadcast to each.
    CHECK(pings_ == 2 * kElements * 2 * kSteps + 2 * kElements);
    CkPrintf("OK\n");
    CkExit();
  }

 private:
  int checks_ = 0, hops_ = 0, pings_ = 0;
};

// What Mesh and Solver have in common.
struct State {
  std::vector<int> marks;
  int index = -1, hops = 0, pings = 0, left = 0;
  int next = 0;  // Steps that are left once it has moved.
  int TakeNext() {
    const int n = next;
    next = 0;
    return n;
  }
  explicit State(int i = -1) : marks(kElements, i), index(i) {}
  void pup(PUP::er& p) { p | marks, p | index, p | hops, p | pings, p | left, p | next; }
  void Arrived() { CHECK(++hops == left); }
  void CheckMarks() const {
    for (int mark : marks) CHECK(mark == index);
  }
};

class Mesh : public CBase_Mesh {
 public:
  Mesh() : state_(thisIndex) { usesAtSync = true; }
  explicit Mesh(CkMigrateMessage* m) : CBase_Mesh(m) {}
  void pup(PUP::er& p) override {
    p | state_, p | pe_;
    CHECK(Partners());
  }
  void ckAboutToMigrate() override {
    CBase_Mesh::ckAboutToMigrate();
    ++state_.left;
  }
  void ckJustMigrated() override {
    CBase_Mesh::ckJustMigrated();
    state_.Arrived();
    CHECK(Partners());
    GoOn();
  }
  void Walk(int steps);
  void Ping(int) {
    ++state_.pings;
    CHECK(Partners());
  }
  void Check();
  void Balance() {
    pe_ = CkMyPe();
    AtSync();
  }
  void ResumeFromSync() override {
    CHECK(Partners());
    state_.CheckMarks();
    int mine[2] = {1, CkMyPe() != pe_ ? 1 : 0};
    contribute(sizeof(mine), mine, CkReduction::sum_int, CkCallback(CkReductionTarget(Main, Balanced), main_proxy));
  }
  int hops() const { return state_.hops; }

 private:
  bool Partners() const;
  void GoOn() {
    if (state_.next > 0) solvers[thisIndex].Walk(state_.TakeNext());
  }
  State state_;
  int pe_ = -1;
};

class Solver : public CBase_Solver {
 public:
  Solver() : state_(thisIndex) {
    // Made where its partner is.
    CHECK(meshes[thisIndex].ckLocal() != nullptr);
  }
  explicit Solver(CkMigrateMessage* m) : CBase_Solver(m) {}
  void pup(PUP::er& p) override {
    p | state_;
    CHECK(Partners());
  }
  void ckAboutToMigrate() override {
    CBase_Solver::ckAboutToMigrate();
    ++state_.left;
  }
  void ckJustMigrated() override {
    CBase_Solver::ckJustMigrated();
    state_.Arrived();
    CHECK(Partners());
    GoOn();
  }
  // Half of the moves are asked for by the one, half by the other.
  void Walk(int steps) {
    CHECK(Partners());
    solvers[(thisIndex + steps) % kElements].Ping(thisIndex);
    meshes[(thisIndex + 2 * steps) % kElements].Ping(thisIndex);
    const int to = (CkMyPe() + 1) % CkNumPes();
    state_.next = steps - 1;
    to == CkMyPe() ? GoOn() : migrateMe(to);
  }
  void Ping(int) {
    ++state_.pings;
    CHECK(Partners());
  }
  void Check() {
    CHECK(Partners());
    state_.CheckMarks();
    CHECK(state_.hops == Hops());
    CHECK(meshes[thisIndex].ckLocal()->hops() == state_.hops);
    int mine[3] = {1, state_.hops, state_.pings};
    contribute(sizeof(mine), mine, CkReduction::sum_int, CkCallback(CkReductionTarget(Main, Checked), main_proxy));
  }

 private:
  bool Partners() const { return meshes[thisIndex].ckLocal() != nullptr; }
  void GoOn() {
    if (state_.next > 0) meshes[thisIndex].Walk(state_.TakeNext());
  }
  State state_;
};

bool Mesh::Partners() const { return solvers[thisIndex].ckLocal() != nullptr; }
void Mesh::Walk(int steps) {
  CHECK(Partners());
  solvers[(thisIndex + steps) % kElements].Ping(thisIndex);
  meshes[(thisIndex + 2 * steps) % kElements].Ping(thisIndex);
  const int to = (CkMyPe() + 1) % CkNumPes();
  state_.next = steps - 1;
  to == CkMyPe() ? GoOn() : migrateMe(to);
}
void Mesh::Check() {
  CHECK(Partners());
  state_.CheckMarks();
  CHECK(state_.hops == Hops());
  int mine[3] = {1, state_.hops, state_.pings};
  contribute(sizeof(mine), mine, CkReduction::sum_int, CkCallback(CkReductionTarget(Main, Checked), main_proxy));
}

class Probe : public CBase_Probe {
 public:
  Probe() { CHECK(Partners()); }
  explicit Probe(CkMigrateMessage* m) : CBase_Probe(m) {}
  void pup(PUP::er&) override { CHECK(Partners()); }
  void Look() {
    CHECK(Partners());
    int one = 1;
    contribute(sizeof(one), &one, CkReduction::sum_int, CkCallback(CkReductionTarget(Main, Inserted), main_proxy));
  }
  void End() { ckDestroy(); }

 private:
  bool Partners() const { return meshes[thisIndex].ckLocal() != nullptr && solvers[thisIndex].ckLocal() != nullptr; }
};

#include "pgm.def.h"
