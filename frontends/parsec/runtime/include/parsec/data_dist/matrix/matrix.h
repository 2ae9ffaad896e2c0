/* Tiled matrices as data collections: what all distributions have in common, datatypes of tiles, and operations on matrices.
 * Members and signatures are PaRSEC's.
 *
 * rank_of, data_of, data_key and vpid_of of a matrix take two more arguments, the row and the column of a tile, counted from the
 * beginning of the submatrix. Keys count from the beginning of the matrix that is stored, down the columns: a submatrix and its
 * matrix have the same keys. Any thread may call them; data_of only for tiles of this process, whose parsec_data_t is made when it is
 * asked for first. */
#ifndef _MATRIX_H_
#define _MATRIX_H_

#include <stdarg.h>
#include <stdio.h>

#include "parsec/arena.h"
#include "parsec/constants.h"
#include "parsec/data.h"
#include "parsec/data_distribution.h"
#include "parsec/datatype.h"
#include "parsec/parsec_config.h"
#include "parsec/parsec_internal.h"
#include "parsec/runtime.h"

BEGIN_C_DECLS

struct parsec_execution_stream_s;
struct parsec_taskpool_s;

/* What the elements are. */
typedef enum parsec_matrix_type_e {
    PARSEC_MATRIX_BYTE = 0,
    PARSEC_MATRIX_INTEGER = 1,
    PARSEC_MATRIX_FLOAT = 2,
    PARSEC_MATRIX_DOUBLE = 3,
    PARSEC_MATRIX_COMPLEX_FLOAT = 4,
    PARSEC_MATRIX_COMPLEX_DOUBLE = 5
} parsec_matrix_type_t;

/* How a process stores its tiles: as one column-major matrix, or one tile after the other. */
typedef enum parsec_matrix_storage_e {
    PARSEC_MATRIX_LAPACK = 0,
    PARSEC_MATRIX_TILE = 1
} parsec_matrix_storage_t;

/* The numbers of CBLAS and PLASMA. */
typedef enum parsec_matrix_uplo_e {
    PARSEC_MATRIX_UPPER = 121,
    PARSEC_MATRIX_LOWER = 122,
    PARSEC_MATRIX_FULL = 123
} parsec_matrix_uplo_t;

/* parsec_tiled_matrix_t::dtype: parsec_matrix_type and the kind of distribution. */
enum {
    parsec_matrix_type = 0x01,
    parsec_matrix_block_cyclic_type = 0x02,
    parsec_matrix_sym_block_cyclic_type = 0x04,
    parsec_matrix_tabular_type = 0x08,
    parsec_matrix_sbc_type = 0x10
};

/* Bytes of an element; -1: no such type. */
PARSEC_DECLSPEC int parsec_datadist_getsizeoftype(parsec_matrix_type_t type);
/* The datatype of an element.  Errors: PARSEC_ERR_BAD_PARAM with a message: no such type. */
PARSEC_DECLSPEC int parsec_translate_matrix_type(parsec_matrix_type_t mt, parsec_datatype_t *dt);

typedef struct parsec_tiled_matrix_s {
    parsec_data_collection_t super;
    parsec_data_t **data_map;        /* nb_local_tiles of them; NULL: not asked for yet. */
    parsec_matrix_type_t mtype;
    parsec_matrix_storage_t storage;
    int dtype;                       /* parsec_matrix_*_type */
    int tileld;                      /* Between columns of a tile, in elements, before anything is distributed. */
    int mb, nb;                      /* Rows and columns of a tile. */
    size_t bsiz;                     /* Elements of a tile: mb * nb. */
    int lm, ln;                      /* Rows and columns of the whole matrix; tile storage: rounded up to whole tiles. */
    int lmt, lnt;                    /* Rows and columns of tiles of the whole matrix. */
    int llm, lln;                    /* Rows and columns that this process stores. */
    int i, j;                        /* Where the submatrix begins, in elements. */
    int m, n;                        /* Rows and columns of the submatrix. */
    int mt, nt;                      /* Rows and columns of tiles of the submatrix. */
    int nb_local_tiles;              /* Tiles that this process stores. */
    int slm, sln;                    /* Rows and columns of the submatrix that this process stores. */
    int32_t *column_starts;          /* Heddle's: triangular distributions: position of the first local tile of each column. */
} parsec_tiled_matrix_t;

/* For those who write distributions: fills everything but what depends on where tiles are (data_map, nb_local_tiles, llm, lln, slm,
 * sln, the functions other than data_key). data_map is malloc()ed by the caller.
 * Contexts: any thread, after MPI is started.  Errors: sizes that make no sense abort, with the values. */
PARSEC_DECLSPEC void parsec_tiled_matrix_init(parsec_tiled_matrix_t *tdesc, parsec_matrix_type_t dtyp,
                                              parsec_matrix_storage_t storage, int matrix_distribution_type, int nodes, int myrank,
                                              int mb, int nb, int lm, int ln, int i, int j, int m, int n);
/* Ends a matrix and its parsec_data_t; the memory of the tiles is the program's. A submatrix and a view share these with their
 * matrix and are just free()d or dropped. */
PARSEC_DECLSPEC void parsec_tiled_matrix_destroy(parsec_tiled_matrix_t *tdesc);
/* The m x n elements from (i, j), counted from the beginning of the stored matrix, where a tile must begin. Ends with free().
 * Errors: NULL with a message: beyond the matrix, within a tile, or a distribution that has none (bands, vectors). */
