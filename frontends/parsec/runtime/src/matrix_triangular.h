// Matrices of which one triangle of tiles is stored, column by column: where a tile stands among those of its process.
//
// parsec_tiled_matrix_t::column_starts has lnt + 1 entries, then the distribution's own.
#ifndef HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_MATRIX_TRIANGULAR_H_
#define HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_MATRIX_TRIANGULAR_H_

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "frontends/parsec/runtime/src/matrix.h"

namespace heddle::parsec {

inline bool IsStored(parsec_matrix_uplo_t uplo, Tile tile) {
  return uplo == PARSEC_MATRIX_LOWER ? tile.m >= tile.n : tile.m <= tile.n;
}

// The rows of tiles that are stored of column n: [first, end).
struct Rows {
  int64_t first, end;
};
inline Rows StoredRows(const parsec_tiled_matrix_t& matrix, parsec_matrix_uplo_t uplo, int64_t n) {
  const int64_t rows = matrix.lmt;
  if (uplo == PARSEC_MATRIX_LOWER) return {std::min(n, rows), rows};
  return {0, std::min(n + 1, rows)};
}

// Sets column_starts, with `more` entries behind it, nb_local_tiles and data_map; count(n): local tiles of column n.
template <typename Count>
void PlaceColumns(parsec_tiled_matrix_t& matrix, int more, Count count) {
  matrix.column_starts = static_cast<int32_t*>(calloc(static_cast<size_t>(matrix.lnt) + 1 + more, sizeof(int32_t)));
  if (matrix.column_starts == nullptr) MatrixFail("no memory for a matrix of %d columns of tiles", matrix.lnt);
  int64_t tiles = 0;
  for (int n = 0; n < matrix.lnt; ++n) {
    matrix.column_starts[n] = static_cast<int32_t>(tiles);
    tiles += count(n);
    if (tiles > INT32_MAX) MatrixFail("a matrix of more than %d tiles in a process", INT32_MAX);
  }
  matrix.column_starts[matrix.lnt] = static_cast<int32_t>(tiles);
  matrix.nb_local_tiles = static_cast<int>(tiles);
  NewDataMap(matrix);
}

// The functions of a collection from RankOfTile(matrix, global tile) and DataOfTile(matrix, global tile).
template <typename Matrix, uint32_t (*RankOfTile)(const Matrix&, Tile), parsec_data_t* (*DataOfTile)(Matrix&, Tile)>
struct Functions {
  static Matrix& Of(parsec_data_collection_t* dc) { return *reinterpret_cast<Matrix*>(dc); }
  static uint32_t RankOf(parsec_data_collection_t* dc, ...) {
    return RankOfTile(Of(dc), ToGlobal(Of(dc).super, HEDDLE_PARSEC_TILE_ARGUMENTS(dc)));
  }
  static uint32_t RankOfKey(parsec_data_collection_t* dc, parsec_data_key_t key) {
    return RankOfTile(Of(dc), GlobalOf(Of(dc).super, key));
  }
  static parsec_data_t* DataOf(parsec_data_collection_t* dc, ...) {
    return DataOfTile(Of(dc), ToGlobal(Of(dc).super, HEDDLE_PARSEC_TILE_ARGUMENTS(dc)));
  }
  static parsec_data_t* DataOfKey(parsec_data_collection_t* dc, parsec_data_key_t key) {
    return DataOfTile(Of(dc), GlobalOf(Of(dc).super, key));
  }
  static void SetIn(parsec_data_collection_t& dc) {
    dc.rank_of = RankOf;
    dc.rank_of_key = RankOfKey;
    dc.data_of = DataOf;
    dc.data_of_key = DataOfKey;
    dc.vpid_of = VpidOf;
    dc.vpid_of_key = VpidOfKey;
  }
};

}  // namespace heddle::parsec

#endif  // HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_MATRIX_TRIANGULAR_H_
