// Datatypes of tiles, and arenas for them.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "frontends/parsec/runtime/src/matrix.h"

namespace heddle::parsec {
namespace {

// Element (row, column) stands at column * ld + row.
struct Shape {
  unsigned m, n, ld;
};

// The triangle, column by column; its extent is that of all columns.
int DefineTriangle(parsec_datatype_t* newtype, parsec_datatype_t element, int element_bytes, bool lower, bool diagonal,
                   Shape shape) {
  std::vector<int> lengths, begins;
  const unsigned without = diagonal ? 0 : 1;
  for (unsigned column = 0; column < shape.n; ++column) {
    const unsigned first = lower ? column + without : 0;
    const unsigned end = lower ? shape.m : std::min(shape.m, column + 1 - without);
    if (first >= end) continue;
    lengths.push_back(static_cast<int>(end - first));
    begins.push_back(static_cast<int>(column * shape.ld + first));
  }
  parsec_datatype_t triangle;
  int rc = parsec_type_create_indexed(static_cast<int>(lengths.size()), lengths.data(), begins.data(), element, &triangle);
  if (rc != PARSEC_SUCCESS) return rc;
  rc = parsec_type_create_resized(triangle, 0, static_cast<ptrdiff_t>(shape.ld) * shape.n * element_bytes, newtype);
  parsec_type_free(&triangle);
  return rc;
}

int DefineRectangle(parsec_datatype_t* newtype, parsec_datatype_t element, int element_bytes, int resized, Shape shape) {
  parsec_datatype_t rectangle;
  const int m = static_cast<int>(shape.m), n = static_cast<int>(shape.n), ld = static_cast<int>(shape.ld);
  int rc = shape.m == shape.ld ? parsec_type_create_contiguous(ld * n, element, &rectangle)
                               : parsec_type_create_vector(n, m, ld, element, &rectangle);
  if (rc != PARSEC_SUCCESS) return rc;
  if (resized < 0) {
    *newtype = rectangle;
    return PARSEC_SUCCESS;
  }
  rc = parsec_type_create_resized(rectangle, 0, static_cast<ptrdiff_t>(resized) * element_bytes, newtype);
  parsec_type_free(&rectangle);
  return rc;
}

parsec_arena_datatype_t* NewAdt(parsec_datatype_t oldtype, parsec_matrix_uplo_t uplo, int diag, unsigned m, unsigned n,
                                unsigned ld) {
  parsec_arena_datatype_t* adt = PARSEC_OBJ_NEW(parsec_arena_datatype_t);
  if (adt == nullptr) return nullptr;
  if (parsec_matrix_arena_datatype_define_type(adt, oldtype, uplo, diag, m, n, ld, PARSEC_ARENA_ALIGNMENT_SSE, -1) ==
      PARSEC_SUCCESS)
    return adt;
  PARSEC_OBJ_RELEASE(adt);
  return nullptr;
}

}  // namespace

}  // namespace heddle::parsec

using namespace heddle::parsec;

