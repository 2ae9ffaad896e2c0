/* Vectors whose segments are dealt out over rows, columns or the diagonal of a grid of processes. */
#ifndef __VECTOR_TWO_DIM_CYCLIC_H__
#define __VECTOR_TWO_DIM_CYCLIC_H__

#include "parsec/data_dist/matrix/grid_2Dcyclic.h"
#include "parsec/data_dist/matrix/matrix.h"

BEGIN_C_DECLS

/* Segment m of a P x Q grid is on process (m % P, 0), (0, m % Q) or (m % P, m % Q). */
typedef enum parsec_vector_two_dim_cyclic_distrib_t {
    PARSEC_VECTOR_DISTRIB_ROW,
    PARSEC_VECTOR_DISTRIB_COL,
    PARSEC_VECTOR_DISTRIB_DIAG
} parsec_vector_two_dim_cyclic_distrib_t;

/* Its functions take one more argument, the segment, not two. */
typedef struct parsec_vector_two_dim_cyclic_t_s {
    parsec_tiled_matrix_t super;
    parsec_grid_2Dcyclic_t grid;
    parsec_vector_two_dim_cyclic_distrib_t distrib;
    int lcm; /* Segment m + lcm is on the process of segment m: P, Q, or their least common multiple. */
    void *mat; /* The segments of this process; set by the program before the first data_of. */
} parsec_vector_two_dim_cyclic_t;

/* A vector of lm elements in segments of mb, of which the m from i are worked on. */
PARSEC_DECLSPEC void parsec_vector_two_dim_cyclic_init(parsec_vector_two_dim_cyclic_t *vdesc, parsec_matrix_type_t mtype,
                                                       enum parsec_vector_two_dim_cyclic_distrib_t distrib, int myrank, int mb,
                                                       int lm, int i, int m, int P, int Q);

#include "parsec/data_dist/matrix/deprecated/vector_two_dim_cyclic.h"

END_C_DECLS

#endif /* __VECTOR_TWO_DIM_CYCLIC_H__ */
