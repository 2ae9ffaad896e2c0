/* Sending messages: to one PE, to several, to nodes; reductions.
 *
 * Sync: the caller keeps its message, and may change it when the call returns. AndFree: the message is given away. Async is Sync
 * here. Each receiver owns what it gets. Messages from one PE to another arrive in order, broadcasts aside.
 * Errors: CmiAbort for a PE, node, size or group that does not exist. Blocking: while the network is full; other PEs go on. */
#ifndef CONV_SEND_H
#define CONV_SEND_H

#include "conv-header.h"
#include "conv-machine.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- To one PE. */
void CmiSyncSendFn(int pe, int size, char* msg);
void CmiFreeSendFn(int pe, int size, char* msg);
CmiCommHandle CmiAsyncSendFn(int pe, int size, char* msg);
int CmiAsyncMsgSent(CmiCommHandle handle);
void CmiReleaseCommHandle(CmiCommHandle handle);
#define CmiSyncSend(p, s, m) CmiSyncSendFn((p), (s), (char*)(m))
#define CmiSyncSendAndFree(p, s, m) CmiFreeSendFn((p), (s), (char*)(m))
#define CmiAsyncSend(p, s, m) CmiAsyncSendFn((p), (s), (char*)(m))
/* To a PE of this node; its header says how long it is. Given away. */
void CmiPushPE(int rank, void* msg);
/* To whichever PE of this node comes first. */
void CmiPushNode(void* msg);
/* `n` pieces as one message; AndFree frees the pieces, and the two arrays, too. */
void CmiSyncVectorSend(int pe, int n, int* sizes, char** pieces);
void CmiSyncVectorSendAndFree(int pe, int n, int* sizes, char** pieces);
CmiCommHandle CmiAsyncVectorSend(int pe, int n, int* sizes, char** pieces);
/* `n` messages. */
void CmiMultipleSend(unsigned int pe, int n, int* sizes, char** msgs);
void CmiMultipleIsend(unsigned int pe, int n, int* sizes, char** msgs);

/* ---- To a list of PEs. */
void CmiSyncListSendFn(int npes, const int* pes, int size, char* msg);
void CmiFreeListSendFn(int npes, const int* pes, int size, char* msg);
CmiCommHandle CmiAsyncListSendFn(int npes, const int* pes, int size, char* msg);
#define CmiSyncListSend(n, l, s, m) CmiSyncListSendFn((n), (l), (s), (char*)(m))
#define CmiSyncListSendAndFree(n, l, s, m) CmiFreeListSendFn((n), (l), (s), (char*)(m))
#define CmiAsyncListSend(n, l, s, m) CmiAsyncListSendFn((n), (l), (s), (char*)(m))

/* ---- To all PEs: All with the caller, else without. */
void CmiSyncBroadcastFn(int size, char* msg);
void CmiFreeBroadcastFn(int size, char* msg);
CmiCommHandle CmiAsyncBroadcastFn(int size, char* msg);
void CmiSyncBroadcastAllFn(int size, char* msg);
void CmiFreeBroadcastAllFn(int size, char* msg);
CmiCommHandle CmiAsyncBroadcastAllFn(int size, char* msg);
#define CmiSyncBroadcast(s, m) CmiSyncBroadcastFn((s), (char*)(m))
#define CmiSyncBroadcastAndFree(s, m) CmiFreeBroadcastFn((s), (char*)(m))
#define CmiAsyncBroadcast(s, m) CmiAsyncBroadcastFn((s), (char*)(m))
#define CmiSyncBroadcastAll(s, m) CmiSyncBroadcastAllFn((s), (char*)(m))
#define CmiSyncBroadcastAllAndFree(s, m) CmiFreeBroadcastAllFn((s), (char*)(m))
#define CmiAsyncBroadcastAll(s, m) CmiAsyncBroadcastAllFn((s), (char*)(m))
/* To all PEs of this node, with the caller. The caller keeps its message, which need not be of CmiAlloc(): see README.md. */
void CmiWithinNodeBroadcastFn(int size, char* msg);
#define CmiWithinNodeBroadcast(s, m) CmiWithinNodeBroadcastFn((s), (char*)(m))
/* The same without the caller. */
void CmiForwardMsgToPeers(int size, char* msg);

/* ---- To nodes: to whichever PE of the node comes first. */
void CmiSyncNodeSendFn(int node, int size, char* msg);
void CmiFreeNodeSendFn(int node, int size, char* msg);
CmiCommHandle CmiAsyncNodeSendFn(int node, int size, char* msg);
void CmiSyncNodeBroadcastFn(int size, char* msg);
void CmiFreeNodeBroadcastFn(int size, char* msg);
CmiCommHandle CmiAsyncNodeBroadcastFn(int size, char* msg);
void CmiSyncNodeBroadcastAllFn(int size, char* msg);
void CmiFreeNodeBroadcastAllFn(int size, char* msg);
CmiCommHandle CmiAsyncNodeBroadcastAllFn(int size, char* msg);
#define CmiSyncNodeSend(n, s, m) CmiSyncNodeSendFn((n), (s), (char*)(m))
#define CmiSyncNodeSendAndFree(n, s, m) CmiFreeNodeSendFn((n), (s), (char*)(m))
#define CmiAsyncNodeSend(n, s, m) CmiAsyncNodeSendFn((n), (s), (char*)(m))
#define CmiSyncNodeBroadcast(s, m) CmiSyncNodeBroadcastFn((s), (char*)(m))
#define CmiSyncNodeBroadcastAndFree(s, m) CmiFreeNodeBroadcastFn((s), (char*)(m))
#define CmiAsyncNodeBroadcast(s, m) CmiAsyncNodeBroadcastFn((s), (char*)(m))
#define CmiSyncNodeBroadcastAll(s, m) CmiSyncNodeBroadcastAllFn((s), (char*)(m))
#define CmiSyncNodeBroadcastAllAndFree(s, m) CmiFreeNodeBroadcastAllFn((s), (char*)(m))
#define CmiAsyncNodeBroadcastAll(s, m) CmiAsyncNodeBroadcastAllFn((s), (char*)(m))

