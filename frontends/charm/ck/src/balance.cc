// Load balancing.
//
// A round. A PE has what it needs when all of its elements that use AtSync() have called it. The
// first to be ready begins the round: the news goes along a tree of the PEs (the children of p are
// 2p+1 and 2p+2), so that PEs without elements take part. Then either each reports loads to one PE,
// which runs the strategy and tells all what to move; or, with DistributedLB, the PEs decide by
// gossip among each other (components/load_balance/gossip.h). Who was to get elements and has them
// says so, up the tree; then all resume, down the tree. Without a strategy a PE resumes its
// elements by itself.
//
// With +LBPeriod there are rounds of the elements that do not use AtSync(), which PE 0 begins by
// itself; nobody waits for their end.
#include <algorithm>
#include <cmath>
#include <ctime>
#include <map>
#include <set>
#include <tuple>

#include "LBManager.h"
#include "components/load_balance/gossip.h"
#include "components/load_balance/strategy.h"
#include "frontends/charm/ck/src/array_manager.h"
#include "frontends/charm/ck/src/balance_hooks.h"
#include "frontends/charm/ck/src/balance_options.h"
#include "frontends/charm/ck/src/packed.h"
#include "frontends/charm/ck/src/start.h"

namespace heddle {
void operator|(PUP::er& p, GossipMessage& m) {
  p | m.kind, p | m.from, p | m.round, p | m.integers, p | m.numbers;
}
}  // namespace heddle

