// What an event costs: nothing to speak of while tracing is off, a ring write while it is on.
#include <benchmark/benchmark.h>

#include "components/base/clock.h"
#include "components/trace/ticks.h"
#include "components/trace/trace.h"

namespace heddle::trace {
namespace {

void BM_EmptyLoop(benchmark::State& state) {
  std::uint64_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(++i);
}
BENCHMARK(BM_EmptyLoop);

void BM_RecordDisabled(benchmark::State& state) {
  std::uint64_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(++i);
    Record(TraceEventKind::kUser, "event", i);
  }
}
BENCHMARK(BM_RecordDisabled);

void BM_RecordEnabled(benchmark::State& state) {
  if (state.thread_index() == 0 && !Start("/dev/null", std::size_t{1} << state.range(0)).ok())
    state.SkipWithError("tracing already");
  std::uint64_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(++i);
    Record(TraceEventKind::kUser, "event", i);
  }
  if (state.thread_index() == 0) (void)Stop();
}
// A ring that stays in the L1 cache, and one that streams through memory.
BENCHMARK(BM_RecordEnabled)->Arg(8)->Arg(16);
BENCHMARK(BM_RecordEnabled)->Arg(16)->Threads(2);

void BM_ReadTicks(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(internal::ReadTicks());
}
BENCHMARK(BM_ReadTicks);

void BM_NowNs(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(NowNs());
}
BENCHMARK(BM_NowNs);

// Writing the file, an event.
void BM_StartRecordStop(benchmark::State& state) {
  const int events = static_cast<int>(state.range(0));
  for (auto _ : state) {
    if (!Start("/dev/null", static_cast<std::size_t>(events)).ok())
      state.SkipWithError("tracing already");
    for (int i = 0; i < events; i += 2) {
      Record(TraceEventKind::kTaskBegin, "task", i);
      Record(TraceEventKind::kTaskEnd, "task", i);
    }
    (void)Stop();
  }
  state.SetItemsProcessed(state.iterations() * events);
}
BENCHMARK(BM_StartRecordStop)->Arg(1 << 16)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace heddle::trace
