// A program for checkpoint_test.sh: counts nine steps, nine more in each restart, and makes checkpoints after each third but the last.
// Its objects of all kinds check themselves and abort with FAILED.
//
//   checkpoint [DIRECTORY]      with +restart it goes on from the last checkpoint
#include <cstdlib>
#include <string>
#include <vector>

#include "checkpoint.decl.h"

CProxy_Main main_proxy;
CProxy_Single single_proxy;
CProxy_Branch branches;
CProxy_NodeBranch node_branches;
CProxy_Element elements;
int count;

class Main : public CBase_Main {
 public:
  explicit Main(CkArgMsg* m) : directory_(m->argc > 1 ? m->argv[1] : "checkpoint") {
    delete m;
    main_proxy = thisProxy;
    count = 23;
    branches = CProxy_Branch::ckNew(7);
    node_branches = CProxy_NodeBranch::ckNew(11);
    elements = CProxy_Element::ckNew(count);
    // On another PE where there is one, so that its proxy is a promise's.
    single_proxy = CProxy_Single::ckNew(42, thisProxy, CkNumPes() - 1);
    Again();
  }
  explicit Main(CkMigrateMessage* m) : CBase_Main(m) {}
  void pup(PUP::er& p) {
    p | directory_, p | step_, p | last_;
    if (p.isUnpacking()) last_ += 9;
  }

  // After a checkpoint, or when restarted from it.
  void Saved(CkCheckpointStatusMsg* m) {
    if (m->status != CK_CHECKPOINT_SUCCESS) {
      CkPrintf("step %d: no checkpoint\n", step_);
      failed_ = true;
    }
    delete m;
    Again();
  }
  void Again() {
    if (step_ == last_) {
      CkPrintf("done: %d steps%s\n", step_, failed_ ? ", not every checkpoint" : "");
      CkExit(failed_ ? 3 : 0);
      return;
    }
    elements.Step(++step_);
  }
  void Sum(int sum) {
    const int wanted = step_ * count + count * (count - 1) / 2;
    if (sum != wanted) CkAbort("FAILED: step %d: the sum is %d, not %d", step_, sum, wanted);
    if (!_restarted || _chareRestored) {
      single_proxy.Tell();
    } else {
      Told(42);
    }
  }
  void Told(int value) {
    if (value != 42) CkAbort("FAILED: the chare has %d", value);
    CkPrintf("step %d\n", step_);
    if (step_ % 3 == 0 && step_ < last_) {
      CkStartCheckpoint(directory_.c_str(), CkCallback(CkIndex_Main::Saved(nullptr), thisProxy), true);
    } else {
      Again();
    }
  }

 private:
  std::string directory_;
  int step_ = 0, last_ = 9;
  bool failed_ = false;
};

class Single : public CBase_Single {
 public:
  Single(int value, const CProxy_Main& main) : value_(value), main_(main) {}
  explicit Single(CkMigrateMessage* m) : CBase_Single(m) {}
  void pup(PUP::er& p) { p | value_, p | main_; }
  void Tell() { main_.Told(value_); }

 private:
  int value_ = 0;
  CProxy_Main main_;
};

class Branch : public CBase_Branch {
 public:
  explicit Branch(int value) : value_(value), pe_(CkMyPe()) {}
  explicit Branch(CkMigrateMessage* m) : CBase_Branch(m) {}
  void pup(PUP::er& p) {
    p | value_, p | pe_;
    if (p.isUnpacking() && (value_ != 7 || pe_ != (CkNumPes() == _oldNumPes ? CkMyPe() : 0))) CkAbort("FAILED: a branch has %d of PE %d", value_, pe_);
  }
  void Add() {}
  int value() const { return value_; }

 private:
  int value_ = 0, pe_ = 0;
};

class NodeBranch : public CBase_NodeBranch {
 public:
  explicit NodeBranch(int value) : values_(1000, value) {}
  explicit NodeBranch(CkMigrateMessage* m) : CBase_NodeBranch(m) {}
  void pup(PUP::er& p) { p | values_; }
  int value() const { return values_.size() == 1000 ? values_[999] : -1; }

 private:
  std::vector<int> values_;
};

class Element : public CBase_Element {
 public:
  Element() : data_(static_cast<size_t>(100 * (thisIndex + 1)), thisIndex) {}
  explicit Element(CkMigrateMessage* m) : CBase_Element(m) {}
  void pup(PUP::er& p) { p | data_; }
  void Step(int step) {
    if (branches.ckLocalBranch()->value() != 7 || node_branches.ckLocalBranch()->value() != 11) CkAbort("FAILED: a group's branch is another one");
    for (int value : data_)
      if (value != thisIndex) CkAbort("FAILED: element %d has %d", thisIndex, value);
    int sum = step + thisIndex;
    contribute(sizeof(sum), &sum, CkReduction::sum_int, CkCallback(CkReductionTarget(Main, Sum), main_proxy));
  }

 private:
  std::vector<int> data_;
};

#include "checkpoint.def.h"
