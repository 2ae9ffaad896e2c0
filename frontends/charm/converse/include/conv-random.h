/* Random numbers: a sequence of each PE, and streams of the program's own. The same seed gives the
 * same sequence. */
#ifndef CONV_RANDOM_H
#define CONV_RANDOM_H

#include "conv-header.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The PE's own sequence, seeded with its number at start. */
void CrnSrand(unsigned int seed);
/* 0 to 2^31 - 1. */
int CrnRand(void);
/* [0, 1) */
double CrnDrand(void);
/* [from, to], both ends. Errors: CmiAbort where from > to. */
int CrnRandRange(int from, int to);
/* [from, to) */
double CrnDrandRange(double from, double to);

/* A stream; the caller owns it. Thread safety: one user at a time, on any thread. */
typedef struct rngen_ {
  CmiUInt8 state;
  CmiUInt8 step;
} CrnStream;
/* `type` is 0, 1 or 2: different sequences for the same seed. Errors: CmiAbort for another. */
void CrnInitStream(CrnStream* stream, int seed, int type);
int CrnInt(CrnStream* stream);
double CrnDouble(CrnStream* stream);
float CrnFloat(CrnStream* stream);

#ifdef __cplusplus
}
#endif

#endif /* CONV_RANDOM_H */
