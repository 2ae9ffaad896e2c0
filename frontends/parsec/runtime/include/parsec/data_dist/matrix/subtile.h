/* One tile of a matrix, cut into smaller ones, for recursive calls. */
#ifndef __SUBTILE_H__
#define __SUBTILE_H__

#include "parsec/data_dist/matrix/matrix.h"

BEGIN_C_DECLS

typedef struct subtile_desc_s {
    parsec_tiled_matrix_t super;
    void *mat; /* The tile; set by the program before the first data_of. */
    int vpid;
} subtile_desc_t;

/* Tile (mt, nt) of tdesc in tiles of mb x nb, of which the m x n elements from (i, j) are worked on. All belong to this process. End
 * it with parsec_tiled_matrix_destroy() and free().
 * Errors: NULL where memory is short. */
PARSEC_DECLSPEC subtile_desc_t *subtile_desc_create(const parsec_tiled_matrix_t *tdesc, int mt, int nt, int mb, int nb, int i, int j,
                                                    int m, int n);

END_C_DECLS

#endif /* __SUBTILE_H__ */
