// A stack overflow is reported by name instead of as a bare segmentation fault.
#ifndef HEDDLE_COMPONENTS_FIBER_OVERFLOW_H_
#define HEDDLE_COMPONENTS_FIBER_OVERFLOW_H_

namespace heddle {

// Installs, once a process, a handler of SIGSEGV and SIGBUS on the alternate stack. A fault in a
// guard page of the stack pool (or one that happens while the stack pointer is below the running
// fiber's stack) prints
//
//   heddle: stack overflow in NAME (64 KiB): address 0x... is below the stack; raise
//   HEDDLE_STACK_SIZE or move large local variables to the heap
//
// to standard error, on one line, and aborts. Any other fault goes to the handler that was
// installed before, with its mask and flags; where that was the default, the signal is raised again
// under the default action, so that a core dump shows the faulting instruction.
// What is not seen: a frame so large that it skips the guard, a stack without a guard page, and a
// thread without an alternate stack (PrepareThreadForOverflow).
// Thread safety: any thread; further calls do nothing.  Blocking: never.
void InstallStackOverflowHandler();

// Gives the calling thread an alternate signal stack, unless it has one; freed when the thread
// ends. Without it the kernel has no stack to run the handler on when a fiber's is full, and kills
// the process without a word.
// Thread safety: any thread; further calls do nothing.  Blocking: never.
// Cost: four system calls.  Errors: dies where memory is exhausted.
void PrepareThreadForOverflow();

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_FIBER_OVERFLOW_H_
