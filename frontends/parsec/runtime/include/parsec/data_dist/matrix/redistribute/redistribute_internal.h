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

/* Copies mb x nb elements from the beginning of Y to that of T. */
static inline void CORE_redistribute_reshuffle_copy(DTYPE *T, DTYPE *Y, const int mb, const int nb, const int T_LDA, const int Y_LDA)
{
    MOVE_SUBMATRIX(mb, nb, Y, 0, 0, Y_LDA, T, 0, 0, T_LDA);
}

BEGIN_C_DECLS

/* Copies into T, of mb_T rows, what tile (m_Y, n_Y) has of a submatrix of Y that begins at (i_start, j_start) of tile (m_Y_start, n_Y_start)
 * and ends with (i_end, j_end) of tile (m_Y_end, n_Y_end); nothing where the tile has none of it. The submatrix begins at
 * (i_start_T, j_start_T) of T; of its first tiles mb_T_inner rows and nb_T_inner columns are copied at most. Tiles of Y have mb_Y x nb_Y
 * elements, of which the outer R on each side do not count. (PaRSEC's header names the parameters otherwise than its code.)
 * Contexts: any thread; task body. */
PARSEC_DECLSPEC void CORE_redistribute_dtd(DTYPE *T, DTYPE *Y, int mb_Y, int nb_Y, int m_Y, int n_Y, int m_Y_start, int m_Y_end,
                                           int n_Y_start, int n_Y_end, int i_start, int i_end, int j_start, int j_end, int mb_T,
                                           int mb_T_inner, int nb_T_inner, int R, int i_start_T, int j_start_T);

END_C_DECLS

#endif /* PARSEC_REDISTRIBUTE_INTERNAL_H_HAS_BEEN_INCLUDED */
