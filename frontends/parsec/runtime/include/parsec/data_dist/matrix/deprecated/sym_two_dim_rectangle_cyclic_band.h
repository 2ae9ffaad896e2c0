/* Names of symmetric matrices with a band before PaRSEC 4; the compiler says what to use instead. Part of sym_two_dim_rectangle_cyclic_band.h. */
#ifndef __SYM_TWO_DIM_RECTANGLE_CYCLIC_BAND_H__
#error "include parsec/data_dist/matrix/sym_two_dim_rectangle_cyclic_band.h"
#endif

typedef parsec_matrix_sym_block_cyclic_band_t sym_two_dim_block_cyclic_band_t __parsec_attribute_deprecated__("Use parsec_matrix_sym_block_cyclic_band_t");
__parsec_attribute_deprecated__("Use parsec_matrix_sym_block_cyclic_band_init")
static inline void sym_two_dim_block_cyclic_band_init(parsec_matrix_sym_block_cyclic_band_t *desc, int nodes, int myrank,
                                                      int band_size)
{
    parsec_matrix_sym_block_cyclic_band_init(desc, nodes, myrank, band_size);
}
