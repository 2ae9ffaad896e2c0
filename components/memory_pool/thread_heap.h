// What a thread keeps of both pools: internal to memory_pool, public only because the fast path is
// inline.
//
// Who may write what: a heap belongs to the thread that claimed it (`owned`), which alone writes
// it. The fields that are atomic are read by GetPoolStatistics() from other threads, relaxed; on
// the usual machines they cost what plain fields cost. When its thread dies the heap is emptied and
// disowned; the next new thread claims it, with the rest of its chunk.
#ifndef HEDDLE_COMPONENTS_MEMORY_POOL_THREAD_HEAP_H_
#define HEDDLE_COMPONENTS_MEMORY_POOL_THREAD_HEAP_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "components/base/cache_line.h"
#include "components/base/owned_count.h"
#include "components/memory_pool/magazine.h"
#include "components/memory_pool/size_class.h"
#include "components/memory_pool/stack_pool.h"

namespace heddle::internal {

// The free blocks of one class: the loaded magazine, whose slots [base, top) are filled and end at
// limit, and a spare one, which holds blocks or none. All nullptr: nothing loaded yet, and both
// fast paths see the end of the magazine.
struct Bin {
  std::atomic<void**> top{nullptr};
  void** base = nullptr;
  void** limit = nullptr;
  std::atomic<Magazine*> spare{nullptr};
};

struct BinCounts {
  OwnedCount carved;  // Blocks cut from chunks.
  OwnedCount given;   // Blocks given to the depot.
  OwnedCount taken;   // Blocks taken from the depot.
};

inline constexpr std::uint32_t kThreadLoopStacks = 16;
inline constexpr std::uint32_t kThreadUserStacks = 4;

struct ThreadStacks {
  std::atomic<std::uint32_t> loop_count{0};
  std::atomic<std::uint32_t> user_count{0};
  Stack loop[kThreadLoopStacks];
  Stack user[kThreadUserStacks];
};

struct ThreadHeap {
  Bin bins[kClasses];
  // From here on only slow paths.
  char* chunk_next = nullptr;
  char* chunk_end = nullptr;
  Magazine* magazines_next = nullptr;
  Magazine* magazines_end = nullptr;
  BinCounts counts[kClasses];
  OwnedCount chunks;
  OwnedCount magazines_given;
  OwnedCount magazines_taken;
  ThreadStacks stacks;
  ThreadHeap* next = nullptr;  // All heaps there ever were; set before the heap is published.
  std::atomic<bool> owned{false};
};

// Where threads without a heap point: every bin of it is both empty and full, so that they enter
// the slow path.
extern ThreadHeap no_heap;

// The heap whose bins the inline path uses: the thread's own, or no_heap where it has none yet, and
// always where the library was built to check: then each call comes to the slow path, so that it is
// the library alone that decides, whatever the flags of those who include pool.h.
// initial-exec: one load from the thread's own block, no call. constinit: no guard, usable before
// main(). A context that may move between threads loads it anew after each call that may suspend,
// as with any thread-local.
extern constinit thread_local ThreadHeap* thread_heap __attribute__((tls_model("initial-exec")));

// The calling thread's heap, no_heap before it has one.
extern constinit thread_local ThreadHeap* own_heap __attribute__((tls_model("initial-exec")));

// The calling thread's heap; claims one at a thread's first call.
ThreadHeap& ClaimThreadHeap();
inline ThreadHeap& CurrentThreadHeap() {
  ThreadHeap* heap = own_heap;
  return heap != &no_heap ? *heap : ClaimThreadHeap();
}

// The newest of all heaps, for sums over them.
ThreadHeap* FirstThreadHeap();

// Gives the thread's cached stacks to the global list (stack_pool.cc).
void ReturnThreadStacks(ThreadStacks& stacks);

}  // namespace heddle::internal

#endif  // HEDDLE_COMPONENTS_MEMORY_POOL_THREAD_HEAP_H_
