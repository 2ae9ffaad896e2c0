#include "components/memory_pool/pool.h"

#include <pthread.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "components/base/check.h"
#include "components/base/sanitizer.h"
#if HEDDLE_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/lsan_interface.h>
#endif

namespace heddle {
namespace internal {

constinit ThreadHeap no_heap;
constinit thread_local ThreadHeap* thread_heap = &no_heap;
constinit thread_local ThreadHeap* own_heap = &no_heap;

namespace {

constexpr std::size_t kChunkBytes = std::size_t{1} << 20;
constexpr std::size_t kMagazinesAtOnce = 8;

#if HEDDLE_ASAN || !defined(NDEBUG)
constexpr bool kChecked = true;
#else
constexpr bool kChecked = false;
#endif

constinit Depot depots[kClasses];
constinit std::atomic<ThreadHeap*> all_heaps{nullptr};
constinit std::atomic<std::uint64_t> large_in_use{0};

void* Reserve(std::size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  HEDDLE_CHECK(memory != MAP_FAILED)
      << "out of memory: mmap of " << bytes << " bytes for the pool: " << std::strerror(errno);
  HEDDLE_CHECK(reinterpret_cast<std::uintptr_t>(memory) + bytes <= std::uintptr_t{1} << 48)
      << "address " << memory << " does not fit a magazine stack's word";
#if HEDDLE_ASAN
  // What only pooled blocks point to is not a leak.
  __lsan_register_root_region(memory, bytes);
#endif
  return memory;
}

#if HEDDLE_ASAN
void MarkFree(void* block, std::size_t bytes) {
  HEDDLE_CHECK(block != nullptr && !__asan_address_is_poisoned(block))
      << "block " << block << " of " << bytes << " bytes is freed twice";
  __asan_poison_memory_region(block, bytes);
}
void MarkUsed(void* block, std::size_t bytes) { __asan_unpoison_memory_region(block, bytes); }
#else
// A free block starts with two words that depend on its address; an allocated one holds them by a
// chance of 2^-128.
constexpr std::uint64_t kMarks[2] = {0xf4eeb10cf4eeb10c, 0x5eedfade5eedfade};
bool Marked(void* block) {
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  const auto* words = static_cast<const std::uint64_t*>(block);
  return words[0] == (kMarks[0] ^ address) && words[1] == (kMarks[1] ^ address);
}
void MarkFree(void* block, std::size_t bytes) {
  HEDDLE_CHECK(block != nullptr && !Marked(block))
      << "block " << block << " of " << bytes << " bytes is freed twice";
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  static_cast<std::uint64_t*>(block)[0] = kMarks[0] ^ address;
  static_cast<std::uint64_t*>(block)[1] = kMarks[1] ^ address;
}
void MarkUsed(void* block, std::size_t bytes) {
  HEDDLE_CHECK(Marked(block)) << "block " << block << " of " << bytes
                              << " bytes was written after it was freed";
  static_cast<std::uint64_t*>(block)[0] = 0;
  static_cast<std::uint64_t*>(block)[1] = 0;
}
#endif

// Opens a chunk where the current one has less than `bytes` left after `alignment`.
void EnsureChunk(ThreadHeap& heap, std::size_t bytes, std::size_t alignment) {
  const auto next = reinterpret_cast<std::uintptr_t>(heap.chunk_next);
  const std::size_t padding = (alignment - next % alignment) % alignment;
  const auto left = static_cast<std::size_t>(heap.chunk_end - heap.chunk_next);
  if (left >= padding + bytes) {
    heap.chunk_next += padding;
    return;
  }
  heap.chunk_next = static_cast<char*>(Reserve(kChunkBytes));
  heap.chunk_end = heap.chunk_next + kChunkBytes;
  heap.chunks.Add(1);
}

Magazine* TakeEmpty(ThreadHeap& heap, std::size_t size_class) {
  if (Magazine* magazine = depots[size_class].empty.Pop()) return magazine;
  if (heap.magazines_next == heap.magazines_end) {
    constexpr std::size_t kBytes = kMagazinesAtOnce * sizeof(Magazine);
    EnsureChunk(heap, kBytes, sizeof(Magazine));
    heap.magazines_next = reinterpret_cast<Magazine*>(heap.chunk_next);
    heap.magazines_end = heap.magazines_next + kMagazinesAtOnce;
    heap.chunk_next += kBytes;
  }
  return ::new (heap.magazines_next++) Magazine;
}

void Give(ThreadHeap& heap, std::size_t size_class, Magazine* magazine) {
  const std::size_t count = magazine->count.load(std::memory_order_relaxed);
  if (count == 0) {
    depots[size_class].empty.Push(magazine);
    return;
  }
  heap.counts[size_class].given.Add(count);
  heap.magazines_given.Add(1);
  depots[size_class].full.Push(magazine);
}

Magazine* Loaded(const Bin& bin) {
  if (bin.base == nullptr) return nullptr;
  return reinterpret_cast<Magazine*>(reinterpret_cast<char*>(bin.base) - offsetof(Magazine, slots));
}

void Load(Bin& bin, std::size_t size_class, Magazine* magazine) {
  bin.base = magazine->slots;
  bin.limit = bin.base + MagazineCapacity(size_class);
  bin.top.store(bin.base + magazine->count.load(std::memory_order_relaxed),
                std::memory_order_relaxed);
}

// Notes how full the loaded magazine is, for whoever loads it next.
Magazine* Unload(Bin& bin) {
  Magazine* magazine = Loaded(bin);
  void** top = bin.top.load(std::memory_order_relaxed);
  if (magazine != nullptr) {
    magazine->count.store(static_cast<std::size_t>(top - bin.base), std::memory_order_relaxed);
  }
  bin.top.store(nullptr, std::memory_order_relaxed);
  bin.base = bin.limit = nullptr;
  return magazine;
}

// Fills an empty magazine with new blocks, the lowest address on top.
void Carve(ThreadHeap& heap, std::size_t size_class, Magazine* magazine) {
  const std::size_t bytes = kClassBytes[size_class];
  EnsureChunk(heap, bytes, kCacheLineBytes);
  const std::size_t fit = static_cast<std::size_t>(heap.chunk_end - heap.chunk_next) / bytes;
  const std::size_t capacity = MagazineCapacity(size_class);
  const std::size_t count = fit < capacity ? fit : capacity;
  for (std::size_t i = count; i-- > 0; heap.chunk_next += bytes) {
    magazine->slots[i] = heap.chunk_next;
    if (kChecked) MarkFree(heap.chunk_next, bytes);
  }
  magazine->count.store(count, std::memory_order_relaxed);
  heap.counts[size_class].carved.Add(count);
}

// The loaded magazine is empty: one with blocks takes its place.
void LoadFull(ThreadHeap& heap, Bin& bin, std::size_t size_class) {
  Magazine* empty = Unload(bin);
  Magazine* spare = bin.spare.load(std::memory_order_relaxed);
  Magazine* full = nullptr;
  if (spare != nullptr && spare->count.load(std::memory_order_relaxed) > 0) {
    full = spare;
    bin.spare.store(empty, std::memory_order_relaxed);
  } else if ((full = depots[size_class].full.Pop()) != nullptr) {
    heap.counts[size_class].taken.Add(full->count.load(std::memory_order_relaxed));
    heap.magazines_taken.Add(1);
    // One empty magazine stays, for frees; a second goes to those who free more than they allocate.
    if (spare == nullptr) {
      bin.spare.store(empty, std::memory_order_relaxed);
    } else if (empty != nullptr) {
      depots[size_class].empty.Push(empty);
    }
  } else {
    full = empty != nullptr ? empty : TakeEmpty(heap, size_class);
    Carve(heap, size_class, full);
  }
  Load(bin, size_class, full);
}

// The loaded magazine is full: one with room takes its place.
void LoadEmpty(ThreadHeap& heap, Bin& bin, std::size_t size_class) {
  Magazine* full = Unload(bin);
  Magazine* spare = bin.spare.load(std::memory_order_relaxed);
  Magazine* empty = nullptr;
  if (spare != nullptr && spare->count.load(std::memory_order_relaxed) == 0) {
    empty = spare;
    bin.spare.store(full, std::memory_order_relaxed);
  } else {
    // The older of two full magazines goes to the depot; the newer is hotter.
    if (full != nullptr) {
      if (spare != nullptr) Give(heap, size_class, spare);
      bin.spare.store(full, std::memory_order_relaxed);
    }
    empty = TakeEmpty(heap, size_class);
    empty->count.store(0, std::memory_order_relaxed);
  }
  Load(bin, size_class, empty);
}

// A thread that ends: all of its blocks go to the depot, the heap to the next new thread.
void RetireHeap(void* pointer) {
  ThreadHeap& heap = *static_cast<ThreadHeap*>(pointer);
  for (std::size_t size_class = 0; size_class < kClasses; ++size_class) {
    Bin& bin = heap.bins[size_class];
    if (Magazine* spare = bin.spare.exchange(nullptr, std::memory_order_relaxed)) {
      Give(heap, size_class, spare);
    }
    if (Magazine* loaded = Unload(bin)) Give(heap, size_class, loaded);
  }
  ReturnThreadStacks(heap.stacks);
  // Thread-specific destructors that run after this one may still allocate: they claim a heap anew,
  // and it is retired in the C library's next round of destructors (there are four).
  own_heap = &no_heap;
  thread_heap = &no_heap;
  heap.owned.store(false, std::memory_order_release);
}

pthread_key_t HeapKey() {
  static const pthread_key_t key = [] {
    pthread_key_t made;
    const int error = pthread_key_create(&made, RetireHeap);
    HEDDLE_CHECK_EQ(error, 0) << "pthread_key_create: " << std::strerror(error);
    return made;
  }();
  return key;
}

// The list only grows, so a walk needs no lock and there is no ABA.
ThreadHeap* AdoptHeap() {
  for (ThreadHeap* heap = FirstThreadHeap(); heap != nullptr; heap = heap->next) {
    bool owned = false;
    if (!heap->owned.load(std::memory_order_relaxed) &&
        heap->owned.compare_exchange_strong(owned, true, std::memory_order_acquire,
                                            std::memory_order_relaxed)) {
      return heap;
    }
  }
  return nullptr;
}

ThreadHeap* NewHeap() {
  ThreadHeap* heap = ::new (Reserve(sizeof(ThreadHeap))) ThreadHeap;
  heap->owned.store(true, std::memory_order_relaxed);
  heap->next = all_heaps.load(std::memory_order_relaxed);
  while (!all_heaps.compare_exchange_weak(heap->next, heap, std::memory_order_release,
                                          std::memory_order_relaxed)) {
  }
  return heap;
}

}  // namespace

ThreadHeap* FirstThreadHeap() { return all_heaps.load(std::memory_order_acquire); }

[[gnu::cold, gnu::noinline]] ThreadHeap& ClaimThreadHeap() {
  ThreadHeap* heap = AdoptHeap();
  if (heap == nullptr) heap = NewHeap();
  own_heap = heap;
  if (!kChecked) thread_heap = heap;
  const int error = pthread_setspecific(HeapKey(), heap);
  HEDDLE_CHECK_EQ(error, 0) << "pthread_setspecific: " << std::strerror(error);
  return *heap;
}

[[gnu::noinline]] void* PoolAllocateSlow(std::size_t size_class) {
  ThreadHeap& heap = CurrentThreadHeap();
  Bin& bin = heap.bins[size_class];
  if (bin.top.load(std::memory_order_relaxed) == bin.base) LoadFull(heap, bin, size_class);
  void** top = bin.top.load(std::memory_order_relaxed) - 1;
  bin.top.store(top, std::memory_order_relaxed);
  if (kChecked) MarkUsed(*top, kClassBytes[size_class]);
  return *top;
}

[[gnu::noinline]] void PoolFreeSlow(void* block, std::size_t size_class) {
  if (kChecked) MarkFree(block, kClassBytes[size_class]);
  ThreadHeap& heap = CurrentThreadHeap();
  Bin& bin = heap.bins[size_class];
  if (bin.top.load(std::memory_order_relaxed) == bin.limit) LoadEmpty(heap, bin, size_class);
  void** top = bin.top.load(std::memory_order_relaxed);
  *top = block;
  bin.top.store(top + 1, std::memory_order_relaxed);
}

void* PoolAllocateLarge(std::size_t bytes) {
  void* block = nullptr;
  const int error = posix_memalign(&block, kCacheLineBytes, bytes);
  HEDDLE_CHECK(error == 0) << "out of memory: " << bytes << " bytes: " << std::strerror(error);
  large_in_use.fetch_add(1, std::memory_order_relaxed);
  return block;
}

void PoolFreeLarge(void* block, std::size_t) {
  large_in_use.fetch_sub(1, std::memory_order_relaxed);
  std::free(block);
}

}  // namespace internal

bool PoolIsChecked() { return internal::kChecked; }

void PoolFlush() {
  internal::ThreadHeap& heap = *internal::own_heap;
  if (&heap == &internal::no_heap) return;
  for (std::size_t size_class = 0; size_class < internal::kClasses; ++size_class) {
    internal::Bin& bin = heap.bins[size_class];
    internal::Magazine* spare = bin.spare.load(std::memory_order_relaxed);
    if (spare != nullptr && spare->count.load(std::memory_order_relaxed) > 0) {
      bin.spare.store(nullptr, std::memory_order_relaxed);
      internal::Give(heap, size_class, spare);
    }
    const auto loaded = bin.top.load(std::memory_order_relaxed) - bin.base;
    if (2 * loaded > bin.limit - bin.base) {
      internal::Give(heap, size_class, internal::Unload(bin));
    }
  }
}

PoolStatistics GetPoolStatistics() {
  using namespace internal;  // NOLINT: this function is about nothing else.
  PoolStatistics sum;
  std::int64_t free_in_threads[kClasses] = {};
  std::int64_t in_depot[kClasses] = {};
  std::int64_t carved[kClasses] = {};
  for (ThreadHeap* heap = FirstThreadHeap(); heap != nullptr; heap = heap->next) {
    for (std::size_t c = 0; c < kClasses; ++c) {
      // Of a loaded magazine only `top` may be read here; magazines are aligned, so it tells the
      // count.
      const auto top =
          reinterpret_cast<std::uintptr_t>(heap->bins[c].top.load(std::memory_order_relaxed));
      if (top != 0) {
        free_in_threads[c] +=
            ((top - sizeof(void*)) % kMagazineBytes - sizeof(void*)) / sizeof(void*);
      }
      if (Magazine* spare = heap->bins[c].spare.load(std::memory_order_relaxed)) {
        free_in_threads[c] += spare->count.load(std::memory_order_relaxed);
      }
      in_depot[c] += heap->counts[c].given.Get() - heap->counts[c].taken.Get();
      carved[c] += heap->counts[c].carved.Get();
    }
    sum.chunks += heap->chunks.Get();
    sum.magazines_given += heap->magazines_given.Get();
    sum.magazines_taken += heap->magazines_taken.Get();
    ++sum.heaps;
  }
  for (std::size_t c = 0; c < kClasses; ++c) {
    // The parts are read at different moments while others work: no part is less than nothing.
    const std::int64_t depot = in_depot[c] > 0 ? in_depot[c] : 0;
    const std::int64_t used = carved[c] - free_in_threads[c] - depot;
    sum.blocks_in_use += used > 0 ? used : 0;
    sum.bytes_in_use += used > 0 ? used * kClassBytes[c] : 0;
    sum.blocks_cached += free_in_threads[c];
    sum.blocks_in_depot += depot;
  }
  sum.bytes_reserved = sum.chunks * kChunkBytes;
  sum.large_in_use = large_in_use.load(std::memory_order_relaxed);
  return sum;
}

}  // namespace heddle
