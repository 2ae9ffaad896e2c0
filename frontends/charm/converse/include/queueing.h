/* Queues of messages by priority: the smaller first, stable; zero is the middle.
 *
 * A priority of `priobits` bits lies at `prioptr`: an int (I), an 8-byte integer (L) or a string of bits (B), which all
 * interleave. FIFO goes behind all messages of its priority, LIFO in front. */
#ifndef QUEUEING_H
#define QUEUEING_H

#include "conv-header.h"

#define CQS_QUEUEING_FIFO 2
#define CQS_QUEUEING_LIFO 3
#define CQS_QUEUEING_IFIFO 4
#define CQS_QUEUEING_ILIFO 5
#define CQS_QUEUEING_BFIFO 6
#define CQS_QUEUEING_BLIFO 7
#define CQS_QUEUEING_LFIFO 8
#define CQS_QUEUEING_LLIFO 9

#define CINTBITS ((unsigned int)(sizeof(int) * 8))
#define CLONGBITS ((unsigned int)(sizeof(CmiInt8) * 8))

#ifdef __cplusplus
extern "C" {
#endif

typedef struct CmiQueue* Queue;

/* Thread safety: a queue is used by one thread at a time, but for the node's queue, whose functions lock it themselves. */
Queue CqsCreate(void);
void CqsDelete(Queue q);
void CqsEnqueue(Queue q, void* msg);
void CqsEnqueueFifo(Queue q, void* msg);
void CqsEnqueueLifo(Queue q, void* msg);
/* Errors: CmiAbort for an unknown strategy. */
void CqsEnqueueGeneral(Queue q, void* msg, int strategy, int priobits, unsigned int* prioptr);
/* *msg is NULL where the queue is empty. */
void CqsDequeue(Queue q, void** msg);
unsigned int CqsLength(Queue q);
int CqsEmpty(Queue q);
/* A new array of all messages, in no order; CmiFree() it. */
void CqsEnumerateQueue(Queue q, void*** array);
void CqsRemoveSpecific(Queue q, const void* msg);

#ifdef __cplusplus
}
#endif

#endif /* QUEUEING_H */
