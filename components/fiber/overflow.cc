// What the handler may use: async-signal-safe calls, an initial-exec thread-local, and `previous`,
// which is written before the handler is installed.
#include "components/fiber/overflow.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>

#include "components/base/check.h"
#include "components/fiber/thread_words.h"
#include "components/memory_pool/stack_pool.h"

namespace heddle {
namespace {

// Room for the handler that was installed before (a crash reporter walks the stack), plus a guard
// page.
constexpr std::size_t kAlternateStackBytes = std::size_t{64} * 1024;
constexpr std::size_t kGuardBytes = 4096;
// A fault this far below the running fiber's stack is still called its overflow.
constexpr std::uintptr_t kOverflowReach = 1 << 20;

struct sigaction previous_segv;
struct sigaction previous_bus;
std::atomic<bool> segv_was_reset{false};  // The previous action asked for SA_RESETHAND and was run.
std::atomic<bool> bus_was_reset{false};

// One line, put together without allocating.
class Line {
 public:
  Line& Text(const char* text) {
    while (*text != '\0' && length_ < sizeof(text_) - 1) text_[length_++] = *text++;
    return *this;
  }
  Line& Number(std::uintptr_t value, unsigned int base) {
    char digits[24];
    std::size_t first = sizeof(digits) - 1;
    digits[first] = '\0';
    do {
      digits[--first] = "0123456789abcdef"[value % base];
      value /= base;
    } while (value != 0);
    return Text(digits + first);
  }
  void Write() {
    text_[length_++] = '\n';
    for (std::size_t done = 0; done < length_;) {
      const ssize_t n = write(STDERR_FILENO, text_ + done, length_ - done);
      if (n <= 0 && errno != EINTR) return;
      if (n > 0) done += static_cast<std::size_t>(n);
    }
  }

