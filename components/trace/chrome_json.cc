#include "components/trace/chrome_json.h"

#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "components/trace/slices.h"

namespace heddle::trace::internal {
namespace {

struct KindText {
  const char* name;
  const char* category;
  const char* a;
  const char* b;
};

KindText TextOf(TraceEventKind kind) {
  switch (kind) {
    case TraceEventKind::kTaskBegin:
    case TraceEventKind::kTaskEnd:
      return {"task", "task", "task", "b"};
    case TraceEventKind::kTaskReady:
      return {"ready", "task", "task", "b"};
    case TraceEventKind::kDependency:
      return {"dependency", "dependency", "from", "to"};
    case TraceEventKind::kMessageSend:
      return {"send", "message", "message", "to"};
    case TraceEventKind::kMessageReceive:
      return {"receive", "message", "message", "from"};
    case TraceEventKind::kIdleBegin:
    case TraceEventKind::kIdleEnd:
      return {"idle", "idle", "a", "b"};
    case TraceEventKind::kSteal:
      return {"steal", "steal", "victim", "what"};
    case TraceEventKind::kBlock:
      return {"block", "block", "task", "b"};
    case TraceEventKind::kResume:
      return {"resume", "block", "task", "b"};
    case TraceEventKind::kUser:
      return {"event", "user", "a", "b"};
    case TraceEventKind::kSpan:
      return {"span", "user", "a", "b"};
    case TraceEventKind::kCounter:
      return {"counter", "user", "a", "b"};
  }
  return {"unknown", "unknown", "a", "b"};
}

// The length of the well-formed UTF-8 sequence at the start of `text`, 0 where it is not one (RFC
// 3629, section 4).
std::size_t Utf8Length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  const std::size_t length = first < 0x80                     ? 1
                             : first >= 0xc2 && first <= 0xdf ? 2
                             : first >= 0xe0 && first <= 0xef ? 3
                             : first >= 0xf0 && first <= 0xf4 ? 4
                                                              : 0;
  if (length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  if (length < 3) return length;
  const unsigned second = byte(1);
  const bool bad = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
                   (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
  return bad ? 0 : length;
}

// Names come from users: any bytes become a JSON string.
std::string Quoted(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t length = Utf8Length(text);
    const unsigned char c = static_cast<unsigned char>(text[0]);
    if (length == 0) {
      out += "\\ufffd";
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += text[0];
    } else if (c < 0x20 || c == 0x7f) {
      absl::StrAppendFormat(&out, "\\u%04x", c);
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out + "\"";
}

// A number as long as a reader that has only doubles keeps it exact; then text.
std::string Id(std::uint64_t id) {
  return id < (std::uint64_t{1} << 53) ? absl::StrCat(id)
                                       : absl::StrCat("\"0x", absl::Hex(id), "\"");
}

// The format counts microseconds.
std::string Microseconds(std::int64_t ns) {
  return absl::StrFormat("%d.%03d", ns / 1000, ns % 1000);
}

struct Place {
  std::size_t thread;
  std::int64_t ns;
};

// When a task ran last before something, and when it began next after something.
class TaskTimes {
 public:
  explicit TaskTimes(const std::vector<Slice>& slices) {
    for (const Slice& slice : slices) {
      if (slice.kind != TraceEventKind::kTaskBegin) continue;
      Times& times = tasks_[slice.id];
      times.begins.push_back({slice.thread, slice.begin_ns});
      // Inside the slice, so that the arrow has something to start from.
      times.ends.push_back({slice.thread, std::max(slice.begin_ns, slice.end_ns - 1)});
    }
    const auto earlier = [](const Place& x, const Place& y) { return x.ns < y.ns; };
    for (auto& [id, times] : tasks_) {
      std::stable_sort(times.begins.begin(), times.begins.end(), earlier);
      std::stable_sort(times.ends.begin(), times.ends.end(), earlier);
    }
  }

  const Place* BeginAtOrAfter(std::uint64_t id, std::int64_t ns) const {
    const auto times = tasks_.find(id);
    if (times == tasks_.end()) return nullptr;
    const std::vector<Place>& begins = times->second.begins;
    const auto at =
        std::lower_bound(begins.begin(), begins.end(), ns,
                         [](const Place& place, std::int64_t t) { return place.ns < t; });
    return at != begins.end() ? &*at : nullptr;
  }

  const Place* EndAtOrBefore(std::uint64_t id, std::int64_t ns) const {
    const auto times = tasks_.find(id);
    if (times == tasks_.end()) return nullptr;
    const std::vector<Place>& ends = times->second.ends;
    const auto after =
        std::upper_bound(ends.begin(), ends.end(), ns,
                         [](std::int64_t t, const Place& place) { return t < place.ns; });
    return after != ends.begin() ? &*(after - 1) : nullptr;
  }

 private:
  struct Times {
    std::vector<Place> begins, ends;
  };
  std::unordered_map<std::uint64_t, Times> tasks_;
};

class Writer {
 public:
  explicit Writer(const std::function<void(std::string_view)>& write) : write_(write) {
    write_("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
  }

  void Thread(std::size_t thread, const ThreadLog& log) {
    const std::string name = log.name.empty() ? absl::StrCat("thread ", log.os_thread) : log.name;
    Event(absl::StrCat(R"("ph":"M","name":"thread_name","tid":)", thread + 1, R"(,"args":{"name":)",
                       Quoted(name), R"(,"os_thread":)", log.os_thread, R"(,"overwritten_events":)",
                       log.overwritten, "}"));
    Event(absl::StrCat(R"("ph":"M","name":"thread_sort_index","tid":)", thread + 1,
                       R"(,"args":{"sort_index":)", thread + 1, "}"));
  }

  void Complete(const Slice& slice) {
    const KindText text = TextOf(slice.kind);
    std::string line = Head("X", slice.thread, slice.begin_ns, slice.name, text);
    absl::StrAppend(&line, R"(,"dur":)", Microseconds(slice.end_ns - slice.begin_ns),
                    R"(,"args":{")", text.a, "\":", Id(slice.id));
    if (slice.b != 0) absl::StrAppend(&line, ",\"", text.b, "\":", Id(slice.b));
    if (slice.repaired != nullptr) absl::StrAppend(&line, R"(,"repaired":")", slice.repaired, "\"");
    Event(line + "}");
  }

  void Instant(std::size_t thread, const TimedEvent& event) {
    const KindText text = TextOf(event.kind);
    Event(absl::StrCat(Head("i", thread, event.ns, event.name, text), R"(,"s":"t","args":{")",
                       text.a, "\":", Id(event.a), ",\"", text.b, "\":", Id(event.b), "}"));
  }

  void Arrow(const Place& from, const Place& to, TraceEventKind kind) {
    const KindText text = TextOf(kind);
    ++arrows_;
    Event(absl::StrCat(Head("s", from.thread, from.ns, nullptr, text), ",\"id\":", arrows_));
    Event(absl::StrCat(Head("f", to.thread, to.ns, nullptr, text), R"(,"bp":"e","id":)", arrows_));
  }

  // Asynchronous events, since they may overlap slices and each other.
  void Span(std::size_t thread, const TimedEvent& event) {
    const KindText text = TextOf(event.kind);
    const std::int64_t end = std::max<std::int64_t>(0, event.ns - AsTime(event.b));
    const std::int64_t begin = std::max<std::int64_t>(0, end - AsTime(event.a));
    ++spans_;
    for (const auto& [phase, ns] : {std::pair("b", begin), std::pair("e", end)})
      Event(absl::StrCat(Head(phase, thread, ns, event.name, text), ",\"id\":", spans_));
  }

  // Values of different tracks are different counters.
  void Counter(std::size_t thread, const TimedEvent& event) {
    const double value = std::bit_cast<double>(event.a);
    Event(absl::StrCat(Head("C", thread, event.ns, event.name, TextOf(event.kind)),
                       ",\"id\":", thread + 1, R"(,"args":{"value":)",
                       std::isfinite(value) ? absl::StrFormat("%.17g", value) : R"("not finite")",
                       "}"));
  }

  // `figures`: the inside of a JSON object.
  void Finish(std::string_view figures) {
    write_("\n],\"otherData\":{");
    write_(figures);
    write_("}}\n");
  }

 private:
  static std::int64_t AsTime(std::uint64_t ns) {
    return static_cast<std::int64_t>(std::min(ns, std::uint64_t{1} << 62));
  }
  std::string Head(const char* phase, std::size_t thread, std::int64_t ns, const char* name,
                   const KindText& text) {
    return absl::StrCat(R"("ph":")", phase, R"(","cat":")", text.category, R"(","name":)",
                        Quoted(name != nullptr ? name : text.name), R"(,"tid":)", thread + 1,
                        R"(,"ts":)", Microseconds(ns));
  }

  void Event(const std::string& inside) {
    write_(absl::StrCat(first_ ? "\n{" : ",\n{", "\"pid\":", pid_, ",", inside, "}"));
    first_ = false;
  }

  const std::function<void(std::string_view)>& write_;
  const long pid_ = getpid();
  bool first_ = true;
  std::uint64_t arrows_ = 0;
  std::uint64_t spans_ = 0;
};

// Where an event of a log stands.
struct At {
  std::int64_t ns;
  std::size_t thread;
  std::size_t event;
};

// Times of a thread never go back: reading the counter is not ordered with the instructions around
// it.
void MakeMonotonic(ThreadLog& log) {
  std::int64_t last = 0;
  for (TimedEvent& event : log.events) last = event.ns = std::max(last, event.ns);
}

// Takes what was recorded on tracks out of the logs of the threads that recorded it, into logs of
// their own, in order of time.
void SplitTracks(std::vector<ThreadLog>& logs, const std::vector<std::string>& track_names) {
  std::map<TraceTrack, ThreadLog> tracks;
  for (ThreadLog& log : logs) {
    std::vector<TimedEvent> own;
    own.reserve(log.events.size());
    for (const TimedEvent& event : log.events) {
      (event.track == kTrackOfThread ? own : tracks[event.track].events).push_back(event);
    }
    log.events = std::move(own);
  }
  for (auto& [track, log] : tracks) {
    log.name = track < track_names.size() ? track_names[track] : absl::StrCat("track ", track);
    std::stable_sort(log.events.begin(), log.events.end(),
                     [](const TimedEvent& x, const TimedEvent& y) { return x.ns < y.ns; });
    logs.push_back(std::move(log));
  }
}

// All events in order of time; those of one thread stay in their order.
std::vector<At> InOrder(const std::vector<ThreadLog>& logs) {
  std::vector<At> order;
  for (std::size_t t = 0; t < logs.size(); ++t) {
    for (std::size_t e = 0; e < logs[t].events.size(); ++e)
      order.push_back({logs[t].events[e].ns, t, e});
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const At& x, const At& y) { return x.ns < y.ns; });
  return order;
}

}  // namespace

