/* Matrices whose tiles are where a table says. */
#ifndef __TWODTD_H__
#define __TWODTD_H__

#include "parsec/data_dist/matrix/matrix.h"
#include "parsec/data_internal.h"

BEGIN_C_DECLS

typedef struct parsec_two_dim_td_table_elem_s {
    uint32_t rank;
    int32_t vpid;
    int32_t pos; /* Among the tiles of its process. */
    void *data;
} parsec_two_dim_td_table_elem_t;

typedef struct parsec_two_dim_td_table_s {
    int nbelem; /* lmt * lnt */
    parsec_two_dim_td_table_elem_t elems[1]; /* Column by column. */
} parsec_two_dim_td_table_t;

typedef struct parsec_matrix_tabular_s {
    parsec_tiled_matrix_t super;
    int user_table; /* The memory of the tiles is the program's. */
    parsec_two_dim_td_table_t *tiles_table;
} parsec_matrix_tabular_t;

/* table NULL: one of the functions below comes before the first use. */
PARSEC_DECLSPEC void parsec_matrix_tabular_init(parsec_matrix_tabular_t *dc, parsec_matrix_type_t mtype, unsigned int nodes,
                                                unsigned int myrank, unsigned int mb, unsigned int nb, unsigned int lm,
                                                unsigned int ln, unsigned int i, unsigned int j, unsigned int m, unsigned int n,
                                                parsec_two_dim_td_table_t *table);
/* Ends the matrix and its table, which was malloc()ed, and the memory of the tiles unless it came by set_user_table(). */
PARSEC_DECLSPEC void parsec_matrix_tabular_destroy(parsec_matrix_tabular_t *tdc);
/* Takes over a malloc()ed table with ranks and vpids; allocates the memory of this process's tiles with parsec_data_allocate().
 * Errors: a table of another size, or memory that is short, aborts. */
PARSEC_DECLSPEC void parsec_matrix_tabular_set_table(parsec_matrix_tabular_t *dc, parsec_two_dim_td_table_t *table);
/* Takes over a table in which this process's tiles have data and pos 0, 1, 2, ... as well. */
PARSEC_DECLSPEC void parsec_matrix_tabular_set_user_table(parsec_matrix_tabular_t *dc, parsec_two_dim_td_table_t *table);
/* A table of ranks that follow from `seed`, the same in all processes. */
PARSEC_DECLSPEC void parsec_matrix_tabular_set_random_table(parsec_matrix_tabular_t *dc, unsigned int seed);
/* Gives Dst a table with the ranks of Src, which must have as many tiles. */
PARSEC_DECLSPEC void parsec_matrix_tabular_clone_table_structure(parsec_matrix_tabular_t *Src, parsec_matrix_tabular_t *Dst);

#include "parsec/data_dist/matrix/deprecated/two_dim_tabular.h"

END_C_DECLS

#endif /* __TWODTD_H__ */
