// Cth: a thread is a fiber of its PE. Waking one puts its token into the PE's queue, as a message.
//
// Of the threads of a PE one handles messages: the first one, or, while that is suspended, a
// stand-in. A thread that suspends looks at the next message itself: if it is another thread's
// token it goes there straight away, else it leaves the message to the one that handles them.
#include "frontends/charm/converse/src/threads.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>

#include "components/memory_pool/pool.h"
#include "components/memory_pool/stack_pool.h"
#include "components/worker_pool/coroutine.h"
#include "frontends/charm/converse/src/pe.h"
#include "frontends/charm/converse/src/session.h"

namespace heddle::converse {
namespace {

constexpr std::size_t kDefaultStackBytes = 256 << 10;
constexpr std::size_t kStandInStackBytes = 1 << 20;
constexpr std::size_t kLeastStackBytes = 16 << 10;

void FreeToken(CthToken* token) { PoolDelete(token); }

void FreeThread(void* argument) {
  auto* const thread = static_cast<CthThread>(argument);
  for (CthThreadListener* listener = thread->listeners; listener != nullptr;) {
    CthThreadListener* const next = listener->next;
    if (listener->free != nullptr) listener->free(listener);
    listener = next;
  }
  if (thread->token->queued == 0) {
    FreeToken(thread->token);
  } else {
    thread->token->thread = nullptr;
  }
  std::free(thread->ctv);
  const Stack stack = thread->stack;
  thread->~CthThreadStruct();
  PoolFree(thread, sizeof(CthThreadStruct));
  StackFree(stack);
}

// Makes room for all Ctv variables of the PE.
void GrowCtv(const Pe& pe, CthThread thread) {
  if (thread->ctv_bytes >= pe.ctv_bytes) return;
  thread->ctv = static_cast<char*>(std::realloc(thread->ctv, pe.ctv_bytes));
  if (thread->ctv == nullptr) CmiOutOfMemory(static_cast<int>(pe.ctv_bytes));
  std::memset(thread->ctv + thread->ctv_bytes, 0, pe.ctv_bytes - thread->ctv_bytes);
  thread->ctv_bytes = pe.ctv_bytes;
}

// Leaves the running thread for `to`.
void GoTo(Pe& pe, CthThread to) {
  CthThread const from = pe.current;
  if (to == from) return;
  for (CthThreadListener* l = from->listeners; l != nullptr; l = l->next) {
    if (l->suspend != nullptr) l->suspend(l);
  }
  for (CthThreadListener* l = to->listeners; l != nullptr; l = l->next) {
    if (l->resume != nullptr) l->resume(l);
  }
  GrowCtv(pe, to);
  pe.current = to;
  pe.cthData = to->ctv;
  if (from->ending) ExitCoroutine(to->fiber, FreeThread, from);
  SwitchCoroutine(to->fiber);
}

CthThread NewThread(CthVoidFn function, void* argument, std::size_t stack_bytes);

// The message that wakes a thread, or nullptr where that one has ended meanwhile.
CthThread Awakened(void* message) {
  auto* const token = static_cast<CthToken*>(message);
  --token->queued;
  if (token->thread == nullptr && token->queued == 0) {
    FreeToken(token);
    return nullptr;
  }
  return token->thread;
}

void OnAwakened(void* message) {
  if (CthThread const thread = Awakened(message); thread != nullptr) GoTo(Self(), thread);
}

// A thread that handled messages until it was suspended does so again; the one that does meanwhile
// sleeps.
void OnSchedulerAwakened(void* message) {
  CthThread const thread = Awakened(message);
  if (thread == nullptr) return;
  Pe& pe = Self();
  CthThread const me = pe.current;
  if (me == thread) return;
  if (me == pe.main) {
    CthAwaken(me);
  } else {
    me->next = pe.standins;
    pe.standins = me;
  }
  pe.scheduling = thread;
  GoTo(pe, thread);
}

void StandIn(void*) {
  for (;;) (void)Self().Schedule(-1);
}

CthThread TakeStandIn(Pe& pe) {
  CthThread stand_in = pe.standins;
  if (stand_in != nullptr) {
    pe.standins = stand_in->next;
  } else {
    stand_in = NewThread(StandIn, nullptr, kStandInStackBytes);
    stand_in->handles_messages = true;
  }
  pe.scheduling = stand_in;
  return stand_in;
}

// Who goes on when the running thread suspends.
CthThread Choose(Pe& pe, CthThread me) {
  if (me->choose != nullptr) return me->choose();
  if (me->handles_messages) return me == pe.scheduling ? TakeStandIn(pe) : pe.scheduling;
  // Where the scheduler counts, or has been stopped, it must see each message.
  while (!pe.limited && pe.pending == nullptr && pe.stop_count == pe.cycle) {
    void* const message = pe.Next();
    if (message == nullptr) break;
    if (CmiGetHandler(message) != pe.resume_handler) {
      pe.pending = message;
      break;
    }
    if (CthThread const thread = Awakened(message); thread != nullptr) return thread;
  }
  return pe.scheduling;
}

void Entry(void* argument) {
  auto* const thread = static_cast<CthThread>(argument);
  thread->function(thread->argument);
  Pe& pe = Self();
  thread->ending = true;
  CthThread to = Choose(pe, thread);
  // It may have been awakened once more than it suspended.
  if (to == thread) to = pe.scheduling;
  GoTo(pe, to);
}

CthThread NewThread(CthVoidFn function, void* argument, std::size_t stack_bytes) {
  auto* const thread = ::new (PoolAllocate(sizeof(CthThreadStruct))) CthThreadStruct;
  thread->function = function;
  thread->argument = argument;
  thread->token = PoolNew<CthToken>();
  std::memset(static_cast<CthThreadToken*>(thread->token), 0, sizeof(CthThreadToken));
  thread->token->thread = thread;
  thread->stack = StackAllocate(StackClass::kUser, stack_bytes);
  thread->fiber.Start(thread->stack, Entry, thread);
  return thread;
}

void Enqueue(CthThread thread, int strategy, int bits, unsigned int* priority) {
  Pe& pe = Self();
  CmiSetHandler(thread->token,
                thread->handles_messages ? pe.resume_scheduler_handler : pe.resume_handler);
  ++thread->token->queued;
  if (strategy == CQS_QUEUEING_FIFO) {
    pe.place->scheduled().Push(thread->token);
  } else {
    CqsEnqueueGeneral(CpvAccess(CsdSchedQueue), thread->token, strategy, bits, priority);
  }
}

}  // namespace

void InitThreads(Pe& pe, char**) {
  pe.resume_handler = CmiRegisterHandler(OnAwakened);
  pe.resume_scheduler_handler = CmiRegisterHandler(OnSchedulerAwakened);
}

CthThread NewMainThread(CthVoidFn function, void* argument, std::size_t stack_bytes) {
  CthThread const thread = NewThread(function, argument, stack_bytes);
  thread->handles_messages = true;
  return thread;
}

}  // namespace heddle::converse

