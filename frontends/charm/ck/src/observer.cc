#include "frontends/charm/ck/src/observer.h"

#include <algorithm>
#include <iomanip>
#include <mutex>
#include <sstream>
#include <vector>

#include "components/base/clock.h"
#include "components/runtime/runtime.h"
#include "components/sync/spin_lock.h"
#include "frontends/charm/ck/src/pe.h"

namespace heddle::charm {
namespace {

// Of the process. Written before the PEs have observers; never destroyed, since exit() prints the summary last of all.
struct Observers {
  std::vector<const char*> names;  // By entry method: Chare::method(parameters).
  int pes = 0;
  SpinLock lock;
  std::vector<const Observer*> of_pes;  // Of those that have begun; under lock.
};
Observers& All() {
  static Observers& all = *new Observers;
  return all;
}

const char* NameOf(const EntryInfo& entry) {
  const auto chare = static_cast<std::size_t>(entry.chareIdx);
  const std::string type = chare < _chareTable.size() ? _chareTable[chare]->name : "?";
  return trace::Intern(type + "::" + entry.name);
}

// The section of the summary.
std::string Text() {
  Observers& all = All();
  std::uint64_t here = 0, away = 0, seeds = 0, executed = 0, migrations = 0;
  struct Sum {
    const char* name;
    std::uint64_t calls, ns;
  };
  std::vector<Sum> sums;
  for (const char* const name : all.names) sums.push_back({name, 0, 0});
  std::vector<const Observer*> observers;
  {
    std::lock_guard<SpinLock> hold(all.lock);
    observers = all.of_pes;
  }
  for (const Observer* const observer : observers) {
    here += observer->sent_here();
    away += observer->sent_away();
    seeds += observer->seeds();
    executed += observer->executed();
    migrations += observer->migrations();
    for (std::size_t ep = 0; ep < sums.size(); ++ep) {
      sums[ep].calls += observer->entry(ep).calls.Get();
      sums[ep].ns += observer->entry(ep).ns.Get();
    }
  }
  std::erase_if(sums, [](const Sum& sum) { return sum.calls == 0; });
  std::stable_sort(sums.begin(), sums.end(), [](const Sum& x, const Sum& y) { return x.ns > y.ns; });
  std::ostringstream text;
  text << "charm++: process " << CmiMyNode() << " of " << CmiNumNodes() << ", PEs " << all.pes << "\n"
       << "messages sent in the process " << here << ", to other processes " << away << ", for any PE " << seeds << ", executed " << executed << "; migrations "
       << migrations << "\n"
       << std::setw(14) << "calls" << std::setw(14) << "ms" << std::setw(14) << "ns a call"
       << "  entry method\n";
  for (const Sum& sum : sums) {
    text << std::setw(14) << sum.calls << std::setw(14) << sum.ns / 1'000'000 << std::setw(14) << sum.ns / sum.calls << "  " << sum.name << "\n";
  }
  return text.str();
}

}  // namespace

bool StatsAreWanted() {
  const Runtime* const runtime = Runtime::Current();
  return runtime != nullptr && runtime->options().stats;
}

void PrepareObservers() {
  if (!StatsAreWanted() && !trace::Enabled()) return;
  Observers& all = All();
  for (std::size_t ep = 0; ep < _entryTable.size(); ++ep) all.names.push_back(NameOf(*_entryTable[ep]));
  all.pes = CmiMyNodeSize();
  all.of_pes.reserve(static_cast<std::size_t>(all.pes));
  if (StatsAreWanted()) Runtime::Current()->AddToSummary(Text);
}

void InitObserver(CkPe& pe) {
  Observers& all = All();
  if (all.pes == 0) return;
  pe.observer = new Observer(pe.pe, StatsAreWanted());
  std::lock_guard<SpinLock> hold(all.lock);
  all.of_pes.push_back(pe.observer);
}

Observer::Observer(int pe, bool counts)
    : track_(trace::Track("PE " + std::to_string(pe))), counts_(counts), entry_count_(All().names.size()), entries_(counts ? new Entry[entry_count_] : nullptr) {}

void Observer::Record(TraceEventKind kind, const char* name, const void* id, std::uint64_t b) const {
  trace::RecordOn(track_, kind, name, reinterpret_cast<std::uintptr_t>(id), b);
}

// Entry methods that came later, with a library that was loaded, are not observed.
bool Observer::Traced(int ep) const {
  const auto index = static_cast<std::size_t>(ep);
  return traceIsOn() != 0 && index < entry_count_ && _entryTable[index]->traceEnabled;
}

void Observer::Sends(const envelope* env, int to) {
  const bool away = CmiNodeOf(to) != CmiMyNode();
  (away ? sent_away_ : sent_here_).Add(1);
  // Where it arrives in another process it is another message, in another file.
  if (!away && Traced(env->getEpIdx())) Record(TraceEventKind::kMessageSend, nullptr, env, static_cast<std::uint64_t>(to));
}

int Observer::SwitchTo(int ep) {
  const int before = std::exchange(running_, ep);
  if (!counts_) return before;
  const std::int64_t now = NowNs();
  if (static_cast<std::size_t>(before) < entry_count_) entries_[static_cast<std::size_t>(before)].ns.Add(static_cast<std::uint64_t>(now - since_ns_));
  since_ns_ = now;
  return before;
}

void Observer::Counts(int ep) {
  if (counts_ && static_cast<std::size_t>(ep) < entry_count_) entries_[static_cast<std::size_t>(ep)].calls.Add(1);
}

void Observer::Begins(int ep, const void* id, const void* msg) const {
  Record(TraceEventKind::kTaskBegin, All().names[static_cast<std::size_t>(ep)], id);
  if (msg == nullptr) return;
  const envelope* const env = UsrToEnv(const_cast<void*>(msg));
  if (env->getSrcPe() != static_cast<UInt>(-1)) Record(TraceEventKind::kMessageReceive, nullptr, env, env->getSrcPe());
}

Observer::Call::Call(Observer& observer, int ep, const void* msg) : observer_(observer), outer_(observer.SwitchTo(ep)), traced_(observer.Traced(ep)) {
  observer.Counts(ep);
  if (traced_) observer.Begins(ep, this, msg);
}
Observer::Call::~Call() {
  if (traced_) observer_.Record(TraceEventKind::kTaskEnd, nullptr, this);
  (void)observer_.SwitchTo(outer_);
}

void Observer::Resumes(Thread& thread) {
  if (thread.observer == nullptr) return;
  Observer& observer = *thread.observer;
  (void)observer.SwitchTo(thread.ep);
  if (thread.state == Thread::kNew) {
    thread.state = Thread::kBegun;
    thread.traced = observer.Traced(thread.ep);
    observer.Counts(thread.ep);
    if (thread.traced) observer.Begins(thread.ep, &thread, thread.msg);
  } else if (thread.traced) {
    observer.Record(TraceEventKind::kResume, nullptr, &thread);
  }
}

void Observer::Suspends(Thread& thread) {
  if (thread.observer == nullptr) return;
  if (thread.traced && thread.state == Thread::kBegun) thread.observer->Record(TraceEventKind::kBlock, nullptr, &thread, 1);
  (void)thread.observer->SwitchTo(kNone);
}

void Observer::Ends(Thread& thread) {
  if (thread.observer == nullptr) return;
  thread.state = Thread::kEnded;
  if (thread.traced) thread.observer->Record(TraceEventKind::kTaskEnd, nullptr, &thread);
}

void Observer::RunSerial(const char* name, void (*body)(void*, SDAG::Scope*), void* object, SDAG::Scope* scope) {
  const Observer* const observer = MyPe().observer;
  if (observer == nullptr || traceIsOn() == 0) return body(object, scope);
  const char here = 0;  // Its address is the slice's number.
  observer->Record(TraceEventKind::kTaskBegin, name, &here);
  body(object, scope);
  observer->Record(TraceEventKind::kTaskEnd, nullptr, &here);
}

}  // namespace heddle::charm
