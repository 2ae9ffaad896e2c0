/* Charm++'s names below chares: who and where, messages, registration, sends by number.
 *
 * Generated code and libraries use these; programs use proxies. Unless it says otherwise a function may be called by any entry
 * method and any thread of a PE, does not block, and aborts naming what was wrong. */
#ifndef CHARM_H
#define CHARM_H

#include <sys/types.h>

#include "converse.h"
#include "conv-rdma.h"
#include "pup.h"

PUPbytes(CmiGroup)

typedef unsigned char UChar;
typedef unsigned short UShort;
typedef unsigned int UInt;

#define CK_QUEUEING_FIFO CQS_QUEUEING_FIFO
#define CK_QUEUEING_LIFO CQS_QUEUEING_LIFO
#define CK_QUEUEING_IFIFO CQS_QUEUEING_IFIFO
#define CK_QUEUEING_ILIFO CQS_QUEUEING_ILIFO
#define CK_QUEUEING_BFIFO CQS_QUEUEING_BFIFO
#define CK_QUEUEING_BLIFO CQS_QUEUEING_BLIFO
#define CK_QUEUEING_LFIFO CQS_QUEUEING_LFIFO
#define CK_QUEUEING_LLIFO CQS_QUEUEING_LLIFO

#define CkTimer CmiTimer
#define CkWallTimer CmiWallTimer
#define CkCpuTimer CmiCpuTimer
#define CkMyPe CmiMyPe
#define CkMyRank CmiMyRank
#define CkMyNode CmiMyNode
#define CkNumPes CmiNumPes
#define CkNumNodes CmiNumNodes
#define CkNumPhysicalNodes CmiNumPhysicalNodes
#define CkNodeFirst CmiNodeFirst
#define CkNodeSize CmiNodeSize
#define CkMyNodeSize CmiMyNodeSize
#define CkNodeOf CmiNodeOf
#define CkRankOf CmiRankOf
#define CkScanf CmiScanf
#define CkError CmiError
#define CkAbort CmiAbort
#define CkAssert CmiAssert
#define CkAssertMsg CmiAssertMsg
#define CkEnforce CmiEnforce
#define CkEnforceMsg CmiEnforceMsg

/* To stdout of the job; ++quiet, which silences the runtime and CmiPrintf, does not silence it. */
void CkPrintf(const char* format, ...) __attribute__((format(printf, 1, 2)));
/* Ends the job with `code` from wherever it is called, with work still queued. Does not return. */
CMK_NORETURN void CkExit(int code = 0);
#define realCkExit CkExit
/* A function that CkExit() calls on PE 0 first, the last one registered first; each calls CkContinueExit() when it is done. */
typedef void (*CkExitFn)(void);
void registerExitFn(CkExitFn fn);
void CkContinueExit(void);
/* The program's arguments, without those that the runtime took. */
char** CkGetArgv(void);
int CkGetArgc(void);

#define CK_PE_ALL CLD_BROADCAST_ALL
#define CK_PE_ALL_BUT_ME CLD_BROADCAST
#define CK_PE_ANY CLD_ANYWHERE

typedef int CMK_REFNUM_TYPE;

class CkEntryOptions;
class CkCallback;
struct envelope;

struct GroupDepNum {
  int groupDepNum;
  explicit GroupDepNum(int g = 0) : groupDepNum(g) {}
  operator int() const { return groupDepNum; }
};

/* ---- Messages. A message's address is its user's part; the envelope stands before it. ----
 * Who sends a message gives it away; an entry method owns what it gets, unless it is [nokeep]. */
/* The message of an entry method without parameters. */
void* CkAllocSysMsg(const CkEntryOptions* opts = nullptr);
void CkFreeSysMsg(void* msg);
void* CkAllocMsg(int msgIdx, int msgBytes, int prioBits, GroupDepNum groupDepNum = GroupDepNum());
/* Memory for a message with the properties of `msg`: for pack() and unpack() of users. */
void* CkAllocBuffer(void* msg, int bytes);
void CkFreeMsg(void* msg);
/* A copy. `*pMsg` may have moved afterwards. */
void* CkCopyMsg(void** pMsg);
void* CkReferenceMsg(void* msg);
void CkSetQueueing(void* msg, int strategy);
/* Where the priority stands: as many bits as the message was allocated with. */
void* CkPriorityPtr(void* msg);
void CkSetRefNum(void* msg, CMK_REFNUM_TYPE ref);
CMK_REFNUM_TYPE CkGetRefNum(void* msg);
int CkGetSrcPe(void* msg);
int CkGetSrcNode(void* msg);
/* Packs or unpacks a message with its envelope. */
void CkPupMessage(PUP::er& p, void** atMsg, int pack_mode = 1);