 private:
  char text_[320];
  std::size_t length_ = 0;
};

std::uintptr_t StackPointer(const void* context) {
  const auto& machine = static_cast<const ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
  return static_cast<std::uintptr_t>(machine.gregs[REG_RSP]);
#elif defined(__aarch64__)
  return machine.sp;
#else
#error "where does this machine keep the stack pointer?"
#endif
}

[[noreturn]] void ReportAndAbort(const Fiber* overflown, std::uintptr_t address) {
  Line line;
  line.Text("heddle: ");
  if (overflown != nullptr) {
    const char* name = overflown->name()[0] != '\0' ? overflown->name() : "a fiber without a name";
    line.Text("stack overflow in ").Text(name).Text(" (");
    line.Number(overflown->stack().bytes / 1024, 10).Text(" KiB): address 0x").Number(address, 16);
    line.Text(
        " is below the stack; raise HEDDLE_STACK_SIZE or move large local variables to the heap");
  } else {
    line.Text("stray access: address 0x").Number(address, 16);
    line.Text(
        " is in the guard page of a stack on which this thread does not run;"
        " look for a pointer out of bounds");
  }
  line.Write();
  // A handler of SIGABRT, where the application has one, still runs on the alternate stack.
  std::abort();
}

void RaiseByDefault(int signal, const siginfo_t& info) {
  struct sigaction by_default = {};
  by_default.sa_handler = SIG_DFL;
  sigaction(signal, &by_default, nullptr);
  // A fault comes again when the instruction is tried again; a signal that was sent does not.
  if (info.si_code <= 0) raise(signal);  // Blocked until the handler returns.
}

// Does what the kernel would have done, had our handler not been there.
void CallPrevious(int signal, siginfo_t* info, void* context) {
  const struct sigaction& action = signal == SIGSEGV ? previous_segv : previous_bus;
  std::atomic<bool>& was_reset = signal == SIGSEGV ? segv_was_reset : bus_was_reset;
  const bool wants_info = (action.sa_flags & SA_SIGINFO) != 0;
  if (!wants_info && action.sa_handler == SIG_IGN) {
    if (info->si_code <= 0) return;
    return RaiseByDefault(signal, *info);  // The kernel does not let a fault be ignored.
  }
  if ((!wants_info && action.sa_handler == SIG_DFL) ||
      ((action.sa_flags & SA_RESETHAND) != 0 && was_reset.exchange(true))) {
    return RaiseByDefault(signal, *info);
  }
  sigset_t mask = action.sa_mask;
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &mask, &before);
  if ((action.sa_flags & SA_NODEFER) != 0 && sigismember(&mask, signal) == 0) {
    sigset_t own;
    sigemptyset(&own);
    sigaddset(&own, signal);
    pthread_sigmask(SIG_UNBLOCK, &own, nullptr);
  }
  if (wants_info) {
    action.sa_sigaction(signal, info, context);
  } else {
    action.sa_handler(signal);
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void HandleFault(int signal, siginfo_t* info, void* context) {
  const int kept_errno = errno;
  if (info->si_code > 0) {  // A fault, not a signal that somebody sent.
    const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
    const bool in_guard = StackGuardContains(info->si_addr);
    const Fiber* fiber = internal::thread_words.running_fiber;
    const auto low = fiber == nullptr ? 0 : reinterpret_cast<std::uintptr_t>(fiber->stack().low);
    const auto below = [low](std::uintptr_t place) {
      return place < low && low - place <= kOverflowReach;
    };
    const bool ours = below(address) && (in_guard || below(StackPointer(context)));
    if (ours || in_guard) ReportAndAbort(ours ? fiber : nullptr, address);
  }
  CallPrevious(signal, info, context);
  errno = kept_errno;
}

void InstallFor(int signal, struct sigaction* previous) {
  // Asked for before it is replaced, since the handler may run as soon as it stands.
  sigaction(signal, nullptr, previous);
  struct sigaction ours = {};
  ours.sa_sigaction = HandleFault;
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&ours.sa_mask);
  const int result = sigaction(signal, &ours, nullptr);
  HEDDLE_CHECK_EQ(result, 0) << "sigaction for signal " << signal << ", errno " << errno;
}

// A thread's alternate stack, if it is ours.
struct AlternateStack {
  char* memory = nullptr;
  ~AlternateStack() {
    if (memory == nullptr) return;
    stack_t current;
    if (sigaltstack(nullptr, &current) == 0 && current.ss_sp == memory + kGuardBytes) {
      stack_t none = {};
      none.ss_flags = SS_DISABLE;
      sigaltstack(&none, nullptr);
    }
    munmap(memory, kGuardBytes + kAlternateStackBytes);
  }
};

thread_local AlternateStack alternate_stack;

}  // namespace

void InstallStackOverflowHandler() {
  static const bool installed = [] {
    InstallFor(SIGSEGV, &previous_segv);
    InstallFor(SIGBUS, &previous_bus);
    return true;
  }();
  static_cast<void>(installed);
}

void PrepareThreadForOverflow() {
  stack_t current;
  if (sigaltstack(nullptr, &current) == 0 && (current.ss_flags & SS_DISABLE) == 0) return;
  void* memory = mmap(nullptr, kGuardBytes + kAlternateStackBytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  HEDDLE_CHECK(memory != MAP_FAILED) << "no memory for a signal stack, errno " << errno;
  mprotect(memory, kGuardBytes, PROT_NONE);
  AlternateStack& ours = alternate_stack;
  if (ours.memory != nullptr) munmap(ours.memory, kGuardBytes + kAlternateStackBytes);
  ours.memory = static_cast<char*>(memory);
  stack_t alternate = {};
  alternate.ss_sp = ours.memory + kGuardBytes;
  alternate.ss_size = kAlternateStackBytes;
  const int result = sigaltstack(&alternate, nullptr);
  HEDDLE_CHECK_EQ(result, 0) << "sigaltstack, errno " << errno;
}

}  // namespace heddle
