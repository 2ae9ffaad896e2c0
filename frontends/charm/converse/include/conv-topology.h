/* Physical nodes: hosts, each with one or several processes; and cores. Known when the start
 * function is called. */
#ifndef CONV_TOPOLOGY_H
#define CONV_TOPOLOGY_H

#include "conv-header.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Hosts are numbered in the order of their first PEs. Where there are several, the first call waits
 * for the other processes to say where they are. Errors: CmiAbort for a PE or host that there is
 * not. */
int CmiNumPhysicalNodes(void);
int CmiPhysicalNodeID(int pe);
/* Which of its host's PEs it is. */
int CmiPhysicalRank(int pe);
int CmiPeOnSamePhysicalNode(int pe1, int pe2);
int CmiNumPesOnPhysicalNode(int node);
int CmiGetFirstPeOnPhysicalNode(int node);
/* The list is the library's. */
void CmiGetPesOnPhysicalNode(int node, int** pelist, int* num);
/* Whether physical nodes are known: always. */
int CmiCpuTopologyEnabled(void);
/* Raises CcdTOPOLOGY_AVAIL; all that it would find out is known already. */
void CmiInitCPUTopology(char** argv);

typedef struct {
  int num_pus;
  int num_cores;
  int num_sockets;
  int total_num_pus;
} CmiHwlocTopology;
/* What of this host the process may use; total_num_pus is the whole host. Set when the start
 * function is called. */
extern CmiHwlocTopology CmiHwlocTopologyLocal;
void CmiInitHwlocTopology(void);
/* Hardware threads of the host that are online. */
int CmiNumCores(void);

/* Where PEs run is for the options +pemap and +setcpuaffinity, and otherwise for the pool to say:
 * PEs are no threads. */
void CmiInitCPUAffinity(char** argv);
/* 0 where the caller runs on nothing but that core (Logical: the n-th that the process may use)
 * already, else -1: it stays where it is. */
int CmiSetCPUAffinity(int core);
int CmiSetCPUAffinityLogical(int core);
/* Prints which cores the caller may run on now. */
int CmiPrintCPUAffinity(void);
/* The core that the caller runs on now. */
int CmiOnCore(void);

#ifdef __cplusplus
}
#endif

#endif /* CONV_TOPOLOGY_H */
