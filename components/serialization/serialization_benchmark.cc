// What bounded packing costs beside a bare memcpy of the same bytes.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstring>
#include <numeric>
#include <vector>

#include "components/serialization/crc32c.h"
#include "components/serialization/memory.h"
#include "components/serialization/number.h"
#include "components/serialization/strided.h"

namespace heddle {
namespace {

std::vector<int> Values(std::int64_t count) {
  std::vector<int> values(static_cast<std::size_t>(count));
  std::iota(values.begin(), values.end(), 0);
  return values;
}

void SetBytes(benchmark::State& state, std::size_t bytes) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void BM_Memcpy(benchmark::State& state) {
  const std::vector<int> values = Values(state.range(0));
  std::vector<int> to(values.size());
  for (auto _ : state) {
    std::memcpy(to.data(), values.data(), values.size() * sizeof(int));
    benchmark::ClobberMemory();
  }
  SetBytes(state, values.size() * sizeof(int));
}
BENCHMARK(BM_Memcpy)->Arg(1000)->Arg(100000);

void BM_WriteArray(benchmark::State& state) {
  const std::vector<int> values = Values(state.range(0));
  std::vector<int> to(values.size() + 2);
  for (auto _ : state) {
    MemoryWriter writer(to.data(), to.size() * sizeof(int));
    writer.WriteValue(std::uint64_t{values.size()});
    writer.Write(values.data(), values.size() * sizeof(int));
    benchmark::DoNotOptimize(writer.ok());
    benchmark::ClobberMemory();
  }
  SetBytes(state, values.size() * sizeof(int));
}
BENCHMARK(BM_WriteArray)->Arg(1000)->Arg(100000);

void BM_WriteEachValue(benchmark::State& state) {
  const std::vector<int> values = Values(state.range(0));
  std::vector<int> to(values.size());
  for (auto _ : state) {
    MemoryWriter writer(to.data(), to.size() * sizeof(int));
    for (const int value : values) writer.WriteValue(value);
    benchmark::DoNotOptimize(writer.ok());
    benchmark::ClobberMemory();
  }
  SetBytes(state, values.size() * sizeof(int));
}
BENCHMARK(BM_WriteEachValue)->Arg(1000);

void BM_ReadEachValue(benchmark::State& state) {
  const std::vector<int> values = Values(state.range(0));
  for (auto _ : state) {
    MemoryReader reader(values.data(), values.size() * sizeof(int));
    for (std::size_t i = 0; i < values.size(); ++i) {
      int value = 0;
      reader.ReadValue(&value);
      benchmark::DoNotOptimize(value);
    }
    benchmark::DoNotOptimize(reader.ok());
  }
  SetBytes(state, values.size() * sizeof(int));
}
BENCHMARK(BM_ReadEachValue)->Arg(1000);

void BM_PackTile(benchmark::State& state) {
  std::vector<double> matrix(512 * 512);
  std::vector<double> tile(64 * 64);
  const StridedArray array =
      StridedArray(reinterpret_cast<std::uintptr_t>(matrix.data()), sizeof(double))
          .With(64, 1)
          .With(64, 512);
  for (auto _ : state) {
    PackStrided(array, reinterpret_cast<char*>(tile.data()));
    benchmark::ClobberMemory();
  }
  SetBytes(state, tile.size() * sizeof(double));
}
BENCHMARK(BM_PackTile);

void BM_ReverseBytes(benchmark::State& state) {
  std::vector<int> values = Values(100000);
  for (auto _ : state) {
    ReverseBytes(values.data(), values.size(), sizeof(int));
    benchmark::ClobberMemory();
  }
  SetBytes(state, values.size() * sizeof(int));
}
BENCHMARK(BM_ReverseBytes);

void BM_Crc32c(benchmark::State& state) {
  const std::vector<int> values = Values(100000);
  std::uint32_t crc = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(crc = Crc32c(crc, values.data(), values.size() * sizeof(int)));
  SetBytes(state, values.size() * sizeof(int));
}
BENCHMARK(BM_Crc32c);

}  // namespace
}  // namespace heddle
