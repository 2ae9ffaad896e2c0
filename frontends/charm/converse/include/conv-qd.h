/* Quiescence: when all that the program counted as created has been counted as processed, on all
 * PEs. */
#ifndef CONV_QD_H
#define CONV_QD_H

#include "conv-conds.h"
#include "conv-storage.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ConvQdState* CQdState;
typedef CcdCondFn CQdCondFn;
/* The PE's counts. */
CpvExtern(CQdState, cQdState);

/* The program counts its messages: where it sends, and where it has handled them. */
void CQdCreate(CQdState state, CmiInt8 n);
void CQdProcess(CQdState state, CmiInt8 n);
CmiInt8 CQdGetCreated(CQdState state);
CmiInt8 CQdGetProcessed(CQdState state);
/* Calls fn(arg) on this PE when quiescence has been found next. */
void CQdRegisterCallback(CQdCondFn fn, void* arg);
/* The same, and starts looking for it. CcdQUIESCENCE is raised on all PEs when it is found. It may
 * be called again at any time, on any PE; who calls it during a search waits for that one's result,
 * or the next one's where that has been found already. */
void CmiStartQD(CQdCondFn fn, void* arg);
void CQdInit(void);
void CQdCpvInit(void);

#ifdef __cplusplus
}
#endif

#endif /* CONV_QD_H */
