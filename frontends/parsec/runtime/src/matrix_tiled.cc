// What all tiled matrices have in common.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "frontends/parsec/runtime/src/matrix.h"
#include "parsec/data_dist/matrix/sbc.h"
#include "parsec/data_dist/matrix/sym_two_dim_rectangle_cyclic.h"
#include "parsec/data_dist/matrix/two_dim_rectangle_cyclic.h"
#include "parsec/data_dist/matrix/two_dim_tabular.h"

namespace heddle::parsec {
namespace {

void Print(const char* format, va_list arguments) {
  char text[512];
  vsnprintf(text, sizeof text, format, arguments);
  fprintf(stderr, "parsec: %s\n", text);
}

parsec_data_key_t DataKey(parsec_data_collection_t* dc, ...) {
  const auto& matrix = *reinterpret_cast<parsec_tiled_matrix_t*>(dc);
  return KeyOf(matrix, ToGlobal(matrix, HEDDLE_PARSEC_TILE_ARGUMENTS(dc)));
}

int KeyToString(parsec_data_collection_t* dc, parsec_data_key_t key, char* buffer, uint32_t buffer_size) {
  const Tile tile = GlobalOf(*reinterpret_cast<parsec_tiled_matrix_t*>(dc), key);
  return snprintf(buffer, buffer_size, "(%u, %u)", tile.m, tile.n);
}

int TilesOver(int size, int tile) { return size / tile + (size % tile != 0); }

// Tiles that [begin, begin + size) touches.
int TilesTouched(int begin, int size, int tile) { return size <= 0 ? 0 : (begin + size - 1) / tile - begin / tile + 1; }

size_t DescriptorBytes(const parsec_tiled_matrix_t& matrix) {
  if (IsVector(matrix) || IsBand(matrix)) return 0;
  if (matrix.dtype & parsec_matrix_block_cyclic_type) return sizeof(parsec_matrix_block_cyclic_t);
  if (matrix.dtype & parsec_matrix_sym_block_cyclic_type) return sizeof(parsec_matrix_sym_block_cyclic_t);
  if (matrix.dtype & parsec_matrix_sbc_type) return sizeof(parsec_matrix_sbc_t);
  if (matrix.dtype & parsec_matrix_tabular_type) return sizeof(parsec_matrix_tabular_t);
  return 0;
}

}  // namespace

void MatrixFail(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  Print(format, arguments);
  va_end(arguments);
  abort();
}

void MatrixWarn(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  Print(format, arguments);
  va_end(arguments);
}

void NewDataMap(parsec_tiled_matrix_t& matrix) {
  // One more than none: DPLASMA gives data number 0 to processes without tiles.
  const size_t entries = matrix.nb_local_tiles > 0 ? matrix.nb_local_tiles : 1;
  matrix.data_map = static_cast<parsec_data_t**>(calloc(entries, sizeof(parsec_data_t*)));
  if (matrix.data_map == nullptr) MatrixFail("no memory for a matrix of %d local tiles", matrix.nb_local_tiles);
}

int32_t VpidOf(parsec_data_collection_t*, ...) { return 0; }
int32_t VpidOfKey(parsec_data_collection_t*, parsec_data_key_t) { return 0; }

}  // namespace heddle::parsec

using namespace heddle::parsec;

