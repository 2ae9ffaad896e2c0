/* Names of block cyclic matrices before PaRSEC 4; the compiler says what to use instead. Part of two_dim_rectangle_cyclic.h. */
#ifndef __TWO_DIM_RECTANGLE_CYCLIC_H__
#error "include parsec/data_dist/matrix/two_dim_rectangle_cyclic.h"
#endif

typedef parsec_matrix_block_cyclic_t two_dim_block_cyclic_t __parsec_attribute_deprecated__("Use parsec_matrix_block_cyclic_t");
__parsec_attribute_deprecated__("Use parsec_matrix_block_cyclic_init")
static inline void two_dim_block_cyclic_init(parsec_matrix_block_cyclic_t *dc, parsec_matrix_type_t mtype,
                                             parsec_matrix_storage_t storage, int myrank, int mb, int nb, int lm, int ln, int i,
                                             int j, int m, int n, int p, int q, int kp, int kq, int ip, int jq)
{
    parsec_matrix_block_cyclic_init(dc, mtype, storage, myrank, mb, nb, lm, ln, i, j, m, n, p, q, kp, kq, ip, jq);
}
__parsec_attribute_deprecated__("Use parsec_matrix_block_cyclic_lapack_init")
static inline void two_dim_block_cyclic_lapack_init(parsec_matrix_block_cyclic_t *dc, parsec_matrix_type_t mtype,
                                                    parsec_matrix_storage_t storage, int myrank, int mb, int nb, int lm, int ln,
                                                    int i, int j, int m, int n, int p, int q, int kp, int kq, int ip, int jq,
                                                    int mloc, int nloc)
{
    parsec_matrix_block_cyclic_lapack_init(dc, mtype, storage, myrank, mb, nb, lm, ln, i, j, m, n, p, q, kp, kq, ip, jq, mloc,
                                           nloc);
}
__parsec_attribute_deprecated__("Use parsec_matrix_block_cyclic_kview")
static inline void two_dim_block_cyclic_kview(parsec_matrix_block_cyclic_t *target, parsec_matrix_block_cyclic_t *origin,
                                              int kp, int kq)
{
    parsec_matrix_block_cyclic_kview(target, origin, kp, kq);
}
