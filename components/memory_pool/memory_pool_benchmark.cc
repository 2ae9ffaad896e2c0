// Times are per block, allocation and free together. Each case writes a block's first word when it
// is allocated and reads it before it is freed. Peers in the same run: glibc, and mimalloc where
// libmimalloc.so.2 is installed.
//
//   pair          allocate, free, in one thread
//   batch         allocate 1000, then free them in the same order
//   cross_thread  allocate on one core, free on another, through a ring of 1024
//   stack_pair    a loop stack from the thread's cache
//   the others    one call each
#include <benchmark/benchmark.h>
#include <dlfcn.h>
#include <sched.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "components/base/clock.h"
#include "components/memory_pool/pool.h"
#include "components/memory_pool/stack_pool.h"

namespace heddle {
namespace {

struct Ours {
  static bool Ready() { return true; }
  static void* Allocate(std::size_t bytes) { return PoolAllocate(bytes); }
  static void Free(void* block, std::size_t bytes) { PoolFree(block, bytes); }
};

// Through a pointer, as mimalloc: the compiler may drop a malloc() that it sees. (DoNotOptimize()
// of an lvalue is no way out: under g++ 12 -O1 with ASan it returned the address of a local.)
struct Glibc {
  static bool Ready() { return true; }
  static void* Allocate(std::size_t bytes) { return allocate(bytes); }
  static void Free(void* block, std::size_t) { std::free(block); }
  static inline void* (*volatile allocate)(std::size_t) = std::malloc;
};

// Loaded at run time, so that nothing else in the process allocates from it.
struct Mimalloc {
  static bool Ready() {
    static void* library = dlopen("libmimalloc.so.2", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return false;
    allocate = reinterpret_cast<void* (*)(std::size_t)>(dlsym(library, "mi_malloc"));
    release = reinterpret_cast<void (*)(void*)>(dlsym(library, "mi_free"));
    return allocate != nullptr && release != nullptr;
  }
  static void* Allocate(std::size_t bytes) { return allocate(bytes); }
  static void Free(void* block, std::size_t) { release(block); }
  static inline void* (*allocate)(std::size_t) = nullptr;
  static inline void (*release)(void*) = nullptr;
};

void Write(void* block, std::uint64_t value) {
  *static_cast<volatile std::uint64_t*>(block) = value;
}
std::uint64_t Read(void* block) { return *static_cast<volatile std::uint64_t*>(block); }

template <class A>
bool Skip(benchmark::State& state) {
  if (A::Ready()) return false;
  state.SkipWithError("libmimalloc.so.2 is not installed (Debian: libmimalloc2.0)");
  return true;
}

template <class A>
void Pair(benchmark::State& state) {
  if (Skip<A>(state)) return;
  const auto bytes = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    void* block = A::Allocate(bytes);
    Write(block, 1);
    A::Free(block, bytes);
  }
}

// The size is a constant, as in PoolNew<T>().
void PairConstant(benchmark::State& state) {
  for (auto _ : state) {
    void* block = PoolAllocate(128);
    Write(block, 1);
    PoolFree(block, 128);
  }
}

template <class A>
void Batch(benchmark::State& state) {
  if (Skip<A>(state)) return;
  const auto bytes = static_cast<std::size_t>(state.range(0));
  constexpr std::size_t kBatch = 1000;
  std::vector<void*> blocks(kBatch);
  while (state.KeepRunningBatch(kBatch)) {
    for (void*& block : blocks) {
      block = A::Allocate(bytes);
      Write(block, 1);
    }
    for (void* block : blocks) {
      benchmark::DoNotOptimize(Read(block));
      A::Free(block, bytes);
    }
  }
}

// One producer, one consumer. Each side looks at the other's index only when its last look no
// longer suffices.
class Ring {
 public:
  void Push(void* block) {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    while (tail - seen_head_ == kSlots) {
      seen_head_ = head_.load(std::memory_order_acquire);
      if (tail - seen_head_ == kSlots) Pause(producer_spins_);
    }
    slots_[tail % kSlots] = block;
    tail_.store(tail + 1, std::memory_order_release);
  }
  void* Pop() {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    while (head == seen_tail_) {
      seen_tail_ = tail_.load(std::memory_order_acquire);
      if (head == seen_tail_) Pause(consumer_spins_);
    }
    void* block = slots_[head % kSlots];
    head_.store(head + 1, std::memory_order_release);
    return block;
  }

