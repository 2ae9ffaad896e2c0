// Load balancing.
//
// A round: when all elements of a PE that use it are at AtSync(), the PE reports their loads to PE 0; the first report makes PE 0 ask
// the others, so that PEs without elements report, too. PE 0 decides and tells all; who was to get elements and has them says so;
// then all resume. Without a strategy a PE resumes its elements by itself. With +LBPeriod rounds of elements that never call
// AtSync() begin by themselves; nobody waits for their end.
#include <algorithm>
#include <map>
#include <set>

#include "LBManager.h"
#include "components/load_balance/strategy.h"
#include "frontends/charm/ck/src/array_manager.h"
#include "frontends/charm/ck/src/balance_hooks.h"
#include "frontends/charm/ck/src/deliver.h"
#include "frontends/charm/ck/src/start.h"

namespace heddle::charm {

namespace {

// What a PE knows of an element, and where it shall be.
struct Item {
  CkGroupID array;
  CkArrayIndex index;
  double load = 0;
  int pe = 0;
  int to = 0;
  bool movable = true;
  void pup(PUP::er& p) { p | array, p | index, p | load, p | pe, p | to, p | movable; }
};

struct Names {
  const char* users;
  const char* strategy;
};
// The original's names.
constexpr Names kNames[] = {
    {"GreedyLB", "greedy"},      {"GreedyCommLB", "greedy"}, {"TreeLB", "greedy"},         {"GreedyRefineLB", "greedy-refine"}, {"HybridLB", "greedy-refine"},
    {"RefineLB", "refine"},      {"RefineCommLB", "refine"}, {"RefineSwapLB", "refine"},   {"RandCentLB", "random"},            {"RandLB", "random"},
    {"RotateLB", "rotate"},      {"DummyLB", "dummy"},       {"DistributedLB", "distributed"}, {"NullLB", ""}};

// Of the process; set before PEs begin, and the same in all.
struct Settings {
  std::string linked;                // -balancer NAME
  std::vector<std::string> names;    // +balancer NAME, one round each in turn, the last from then on
  double period = 0;
  bool off = false;
  int debug = 0;
};
Settings settings;

}  // namespace

struct BalanceState {
  std::set<CkLocRec*> users;   // Elements that call AtSync().
  std::set<CkLocRec*> others;
  std::set<CkLocRec*> waiting; // Of `users`, those that have.
  bool asked = false;          // PE 0 has asked for a report of this round.
  bool reported = false;
  bool instrument = true;
  int expected = 0;            // Elements under way to this PE.
  bool decided = false;
  // On PE 0:
  std::vector<Item> items;
  int reports = 0;
  int done = 0;
  int round = 0;
  std::vector<std::unique_ptr<Strategy>> strategies;
};

namespace {

BalanceState& State() { return *MyPe().balance; }

// ---- Packed messages
template <class... Parts>
void SendPacked(int pe, int handler, Parts&... parts) {
  PUP::sizer size;
  ((size | parts), ...);
  const std::size_t total = CK_ALIGN(CmiMsgHeaderSizeBytes, 16) + size.size();
  char* const message = static_cast<char*>(CmiAlloc(static_cast<int>(total)));
  PUP::toMem to(message + CK_ALIGN(CmiMsgHeaderSizeBytes, 16));
  ((to | parts), ...);
  CmiSetHandler(message, handler);
  CountCreated(MyPe());
  CmiSyncSendAndFree(static_cast<unsigned>(pe), static_cast<int>(total), message);
}
template <class... Parts>
void Unpack(void* message, Parts&... parts) {
  CountProcessed(MyPe());
  PUP::fromMem from(static_cast<char*>(message) + CK_ALIGN(CmiMsgHeaderSizeBytes, 16));
  ((from | parts), ...);
  CmiFree(message);
}

int report_handler = -1, ask_handler = -1, decision_handler = -1, done_handler = -1, resume_handler = -1;

bool HasStrategy() { return !settings.off && !settings.names.empty(); }

// ---- A PE's part
void Report(bool periodic) {
  BalanceState& state = State();
  std::vector<Item> items;
  const std::set<CkLocRec*>& listed = periodic ? state.others : state.users;
  for (CkLocRec* const record : listed) {
    // Bound elements are one object, which the first of them that is listed names.
    const std::vector<CkLocRec*> together = Together(record);
    if (*std::find_if(together.begin(), together.end(), [&](CkLocRec* r) { return listed.count(r) != 0; }) != record) continue;
    if (periodic && std::any_of(together.begin(), together.end(), [&](CkLocRec* r) { return state.users.count(r) != 0; })) continue;
    Item item;
    item.array = record->manager->id();
    item.index = record->index;
    item.pe = item.to = CkMyPe();
    for (CkLocRec* const one : together) {
      if (!one->object->usesAutoMeasure && listed.count(one) != 0) one->object->UserSetLBLoad();
      item.load += one->load;
      item.movable = item.movable && one->migratable;
      one->load = 0;
      one->user_load = false;
    }
    items.push_back(item);
  }
  // std::set's order is that of addresses: reports shall not depend on it.
  std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.array == b.array ? a.index < b.index : a.array.idx < b.array.idx; });
  state.reported = true;
  int pe = CkMyPe();
  SendPacked(0, report_handler, pe, periodic, items);
}

