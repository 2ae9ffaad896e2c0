/* Operations on tiled matrices; part of matrix.h. All are collective: each process makes the same taskpool in the same order. A _New()
 * taskpool is added to a context by the program and ended by its _Destruct() or parsec_taskpool_free(). */
#ifndef _MATRIX_H_
#error "include parsec/data_dist/matrix/matrix.h"
#endif

/* Called with the tiles at (int m, int n), which follow op_data. Its result does not matter. */
typedef int (*parsec_operator_t)(struct parsec_execution_stream_s *es, const void *src, void *dst, void *op_data, ...);
/* Called with a tile; uplo: what of it belongs to the matrix. */
typedef int (*parsec_tiled_matrix_unary_op_t)(struct parsec_execution_stream_s *es, const parsec_tiled_matrix_t *desc1, void *data1,
                                              int uplo, int m, int n, void *args);
typedef int (*parsec_tiled_matrix_binary_op_t)(struct parsec_execution_stream_s *es, const parsec_tiled_matrix_t *desc1,
                                               const parsec_tiled_matrix_t *desc2, const void *data1, void *data2, int uplo, int m,
                                               int n, void *args);

/* operation() on each tile of A, of its upper or its lower triangle; on those of the diagonal with `uplo`, elsewhere with
 * PARSEC_MATRIX_FULL.  Errors: NULL where uplo is none of the three. */
PARSEC_DECLSPEC struct parsec_taskpool_s *parsec_apply_New(parsec_matrix_uplo_t uplo, parsec_tiled_matrix_t *A,
                                                           parsec_tiled_matrix_unary_op_t operation, void *op_args);
PARSEC_DECLSPEC void parsec_apply_Destruct(struct parsec_taskpool_s *o);
/* The same, at once: starts the context, and returns when everything in it is done.
 * Contexts: main.  Errors: PARSEC_ERR_BAD_PARAM for a wrong uplo. */
PARSEC_DECLSPEC int parsec_apply(parsec_context_t *parsec, parsec_matrix_uplo_t uplo, parsec_tiled_matrix_t *A,
                                 parsec_tiled_matrix_unary_op_t operation, void *op_args);

/* op() on each tile of src with that of dest in the same place, which must belong to the same process. dest may be NULL, and op() gets
 * NULL for it. */
PARSEC_DECLSPEC struct parsec_taskpool_s *parsec_map_operator_New(const parsec_tiled_matrix_t *src, parsec_tiled_matrix_t *dest,
                                                                  parsec_operator_t op, void *op_data);

/* Tile (0, n) of dest becomes the sum of the tiles of column n of src; tile (m, 0) that of row m. The sum of two tiles is what
 * op(es, tile, sum, op_data, m, n) makes of `sum`, where (m, n) is the place of the first tile in `sum`. Both are mb x nb
 * elements without gaps, whatever the storage. They are added along a binary tree, neighbours first, which does not depend on
 * processes or workers.
 * Errors: NULL with a message where tile or element types differ. (PaRSEC 4.1 never calls op.) */
PARSEC_DECLSPEC struct parsec_taskpool_s *parsec_reduce_col_New(const parsec_tiled_matrix_t *src, parsec_tiled_matrix_t *dest,
                                                                parsec_operator_t op, void *op_data);
PARSEC_DECLSPEC void parsec_reduce_col_Destruct(struct parsec_taskpool_s *o);
PARSEC_DECLSPEC struct parsec_taskpool_s *parsec_reduce_row_New(const parsec_tiled_matrix_t *src, parsec_tiled_matrix_t *dest,
                                                                parsec_operator_t op, void *op_data);
PARSEC_DECLSPEC void parsec_reduce_row_Destruct(struct parsec_taskpool_s *o);

/* Copies size_row x size_col elements from (disi_source, disj_source) of source to (disi_target, disj_target) of target, whatever the
 * distributions, tiles and storages of both. Elements must be of one type.
 * Errors: NULL, or PARSEC_ERR_NOT_SUPPORTED, with a message: an empty or negative part, one beyond a matrix, one with tiles that a
 * triangular distribution does not store, or different types. */
PARSEC_DECLSPEC parsec_taskpool_t *parsec_redistribute_New(parsec_tiled_matrix_t *source, parsec_tiled_matrix_t *target, int size_row,
                                                           int size_col, int disi_source, int disj_source, int disi_target,
                                                           int disj_target);
PARSEC_DECLSPEC void parsec_redistribute_Destruct(parsec_taskpool_t *taskpool);
/* The same, at once, as parsec_apply() does. */
PARSEC_DECLSPEC int parsec_redistribute(parsec_context_t *parsec, parsec_tiled_matrix_t *source, parsec_tiled_matrix_t *target,
                                        int size_row, int size_col, int disi_source, int disj_source, int disi_target,
                                        int disj_target);
/* PaRSEC's do the same by tasks that are inserted (DTD). Here these are parsec_redistribute(), and both return when it is done. */
PARSEC_DECLSPEC int parsec_redistribute_dtd_New(parsec_context_t *parsec, parsec_tiled_matrix_t *source, parsec_tiled_matrix_t *target,
                                                int size_row, int size_col, int disi_source, int disj_source, int disi_target,
                                                int disj_target);
PARSEC_DECLSPEC int parsec_redistribute_dtd(parsec_context_t *parsec, parsec_tiled_matrix_t *source, parsec_tiled_matrix_t *target,
                                            int size_row, int size_col, int disi_source, int disj_source, int disi_target,
                                            int disj_target);