extern "C" {

int parsec_datadist_getsizeoftype(parsec_matrix_type_t type) {
  if (type < PARSEC_MATRIX_BYTE || type > PARSEC_MATRIX_COMPLEX_DOUBLE) return -1;
  return static_cast<int>(ElementBytes(type));
}

int parsec_translate_matrix_type(parsec_matrix_type_t mt, parsec_datatype_t* dt) {
  switch (mt) {
    case PARSEC_MATRIX_BYTE: *dt = parsec_datatype_int8_t; return PARSEC_SUCCESS;
    case PARSEC_MATRIX_INTEGER: *dt = parsec_datatype_int32_t; return PARSEC_SUCCESS;
    case PARSEC_MATRIX_FLOAT: *dt = parsec_datatype_float_t; return PARSEC_SUCCESS;
    case PARSEC_MATRIX_DOUBLE: *dt = parsec_datatype_double_t; return PARSEC_SUCCESS;
    case PARSEC_MATRIX_COMPLEX_FLOAT: *dt = parsec_datatype_complex_t; return PARSEC_SUCCESS;
    case PARSEC_MATRIX_COMPLEX_DOUBLE: *dt = parsec_datatype_double_complex_t; return PARSEC_SUCCESS;
  }
  MatrixWarn("elements of an unknown type (%d)", static_cast<int>(mt));
  return PARSEC_ERR_BAD_PARAM;
}

int parsec_matrix_define_datatype(parsec_datatype_t* newtype, parsec_datatype_t oldtype, parsec_matrix_uplo_t uplo, int diag,
                                  unsigned m, unsigned n, unsigned ld, int resized, ptrdiff_t* extent) {
  *newtype = PARSEC_DATATYPE_NULL;
  *extent = 0;
  int element_bytes = 0;
  int rc = parsec_type_size(oldtype, &element_bytes);
  if (rc != PARSEC_SUCCESS || element_bytes == 0) return PARSEC_ERR_NOT_SUPPORTED;
  if (uplo == PARSEC_MATRIX_LOWER || uplo == PARSEC_MATRIX_UPPER) {
    rc = DefineTriangle(newtype, oldtype, element_bytes, uplo == PARSEC_MATRIX_LOWER, diag != 0, {m, n, ld});
  } else {
    rc = DefineRectangle(newtype, oldtype, element_bytes, resized, {m, n, ld});
  }
  if (rc != PARSEC_SUCCESS) return rc;
  ptrdiff_t lower_bound;
  return parsec_type_extent(*newtype, &lower_bound, extent);
}

int parsec_matrix_arena_datatype_define_type(parsec_arena_datatype_t* adt, parsec_datatype_t oldtype, parsec_matrix_uplo_t uplo,
                                             int diag, unsigned m, unsigned n, unsigned ld, size_t alignment, int resized) {
  parsec_datatype_t type;
  ptrdiff_t extent;
  const int rc = parsec_matrix_define_datatype(&type, oldtype, uplo, diag, m, n, ld, resized, &extent);
  if (rc != PARSEC_SUCCESS) return rc;
  return parsec_arena_datatype_set_type(adt, static_cast<size_t>(extent), alignment, type);
}

int parsec_matrix_arena_datatype_destruct_free_type(parsec_arena_datatype_t* adt) {
  if (adt->opaque_dtt != PARSEC_DATATYPE_NULL) parsec_type_free(&adt->opaque_dtt);
  PARSEC_OBJ_DESTRUCT(adt);
  return PARSEC_SUCCESS;
}

int parsec_matrix_adt_define_rect(parsec_arena_datatype_t* adt, parsec_datatype_t oldtype, unsigned m, unsigned n, unsigned ld) {
  return parsec_matrix_arena_datatype_define_type(adt, oldtype, PARSEC_MATRIX_FULL, 0, m, n, ld, PARSEC_ARENA_ALIGNMENT_SSE, -1);
}
int parsec_matrix_adt_define_square(parsec_arena_datatype_t* adt, parsec_datatype_t oldtype, unsigned m) {
  return parsec_matrix_adt_define_rect(adt, oldtype, m, m, m);
}
int parsec_matrix_adt_define_upper(parsec_arena_datatype_t* adt, parsec_datatype_t oldtype, int diag, unsigned m) {
  return parsec_matrix_arena_datatype_define_type(adt, oldtype, PARSEC_MATRIX_UPPER, diag, m, m, m, PARSEC_ARENA_ALIGNMENT_SSE,
                                                  -1);
}
int parsec_matrix_adt_define_lower(parsec_arena_datatype_t* adt, parsec_datatype_t oldtype, int diag, unsigned m) {
  return parsec_matrix_arena_datatype_define_type(adt, oldtype, PARSEC_MATRIX_LOWER, diag, m, m, m, PARSEC_ARENA_ALIGNMENT_SSE,
                                                  -1);
}

parsec_arena_datatype_t* parsec_matrix_adt_new_rect(parsec_datatype_t oldtype, unsigned m, unsigned n, unsigned ld) {
  return NewAdt(oldtype, PARSEC_MATRIX_FULL, 0, m, n, ld);
}
parsec_arena_datatype_t* parsec_matrix_adt_new_square(parsec_datatype_t oldtype, unsigned m) {
  return parsec_matrix_adt_new_rect(oldtype, m, m, m);
}
parsec_arena_datatype_t* parsec_matrix_adt_new_upper(parsec_datatype_t oldtype, int diag, unsigned m) {
  return NewAdt(oldtype, PARSEC_MATRIX_UPPER, diag, m, m, m);
}
parsec_arena_datatype_t* parsec_matrix_adt_new_lower(parsec_datatype_t oldtype, int diag, unsigned m) {
  return NewAdt(oldtype, PARSEC_MATRIX_LOWER, diag, m, m, m);
}
int parsec_matrix_adt_free(parsec_arena_datatype_t** padt) {
  if ((*padt)->opaque_dtt != PARSEC_DATATYPE_NULL) parsec_type_free(&(*padt)->opaque_dtt);
  PARSEC_OBJ_RELEASE(*padt);
  *padt = nullptr;
  return PARSEC_SUCCESS;
}

}  // extern "C"
