// From begin, end, block and resume events to slices that are disjoint or nested. Private to
// components/trace.
//
// Each thread has a stack of open slices: what runs on top of what. A block takes the whole stack
// away and keeps it under the task's id, since what is buried under a blocked task does not run
// either; a resume puts it on top of the stack of the thread that resumes. So all events pass in
// order of time, whatever their thread. A block of a fiber takes only what is on top of its task.
//
// An end whose slice is not open while the stack is empty closes a slice that began before the
// first event known of the thread (overwritten, or before the recording): it starts at the thread's
// `edge`, the last moment at which nothing is known to have changed below the slices seen since.
// All of these lie between the edge and now, so that it encloses them.
//
// Thread safety: one thread.
#ifndef HEDDLE_COMPONENTS_TRACE_SLICES_H_
#define HEDDLE_COMPONENTS_TRACE_SLICES_H_

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "components/trace/chrome_json.h"

namespace heddle::trace::internal {

struct Slice {
  std::size_t thread;
  std::int64_t begin_ns;
  std::int64_t end_ns;
  TraceEventKind kind;  // kTaskBegin or kIdleBegin.
  const char* name;
  std::uint64_t id;
  std::uint64_t b;
  const char* repaired;  // What is not known of it; nullptr: it is whole.
};

class SliceBuilder {
 public:
  // `tasks`: ids that begin or end as a task somewhere; a block of another id is no slice whose
  // beginning was lost.
  SliceBuilder(const std::vector<ThreadLog>& logs, std::unordered_set<std::uint64_t> tasks);

  // Takes the next event; those of kinds that make no slices are ignored.
  void Add(std::size_t thread, const TimedEvent& event);

  // Closes what is open and returns all slices, by thread and beginning, the outer before the
  // inner. Once.
  std::vector<Slice> Finish(const std::vector<ThreadLog>& logs, std::int64_t end_ns);

  // Ends without a slice that they could end.
  std::uint64_t unmatched() const { return unmatched_; }

 private:
  struct Open {
    std::int64_t begin_ns;
    TraceEventKind kind;
    const char* name;
    std::uint64_t id;
    std::uint64_t b;
  };
  struct Thread {
    std::vector<Open> stack;
    std::int64_t edge = 0;
  };

  void CloseTop(std::size_t thread, std::int64_t now, const char* repaired);
  void CloseFromEdge(std::size_t thread, const TimedEvent& event, TraceEventKind kind);
  void End(std::size_t thread, const TimedEvent& event, TraceEventKind kind);
  void Block(std::size_t thread, const TimedEvent& event);
  void Resume(std::size_t thread, const TimedEvent& event);

  const std::unordered_set<std::uint64_t> tasks_;
  std::vector<Thread> threads_;
  std::unordered_map<std::uint64_t, std::vector<Open>> blocked_;
  std::vector<Slice> slices_;
  std::uint64_t unmatched_ = 0;
};

}  // namespace heddle::trace::internal

#endif  // HEDDLE_COMPONENTS_TRACE_SLICES_H_
