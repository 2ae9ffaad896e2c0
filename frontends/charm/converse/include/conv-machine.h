/* Who and where; messages' memory; locks and barriers; output and aborts. */
#ifndef CONV_MACHINE_H
#define CONV_MACHINE_H

#include "conv-header.h"
#include "conv-storage.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Who and where. A node is a process; a rank is a PE within it. Known once ConverseInit() has begun. */
extern int _Cmi_numpes, _Cmi_mynodesize, _Cmi_mynode, _Cmi_numnodes;
static CMI_FORCE_INLINE int CmiMyPe(void) { return CmiMyPeBlock()->pe; }
static CMI_FORCE_INLINE int CmiMyRank(void) { return CmiMyPeBlock()->rank; }
static CMI_FORCE_INLINE int CmiNumPes(void) { return _Cmi_numpes; }
static CMI_FORCE_INLINE int CmiMyNodeSize(void) { return _Cmi_mynodesize; }
static CMI_FORCE_INLINE int CmiMyNode(void) { return _Cmi_mynode; }
static CMI_FORCE_INLINE int CmiNumNodes(void) { return _Cmi_numnodes; }
/* All processes have the same number of PEs. */
static CMI_FORCE_INLINE int CmiNodeFirst(int node) { return node * _Cmi_mynodesize; }
static CMI_FORCE_INLINE int CmiNodeOf(int pe) { return pe / _Cmi_mynodesize; }
static CMI_FORCE_INLINE int CmiRankOf(int pe) { return pe % _Cmi_mynodesize; }
#define CmiNodeSize(node) ((void)(node), _Cmi_mynodesize)
#define CmiInCommThread() (0)
int CmiStopFlag(void);

/* ---- Memory of messages. Thread safety: any PE; a message allocated on one may be freed on another. */
/* A message of `size` bytes with one owner, its header all zeros. Errors: CmiAbort when memory is out, or for a negative size. */
void* CmiAlloc(int size);
/* One owner less; the last frees it. NULL is nothing to do. */
void CmiFree(void* msg);
void CmiReference(void* msg);
int CmiGetReference(void* msg);
/* The size that CmiAlloc() was asked for. */
int CmiSize(void* msg);
void CmiInitMsgHeader(void* msg, int size);
char* CmiCopyMsg(char* msg, int len);
#define CmiSvAlloc CmiAlloc
#define CmiRdmaAlloc CmiAlloc
#define CmiRdmaFree CmiFree
#define CmiTmpAlloc(size) malloc(size)
#define CmiTmpFree(ptr) free(ptr)
#define CmiMemcpy(dest, src, size) memcpy((dest), (src), (size))
void* CmiAlignedAlloc(size_t alignment, size_t size);
#define CmiAlignedFree(ptr) free(ptr)
void* CmiMallocAligned(const size_t size, const unsigned int alignment);
void CmiFreeAligned(void* ptr);
void* malloc_nomigrate(size_t size);
void free_nomigrate(void* ptr);

/* What stands before a message. Read only: use CmiReference() and CmiFree(). */
struct CmiChunkHeader {
  void* reserved0;
  size_t bytes;
  unsigned int owners;
  unsigned int reserved1;
  CmiUInt8 reserved2;
#ifdef __cplusplus
  int getRef() const { return (int)__atomic_load_n(&owners, __ATOMIC_ACQUIRE); }
#endif
};
#ifndef __cplusplus
typedef struct CmiChunkHeader CmiChunkHeader;
#endif
#define BLKSTART(m) ((CmiChunkHeader*)(((intptr_t)(m)) - sizeof(CmiChunkHeader)))
#define SIZEFIELD(m) ((int)(BLKSTART(m))->bytes)
#define REFFIELD(m) CmiGetReference(m)

/* ---- Locks of a node. They suspend the PE, so that its core serves others; one PE may unlock what another has locked.
 * Not recursive. May be made and used by any thread, and before ConverseInit(). */
typedef struct CmiNodeLockStruct* CmiNodeLock;
typedef CmiNodeLock CmiImmediateLockType;
CmiNodeLock CmiCreateLock(void);
void CmiDestroyLock(CmiNodeLock lock);
void CmiLock(CmiNodeLock lock);
void CmiUnlock(CmiNodeLock lock);
/* 0: taken. */
int CmiTryLock(CmiNodeLock lock);
void CmiMemLock(void);
void CmiMemUnlock(void);
extern CmiNodeLock _smp_mutex, CmiMemLock_lock;
#define CmiCreateImmediateLock() CmiCreateLock()
#define CmiImmediateLock(lock) CmiLock((lock))
#define CmiImmediateUnlock(lock) CmiUnlock((lock))
#define CmiCheckImmediateLock(ignored) (0)
#define CmiClearImmediateFlag()

/* ---- Barriers: of the PEs of a node; of all PEs. Messages wait meanwhile. */
void CmiNodeBarrier(void);
void CmiNodeAllBarrier(void);
int CmiBarrier(void);
int CmiBarrierZero(void);

/* ---- Output. Thread safety: any thread. */
int CmiPrintf(const char* format, ...) __attribute__((format(printf, 1, 2)));
int CmiError(const char* format, ...) __attribute__((format(printf, 1, 2)));
int CmiScanf(const char* format, ...) __attribute__((format(scanf, 1, 2)));
/* Ends the job with a message that names the PE and says why. */
CMK_NORETURN void CmiAbort(const char* format, ...) __attribute__((format(printf, 1, 2)));
CMK_NORETURN void CmiOutOfMemory(int nBytes);

void __CmiEnforceHelper(const char* expr, const char* fileName, const char* lineNum);
void __CmiEnforceMsgHelper(const char* expr, const char* fileName, const char* lineNum, const char* msg, ...)
    __attribute__((format(printf, 4, 5)));
#define __CMK_STRING(x) #x
#define __CMK_XSTRING(x) __CMK_STRING(x)
#define CmiEnforce(expr) \
  ((void)(CMI_LIKELY(expr) ? 0 : (__CmiEnforceHelper(__CMK_STRING(expr), __FILE__, __CMK_XSTRING(__LINE__)), 0)))
#define CmiEnforceMsg(expr, ...) \
  ((void)(CMI_LIKELY(expr)       \
              ? 0                \
              : (__CmiEnforceMsgHelper(__CMK_STRING(expr), __FILE__, __CMK_XSTRING(__LINE__), __VA_ARGS__), 0)))
#if CMK_OPTIMIZE
#define CmiAssert(expr) ((void)0)
#define CmiAssertMsg(expr, ...) ((void)0)
#else
#define CmiAssert(expr) CmiEnforce(expr)
#define CmiAssertMsg(expr, ...) CmiEnforceMsg(expr, __VA_ARGS__)
#endif
#define _MEMCHECK(p)                               \
  do {                                             \
    if (CMI_UNLIKELY((p) == 0)) CmiOutOfMemory(-1); \
  } while (0)

#ifdef __cplusplus
}
#endif

#endif /* CONV_MACHINE_H */
