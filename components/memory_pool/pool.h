// Pooled blocks for task descriptors, accesses and messages: short-lived, of few sizes, often freed
// by another thread.
//
//   Task* task = PoolNew<Task>();       ...       PoolDelete(task);
//   void* block = PoolAllocate(bytes);  ...       PoolFree(block, bytes);
//
// A freed block is reused by the thread that freed it, the newest first, for its lines are in that
// core's cache. What a thread frees beyond two magazines of up to 62 blocks goes to a depot that
// all threads share, as whole magazines: the memory of a producer that allocates for ever and a
// consumer that frees for ever stays bounded. See magazine.h for the algorithm.
//
// Usable before main(), during exit, in thread-local destructors and in a forked child. Not in
// signal handlers. Memory is never returned to the system. Where the library (not its user) is
// built for AddressSanitizer free blocks are poisoned; where it is built without NDEBUG a second
// free and a write after free die in a CHECK. See PoolIsChecked().
#ifndef HEDDLE_COMPONENTS_MEMORY_POOL_POOL_H_
#define HEDDLE_COMPONENTS_MEMORY_POOL_POOL_H_

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include "components/base/cache_line.h"
#include "components/memory_pool/size_class.h"
#include "components/memory_pool/thread_heap.h"

namespace heddle {

namespace internal {
[[nodiscard]] void* PoolAllocateSlow(std::size_t size_class);
void PoolFreeSlow(void* block, std::size_t size_class);
[[nodiscard]] void* PoolAllocateLarge(std::size_t bytes);
void PoolFreeLarge(void* block, std::size_t bytes);
}  // namespace internal

// A block of at least `bytes`, with undefined contents. It starts at a multiple of 16, and of the
// largest power of two up to 64 that divides `bytes`; 0 bytes are 1. Blocks above kPoolMaxBytes
// come from the C library.
// Thread safety: any thread.
// Blocking: never, but for page faults and, once a MiB of new blocks, mmap().
// Memory order: the PoolFree() of a block happens before the PoolAllocate() that returns it again.
// Errors: out of memory dies in a CHECK that names the size; never nullptr.
// Cost: about 0.5 ns; a CAS or two a magazine where blocks come from other threads.
[[nodiscard]] inline void* PoolAllocate(std::size_t bytes) {
  if (bytes > kPoolMaxBytes) [[unlikely]]
    return internal::PoolAllocateLarge(bytes);
  const std::size_t size_class = internal::SizeClassOf(bytes);
  internal::Bin& bin = internal::thread_heap->bins[size_class];
  void** top = bin.top.load(std::memory_order_relaxed);
  if (top == bin.base) [[unlikely]]
    return internal::PoolAllocateSlow(size_class);
  void* block = *--top;
  bin.top.store(top, std::memory_order_relaxed);
  return block;
}

// Gives back a block of PoolAllocate(bytes), with the same `bytes`; not nullptr.
// Thread safety: any thread.  Blocking: never.  Memory order: see PoolAllocate().
// Cost: about 0.5 ns; a CAS or two a magazine where more is freed here than allocated. Does not
// touch the block, except where PoolIsChecked().
inline void PoolFree(void* block, std::size_t bytes) {
  if (bytes > kPoolMaxBytes) [[unlikely]]
    return internal::PoolFreeLarge(block, bytes);
  const std::size_t size_class = internal::SizeClassOf(bytes);
  internal::Bin& bin = internal::thread_heap->bins[size_class];
  void** top = bin.top.load(std::memory_order_relaxed);
  if (top == bin.limit) [[unlikely]]
    return internal::PoolFreeSlow(block, size_class);
  *top = block;
  bin.top.store(top + 1, std::memory_order_relaxed);
}

// A T in a pooled block. `alignof(T)` is at most a cache line.
template <class T, class... A>
[[nodiscard]] T* PoolNew(A&&... arguments) {
  static_assert(alignof(T) <= kCacheLineBytes);
  return ::new (PoolAllocate(sizeof(T))) T(std::forward<A>(arguments)...);
}

// Destroys an object of PoolNew<T>, of exactly this T; nullptr is nothing to do.
template <class T>
void PoolDelete(T* object) {
  if (object == nullptr) return;
  object->~T();
  PoolFree(object, sizeof(T));
}

// Gives what this thread keeps for others to the depot: all but half a magazine of each class. For
// workers about to sleep; a thread that ends gives all, unasked.
// Thread safety: any thread.  Blocking: never.  Cost: about 20 ns, and a CAS for each magazine.
void PoolFlush();

// Whether misuse is found: the library was compiled for AddressSanitizer or without NDEBUG. How its
// users are compiled makes no difference.  Thread safety: any thread.  Cost: a call.
bool PoolIsChecked();

struct PoolStatistics {
  std::uint64_t blocks_in_use = 0;    // Pooled blocks allocated and not freed.
  std::uint64_t bytes_in_use = 0;     // The same in bytes, rounded up to classes.
  std::uint64_t blocks_cached = 0;    // Free blocks in threads.
  std::uint64_t blocks_in_depot = 0;  // Free blocks in the depot.
  std::uint64_t bytes_reserved = 0;   // Taken from the system, magazines included; touched lazily.
  std::uint64_t chunks = 0;           // In how many pieces.
  std::uint64_t magazines_given = 0;  // To the depot, by all threads: about remote frees / 62.
  std::uint64_t magazines_taken = 0;  // From the depot.
  std::uint64_t large_in_use = 0;     // Blocks above kPoolMaxBytes.
  std::uint64_t heaps = 0;            // The most threads that ever held a heap at once.
};

// Sums over all heaps. Exact while nobody allocates or frees, a little off otherwise.
// Thread safety: any thread.  Blocking: never.  Cost: about 0.1 us a heap.
PoolStatistics GetPoolStatistics();

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_MEMORY_POOL_POOL_H_