using heddle::converse::OnPe;
using heddle::converse::Pe;
using heddle::converse::Self;

CthThread CthCreate(CthVoidFn fn, void* arg, int size) {
  const std::size_t bytes =
      size <= 0 ? heddle::converse::kDefaultStackBytes : static_cast<std::size_t>(size);
  return heddle::converse::NewThread(fn, arg, std::max(bytes, heddle::converse::kLeastStackBytes));
}
CthThread CthCreateMigratable(CthVoidFn fn, void* arg, int size) {
  return CthCreate(fn, arg, size);
}

void CthFree(CthThread t) {
  if (t == nullptr) return;
  if (t == Self().current) {
    t->ending = true;
  } else {
    heddle::converse::FreeThread(t);
  }
}

CthThread CthSelf() { return Self().current; }
int CthIsMainThread(CthThread t) { return t == Self().main; }
int CthImplemented() { return 1; }

void CthResume(CthThread t) {
  OnPe([t] {
    heddle::converse::GoTo(Self(), t);
    return 0;
  });
}

void CthSuspend() {
  OnPe([] {
    Pe& pe = Self();
    CthThread const me = pe.current;
    if (!me->suspendable)
      CmiAbort("CthSuspend in a thread that may not suspend (CthSetSuspendable)");
    CthThread const to = heddle::converse::Choose(pe, me);
    if (to == me && me->ending)
      CmiAbort(
          "a thread that was freed is awake: CthFree of the running thread, then CthAwaken of it");
    heddle::converse::GoTo(pe, to);
    return 0;
  });
}

