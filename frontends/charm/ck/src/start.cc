#include "frontends/charm/ck/src/start.h"

#include "mpi-interoperate.h"

#include "frontends/charm/ck/src/chares.h"
#include "frontends/charm/ck/src/checkpoint.h"
#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/nocopy.h"
#include "frontends/charm/ck/src/observer.h"
#include "frontends/charm/ck/src/pe.h"
#include "frontends/charm/ck/src/process.h"

namespace heddle::charm {
namespace {

int begin_handler = -1;

// ---- Readonly variables: packed on PE 0 after the main chares' constructors, unpacked once in every other process.

envelope* PackReadonlies() {
  PUP::sizer size;
  PupReadonlies(size);
  envelope* const env = envelope::Allocate(RODataMsg, 0, static_cast<UInt>(size.size()));
  PUP::toMem to(EnvToUsr(env));
  PupReadonlies(to);
  return env;
}

// This PE takes part from now on.
void Begin() {
  CkPe& pe = MyPe();
  pe.started = true;
  std::vector<envelope*> early;
  early.swap(pe.early);
  for (envelope* const env : early) Accept(env);
}

void OnBegin(void* message) {
  CmiFree(message);
  CountProcessed(MyPe());
  Begin();
}

// To the other PEs of this process.
void BeginOthers() {
  for (int rank = 0; rank < CmiMyNodeSize(); ++rank) {
    if (rank == CmiMyRank()) continue;
    void* const message = CmiAlloc(static_cast<int>(CmiMsgHeaderSizeBytes));
    CmiSetHandler(message, begin_handler);
    CountCreated(MyPe());
    CmiPushPE(rank, message);
  }
}

// ---- Main chares

void RunMainChares() {
  MyPe().started = true;
  for (std::size_t i = 0; i < _mainTable.size() && !IsRestart(); ++i) {
    MainInfo& main = *_mainTable[i];
    const Creating creating = NewChare(main.chareIdx);
    main.obj = creating.object;
    InvokeConstructor(creating, main.entryIdx, NewArguments());
  }
  if (IsRestart()) RestoreMain();
  for (int node = 1; node < CmiNumNodes(); ++node) {
    envelope* const env = PackReadonlies();
    env->setPacked(1);
    SendToPe(env, CmiNodeFirst(node));
  }
  BeginOthers();
  if (IsRestart()) RestoreOthers();
}

// ---- PEs

void RunInitCalls(bool once_a_process) {
  // They may register more modules, whose calls follow.
  for (std::size_t i = 0; i < ThisProcess().init_calls.size(); ++i) {
    const InitCall call = ThisProcess().init_calls[i];
    if (call.once_a_process == once_a_process) call.function();
  }
}

void StartPe(int, char** argv) {
  CpvInitialize(CkPe*, ckPe);
  auto* const pe = new CkPe(CmiMyPe());
  CpvAccess(ckPe) = pe;
  pe->quiescence = CpvAccess(cQdState);
  InitDelivery();
  RegisterHandler(&begin_handler, OnBegin);
  if (CmiMyRank() == 0) {
    Process& process = ThisProcess();
    process.lock = CmiCreateLock();
    ReadBalanceOptions(argv);
    ReadRestartOptions(argv);
    process.argc = CmiGetArgc(argv);
    process.argv = argv;
    RegisterRuntime();
    process.register_modules();
    PrepareObservers();
  }
  CmiNodeBarrier();
  InitObserver(*pe);
  InitReductions(*pe);
  InitCallbacks();
  InitTransfers();
  InitCheckpoint();
  InitRestart();
  InitSections(*pe);
  InitArrays(*pe);
  InitFutures(*pe);
  InitBalance(*pe);
  InitAggregation(*pe);
  InitExit();
  if (CmiMyRank() == 0) RunInitCalls(true);
  CmiNodeBarrier();
  RunInitCalls(false);
  CmiNodeBarrier();
  if (CmiMyPe() == 0) RunMainChares();
}

}  // namespace

void PupReadonlies(PUP::er& p) {
  for (std::size_t i = 0; i < _readonlyTable.size(); ++i) _readonlyTable[i]->pupData(p);
  for (std::size_t i = 0; i < _readonlyMsgs.size(); ++i) CkPupMessage(p, _readonlyMsgs[i]->pMsg);
}

CkArgMsg* NewArguments() {
  auto* const arguments = new CkArgMsg;
  arguments->argc = ThisProcess().argc;
  arguments->argv = ThisProcess().argv;
  return arguments;
}

void ReceiveReadonlies(envelope* env) {
  CountProcessed(MyPe());
  PUP::fromMem from(EnvToUsr(env));
  PupReadonlies(from);
  CmiFree(env);
  BeginOthers();
  Begin();
}

CkPe::CkPe(int number)
    : pe(number),
      reductions(nullptr, [](ReductionState*) {}),
      arrays(nullptr, [](ArrayState*) {}),
      sections(nullptr, [](SectionState*) {}),
      futures(nullptr, [](FutureState*) {}),
      balance(nullptr, [](BalanceState*) {}),
      aggregate(nullptr, [](AggregateState*) {}) {}
CkPe::~CkPe() = default;

Process& ThisProcess() {
  static Process process;
  return process;
}

}  // namespace heddle::charm

namespace {
void StartOther(int argc, char** argv) {
  heddle::charm::StartPe(argc, argv);
  (void)CsdScheduler(-1);
}
}  // namespace

extern "C" void CharmStart(int argc, char** argv, void (*register_modules)()) {
  heddle::charm::ThisProcess().register_modules = register_modules;
  ConverseInit(argc, argv, StartOther, 1, 1);
  heddle::charm::StartPe(argc, argv);
}

extern "C" int CharmMain(int argc, char** argv, void (*register_modules)()) {
  heddle::charm::ThisProcess().register_modules = register_modules;
  ConverseInit(argc, argv, heddle::charm::StartPe, 0, 0);
  return 0;
}

int CkGetArgc() { return heddle::charm::ThisProcess().argc; }
char** CkGetArgv() { return heddle::charm::ThisProcess().argv; }
