/* Names of matrices before PaRSEC 4; the compiler says what to use instead. Part of matrix.h. */
#ifndef _MATRIX_H_
#error "include parsec/data_dist/matrix/matrix.h"
#endif

enum __parsec_attribute_deprecated__("Use parsec_matrix_type_t") matrix_type {
    matrix_Byte __parsec_enum_attribute_deprecated__("Use PARSEC_MATRIX_BYTE") = PARSEC_MATRIX_BYTE,
    matrix_Integer __parsec_enum_attribute_deprecated__("Use PARSEC_MATRIX_INTEGER") = PARSEC_MATRIX_INTEGER,
    matrix_RealFloat __parsec_enum_attribute_deprecated__("Use PARSEC_MATRIX_FLOAT") = PARSEC_MATRIX_FLOAT,
    matrix_RealDouble __parsec_enum_attribute_deprecated__("Use PARSEC_MATRIX_DOUBLE") = PARSEC_MATRIX_DOUBLE,
    matrix_ComplexFloat __parsec_enum_attribute_deprecated__("Use PARSEC_MATRIX_COMPLEX_FLOAT") = PARSEC_MATRIX_COMPLEX_FLOAT,
    matrix_ComplexDouble __parsec_enum_attribute_deprecated__("Use PARSEC_MATRIX_COMPLEX_DOUBLE") = PARSEC_MATRIX_COMPLEX_DOUBLE
};
enum __parsec_attribute_deprecated__("Use parsec_matrix_storage_t") matrix_storage {
    matrix_Lapack __parsec_enum_attribute_deprecated__("Use PARSEC_MATRIX_LAPACK") = PARSEC_MATRIX_LAPACK,
    matrix_Tile __parsec_enum_attribute_deprecated__("Use PARSEC_MATRIX_TILE") = PARSEC_MATRIX_TILE
};
enum __parsec_attribute_deprecated__("Use parsec_matrix_uplo_t") matrix_uplo {
    matrix_Upper __parsec_enum_attribute_deprecated__("Use PARSEC_MATRIX_UPPER") = PARSEC_MATRIX_UPPER,
    matrix_Lower __parsec_enum_attribute_deprecated__("Use PARSEC_MATRIX_LOWER") = PARSEC_MATRIX_LOWER,
    matrix_UpperLower __parsec_enum_attribute_deprecated__("Use PARSEC_MATRIX_FULL") = PARSEC_MATRIX_FULL
};
enum {
    parsec_tiled_matrix_dc_type __parsec_enum_attribute_deprecated__("Use parsec_matrix_type") = parsec_matrix_type,
    two_dim_block_cyclic_type __parsec_enum_attribute_deprecated__("Use parsec_matrix_block_cyclic_type") = parsec_matrix_block_cyclic_type,
    sym_two_dim_block_cyclic_type __parsec_enum_attribute_deprecated__("Use parsec_matrix_sym_block_cyclic_type") = parsec_matrix_sym_block_cyclic_type,
    two_dim_tabular_type __parsec_enum_attribute_deprecated__("Use parsec_matrix_tabular_type") = parsec_matrix_tabular_type
};

typedef parsec_tiled_matrix_t parsec_tiled_matrix_dc_t __parsec_attribute_deprecated__("Use parsec_tiled_matrix_t");
typedef parsec_tiled_matrix_unary_op_t tiled_matrix_unary_op_t __parsec_attribute_deprecated__("Use parsec_tiled_matrix_unary_op_t");
typedef parsec_tiled_matrix_binary_op_t tiled_matrix_binary_op_t __parsec_attribute_deprecated__("Use parsec_tiled_matrix_binary_op_t");

__parsec_attribute_deprecated__("Use parsec_tiled_matrix_init")
static inline void parsec_tiled_matrix_dc_init(parsec_tiled_matrix_t *tdesc, parsec_matrix_type_t dtyp,
                                               parsec_matrix_storage_t storage, int matrix_distribution_type, int nodes,
                                               int myrank, int mb, int nb, int lm, int ln, int i, int j, int m, int n)
{
    parsec_tiled_matrix_init(tdesc, dtyp, storage, matrix_distribution_type, nodes, myrank, mb, nb, lm, ln, i, j, m, n);
}
__parsec_attribute_deprecated__("Use parsec_tiled_matrix_destroy")
static inline void parsec_tiled_matrix_dc_destroy(parsec_tiled_matrix_t *tdesc)
{
    parsec_tiled_matrix_destroy(tdesc);
}
__parsec_attribute_deprecated__("Use parsec_tiled_matrix_submatrix")
static inline parsec_tiled_matrix_t *tiled_matrix_submatrix(parsec_tiled_matrix_t *tdesc, int i, int j, int m, int n)
{
    return parsec_tiled_matrix_submatrix(tdesc, i, j, m, n);
}
__parsec_attribute_deprecated__("Use parsec_tiled_matrix_data_write")
static inline int tiled_matrix_data_write(parsec_tiled_matrix_t *tdesc, char *filename)
{
    return parsec_tiled_matrix_data_write(tdesc, filename);
}
__parsec_attribute_deprecated__("Use parsec_tiled_matrix_data_read")
static inline int tiled_matrix_data_read(parsec_tiled_matrix_t *tdesc, char *filename)
{
    return parsec_tiled_matrix_data_read(tdesc, filename);
}
__parsec_attribute_deprecated__("Use parsec_tiled_matrix_create_data")
static inline parsec_data_t *parsec_matrix_create_data(parsec_tiled_matrix_t *matrix, void *ptr, int pos, parsec_data_key_t key)
{
    return parsec_tiled_matrix_create_data(matrix, ptr, pos, key);
}
__parsec_attribute_deprecated__("Use parsec_tiled_matrix_destroy_data")
static inline void parsec_matrix_destroy_data(parsec_tiled_matrix_t *matrix)
{
    parsec_tiled_matrix_destroy_data(matrix);
}