PARSEC_DECLSPEC parsec_tiled_matrix_t *parsec_tiled_matrix_submatrix(parsec_tiled_matrix_t *tdesc, int i, int j, int m, int n);
/* Writes the tiles of this process to a file, and reads them. Each process needs a file of its own.
 * Errors: PARSEC_ERR_NOT_FOUND, PARSEC_ERR_TRUNCATE, with a message. */
PARSEC_DECLSPEC int parsec_tiled_matrix_data_write(parsec_tiled_matrix_t *tdesc, char *filename);
PARSEC_DECLSPEC int parsec_tiled_matrix_data_read(parsec_tiled_matrix_t *tdesc, char *filename);

/* The data of local tile number `pos`, with memory `ptr`; it is made where there is none.
 * Contexts: any thread, also for the same tile at once.  Cost: a load where it is there. */
PARSEC_DECLSPEC parsec_data_t *parsec_tiled_matrix_create_data(parsec_tiled_matrix_t *matrix, void *ptr, int pos,
                                                               parsec_data_key_t key);
/* Ends the data of all local tiles, and data_map. */
PARSEC_DECLSPEC void parsec_tiled_matrix_destroy_data(parsec_tiled_matrix_t *matrix);

/* Elements between two columns of a tile, and the key of a tile. */
#define BLKLDD(_desc_, _m_) ((_desc_)->storage == PARSEC_MATRIX_TILE ? (_desc_)->mb : (_desc_)->llm)
#define TILED_MATRIX_KEY(_desc_, _m_, _n_) \
    (((parsec_data_collection_t *)(_desc_))->data_key(((parsec_data_collection_t *)(_desc_)), (_m_), (_n_)))

/* ---- Datatypes of tiles ---- */

/* The datatype of m rows and n columns of which columns begin `ld` elements apart, or of their upper or lower triangle, with its
 * diagonal where diag is not 0. resized >= 0: the extent is so many elements. *extent: its extent in bytes. End it with
 * parsec_type_free().
 * Errors: PARSEC_ERR_* and *newtype = PARSEC_DATATYPE_NULL. */
PARSEC_DECLSPEC int parsec_matrix_define_datatype(parsec_datatype_t *newtype, parsec_datatype_t oldtype, parsec_matrix_uplo_t uplo,
                                                  int diag, unsigned int m, unsigned int n, unsigned int ld, int resized,
                                                  ptrdiff_t *extent);
/* Such a datatype and an arena of pieces of its extent, for an arena-datatype that is constructed (those of taskpools are). */
PARSEC_DECLSPEC int parsec_matrix_arena_datatype_define_type(parsec_arena_datatype_t *adt, parsec_datatype_t oldtype,
                                                             parsec_matrix_uplo_t uplo, int diag, unsigned int m, unsigned int n,
                                                             unsigned int ld, size_t alignment, int resized);
/* Ends both. */
PARSEC_DECLSPEC int parsec_matrix_arena_datatype_destruct_free_type(parsec_arena_datatype_t *adt);

#define parsec_matrix_adt_define_type(_adt_, _oldtype_, _uplo_, _diag_, _m_, _n_, _ld_, _align_, _resize_) \
    parsec_matrix_arena_datatype_define_type((_adt_), (_oldtype_), (_uplo_), (_diag_), (_m_), (_n_), (_ld_), (_align_), (_resize_))
#define parsec_matrix_adt_destruct_free_type(_adt_) parsec_matrix_arena_datatype_destruct_free_type((_adt_))

/* The usual shapes, aligned for SSE. The new_ ones end with parsec_matrix_adt_free(), and are NULL where memory is short. */
PARSEC_DECLSPEC int parsec_matrix_adt_define_rect(parsec_arena_datatype_t *adt, parsec_datatype_t oldtype, unsigned int m,
                                                  unsigned int n, unsigned int ld);
PARSEC_DECLSPEC int parsec_matrix_adt_define_square(parsec_arena_datatype_t *adt, parsec_datatype_t oldtype, unsigned int m);
PARSEC_DECLSPEC int parsec_matrix_adt_define_upper(parsec_arena_datatype_t *adt, parsec_datatype_t oldtype, int diag,
                                                   unsigned int m);
PARSEC_DECLSPEC int parsec_matrix_adt_define_lower(parsec_arena_datatype_t *adt, parsec_datatype_t oldtype, int diag,
                                                   unsigned int m);
PARSEC_DECLSPEC parsec_arena_datatype_t *parsec_matrix_adt_new_rect(parsec_datatype_t oldtype, unsigned int m, unsigned int n,
                                                                    unsigned int ld);
PARSEC_DECLSPEC parsec_arena_datatype_t *parsec_matrix_adt_new_square(parsec_datatype_t oldtype, unsigned int m);
PARSEC_DECLSPEC parsec_arena_datatype_t *parsec_matrix_adt_new_upper(parsec_datatype_t oldtype, int diag, unsigned int m);
PARSEC_DECLSPEC parsec_arena_datatype_t *parsec_matrix_adt_new_lower(parsec_datatype_t oldtype, int diag, unsigned int m);
PARSEC_DECLSPEC int parsec_matrix_adt_free(parsec_arena_datatype_t **padt);

#include "parsec/data_dist/matrix/operations.h"

#include "parsec/data_dist/matrix/deprecated/matrix.h"

END_C_DECLS

#endif /* _MATRIX_H_ */