void CheckAllHere() {
  BalanceState& state = State();
  if (state.waiting.size() < state.users.size()) return;
  if (!HasStrategy()) {
    if (state.users.empty()) return;
    int nothing = 0;
    SendPacked(CkMyPe(), resume_handler, nothing);
    return;
  }
  if (!state.reported && (state.asked || !state.users.empty())) Report(false);
}

void ReportDone() {
  BalanceState& state = State();
  if (!state.decided || state.expected > 0) return;
  state.decided = false;
  int pe = CkMyPe();
  SendPacked(0, done_handler, pe);
}

void OnAsk(void* message) {
  bool periodic = false;
  std::vector<CkGroupID> arrays;
  Unpack(message, periodic, arrays);
  for (const CkGroupID array : arrays) {
    // Who is late does not know yet that it has elements.
    if (CkLocalBranch(array) == nullptr) return SendPacked(CkMyPe(), ask_handler, periodic, arrays);
  }
  if (periodic) return Report(true);
  State().asked = true;
  CheckAllHere();
}

void OnDecision(void* message) {
  std::vector<Item> moves;
  int expected = 0;
  bool periodic = false;
  Unpack(message, moves, expected, periodic);
  BalanceState& state = State();
  if (!periodic) {
    state.expected += expected;
    state.decided = true;
  }
  for (const Item& item : moves) {
    auto* const array = static_cast<CkArray*>(CkLocalBranch(item.array));
    CkLocRec* const record = array->manager().Find(item.index);
    if (record != nullptr) array->manager().Migrate(record, item.to);
  }
  if (!periodic) ReportDone();
}

void OnResume(void* message) {
  int nothing = 0;
  Unpack(message, nothing);
  BalanceState& state = State();
  state.asked = state.reported = false;
  state.waiting.clear();
  struct Who {
    ArrayManager* manager;
    CkArrayIndex index;
  };
  std::vector<Who> all;
  for (CkLocRec* const record : state.users) all.push_back({record->manager, record->index});
  for (const Who& who : all) {
    CkLocRec* const record = who.manager->Find(who.index);
    if (record == nullptr) continue;
    RunningEntry running(record);
    record->object->ResumeFromSync();
  }
}

// ---- PE 0's part
Strategy& CurrentStrategy() {
  BalanceState& state = State();
  if (state.strategies.empty()) {
    for (const std::string& name : settings.names) {
      const char* strategy = nullptr;
      for (const Names& known : kNames)
        if (name == known.users) strategy = known.strategy;
      absl::StatusOr<std::unique_ptr<Strategy>> made = MakeStrategy(strategy != nullptr ? strategy : name);
      if (!made.ok()) CkAbort("Charm++: %s", std::string(made.status().message()).c_str());
      state.strategies.push_back(*std::move(made));
    }
  }
  const auto last = state.strategies.size() - 1;
  return *state.strategies[std::min<std::size_t>(static_cast<std::size_t>(state.round), last)];
}

