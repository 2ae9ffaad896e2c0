/* Start and end, handlers, and the scheduler that calls them. */
#ifndef CONV_SCHEDULER_H
#define CONV_SCHEDULER_H

#include "conv-header.h"
#include "conv-machine.h"
#include "conv-storage.h"
#include "queueing.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Starts Converse, from the program's main thread. `fn` is called on every PE with the program's own arguments. usched == 0: each
 * PE then runs CsdScheduler(-1) until CsdExitScheduler(), and the process exits with 0. usched != 0: `fn` calls the scheduler,
 * and at last ConverseExit(). initret != 0: returns to the caller, which is PE 0 then; `fn` is called on the other PEs.
 * Options (removed from argv): +p N, +pe N, +ppn N, ++ppn N, +pemap L, +setcpuaffinity, ++quiet.
 * Errors: CmiAbort naming the option and what is allowed. */
#ifdef __cplusplus
void ConverseInit(int argc, char** argv, CmiStartFn fn, int usched = 0, int initret = 0);
#else
void ConverseInit(int argc, char** argv, CmiStartFn fn, int usched, int initret);
#endif
/* The PE has ended; when all have, the process exits. Does not return. In C, ConverseExit() and ConverseExit(code). */
CMK_NORETURN void CmiConverseExit(int code);
#ifdef __cplusplus
}
inline void CmiConverseExitWith(int code = 0) { CmiConverseExit(code); }
extern "C" {
#define ConverseExit(...) CmiConverseExitWith(__VA_ARGS__)
#else
#define CmiFirstOf(first, ...) first
#define ConverseExit(...) CmiConverseExit(CmiFirstOf(__VA_ARGS__ __VA_OPT__(, ) 0))
#endif
/* Ends the job with `status` as soon as each PE is between two messages. Returns. */
void CmiExit(int status);

/* Handlers, numbered from 0 on each PE; every PE shall register the same in the same order. A handler owns its message. */
int CmiRegisterHandler(CmiHandler h);
int CmiRegisterHandlerEx(CmiHandlerEx h, void* userPtr);
int CmiRegisterHandlerLocal(CmiHandler h);
int CmiRegisterHandlerGlobal(CmiHandler h);
void CmiNumberHandler(int n, CmiHandler h);
void CmiNumberHandlerEx(int n, CmiHandlerEx h, void* userPtr);
CmiHandler CmiHandlerToFunction(int n);
void CmiHandleMessage(void* msg);
#define CmiHeaderOf(m) ((CmiMessageHeader*)(void*)(m))
#define CmiGetHandler(m) ((int)CmiHeaderOf(m)->handlerId)
#define CmiGetXHandler(m) ((int)CmiHeaderOf(m)->xhandlerId)
#define CmiGetInfo(m) ((int)CmiHeaderOf(m)->infoFn)
#define CmiGetRoot(m) ((int)CmiHeaderOf(m)->root)
#define CmiSetHandler(m, v) ((void)(CmiHeaderOf(m)->handlerId = (CmiInt2)(v)))
#define CmiSetXHandler(m, v) ((void)(CmiHeaderOf(m)->xhandlerId = (CmiInt2)(v)))
#define CmiSetInfo(m, v) ((void)(CmiHeaderOf(m)->infoFn = (v)))
#define CmiSetRoot(m, v) ((void)(CmiHeaderOf(m)->root = (v)))
#define CmiGetHandlerFunction(m) CmiHandlerToFunction(CmiGetHandler(m))
#define CMI_MSG_NOKEEP(m) (CmiHeaderOf(m)->nokeep)
#define CMI_ZC_MSGTYPE(m) (CmiHeaderOf(m)->zcMsgType)

/* The scheduler. maxmsgs < 0: until CsdExitScheduler(); 0: what is at hand; else exactly so many messages, waiting for them.
 * Returns how many are left to do. It may be called inside of a handler: the PE's messages run on top of it. */
int CsdScheduler(int maxmsgs);
void CsdScheduleForever(void);
int CsdScheduleCount(int maxmsgs);
void CsdSchedulePoll(void);
void CsdScheduleNodePoll(void);
/* The schedulers of this PE that run now return after their message. */
void CsdExitScheduler(void);
/* Delivers what arrived from other PEs, at most so many (0: all); returns how many are left. */
int CmiDeliverMsgs(int maxmsgs);
/* Waits for one message with this handler, and delivers it before all others. */
void CmiDeliverSpecificMsg(int handler);
/* Takes a message that arrived from another PE, or NULL. */
void* CmiGetNonLocal(void);
void CmiNotifyIdle(void);
void CsdBeginIdle(void);
void CsdStillIdle(void);
void CsdEndIdle(void);

CpvExtern(Queue, CsdSchedQueue);
CsvExtern(Queue, CsdNodeQueue);
CsvExtern(CmiNodeLock, CsdNodeQueueLock);
#define CsdEnqueueGeneral(x, s, i, p) CqsEnqueueGeneral(CpvAccess(CsdSchedQueue), (x), (s), (i), (p))
#define CsdEnqueueFifo(x) CqsEnqueueFifo(CpvAccess(CsdSchedQueue), (x))
#define CsdEnqueueLifo(x) CqsEnqueueLifo(CpvAccess(CsdSchedQueue), (x))
#define CsdEnqueue(x) CqsEnqueueFifo(CpvAccess(CsdSchedQueue), (x))
#define CsdEmpty() CqsEmpty(CpvAccess(CsdSchedQueue))
#define CsdLength() CqsLength(CpvAccess(CsdSchedQueue))
#define CsdNodeEnqueueGeneral(x, s, i, p) CqsEnqueueGeneral(CsvAccess(CsdNodeQueue), (x), (s), (i), (p))
#define CsdNodeEnqueueFifo(x) CqsEnqueueFifo(CsvAccess(CsdNodeQueue), (x))
#define CsdNodeEnqueueLifo(x) CqsEnqueueLifo(CsvAccess(CsdNodeQueue), (x))
#define CsdNodeEnqueue(x) CqsEnqueueFifo(CsvAccess(CsdNodeQueue), (x))
#define CsdNodeEmpty() CqsEmpty(CsvAccess(CsdNodeQueue))
#define CsdNodeLength() CqsLength(CsvAccess(CsdNodeQueue))

#ifdef __cplusplus
}
#endif

#endif /* CONV_SCHEDULER_H */