/* ---- Groups of PEs. May be named in messages to other PEs. */
#define CMK_MULTICAST_GROUP_TYPE \
  struct {                       \
    unsigned pe, id;             \
  }
typedef CMK_MULTICAST_GROUP_TYPE CmiGroup;
CmiGroup CmiEstablishGroup(int npes, int* pes);
/* *npes is 0 where this node has not heard of it yet. */
void CmiLookupGroup(CmiGroup grp, int* npes, int** pes);
void CmiSyncMulticastFn(CmiGroup grp, int size, char* msg);
void CmiFreeMulticastFn(CmiGroup grp, int size, char* msg);
CmiCommHandle CmiAsyncMulticastFn(CmiGroup grp, int size, char* msg);
#define CmiSyncMulticast(g, s, m) CmiSyncMulticastFn((g), (s), (char*)(m))
#define CmiSyncMulticastAndFree(g, s, m) CmiFreeMulticastFn((g), (s), (char*)(m))
#define CmiAsyncMulticast(g, s, m) CmiAsyncMulticastFn((g), (s), (char*)(m))

/* ---- Reductions. Every PE (or node) contributes a message, which is given away; what is merged of all goes to its handler on PE 0
 * (or a PE of node 0). The nth call of each PE belongs together; any number may be under way. With an id, the calls with that id do. */
/* Merges `count` messages `remote` into `local`; returns the result, of *size bytes: `local`, or a new message. */
typedef void* (*CmiReduceMergeFn)(int* size, void* local, void** remote, int count);
typedef void (*CmiReducePupFn)(void* pup, void* data);
typedef void (*CmiReduceDeleteFn)(void* data);
typedef CmiUInt2 CmiReductionID;
void* CmiReduceMergeFn_random(int* size, void* local, void** remote, int count);
void CmiReduce(void* msg, int size, CmiReduceMergeFn merge);
void CmiReduceID(void* msg, int size, CmiReduceMergeFn merge, CmiReductionID id);
/* Of data that is packed for the way by `pup`; `dest` gets the merged data themselves, `del` frees what was merged. */
void CmiReduceStruct(void* data, CmiReducePupFn pup, CmiReduceMergeFn merge, CmiHandler dest, CmiReduceDeleteFn del);
void CmiReduceStructID(void* data, CmiReducePupFn pup, CmiReduceMergeFn merge, CmiHandler dest, CmiReduceDeleteFn del, CmiReductionID id);
void CmiNodeReduce(void* msg, int size, CmiReduceMergeFn merge);
void CmiNodeReduceID(void* msg, int size, CmiReduceMergeFn merge, CmiReductionID id);
void CmiNodeReduceStruct(void* data, CmiReducePupFn pup, CmiReduceMergeFn merge, CmiHandler dest, CmiReduceDeleteFn del);
void CmiNodeReduceStructID(void* data, CmiReducePupFn pup, CmiReduceMergeFn merge, CmiHandler dest, CmiReduceDeleteFn del,
                           CmiReductionID id);
/* Of the PEs of a list (the same on all of them) or group; the result goes to the first. */
void CmiListReduce(int npes, int* pes, void* msg, int size, CmiReduceMergeFn merge, CmiReductionID id);
void CmiListReduceStruct(int npes, int* pes, void* data, CmiReducePupFn pup, CmiReduceMergeFn merge, CmiHandler dest,
                         CmiReduceDeleteFn del, CmiReductionID id);
void CmiGroupReduce(CmiGroup grp, void* msg, int size, CmiReduceMergeFn merge, CmiReductionID id);
void CmiGroupReduceStruct(CmiGroup grp, void* data, CmiReducePupFn pup, CmiReduceMergeFn merge, CmiHandler dest,
                          CmiReduceDeleteFn del, CmiReductionID id);
/* Ids for the calls above: the next one of those that every PE takes in the same order; one of this PE's own. */
CmiReductionID CmiGetGlobalReduction(void);
CmiReductionID CmiGetDynamicReduction(void);
CmiReductionID CmiGetGlobalNodeReduction(void);
CmiReductionID CmiGetDynamicNodeReduction(void);
void CmiResetGlobalReduceSeqID(void);
void CmiResetGlobalNodeReduceSeqID(void);

/* ---- The tree that broadcasts and reductions follow: of nodes, and below the first PE of each its other PEs. */
#define CST_W (CMK_SPANTREE_MAXSPAN)
int CmiSpanTreeParent(int pe);
int CmiNumSpanTreeChildren(int pe);
void CmiSpanTreeChildren(int pe, int* children);
int CmiNodeSpanTreeParent(int node);
int CmiNumNodeSpanTreeChildren(int node);
void CmiNodeSpanTreeChildren(int node, int* children);

/* Looks after the network. */
void CmiNetworkProgress(void);
#define CmiNetworkProgressAfter(p) CmiNetworkProgress()
#define CmiProbeImmediateMsg CmiNetworkProgress
#define CmiMachineProgressImpl CmiNetworkProgress
#define CmiEnableUrgentSend(yn)
#define CmiBecomeImmediate(msg)
#define CmiResetImmediate(msg)
#define CmiIsImmediate(msg) (0)
#define CmiImmIsRunning() (0)

#ifdef __cplusplus
}
#endif

#endif /* CONV_SEND_H */