void Decide(bool periodic) {
  BalanceState& state = State();
  LoadState loads;
  loads.processors.resize(static_cast<std::size_t>(CkNumPes()));
  std::sort(state.items.begin(), state.items.end(), [](const Item& a, const Item& b) { return a.array == b.array ? a.index < b.index : a.array.idx < b.array.idx; });
  std::vector<int> before;
  for (const Item& item : state.items) {
    loads.objects.push_back({item.load, item.pe, item.movable});
    before.push_back(item.pe);
  }
  std::vector<int> to;
  CurrentStrategy().Assign(loads, &to);
  std::vector<std::vector<Item>> moves(static_cast<std::size_t>(CkNumPes()));
  std::vector<int> expected(static_cast<std::size_t>(CkNumPes()), 0);
  int count = 0;
  for (std::size_t i = 0; i < state.items.size(); ++i) {
    Item& item = state.items[i];
    if (to[i] == item.pe) continue;
    item.to = to[i];
    moves[static_cast<std::size_t>(item.pe)].push_back(item);
    ++expected[static_cast<std::size_t>(to[i])];
    ++count;
  }
  if (settings.debug > 0) {
    const LoadSummary old = Summarize(loads, before), now = Summarize(loads, to);
    CkPrintf("CharmLB> round %d of %s: %zu objects, %d moves, longest %.6f s, will be %.6f s, average %.6f s\n", state.round,
             settings.names[std::min<std::size_t>(static_cast<std::size_t>(state.round), settings.names.size() - 1)].c_str(), state.items.size(), count, old.maximum, now.maximum, old.average);
  }
  ++state.round;
  state.items.clear();
  state.reports = 0;
  for (int pe = 0; pe < CkNumPes(); ++pe) SendPacked(pe, decision_handler, moves[static_cast<std::size_t>(pe)], expected[static_cast<std::size_t>(pe)], periodic);
}

void OnReport(void* message) {
  int from = 0;
  bool periodic = false;
  std::vector<Item> items;
  Unpack(message, from, periodic, items);
  BalanceState& state = State();
  if (state.reports++ == 0 && !periodic) {
    std::vector<CkGroupID> arrays;
    for (const Item& item : items)
      if (arrays.empty() || !(arrays.back() == item.array)) arrays.push_back(item.array);
    for (int pe = 0; pe < CkNumPes(); ++pe)
      if (pe != from) SendPacked(pe, ask_handler, periodic, arrays);
  }
  state.items.insert(state.items.end(), items.begin(), items.end());
  if (state.reports == CkNumPes()) Decide(periodic);
}

void OnDone(void* message) {
  int pe = 0;
  Unpack(message, pe);
  if (++State().done < CkNumPes()) return;
  State().done = 0;
  int nothing = 0;
  for (int to = 0; to < CkNumPes(); ++to) SendPacked(to, resume_handler, nothing);
}

void StartPeriodic(void*, double) {
  bool periodic = true;
  std::vector<CkGroupID> arrays;
  if (State().reports == 0)
    for (int pe = 0; pe < CkNumPes(); ++pe) SendPacked(pe, ask_handler, periodic, arrays);
  CcdCallFnAfter(StartPeriodic, nullptr, settings.period * 1000);
}

}  // namespace

