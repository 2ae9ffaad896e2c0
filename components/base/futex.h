// The futex system call, without the C library's condition variables around it.
#ifndef HEDDLE_COMPONENTS_BASE_FUTEX_H_
#define HEDDLE_COMPONENTS_BASE_FUTEX_H_

#include <atomic>
#include <cstdint>

namespace heddle {

// Sleeps while `word` holds `expected`, until woken, a signal, or `timeout_ns` from now (negative: for ever).
// May return without cause: callers loop over their condition.
// Thread safety: any thread.  Blocking: the calling thread.  Memory order: none; `word` is read by the kernel.
// Errors: none.  Returns false where the time ran out.
bool FutexWait(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
               std::int64_t timeout_ns = -1);

// Wakes up to `count` threads that sleep on `word`; returns how many.
// Thread safety: any thread; `word` is not read, so it may be freed meanwhile.  Blocking: never.
// Cost: about 100 ns where nobody sleeps, 12 us where somebody does (virtual machine).
int FutexWake(const std::atomic<std::uint32_t>& word, int count);

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_BASE_FUTEX_H_
