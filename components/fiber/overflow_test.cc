// Promised: a fault in a guard page names the fiber and aborts; every other SIGSEGV and SIGBUS
// reaches who was there before, as if our handler were not. Not promised: the diagnosis of a frame
// so large that it skips the guard.
#include "components/fiber/overflow.h"

#include <gtest/gtest.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <thread>

#include "components/fiber/fiber_test_util.h"

namespace heddle {
namespace {

volatile int deepest =
    1 << 30;  // Far below any stack; a variable, so that no compiler sees the end.

[[gnu::noinline]] int Recurse(int depth) {
  volatile char frame[512];
  frame[0] = static_cast<char>(depth);
  const int below = depth < deepest ? Recurse(depth + 1) : 0;
  return below + frame[0];
}

void OverflowInAFiber() {
  Fiber main;
  Coroutine one([](Coroutine&) { Recurse(0); },
                StackAllocate(StackClass::kUser, std::size_t{64} * 1024));
  one.fiber().set_name("deep task");
  one.Resume(main);
}

void* Inaccessible() { return mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }

void Fault() { *static_cast<volatile char*>(Inaccessible()) = 1; }

void InstallHandler(void (*handler)(int, siginfo_t*, void*), int flags) {
  struct sigaction action = {};
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO | flags;
  sigemptyset(&action.sa_mask);
  sigaddset(&action.sa_mask, SIGUSR1);
  sigaction(SIGSEGV, &action, nullptr);
}

void InstallDisposition(void (*disposition)(int)) {
  signal(SIGSEGV, disposition);
  signal(SIGBUS, disposition);
}

constexpr char kMessage[] =
    "heddle: stack overflow in deep task \\(64 KiB\\): .*raise HEDDLE_STACK_SIZE or";

TEST(OverflowDeathTest, NamesTheFiberAndItsSize) {
  EXPECT_EXIT(
      {
        InstallStackOverflowHandler();
        PrepareThreadForOverflow();
        OverflowInAFiber();
      },
      testing::KilledBySignal(SIGABRT), kMessage);
}

TEST(OverflowDeathTest, NamesTheFiberOnAnotherThread) {
  EXPECT_EXIT(
      {
        InstallStackOverflowHandler();
        std::thread other([] {
          PrepareThreadForOverflow();
          OverflowInAFiber();
        });
        other.join();
      },
      testing::KilledBySignal(SIGABRT), kMessage);
}

TEST(OverflowDeathTest, CallsAStrayAccessToAnotherStacksGuardByItsName) {
  EXPECT_EXIT(
      {
        InstallStackOverflowHandler();
        PrepareThreadForOverflow();
        Stack stack = StackAllocate(StackClass::kUser, std::size_t{64} * 1024);
        *static_cast<volatile char*>(stack.low - 1) = 1;
      },
      testing::KilledBySignal(SIGABRT),
      "heddle: stray access: .*on which this thread does not run");
}

TEST(OverflowDeathTest, AnotherFaultGoesToTheHandlerThatWasThereWithItsMask) {
  EXPECT_EXIT(
      {
        InstallHandler(
            [](int signal, siginfo_t* info, void* context) {
              sigset_t mask;
              pthread_sigmask(SIG_BLOCK, nullptr, &mask);
              const bool right = signal == SIGSEGV && info->si_addr != nullptr &&
                                 context != nullptr && sigismember(&mask, SIGUSR1) == 1;
              fputs(right ? "previous handler\n" : "wrong arguments or mask\n", stderr);
              _exit(42);
            },
            0);
        InstallStackOverflowHandler();
        InstallStackOverflowHandler();  // Does nothing: it does not become its own predecessor.
        PrepareThreadForOverflow();
        Fault();
      },
      testing::ExitedWithCode(42), "previous handler");
}

TEST(OverflowDeathTest, AFaultUnderTheDefaultActionKillsWithTheSignal) {
  EXPECT_EXIT(
      {
        InstallDisposition(SIG_DFL);
        InstallStackOverflowHandler();
        PrepareThreadForOverflow();
        Fault();
      },
      testing::KilledBySignal(SIGSEGV), "");
}

TEST(OverflowDeathTest, ASentSignalUnderTheDefaultActionKillsWithTheSignal) {
  EXPECT_EXIT(
      {
        InstallDisposition(SIG_DFL);
        InstallStackOverflowHandler();
        kill(getpid(), SIGBUS);
        _exit(0);
      },
      testing::KilledBySignal(SIGBUS), "");
}

TEST(OverflowDeathTest, ASentSignalThatWasIgnoredStaysIgnoredAndAFaultKills) {
  EXPECT_EXIT(
      {
        InstallDisposition(SIG_IGN);
        InstallStackOverflowHandler();
        kill(getpid(), SIGSEGV);
        fputs("went on\n", stderr);
        Fault();
      },
      testing::KilledBySignal(SIGSEGV), "went on");
}

sigjmp_buf recovery;
volatile sig_atomic_t recovered = 0;

TEST(OverflowDeathTest, AOneShotHandlerThatJumpsOutRunsOnceThenTheDefaultKills) {
  EXPECT_EXIT(
      {
        InstallHandler([](int, siginfo_t*, void*) { siglongjmp(recovery, 1); }, SA_RESETHAND);
        InstallStackOverflowHandler();
        PrepareThreadForOverflow();
        if (sigsetjmp(recovery, 1) != 0) {
          fputs("recovered\n", stderr);
          if (recovered != 0) _exit(1);
          recovered = 1;
        }
        Fault();
      },
      testing::KilledBySignal(SIGSEGV), "recovered");
}

TEST(OverflowTest, AThreadKeepsTheAlternateStackThatItHas) {
  std::thread([] {
    static char own[256 * 1024];
    stack_t mine = {};
    mine.ss_sp = own;
    mine.ss_size = sizeof(own);
    stack_t before;
    ASSERT_EQ(sigaltstack(&mine, &before), 0);
    PrepareThreadForOverflow();
    stack_t now;
    ASSERT_EQ(sigaltstack(nullptr, &now), 0);
    EXPECT_EQ(now.ss_sp, own);
    sigaltstack(&before, nullptr);
  }).join();
}

TEST(OverflowTest, AThreadWithoutOneGetsOneOnce) {
  std::thread([] {
    stack_t none = {};
    none.ss_flags = SS_DISABLE;
    stack_t before;
    ASSERT_EQ(sigaltstack(&none, &before), 0);
    PrepareThreadForOverflow();
    stack_t first;
    sigaltstack(nullptr, &first);
    EXPECT_EQ(first.ss_flags & SS_DISABLE, 0);
    PrepareThreadForOverflow();
    stack_t second;
    sigaltstack(nullptr, &second);
    EXPECT_EQ(first.ss_sp, second.ss_sp);
  }).join();
}

}  // namespace
}  // namespace heddle
