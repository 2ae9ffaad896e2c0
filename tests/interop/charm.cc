// A task graph in Charm++: a chare array of tasks, which send each other their values.
//
// The main thread is PE 0. What runs on another thread, or in another frontend's task, is no PE: it
// asks the PEs by a message to the node, which any of them takes, and waits for a lock of Converse.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "components/base/check.h"
#include "mpi-interoperate.h"
#include "tests/interop/frontend.h"
#include "tests/interop/nodes_charm.decl.h"

namespace {

using heddle::interop::GraphRun;
using heddle::interop::kMaxInputs;

struct Request {
  char header[CmiMsgHeaderSizeBytes];
  GraphRun* run;     // nullptr: PE 0 leaves its scheduler.
  CmiNodeLock done;  // Held until the graph has ended; nullptr: PE 0 leaves its scheduler then.
};

std::atomic<int> request_handler{-1};  // The same on all PEs.

char* NewRequest(GraphRun* run, CmiNodeLock done) {
  auto* const request = static_cast<Request*>(CmiAlloc(sizeof(Request)));
  CmiSetHandler(request, request_handler.load());
  request->run = run;
  request->done = done;
  return reinterpret_cast<char*>(request);
}

// Contexts: any PE; any thread.
void LeaveScheduler() {
  if (CkMyPe() == 0) return CsdExitScheduler();
  CmiSyncSendAndFree(0, sizeof(Request), NewRequest(nullptr, nullptr));
}
void SendToAnyPe(GraphRun* run, CmiNodeLock done) {
  CmiSyncNodeSendAndFree(0, sizeof(Request), NewRequest(run, done));
}

void Begin(GraphRun* run, CmiNodeLock done) {
  CProxy_CharmNode::ckNew(reinterpret_cast<CmiUInt8>(run), reinterpret_cast<CmiUInt8>(done),
                          run->graph().size());
}

void OnRequest(void* message) {
  const Request request = *static_cast<Request*>(message);
  CmiFree(message);
  if (request.run == nullptr) return LeaveScheduler();
  Begin(request.run, request.done);
}

void RegisterRequests() { request_handler.store(CmiRegisterHandler(OnRequest)); }

}  // namespace

class CharmNode : public CBase_CharmNode {
 public:
  CharmNode(CmiUInt8 run, CmiUInt8 done)
      : run_(reinterpret_cast<GraphRun*>(run)),
        done_(reinterpret_cast<CmiNodeLock>(done)),
        missing_(static_cast<int>(run_->graph().inputs(thisIndex).size())) {
    if (missing_ == 0) Execute();
  }
  explicit CharmNode(CkMigrateMessage*) {}

  void Input(int slot, CmiUInt8 value) {
    HEDDLE_CHECK(inputs_[slot] == nullptr)
        << "task " << thisIndex << " has got input " << slot << " twice";
    values_[slot] = value;
    inputs_[slot] = &values_[slot];
    if (--missing_ == 0) Execute();
  }

  // Of element 0, once all have contributed.
  void Finished() {
    const CmiNodeLock done = done_;
    thisProxy.ckDestroy();
    if (done == nullptr) return LeaveScheduler();
    CmiUnlock(done);
  }

 private:
  void Execute() {
    const std::uint64_t value = run_->Execute(thisIndex, inputs_);
    for (int slot = 0; slot < kMaxInputs; ++slot) {
      for (const int consumer : run_->graph().consumers(thisIndex, slot))
        thisProxy[consumer].Input(slot, value);
    }
    contribute(CkCallback(CkReductionTarget(CharmNode, Finished), thisProxy[0]));
  }

  GraphRun* run_ = nullptr;
  CmiNodeLock done_ = nullptr;
  int missing_ = 0;
  std::uint64_t values_[kMaxInputs] = {};
  const std::uint64_t* inputs_[kMaxInputs] = {};
};

#include "tests/interop/nodes_charm.def.h"

// PEs, and what they hold, last as long as the process.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }  // NOLINT: its name.

namespace heddle::interop {
namespace {

bool started = false;
std::thread::id main_thread;

void RegisterModules() {
  _registernodes_charm();
  _registerInitCall(RegisterRequests, 0);  // On each PE.
}

class CharmFrontend : public Frontend {
 public:
  const char* name() const override { return "Charm"; }

  // Charm++ starts once in a process and ends with it. Between Stop() and Start() its PEs sleep.
  void Start(int workers) override {
    if (started) return HEDDLE_CHECK_EQ(CkNumPes(), workers);
    started = true;
    main_thread = std::this_thread::get_id();
    std::string program = "interop", pes = "+p" + std::to_string(workers), quiet = "++quiet";
    std::vector<char*> argv = {program.data(), pes.data(), quiet.data(), nullptr};
    CharmStart(3, argv.data(), RegisterModules);
  }

  void Stop() override {}

  void Run(GraphRun& run) override {
    if (std::this_thread::get_id() == main_thread) {
      Begin(&run, nullptr);
      StartCharmScheduler();
      return;
    }
    const CmiNodeLock done = CmiCreateLock();
    CmiLock(done);
    SendToAnyPe(&run, done);
    CmiLock(done);
    CmiDestroyLock(done);
  }

  // An entry method that waits keeps its PE, and every PE takes part in a graph.
  bool nests() const override { return false; }
};

}  // namespace

bool CharmIsStarted() { return started; }
void ServePe0() { StartCharmScheduler(); }
void LeavePe0() { SendToAnyPe(nullptr, nullptr); }

Frontend& Charm() {
  static auto* const frontend = new CharmFrontend;
  return *frontend;
}

}  // namespace heddle::interop
