#include "components/trace/slices.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace heddle::trace::internal {

SliceBuilder::SliceBuilder(const std::vector<ThreadLog>& logs,
                           std::unordered_set<std::uint64_t> tasks)
    : tasks_(std::move(tasks)), threads_(logs.size()) {
  for (std::size_t i = 0; i < logs.size(); ++i)
    if (!logs[i].events.empty()) threads_[i].edge = logs[i].events.front().ns;
}

void SliceBuilder::Add(std::size_t thread, const TimedEvent& event) {
  switch (event.kind) {
    case TraceEventKind::kTaskBegin:
    case TraceEventKind::kIdleBegin:
      threads_[thread].stack.push_back({event.ns, event.kind, event.name, event.a, event.b});
      return;
    case TraceEventKind::kTaskEnd:
      return End(thread, event, TraceEventKind::kTaskBegin);
    case TraceEventKind::kIdleEnd:
      return End(thread, event, TraceEventKind::kIdleBegin);
    case TraceEventKind::kBlock:
      return Block(thread, event);
    case TraceEventKind::kResume:
      return Resume(thread, event);
    default:
      return;
  }
}

void SliceBuilder::CloseTop(std::size_t thread, std::int64_t now, const char* repaired) {
  std::vector<Open>& stack = threads_[thread].stack;
  const Open& top = stack.back();
  slices_.push_back({.thread = thread,
                     .begin_ns = top.begin_ns,
                     .end_ns = now,
                     .kind = top.kind,
                     .name = top.name,
                     .id = top.id,
                     .b = top.b,
                     .repaired = repaired});
  stack.pop_back();
}

void SliceBuilder::CloseFromEdge(std::size_t thread, const TimedEvent& event, TraceEventKind kind) {
  slices_.push_back({.thread = thread,
                     .begin_ns = threads_[thread].edge,
                     .end_ns = event.ns,
                     .kind = kind,
                     .name = event.name,
                     .id = event.a,
                     .b = event.b,
                     .repaired = "beginning lost"});
}

void SliceBuilder::End(std::size_t thread, const TimedEvent& event, TraceEventKind kind) {
  std::vector<Open>& stack = threads_[thread].stack;
  const auto ends = [&](const Open& open) { return open.kind == kind && open.id == event.a; };
  if (std::none_of(stack.begin(), stack.end(), ends)) {
    if (stack.empty()) return CloseFromEdge(thread, event, kind);
    ++unmatched_;
    return;
  }
  while (!ends(stack.back())) CloseTop(thread, event.ns, "end lost");
  CloseTop(thread, event.ns, nullptr);
}

void SliceBuilder::Block(std::size_t thread, const TimedEvent& event) {
  Thread& on = threads_[thread];
  if (on.stack.empty()) {
    if (tasks_.contains(event.a)) {
      CloseFromEdge(thread, event, TraceEventKind::kTaskBegin);
      blocked_[event.a] = {{event.ns, TraceEventKind::kTaskBegin, event.name, event.a, event.b}};
    }
  } else {
    auto first = on.stack.begin();
    if (event.b != 0) {
      first = std::find_if(first, on.stack.end(), [&](const Open& open) {
        return open.kind == TraceEventKind::kTaskBegin && open.id == event.a;
      });
      if (first == on.stack.end()) return;
    }
    const auto left = static_cast<std::size_t>(first - on.stack.begin());
    blocked_[event.a].assign(first, on.stack.end());
    while (on.stack.size() > left) CloseTop(thread, event.ns, nullptr);
  }
  if (on.stack.empty()) on.edge = event.ns;
}

void SliceBuilder::Resume(std::size_t thread, const TimedEvent& event) {
  Thread& on = threads_[thread];
  if (on.stack.empty()) on.edge = event.ns;
  auto blocked = blocked_.extract(event.a);
  if (!blocked.empty()) {
    for (Open open : blocked.mapped()) {
      open.begin_ns = event.ns;
      on.stack.push_back(open);
    }
  } else if (tasks_.contains(event.a)) {
    on.stack.push_back({event.ns, TraceEventKind::kTaskBegin, event.name, event.a, event.b});
  }
}

std::vector<Slice> SliceBuilder::Finish(const std::vector<ThreadLog>& logs, std::int64_t end_ns) {
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    const std::vector<TimedEvent>& events = logs[i].events;
    const std::int64_t last = events.empty() ? 0 : events.back().ns;
    const std::int64_t end = logs[i].ended ? last : std::max(last, end_ns);
    while (!threads_[i].stack.empty()) CloseTop(i, end, "end lost");
  }
  // The outer before the inner. Where beginning and end are the same the one that was closed later
  // is the outer.
  std::reverse(slices_.begin(), slices_.end());
  std::stable_sort(slices_.begin(), slices_.end(), [](const Slice& x, const Slice& y) {
    return std::tuple(x.thread, x.begin_ns, -x.end_ns) <
           std::tuple(y.thread, y.begin_ns, -y.end_ns);
  });
  return std::move(slices_);
}

}  // namespace heddle::trace::internal
