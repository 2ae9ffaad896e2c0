// A switch between two fibers beside the cheapest switch that keeps the x86-64 ABI's registers,
// measured in the same run, and beside what it is made of. Every number is one switch: an iteration
// goes there and back and counts two.
#include <benchmark/benchmark.h>
#include <ucontext.h>

#include <boost/context/detail/fcontext.hpp>
#include <cstdint>

#include "components/fiber/fiber.h"
#include "components/memory_pool/stack_pool.h"

namespace heddle {
namespace {

void CountSwitches(benchmark::State& state) { state.SetItemsProcessed(2 * state.iterations()); }

#if defined(__x86_64__)
// The bare switch: push what a callee preserves, exchange the stack pointers, pop, return.
extern "C" void HeddleBenchmarkBareSwitch(void** save_stack_pointer, void* to);
asm(R"(
  .text
  .p2align 4
  .type HeddleBenchmarkBareSwitch, @function
HeddleBenchmarkBareSwitch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
  .size HeddleBenchmarkBareSwitch, . - HeddleBenchmarkBareSwitch
)");

void* bare_main;
void* bare_other;

void BareLoop() {
  for (;;) HeddleBenchmarkBareSwitch(&bare_other, bare_main);
}

void BM_BareAssemblySwitch(benchmark::State& state) {
  Stack stack = StackAllocate(StackClass::kLoop);
  auto* top = reinterpret_cast<void**>(stack.top());
  top[-2] =
      reinterpret_cast<void*>(&BareLoop);  // Where `ret` goes; the stack is then as after a call.
  bare_other = top - 8;
  for (int i = 3; i <= 8; ++i) top[-i] = nullptr;
  for (auto _ : state) HeddleBenchmarkBareSwitch(&bare_main, bare_other);
  CountSwitches(state);
  StackFree(stack);
}
BENCHMARK(BM_BareAssemblySwitch);
#endif

void JumpLoop(boost::context::detail::transfer_t back) {
  for (;;) back = boost::context::detail::jump_fcontext(back.fctx, nullptr);
}

void BM_FcontextJump(benchmark::State& state) {
  Stack stack = StackAllocate(StackClass::kLoop);
  auto other = boost::context::detail::make_fcontext(stack.top(), stack.bytes, JumpLoop);
  for (auto _ : state) other = boost::context::detail::jump_fcontext(other, nullptr).fctx;
  CountSwitches(state);
  StackFree(stack);
}
BENCHMARK(BM_FcontextJump);

struct Pair {
  Fiber main;
  Fiber other;
  void (*after)(void*) = nullptr;
  std::intptr_t published = 0;
};

void SwitchLoop(void* argument) {
  auto& pair = *static_cast<Pair*>(argument);
  for (;;) SwitchFiber(pair.other, pair.main, pair.after, &pair);
}

void MeasureSwitch(benchmark::State& state, void (*after)(void*)) {
  Stack stack = StackAllocate(StackClass::kLoop);
  Pair pair;
  pair.after = after;
  pair.other.Start(stack, SwitchLoop, &pair);
  for (auto _ : state) SwitchFiber(pair.main, pair.other, after, &pair);
  CountSwitches(state);
  benchmark::DoNotOptimize(pair.published);
  StackFree(stack);
}

void BM_SwitchFiber(benchmark::State& state) { MeasureSwitch(state, nullptr); }
BENCHMARK(BM_SwitchFiber);

void BM_SwitchFiberWithAfterHook(benchmark::State& state) {
  MeasureSwitch(state, [](void* argument) { ++static_cast<Pair*>(argument)->published; });
}
BENCHMARK(BM_SwitchFiberWithAfterHook);

void ExitAtOnce(void* argument) {
  auto& pair = *static_cast<Pair*>(argument);
  ExitFiber(pair.other, pair.main);
}

// A whole life: take a stack, start, switch there, end, free the stack. One iteration is one life.
void BM_StartRunAndExit(benchmark::State& state) {
  Pair pair;
  for (auto _ : state) {
    Stack stack = StackAllocate(StackClass::kLoop);
    pair.other.Start(stack, ExitAtOnce, &pair);
    SwitchFiber(pair.main, pair.other);
    StackFree(stack);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_StartRunAndExit);

ucontext_t ucontext_main;
ucontext_t ucontext_other;

void UcontextLoop() {
  for (;;) swapcontext(&ucontext_other, &ucontext_main);
}

// POSIX's switch, which makes a system call to save the signal mask.
void BM_Ucontext(benchmark::State& state) {
  Stack stack = StackAllocate(StackClass::kLoop);
  getcontext(&ucontext_other);
  ucontext_other.uc_stack.ss_sp = stack.low;
  ucontext_other.uc_stack.ss_size = stack.bytes;
  ucontext_other.uc_link = nullptr;
  makecontext(&ucontext_other, UcontextLoop, 0);
  for (auto _ : state) swapcontext(&ucontext_main, &ucontext_other);
  CountSwitches(state);
  StackFree(stack);
}
BENCHMARK(BM_Ucontext);

}  // namespace
}  // namespace heddle
