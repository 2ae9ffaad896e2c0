/* Command lines, clocks, files, memory in use, tables of messages, counters that send. */
#ifndef CONV_UTIL_H
#define CONV_UTIL_H

#include "conv-atomics.h"
#include "conv-header.h"
#include "conv-partition.h"
#include "conv-topology.h"
#include "pup_c.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Command line. Each call removes what it takes from argv, a list that ends with NULL, and
 * returns whether it was there; without that *dest stays as it is. Numbers may stand in the same
 * word or the next: +p4, +p 4. Desc: `desc` is printed on PE 0 where -h, -? or --help is given.
 * Errors: CmiAbort naming the option and what stands there. Thread safety: one user of an argv at a
 * time. */
int CmiGetArgInt(char** argv, const char* arg, int* dest);
int CmiGetArgIntDesc(char** argv, const char* arg, int* dest, const char* desc);
int CmiGetArgLong(char** argv, const char* arg, CmiInt8* dest);
int CmiGetArgLongDesc(char** argv, const char* arg, CmiInt8* dest, const char* desc);
int CmiGetArgDouble(char** argv, const char* arg, double* dest);
int CmiGetArgDoubleDesc(char** argv, const char* arg, double* dest, const char* desc);
int CmiGetArgString(char** argv, const char* arg, char** dest);
int CmiGetArgStringDesc(char** argv, const char* arg, char** dest, const char* desc);
int CmiGetArgFlag(char** argv, const char* arg);
int CmiGetArgFlagDesc(char** argv, const char* arg, const char* desc);
/* As GetArgIntDesc with the value thrown away and the warning printed. */
void CmiDeprecateArgInt(char** argv, const char* arg, const char* desc, const char* warning);
/* Removes the first k. */
void CmiDeleteArgs(char** argv, int k);
int CmiGetArgc(char** argv);
/* A copy of the list; the strings are shared. CmiFreeArgs() frees the list. */
char** CmiCopyArgs(char** argv);
void CmiFreeArgs(char** argv);
int CmiArgGivingUsage(void);
/* A title for the options described next. */
void CmiArgGroup(const char* parentName, const char* groupName);

/* ---- Clocks, in seconds. Thread safety: any thread. */
/* Since ConverseInit(), monotonic; with +useAbsoluteTime since the system's start. CmiTimer() is
 * the same. */
double CmiWallTimer(void);
double CmiTimer(void);
/* The process's CPU time since ConverseInit(). */
double CmiCpuTimer(void);
/* What CmiWallTimer() was in ConverseInit(): 0 without +useAbsoluteTime. */
double CmiStartTimer(void);
/* ConverseInit() on the system's monotonic clock. */
double CmiInitTime(void);
int CmiTimerAbsolute(void);
/* Whether all PEs have the same clock: in one process. */
int CmiTimerIsSynchronized(void);
void CmiTimerInit(char** argv);
double getCurrentTime(void);
/* Prints and returns the date, in a buffer of the thread. */
char* CmiPrintDate(void);

/* ---- Memory in use, in bytes, as the kernel counts what is resident. Thread safety: any thread.
 */
CmiUInt8 CmiMemoryUsage(void);
const char* CmiMemoryUsageReporter(void);
CmiUInt8 CmiMaxMemoryUsage(void);
CmiUInt8 CmiMaxMemoryUsageR(void);
void CmiResetMaxMemory(void);
/* The least that CmiMemoryUsage() and this have seen. */
CmiUInt8 CmiMinMemoryUsage(void);
void CmiResetMinMemory(void);
#define CMI_MEMORY_IS_ISOMALLOC (1 << 1)
#define CMI_MEMORY_IS_PARANOID (1 << 2)
#define CMI_MEMORY_IS_GNU (1 << 3)
#define CMI_MEMORY_IS_GNUOLD (1 << 4)
#define CMI_MEMORY_IS_OS (1 << 5)
#define CMI_MEMORY_IS_CHARMDEBUG (1 << 6)
/* Whether malloc is this one: OS. */
int CmiMemoryIs(int flag);
/* For mallocs that check or count; the system's does neither. */
void CmiMemoryCheck(void);
void CmiMemoryMark(void);
void CmiMemoryMarkBlock(void* block);
void CmiMemorySweep(const char* where);
#define CMI_THREAD_IS_QT (1 << 1)
#define CMI_THREAD_IS_CONTEXT (1 << 2)
#define CMI_THREAD_IS_UJCONTEXT (1 << 3)
#define CMI_THREAD_IS_PTHREADS (1 << 4)
#define CMI_THREAD_IS_FIBERS (1 << 5)
#define CMI_THREAD_IS_ALIAS (1 << 6)
#define CMI_THREAD_IS_STACKCOPY (1 << 7)
#define CMI_THREAD_IS_TLS (1 << 8)
/* Whether Cth threads are this: UJCONTEXT, stacks that are switched in user mode. */
int CmiThreadIs(int flag);
#define setMemoryTypeChare(p)
#define setMemoryTypeMessage(p)
#define CmiRoundUpToPow2(s, p2) ((s) + (((p2) - ((s) & ((p2)-1))) & ((p2)-1)))
int CmiGetPageSize(void);

