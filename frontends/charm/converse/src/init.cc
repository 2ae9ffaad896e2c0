// ConverseInit(): options, processes, PEs; and the end.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "components/blocking/semaphore.h"
#include "components/memory_pool/stack_pool.h"
#include "components/worker_pool/coroutine.h"
#include "frontends/charm/converse/src/conditions.h"
#include "frontends/charm/converse/src/modules.h"
#include "frontends/charm/converse/src/pe.h"
#include "frontends/charm/converse/src/queues.h"
#include "frontends/charm/converse/src/session.h"
#include "frontends/charm/converse/src/storage.h"
#include "frontends/charm/converse/src/threads.h"

int _Cmi_numpes = 1, _Cmi_mynodesize = 1, _Cmi_mynode = 0, _Cmi_numnodes = 1;

namespace heddle::converse {

Session* session = nullptr;

Pe::Pe(int pe_, int rank_) : CmiPeBlock{pe_, rank_, nullptr} {}
Pe::~Pe() = default;

namespace {

constexpr std::size_t kMainStackBytes = 8 << 20;  // As a Linux thread's.

struct StartArguments {
  int argc = 0;
  char** argv = nullptr;
  CmiStartFn function = nullptr;
  bool user_schedules = false;
};
StartArguments start;

CpvStaticDeclare(int, exit_handler);

// ---- A main thread that is PE 0. It posts what shall run where messages may, and waits.
struct Request {
  int (*body)(void*) = nullptr;
  void* argument = nullptr;
  int result = 0;
  Event done;
};
Semaphore requests{0};
Request* request = nullptr;  // Posted by `requests`.
bool serving = false;        // PE 0 runs one.
bool served = false;         // It has left since that ended.

void ServeRequests(Pe& pe) {
  for (;;) {
    request->result = request->body(request->argument);
    served = true;
    pe.Leave(Place::End::kMore);
  }
}

// ---- The life of a PE

void CountDown(int code) {
  if (code != 0) session->exit_code.store(code, std::memory_order_relaxed);
  if (session->running.fetch_sub(1, std::memory_order_acq_rel) == 1) session->ended.Set();
}

[[noreturn]] void EndPe(Pe& pe, int code) {
  if (!pe.exited) {
    pe.exited = true;
    CountDown(code);
  }
  for (;;) {  // What comes now is too late.
    while (pe.place->Take() != nullptr) {
    }
    if (pe.place->TryClose()) pe.Leave(Place::End::kIdle);
  }
}

void OnExit(void* message) {
  const int code = CmiHeaderOf(message)->root;
  CmiFree(message);
  EndPe(Self(), code);
}

void RunMain(void*) {
  Pe& pe = Self();
  char** const argv = CmiCopyArgs(start.argv);
  InitModules(pe, argv);
  CpvInitialize(int, exit_handler);
  CpvAccess(exit_handler) = CmiRegisterHandler(OnExit);
  CpvInitialize(Queue, CsdSchedQueue);
  CpvAccess(CsdSchedQueue) = WrapQueue(&pe.place->scheduled());
  session->node_barrier->Wait();  // All have registered what the modules need.
  if (session->main_is_pe && pe.rank == 0) ServeRequests(pe);
  start.function(CmiGetArgc(argv), argv);
  if (!start.user_schedules) (void)pe.Schedule(-1);
  EndPe(pe, 0);
}

// The activity of a PE's lane: enters the PE where it was left.
Place::End RunPe(Place& place) {
  Pe& pe = *static_cast<Pe*>(static_cast<CmiPeBlock*>(place.lane().user));
  if (!session->main_is_pe || pe.rank != 0) [[likely]] {
    pe.base = &RunningFiber();
    SwitchCoroutine(pe.current->fiber);
    return pe.end;
  }
  for (;;) {
    if (!serving) {
      requests.Acquire();  // The lane waits, too: between two requests PE 0 is the main thread.
      serving = true;
    }
    pe.base = &RunningFiber();
    SwitchCoroutine(pe.current->fiber);
    if (!served) return pe.end;
    served = serving = false;
    request->done.Set();
  }
}

// ---- Options

int PesPerProcess(char** argv, int processes) {
  int total = 0, here = 0, per_process = 0, ppn = 0;
  const bool has_total =
      CmiGetArgIntDesc(argv, "+pe", &total, "PEs of all processes together") != 0;
  const bool has_ppn = CmiGetArgIntDesc(argv, "++ppn", &per_process, "PEs of a process") != 0;
  const bool has_ppn_too = CmiGetArgIntDesc(argv, "+ppn", &ppn, "the same") != 0;
  const bool has_here =
      CmiGetArgIntDesc(argv, "+p", &here,
                       "PEs of a process; of all of them, if ++ppn is given, too") != 0;
  if (has_ppn && has_ppn_too && ppn != per_process)
    CmiAbort("++ppn %d and +ppn %d contradict each other", per_process, ppn);
  if (has_ppn_too) per_process = ppn;
  const auto check = [](const char* option, int value) {
    if (value < 1 || value > 4096) CmiAbort("%s %d: a number of PEs is 1 to 4096", option, value);
  };
  if (has_total) check("+pe", total);
  if (has_here) check("+p", here);
  if (has_ppn || has_ppn_too) {
    check("++ppn", per_process);
    if (has_total && total != per_process * processes)
      CmiAbort("+pe %d is not ++ppn %d times %d processes", total, per_process, processes);
    if (has_here && here != per_process * processes && here != per_process) {
      CmiAbort(
          "+p %d is not ++ppn %d times %d processes; start as many by mpirun -n %d, or by charmrun",
          here, per_process, processes, (here + per_process - 1) / per_process);
    }
    return per_process;
  }
  if (has_total) {
    if (total % processes != 0)
      CmiAbort("+pe %d: the number of PEs is a multiple of that of processes, %d", total,
               processes);
    if (has_here && here * processes != total)
      CmiAbort("+p %d times %d processes is not +pe %d", here, processes, total);
    return total / processes;
  }
  return has_here ? here : 1;
}

void AbortOf(const absl::Status& status) { CmiAbort("%s", std::string(status.message()).c_str()); }

void MakePes(bool pin) {
  ClientOptions options = Places::OptionsOfClient("converse", _Cmi_mynodesize);
  // As many PEs as cores are a core each, as in the original: they may wait for each other in ways that we do not see.
  options.pin_lanes = pin || _Cmi_mynodesize <= session->runtime->pool().slots();
  absl::StatusOr<Client*> client = session->runtime->pool().AddClient(std::move(options));
  if (!client.ok()) AbortOf(client.status());
  session->client = *client;
  session->places = std::make_unique<Places>(**client, RunPe);
  session->node_barrier = std::make_unique<Barrier>(_Cmi_mynodesize);
  session->running.store(_Cmi_mynodesize);
  CsvAccess(CsdNodeQueue) = WrapQueue(session->places.get());
  for (int rank = 0; rank < _Cmi_mynodesize; ++rank) {
    Pe* const pe = NewPe(CmiNodeFirst(_Cmi_mynode) + rank, rank);
    pe->place = &(*session->places)[rank];
    pe->conditions = std::make_unique<Conditions>(*pe->place);
    pe->main = pe->current = pe->scheduling = NewMainThread(RunMain, nullptr, kMainStackBytes);
    (*client)->lanes()[static_cast<std::size_t>(rank)]->user = static_cast<CmiPeBlock*>(pe);
    session->pes.push_back(pe);
  }
}

// All PEs of this process have ended.
[[noreturn]] void Finish() {
  std::fflush(stdout);
  session->network->Release();
  // A timer of the pool may be about to wake a place, whose lane goes with the client.
  for (Pe* const pe : session->pes) pe->conditions.reset();
  session->runtime->pool().RemoveClient(session->client);
  if (const absl::Status status = session->runtime->Release(); !status.ok()) {
    std::fprintf(stderr, "converse: %s\n", std::string(status.message()).c_str());
  }
  std::exit(session->exit_code.load());
}

void PushExit(int code) {
  for (Pe* const pe : session->pes) {
    void* const message = CmiAlloc(static_cast<int>(CmiMsgHeaderSizeBytes));
    CmiSetHandler(message, *static_cast<int*>(CmiCpvOf(
                               static_cast<void*>(CMK_TAG(Cpv_, exit_handler)), pe->rank)));
    CmiSetRoot(message, code);
    pe->place->Push(message);
  }
}

}  // namespace

int RunOnPe(int (*body)(void* argument), void* argument) {
  if (CurrentActivity()->lane != nullptr) return body(argument);
  Request mine;
  mine.body = body;
  mine.argument = argument;
  request = &mine;
  requests.Release();
  mine.done.Wait();
  return mine.result;
}

void RequestExit(int code) { PushExit(code); }

}  // namespace heddle::converse

