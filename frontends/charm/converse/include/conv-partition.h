/* Partitions: a job is one here. */
#ifndef CONV_PARTITION_H
#define CONV_PARTITION_H

#include "conv-header.h"
#include "conv-machine.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CmiNumPartitions() (1)
#define CmiMyPartition() (0)
#define CmiPartitionSize(part) ((void)(part), CmiNumPes())
#define CmiMyPartitionSize() CmiNumPes()
#define CmiNumNodesGlobal() CmiNumNodes()
#define CmiMyNodeGlobal() CmiMyNode()
#define CmiNumPesGlobal() CmiNumPes()
#define CmiMyPeGlobal() CmiMyPe()
#define node_lToGTranslate(node, partition) ((void)(partition), (node))
#define pe_lToGTranslate(pe, partition) ((void)(partition), (pe))
#define node_gToLTranslate(node) (node)
#define pe_gToLTranslate(pe) (pe)
#define CmiGetPeGlobal(pe, part) pe_lToGTranslate(pe, part)
#define CmiGetNodeGlobal(node, part) node_lToGTranslate(node, part)
#define CmiGetPeLocal(pe) pe_gToLTranslate(pe)
#define CmiGetNodeLocal(node) node_gToLTranslate(node)

/* As without Inter. Errors: CmiAbort for another partition than 0. */
void CmiInterSyncSendFn(int pe, int partition, int size, char* msg);
void CmiInterFreeSendFn(int pe, int partition, int size, char* msg);
void CmiInterSyncNodeSendFn(int node, int partition, int size, char* msg);
void CmiInterFreeNodeSendFn(int node, int partition, int size, char* msg);
#define CmiInterSyncSend(pe, p, s, m) CmiInterSyncSendFn((pe), (p), (s), (char*)(m))
#define CmiInterSyncSendAndFree(pe, p, s, m) CmiInterFreeSendFn((pe), (p), (s), (char*)(m))
#define CmiInterSyncNodeSend(n, p, s, m) CmiInterSyncNodeSendFn((n), (p), (s), (char*)(m))
#define CmiInterSyncNodeSendAndFree(n, p, s, m) CmiInterFreeNodeSendFn((n), (p), (s), (char*)(m))

#ifdef __cplusplus
}
#endif

#endif /* CONV_PARTITION_H */
