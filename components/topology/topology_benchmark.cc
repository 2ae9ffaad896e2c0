// What detection and the questions of the scheduler's start cost.
#include <benchmark/benchmark.h>

#include "components/topology/topology.h"

namespace heddle {
namespace {

void BM_Detect(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Topology::Detect());
}
BENCHMARK(BM_Detect)->Unit(benchmark::kMicrosecond);

void BM_FromSynthetic128Units(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Topology::FromSynthetic("pack:2 l3:4 core:8 pu:2"));
}
BENCHMARK(BM_FromSynthetic128Units)->Unit(benchmark::kMicrosecond);

void BM_Distance(benchmark::State& state) {
  const Topology machine = *Topology::FromSynthetic("pack:2 l3:4 core:8 pu:2");
  int unit = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(machine.Distance(0, unit));
    unit = (unit + 1) & 127;
  }
}
BENCHMARK(BM_Distance);

void BM_StealOrderOf64Slots(benchmark::State& state) {
  const Topology machine = *Topology::FromSynthetic("pack:2 l3:4 core:8 pu:2");
  for (auto _ : state) benchmark::DoNotOptimize(machine.StealOrder(17, 64));
}
BENCHMARK(BM_StealOrderOf64Slots);

}  // namespace
}  // namespace heddle
