// The program's own events, on the track of its PE.
#include "components/trace/trace.h"

#include <bit>
#include <cmath>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "frontends/charm/converse/src/periphery.h"

CpvDeclare(int, traceOn);

namespace heddle::converse {
namespace {

// Numbers and names of events, or of values: of the process. Thread safety: any thread.
class Names {
 public:
  explicit Names(const char* kind) : kind_(kind) {}

  int Register(const char* name, int number) {
    const char* const text = trace::Intern(name == nullptr ? "" : name);
    std::lock_guard<std::mutex> hold(mutex_);
    if (number < 0) {
      const auto known = numbers_.find(text);
      if (known != numbers_.end()) return known->second;
      for (number = next_; names_.contains(number); ++number) {
      }
      next_ = number + 1;
    }
    names_[number] = text;
    numbers_[text] = number;
    return number;
  }

  const char* Of(int number) {
    std::lock_guard<std::mutex> hold(mutex_);
    const auto [at, added] = names_.try_emplace(number, nullptr);
    if (added) at->second = trace::Intern(kind_ + std::string(" ") + std::to_string(number));
    return at->second;
  }

 private:
  const char* const kind_;
  std::mutex mutex_;
  std::map<int, const char*> names_;
  std::map<const char*, int> numbers_;  // Interned: equal texts have one address.
  int next_ = 1;
};

Names& Events() {
  static Names& names = *new Names("event");
  return names;
}
Names& Values() {
  static Names& names = *new Names("value");
  return names;
}

std::vector<void (*)()>& Registrations() {
  static std::vector<void (*)()> functions;
  return functions;
}

// What is kept of a PE; nothing where the program is not traced.
struct PeTrace {
  TraceTrack track;
  std::map<std::pair<const char*, int>, double> open;  // By name and nested number: when it began.
};

CpvStaticDeclare(PeTrace*, pe_trace);

bool Available() { return CpvAccess(pe_trace) != nullptr; }
bool On() { return CpvAccess(traceOn) != 0; }
PeTrace& Mine() { return *CpvAccess(pe_trace); }

void Mark(TraceEventKind kind, const char* name, std::uint64_t a = 0, std::uint64_t b = 0) {
  trace::RecordOn(Mine().track, kind, name, a, b);
}

std::uint64_t Nanoseconds(double seconds) {
  return seconds > 0 && seconds < 1e9 ? static_cast<std::uint64_t>(std::llround(seconds * 1e9)) : 0;
}

void Bracket(const char* name, double begin, double end) {
  Mark(TraceEventKind::kSpan, name, Nanoseconds(end - begin), Nanoseconds(CmiWallTimer() - end));
}

void Open(const char* name, int nested) { Mine().open[{name, nested}] = CmiWallTimer(); }

// One whose beginning was not seen, since the PE did not record then, is left out.
void Close(const char* name, int nested) {
  const auto begun = Mine().open.extract({name, nested});
  if (!begun.empty()) Bracket(name, begun.mapped(), CmiWallTimer());
}

void Value(const char* name, double value) {
  Mark(TraceEventKind::kCounter, name, std::bit_cast<std::uint64_t>(value));
}

constexpr char kAppWork[] = "app work", kTuneOverhead[] = "tune overhead";

}  // namespace

void InitTrace(Pe& pe, char** argv) {
  CpvInitialize(int, traceOn);
  CpvInitialize(PeTrace*, pe_trace);
  const bool off =
      CmiGetArgFlagDesc(argv, "+traceoff", "traces only between traceBegin() and traceEnd()") != 0;
  if (trace::Enabled()) {
    CpvAccess(pe_trace) = new PeTrace{trace::Track("PE " + std::to_string(pe.pe)), {}};
    CpvAccess(traceOn) = off ? 0 : 1;
  }
  for (void (*const function)() : Registrations()) function();
}

}  // namespace heddle::converse

namespace hc = heddle::converse;

int traceAvailable() { return hc::Available(); }
void traceBegin() { CpvAccess(traceOn) = traceAvailable(); }
void traceEnd() { CpvAccess(traceOn) = 0; }
void traceClose() { traceEnd(); }
void traceFlushLog() {}

int traceRegisterUserEvent(const char* name, int e) { return hc::Events().Register(name, e); }
void traceUserEvent(int e) {
  if (hc::On()) hc::Mark(heddle::TraceEventKind::kUser, hc::Events().Of(e));
}
void traceUserBracketEvent(int e, double begin, double end) {
  if (hc::On()) hc::Bracket(hc::Events().Of(e), begin, end);
}
void traceUserBracketEventNestedID(int e, double begin, double end, int) {
  traceUserBracketEvent(e, begin, end);
}
void traceBeginUserBracketEvent(int e) { traceBeginUserBracketEventNestedID(e, 0); }
void traceBeginUserBracketEventNestedID(int e, int nestedID) {
  if (hc::On()) hc::Open(hc::Events().Of(e), nestedID);
}
void traceEndUserBracketEvent(int e) { traceEndUserBracketEventNestedID(e, 0); }
void traceEndUserBracketEventNestedID(int e, int nestedID) {
  if (hc::On()) hc::Close(hc::Events().Of(e), nestedID);
}
void beginAppWork() {
  if (hc::On()) hc::Open(hc::kAppWork, 0);
}
void endAppWork() {
  if (hc::On()) hc::Close(hc::kAppWork, 0);
}
void beginTuneOverhead() {
  if (hc::On()) hc::Open(hc::kTuneOverhead, 0);
}
void endTuneOverhead() {
  if (hc::On()) hc::Close(hc::kTuneOverhead, 0);
}

void traceUserSuppliedData(int value) {
  if (hc::On()) hc::Mark(heddle::TraceEventKind::kUser, "data", static_cast<std::uint64_t>(value));
}
void traceUserSuppliedNote(const char* note) {
  if (hc::On()) hc::Mark(heddle::TraceEventKind::kUser, heddle::trace::Intern(note));
}
void traceUserSuppliedBracketedNote(const char* note, int, double begin, double end) {
  if (hc::On()) hc::Bracket(heddle::trace::Intern(note), begin, end);
}
void traceMemoryUsage() {
  if (hc::On()) hc::Value("memory", static_cast<double>(CmiMemoryUsage()));
}

int traceRegisterUserStat(const char* name, int e) { return hc::Values().Register(name, e); }
void updateStat(int e, double value) {
  if (hc::On()) hc::Value(hc::Values().Of(e), value);
}
void updateStatPair(int e, double value, double) { updateStat(e, value); }

void registerMachineUserEventsFunction(void (*fn)()) { hc::Registrations().push_back(fn); }
