/* Symmetric matrices of which only the tiles of one triangle are stored, dealt out over a grid of processes. */
#ifndef __SYM_TWO_DIM_RECTANGLE_CYCLIC_H__
#define __SYM_TWO_DIM_RECTANGLE_CYCLIC_H__

#include "parsec/data_dist/matrix/grid_2Dcyclic.h"
#include "parsec/data_dist/matrix/matrix.h"

BEGIN_C_DECLS

typedef struct parsec_matrix_sym_block_cyclic {
    parsec_tiled_matrix_t super;
    parsec_grid_2Dcyclic_t grid;
    void *mat; /* The tiles of this process, one column's after the other; set by the program before the first data_of. */
    parsec_matrix_uplo_t uplo;
} parsec_matrix_sym_block_cyclic_t;

/* As parsec_matrix_block_cyclic_init() with tile storage; tiles of the other triangle than uplo have the rank UINT32_MAX. */
PARSEC_DECLSPEC void parsec_matrix_sym_block_cyclic_init(parsec_matrix_sym_block_cyclic_t *dc, parsec_matrix_type_t mtype, int myrank,
                                                         int mb, int nb, int lm, int ln, int i, int j, int m, int n, int P, int Q,
                                                         parsec_matrix_uplo_t uplo);

#include "parsec/data_dist/matrix/deprecated/sym_two_dim_rectangle_cyclic.h"

END_C_DECLS

#endif /* __SYM_TWO_DIM_RECTANGLE_CYCLIC_H__ */
