/* Symmetric matrices of which the tiles near the diagonal have a distribution of their own. */
#ifndef __SYM_TWO_DIM_RECTANGLE_CYCLIC_BAND_H__
#define __SYM_TWO_DIM_RECTANGLE_CYCLIC_BAND_H__

#include <assert.h>

#include "parsec/data.h"
#include "parsec/data_dist/matrix/matrix.h"
#include "parsec/data_dist/matrix/sym_two_dim_rectangle_cyclic.h"
#include "parsec/data_dist/matrix/two_dim_rectangle_cyclic.h"
#include "parsec/runtime.h"

BEGIN_C_DECLS

/* Tile (m, n) with |m - n| < band_size is tile (|m - n|, n) of `band`, which has band_size rows of tiles; others are in off_band. */
typedef struct parsec_matrix_sym_block_cyclic_band_s {
    parsec_tiled_matrix_t super;
    parsec_matrix_block_cyclic_t band;
    parsec_matrix_sym_block_cyclic_t off_band;
    unsigned int band_size;
} parsec_matrix_sym_block_cyclic_band_t;

/* Once band and off_band are initialized; takes the sizes of off_band. All three are ended with parsec_tiled_matrix_destroy(). */
PARSEC_DECLSPEC void parsec_matrix_sym_block_cyclic_band_init(parsec_matrix_sym_block_cyclic_band_t *desc, int nodes, int myrank,
                                                              int band_size);

#include "parsec/data_dist/matrix/deprecated/sym_two_dim_rectangle_cyclic_band.h"

END_C_DECLS

#endif /* __SYM_TWO_DIM_RECTANGLE_CYCLIC_BAND_H__ */
