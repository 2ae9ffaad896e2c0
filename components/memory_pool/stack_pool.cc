// One lock over the global lists; threads take and give up to kThreadLoopStacks / 2 stacks at a
// time, and system calls are made outside of it. An entry of the guards' table is written by
// whoever holds its id, and read by signal handlers at any time: its `low` is set after its `bytes`
// and cleared before its pages are unmapped.
#include "components/memory_pool/stack_pool.h"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstring>
#include <map>
#include <vector>

#include "components/base/check.h"
#include "components/base/sanitizer.h"
#include "components/memory_pool/thread_heap.h"
#if HEDDLE_ASAN
#include <sanitizer/asan_interface.h>
#endif

namespace heddle {
namespace {

using internal::kThreadLoopStacks;
using internal::kThreadUserStacks;

constexpr std::size_t kSlabStacks = 64;        // Unguarded loop stacks in one mapping.
constexpr std::size_t kMaxCachedLoop = 256;    // Global, with their touched pages.
constexpr std::size_t kMaxColdGuarded = 1024;  // Global, pages given back; more are unmapped.
constexpr std::size_t kMaxCachedUser = 64;     // Global, all sizes together.
constexpr std::size_t kMaxCachedUserBytes = std::size_t{8}
                                            << 20;  // Larger ones are unmapped at once.

struct Guard {
  std::atomic<std::uintptr_t> low{0};  // 0: not in use.
  std::atomic<std::size_t> bytes{0};
  std::atomic<StackClass> stack_class{StackClass::kLoop};
};
constinit Guard guards[kMaxGuardedStacks];
constinit std::atomic<std::size_t> page_bytes{0};
// Whether a new stack would get a guard. Written under the lock.
constinit std::atomic<bool> guards_left{true};

struct Lists {
  Lists() {
    page_bytes.store(static_cast<std::size_t>(sysconf(_SC_PAGESIZE)), std::memory_order_relaxed);
    free_guards.reserve(kMaxGuardedStacks);
    for (std::size_t id = kMaxGuardedStacks; id-- > 0;) {
      free_guards.push_back(static_cast<std::uint16_t>(id));
    }
  }
  pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  std::vector<Stack> loop;                         // Newest last.
  std::vector<Stack> cold_guarded, cold_slab;      // Loop stacks whose pages went back.
  std::map<std::size_t, std::vector<Stack>> user;  // By size.
  std::size_t user_count = 0;
  std::vector<std::uint16_t> free_guards;
  std::uint64_t made = 0;  // Stacks that exist, free or not.
  std::uint64_t bytes_reserved = 0;
};

// Never destroyed: usable during exit. A forked child finds the lock free and the lists whole.
Lists& GetLists() {
  static Lists& lists = []() -> Lists& {
    static Lists& made = *new Lists;
    pthread_atfork([] { pthread_mutex_lock(&made.lock); }, [] { pthread_mutex_unlock(&made.lock); },
                   [] { pthread_mutex_unlock(&made.lock); });
    return made;
  }();
  return lists;
}

class Locked {
 public:
  explicit Locked(Lists& lists) : lists_(lists) { pthread_mutex_lock(&lists_.lock); }
  ~Locked() { pthread_mutex_unlock(&lists_.lock); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

 private:
  Lists& lists_;
};

// Four sizes a doubling, in pages.
std::size_t RoundUserBytes(std::size_t bytes) {
  const std::size_t page = page_bytes.load(std::memory_order_relaxed);
  HEDDLE_CHECK(bytes > 0 && bytes <= SIZE_MAX / 4) << "a user stack of " << bytes << " bytes";
  const std::size_t pages = (bytes - 1) / page + 1;
  if (pages <= 8) return pages * page;
  const std::size_t step = std::bit_floor(pages - 1) / 4;
  return (pages + step - 1) / step * step * page;
}

char* Map(std::size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  HEDDLE_CHECK(memory != MAP_FAILED)
      << "mmap of " << bytes << " bytes for stacks: " << std::strerror(errno) << " (errno " << errno
      << ")";
  // Otherwise one touched byte may cost 2 MiB. Fails where the kernel has no huge pages, which is
  // as well.
  madvise(memory, bytes, MADV_NOHUGEPAGE);
  return static_cast<char*>(memory);
}

Stack MapGuarded(StackClass stack_class, std::size_t bytes, std::uint16_t guard_id) {
  const std::size_t page = page_bytes.load(std::memory_order_relaxed);
  char* memory = Map(page + bytes);
  HEDDLE_CHECK(mprotect(memory, page, PROT_NONE) == 0)
      << "mprotect of a guard page below a stack of " << bytes << " bytes: " << std::strerror(errno)
      << " (errno " << errno << ")";
  Guard& guard = guards[guard_id];
  guard.bytes.store(bytes, std::memory_order_relaxed);
  guard.stack_class.store(stack_class, std::memory_order_relaxed);
  guard.low.store(reinterpret_cast<std::uintptr_t>(memory + page), std::memory_order_release);
  return {memory + page, bytes, stack_class, true, guard_id};
}

// Where no guard is left: a mapping of its own for a user stack, a slab of which the rest is kept
// for loop stacks.
Stack MapUnguarded(Lists& lists, StackClass stack_class, std::size_t bytes) {
  const std::size_t count = stack_class == StackClass::kLoop ? kSlabStacks : 1;
  char* memory = Map(count * bytes);
  Locked locked(lists);
  lists.made += count;
  lists.bytes_reserved += count * bytes;
  for (std::size_t i = count; i-- > 1;) {
    lists.cold_slab.push_back({memory + i * bytes, bytes, stack_class, false, 0});
  }
  return {memory, bytes, stack_class, false, 0};
}

Stack MakeStack(Lists& lists, StackClass stack_class, std::size_t bytes) {
  std::uint16_t guard_id = 0;
  {
    Locked locked(lists);
    if (stack_class == StackClass::kLoop && lists.free_guards.empty() && !lists.cold_slab.empty()) {
      const Stack stack = lists.cold_slab.back();
      lists.cold_slab.pop_back();
      return stack;
    }
    if (!lists.free_guards.empty()) {
      guard_id = lists.free_guards.back();
      lists.free_guards.pop_back();
      guards_left.store(!lists.free_guards.empty(), std::memory_order_relaxed);
      ++lists.made;
      lists.bytes_reserved += bytes + page_bytes.load(std::memory_order_relaxed);
    } else {
      guard_id = kMaxGuardedStacks;
    }
  }
  return guard_id < kMaxGuardedStacks ? MapGuarded(stack_class, bytes, guard_id)
                                      : MapUnguarded(lists, stack_class, bytes);
}

void Unmap(Lists& lists, const Stack& stack) {
  const std::size_t guard = stack.guarded ? page_bytes.load(std::memory_order_relaxed) : 0;
  if (stack.guarded) guards[stack.guard_id].low.store(0, std::memory_order_release);
  HEDDLE_CHECK(munmap(stack.low - guard, guard + stack.bytes) == 0)
      << "munmap of a stack of " << stack.bytes << " bytes: " << std::strerror(errno);
  Locked locked(lists);
  --lists.made;
  lists.bytes_reserved -= guard + stack.bytes;
  if (!stack.guarded) return;
  lists.free_guards.push_back(stack.guard_id);
  guards_left.store(true, std::memory_order_relaxed);
}

// Takes back loop stacks that the global list has no room for: their pages, and the mapping beyond
// kMaxColdGuarded.
void Cool(Lists& lists, const Stack& stack) {
  bool unmap = false;
  if (stack.guarded) {
    Locked locked(lists);
    unmap = lists.cold_guarded.size() >= kMaxColdGuarded;
  }
  if (unmap) {
    Unmap(lists, stack);
    return;
  }
  HEDDLE_CHECK(madvise(stack.low, stack.bytes, MADV_DONTNEED) == 0)
      << "madvise of a stack of " << stack.bytes << " bytes: " << std::strerror(errno);
  Locked locked(lists);
  (stack.guarded ? lists.cold_guarded : lists.cold_slab).push_back(stack);
}

void GiveLoopStacks(const Stack* stacks, std::size_t count) {
  Lists& lists = GetLists();
  {
    Locked locked(lists);
    for (; count > 0 && lists.loop.size() < kMaxCachedLoop; --count) {
      lists.loop.push_back(*stacks++);
    }
  }
  for (; count > 0; --count) Cool(lists, *stacks++);
}

void GiveUserStack(const Stack& stack) {
  Lists& lists = GetLists();
  if (stack.bytes <= kMaxCachedUserBytes) {
    Locked locked(lists);
    if (lists.user_count < kMaxCachedUser) {
      lists.user[stack.bytes].push_back(stack);
      ++lists.user_count;
      return;
    }
  }
  Unmap(lists, stack);
}

[[gnu::noinline]] Stack AllocateLoopSlow(internal::ThreadStacks& mine) {
  Lists& lists = GetLists();
  {
    Locked locked(lists);
    const std::size_t count = std::min<std::size_t>(kThreadLoopStacks / 2, lists.loop.size());
    if (count > 0) {
      std::copy(lists.loop.end() - count, lists.loop.end(), mine.loop);
      lists.loop.resize(lists.loop.size() - count);
      mine.loop_count.store(static_cast<std::uint32_t>(count - 1), std::memory_order_relaxed);
      return mine.loop[count - 1];
    }
    if (!lists.cold_guarded.empty()) {
      const Stack stack = lists.cold_guarded.back();
      lists.cold_guarded.pop_back();
      return stack;
    }
  }
  return MakeStack(lists, StackClass::kLoop, kLoopStackBytes);
}

Stack AllocateUser(internal::ThreadStacks& mine, std::size_t bytes_for_user) {
  Lists& lists = GetLists();
  const std::size_t bytes = RoundUserBytes(bytes_for_user);
  const std::uint32_t count = mine.user_count.load(std::memory_order_relaxed);
  for (std::uint32_t i = count; i-- > 0;) {
    if (mine.user[i].bytes != bytes) continue;
    const Stack stack = mine.user[i];
    for (std::uint32_t j = i + 1; j < count; ++j) mine.user[j - 1] = mine.user[j];
    mine.user_count.store(count - 1, std::memory_order_relaxed);
    return stack;
  }
  {
    Locked locked(lists);
    auto found = lists.user.find(bytes);
    if (found != lists.user.end() && !found->second.empty()) {
      const Stack stack = found->second.back();
      found->second.pop_back();
      --lists.user_count;
      return stack;
    }
  }
  return MakeStack(lists, StackClass::kUser, bytes);
}

}  // namespace

Stack StackAllocate(StackClass stack_class, std::size_t bytes_for_user) {
  internal::ThreadStacks& mine = internal::CurrentThreadHeap().stacks;
  if (stack_class == StackClass::kUser) return AllocateUser(mine, bytes_for_user);
  const std::uint32_t count = mine.loop_count.load(std::memory_order_relaxed);
  if (count == 0) return AllocateLoopSlow(mine);
  mine.loop_count.store(count - 1, std::memory_order_relaxed);
  return mine.loop[count - 1];
}

void StackFree(Stack stack) {
  HEDDLE_CHECK(stack.low != nullptr) << "StackFree of no stack";
  if (!stack.guarded) StackCheckCanary(stack);
#if HEDDLE_ASAN
  __asan_unpoison_memory_region(
      stack.low, stack.bytes);  // Frames that were left by a switch, not by a return.
#endif
  internal::ThreadStacks& mine = internal::CurrentThreadHeap().stacks;
  if (stack.stack_class == StackClass::kUser) {
    const std::uint32_t count = mine.user_count.load(std::memory_order_relaxed);
    if (count == kThreadUserStacks || stack.bytes > kMaxCachedUserBytes)
      return GiveUserStack(stack);
    mine.user[count] = stack;
    mine.user_count.store(count + 1, std::memory_order_relaxed);
    return;
  }
  // Stacks without a guard are for peaks only.
  if (!stack.guarded && guards_left.load(std::memory_order_relaxed)) return Cool(GetLists(), stack);
  std::uint32_t count = mine.loop_count.load(std::memory_order_relaxed);
  for (std::uint32_t i = 0; i < count; ++i) {
    HEDDLE_DCHECK(mine.loop[i].low != stack.low)
        << "stack " << static_cast<void*>(stack.low) << " is freed twice";
  }
  if (count == kThreadLoopStacks) {
    constexpr std::uint32_t kOld = kThreadLoopStacks / 2;
    GiveLoopStacks(mine.loop, kOld);
    for (std::uint32_t i = kOld; i < count; ++i) mine.loop[i - kOld] = mine.loop[i];
    count -= kOld;
  }
  mine.loop[count] = stack;
  mine.loop_count.store(count + 1, std::memory_order_relaxed);
}

bool StackGuardContains(const void* address, Stack* which) {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  const std::size_t page = page_bytes.load(std::memory_order_relaxed);
  for (std::size_t id = 0; id < kMaxGuardedStacks; ++id) {
    const std::uintptr_t low = guards[id].low.load(std::memory_order_acquire);
    if (low == 0 || at >= low || at < low - page) continue;
    if (which != nullptr) {
      *which = {reinterpret_cast<char*>(low), guards[id].bytes.load(std::memory_order_relaxed),
                guards[id].stack_class.load(std::memory_order_relaxed), true,
                static_cast<std::uint16_t>(id)};
    }
    return true;
  }
  return false;
}

bool StackGuardContains(const void* address) { return StackGuardContains(address, nullptr); }

void StackCheckCanary(const Stack& stack) {
  if (stack.guarded) return;
#if HEDDLE_ASAN
  __asan_unpoison_memory_region(stack.low, kStackCanaryBytes);
#endif
  for (std::size_t i = 0; i < kStackCanaryBytes; i += sizeof(std::uint64_t)) {
    std::uint64_t word;
    std::memcpy(&word, stack.low + i, sizeof(word));
    HEDDLE_CHECK(word == 0) << "stack overflow: the canary of the stack of " << stack.bytes
                            << " bytes at " << static_cast<void*>(stack.low)
                            << " was overwritten at byte " << i;
  }
}

StackStatistics GetStackStatistics() {
  Lists& lists = GetLists();
  StackStatistics sum;
  for (auto* heap = internal::FirstThreadHeap(); heap != nullptr; heap = heap->next) {
    sum.cached_threads += heap->stacks.loop_count.load(std::memory_order_relaxed);
    sum.cached_threads += heap->stacks.user_count.load(std::memory_order_relaxed);
  }
  Locked locked(lists);
  sum.cached_global = lists.loop.size() + lists.user_count;
  sum.cold = lists.cold_guarded.size() + lists.cold_slab.size();
  sum.guarded = kMaxGuardedStacks - lists.free_guards.size();
  sum.bytes_reserved = lists.bytes_reserved;
  const std::uint64_t free = sum.cached_threads + sum.cached_global + sum.cold;
  sum.live = lists.made > free ? lists.made - free : 0;
  return sum;
}

namespace internal {

void ReturnThreadStacks(ThreadStacks& stacks) {
  const std::uint32_t loops = stacks.loop_count.exchange(0, std::memory_order_relaxed);
  if (loops > 0) GiveLoopStacks(stacks.loop, loops);
  const std::uint32_t users = stacks.user_count.exchange(0, std::memory_order_relaxed);
  for (std::uint32_t i = 0; i < users; ++i) GiveUserStack(stacks.user[i]);
}

}  // namespace internal
}  // namespace heddle
