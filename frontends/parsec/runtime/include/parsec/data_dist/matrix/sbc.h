/* Symmetric block cyclic matrices: Beaumont, Duchon, Eyraud-Dubois, Langou, Verite, "Symmetric Block-Cyclic Distribution: Fewer
 * Communications Leads to Faster Dense Cholesky Factorization", SC22. */
#ifndef __PARSEC_MATRIX_SBC_H__
#define __PARSEC_MATRIX_SBC_H__

#include <stdint.h>

#include "parsec/data_dist/matrix/matrix.h"

BEGIN_C_DECLS

/* The pattern of r x r processes repeats. (a, b) and (b, a) of it are the same process; who has its diagonal is one of r/2 more
 * processes (basic), or one of the others, which change from one pattern of columns to the next (extended). */
typedef struct parsec_matrix_sbc_s {
    parsec_tiled_matrix_t super;
    void *mat; /* The tiles of this process, one column's after the other; set by the program before the first data_of. */
    parsec_matrix_uplo_t uplo;
    uint16_t r;
    uint16_t diag_patterns; /* After so many patterns of columns the diagonal is the same again. */
    uint8_t extended;
} parsec_matrix_sbc_t;

/* nodes: r(r-1)/2 (extended), or rr/2 (basic; even r).
 * Errors: PARSEC_ERR_BAD_PARAM with a message, and dc is as it was: other nodes, r below 2 or above 65535, uplo neither
 * PARSEC_MATRIX_LOWER nor _UPPER, myrank out of range. */
PARSEC_DECLSPEC int parsec_matrix_sbc_init(parsec_matrix_sbc_t *dc, parsec_matrix_type_t mtype, int myrank, int mb, int nb, int lm,
                                           int ln, int i, int j, int m, int n, int nodes, int r, parsec_matrix_uplo_t uplo);

END_C_DECLS

#endif /* __PARSEC_MATRIX_SBC_H__ */