namespace heddle::charm {

namespace {

struct ElementName {
  CkGroupID array;
  CkArrayIndex index;
  void pup(PUP::er& p) { p | array, p | index; }
  bool operator<(const ElementName& other) const {
    return array == other.array ? index < other.index : array.idx < other.array.idx;
  }
};

// What a PE knows of an element, and where it shall be.
struct Item {
  ElementName name;
  double load = 0;
  int pe = 0;
  int to = 0;
  bool movable = true;
  void pup(PUP::er& p) { p | name, p | load, p | pe, p | to, p | movable; }
};
bool ByName(const Item& a, const Item& b) { return a.name < b.name; }

// Bytes from one element to another.
struct Talk {
  ElementName from, to;
  double bytes = 0;
  void pup(PUP::er& p) { p | from, p | to, p | bytes; }
};

// What a PE says of itself.
struct PeLoad {
  int pe = 0;
  double background = 0;
  double speed = 1;
  void pup(PUP::er& p) { p | pe, p | background, p | speed; }
};

// One of the elements at AtSync(), or a periodic one.
struct Round {
  int number = 0;
  int announced = -1;  // The last that this PE has told its neighbours in the tree of,
  int asked = -1;      // and for which it has all arrays of those who began.
  bool reported = false;
  std::vector<Item> items;  // That this PE has reported.
  std::unique_ptr<GossipBalancer> gossip;
  // Of the PE that decides:
  std::vector<Item> all;
  std::vector<Talk> talks;
  std::vector<PeLoad> pes;
};

}  // namespace

struct BalanceState {
  std::set<CkLocRec*> users;  // Elements that call AtSync().
  std::set<CkLocRec*> others;
  std::set<CkLocRec*> waiting;  // Of `users`, those that have.
  std::map<std::pair<ElementName, ElementName>, double> talks;
  double speed = 1;
  Round rounds[2];   // Of AtSync(); periodic.
  int expected = 0;  // Elements under way to this PE.
  bool decided = false;
  int done_children = 0;
  bool timer = false;
  std::map<const Balancer*, std::unique_ptr<Strategy>> strategies;
};

namespace {

BalanceState& State() { return *MyPe().balance; }
bool HasStrategy() { return !BalancingOptions().balancers.empty(); }

int announce_handler = -1, report_handler = -1, decision_handler = -1, gossip_handler = -1,
    done_handler = -1, resume_handler = -1;

int Children() { return std::clamp(CkNumPes() - (2 * CkMyPe() + 1), 0, 2); }
int Parent() { return (CkMyPe() - 1) / 2; }
template <class... Parts>
void SendToChildren(int handler, Parts&... parts) {
  for (int child = 0; child < Children(); ++child)
    SendPacked(2 * CkMyPe() + 1 + child, handler, parts...);
}

// ---- A PE's part

void Announce(int number, bool periodic, std::vector<CkGroupID>& arrays) {
  Round& round = State().rounds[periodic];
  if (round.announced >= number) return;
  round.announced = number;
  if (CkMyPe() != 0) SendPacked(Parent(), announce_handler, number, periodic, arrays);
  SendToChildren(announce_handler, number, periodic, arrays);
}

GossipBalancer& Gossip(bool periodic) {
  Round& round = State().rounds[periodic];
  if (round.gossip == nullptr) {
    StrategyOptions options;
    options.seed = static_cast<std::uint64_t>(round.number) + 1;
    options.tolerance = BalancingOptions().tolerance;
    options.passes = BalancingOptions().passes;
    const auto send = [periodic, number = round.number](int to, GossipMessage message) mutable {
      SendPacked(to, gossip_handler, number, periodic, message);
    };
    round.gossip = std::make_unique<GossipBalancer>(CkMyPe(), CkNumPes(), options, send);
  }
  return *round.gossip;
}

// What of `listed` can be moved. Bound elements are one object, which the first of them that is
// listed names.
std::vector<Item> Measured(const std::set<CkLocRec*>& listed, bool periodic) {
  BalanceState& state = State();
  std::vector<Item> items;
  for (CkLocRec* const record : listed) {
    const std::vector<CkLocRec*> together = Together(record);
    const auto is_listed = [&](CkLocRec* one) { return listed.count(one) != 0; };
    if (*std::find_if(together.begin(), together.end(), is_listed) != record) continue;
    const auto at_sync = [&](CkLocRec* one) { return state.users.count(one) != 0; };
    if (periodic && std::any_of(together.begin(), together.end(), at_sync)) continue;
    Item item;
    item.name = {record->manager->id(), record->index};
    item.pe = item.to = CkMyPe();
    for (CkLocRec* const one : together) {
      if (!one->object->usesAutoMeasure && is_listed(one)) one->object->UserSetLBLoad();
      item.load += std::exchange(one->load, 0) * state.speed;
      item.movable = item.movable && one->migratable;
      one->user_load = false;
    }
    items.push_back(item);
  }
  // std::set's order is that of addresses: reports shall not depend on it.
  std::sort(items.begin(), items.end(), ByName);
  return items;
}

void GossipMayBeOver(bool periodic);

void Report(bool periodic) {
  BalanceState& state = State();
  Round& round = state.rounds[periodic];
  round.reported = true;
  round.items = Measured(periodic ? state.others : state.users, periodic);
  PeLoad mine{CkMyPe(), std::exchange(MyPe().background, 0), state.speed};
  // Elements that have no part in this kind of rounds are background, too.
  for (CkLocRec* const record : periodic ? state.users : state.others) {
    mine.background += record->load;
    if (BalancingOptions().period <= 0) record->load = 0;
  }
  if (!BalancingOptions().background) mine.background = 0;
  std::vector<Talk> talks;
  for (const auto& [pair, bytes] : state.talks) talks.push_back({pair.first, pair.second, bytes});
  state.talks.clear();
  if (!BalancerOfRound(round.number)->distributed)
    return SendPacked(BalancingOptions().center, report_handler, periodic, mine, round.items,
                      talks);

  std::vector<LoadObject> objects;
  for (const Item& item : round.items) objects.push_back({item.load, item.pe, item.movable});
  Gossip(periodic).Start({mine.background, mine.speed, true}, std::move(objects));
  GossipMayBeOver(periodic);
}

void MayReport(bool periodic) {
  BalanceState& state = State();
  Round& round = state.rounds[periodic];
  if (!HasStrategy() || round.reported) return;
  if (!periodic) {
    if (state.waiting.size() < state.users.size()) return;
    if (!state.users.empty()) {
      std::set<int> numbers;
      for (const CkLocRec* const record : state.users) numbers.insert(record->manager->id().idx);
      std::vector<CkGroupID> arrays;
      for (const int number : numbers) arrays.push_back(CkGroupID{number});
      Announce(round.number, false, arrays);
      return Report(false);
    }
  }
  if (round.asked >= round.number) Report(periodic);
}

void OnAnnounce(void* message) {
  int number = 0;
  bool periodic = false;
  std::vector<CkGroupID> arrays;
  Unpack(message, number, periodic, arrays);
  Announce(number, periodic, arrays);
  for (const CkGroupID array : arrays) {
    // Who is late does not know yet that it has elements.
    if (CkLocalBranch(array) == nullptr)
      return SendPacked(CkMyPe(), announce_handler, number, periodic, arrays);
  }
  Round& round = State().rounds[periodic];
  round.asked = std::max(round.asked, number);
  MayReport(periodic);
}

void ResumeHere() {
  std::vector<std::pair<ArrayManager*, CkArrayIndex>> all;
  State().waiting.clear();
  for (CkLocRec* const record : State().users) all.emplace_back(record->manager, record->index);
  for (const auto& [manager, index] : all) {
    CkLocRec* const record = manager->Find(index);
    if (record == nullptr) continue;
    RunningEntry running(record);
    record->object->ResumeFromSync();
  }
}

void OnResume(void* message) {
  bool round_ends = false;
  Unpack(message, round_ends);
  if (!round_ends) return ResumeHere();
  SendToChildren(resume_handler, round_ends);
  Round& round = State().rounds[false];
  ++round.number;
  round.reported = false;
  ResumeHere();
}

void CheckAllHere() {
  BalanceState& state = State();
  if (HasStrategy()) return MayReport(false);
  if (state.users.empty() || state.waiting.size() < state.users.size()) return;
  bool round_ends = false;
  SendPacked(CkMyPe(), resume_handler, round_ends);
}

void MayBeDone() {
  BalanceState& state = State();
  if (!state.decided || state.expected > 0 || state.done_children < Children()) return;
  state.decided = false;
  state.done_children = 0;
  bool yes = true;
  SendPacked(CkMyPe() == 0 ? 0 : Parent(), CkMyPe() == 0 ? resume_handler : done_handler, yes);
}

void OnDone(void* message) {
  bool yes = false;
  Unpack(message, yes);
  ++State().done_children;
  MayBeDone();
}

void Move(bool periodic, const std::vector<Item>& moves, int expected) {
  BalanceState& state = State();
  if (periodic) {
    Round& round = state.rounds[true];
    ++round.number;
    round.reported = false;
  } else {
    state.expected += expected;
    state.decided = true;
  }
  for (const Item& item : moves) {
    ArrayManager& manager = static_cast<CkArray*>(CkLocalBranch(item.name.array))->manager();
    CkLocRec* const record = manager.Find(item.name.index);
    if (record != nullptr) manager.Migrate(record, item.to);
  }
  if (!periodic) return MayBeDone();
  MayReport(true);
}

void OnDecision(void* message) {
  std::vector<Item> moves;
  int expected = 0;
  bool periodic = false;
  Unpack(message, periodic, moves, expected);
  Move(periodic, moves, expected);
}

void OnGossip(void* message) {
  int number = 0;
  bool periodic = false;
  GossipMessage said;
  Unpack(message, number, periodic, said);
  Round& round = State().rounds[periodic];
  // From one that has gone on already: when this PE has, too.
  if (number > round.number) return SendPacked(CkMyPe(), gossip_handler, number, periodic, said);
  Gossip(periodic).Receive(said);
  GossipMayBeOver(periodic);
}

void GossipMayBeOver(bool periodic) {
  Round& round = State().rounds[periodic];
  const GossipBalancer& gossip = *round.gossip;
  if (!gossip.done()) return;
  std::vector<Item> moves;
  for (const auto& [object, pe] : gossip.departures()) {
    moves.push_back(round.items[object]);
    moves.back().to = pe;
  }
  if (BalancingOptions().debug > 1 || (BalancingOptions().debug > 0 && CkMyPe() == 0))
    CkPrintf("CharmLB> round %d of DistributedLB: PE %d gives %zu of %zu objects and gets %d\n",
             round.number, CkMyPe(), moves.size(), round.items.size(), gossip.arrivals());
  const int expected = gossip.arrivals();
  round.gossip.reset();
  Move(periodic, moves, expected);
}

// ---- Of the PE that decides

Strategy& StrategyOf(const Balancer* balancer) {
  std::unique_ptr<Strategy>& strategy = State().strategies[balancer];
  if (strategy == nullptr) strategy = *MakeStrategy(balancer->strategy);
  return *strategy;
}

LoadState Gathered(const Round& round) {
  LoadState loads;
  loads.processors.resize(static_cast<std::size_t>(CkNumPes()));
  for (const PeLoad& pe : round.pes)
    loads.processors[static_cast<std::size_t>(pe.pe)] = {pe.background, pe.speed, true};
  for (const Item& item : round.all) loads.objects.push_back({item.load, item.pe, item.movable});
  std::map<ElementName, std::size_t> numbers;
  if (!round.talks.empty())
    for (std::size_t i = 0; i < round.all.size(); ++i) numbers[round.all[i].name] = i;
  for (const Talk& talk : round.talks) {
    const auto from = numbers.find(talk.from), to = numbers.find(talk.to);
    if (from != numbers.end() && to != numbers.end())
      loads.edges.push_back({from->second, to->second, talk.bytes});
  }
  return loads;
}

// With +MetaLB a round moves something only where the longest time is this much above the average.
constexpr double kImbalance = 1.1;

void Decide(bool periodic) {
  Round& round = State().rounds[periodic];
  std::sort(round.all.begin(), round.all.end(), ByName);
  const LoadState loads = Gathered(round);
  std::vector<int> to;
  for (const Item& item : round.all) to.push_back(item.pe);
  const LoadSummary before = Summarize(loads, to);
  const Balancer* const balancer = BalancerOfRound(round.number);
  if (!BalancingOptions().only_if_imbalanced || before.maximum > kImbalance * before.average)
    StrategyOf(balancer).Assign(loads, &to);
  std::vector<std::vector<Item>> moves(static_cast<std::size_t>(CkNumPes()));
  std::vector<int> expected(static_cast<std::size_t>(CkNumPes()), 0);
  int count = 0;
  for (std::size_t i = 0; i < round.all.size(); ++i) {
    Item& item = round.all[i];
    if (to[i] == item.pe) continue;
    item.to = to[i];
    moves[static_cast<std::size_t>(item.pe)].push_back(item);
    ++expected[static_cast<std::size_t>(to[i])];
    ++count;
  }
  if (BalancingOptions().debug > 0) {
    const LoadSummary after = Summarize(loads, to);
    CkPrintf(
        "CharmLB> round %d of %s: %zu objects, %d moves, longest %.6f s, will be %.6f s, average "
        "%.6f s\n",
        round.number, balancer->name, round.all.size(), count, before.maximum, after.maximum,
        before.average);
  }
  round.all.clear();
  round.talks.clear();
  round.pes.clear();
  for (int pe = 0; pe < CkNumPes(); ++pe)
    SendPacked(pe, decision_handler, periodic, moves[static_cast<std::size_t>(pe)],
               expected[static_cast<std::size_t>(pe)]);
}

void OnReport(void* message) {
  bool periodic = false;
  PeLoad pe;
  std::vector<Item> items;
  std::vector<Talk> talks;
  Unpack(message, periodic, pe, items, talks);
  Round& round = State().rounds[periodic];
  round.pes.push_back(pe);
  round.all.insert(round.all.end(), items.begin(), items.end());
  round.talks.insert(round.talks.end(), talks.begin(), talks.end());
  if (static_cast<int>(round.pes.size()) == CkNumPes()) Decide(periodic);
}

// ---- The timer of PE 0

void OnTimer(void*, double) {
  const double period = BalancingOptions().period;
  BalanceState& state = State();
  state.timer = period > 0;
  if (!state.timer) return;
  Round& round = state.rounds[true];
  // Unless the last one is not over.
  if (round.asked < round.number) {
    std::vector<CkGroupID> arrays;
    Announce(round.number, true, arrays);
    round.asked = round.number;
    MayReport(true);
  }
  CcdCallFnAfter(OnTimer, nullptr, period * 1000);
}

void StartTimer() {
  BalanceState& state = State();
  const double period = BalancingOptions().period;
  if (CkMyPe() != 0 || period <= 0 || state.timer || !HasStrategy()) return;
  state.timer = true;
  CcdCallFnAfter(OnTimer, nullptr, period * 1000);
}

// ---- How fast this PE is: in steps of 5 %, so that processors of one kind are equally fast. Only
// the ratio of two PEs matters.
double MeasureSpeed() {
  double best = 1e9;
  for (int attempt = 0; attempt < 5; ++attempt) {
    const double begin = CkWallTimer();
    volatile std::uint64_t x = 1;
    for (int i = 0; i < 200'000; ++i) x = x * 6364136223846793005u + 1442695040888963407u;
    best = std::min(best, CkWallTimer() - begin);
  }
  constexpr double kStep = 0.05;
  return std::exp(std::round(std::log(2e-4 / best) / kStep) * kStep);
}

}  // namespace

void InitBalance(CkPe& pe) {
  RegisterHandler(&announce_handler, OnAnnounce);
  RegisterHandler(&report_handler, OnReport);
  RegisterHandler(&decision_handler, OnDecision);
  RegisterHandler(&gossip_handler, OnGossip);
  RegisterHandler(&done_handler, OnDone);
  RegisterHandler(&resume_handler, OnResume);
  pe.balance = {new BalanceState, [](BalanceState* s) { delete s; }};
  const BalanceOptions& options = BalancingOptions();
  pe.measures_loads = HasStrategy() && options.instrument;
  for (const Balancer* const balancer : options.balancers)
    if (options.messages && (*MakeStrategy(balancer->strategy))->wants_edges())
      pe.records_messages = true;
  if (HasStrategy() && options.test_speed) pe.balance->speed = MeasureSpeed();
  StartTimer();
}

double LoadClock() {
  if (!BalancingOptions().cpu_time) return CkWallTimer();
  timespec now;
  (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void RecordMessage(const envelope* env, CkGroupID array, const CkArrayIndex& index) {
  const auto* const sender = dynamic_cast<const CkMigratable*>(MyPe().active);
  const CkLocRec* const record = sender == nullptr ? nullptr : sender->getCkLocRec();
  if (record == nullptr || !MyPe().measures_loads) return;
  State().talks[{ElementName{record->manager->id(), record->index}, ElementName{array, index}}] +=
      static_cast<double>(env->getTotalsize());
}

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
  if (!State().rounds[false].reported) CheckAllHere();
}
void ElementsArrived(const std::vector<CkLocRec*>& records, bool restored) {
  BalanceState& state = State();
  bool balanced = false;
  for (CkLocRec* const record : records) {
    if (record->object == nullptr) continue;  // It ends.
    ElementCreated(record);
    if (!record->object->usesAtSync || restored) continue;
    if (state.expected <= 0 && !state.rounds[false].reported) continue;
    state.waiting.insert(record);
    balanced = true;
  }
  if (!balanced) return;
  // By a decision, perhaps before this PE has heard of it.
  --state.expected;
  MayBeDone();
}

void ElementAtSync(CkLocRec* record) {
  BalanceState& state = State();
  state.others.erase(record);
  state.users.insert(record);
  if (!state.waiting.insert(record).second)
    CkAbort("Charm++: an element called AtSync() again before it was resumed");
  CheckAllHere();
}

}  // namespace heddle::charm

namespace hc = heddle::charm;

void LBTurnInstrumentOn() { hc::MyPe().measures_loads = hc::HasStrategy(); }
void LBTurnInstrumentOff() { hc::MyPe().measures_loads = false; }
void LBSetPeriod(double seconds) {
  hc::BalancingOptions().period = seconds;
  hc::StartTimer();
}
double LBGetPeriod() { return hc::BalancingOptions().period; }
void LBClearLoads() {
  hc::BalanceState& state = hc::State();
  for (CkLocRec* const record : state.users) record->load = 0;
  for (CkLocRec* const record : state.others) record->load = 0;
  state.talks.clear();
  hc::MyPe().background = 0;
}
LBManager* LBManagerObj() {
  static LBManager manager;
  return &manager;
}
