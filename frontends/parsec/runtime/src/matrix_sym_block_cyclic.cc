// Symmetric two-dimensional block cyclic matrices.
#include <cstdint>

#include "frontends/parsec/runtime/src/matrix_index.h"
#include "frontends/parsec/runtime/src/matrix_triangular.h"
#include "parsec/data_dist/matrix/sym_two_dim_rectangle_cyclic.h"

namespace heddle::parsec {
namespace {

using Matrix = parsec_matrix_sym_block_cyclic_t;

uint32_t RankOfTile(const Matrix& a, Tile tile) {
  if (!IsStored(a.uplo, tile)) return UINT32_MAX;
  return Remainder(tile.m, a.grid.rows) * static_cast<uint32_t>(a.grid.cols) + Remainder(tile.n, a.grid.cols);
}

parsec_data_t* DataOfTile(Matrix& a, Tile tile) {
  if (!IsStored(a.uplo, tile) || tile.m >= static_cast<uint32_t>(a.super.lmt) || tile.n >= static_cast<uint32_t>(a.super.lnt) ||
      Remainder(tile.m, a.grid.rows) != static_cast<uint32_t>(a.grid.rrank) ||
      Remainder(tile.n, a.grid.cols) != static_cast<uint32_t>(a.grid.crank)) [[unlikely]]
    return nullptr;
  const uint32_t first = a.uplo == PARSEC_MATRIX_LOWER ? tile.n : 0;
  const uint32_t position = static_cast<uint32_t>(a.super.column_starts[tile.n]) + Quotient(tile.m - first, a.grid.rows);
  return DataAt(a.super, a.mat, position * a.super.bsiz, position, KeyOf(a.super, tile));
}

}  // namespace

}  // namespace heddle::parsec

using namespace heddle::parsec;

extern "C" void parsec_matrix_sym_block_cyclic_init(parsec_matrix_sym_block_cyclic_t* dc, parsec_matrix_type_t mtype, int myrank,
                                                    int mb, int nb, int lm, int ln, int i, int j, int m, int n, int P, int Q,
                                                    parsec_matrix_uplo_t uplo) {
  if (uplo != PARSEC_MATRIX_LOWER && uplo != PARSEC_MATRIX_UPPER)
    MatrixFail("a symmetric matrix of which %d is stored: neither PARSEC_MATRIX_LOWER nor PARSEC_MATRIX_UPPER", uplo);
  parsec_grid_2Dcyclic_init(&dc->grid, myrank, P, Q, 1, 1, 0, 0);
  parsec_tiled_matrix_init(&dc->super, mtype, PARSEC_MATRIX_TILE, parsec_matrix_sym_block_cyclic_type, P * Q, myrank, mb, nb,
                           lm, ln, i, j, m, n);
  dc->mat = nullptr;
  dc->uplo = uplo;
  PlaceColumns(dc->super, 0, [dc, P, Q](int n) -> int64_t {
    if (n % Q != dc->grid.crank) return 0;
    const Rows rows = StoredRows(dc->super, dc->uplo, n);
    return CountResidues(rows.end, dc->grid.rrank, P) - CountResidues(rows.first, dc->grid.rrank, P);
  });
  Functions<Matrix, RankOfTile, DataOfTile>::SetIn(dc->super.super);
}
