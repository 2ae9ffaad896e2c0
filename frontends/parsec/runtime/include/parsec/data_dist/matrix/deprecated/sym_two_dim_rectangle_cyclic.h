/* Names of symmetric block cyclic matrices before PaRSEC 4; the compiler says what to use instead. Part of sym_two_dim_rectangle_cyclic.h. */
#ifndef __SYM_TWO_DIM_RECTANGLE_CYCLIC_H__
#error "include parsec/data_dist/matrix/sym_two_dim_rectangle_cyclic.h"
#endif

typedef parsec_matrix_sym_block_cyclic_t sym_two_dim_block_cyclic_t __parsec_attribute_deprecated__("Use parsec_matrix_sym_block_cyclic_t");
__parsec_attribute_deprecated__("Use parsec_matrix_sym_block_cyclic_init")
static inline void sym_two_dim_block_cyclic_init(parsec_matrix_sym_block_cyclic_t *dc, parsec_matrix_type_t mtype, int myrank,
                                                 int mb, int nb, int lm, int ln, int i, int j, int m, int n, int P, int Q,
                                                 parsec_matrix_uplo_t uplo)
{
    parsec_matrix_sym_block_cyclic_init(dc, mtype, myrank, mb, nb, lm, ln, i, j, m, n, P, Q, uplo);
}
