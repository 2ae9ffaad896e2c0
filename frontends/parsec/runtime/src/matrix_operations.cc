// Operations on matrices: the taskpools of apply.jdf, matrix_map.jdf and matrix_reduce.jdf with their arguments checked and their
// datatypes made.
#include <cstdint>

#include "frontends/parsec/runtime/src/matrix.h"
#include "frontends/parsec/runtime/src/matrix_operations.h"
#include "frontends/parsec/runtime/src/matrix_taskpool.h"
#include "parsec/data_dist/matrix/apply.h"
#include "parsec/data_dist/matrix/matrix_map.h"
#include "parsec/data_dist/matrix/matrix_reduce.h"

namespace heddle::parsec {
namespace {

// parsec_taskpool_t::destruct of a taskpool that had no other: ends its one datatype.
template <typename Taskpool>
void FreeType(parsec_taskpool_t* tp) {
  parsec_matrix_arena_datatype_destruct_free_type(&reinterpret_cast<Taskpool*>(tp)->arenas_datatypes[0]);
}

bool Like(const parsec_tiled_matrix_t& a, const parsec_tiled_matrix_t& b) {
  return a.mtype == b.mtype && a.mb == b.mb && a.nb == b.nb;
}

parsec_taskpool_t* NewReduce(const parsec_tiled_matrix_t* src, parsec_tiled_matrix_t* dest, parsec_operator_t op,
                             void* op_data, bool by_row) {
  if (!Like(*src, *dest)) {
    MatrixWarn("a sum of tiles of %d x %d elements of type %d for tiles of %d x %d of type %d", src->mb, src->nb, src->mtype,
               dest->mb, dest->nb, dest->mtype);
    return nullptr;
  }
  const int lines = by_row ? src->mt : src->nt, tiles = by_row ? src->nt : src->mt;
  if (lines > (by_row ? dest->mt : dest->nt)) {
    MatrixWarn("sums of %d %s of tiles for a matrix of %d x %d tiles", lines, by_row ? "rows" : "columns", dest->mt, dest->nt);
    return nullptr;
  }
  int levels = 0;
  while ((INT64_C(1) << levels) < tiles) ++levels;
  auto* tp = parsec_matrix_reduce_new(src, dest, op, op_data, by_row ? 1 : 0, lines, tiles, levels);
  if (tp == nullptr) return nullptr;
  parsec_datatype_t element;
  parsec_translate_matrix_type(src->mtype, &element);
  parsec_matrix_adt_define_rect(&tp->arenas_datatypes[PARSEC_matrix_reduce_DEFAULT_ADT_IDX], element,
                                static_cast<unsigned>(src->mb), static_cast<unsigned>(src->nb), static_cast<unsigned>(src->mb));
  tp->super.destruct = FreeType<parsec_matrix_reduce_taskpool_t>;
  return &tp->super;
}

}  // namespace

int RunTaskpool(parsec_context_t* context, parsec_taskpool_t* tp) {
  int rc = parsec_context_add_taskpool(context, tp);
  if (rc != PARSEC_SUCCESS) return rc;
  parsec_context_start(context);  // Not the first to start it: no matter.
  rc = parsec_context_wait(context);
  return rc < 0 ? rc : PARSEC_SUCCESS;
}

}  // namespace heddle::parsec

using namespace heddle::parsec;

extern "C" {

parsec_taskpool_t* parsec_apply_New(parsec_matrix_uplo_t uplo, parsec_tiled_matrix_t* A, parsec_tiled_matrix_unary_op_t operation,
                                    void* op_args) {
  if (uplo != PARSEC_MATRIX_FULL && uplo != PARSEC_MATRIX_UPPER && uplo != PARSEC_MATRIX_LOWER) {
    MatrixWarn("parsec_apply(): uplo is %d", static_cast<int>(uplo));
    return nullptr;
  }
  auto* tp = parsec_apply_new(uplo, A, operation, op_args);
  if (tp == nullptr) return nullptr;
  parsec_datatype_t element;
  parsec_translate_matrix_type(A->mtype, &element);
  parsec_matrix_adt_define_rect(&tp->arenas_datatypes[PARSEC_apply_DEFAULT_ADT_IDX], element, static_cast<unsigned>(A->mb),
                                static_cast<unsigned>(A->nb), static_cast<unsigned>(A->mb));
  return &tp->super;
}

void parsec_apply_Destruct(parsec_taskpool_t* tp) {
  auto& adt = reinterpret_cast<parsec_apply_taskpool_t*>(tp)->arenas_datatypes[PARSEC_apply_DEFAULT_ADT_IDX];
  parsec_matrix_arena_datatype_destruct_free_type(&adt);
  parsec_taskpool_free(tp);
}

int parsec_apply(parsec_context_t* context, parsec_matrix_uplo_t uplo, parsec_tiled_matrix_t* A,
                 parsec_tiled_matrix_unary_op_t operation, void* op_args) {
  parsec_taskpool_t* tp = parsec_apply_New(uplo, A, operation, op_args);
  if (tp == nullptr) return PARSEC_ERR_BAD_PARAM;
  const int rc = RunTaskpool(context, tp);
  parsec_apply_Destruct(tp);
  return rc;
}

parsec_taskpool_t* parsec_map_operator_New(const parsec_tiled_matrix_t* src, parsec_tiled_matrix_t* dest, parsec_operator_t op,
                                           void* op_data) {
  if (src == nullptr || op == nullptr) {
    MatrixWarn("parsec_map_operator_New() without a %s", src == nullptr ? "matrix" : "function");
    return nullptr;
  }
  auto* tp = parsec_matrix_map_new(src, dest, op, op_data, dest != nullptr ? 1 : 0);
  return tp == nullptr ? nullptr : &tp->super;
}

parsec_taskpool_t* parsec_reduce_col_New(const parsec_tiled_matrix_t* src, parsec_tiled_matrix_t* dest, parsec_operator_t op,
                                         void* op_data) {
  return NewReduce(src, dest, op, op_data, false);
}
void parsec_reduce_col_Destruct(parsec_taskpool_t* tp) { parsec_taskpool_free(tp); }

parsec_taskpool_t* parsec_reduce_row_New(const parsec_tiled_matrix_t* src, parsec_tiled_matrix_t* dest, parsec_operator_t op,
                                         void* op_data) {
  return NewReduce(src, dest, op, op_data, true);
}
void parsec_reduce_row_Destruct(parsec_taskpool_t* tp) { parsec_taskpool_free(tp); }

}  // extern "C"
