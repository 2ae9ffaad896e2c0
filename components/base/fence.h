// Memory fences, in the only file that may name them.
//
// FullFence() orders every access before it against every access after it, a store against a later load included.
//
// LightFence() and HeavyFence() are its two halves for a Dekker handshake in which one side is hot and the other cold:
//
//     hot:  publish; LightFence(); look at the flag          cold: set the flag; HeavyFence(); look at what is published
//
// At least one of the two sees the other's store. LightFence() is a compiler barrier; HeavyFence() is membarrier(2), which
// makes every running thread of the process execute a full fence. Where the kernel has no membarrier both are full fences.
//
// g++ does not model fences under ThreadSanitizer: there all three are a read-modify-write of one variable, which
// TSan understands as synchronisation of everything before with everything after.
#ifndef HEDDLE_COMPONENTS_BASE_FENCE_H_
#define HEDDLE_COMPONENTS_BASE_FENCE_H_

#include <atomic>

#include "components/base/sanitizer.h"

namespace heddle {

namespace internal {
extern std::atomic<int> fence_variable;
extern bool has_membarrier;  // Written before main() and in a forked child before its first thread.
}  // namespace internal

// Thread safety: any thread.  Blocking: never.  Memory order: sequentially consistent.  Cost: about 5 ns.
inline void FullFence() {
#if HEDDLE_TSAN
  internal::fence_variable.fetch_add(1, std::memory_order_seq_cst);
#else
  std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
}

// Thread safety: any thread.  Blocking: never.  Memory order: see above; pairs with HeavyFence().  Cost: one predictable branch.
inline void LightFence() {
#if HEDDLE_TSAN
  FullFence();
#else
  if (internal::has_membarrier) [[likely]] {
    std::atomic_signal_fence(std::memory_order_seq_cst);
  } else {
    FullFence();
  }
#endif
}

// FullFence() for where the access before it was a read-modify-write, which on x86 is a full fence already.
// Thread safety: any thread.  Blocking: never.  Memory order: sequentially consistent.  Cost: none on x86.
inline void FenceAfterReadModifyWrite() {
#if HEDDLE_TSAN || !(defined(__x86_64__) || defined(__i386__))
  FullFence();
#else
  std::atomic_signal_fence(std::memory_order_seq_cst);
#endif
}

// Thread safety: any thread.  Blocking: never.  Memory order: see above; pairs with LightFence().
// Cost: one system call, 1 to 10 us, and an interrupt on each core that runs a thread of this process.
void HeavyFence();

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_BASE_FENCE_H_
