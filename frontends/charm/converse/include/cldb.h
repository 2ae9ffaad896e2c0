/* Seeds: messages that may run anywhere. A message says by its info function how long it is, its
 * priority, and how it is packed.
 *
 * The message's handler is kept in its second handler field (CmiSetXHandler), its info function in
 * CmiSetInfo, on the way. */
#ifndef CLDB_H
#define CLDB_H

#include "conv-header.h"
#include "conv-send.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CLD_ANYWHERE (-1)
#define CLD_BROADCAST (-2)
#define CLD_BROADCAST_ALL (-3)

/* *(void**)msg is the message: it may be replaced by a packed one. Called before a message leaves
 * the node. */
typedef void (*CldPackFn)(void* msg);
typedef void (*CldInfoFn)(void* msg, CldPackFn* packer, int* len, int* queueing, int* priobits,
                          unsigned int** prioptr);
typedef int (*CldEstimator)(void);

/* Numbers for these functions; every PE shall register the same ones in the same order. */
int CldRegisterInfoFn(CldInfoFn fn);
int CldRegisterPackFn(CldPackFn fn);
/* What CldEstimate() asks on this PE; without one it answers how many messages wait in the PE's
 * queue. */
void CldRegisterEstimator(CldEstimator fn);
int CldEstimate(void);
const char* CldGetStrategy(void);

/* Each gives the message away; it runs in the order of its priority. Errors: CmiAbort for a PE or
 * node that there is not. CLD_ANYWHERE: whichever PE of a node comes first; the node is a random
 * one. */
void CldEnqueue(int pe, void* msg, int infofn);
void CldEnqueueMulti(int npes, const int* pes, void* msg, int infofn);
void CldEnqueueGroup(CmiGroup grp, void* msg, int infofn);
/* To whichever PE of the node comes first; CLD_ANYWHERE, CLD_BROADCAST and CLD_BROADCAST_ALL are
 * about nodes. */
void CldNodeEnqueue(int node, void* msg, int infofn);
/* To every PE of this node. */
void CldEnqueueWithinNode(void* msg, int infofn);

/* Sets the handler, and keeps the one that it had; the reverse. */
void CldSwitchHandler(char* msg, int handler);
void CldRestoreHandler(char* msg);
void CldModuleGeneralInit(char** argv);

#ifdef __cplusplus
}
#endif

#endif /* CLDB_H */
