/* What the bodies of matrix_reduce.jdf and matrix_redistribute.jdf are made of. C, for generated files; not installed. */
#ifndef HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_MATRIX_OPERATIONS_H_
#define HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_MATRIX_OPERATIONS_H_

#include "parsec/data_dist/matrix/matrix.h"

BEGIN_C_DECLS

/* Between a tile where its matrix has it and mb x nb elements without gaps. What is not in the matrix is 0 and stays as it is. */
void heddle_parsec_pack_tile(const parsec_tiled_matrix_t *matrix, int m, int n, const void *tile, void *packed);
void heddle_parsec_unpack_tile(const parsec_tiled_matrix_t *matrix, int m, int n, const void *packed, void *tile);

/* The rows, or the columns, of a part: `size` elements from `source` of one matrix to `target` of the other. */
typedef struct heddle_parsec_span_s {
    int size;
    int source, source_tile; /* The latter: rows (columns) of a tile. */
    int target, target_tile;
} heddle_parsec_span_t;

typedef struct heddle_parsec_part_s {
    heddle_parsec_span_t rows, columns;
    parsec_tiled_matrix_t *source, *target;
    size_t element_bytes;
    void (*destruct)(parsec_taskpool_t *tp); /* Of the generated taskpool. */
} heddle_parsec_part_t;

/* What tile (ms, ns) of the source gives tile (mt, nt) of the target; coordinates within the tiles. */
typedef struct heddle_parsec_piece_s {
    int rows, columns;
    int source_row, source_column;
    int target_row, target_column;
} heddle_parsec_piece_t;

/* Tiles that the span touches: of the source, and of the target by tile s of the source. */
int heddle_parsec_first_source(const heddle_parsec_span_t *span);
int heddle_parsec_last_source(const heddle_parsec_span_t *span);
int heddle_parsec_first_target(const heddle_parsec_span_t *span, int s);
int heddle_parsec_last_target(const heddle_parsec_span_t *span, int s);

/* Whether both tiles belong to one process. */
int heddle_parsec_together(const heddle_parsec_part_t *part, int ms, int ns, int mt, int nt);

heddle_parsec_piece_t heddle_parsec_piece(const heddle_parsec_part_t *part, int ms, int ns, int mt, int nt);
void heddle_parsec_copy_piece(const heddle_parsec_part_t *part, heddle_parsec_piece_t piece, const void *source, void *target);
void heddle_parsec_pack_piece(const heddle_parsec_part_t *part, heddle_parsec_piece_t piece, const void *source, void *packed);
void heddle_parsec_unpack_piece(const heddle_parsec_part_t *part, heddle_parsec_piece_t piece, const void *packed, void *target);

END_C_DECLS

#endif  // HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_MATRIX_OPERATIONS_H_