 private:
  static constexpr std::size_t kSlots = 1024;
  // The other side may wait for this core.
  static void Pause(unsigned& spins) {
    CpuRelax();
    if (++spins % 64 == 0) std::this_thread::yield();
  }
  alignas(kFalseSharingBytes) std::atomic<std::size_t> tail_{0};
  std::size_t seen_head_ = 0;
  unsigned producer_spins_ = 0;
  alignas(kFalseSharingBytes) std::atomic<std::size_t> head_{0};
  std::size_t seen_tail_ = 0;
  unsigned consumer_spins_ = 0;
  alignas(kFalseSharingBytes) void* slots_[kSlots];
};

// Keeps the calling thread on the nth core that the process may use; otherwise the kernel puts
// producer and consumer on one core in some runs and on two in others, at a tenth of the cost.
class OnCore {
 public:
  explicit OnCore(int nth) {
    sched_getaffinity(0, sizeof(before_), &before_);
    const int cores = CPU_COUNT(&before_);
    cpu_set_t one;
    CPU_ZERO(&one);
    for (int cpu = 0, seen = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(cpu, &before_) && seen++ == nth % cores) CPU_SET(cpu, &one);
    }
    sched_setaffinity(0, sizeof(one), &one);
  }
  ~OnCore() { sched_setaffinity(0, sizeof(before_), &before_); }

 private:
  cpu_set_t before_;
};

template <class A>
void CrossThread(benchmark::State& state) {
  if (Skip<A>(state)) return;
  const auto bytes = static_cast<std::size_t>(state.range(0));
  auto ring = std::make_unique<Ring>();
  std::thread consumer([&ring, bytes] {
    const OnCore second(1);
    while (void* block = ring->Pop()) {
      benchmark::DoNotOptimize(Read(block));
      A::Free(block, bytes);
    }
  });
  const OnCore first(0);
  for (auto _ : state) {
    void* block = A::Allocate(bytes);
    Write(block, 1);
    ring->Push(block);
  }
  ring->Push(nullptr);
  consumer.join();
}

void StackPair(benchmark::State& state) {
  for (auto _ : state) {
    Stack stack = StackAllocate(StackClass::kLoop);
    Write(stack.top() - 64, 1);
    StackFree(stack);
  }
}

// Nothing to hand over: what a worker pays before it sleeps.
void Flush(benchmark::State& state) {
  PoolFree(PoolAllocate(128), 128);
  for (auto _ : state) PoolFlush();
}

void Statistics(benchmark::State& state) {
  PoolFree(PoolAllocate(128), 128);
  for (auto _ : state) benchmark::DoNotOptimize(GetPoolStatistics().blocks_in_use);
  state.counters["heaps"] = static_cast<double>(GetPoolStatistics().heaps);
}

// Too large to be cached: mapped and unmapped each time, never touched.
void StackNew(benchmark::State& state) {
  for (auto _ : state) StackFree(StackAllocate(StackClass::kUser, std::size_t{16} << 20));
}

void GuardMiss(benchmark::State& state) {
  int local = 0;
  for (auto _ : state) benchmark::DoNotOptimize(StackGuardContains(&local));
}

BENCHMARK(PairConstant)->Name("pair/heddle_constant/128");
BENCHMARK(Pair<Ours>)->Name("pair/heddle")->Arg(64)->Arg(128)->Arg(512);
BENCHMARK(Pair<Mimalloc>)->Name("pair/mimalloc")->Arg(64)->Arg(128)->Arg(512);
BENCHMARK(Pair<Glibc>)->Name("pair/glibc")->Arg(64)->Arg(128)->Arg(512);
BENCHMARK(Batch<Ours>)->Name("batch/heddle")->Arg(128);
BENCHMARK(Batch<Mimalloc>)->Name("batch/mimalloc")->Arg(128);
BENCHMARK(Batch<Glibc>)->Name("batch/glibc")->Arg(128);
BENCHMARK(CrossThread<Ours>)->Name("cross_thread/heddle")->Arg(128)->UseRealTime();
BENCHMARK(CrossThread<Mimalloc>)->Name("cross_thread/mimalloc")->Arg(128)->UseRealTime();
BENCHMARK(CrossThread<Glibc>)->Name("cross_thread/glibc")->Arg(128)->UseRealTime();
BENCHMARK(StackPair)->Name("stack_pair/heddle");
BENCHMARK(Flush)->Name("flush/heddle");
BENCHMARK(Statistics)->Name("statistics/heddle");
BENCHMARK(StackNew)->Name("stack_map_unmap/heddle");
BENCHMARK(GuardMiss)->Name("stack_guard_contains/heddle");

}  // namespace
}  // namespace heddle
