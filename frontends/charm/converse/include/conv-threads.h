/* Threads of a PE, which take turns with its messages; futures.
 *
 * A thread belongs to the PE that made it. Waking one is a message of the PE: it waits its turn among the others. */
#ifndef CONV_THREADS_H
#define CONV_THREADS_H

#include "conv-header.h"
#include "conv-storage.h"
#include "conv-machine.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct CthThreadStruct* CthThread;
/* Stands for its thread in a queue of messages. */
typedef struct {
  char cmicore[CmiMsgHeaderSizeBytes];
  CthThread thread;
  int serialNo;
} CthThreadToken;
typedef void (*CthVoidFn)(void* arg);
typedef void (*CthAwkFn)(CthThreadToken* token, int strategy, int prioBits, unsigned int* prio);
typedef CthThread (*CthThFn)(void);

/* A thread that will call fn(arg), on a stack of `size` bytes (0: 256 KiB). It waits for CthAwaken() or CthResume(). */
CthThread CthCreate(CthVoidFn fn, void* arg, int size);
CthThread CthCreateMigratable(CthVoidFn fn, void* arg, int size);
/* Forgets a thread that does not run; of the running one, at its next CthSuspend(). */
void CthFree(CthThread t);
CthThread CthSelf(void);
int CthIsMainThread(CthThread t);
int CthImplemented(void);

/* Leaves the calling thread and goes on with `t`, at once. */
void CthResume(CthThread t);
/* Leaves the calling thread until somebody awakens or resumes it. Errors: CmiAbort where it may not suspend. */
void CthSuspend(void);
/* Puts it in the PE's queue, with FIFO or the strategy given (queueing.h). */
void CthAwaken(CthThread t);
void CthAwakenPrio(CthThread t, int strategy, int prioBits, unsigned int* prio);
void CthYield(void);
void CthYieldPrio(int strategy, int prioBits, unsigned int* prio);

/* Own functions for waking the thread and for choosing who goes on when it suspends. */
void CthSetStrategy(CthThread t, CthAwkFn awaken, CthThFn choose);
void CthSetStrategyDefault(CthThread t);
void CthSetSuspendable(CthThread t, int suspendable);
int CthIsSuspendable(CthThread t);
void CthSetNext(CthThread t, CthThread next);
CthThread CthGetNext(CthThread t);
CthThreadToken* CthGetToken(CthThread t);
void CthSetSerialNo(CthThread t, int no);
void CthAutoYield(CthThread t, int flag);
double CthAutoYieldFreq(CthThread t);
void CthAutoYieldBlock(void);
void CthAutoYieldUnblock(void);

#define OBJ_ID_SZ 4
typedef struct _CmiObjId {
  int id[OBJ_ID_SZ];
#ifdef __cplusplus
  _CmiObjId() : id{-1, -1, -1, -1} {}
  bool isNull() const { return *this == _CmiObjId(); }
  bool operator==(const struct _CmiObjId& other) const { return memcmp(id, other.id, sizeof(id)) == 0; }
#endif
} CmiObjId;
CmiObjId* CthGetThreadID(CthThread t);
void CthSetThreadID(CthThread t, int a, int b, int c);
#define CthSetEventInfo(t, event, srcPE)
#define CthTraceResume(t)

/* Is told when its thread suspends, resumes, and ends. */
struct CthThreadListener;
typedef void (*CthThreadListener_suspend)(struct CthThreadListener* l);
typedef void (*CthThreadListener_resume)(struct CthThreadListener* l);
typedef void (*CthThreadListener_free)(struct CthThreadListener* l);
struct CthThreadListener {
  CthThreadListener_suspend suspend;
  CthThreadListener_resume resume;
  CthThreadListener_free free;
  void* data;
  CthThread thread;
  struct CthThreadListener* next;
};
void CthAddListener(CthThread t, struct CthThreadListener* l);

/* ---- Ctv: places in a block that each thread owns. */
size_t CthRegister(size_t size);
void CthRegistered(size_t end);
/* Both at once, for a place that all PEs of the process name by *offset, -1 at first. */
void CthRegisterVariable(int* offset, size_t size);
char* CthGetData(CthThread t);
#define CtvDeclare(t, v) \
  typedef t CtvType##v;  \
  CsvDeclare(int, CtvOffs##v) = (-1)
#define CtvStaticDeclare(t, v) \
  typedef t CtvType##v;        \
  CsvStaticDeclare(int, CtvOffs##v) = (-1)
#define CtvExtern(t, v) \
  typedef t CtvType##v; \
  CsvExtern(int, CtvOffs##v)
#define CtvInitialize(t, v) CthRegisterVariable(&CsvAccess(CtvOffs##v), sizeof(CtvType##v))
#define CtvInitialized(v) (CsvAccess(CtvOffs##v) != (-1))
#define CtvAccess(v) (*(CtvType##v*)(void*)(CmiMyPeBlock()->cthData + CsvAccess(CtvOffs##v)))
#define CtvAccessOther(t, v) (*(CtvType##v*)(void*)(CthGetData(t) + CsvAccess(CtvOffs##v)))

#define CthCpvDeclare(t, v) CpvDeclare(t, v)
#define CthCpvExtern(t, v) CpvExtern(t, v)
#define CthCpvStatic(t, v) CpvStaticDeclare(t, v)
#define CthCpvInitialize(t, v) CpvInitialize(t, v)
#define CthCpvAccess(x) CpvAccess(x)

/* ---- Futures: a value that one PE sets, any PE may name, and threads of the PE that made it wait for. */
typedef struct Cfuture_s {
  int pe;
  struct Cfuture_data_s* data;
} Cfuture;
#define CfuturePE(f) ((f).pe)
Cfuture CfutureCreate(void);
/* From any PE, once; `len` bytes are copied. */
void CfutureSet(Cfuture f, void* value, int len);
/* A pointer to the value, which belongs to the future. */
void* CfutureWait(Cfuture f);
void CfutureDestroy(Cfuture f);
void* CfutureCreateBuffer(int bytes);
void CfutureDestroyBuffer(void* buffer);
void CfutureStoreBuffer(Cfuture f, void* buffer);
void CfutureInit(void);
void CfutureModuleInit(void);

#ifdef __cplusplus
}
#endif

#endif /* CONV_THREADS_H */
