// Tiles of a process in a file: one after the other, row by row of tiles, each column by column, without what LAPACK storage
// has between columns.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "frontends/parsec/runtime/src/matrix.h"

namespace heddle::parsec {
namespace {

struct Close {
  void operator()(FILE* file) const { fclose(file); }
};
using File = std::unique_ptr<FILE, Close>;

// Calls part(pointer, elements) for all that this process has, until it returns false.
template <typename Part>
bool ForEachPart(parsec_tiled_matrix_t* matrix, Part part) {
  parsec_data_collection_t* dc = &matrix->super;
  const size_t bytes = ElementBytes(matrix->mtype);
  const bool whole = matrix->storage == PARSEC_MATRIX_TILE;
  for (int m = 0; m < matrix->mt; ++m) {
    for (int n = 0; n < matrix->nt; ++n) {
      if (dc->rank_of(dc, m, n) != dc->myrank) continue;
      parsec_data_t* data = dc->data_of(dc, m, n);
      char* at = data == nullptr ? nullptr : static_cast<char*>(parsec_data_get_ptr(data, 0));
      if (at == nullptr) continue;
      if (whole) {
        if (!part(at, matrix->bsiz)) return false;
        continue;
      }
      // The last tiles of LAPACK storage may be smaller.
      const Tile tile = ToGlobal(*matrix, {static_cast<uint32_t>(m), static_cast<uint32_t>(n)});
      const int rows = std::min<int64_t>(matrix->mb, matrix->lm - int64_t{tile.m} * matrix->mb);
      const int columns = std::min<int64_t>(matrix->nb, matrix->ln - int64_t{tile.n} * matrix->nb);
      for (int column = 0; column < columns; ++column) {
        if (!part(at + bytes * column * static_cast<size_t>(matrix->llm), static_cast<size_t>(rows))) return false;
      }
    }
  }
  return true;
}

}  // namespace

}  // namespace heddle::parsec

using namespace heddle::parsec;

extern "C" {

int parsec_tiled_matrix_data_write(parsec_tiled_matrix_t* matrix, char* filename) {
  File file(fopen(filename, "wb"));
  if (file == nullptr) {
    MatrixWarn("%s: %s", filename, strerror(errno));
    return PARSEC_ERR_NOT_FOUND;
  }
  const size_t bytes = ElementBytes(matrix->mtype);
  bool written = ForEachPart(matrix, [&](char* at, size_t n) { return fwrite(at, bytes, n, file.get()) == n; });
  written = fflush(file.get()) == 0 && written;
  if (written) return PARSEC_SUCCESS;
  MatrixWarn("%s: %s", filename, strerror(errno));
  return PARSEC_ERR_TRUNCATE;
}

int parsec_tiled_matrix_data_read(parsec_tiled_matrix_t* matrix, char* filename) {
  File file(fopen(filename, "rb"));
  if (file == nullptr) {
    MatrixWarn("%s: %s", filename, strerror(errno));
    return PARSEC_ERR_NOT_FOUND;
  }
  const size_t bytes = ElementBytes(matrix->mtype);
  if (ForEachPart(matrix, [&](char* at, size_t n) { return fread(at, bytes, n, file.get()) == n; })) return PARSEC_SUCCESS;
  MatrixWarn("%s: shorter than the tiles of the matrix", filename);
  return PARSEC_ERR_TRUNCATE;
}

}  // extern "C"