void ReadBalanceOptions(char** argv) {
  static char balancer[] = "+balancer";
  char* name = nullptr;
  while (CmiGetArgStringDesc(argv, balancer, &name, "the load balancer: GreedyLB, GreedyRefineLB, RefineLB, RotateLB, RandCentLB, DummyLB, DistributedLB, TreeLB") != 0) settings.names.emplace_back(name);
  if (settings.names.empty() && !settings.linked.empty()) settings.names.push_back(settings.linked);
  if (!settings.names.empty() && settings.names.front() == "NullLB") settings.names.clear();
  for (const std::string& wanted : settings.names) {
    const auto known = std::find_if(std::begin(kNames), std::end(kNames), [&](const Names& n) { return wanted == n.users; });
    if (known == std::end(kNames)) {
      std::string all;
      for (const Names& n : kNames) all += std::string(" ") + n.users;
      CmiAbort("+balancer %s: there is no such balancer; there are%s", wanted.c_str(), all.c_str());
    }
  }
  (void)CmiGetArgDoubleDesc(argv, "+LBPeriod", &settings.period, "seconds between rounds for elements that do not call AtSync()");
  (void)CmiGetArgIntDesc(argv, "+LBDebug", &settings.debug, "prints each round");
  settings.off = CmiGetArgFlagDesc(argv, "+LBOff", "no load balancing") != 0;
  // Of the original, and without effect here.
  for (const char* const flag : {"+LBSyncResume", "+LBTestPESpeed", "+LBSameCpus", "+LBCommOff", "+LBStatsOn", "+LBObjOnly", "+LBCentralized", "+LBQuietMode"})
    (void)CmiGetArgFlagDesc(argv, flag, "accepted");
  int ignored = 0;
  for (const char* const number : {"+LBPredictor", "+LBLoop", "+LBVersion", "+LBNumMoves"}) (void)CmiGetArgIntDesc(argv, number, &ignored, "accepted");
}

void InitBalance(CkPe& pe) {
  RegisterHandler(&report_handler, OnReport);
  RegisterHandler(&ask_handler, OnAsk);
  RegisterHandler(&decision_handler, OnDecision);
  RegisterHandler(&done_handler, OnDone);
  RegisterHandler(&resume_handler, OnResume);
  pe.balance = {new BalanceState, [](BalanceState* s) { delete s; }};
  if (pe.pe == 0 && settings.period > 0 && HasStrategy()) CcdCallFnAfter(StartPeriodic, nullptr, settings.period * 1000);
}

bool Balancing() { return HasStrategy() && State().instrument; }

void ElementCreated(CkLocRec* record) {
  BalanceState& state = State();
  (record->object->usesAtSync ? state.users : state.others).insert(record);
}
void ElementLeft(CkLocRec* record) {
  BalanceState& state = State();
  state.users.erase(record);
  state.others.erase(record);
  state.waiting.erase(record);
}
void ElementDestroyed(CkLocRec* record) {
  ElementLeft(record);
  if (!State().reported) CheckAllHere();
}
void ElementsArrived(const std::vector<CkLocRec*>& records, bool restored) {
  BalanceState& state = State();
  bool balanced = false;
  for (CkLocRec* const record : records) {
    if (record->object == nullptr) continue;  // It ends.
    ElementCreated(record);
    if (!record->object->usesAtSync || restored || (state.expected <= 0 && !state.reported)) continue;
    state.waiting.insert(record);
    balanced = true;
  }
  if (!balanced) return;
  // By a decision, perhaps before this PE has heard of it.
  --state.expected;
  ReportDone();
}

void ElementAtSync(CkLocRec* record) {
  BalanceState& state = State();
  state.others.erase(record);
  state.users.insert(record);
  if (!state.waiting.insert(record).second) CkAbort("Charm++: an element called AtSync() again before it was resumed");
  CheckAllHere();
}

}  // namespace heddle::charm

namespace hc = heddle::charm;

void LBDefaultCreate(const char* name) { hc::settings.linked = name; }
void LBTurnInstrumentOn() { hc::State().instrument = true; }
void LBTurnInstrumentOff() { hc::State().instrument = false; }
void LBSetPeriod(double seconds) { hc::settings.period = seconds; }
void LBClearLoads() {
  for (CkLocRec* const record : hc::State().users) record->load = 0;
}
void TurnManualLBOn() {}
void TurnManualLBOff() {}
LBManager* LBManagerObj() {
  static LBManager manager;
  return &manager;
}