/* These construct the arena-datatype first. */
__parsec_attribute_deprecated__("Use parsec_matrix_adt_define_type")
static inline int parsec_matrix_add2arena(parsec_arena_datatype_t *adt, parsec_datatype_t oldtype, parsec_matrix_uplo_t uplo, int diag,
                                          unsigned int m, unsigned int n, unsigned int ld, size_t alignment, int resized)
{
    PARSEC_OBJ_CONSTRUCT(adt, parsec_arena_datatype_t);
    return parsec_matrix_arena_datatype_define_type(adt, oldtype, uplo, diag, m, n, ld, alignment, resized);
}
__parsec_attribute_deprecated__("Use parsec_matrix_arena_datatype_destruct_free_type")
static inline int parsec_matrix_del2arena(parsec_arena_datatype_t *adt)
{
    return parsec_matrix_arena_datatype_destruct_free_type(adt);
}
__parsec_attribute_deprecated__("Use parsec_matrix_adt_define_type")
static inline int parsec_add2arena(parsec_arena_datatype_t *adt, parsec_datatype_t oldtype, parsec_matrix_uplo_t uplo, int diag,
                                   unsigned int m, unsigned int n, unsigned int ld, size_t alignment, int resized)
{
    PARSEC_OBJ_CONSTRUCT(adt, parsec_arena_datatype_t);
    return parsec_matrix_arena_datatype_define_type(adt, oldtype, uplo, diag, m, n, ld, alignment, resized);
}
__parsec_attribute_deprecated__("Use parsec_matrix_arena_datatype_destruct_free_type")
static inline int parsec_del2arena(parsec_arena_datatype_t *adt)
{
    return parsec_matrix_arena_datatype_destruct_free_type(adt);
}

#define parsec_matrix_add2arena_tile(_adt_, _oldtype_, _m_) \
    parsec_matrix_add2arena((_adt_), (_oldtype_), PARSEC_MATRIX_FULL, 0, (_m_), (_m_), (_m_), PARSEC_ARENA_ALIGNMENT_SSE, -1)
#define parsec_matrix_add2arena_upper(_adt_, _oldtype_, _diag_, _n_) \
    parsec_matrix_add2arena((_adt_), (_oldtype_), PARSEC_MATRIX_UPPER, (_diag_), (_n_), (_n_), (_n_), PARSEC_ARENA_ALIGNMENT_SSE, -1)
#define parsec_matrix_add2arena_lower(_adt_, _oldtype_, _diag_, _n_) \
    parsec_matrix_add2arena((_adt_), (_oldtype_), PARSEC_MATRIX_LOWER, (_diag_), (_n_), (_n_), (_n_), PARSEC_ARENA_ALIGNMENT_SSE, -1)
#define parsec_matrix_add2arena_rect(_adt_, _oldtype_, _m_, _n_, _ld_) \
    parsec_matrix_add2arena((_adt_), (_oldtype_), PARSEC_MATRIX_FULL, 0, (_m_), (_n_), (_ld_), PARSEC_ARENA_ALIGNMENT_SSE, -1)
#define parsec_add2arena_tile(_adt_, _oldtype_, _m_) \
    parsec_add2arena((_adt_), (_oldtype_), PARSEC_MATRIX_FULL, 0, (_m_), (_m_), (_m_), PARSEC_ARENA_ALIGNMENT_SSE, -1)
#define parsec_add2arena_upper(_adt_, _oldtype_, _diag_, _n_) \
    parsec_add2arena((_adt_), (_oldtype_), PARSEC_MATRIX_UPPER, (_diag_), (_n_), (_n_), (_n_), PARSEC_ARENA_ALIGNMENT_SSE, -1)
#define parsec_add2arena_lower(_adt_, _oldtype_, _diag_, _n_) \
    parsec_add2arena((_adt_), (_oldtype_), PARSEC_MATRIX_LOWER, (_diag_), (_n_), (_n_), (_n_), PARSEC_ARENA_ALIGNMENT_SSE, -1)
#define parsec_add2arena_rect(_adt_, _oldtype_, _m_, _n_, _ld_) \
    parsec_add2arena((_adt_), (_oldtype_), PARSEC_MATRIX_FULL, 0, (_m_), (_n_), (_ld_), PARSEC_ARENA_ALIGNMENT_SSE, -1)