/* ---- Stack traces. Thread safety: any thread. */
/* Up to *levels return addresses of the caller and its callers, without the first nSkip; *levels:
 * how many. */
void CmiBacktraceRecord(void** retPtrs, int nSkip, int* levels);
/* Their names; free() the array, not the strings. */
char** CmiBacktraceLookup(void** retPtrs, int levels);
void CmiBacktracePrint(void** retPtrs, int levels);
void CmiPrintStackTrace(int nSkip);

/* ---- Files: the C library's, again where a signal interrupted it or, for writing, where only a
 * part was done. */
void CmiMkdir(const char* dirName);
FILE* CmiFopen(const char* path, const char* mode);
int CmiFclose(FILE* file);
size_t CmiFwrite(const void* ptr, size_t size, size_t nmemb, FILE* file);
int CmiOpen(const char* path, int flags, int mode);
CmiInt8 CmiPwrite(int fd, const char* buf, size_t bytes, size_t offset);

/* ---- Numbers */
double CmiLog2(double x);
/* Of the greatest power of two that is not above x; 0 for 0. */
unsigned int CmiILog2(unsigned int x);
#define CmiIsPow2(n) (((n) & ((n)-1)) == 0)
/* 0: little, 1: big. */
int CmiEndianness(void);
/* Bytes: "64", "10K", "2.5M", "1G". Errors: CmiAbort for what is no size. */
double CmiReadSize(const char* text);
/* Whom PE `mype` of `total` sends a broadcast on to that goes along the dimensions k, ..., 0 of a
 * hypercube; returns how many. */
int HypercubeGetBcastDestinations(int mype, int total_pes, int k, int* dest_pes);

/* ---- Tables: pointers under lists of tags. Thread safety: one user at a time. */
typedef struct CmmTableStruct* CmmTable;
/* Fits every tag, in what is stored and in what is asked for. */
#define CmmWildCard (-1)
CmmTable CmmNew(void);
/* Errors: CmiAbort where it is not empty. */
void CmmFree(CmmTable t);
/* Forgets all entries, not what they point to. */
void CmmFreeAll(CmmTable t);
void CmmPut(CmmTable t, int ntags, int* tags, void* msg);
/* The oldest with as many tags that fit, or NULL; its own tags in returntags unless that is NULL;
 * del: removed. */
void* CmmFind(CmmTable t, int ntags, int* tags, int* returntags, int del);
int CmmEntries(CmmTable t);
/* The last tag of the oldest whose first ntags fit, or -1. */
int CmmGetLastTag(CmmTable t, int ntags, int* tags);
/* Packs or unpacks a table (a new one where that is what p does; `t` is nothing then); `message`
 * does it with each message. After packing for good it is empty. */
typedef void (*CmmPupMessageFn)(pup_er p, void** msg);
CmmTable CmmPup(pup_er p, CmmTable t, CmmPupMessageFn message);
#define CmmGet(t, nt, tg, rt) (CmmFind((t), (nt), (tg), (rt), 1))
#define CmmProbe(t, nt, tg, rt) (CmmFind((t), (nt), (tg), (rt), 0))

/* ---- A counter that sends its message when it reaches zero: a copy, to the PE and of the size
 * that the header says (the whole block where it says 0). The message stays the caller's. Errors:
 * CmiAbort for NULL, a count of 0, and a step below it. */
typedef struct DecrementToEnqueueMsg {
  unsigned int* counter;
  void* msg;
} DecrementToEnqueueMsg;
/* Thread safety: any PE of the node. */
void CmiDecrementCounter(DecrementToEnqueueMsg* dteMsg);
void CmiFreeDecrementToEnqueue(DecrementToEnqueueMsg* dteMsg);
#ifdef __cplusplus
DecrementToEnqueueMsg* CmiCreateDecrementToEnqueue(void* msg, unsigned int initialCount = 10);
void CmiResetCounter(DecrementToEnqueueMsg* dteMsg, unsigned int newCount = 10);
#else
DecrementToEnqueueMsg* CmiCreateDecrementToEnqueue(void* msg, unsigned int initialCount);
void CmiResetCounter(DecrementToEnqueueMsg* dteMsg, unsigned int newCount);
#endif

/* ---- What the originals have beside. */
/* `fn(argv)` is called on each PE before the start function. Before ConverseInit(). */
void registerTraceInit(void (*fn)(char** argv));
#define CmiSwitchToPE(pe) (pe)
#define MESSAGE_PHASE_CHECK(msg)
#define CmiTurnOnStats()
#define CmiTurnOffStats()
#define CmiIsFortranLibraryCall() (0)

#ifdef __cplusplus
}
#endif

#endif /* CONV_UTIL_H */
