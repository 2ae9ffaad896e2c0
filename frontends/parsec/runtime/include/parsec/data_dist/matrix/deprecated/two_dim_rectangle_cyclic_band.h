/* Names of matrices with a band before PaRSEC 4; the compiler says what to use instead. Part of two_dim_rectangle_cyclic_band.h. */
#ifndef __TWO_DIM_RECTANGLE_CYCLIC_BAND_H__
#error "include parsec/data_dist/matrix/two_dim_rectangle_cyclic_band.h"
#endif

typedef parsec_matrix_block_cyclic_band_t two_dim_block_cyclic_band_t __parsec_attribute_deprecated__("Use parsec_matrix_block_cyclic_band_t");
__parsec_attribute_deprecated__("Use parsec_matrix_block_cyclic_band_init")
static inline void two_dim_block_cyclic_band_init(parsec_matrix_block_cyclic_band_t *desc, int nodes, int myrank, int band_size)
{
    parsec_matrix_block_cyclic_band_init(desc, nodes, myrank, band_size);
}