/* ---- Registration (register.h has the tables) ---- */
typedef void* (*CkPackFnPtr)(void* msg);
typedef void* (*CkUnpackFnPtr)(void* buf);
typedef void (*CkDeallocFnPtr)(void* msg);
typedef void (*CkCallFnPtr)(void* msg, void* obj);
typedef void (*CkPupReadonlyFnPtr)(void* pup_er);
typedef int (*CkMarshallUnpackFn)(char* marshall_buf, void* object);
typedef void (*CkMessagePupFn)(PUP::er& p, void* userMessage);
typedef void (*CkInitCallFnPtr)(void);

#define CK_EP_NOKEEP (1 << 2)       /* the runtime frees the message after the call */
#define CK_EP_INTRINSIC (1 << 3)    /* the runtime's own */
#define CK_EP_TRACEDISABLE (1 << 4)
#define CK_EP_MEMCRITICAL (1 << 5)
#define CK_EP_APPWORK (1 << 6)
#define CK_EP_IMMEDIATE (1 << 7)
#define CK_EP_INLINE (1 << 8)
#define CK_EP_THREADED (1 << 9)     /* runs in a thread of its own, made by the runtime */
#define CK_EP_EXPEDITED (1 << 10)   /* skips the PE's queue */
#define CK_EP_EXCLUSIVE (1 << 11)   /* of a nodegroup: never beside another exclusive one of the same branch */
#define CK_EP_LB_NOTRACE (1 << 12)

typedef enum { TypeInvalid = 0, TypeChare, TypeMainChare, TypeGroup, TypeNodeGroup, TypeArray } ChareType;
typedef enum {
  CkArray_IfNotThere_buffer = 0,
  CkArray_IfNotThere_createhere = 1,
  CkArray_IfNotThere_createhome = 2
} CkArray_IfNotThere;

int CkRegisterMsg(const char* name, CkPackFnPtr pack, CkUnpackFnPtr unpack, CkDeallocFnPtr dealloc, size_t size);
int CkRegisterEp(const char* name, CkCallFnPtr call, int msgIdx, int chareIdx, int flags);
/* The stack size of a [threaded] entry method, in bytes; 0: the default. */
void CkRegisterThreaded(int epIdx, size_t stackSize);
int CkRegisterChare(const char* name, size_t dataSz, ChareType chareType);
void CkRegisterArrayDimensions(int chareIndex, int ndims);
void CkRegisterChareInCharm(int chareIndex);
int CkRegisterMainChare(int chareIndex, int epIndex);
void CkRegisterDefaultCtor(int chareIndex, int ctorEpIndex);
void CkRegisterMigCtor(int chareIndex, int ctorEpIndex);
void CkRegisterGroupIrr(int chareIndex, int isIrr);
void CkRegisterBase(int derivedIdx, int baseIdx);
void CkRegisterIfNotThere(int epIdx, CkArray_IfNotThere policy);
void CkRegisterReadonly(const char* name, const char* type, size_t size, void* ptr, CkPupReadonlyFnPtr pup_fn);
void CkRegisterReadonlyMsg(const char* name, const char* type, void** pMsg);
void CkRegisterMarshallUnpackFn(int epIndex, CkMarshallUnpackFn m);
CkMarshallUnpackFn CkLookupMarshallUnpackFn(int epIndex);
void CkRegisterMessagePupFn(int epIndex, CkMessagePupFn m);
/* initnode (isNodeCall: once in each process) and initproc (on each PE) functions. */
void _registerInitCall(CkInitCallFnPtr fn, int isNodeCall);
int CkGetChareIdx(const char* name);
int CkMessageToEpIdx(void* msg);
int CkDisableTracing(int epIdx);
void CkEnableTracing(int epIdx);
void CkPrintEntryMethod(int epIdx);
/* As the functions of conv-trace.h. */
int CkTraceRegisterUserEvent(char* name, int event);
void CkTraceBeginUserBracketEvent(int event);
void CkTraceEndUserBracketEvent(int event);
void CkPrintChareName(int chareIdx);

/* ---- Identities ---- */
typedef struct {
  int onPE;
  void* objPtr;
} CkChareID;

typedef struct _ckGroupID {
  int idx;
  void pup(PUP::er& p) { p | idx; }
  bool isZero() const { return idx == 0; }
  void setZero() { idx = 0; }
  int operator==(const struct _ckGroupID& other) const { return other.idx == idx; }
  int operator!=(const struct _ckGroupID& other) const { return other.idx != idx; }
  int operator<(const struct _ckGroupID& other) const { return idx < other.idx; }
} CkGroupID;
typedef CkGroupID CkNodeGroupID;

