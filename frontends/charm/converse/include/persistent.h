/* Persistent channels: for the same way again and again.
 *
 * A message inside of a process is handed over by its pointer, and one to another process travels
 * in pooled buffers, so there is nothing to set up: a channel remembers whom it leads to, and how
 * long its messages may be. */
#ifndef PERSISTENT_H
#define PERSISTENT_H

#include "conv-header.h"
#include "conv-storage.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PERSIST_BUFFERS_NUM 4

typedef void* PersistentHandle;
/* What a receiver tells its sender. Plain bytes, to be sent in a message. */
typedef struct {
  int pe;
  int maxBytes;
  void** bufPtr;
  PersistentHandle myHand;
} PersistentReq;

void CmiPersistentInit(void);
/* A channel to a PE, or to whichever PE of a node comes first. Errors: CmiAbort where there is no
 * such one, or maxBytes < 0. */
PersistentHandle CmiCreatePersistent(int destPE, int maxBytes);
PersistentHandle CmiCreateNodePersistent(int destNode, int maxBytes);
/* The receiver begins: it sends what this returns to the sender, who makes the channel of it. */
PersistentReq CmiCreateReceiverPersistent(int maxBytes);
PersistentHandle CmiRegisterReceivePersistent(PersistentReq req);

/* Sends a message on the channel; gives it away. Errors: CmiAbort where it is longer than the
 * channel's. */
void CmiSendPersistentMsg(PersistentHandle h, int messageSize, void* msg);
/* The following CmiSyncSendAndFree() of this PE use these `n` channels one after the other; p ==
 * NULL: no more. */
void CmiUsePersistentHandle(PersistentHandle* p, int n);
/* Goes on to the next of them. */
void CmiPersistentOneSend(void);

/* Ends a channel; all channels that this PE has made. */
void CmiDestroyPersistent(PersistentHandle h);
void CmiDestroyAllPersistent(void);

CpvExtern(PersistentHandle*, phs);
CpvExtern(int, phsSize);
CpvExtern(int, curphs);

#ifdef __cplusplus
}
#endif

#endif /* PERSISTENT_H */
