/* Matrices whose tiles are dealt out over a grid of processes (two-dimensional block cyclic). */
#ifndef __TWO_DIM_RECTANGLE_CYCLIC_H__
#define __TWO_DIM_RECTANGLE_CYCLIC_H__

#include "parsec/data_dist/matrix/grid_2Dcyclic.h"
#include "parsec/data_dist/matrix/matrix.h"

BEGIN_C_DECLS

typedef struct parsec_matrix_block_cyclic {
    parsec_tiled_matrix_t super;
    parsec_grid_2Dcyclic_t grid;
    void *mat;     /* The tiles of this process; set by the program before the first data_of. */
    int nb_elem_r; /* Rows of tiles of this process, */
    int nb_elem_c; /* and columns. */
} parsec_matrix_block_cyclic_t;

/* A matrix of lm x ln elements in tiles of mb x nb, of which the m x n from (i, j) are worked on, over P x Q processes. Runs of kp
 * rows and kq columns of tiles stay together: 1 and 2 on 1 x 4 processes is 0 0 1 1 2 2 3 3. The first tile is on process (ip, jq).
 * LAPACK storage: llm is lm, and so are the elements between columns; use the function below where a process stores less.
 * Contexts: any thread, after MPI is started.  Errors: values that make no sense abort, with the values. */
PARSEC_DECLSPEC void parsec_matrix_block_cyclic_init(parsec_matrix_block_cyclic_t *twoDBCdesc, parsec_matrix_type_t mtype,
                                                     parsec_matrix_storage_t storage, int myrank, int mb, int nb, int lm, int ln,
                                                     int i, int j, int m, int n, int p, int q, int kp, int kq, int ip, int jq);
/* The same for ScaLAPACK's local matrices of mloc x nloc elements; storage must be PARSEC_MATRIX_LAPACK. */
PARSEC_DECLSPEC void parsec_matrix_block_cyclic_lapack_init(parsec_matrix_block_cyclic_t *twoDBCdesc, parsec_matrix_type_t mtype,
                                                            parsec_matrix_storage_t storage, int myrank, int mb, int nb, int lm,
                                                            int ln, int i, int j, int m, int n, int p, int q, int kp, int kq, int ip,
                                                            int jq, int mloc, int nloc);

/* Another order of the rows and columns of tiles of `origin`, whose memory and data it shares: kp rows and kq columns of one process
 * follow one another while there are so many. On 2 rows of processes with kp = 2 six rows come as 0 2 1 3 4 5. `origin` must have kp =
 * kq = 1, and is what parsec_tiled_matrix_destroy() ends. Keys are those of the order of the view. */
PARSEC_DECLSPEC void parsec_matrix_block_cyclic_kview(parsec_matrix_block_cyclic_t *target, parsec_matrix_block_cyclic_t *origin,
                                                      int kp, int kq);

#include "parsec/data_dist/matrix/deprecated/two_dim_rectangle_cyclic.h"

END_C_DECLS

#endif /* __TWO_DIM_RECTANGLE_CYCLIC_H__ */
