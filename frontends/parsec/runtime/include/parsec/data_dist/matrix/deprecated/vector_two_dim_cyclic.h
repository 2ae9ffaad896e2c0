/* Names of vectors before PaRSEC 4; the compiler says what to use instead. Part of vector_two_dim_cyclic.h. */
#ifndef __VECTOR_TWO_DIM_CYCLIC_H__
#error "include parsec/data_dist/matrix/vector_two_dim_cyclic.h"
#endif

typedef parsec_vector_two_dim_cyclic_t vector_two_dim_cyclic_t __parsec_attribute_deprecated__("Use parsec_vector_two_dim_cyclic_t");
typedef parsec_vector_two_dim_cyclic_distrib_t vector_distrib_t
    __parsec_attribute_deprecated__("Use parsec_vector_two_dim_cyclic_distrib_t");
enum {
    matrix_VectorRow __parsec_enum_attribute_deprecated__("Use PARSEC_VECTOR_DISTRIB_ROW") = PARSEC_VECTOR_DISTRIB_ROW,
    matrix_VectorCol __parsec_enum_attribute_deprecated__("Use PARSEC_VECTOR_DISTRIB_COL") = PARSEC_VECTOR_DISTRIB_COL,
    matrix_VectorDiag __parsec_enum_attribute_deprecated__("Use PARSEC_VECTOR_DISTRIB_DIAG") = PARSEC_VECTOR_DISTRIB_DIAG
};
__parsec_attribute_deprecated__("Use parsec_vector_two_dim_cyclic_init")
static inline void vector_two_dim_cyclic_init(parsec_vector_two_dim_cyclic_t *vdesc, parsec_matrix_type_t mtype,
                                              enum parsec_vector_two_dim_cyclic_distrib_t distrib, int myrank, int mb, int lm,
                                              int i, int m, int P, int Q)
{
    parsec_vector_two_dim_cyclic_init(vdesc, mtype, distrib, myrank, mb, lm, i, m, P, Q);
}
