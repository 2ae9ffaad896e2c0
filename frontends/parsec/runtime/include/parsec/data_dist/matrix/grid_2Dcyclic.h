/* A grid of processes over which rows and columns of tiles are dealt out in turn. */
#ifndef __GRID_2DCYCLIC_H__
#define __GRID_2DCYCLIC_H__

#include "parsec/parsec_config.h"

BEGIN_C_DECLS

/* Ranks go along the rows of the grid: 0 1 2 3 / 4 5 6 7 is 2 x 4. */
typedef struct parsec_grid_2Dcyclic {
    int rank;  /* Of this process. */
    int rows;  /* P */
    int cols;  /* Q */
    int ip;    /* The row of processes that has the first row of tiles. */
    int jq;    /* The column of processes that has the first column of tiles. */
    int krows; /* So many rows of tiles in a run stay with a process; */
    int kcols; /* and so many columns. */
    int crank; /* Column of this process, counted from jq; */
    int rrank; /* its row, counted from ip. */
    int rloc;  /* Not used here. */
    int cloc;  /* Not used here. */
    int vp_p;  /* Virtual processes: 1 x 1. */
    int vp_q;
} parsec_grid_2Dcyclic_t;

/* Fills a grid of P x Q processes for the process `rank`.
 * Contexts: any thread.  Errors: P, Q, kp or kq below 1 abort, with the values; ip and jq are taken modulo P and Q. */
PARSEC_DECLSPEC void parsec_grid_2Dcyclic_init(parsec_grid_2Dcyclic_t *grid, int rank, int P, int Q, int kp, int kq, int ip, int jq);

#include "parsec/data_dist/matrix/deprecated/grid_2Dcyclic.h"

END_C_DECLS

#endif /* __GRID_2DCYCLIC_H__ */
