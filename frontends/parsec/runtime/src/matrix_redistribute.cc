// parsec_redistribute(): the arguments, and the taskpool of matrix_redistribute.jdf.
#include <algorithm>
#include <cstdint>
#include <new>

#include "frontends/parsec/runtime/src/matrix.h"
#include "frontends/parsec/runtime/src/matrix_operations.h"
#include "frontends/parsec/runtime/src/matrix_taskpool.h"
#include "parsec/data_dist/matrix/matrix_redistribute.h"
#include "parsec/data_dist/matrix/sbc.h"
#include "parsec/data_dist/matrix/sym_two_dim_rectangle_cyclic_band.h"

namespace heddle::parsec {
namespace {

struct Region {
  int i, j, rows, columns;  // From (i, j) of the submatrix, counted from the beginning of its first tile.
};

// The triangle that a matrix stores; PARSEC_MATRIX_FULL: all of it.
parsec_matrix_uplo_t StoredPart(const parsec_tiled_matrix_t& a) {
  if (a.dtype & parsec_matrix_sbc_type) return reinterpret_cast<const parsec_matrix_sbc_t&>(a).uplo;
  if (!(a.dtype & parsec_matrix_sym_block_cyclic_type)) return PARSEC_MATRIX_FULL;
  if (IsBand(a)) return reinterpret_cast<const parsec_matrix_sym_block_cyclic_band_t&>(a).off_band.uplo;
  return reinterpret_cast<const parsec_matrix_sym_block_cyclic_t&>(a).uplo;
}

// Rows (columns) from the first tile of the submatrix to the end of what is stored.
int64_t Room(const parsec_tiled_matrix_t& a, int begin, int tile, int tiles, int elements) {
  const int64_t first = static_cast<int64_t>(begin / tile) * tile;
  return (a.storage == PARSEC_MATRIX_LAPACK ? elements : static_cast<int64_t>(tiles) * tile) - first;
}

bool Check(const char* which, const parsec_tiled_matrix_t& a, Region region) {
  const int64_t rows = Room(a, a.i, a.mb, a.lmt, a.lm), columns = Room(a, a.j, a.nb, a.lnt, a.ln);
  if (region.i < 0 || region.j < 0 || int64_t{region.i} + region.rows > rows || int64_t{region.j} + region.columns > columns) {
    MatrixWarn("parsec_redistribute(): %d x %d elements from (%d, %d) are not in the %s of %lld x %lld", region.rows,
               region.columns, region.i, region.j, which, static_cast<long long>(rows), static_cast<long long>(columns));
    return false;
  }
  const parsec_matrix_uplo_t stored = StoredPart(a);
  const int first_m = region.i / a.mb + a.i / a.mb, last_m = (region.i + region.rows - 1) / a.mb + a.i / a.mb;
  const int first_n = region.j / a.nb + a.j / a.nb, last_n = (region.j + region.columns - 1) / a.nb + a.j / a.nb;
  if ((stored == PARSEC_MATRIX_LOWER && first_m < last_n) || (stored == PARSEC_MATRIX_UPPER && first_n < last_m)) {
    MatrixWarn("parsec_redistribute(): the %s does not store all tiles from (%d, %d) to (%d, %d)", which, first_m, first_n,
               last_m, last_n);
    return false;
  }
  return true;
}

void Free(parsec_taskpool_t* tp) {
  auto* redistribute = reinterpret_cast<parsec_matrix_redistribute_taskpool_t*>(tp);
  heddle_parsec_part_t* part = redistribute->_g_part;
  parsec_matrix_arena_datatype_destruct_free_type(
      &redistribute->arenas_datatypes[PARSEC_matrix_redistribute_DEFAULT_ADT_IDX]);
  if (part->destruct != nullptr) part->destruct(tp);
  delete part;
}

}  // namespace

}  // namespace heddle::parsec

using namespace heddle::parsec;

extern "C" {

parsec_taskpool_t* parsec_redistribute_New(parsec_tiled_matrix_t* source, parsec_tiled_matrix_t* target, int size_row,
                                           int size_col, int disi_source, int disj_source, int disi_target, int disj_target) {
  if (size_row < 1 || size_col < 1) {
    MatrixWarn("parsec_redistribute(): %d x %d elements", size_row, size_col);
    return nullptr;
  }
  if (source->mtype != target->mtype) {
    MatrixWarn("parsec_redistribute(): from elements of type %d to type %d", source->mtype, target->mtype);
    return nullptr;
  }
  if (!Check("source", *source, {disi_source, disj_source, size_row, size_col}) ||
      !Check("target", *target, {disi_target, disj_target, size_row, size_col}))
    return nullptr;
  auto* part = new (std::nothrow) heddle_parsec_part_t{{size_row, disi_source, source->mb, disi_target, target->mb},
                                                       {size_col, disj_source, source->nb, disj_target, target->nb},
                                                       source,
                                                       target,
                                                       ElementBytes(source->mtype),
                                                       nullptr};
  if (part == nullptr) return nullptr;
  auto* tp = parsec_matrix_redistribute_new(source, target, part);
  if (tp == nullptr) {
    delete part;
    return nullptr;
  }
  part->destruct = tp->super.destruct;
  tp->super.destruct = Free;
  // A piece is at most a whole tile of either.
  parsec_datatype_t element;
  parsec_translate_matrix_type(source->mtype, &element);
  const int rows = std::min({source->mb, target->mb, size_row}), columns = std::min({source->nb, target->nb, size_col});
  parsec_matrix_adt_define_rect(&tp->arenas_datatypes[PARSEC_matrix_redistribute_DEFAULT_ADT_IDX], element,
                                static_cast<unsigned>(rows), static_cast<unsigned>(columns), static_cast<unsigned>(rows));
  return &tp->super;
}

void parsec_redistribute_Destruct(parsec_taskpool_t* tp) { parsec_taskpool_free(tp); }

int parsec_redistribute(parsec_context_t* context, parsec_tiled_matrix_t* source, parsec_tiled_matrix_t* target, int size_row,
                        int size_col, int disi_source, int disj_source, int disi_target, int disj_target) {
  parsec_taskpool_t* tp =
      parsec_redistribute_New(source, target, size_row, size_col, disi_source, disj_source, disi_target, disj_target);
  if (tp == nullptr) return PARSEC_ERR_NOT_SUPPORTED;
  const int rc = RunTaskpool(context, tp);
  parsec_redistribute_Destruct(tp);
  return rc;
}

// There is nothing that inserted tasks would do better: both are the one taskpool.
int parsec_redistribute_dtd_New(parsec_context_t* context, parsec_tiled_matrix_t* source, parsec_tiled_matrix_t* target,
                                int size_row, int size_col, int disi_source, int disj_source, int disi_target,
                                int disj_target) {
  return parsec_redistribute(context, source, target, size_row, size_col, disi_source, disj_source, disi_target, disj_target);
}
int parsec_redistribute_dtd(parsec_context_t* context, parsec_tiled_matrix_t* source, parsec_tiled_matrix_t* target,
                            int size_row, int size_col, int disi_source, int disj_source, int disi_target, int disj_target) {
  return parsec_redistribute(context, source, target, size_row, size_col, disi_source, disj_source, disi_target, disj_target);
}

}  // extern "C"
