// Stacks for contexts: reserved as address space, touched lazily, reused the newest first.
//
// Below each stack lies a guard page, so that an overflow is a fault and not a corrupted neighbour.
// A guard costs the kernel two mappings of about 65,000 that a process may have; beyond
// kMaxGuardedStacks stacks are cut from slabs, without guards, and their lowest kStackCanaryBytes
// serve as a canary: zero in fresh memory, and whoever changes them ran over.
#ifndef HEDDLE_COMPONENTS_MEMORY_POOL_STACK_POOL_H_
#define HEDDLE_COMPONENTS_MEMORY_POOL_STACK_POOL_H_

#include <cstddef>
#include <cstdint>

namespace heddle {

enum class StackClass : std::uint8_t {
  kLoop,  // kLoopStackBytes: under workers' loops and the task bodies that they call.
  kUser,  // Any size asked for.
};

// Enough for task bodies that call a BLAS; only touched pages cost memory.
inline constexpr std::size_t kLoopStackBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMaxGuardedStacks = 8192;
inline constexpr std::size_t kStackCanaryBytes = 256;

struct Stack {
  char* low = nullptr;    // The lowest usable byte; a multiple of the page size.
  std::size_t bytes = 0;  // A multiple of the page size.
  StackClass stack_class = StackClass::kLoop;
  bool guarded = false;        // Below `low` lies a guard page; otherwise a canary lies at `low`.
  std::uint16_t guard_id = 0;  // The pool's own.
  char* top() const { return low + bytes; }
};

// A stack; `bytes_for_user` > 0 for kUser, rounded up to a size class (at most a quarter more), and
// ignored for kLoop.
// Thread safety: any thread.
// Blocking: the pool's lock, once in eight calls or so; mmap() where nothing is cached.
// Memory order: the StackFree() of a stack happens before the StackAllocate() that returns it.
// Errors: a failed mmap() dies in a CHECK that names size and errno; so does a kUser size of 0.
// Cost: a few ns from the thread's cache, about 2 us for a new one, and a fault a page touched.
[[nodiscard]] Stack StackAllocate(StackClass stack_class, std::size_t bytes_for_user = 0);

// Gives a stack back, on which nobody runs and nobody will. Checks the canary.
// Thread safety: any thread.  Blocking: as above; munmap() or madvise() beyond what the pool keeps.
void StackFree(Stack stack);

// Whether `address` lies in the guard page of a stack of this pool; if so and `which` is not
// nullptr, describes the stack there.
// Thread safety: any thread, and async-signal-safe: for SIGSEGV handlers.  Blocking: never.
// Cost: about 2 us.
bool StackGuardContains(const void* address, Stack* which);
bool StackGuardContains(const void* address);

// Dies in a CHECK where the canary of an unguarded stack was overwritten; guarded ones have none.
// Thread safety: whoever may use the stack.  Blocking: never.  Cost: 256 bytes read.
void StackCheckCanary(const Stack& stack);

struct StackStatistics {
  std::uint64_t live = 0;            // Given out.
  std::uint64_t cached_threads = 0;  // Free, in threads' caches.
  std::uint64_t cached_global = 0;   // Free, in the global lists, pages possibly touched.
  std::uint64_t cold = 0;            // Free, pages given back to the system.
  std::uint64_t guarded = 0;         // Of all: with a guard page.
  std::uint64_t bytes_reserved = 0;  // Address space.
};

// Thread safety: any thread.  Blocking: the pool's lock.  Exact while nobody allocates or frees.
StackStatistics GetStackStatistics();

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_MEMORY_POOL_STACK_POOL_H_
