#include "frontends/parsec/runtime/src/pins.h"

#include <strings.h>

#include <cstring>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "components/trace/trace.h"
#include "frontends/parsec/runtime/src/execute.h"
#include "frontends/parsec/runtime/src/mca.h"
#include "parsec/constants.h"

namespace heddle::parsec {
namespace {

constexpr PARSEC_PINS_FLAG EventAt(int i) { return static_cast<PARSEC_PINS_FLAG>(i); }

// Pairs of events, by half of the first one's number.
struct Pair {
  const char* name;   // For parameters.
  const char* slice;  // In traces.
};
constexpr Pair kPairs[] = {{"select", nullptr},
                           {"prepare_input", "PARSEC RUNTIME::PREPARE_INPUT"},
                           {"release_deps", "PARSEC RUNTIME::RELEASE_DEPS"},
                           {"activate_cb", "PARSEC RUNTIME::ACTIVATE_CB"},
                           {"data_flush", "PARSEC RUNTIME::DATA_FLUSH"},
                           {"exec", nullptr},  // Tasks are slices of any trace.
                           {"complete_exec", "PARSEC RUNTIME::COMPLETE_EXEC"},
                           {"schedule", "PARSEC RUNTIME::SCHEDULE_TASKS"}};

struct Registrations {
  std::mutex lock;
  bool disabled = false;                      // Under lock.
  int count[PARSEC_PINS_FLAG_COUNT] = {};     // Of callbacks for an event, on all streams; under lock.
  int profilers = 0;                          // Contexts that have the module task_profiler; under lock.
  std::uint32_t warned = 0;                   // Events of which it was said that they are never raised; under lock.
};
Registrations& All() {
  static auto* const all = new Registrations;
  return *all;
}

// Under the lock.
void Count(Registrations& all, PARSEC_PINS_FLAG event, int by) {
  all.count[event] += by;
  const std::uint32_t bit = std::uint32_t{1} << event;
  const std::uint32_t others = pins_mask.bits.load(std::memory_order_relaxed) & ~bit;
  pins_mask.bits.store(all.count[event] > 0 ? others | bit : others, std::memory_order_relaxed);
}

// Under the lock.
void Register(Registrations& all, parsec_execution_stream_t* es, PARSEC_PINS_FLAG event, parsec_pins_callback callback,
              parsec_pins_next_callback_t* link) {
  parsec_pins_next_callback_t& first = es->pins_events_cb[event];
  *link = first;
  first = {callback, link};
  Count(all, event, 1);
}

int Wrong(const char* what) {
  Warn("%s: a stream, an event and a place for the data are needed", what);
  return PARSEC_ERR_BAD_PARAM;
}

// A taskpool that stays open while somebody tells of what its tasks do.
void Keep(TaskpoolEngine& engine) { engine.group.Started(CurrentWorker()); }
void LetGo(TaskpoolEngine& engine) {
  ContextEngine& context = *engine.context;
  engine.group.Finished(CurrentWorker());  // From here on it may be complete, and gone.
  LookForCompletionIfWatched(context);
}

bool IsEvent(PARSEC_PINS_FLAG event) { return static_cast<unsigned>(event) < PARSEC_PINS_FLAG_COUNT; }

// ---- Module task_profiler: slices of the trace ----

// An address that no other thread has: begin and end of a slice are one thread's, and slices of one event do not nest.
thread_local char own_address;

struct Slice {
  parsec_pins_next_callback_t link;  // First.
  PARSEC_PINS_FLAG event;
};

void RecordSlice(parsec_execution_stream_t*, parsec_task_t*, parsec_pins_next_callback_t* data) {
  const PARSEC_PINS_FLAG event = reinterpret_cast<const Slice*>(data)->event;
  trace::Record(event % 2 == 0 ? TraceEventKind::kTaskBegin : TraceEventKind::kTaskEnd, kPairs[event / 2].slice,
                reinterpret_cast<std::uintptr_t>(&own_address) ^ std::uint64_t(event / 2) << 56);
}

void StartTaskProfiler(ContextEngine& context) {
  context.task_profiler = true;
  const std::string names = mca::StringParameter("pins_task_profiler_event");
  Registrations& all = All();
  const std::lock_guard<std::mutex> hold(all.lock);
  ++all.profilers;
  for (const std::string& name : std::vector<std::string>(absl::StrSplit(names, ',', absl::SkipEmpty()))) {
    const PARSEC_PINS_FLAG begin = parsec_pins_name_to_begin_flag(name.c_str());
    if (begin == PARSEC_PINS_FLAG_COUNT || kPairs[begin / 2].slice == nullptr) continue;
    for (const PARSEC_PINS_FLAG event : {begin, EventAt(begin + 1)}) {
      for (int i = 0; i < context.stream_count; ++i) Register(all, &context.streams[i], event, RecordSlice, &(new Slice{{}, event})->link);
    }
  }
}

}  // namespace

PinsMask pins_mask;

void PinsSchedule::Begin(parsec_task_t* first) {
  Keep(*engine_);
  RaisePins(*engine_->context, SCHEDULE_BEGIN, first);
}

void PinsSchedule::End() {
  RaisePins(*engine_->context, SCHEDULE_END, nullptr);
  LetGo(*engine_);
}

parsec_hook_return_t CallHookRaising(parsec_hook_t* hook, parsec_execution_stream_t* es, parsec_task_t* task) {
  TaskpoolEngine& engine = EngineOf(task->taskpool);
  Keep(engine);
  RaisePins(es, EXEC_BEGIN, task);
  const parsec_hook_return_t result = hook(es, task);
  // After ASYNC the task may be over, and gone.
  RaisePins(es, EXEC_END, result == PARSEC_HOOK_RETURN_ASYNC ? nullptr : task);
  LetGo(engine);
  return result;
}

void PinsStart(ContextEngine& context) {
  // The only module there is; ReadParameters() has seen to that.
  if (!mca::StringParameter("mca_pins").empty()) StartTaskProfiler(context);
}

void PinsStop(ContextEngine& context) {
  Registrations& all = All();
  if (context.task_profiler) {
    const std::lock_guard<std::mutex> hold(all.lock);
    --all.profilers;
  }
  for (int i = 0; i < context.stream_count; ++i) {
    parsec_execution_stream_t& es = context.streams[i];
    RaisePins(&es, THREAD_FINI, nullptr);
    const std::lock_guard<std::mutex> hold(all.lock);
    for (int event = 0; event < PARSEC_PINS_FLAG_COUNT; ++event) {
      for (parsec_pins_next_callback_t at = es.pins_events_cb[event]; at.cb_func != nullptr;) {
        Count(all, EventAt(event), -1);
        parsec_pins_next_callback_t* const link = at.cb_data;
        const bool ours = at.cb_func == RecordSlice;
        at = *link;
        if (ours) delete reinterpret_cast<Slice*>(link);
      }
    }
  }
}

}  // namespace heddle::parsec

