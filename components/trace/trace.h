// What ran where and when: events in a ring per thread, off by default, written as Chrome/Perfetto
// JSON.
//
//   trace::Start("run.json");                                    // HEDDLE_TRACE=run.json does this
//   trace::SetThreadName("worker 0");
//   trace::Record(TraceEventKind::kTaskBegin, "potrf", task_id);
//   trace::Record(TraceEventKind::kTaskEnd, "potrf", task_id);
//   trace::Stop();                                               // then open ui.perfetto.dev
//
// Thread safety: any thread, every function, also while another thread is in Start() or Stop(). Not
// in signal handlers. A forked child starts with tracing off and leaves the parent's file alone. A
// process that exits without Stop() leaves an empty file.
#ifndef HEDDLE_COMPONENTS_TRACE_TRACE_H_
#define HEDDLE_COMPONENTS_TRACE_TRACE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "components/base/cache_line.h"

namespace heddle {

// What the two numbers of an event are stands beside it. Ids are the caller's: unique among what
// lives at one time, so that an address will do. The order of events is that of the calls on one
// thread.
enum class TraceEventKind : std::uint8_t {
  kTaskBegin,       // task id.  Opens a slice; inside an open slice it is one that runs on top.
  kTaskEnd,         // task id.  Closes its slice.
  kTaskReady,       // task id.
  kDependency,      // from task id, to task id.  An arrow from the one's end to the other's begin.
  kMessageSend,     // message id, destination.  An arrow to the receipt of the same id.
  kMessageReceive,  // message id, source.
  kIdleBegin,       // Opens a slice.
  kIdleEnd,         // Closes it.
  kSteal,           // victim, what was taken.
  kBlock,           // task id, 0.  Ends the thread's slices: the task and all that it buries stop.
                    // task id, 1.  Only those from the task's own on: a fiber left another's stack.
  kResume,          // task id.  Begins them anew, on whatever thread the task resumes.
  kUser,            // Anything.
  kSpan,            // nanoseconds, nanoseconds since its end.  May overlap anything.
  kCounter,         // bits of a double.  The value of what the name says, from now on.
};

// A time line. Each thread has one; others are made for what runs on changing threads.
using TraceTrack = std::uint16_t;
inline constexpr TraceTrack kTrackOfThread = 0;

namespace trace {

namespace internal {
struct alignas(kFalseSharingBytes) Flag {
  std::atomic<bool> on{false};
};
extern Flag enabled;
void RecordEnabled(TraceEventKind kind, const char* name, std::uint64_t a, std::uint64_t b);

// Addresses of user space have 48 bits; the track stands above them.
inline const char* WithTrack(const char* name, TraceTrack track) {
  static_assert(sizeof(name) == sizeof(std::uint64_t));
  return reinterpret_cast<const char*>(reinterpret_cast<std::uintptr_t>(name) | std::uint64_t{track}
                                                                                    << 48);
}
}  // namespace internal

// Blocking: never.  Memory order: relaxed, says nothing about anything else.  Cost: a load of a
// line that nobody writes.
inline bool Enabled() { return internal::enabled.on.load(std::memory_order_relaxed); }

// Adds an event to the calling thread's ring where tracing is on; the oldest is overwritten when
// the ring is full. `name` lives until Stop() returns: a literal, or from Intern(). nullptr: the
// kind's own name. Blocking: never, except that a thread's first event of a recording takes a lock
// and allocates the ring. Cost: off, one predictable branch; on, about 20 ns (README).
inline void Record(TraceEventKind kind, const char* name, std::uint64_t a = 0,
                   std::uint64_t b = 0) {
  if (Enabled()) [[unlikely]]
    internal::RecordEnabled(kind, name, a, b);
}

// The same, on a track. One thread at a time records there; what it records comes after what the
// one before it has recorded.
inline void RecordOn(TraceTrack track, TraceEventKind kind, const char* name, std::uint64_t a = 0,
                     std::uint64_t b = 0) {
  if (Enabled()) [[unlikely]]
    internal::RecordEnabled(kind, internal::WithTrack(name, track), a, b);
}

// The track of this name, the same for the same name, for the life of the process; shown where
// something was recorded on it. kTrackOfThread where there are 65,535 already.
// Blocking: takes a lock.  Cost: a hash lookup; the name is kept for ever.
TraceTrack Track(std::string_view name);

// The same pointer for the same text, valid for the life of the process.
// Blocking: takes a lock.  Cost: a hash lookup; the text is kept for ever.
const char* Intern(std::string_view text);

// Names the calling thread in this and later recordings, until it ends.  Blocking: takes a lock.
void SetThreadName(std::string_view name);

// Starts a recording into `path`, whose contents are lost at once. `events_per_thread` is rounded
// up to a power of two; an event takes 32 bytes of memory, which is touched only as events come.
// Blocking: takes a lock, opens a file.
// Errors: FailedPrecondition where one is running; InvalidArgument for events_per_thread outside
// [1, 2^30]; else the errno of open(2), naming the path.
absl::Status Start(std::string path, std::size_t events_per_thread = std::size_t{1} << 16);

// Ends the recording, writes the file and frees the rings. An event whose Record() is under way is
// in the file or is not. Blocking: waits for Record() calls that have begun to write, then writes
// the file; threads that record go on meanwhile. Errors: FailedPrecondition where none is running;
// else the errno of write(2) or close(2), naming the path.
absl::Status Stop();

}  // namespace trace
}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_TRACE_TRACE_H_
