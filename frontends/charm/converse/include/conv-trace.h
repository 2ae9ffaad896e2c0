/* What a program says to the trace: events, brackets, notes and values of its own.
 *
 * HEDDLE_TRACE=FILE ./program writes a time line for Perfetto (ui.perfetto.dev), on which each PE has a track. Without it these
 * functions do nothing: a load and a branch. Unless a declaration says otherwise: of the calling PE, never blocking for longer
 * than a short lock. */
#ifndef CONV_TRACE_H
#define CONV_TRACE_H

#include "conv-storage.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Whether this PE records. Cost: two loads. */
CpvExtern(int, traceOn);
#define traceIsOn() (CpvAccess(traceOn))
/* Whether HEDDLE_TRACE was given. */
int traceAvailable(void);
/* This PE records from now on (as it does from the start, but with +traceoff), or no longer; what has begun is still ended. */
void traceBegin(void);
void traceEnd(void);
void traceClose(void);
/* Nothing to do: the newest events are kept in memory, and written when the program ends. */
void traceFlushLog(void);

/* Names an event: number `e`, or for -1 one that is free, which is returned. The names are the process's: who registers a name a
 * second time gets its number again, and a number that is registered again has its new name. An event that nobody registered is
 * called "event N". */
#ifdef __cplusplus
int traceRegisterUserEvent(const char* name, int e = -1);
#else
int traceRegisterUserEvent(const char* name, int e);
#endif
/* It has happened now. */
void traceUserEvent(int e);
/* It took from `begin` to `end`, times of CmiWallTimer(). Brackets may overlap. */
void traceUserBracketEvent(int e, double begin, double end);
void traceUserBracketEventNestedID(int e, double begin, double end, int nestedID);
/* It begins now, and ends now: pairs of the same numbers, on one PE. A bracket that is never ended is not in the trace. */
void traceBeginUserBracketEvent(int e);
void traceBeginUserBracketEventNestedID(int e, int nestedID);
void traceEndUserBracketEvent(int e);
void traceEndUserBracketEventNestedID(int e, int nestedID);
/* Brackets with the names "app work" and "tune overhead". */
void beginAppWork(void);
void endAppWork(void);
void beginTuneOverhead(void);
void endTuneOverhead(void);

/* A number, or a text, now; texts are kept to the end of the process. */
void traceUserSuppliedData(int value);
void traceUserSuppliedNote(const char* note);
void traceUserSuppliedBracketedNote(const char* note, int e, double begin, double end);
/* CmiMemoryUsage(), as a curve. */
void traceMemoryUsage(void);

/* Values that become a curve for each PE. Numbers and names as of events, in a space of their own. */
int traceRegisterUserStat(const char* name, int e);
void updateStat(int e, double value);
/* With the program's own time beside, which the curve does not have: it stands at the time of the call. */
void updateStatPair(int e, double value, double time);

/* `fn` is called on each PE at start, to register events. Before ConverseInit(). */
void registerMachineUserEventsFunction(void (*fn)(void));

#ifdef __cplusplus
}
#endif

#endif /* CONV_TRACE_H */