void WriteChromeJson(std::vector<ThreadLog> logs, std::int64_t end_ns,
                     const std::function<void(std::string_view)>& write,
                     const std::vector<std::string>& track_names) {
  for (ThreadLog& log : logs) MakeMonotonic(log);
  SplitTracks(logs, track_names);
  const std::vector<At> order = InOrder(logs);
  std::unordered_set<std::uint64_t> tasks;
  for (const ThreadLog& log : logs) {
    for (const TimedEvent& event : log.events) {
      if (event.kind == TraceEventKind::kTaskBegin || event.kind == TraceEventKind::kTaskEnd) {
        tasks.insert(event.a);
      }
    }
  }

  SliceBuilder builder(logs, std::move(tasks));
  for (const At& at : order) builder.Add(at.thread, logs[at.thread].events[at.event]);
  const std::vector<Slice> slices = builder.Finish(logs, end_ns);
  const TaskTimes times(slices);

  Writer writer(write);
  std::uint64_t overwritten = 0, repaired = 0;
  for (std::size_t t = 0; t < logs.size(); ++t) {
    writer.Thread(t, logs[t]);
    overwritten += logs[t].overwritten;
  }
  for (const Slice& slice : slices) {
    writer.Complete(slice);
    repaired += slice.repaired != nullptr;
  }
  std::unordered_map<std::uint64_t, Place> sent;  // By message id, the latest.
  for (const At& at : order) {
    const TimedEvent& event = logs[at.thread].events[at.event];
    switch (event.kind) {
      case TraceEventKind::kTaskBegin:
      case TraceEventKind::kTaskEnd:
      case TraceEventKind::kIdleBegin:
      case TraceEventKind::kIdleEnd:
        break;
      case TraceEventKind::kDependency: {
        // A task begins after those it depends on have ended, wherever in between the dependency
        // was recorded.
        const Place* to = times.BeginAtOrAfter(event.b, event.ns);
        const Place* from = to != nullptr ? times.EndAtOrBefore(event.a, to->ns) : nullptr;
        if (from != nullptr) {
          writer.Arrow(*from, *to, event.kind);
        } else {
          writer.Instant(at.thread, event);
        }
        break;
      }
      case TraceEventKind::kMessageSend:
        sent[event.a] = {at.thread, event.ns};
        writer.Instant(at.thread, event);
        break;
      case TraceEventKind::kMessageReceive:
        writer.Instant(at.thread, event);
        if (const auto from = sent.find(event.a); from != sent.end())
          writer.Arrow(from->second, {at.thread, event.ns}, event.kind);
        break;
      case TraceEventKind::kSpan:
        writer.Span(at.thread, event);
        break;
      case TraceEventKind::kCounter:
        writer.Counter(at.thread, event);
        break;
      default:
        writer.Instant(at.thread, event);
    }
  }
  writer.Finish(absl::StrCat("\"overwritten_events\":", overwritten, ",\"repaired_slices\":",
                             repaired, ",\"unmatched_ends\":", builder.unmatched()));
}

}  // namespace heddle::trace::internal