namespace hc = heddle::converse;
using hc::session;

void ConverseInit(int argc, char** argv, CmiStartFn fn, int usched, int initret) {
  if (session != nullptr) CmiAbort("ConverseInit() was called before");
  session = new hc::Session;
  hc::start.argv = CmiCopyArgs(argv);
  hc::start.function = fn;
  hc::start.user_schedules = usched != 0;
  char** const args = hc::start.argv;
  session->quiet = CmiGetArgFlagDesc(args, "++quiet",
                                     "print nothing but what the program prints by itself") != 0;
  session->main_is_pe = initret != 0;
  absl::StatusOr<heddle::Runtime*> runtime = heddle::Runtime::Acquire();
  if (!runtime.ok()) hc::AbortOf(runtime.status());
  session->runtime = *runtime;
  absl::StatusOr<heddle::Network*> network = heddle::Network::Acquire((*runtime)->pool());
  if (!network.ok()) hc::AbortOf(network.status());
  session->network = *network;
  _Cmi_mynode = (*network)->process();
  _Cmi_numnodes = (*network)->processes();
  _Cmi_mynodesize = hc::PesPerProcess(args, _Cmi_numnodes);
  _Cmi_numpes = _Cmi_mynodesize * _Cmi_numnodes;
  const bool pin = hc::ReadAffinity(args);
  hc::start.argc = CmiGetArgc(args);
  hc::MakePes(pin);
  session->process_barrier = std::make_unique<heddle::ProcessBarrier>(*session->network);
  session->receiver = session->network->AddReceiver(hc::Receive, nullptr);
  if (!session->quiet && _Cmi_mynode == 0) {
    std::printf("Converse> Heddle: %d PEs in %d process%s, on %d cores each\n", _Cmi_numpes,
                _Cmi_numnodes, _Cmi_numnodes == 1 ? "" : "es", session->runtime->pool().slots());
  }
  // The program's own view of its arguments loses what was taken, too.
  for (int i = 0; i <= hc::start.argc && i < argc; ++i) argv[i] = args[i];
  session->main_thread = std::make_unique<heddle::Attachment>(
      session->client, static_cast<CmiPeBlock*>(initret != 0 ? session->pes[0] : nullptr));
  for (hc::Pe* const pe : session->pes) pe->place->Wake();
  if (initret == 0) {
    session->ended.Wait();
    hc::Finish();
  }
  // PE 0's own start, up to its first request.
  hc::RunOnPe([](void*) { return 0; }, nullptr);
}

void CmiConverseExit(int code) {
  if (session == nullptr) std::exit(code);
  if (heddle::CurrentActivity()->lane != nullptr) hc::EndPe(hc::Self(), code);
  // The main thread, as PE 0. Its lane ends, too.
  static int exit_code;
  static hc::Request last;
  exit_code = code;
  last.body = [](void*) -> int { hc::EndPe(hc::Self(), exit_code); };
  hc::request = &last;
  hc::requests.Release();
  session->ended.Wait();
  hc::Finish();
}

void CmiExit(int status) {
  for (int node = 0; node < _Cmi_numnodes; ++node) {
    if (node == _Cmi_mynode) continue;
    void* const message = CmiAlloc(sizeof(int));
    *static_cast<int*>(message) = status;
    hc::SendToProcess(node, hc::kTagExit, message);
  }
  hc::RequestExit(status);
}