extern "C" {

void parsec_tiled_matrix_init(parsec_tiled_matrix_t* matrix, parsec_matrix_type_t mtype, parsec_matrix_storage_t storage,
                              int distribution, int nodes, int myrank, int mb, int nb, int lm, int ln, int i, int j, int m,
                              int n) {
  if (mtype < PARSEC_MATRIX_BYTE || mtype > PARSEC_MATRIX_COMPLEX_DOUBLE)
    MatrixFail("a matrix of elements of an unknown type (%d)", static_cast<int>(mtype));
  if (mb < 1 || nb < 1) MatrixFail("a matrix with tiles of %d x %d elements", mb, nb);
  if (lm < 0 || ln < 0 || m < 0 || n < 0 || i < 0 || j < 0)
    MatrixFail("a matrix of %d x %d elements, of which %d x %d from (%d, %d) are to be used", lm, ln, m, n, i, j);
  parsec_data_collection_init(&matrix->super, nodes, myrank);
  matrix->super.data_key = DataKey;
  matrix->super.key_to_string = KeyToString;

  matrix->data_map = nullptr;
  matrix->column_starts = nullptr;
  matrix->mtype = mtype;
  matrix->storage = storage;
  matrix->dtype = parsec_matrix_type | distribution;
  matrix->tileld = storage == PARSEC_MATRIX_TILE ? mb : lm;
  matrix->mb = mb;
  matrix->nb = nb;
  matrix->bsiz = static_cast<size_t>(mb) * static_cast<size_t>(nb);
  matrix->lmt = TilesOver(lm, mb);
  matrix->lnt = TilesOver(ln, nb);
  const bool whole_tiles = storage != PARSEC_MATRIX_LAPACK;
  matrix->lm = matrix->llm = matrix->slm = whole_tiles ? matrix->lmt * mb : lm;
  matrix->ln = matrix->lln = matrix->sln = whole_tiles ? matrix->lnt * nb : ln;
  matrix->i = i;
  matrix->j = j;
  matrix->m = m;
  matrix->n = n;
  matrix->mt = TilesTouched(i, m, mb);
  matrix->nt = TilesTouched(j, n, nb);
  matrix->nb_local_tiles = 0;

  parsec_datatype_t element;
  ptrdiff_t extent;
  parsec_translate_matrix_type(mtype, &element);
  if (parsec_matrix_define_datatype(&matrix->super.default_dtt, element, PARSEC_MATRIX_FULL, 1, mb, nb, mb, -1, &extent) !=
      PARSEC_SUCCESS)
    MatrixFail("no datatype for tiles of %d x %d elements: MPI refuses it, or is not initialised", mb, nb);
}

void parsec_tiled_matrix_destroy(parsec_tiled_matrix_t* matrix) {
  if (matrix->super.default_dtt != PARSEC_DATATYPE_NULL) parsec_type_free(&matrix->super.default_dtt);
  parsec_tiled_matrix_destroy_data(matrix);
  parsec_data_collection_destroy(&matrix->super);
}

parsec_data_t* parsec_tiled_matrix_create_data(parsec_tiled_matrix_t* matrix, void* ptr, int pos, parsec_data_key_t key) {
  if (pos < 0 || (pos >= matrix->nb_local_tiles && pos != 0))
    MatrixFail("data of local tile %d of a matrix that has %d tiles in process %u", pos, matrix->nb_local_tiles,
               matrix->super.myrank);
  return parsec_data_create(matrix->data_map + pos, &matrix->super, key, ptr, matrix->bsiz * ElementBytes(matrix->mtype),
                            PARSEC_DATA_FLAG_PARSEC_MANAGED);
}

void parsec_tiled_matrix_destroy_data(parsec_tiled_matrix_t* matrix) {
  free(matrix->column_starts);
  matrix->column_starts = nullptr;
  if (matrix->data_map == nullptr) return;
  const int entries = matrix->nb_local_tiles > 0 ? matrix->nb_local_tiles : 1;
  for (int position = 0; position < entries; ++position) {
    if (matrix->data_map[position] != nullptr) parsec_data_destroy(matrix->data_map[position]);
  }
  free(matrix->data_map);
  matrix->data_map = nullptr;
}

parsec_tiled_matrix_t* parsec_tiled_matrix_submatrix(parsec_tiled_matrix_t* matrix, int i, int j, int m, int n) {
  if (i < 0 || i % matrix->mb != 0 || j < 0 || j % matrix->nb != 0) {
    MatrixWarn("a submatrix from (%d, %d): no tile of %d x %d begins there", i, j, matrix->mb, matrix->nb);
    return nullptr;
  }
  if (m < 0 || m > matrix->lm - i || n < 0 || n > matrix->ln - j) {
    MatrixWarn("a submatrix of %d x %d elements from (%d, %d) of a matrix of %d x %d", m, n, i, j, matrix->lm, matrix->ln);
    return nullptr;
  }
  const size_t bytes = DescriptorBytes(*matrix);
  if (bytes == 0) {
    MatrixWarn("a submatrix of a matrix whose distribution has none");
    return nullptr;
  }
  auto* sub = static_cast<parsec_tiled_matrix_t*>(malloc(bytes));
  if (sub == nullptr) return nullptr;
  memcpy(static_cast<void*>(sub), matrix, bytes);
  sub->i = i;
  sub->j = j;
  sub->m = m;
  sub->n = n;
  sub->mt = TilesTouched(i, m, matrix->mb);
  sub->nt = TilesTouched(j, n, matrix->nb);
  return sub;
}

}  // extern "C"
