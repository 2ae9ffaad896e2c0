// Programs' events as slices of Heddle's trace.
#include "parsec/profiling.h"

#include <cstdarg>
#include <cstdio>
#include <deque>
#include <ctime>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "components/trace/trace.h"
#include "parsec/constants.h"
#include "parsec/utils/debug.h"

int parsec_profile_enabled = 1;

struct parsec_profiling_stream_s {
  heddle::TraceTrack track = heddle::kTrackOfThread;
};

namespace {

using heddle::TraceEventKind;
namespace trace = heddle::trace;

struct State {
  std::mutex lock;
  std::vector<const char*> names;                  // Keys 2 n and 2 n + 1 are the start and end of name n. Under lock.
  std::deque<parsec_profiling_stream_t> streams;   // Under lock.
  std::string error;                               // Under lock.
  std::string shown_error;
  static State& Get() {
    static auto& state = *new State;
    return state;
  }
};

thread_local parsec_profiling_stream_t* default_stream = nullptr;

int Fail(int status, std::string text) {
  const std::lock_guard<std::mutex> hold(State::Get().lock);
  State::Get().error = std::move(text);
  return status;
}

int Record(parsec_profiling_stream_t* stream, int key, std::uint64_t event_id, std::uint32_t taskpool_id) {
  if (!trace::Enabled()) return PARSEC_SUCCESS;
  const char* name = nullptr;
  {
    State& state = State::Get();
    const std::lock_guard<std::mutex> hold(state.lock);
    if (key < 0 || static_cast<std::size_t>(key) / 2 >= state.names.size()) {
      state.error = absl::StrCat("event of an unknown key ", key);
      return PARSEC_ERR_BAD_PARAM;
    }
    name = state.names[static_cast<std::size_t>(key) / 2];
  }
  if (stream == nullptr) stream = default_stream;
  const heddle::TraceTrack track = stream != nullptr ? stream->track : heddle::kTrackOfThread;
  const std::uint64_t id = event_id ^ std::uint64_t{taskpool_id} << 48 ^ std::uint64_t(key / 2) << 40;
  trace::RecordOn(track, key % 2 == 0 ? TraceEventKind::kTaskBegin : TraceEventKind::kTaskEnd, name, id);
  return PARSEC_SUCCESS;
}

void SayNotStored() {
  static std::once_flag once;
  std::call_once(once, [] { parsec_warning("profiling: information beside events is not stored in traces"); });
}

}  // namespace

extern "C" {

void parsec_profiling_enable() { parsec_profile_enabled = 1; }
void parsec_profiling_disable() { parsec_profile_enabled = 0; }
int parsec_profiling_init(int) { return PARSEC_SUCCESS; }
void parsec_profiling_start() {}
int parsec_profiling_fini() { return PARSEC_SUCCESS; }
int parsec_profiling_reset() { return PARSEC_SUCCESS; }
int parsec_profiling_dictionary_flush() { return PARSEC_SUCCESS; }

int parsec_profiling_dbp_start(const char* basefile, const char*) {
  const absl::Status status = trace::Start(absl::StrCat(basefile, "-", parsec_debug_rank, ".json"));
  return status.ok() ? PARSEC_SUCCESS : Fail(PARSEC_ERROR, std::string(status.message()));
}

int parsec_profiling_dbp_dump() {
  const absl::Status status = trace::Stop();
  return status.ok() ? PARSEC_SUCCESS : Fail(PARSEC_ERROR, std::string(status.message()));
}

char* parsec_profiling_strerror() {
  State& state = State::Get();
  const std::lock_guard<std::mutex> hold(state.lock);
  state.shown_error = state.error;
  return state.shown_error.data();
}

uint64_t parsec_profiling_get_time() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1000000000 + static_cast<std::uint64_t>(now.tv_nsec);
}

parsec_profiling_stream_t* parsec_profiling_stream_init(size_t, const char* format, ...) {
  char name[256];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(name, sizeof name, format, arguments);
  va_end(arguments);
  State& state = State::Get();
  const std::lock_guard<std::mutex> hold(state.lock);
  state.streams.emplace_back().track = trace::Track(name);
  return &state.streams.back();
}

parsec_profiling_stream_t* parsec_profiling_set_default_thread(parsec_profiling_stream_t* stream) {
  return std::exchange(default_stream, stream);
}

int parsec_profiling_add_dictionary_keyword(const char* name, const char*, size_t, const char*, int* key_start, int* key_end) {
  if (name == nullptr || key_start == nullptr || key_end == nullptr) return Fail(PARSEC_ERR_BAD_PARAM, "a keyword needs a name and places for its keys");
  State& state = State::Get();
  const std::lock_guard<std::mutex> hold(state.lock);
  const char* kept = trace::Intern(name);
  std::size_t i = 0;
  while (i < state.names.size() && state.names[i] != kept) ++i;
  if (i == state.names.size()) state.names.push_back(kept);
  *key_start = static_cast<int>(2 * i);
  *key_end = static_cast<int>(2 * i + 1);
  return PARSEC_SUCCESS;
}

int parsec_profiling_trace_flags(parsec_profiling_stream_t* stream, int key, uint64_t event_id, uint32_t taskpool_id, const void*, uint16_t) {
  return Record(stream, key, event_id, taskpool_id);
}

int parsec_profiling_trace_flags_info_fn(parsec_profiling_stream_t* stream, int key, uint64_t event_id, uint32_t taskpool_id,
                                         parsec_profiling_info_fn_t*, const void*, uint16_t) {
  return Record(stream, key, event_id, taskpool_id);
}

int parsec_profiling_ts_trace_flags_info_fn(int key, uint64_t event_id, uint32_t taskpool_id, parsec_profiling_info_fn_t*, const void*,
                                            uint16_t) {
  return Record(nullptr, key, event_id, taskpool_id);
}

void parsec_profiling_add_information(const char*, const char*) { SayNotStored(); }
void parsec_profiling_stream_add_information(parsec_profiling_stream_t*, const char*, const char*) { SayNotStored(); }

}  // extern "C"