void CthAwaken(CthThread t) { CthAwakenPrio(t, CQS_QUEUEING_FIFO, 0, nullptr); }

void CthAwakenPrio(CthThread t, int strategy, int prioBits, unsigned int* prio) {
  if (t == nullptr) CmiAbort("CthAwaken of no thread");
  if (t->awaken != nullptr) {
    t->awaken(t->token, strategy, prioBits, prio);
  } else {
    heddle::converse::Enqueue(t, strategy, prioBits, prio);
  }
}

void CthYield() {
  CthAwaken(CthSelf());
  CthSuspend();
}
void CthYieldPrio(int strategy, int prioBits, unsigned int* prio) {
  CthAwakenPrio(CthSelf(), strategy, prioBits, prio);
  CthSuspend();
}

void CthSetStrategy(CthThread t, CthAwkFn awaken, CthThFn choose) {
  t->awaken = awaken;
  t->choose = choose;
}
void CthSetStrategyDefault(CthThread t) { CthSetStrategy(t, nullptr, nullptr); }
void CthSetSuspendable(CthThread t, int suspendable) { t->suspendable = suspendable != 0; }
int CthIsSuspendable(CthThread t) { return t->suspendable; }
void CthSetNext(CthThread t, CthThread next) { t->next = next; }
CthThread CthGetNext(CthThread t) { return t->next; }
CthThreadToken* CthGetToken(CthThread t) { return t->token; }
void CthSetSerialNo(CthThread t, int no) { t->token->serialNo = no; }

// Threads are never taken off their PE against their will.
void CthAutoYield(CthThread, int flag) {
  if (flag != 0) CmiAbort("CthAutoYield(1): threads that yield by a timer are not implemented");
}
double CthAutoYieldFreq(CthThread) { return 0; }
void CthAutoYieldBlock() {}
void CthAutoYieldUnblock() {}

CmiObjId* CthGetThreadID(CthThread t) { return &t->id; }
void CthSetThreadID(CthThread t, int a, int b, int c) {
  t->id.id[0] = a;
  t->id.id[1] = b;
  t->id.id[2] = c;
}

void CthAddListener(CthThread t, CthThreadListener* l) {
  l->thread = t;
  l->next = nullptr;
  CthThreadListener** last = &t->listeners;
  while (*last != nullptr) last = &(*last)->next;
  *last = l;
}

// ---- Ctv. Each PE counts for itself and comes to the same places, since all register in the same
// order.

size_t CthRegister(size_t size) {
  Pe& pe = Self();
  const std::size_t place = CMIALIGN(pe.ctv_bytes, 16);
  CthRegistered(place + size);
  return place;
}

void CthRegistered(size_t end) {
  Pe& pe = Self();
  pe.ctv_bytes = std::max(pe.ctv_bytes, end);
  heddle::converse::GrowCtv(pe, pe.current);
  pe.cthData = pe.current->ctv;
}

void CthRegisterVariable(int* offset, size_t size) {
  int place = static_cast<int>(CMIALIGN(Self().ctv_bytes, 16));
  int first = -1;
  if (!std::atomic_ref<int>(*offset).compare_exchange_strong(first, place, std::memory_order_acq_rel)) place = first;
  CthRegistered(static_cast<std::size_t>(place) + size);
}

char* CthGetData(CthThread t) {
  heddle::converse::GrowCtv(Self(), t);
  return t->ctv;
}
