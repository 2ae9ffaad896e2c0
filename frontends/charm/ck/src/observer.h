// What is counted (HEDDLE_STATS=1) and traced (HEDDLE_TRACE=FILE) of entry methods. A PE has an observer only where one of the two
// was asked for; else all that is left of it is a branch on a null pointer where a message is sent and where a method is called.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_OBSERVER_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_OBSERVER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "charm++.h"
#include "components/base/owned_count.h"
#include "components/trace/trace.h"
#include "sdag.h"

namespace heddle::charm {

struct CkPe;

// Thread safety: of its PE, but for what is said to be read by the summary.
//
// Time belongs to the innermost method that runs: what it calls directly is the other's, and a thread that is suspended takes none.
class Observer {
 public:
  Observer(int pe, bool counts);

  // Before a message is sent: to a PE; to `here` PEs of this process and `away` ones; to whichever has time.
  void Sends(const envelope* env, int to);
  void SendsMany(int here, int away) { sent_here_.Add(static_cast<std::uint64_t>(here)), sent_away_.Add(static_cast<std::uint64_t>(away)); }
  void SendsSeed() { seeds_.Add(1); }
  void Executes() { executed_.Add(1); }
  void Migrates() { migrations_.Add(1); }

  // A method's call, for the time of its life.
  class Call {
   public:
    Call(Observer& observer, int ep, const void* msg);
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    Observer& observer_;
    const int outer_;
    const bool traced_;
  };

  // A method that runs in a thread of its own: resumed for the first time it begins, and it ends once.
  struct Thread {
    Observer* observer = nullptr;
    int ep = kNone;
    const void* msg = nullptr;
    enum { kNew, kBegun, kEnded } state = kNew;
    bool traced = false;
  };
  static void Resumes(Thread& thread);
  static void Suspends(Thread& thread);
  static void Ends(Thread& thread);

  // A named serial block of SDAG.
  static void RunSerial(const char* name, void (*body)(void* object, SDAG::Scope* scope), void* object, SDAG::Scope* scope);

  // Time goes to `ep` from now on. Returns what it went to.
  int SwitchTo(int ep);
  int running() const { return running_; }
  static constexpr int kNone = -1;

  // Read by the summary.
  struct Entry {
    OwnedCount calls, ns;
  };
  const Entry& entry(std::size_t ep) const { return entries_[ep]; }
  std::uint64_t sent_here() const { return sent_here_.Get(); }
  std::uint64_t sent_away() const { return sent_away_.Get(); }
  std::uint64_t seeds() const { return seeds_.Get(); }
  std::uint64_t executed() const { return executed_.Get(); }
  std::uint64_t migrations() const { return migrations_.Get(); }

 private:
  bool Traced(int ep) const;
  void Counts(int ep);
  void Begins(int ep, const void* id, const void* msg) const;
  void Record(TraceEventKind kind, const char* name, const void* id, std::uint64_t b = 0) const;

  const TraceTrack track_;
  const bool counts_;
  const std::size_t entry_count_;
  const std::unique_ptr<Entry[]> entries_;  // Empty where only a trace was asked for.
  int running_ = kNone;
  std::int64_t since_ns_ = 0;
  OwnedCount sent_here_, sent_away_, seeds_, executed_, migrations_;
};

// Whether HEDDLE_STATS=1, so that messages are counted where they are executed.
bool StatsAreWanted();
// Once in a process, when all entry methods are registered; then on each PE.
void PrepareObservers();
void InitObserver(CkPe& pe);

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_OBSERVER_H_
