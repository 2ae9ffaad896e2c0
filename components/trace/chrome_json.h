// From rings to the Trace Event Format that chrome://tracing and ui.perfetto.dev read. Private to
// components/trace.
//
// The format: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
// ("Trace Event Format"). Thread safety: one thread; nobody else touches the logs.
#ifndef HEDDLE_COMPONENTS_TRACE_CHROME_JSON_H_
#define HEDDLE_COMPONENTS_TRACE_CHROME_JSON_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "components/trace/trace.h"

namespace heddle::trace::internal {

// An event with its time in nanoseconds since the start of the recording.
struct TimedEvent {
  std::int64_t ns;
  TraceEventKind kind;
  const char* name;
  std::uint64_t a;
  std::uint64_t b;
  TraceTrack track = kTrackOfThread;
};

// What one thread left behind, oldest event first.
struct ThreadLog {
  std::string name;
  long os_thread = 0;
  std::uint64_t overwritten = 0;  // Events lost before the first one here.
  bool ended = false;             // The thread ended before the recording did.
  std::vector<TimedEvent> events;
};

// Calls `write` with pieces of the JSON text, in order. The threads are numbered from 1 on, in the
// order of `logs`, and after them the tracks on which there is something; `track_names` by track.
//
// Slices of one thread are either disjoint or nested, whatever the events: an end without a
// beginning starts at the edge of what is known of that thread, a beginning without an end ends
// with the recording (or the thread's last event), what fits nowhere is left out and counted. The
// counts stand in "otherData".
void WriteChromeJson(std::vector<ThreadLog> logs, std::int64_t end_ns,
                     const std::function<void(std::string_view)>& write,
                     const std::vector<std::string>& track_names = {});

}  // namespace heddle::trace::internal

#endif  // HEDDLE_COMPONENTS_TRACE_CHROME_JSON_H_
