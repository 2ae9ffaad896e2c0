/* Conditions and timers: functions that a PE calls when something happens, or when a time has come.
 *
 * Each PE has its own. Callbacks run on their PE between two messages, or inside of the call that
 * raises a condition. They may add and cancel callbacks, also of the condition that is being
 * raised. A PE that only waits for a time sleeps until then. */
#ifndef CONV_CONDS_H
#define CONV_CONDS_H

#include "conv-header.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Raised by the scheduler: at each look for a message; when it finds none, and while that lasts
 * (every 50 us at first, every millisecond later); after each 10 s of it (+longIdleThresh SECONDS);
 * when there is a message again. */
#define CcdSCHEDLOOP 0
#define CcdPROCESSOR_BEGIN_BUSY 1
#define CcdPROCESSOR_END_IDLE 1
#define CcdPROCESSOR_BEGIN_IDLE 2
#define CcdPROCESSOR_END_BUSY 2
#define CcdPROCESSOR_STILL_IDLE 3
#define CcdPROCESSOR_LONG_IDLE 4

/* Raised every so often, from the time on when somebody wants it. */
#define CcdPERIODIC_FIRST 5
#define CcdPERIODIC 5 /* Every millisecond. */
#define CcdPERIODIC_10ms 6
#define CcdPERIODIC_100ms 7
#define CcdPERIODIC_1second 8
#define CcdPERIODIC_1s 8
#define CcdPERIODIC_5s 9
#define CcdPERIODIC_5seconds 9
#define CcdPERIODIC_10second 10
#define CcdPERIODIC_10seconds 10
#define CcdPERIODIC_10s 10
#define CcdPERIODIC_1minute 11
#define CcdPERIODIC_2minute 12
#define CcdPERIODIC_5minute 13
#define CcdPERIODIC_10minute 14
#define CcdPERIODIC_1hour 15
#define CcdPERIODIC_12hour 16
#define CcdPERIODIC_1day 17
#define CcdPERIODIC_LAST 18

#define CcdQUIESCENCE 18     /* CmiStartQD() */
#define CcdTOPOLOGY_AVAIL 19 /* CmiInitCPUTopology() */
#define CcdSIGUSR1 20        /* Not raised here: signals reach the process, not a PE. */
#define CcdSIGUSR2 21
/* The program's own: CcdUSER to CcdUSERMAX. */
#define CcdUSER 22
#ifndef CcdUSERMAX
#define CcdUSERMAX 127
#endif

#define CCD_COND_FN_EXISTS 1
#define CcdIGNOREPE (-2)
typedef void (*CcdCondFn)(void* userParam);
typedef void (*CcdVoidFn)(void* userParam, double curWallTime);

/* Calls fn(arg, CmiWallTimer()) once, not before `msecs` milliseconds have passed. OnPE: there,
 * which must be a PE of this node. */
void CcdCallFnAfter(CcdVoidFn fn, void* arg, double msecs);
void CcdCallFnAfterOnPE(CcdVoidFn fn, void* arg, double msecs, int pe);
/* Calls fn(arg) when the condition is raised next; Keep: each time. Returns an index for the
 * cancelling call; OnPE for another PE than the caller's: -1. Errors: CmiAbort for a negative
 * condition, and for a PE of another node. */
int CcdCallOnCondition(int condnum, CcdCondFn fn, void* arg);
int CcdCallOnConditionKeep(int condnum, CcdCondFn fn, void* arg);
int CcdCallOnConditionOnPE(int condnum, CcdCondFn fn, void* arg, int pe);
int CcdCallOnConditionKeepOnPE(int condnum, CcdCondFn fn, void* arg, int pe);
/* Nothing happens where it has been called already. */
void CcdCancelCallOnCondition(int condnum, int idx);
void CcdCancelCallOnConditionKeep(int condnum, int idx);
/* Calls what waits for the condition, in the order of registration, those to be called once first;
 * then returns. */
void CcdRaiseCondition(int condnum);
/* Calls what is due now; the scheduler does so every 64 messages, and before and after it sleeps.
 */
void CcdCallBacks(void);
/* How many callbacks wait for a time. */
int CcdNumTimerCBs(void);
void CsdPeriodic(void);
void CsdResetPeriodic(void);

/* How often a busy PE looks at the time, in seconds (5 ms). It looks more often here; the values
 * are kept. All return the one before. */
double CcdSetResolution(double seconds);
double CcdResetResolution(void);
double CcdIncreaseResolution(double seconds);

/* Conditions are there from the start. */
void CcdModuleInit(void);

#ifdef __cplusplus
}
#endif

#endif /* CONV_CONDS_H */