/* ---- Creation and sends by number. `opts`: CK_MSG_* ---- */
#define CK_MSG_INLINE 0x1     /* call at once where the object is here */
#define CK_MSG_IMMEDIATE 0x2
#define CK_MSG_EXPEDITED 0x4  /* skips the queue */
#define CK_MSG_LB_NOTRACE 0x8 /* not counted by load balancers */

/* `vid`: nullptr, or where the new chare's identity goes. */
void CkCreateChare(int chareIdx, int constructorIdx, void* msg, CkChareID* vid, int destPE);
CkGroupID CkCreateGroup(int chareIdx, int constructorIdx, void* msg);
CkGroupID CkCreateNodeGroup(int chareIdx, int constructorIdx, void* msg);
void CkSendMsg(int entryIndex, void* msg, const CkChareID* chare, int opts = 0);
void CkSendMsgInline(int entryIndex, void* msg, const CkChareID* chare, int opts = 0);
void CkSendMsgBranch(int eIdx, void* msg, int destPE, CkGroupID gID, int opts = 0);
void CkSendMsgBranchInline(int eIdx, void* msg, int destPE, CkGroupID gID, int opts = 0);
void CkSendMsgBranchMulti(int eIdx, void* msg, CkGroupID gID, int npes, const int* pes, int opts = 0);
void CkSendMsgNodeBranch(int eIdx, void* msg, int destNode, CkGroupID gID, int opts = 0);
void CkSendMsgNodeBranchInline(int eIdx, void* msg, int destNode, CkGroupID gID, int opts = 0);
void CkSendMsgNodeBranchMulti(int eIdx, void* msg, CkGroupID gID, int npes, const int* nodes, int opts = 0);
void CkBroadcastWithinNode(int eIdx, void* msg, CkGroupID gID, int opts = 0);
void CkBroadcastMsgBranch(int eIdx, void* msg, CkGroupID gID, int opts = 0);
void CkBroadcastMsgNodeBranch(int eIdx, void* msg, CkGroupID gID, int opts = 0);
/* For delegation managers: the message is ready to be sent on; CkChareMsgPrep returns the PE. */
int CkChareMsgPrep(int eIdx, void* msg, const CkChareID* pCid);
void CkGroupMsgPrep(int eIdx, void* msg, CkGroupID gID);
void CkNodeGroupMsgPrep(int eIdx, void* msg, CkGroupID gID);
/* Calls an entry method of a local object now. Free: with the message; Readonly: the caller keeps it. */
void CkDeliverMessageFree(int epIdx, void* msg, void* object);
void CkDeliverMessageReadonly(int epIdx, const void* msg, void* object);
/* Local objects, or nullptr. */
void* CkLocalBranch(CkGroupID gID);
void* CkLocalBranchOther(CkGroupID gID, int rank);
void* CkLocalNodeBranch(CkGroupID gID);
void* CkLocalChare(const CkChareID* chare);

/* ---- Quiescence: no messages under way and none waiting in a queue, on all PEs ---- */
void CkStartQD(int eIdx, const CkChareID* chare);
void CkStartQD(const CkCallback& cb);
/* Blocks the calling thread, which must be a [threaded] method's. */
void CkWaitQD(void);
#define CkExitAfterQuiescence() CkStartQD(CkCallback(CkCallback::ckExit))

/* ---- Threads ---- */
/* Entry methods that run on the PE while it is idle. */
void CkCallWhenIdle(int epIdx, void* obj);

/* Futures: ckfutures.h has what users call. */
typedef CMK_REFNUM_TYPE CkFutureID;
typedef struct _ckFuture {
  CkFutureID id;
  int pe;
  void pup(PUP::er& p) { p | id, p | pe; }
  bool operator==(const _ckFuture& other) const { return id == other.id && pe == other.pe; }
} CkFuture;
typedef struct _ckSemaID {
  int pe;
  int idx;
  void pup(PUP::er& p) { p | pe, p | idx; }
} CkSemaID;
CkSemaID CkSemaCreate(void);
void* CkSemaWait(CkSemaID id);
void CkSemaWaitN(CkSemaID id, int n, void* marray[]);
void CkSemaSignal(CkSemaID id, void* m);
void CkSemaDestroy(CkSemaID id);

#define CK_ALIGN(val, to) (((val) + (to)-1) & ~((to)-1))
#ifndef UNUSED
#define UNUSED __attribute__((unused))
#endif

class CkNoncopyable {
 public:
  CkNoncopyable(const CkNoncopyable&) = delete;
  CkNoncopyable& operator=(const CkNoncopyable&) = delete;

 protected:
  CkNoncopyable() = default;
  ~CkNoncopyable() = default;
};

#endif /* CHARM_H */
