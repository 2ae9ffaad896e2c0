// Promised: a fiber goes on where it was suspended, at any depth, with its own errno, exception
// state and floating-point control words, on whichever thread; the hook runs after the suspended
// fiber is saved; exceptions stay inside; unwinders stop at the first frame. Not promised: that
// destructors of an abandoned fiber run, and any duration.
#include "components/fiber/fiber.h"

#include <execinfo.h>
#include <gtest/gtest.h>

#include <cfenv>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "components/fiber/fiber_test_util.h"

namespace heddle {
namespace {

thread_local int of_this_thread = 0;
[[gnu::noinline]] int ReadThreadLocal() { return of_this_thread; }

[[gnu::noinline]] int SuspendAtDepth(Coroutine& self, int depth) {
  volatile int local = depth;
  if (depth == 0) {
    self.Suspend();
    return 0;
  }
  const int below = SuspendAtDepth(self, depth - 1);
  EXPECT_EQ(local, depth);
  return below + local;
}

TEST(FiberTest, GoesOnAtTheDepthWhereItWasSuspended) {
  Fiber main;
  std::vector<std::unique_ptr<Coroutine>> all;
  all.reserve(64);
  std::vector<int> sums(64, 0);
  for (int depth = 0; depth < 64; ++depth) {
    all.push_back(std::make_unique<Coroutine>(
        [&sums, depth](Coroutine& self) { sums[depth] = SuspendAtDepth(self, depth * 10); }));
  }
  for (auto& one : all) one->Resume(main);
  for (auto& one : all) EXPECT_FALSE(one->done());
  for (auto& one : all) one->Resume(main);
  for (int depth = 0; depth < 64; ++depth) {
    EXPECT_TRUE(all[depth]->done());
    EXPECT_EQ(sums[depth], depth * 10 * (depth * 10 + 1) / 2);
  }
}

TEST(FiberTest, SwitchesStraightFromFiberToFiber) {
  struct Ring {
    Fiber main;
    Fiber fibers[3];
    std::string order;
  } ring;
  struct Member {
    Ring* ring;
    int index;
  } members[3];
  Stack stacks[3];
  for (int i = 0; i < 3; ++i) {
    members[i] = {&ring, i};
    stacks[i] = StackAllocate(StackClass::kLoop);
    ring.fibers[i].Start(
        stacks[i],
        [](void* argument) {
          auto& [r, index] = *static_cast<Member*>(argument);
          for (int round = 0; round < 2; ++round) {
            r->order += static_cast<char>('a' + index);
            SwitchFiber(r->fibers[index],
                        index == 2 && round == 1 ? r->main : r->fibers[(index + 1) % 3]);
          }
          ADD_FAILURE() << "nobody resumes it";
        },
        &members[i]);
  }
  SwitchFiber(ring.main, ring.fibers[0]);
  EXPECT_EQ(ring.order, "abcabc");
  for (Stack stack : stacks) StackFree(stack);
}

TEST(FiberTest, KeepsErrnoOfEachContext) {
  Fiber main;
  Coroutine one([](Coroutine& self) {
    EXPECT_EQ(ReadErrno(), 0) << "a new fiber starts without an error";
    WriteErrno(11);
    self.Suspend();
    EXPECT_EQ(ReadErrno(), 11);
  });
  WriteErrno(22);
  one.Resume(main);
  EXPECT_EQ(ReadErrno(), 22);
  WriteErrno(33);
  one.Resume(main);
  EXPECT_EQ(ReadErrno(), 33);
}

TEST(FiberTest, RunsTheHookOnTheOtherStackOnceTheSuspendedFiberIsSaved) {
  struct Observed {
    Coroutine* one;
    bool resumable = false;
    const char* frame = nullptr;
  };
  Fiber main;
  Observed observed{};
  Coroutine one([&](Coroutine& self) {
    EXPECT_FALSE(self.fiber().resumable()) << "it runs";
    SwitchFiber(
        self.fiber(), main,
        [](void* argument) {
          auto* seen = static_cast<Observed*>(argument);
          seen->resumable = seen->one->fiber().resumable();
          seen->frame = static_cast<const char*>(__builtin_frame_address(0));
          WriteErrno(99);
        },
        &observed);
  });
  observed.one = &one;
  WriteErrno(5);
  one.Resume(main);
  EXPECT_TRUE(observed.resumable);
  const Stack& stack = one.fiber().stack();
  EXPECT_FALSE(observed.frame >= stack.low && observed.frame < stack.top());
  EXPECT_EQ(ReadErrno(), 5) << "the hook's errno is not the resumed context's";
}

TEST(FiberTest, TheHookOfAnEndingFiberMayFreeStackAndFiber) {
  struct Life {
    Fiber* main;
    std::unique_ptr<Fiber> fiber = std::make_unique<Fiber>();
    Stack stack = StackAllocate(StackClass::kUser, std::size_t{64} * 1024);
  };
  Fiber main;
  Life life{&main};
  life.fiber->Start(
      life.stack,
      [](void* argument) {
        auto* own = static_cast<Life*>(argument);
        ExitFiber(
            *own->fiber, *own->main,
            [](void* dead) {
              StackFree(static_cast<Life*>(dead)->stack);
              static_cast<Life*>(dead)->fiber.reset();
            },
            own);
      },
      &life);
  SwitchFiber(main, *life.fiber);
  EXPECT_EQ(life.fiber, nullptr);
}

TEST(FiberTest, RethrowsItsOwnExceptionWhereCatchBlocksInterleave) {
  Fiber main;
  std::vector<int> rethrown;
  auto body = [&rethrown](int value) {
    return [&rethrown, value](Coroutine& self) {
      try {
        try {
          throw value;
        } catch (int) {
          self.Suspend();
          throw;
        }
      } catch (int caught) {
        rethrown.push_back(caught);
      }
      self.Suspend();
    };
  };
  Coroutine one(body(1));
  Coroutine two(body(2));
  try {
    throw 3;
  } catch (int) {
    one.Resume(main);
    two.Resume(main);
    one.Resume(main);  // Leaves its catch block first, although it entered first.
    two.Resume(main);
    EXPECT_THROW(throw, int);
    EXPECT_EQ(std::current_exception() != nullptr, true);
  }
  EXPECT_EQ(std::current_exception(), nullptr);
  one.Resume(main);
  two.Resume(main);
  EXPECT_EQ(rethrown, (std::vector<int>{1, 2}));
}

TEST(FiberTest, CountsItsOwnUncaughtExceptions) {
  struct SuspendsWhenDestroyed {
    Coroutine& self;
    ~SuspendsWhenDestroyed() {
      EXPECT_EQ(std::uncaught_exceptions(), 1);
      self.Suspend();
      EXPECT_EQ(std::uncaught_exceptions(), 1);
    }
  };
  Fiber main;
  Coroutine one([](Coroutine& self) {
    EXPECT_EQ(std::uncaught_exceptions(), 0);
    try {
      SuspendsWhenDestroyed guard{self};
      throw 1;
    } catch (int) {
      EXPECT_EQ(std::uncaught_exceptions(), 0);
    }
  });
  one.Resume(main);
  EXPECT_FALSE(one.done());
  EXPECT_EQ(std::uncaught_exceptions(), 0);
  one.Resume(main);
  EXPECT_TRUE(one.done());
}

TEST(FiberTest, KeepsTheRoundingModeOfEachContext) {
  Fiber main;
  Coroutine one([](Coroutine& self) {
    std::fesetround(FE_UPWARD);
    self.Suspend();
    EXPECT_EQ(std::fegetround(), FE_UPWARD);
  });
  one.Resume(main);
  EXPECT_EQ(std::fegetround(), FE_TONEAREST);
  one.Resume(main);
  EXPECT_EQ(std::fegetround(), FE_TONEAREST);
}

TEST(FiberTest, CarriesErrnoAndExceptionsButNoThreadLocalsToAnotherThread) {
  Fiber main;
  Coroutine one([](Coroutine& self) {
    WriteErrno(11);
    try {
      throw 7;
    } catch (int) {
      EXPECT_EQ(ReadThreadLocal(), 1);
      self.Suspend();
      EXPECT_EQ(ReadThreadLocal(), 2) << "a thread-local is the thread's";
      EXPECT_EQ(ReadErrno(), 11);
      WriteErrno(12);
      self.Suspend();
      EXPECT_EQ(ReadThreadLocal(), 1);
      EXPECT_EQ(ReadErrno(), 12);
      try {
        throw;
      } catch (int value) {
        EXPECT_EQ(value, 7);
      }
    }
    EXPECT_EQ(std::current_exception(), nullptr);
  });
  of_this_thread = 1;
  WriteErrno(21);
  one.Resume(main);
  EXPECT_EQ(ReadErrno(), 21);
  std::thread other([&] {
    Fiber native;
    of_this_thread = 2;
    WriteErrno(22);
    one.Resume(native);
    EXPECT_EQ(ReadErrno(), 22);
    EXPECT_EQ(std::current_exception(), nullptr);
  });
  other.join();
  EXPECT_EQ(ReadErrno(), 21);
  one.Resume(main);
  EXPECT_TRUE(one.done());
}

#if HEDDLE_TSAN
constexpr int kManyFibers = 200;  // A TSan fiber takes a millisecond to make.
#else
constexpr int kManyFibers = 20'000;
#endif

TEST(FiberTest, HoldsManySuspendedFibers) {
  Fiber main;
  std::vector<std::unique_ptr<Coroutine>> all;
  std::int64_t sum = 0;
  for (int i = 0; i < kManyFibers; ++i) {
    all.push_back(std::make_unique<Coroutine>(
        [&sum, i](Coroutine& self) {
          self.Suspend();
          sum += i;
        },
        StackAllocate(StackClass::kUser, std::size_t{32} * 1024)));
    all.back()->Resume(main);
  }
  EXPECT_EQ(sum, 0);
  for (auto& one : all) one->Resume(main);
  EXPECT_EQ(sum, kManyFibers * (kManyFibers - 1L) / 2);
}

// Under TSan more lives than its shadow call stack has entries (65,536): none may leave one behind.
TEST(FiberTest, FiberAndStackAreUsedAgainAndAgain) {
  struct Life {
    Fiber main;
    Fiber fiber;
    std::int64_t runs = 0;
  } life;
  Stack stack = StackAllocate(StackClass::kLoop);
  constexpr std::int64_t kLives = 70'000;
  for (std::int64_t i = 0; i < kLives; ++i) {
    life.fiber.Start(
        stack,
        [](void* argument) {
          auto* own = static_cast<Life*>(argument);
          ++own->runs;
          ExitFiber(own->fiber, own->main);
        },
        &life);
    SwitchFiber(life.main, life.fiber);
  }
  EXPECT_EQ(life.runs, kLives);
  EXPECT_FALSE(life.fiber.resumable());
  StackFree(stack);
}

// Not instrumented by ASan, which may keep `room` elsewhere than on the stack.
__attribute__((noinline, no_sanitize("address"))) std::size_t HeadroomBelow(const Fiber& fiber,
                                                                            int frames) {
  volatile char room[1024];
  for (volatile char& byte : room) byte = static_cast<char>(frames);
  const std::size_t headroom =
      frames == 0 ? StackHeadroom(fiber) : HeadroomBelow(fiber, frames - 1);
  return headroom + (room[frames] - static_cast<char>(frames));
}

TEST(FiberTest, HeadroomShrinksWithTheDepthOfTheStack) {
  Fiber main;
  const std::size_t native = StackHeadroom(main);
  EXPECT_GT(native, std::size_t{64} * 1024);
  EXPECT_LE(HeadroomBelow(main, 16) + std::size_t{16} * 1024, native);
  Coroutine one([](Coroutine& self) {
    const std::size_t bytes = self.fiber().stack().bytes;
    const std::size_t top = StackHeadroom(self.fiber());
    EXPECT_LT(top, bytes);
    EXPECT_GT(top, bytes - 4096);
    EXPECT_LE(HeadroomBelow(self.fiber(), 16) + std::size_t{16} * 1024, top);
  });
  one.Resume(main);
}

TEST(FiberTest, UnwindersStopAtTheFirstFrame) {
  Fiber main;
  Coroutine one([](Coroutine& self) {
    void* frames[64];
    const int count = backtrace(frames, 64);
    EXPECT_GT(count, 2);
    EXPECT_LT(count, 32);
    const Stack& stack = self.fiber().stack();
    // The chain of frame pointers, as perf and the sanitizers walk it.
    auto** frame = static_cast<void**>(__builtin_frame_address(0));
    int walked = 0;
    while (frame != nullptr && walked < 64) {
      auto* place = reinterpret_cast<char*>(frame);
      ASSERT_TRUE(place >= stack.low && place < stack.top()) << "after " << walked << " frames";
      frame = static_cast<void**>(frame[0]);
      ++walked;
    }
    EXPECT_LT(walked, 32);
  });
  one.Resume(main);
  EXPECT_TRUE(one.done());
}

TEST(FiberTest, CopiesItsNameAndCutsALongOne) {
  Fiber fiber;
  EXPECT_STREQ(fiber.name(), "");
  fiber.set_name(std::string("potrf").c_str());
  EXPECT_STREQ(fiber.name(), "potrf");
  fiber.set_name(std::string(100, 'x').c_str());
  EXPECT_EQ(std::string(fiber.name()), std::string(Fiber::kNameBytes - 1, 'x'));
}

TEST(FiberDeathTest, AnExceptionThatLeavesTheEntryFunctionTerminates) {
  Fiber main;
  EXPECT_DEATH(
      {
        std::set_terminate([] {
          fputs("terminated\n", stderr);
          std::abort();
        });
        Coroutine one([](Coroutine&) { throw 1; });
        try {
          one.Resume(main);
        } catch (int) {
          _exit(0);
        }
      },
      "terminated");
}

TEST(FiberDeathTest, SwitchingToARunningFiberDies) {
  Fiber main;
  main.set_name("loop");
  EXPECT_DEATH(
      {
        Coroutine one([](Coroutine& self) { SwitchFiber(self.fiber(), self.fiber()); });
        one.fiber().set_name("twice");
        one.Resume(main);
      },
      "switch from fiber 'twice' to fiber 'twice' .*runs or has ended");
}

TEST(FiberDeathTest, SwitchingToAnEndedFiberDies) {
  Fiber main;
  EXPECT_DEATH(
      {
        Coroutine one([](Coroutine&) {});
        one.fiber().set_name("ended");
        one.Resume(main);
        one.Resume(main);
      },
      "to fiber 'ended' .*runs or has ended");
}

TEST(FiberDeathTest, ReturningFromTheEntryFunctionDies) {
  Fiber main;
  Fiber fiber;
  fiber.set_name("hasty");
  EXPECT_DEATH(
      {
        fiber.Start(
            StackAllocate(StackClass::kLoop), [](void*) {}, nullptr);
        SwitchFiber(main, fiber);
      },
      "entry function of fiber 'hasty' returned");
}

TEST(FiberDeathTest, StartingWithoutAStackDies) {
  Fiber fiber;
  EXPECT_DEATH(fiber.Start(
                   Stack{}, [](void*) {}, nullptr),
               "stack at .* of 0 bytes");
}

TEST(FiberDeathTest, EndingAThreadsNativeContextDies) {
  Fiber main;
  Fiber other;
  EXPECT_DEATH(ExitFiber(main, other), "native context cannot end");
}

}  // namespace
}  // namespace heddle
