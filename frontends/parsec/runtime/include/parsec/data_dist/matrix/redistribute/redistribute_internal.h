/* What programs that work on pieces of tiles of doubles use of PaRSEC's redistribution. */
#ifndef PARSEC_REDISTRIBUTE_INTERNAL_H_HAS_BEEN_INCLUDED
#define PARSEC_REDISTRIBUTE_INTERNAL_H_HAS_BEEN_INCLUDED

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "parsec.h"
#include "parsec/arena.h"
#include "parsec/data_dist/matrix/matrix.h"
#include "parsec/data_dist/matrix/sbc.h"
#include "parsec/data_dist/matrix/two_dim_rectangle_cyclic.h"
#include "parsec/data_dist/matrix/two_dim_tabular.h"
#include "parsec/datatype.h"

#define DTYPE double
#define MY_TYPE parsec_datatype_double_t

/* Copies m x n elements from (S_i, S_j) of S to (D_i, D_j) of D. */
#define MOVE_SUBMATRIX(m, n, S, S_i, S_j, S_lda, D, D_i, D_j, D_lda)                                                        \
    do {                                                                                                                    \
        for( int column_ = 0; column_ < (n); column_++ )                                                                    \
            memcpy((D) + ((D_j) + column_) * (D_lda) + (D_i), (S) + ((S_j) + column_) * (S_lda) + (S_i), (m) * sizeof(DTYPE)); \
    } while( 0 )
#define MOVE_SUBMATRIX_SEND MOVE_SUBMATRIX
#define MOVE_SUBMATRIX_RECEIVE MOVE_SUBMATRIX

/* Rows that tile `index` has of `size` rows that begin `dis` rows into tile index_start and end in tile index_end. */
static inline int getsize(const int index, const int index_start, const int index_end, const int mb, const int size, const int dis)
{
    const int first = index == index_start ? dis : 0;
    const int end = index == index_end ? dis + size - (index_end - index_start) * mb : mb;
    return end - first;
}

/* So many columns of tiles before processes repeat; -1: nobody knows. */
static inline int redistribute_distribution_num_cols(parsec_tiled_matrix_t *dc, int size_col)
{
    if( dc->dtype & parsec_matrix_tabular_type ) {
        const int columns = (size_col + dc->nb - 1) / dc->nb;
        return columns < (int)dc->super.nodes ? columns : (int)dc->super.nodes;
    }
    if( dc->dtype & parsec_matrix_block_cyclic_type ) {
        const parsec_grid_2Dcyclic_t *grid = &((parsec_matrix_block_cyclic_t *)dc)->grid;
        return grid->cols * grid->kcols;
    }
    if( dc->dtype & parsec_matrix_sbc_type ) return ((parsec_matrix_sbc_t *)dc)->r;
    return -1;
}

/* The greater of both, or what is not a table's. */
static inline int redistribute_pair_num_cols(parsec_tiled_matrix_t *dcY, parsec_tiled_matrix_t *dcT, int size_col)
{
    const int y = redistribute_distribution_num_cols(dcY, size_col), t = redistribute_distribution_num_cols(dcT, size_col);
    if( y <= 0 || t <= 0 ) return -1;
    if( dcT->dtype & parsec_matrix_tabular_type ) return y;
    if( dcY->dtype & parsec_matrix_tabular_type ) return t;
    return y >= t ? y : t;
}

/* Whether all tiles of that part are stored. */
static inline int redistribute_region_is_stored(parsec_tiled_matrix_t *dc, int size_row, int size_col, int disi, int disj)
{
    if( !(dc->dtype & parsec_matrix_sbc_type) ) return 1;
    if( PARSEC_MATRIX_LOWER == ((parsec_matrix_sbc_t *)dc)->uplo ) return disi / dc->mb >= (disj + size_col - 1) / dc->nb;
    return disj / dc->nb >= (disi + size_row - 1) / dc->mb;
}

#endif /* PARSEC_REDISTRIBUTE_INTERNAL_H_HAS_BEEN_INCLUDED */