using namespace heddle::parsec;  // NOLINT(google-build-using-namespace): what follows is C.

extern "C" {

void parsec_pins_instrument(parsec_execution_stream_t* es, PARSEC_PINS_FLAG method_flag, parsec_task_t* task) {
  // What a callback gets is the link to the next one.
  for (parsec_pins_next_callback_t at = es->pins_events_cb[method_flag]; at.cb_func != nullptr;) {
    parsec_pins_next_callback_t* const link = at.cb_data;
    const parsec_pins_callback call = at.cb_func;
    at = *link;  // Before the call, which may unregister it.
    call(es, task, link);
  }
}

int parsec_pins_register_callback(parsec_execution_stream_t* es, PARSEC_PINS_FLAG method_flag, parsec_pins_callback cb,
                                  parsec_pins_next_callback_t* cb_data) {
  if (es == nullptr || !IsEvent(method_flag) || cb == nullptr || cb_data == nullptr) return Wrong("parsec_pins_register_callback");
  Registrations& all = All();
  const std::lock_guard<std::mutex> hold(all.lock);
  if (all.disabled) return PARSEC_SUCCESS;
  constexpr std::uint32_t kNever = 1u << SELECT_BEGIN | 1u << SELECT_END | 1u << THREAD_INIT;
  if ((kNever & ~all.warned) >> method_flag & 1) {
    all.warned |= 1u << method_flag;
    Warn("parsec_pins_register_callback: %s is never raised here (frontends/parsec/README.md)",
         method_flag == THREAD_INIT ? "THREAD_INIT" : method_flag == SELECT_BEGIN ? "SELECT_BEGIN" : "SELECT_END");
  }
  Register(all, es, method_flag, cb, cb_data);
  return PARSEC_SUCCESS;
}

int parsec_pins_unregister_callback(parsec_execution_stream_t* es, PARSEC_PINS_FLAG method_flag, parsec_pins_callback cb,
                                    parsec_pins_next_callback_t** cb_data) {
  if (cb_data != nullptr) *cb_data = nullptr;
  if (es == nullptr || !IsEvent(method_flag) || cb_data == nullptr) return Wrong("parsec_pins_unregister_callback");
  Registrations& all = All();
  const std::lock_guard<std::mutex> hold(all.lock);
  if (all.disabled) return PARSEC_SUCCESS;
  parsec_pins_next_callback_t* at = &es->pins_events_cb[method_flag];
  while (at->cb_func != nullptr && at->cb_func != cb) at = at->cb_data;
  if (at->cb_func == nullptr) return PARSEC_ERR_NOT_FOUND;
  *cb_data = at->cb_data;
  *at = **cb_data;
  Count(all, method_flag, -1);
  return PARSEC_SUCCESS;
}

void parsec_pins_disable_registration(int disable) {
  const std::lock_guard<std::mutex> hold(All().lock);
  All().disabled = disable != 0;
}

int parsec_pins_nb_modules_enabled() {
  const std::lock_guard<std::mutex> hold(All().lock);
  return All().profilers > 0 ? 1 : 0;
}

int parsec_pins_is_module_enabled(char* module_name) {
  return std::strcmp(module_name, "task_profiler") == 0 ? parsec_pins_nb_modules_enabled() : 0;
}

PARSEC_PINS_FLAG parsec_pins_name_to_begin_flag(const char* name) {
  int event = 0;
  for (const Pair& pair : kPairs) {
    if (strncasecmp(name, pair.name, std::strlen(pair.name)) == 0) return EventAt(event);
    event += 2;
  }
  Warn("parsec_pins_name_to_begin_flag: there is no event \"%s\"", name);
  return PARSEC_PINS_FLAG_COUNT;
}

}  // extern "C"
