// Symmetric block cyclic matrices (SC22; see the header). The pattern is r x r; a pair of residues {a, b}, a < b, is process
// b(b-1)/2 + a. Column n of the matrix has at most two residues of rows that belong to a process: one off the diagonal of the
// pattern, one on it.
#include <cstdint>

#include "frontends/parsec/runtime/src/matrix_index.h"
#include "frontends/parsec/runtime/src/matrix_triangular.h"
#include "parsec/data_dist/matrix/sbc.h"

namespace heddle::parsec {
namespace {

using Matrix = parsec_matrix_sbc_t;

uint32_t PairRank(uint32_t a, uint32_t b) {
  if (a > b) std::swap(a, b);
  return b * (b - 1) / 2 + a;
}

// Who has the diagonal residue d in column n.
uint32_t DiagonalRank(const Matrix& a, uint32_t d, uint32_t n) {
  const uint32_t r = a.r, half = r / 2;
  if (!a.extended) return r * (r - 1) / 2 + d % half;
  // Pattern p gives it to the pair {d, d + step}. Steps 1, 2, ... below r/2 give every process as much; an even r has r/2
  // patterns more, in which the halves of the diagonal use steps that differ by one, and r/2 instead of the first and the last.
  const uint32_t pattern = n / r % a.diag_patterns;
  const uint32_t regular = (r - 1) / 2;
  uint32_t step;
  if (pattern < regular) {
    step = pattern + 1;
  } else {
    const uint32_t shift = pattern - regular;
    step = d < half ? (shift == 0 ? half : shift) : (shift == half - 1 ? half : shift + 1);
  }
  return PairRank(d, (d + step) % r);
}

uint32_t RankOfTile(const Matrix& a, Tile tile) {
  if (!IsStored(a.uplo, tile)) return UINT32_MAX;
  const uint32_t row = tile.m % a.r, column = tile.n % a.r;
  return row != column ? PairRank(row, column) : DiagonalRank(a, row, tile.n);
}

// Tiles of this process among the rows [first, end) of column n.
int64_t CountInColumn(const Matrix& a, int64_t n, int64_t first, int64_t end) {
  const int32_t* mine = a.super.column_starts + a.super.lnt + 1;  // The pair of this process, or -1, -1.
  const uint32_t r = a.r, residue = static_cast<uint32_t>(n) % r;
  const auto count = [=](int64_t row) { return CountResidues(end, row, r) - CountResidues(first, row, r); };
  int64_t tiles = 0;
  if (mine[0] == static_cast<int32_t>(residue)) tiles += count(mine[1]);
  if (mine[1] == static_cast<int32_t>(residue)) tiles += count(mine[0]);
  if (DiagonalRank(a, residue, static_cast<uint32_t>(n)) == a.super.super.myrank) tiles += count(residue);
  return tiles;
}

parsec_data_t* DataOfTile(Matrix& a, Tile tile) {
  if (tile.m >= static_cast<uint32_t>(a.super.lmt) || tile.n >= static_cast<uint32_t>(a.super.lnt) ||
      RankOfTile(a, tile) != a.super.super.myrank) [[unlikely]]
    return nullptr;
  const Rows rows = StoredRows(a.super, a.uplo, tile.n);
  const auto position = static_cast<uint32_t>(a.super.column_starts[tile.n] + CountInColumn(a, tile.n, rows.first, tile.m));
  return DataAt(a.super, a.mat, position * a.super.bsiz, position, KeyOf(a.super, tile));
}

}  // namespace

}  // namespace heddle::parsec

using namespace heddle::parsec;

extern "C" int parsec_matrix_sbc_init(parsec_matrix_sbc_t* dc, parsec_matrix_type_t mtype, int myrank, int mb, int nb, int lm,
                                      int ln, int i, int j, int m, int n, int nodes, int r, parsec_matrix_uplo_t uplo) {
  if (r < 2 || r > UINT16_MAX) {
    MatrixWarn("symmetric block cyclic: a pattern of %d x %d", r, r);
    return PARSEC_ERR_BAD_PARAM;
  }
  if (uplo != PARSEC_MATRIX_LOWER && uplo != PARSEC_MATRIX_UPPER) {
    MatrixWarn("symmetric block cyclic: %d is neither PARSEC_MATRIX_LOWER nor PARSEC_MATRIX_UPPER", static_cast<int>(uplo));
    return PARSEC_ERR_BAD_PARAM;
  }
  if (myrank < 0 || myrank >= nodes) {
    MatrixWarn("symmetric block cyclic: process %d of %d", myrank, nodes);
    return PARSEC_ERR_BAD_PARAM;
  }
  const int64_t pairs = static_cast<int64_t>(r) * (r - 1) / 2;
  const bool extended = nodes == pairs;
  if (!extended && (r % 2 != 0 || nodes != pairs + r / 2)) {
    MatrixWarn("symmetric block cyclic: a pattern of %d x %d is for %lld processes%s, not %d", r, r,
               static_cast<long long>(pairs), r % 2 == 0 ? " or r/2 more" : "", nodes);
    return PARSEC_ERR_BAD_PARAM;
  }
  parsec_tiled_matrix_init(&dc->super, mtype, PARSEC_MATRIX_TILE, parsec_matrix_sbc_type, nodes, myrank, mb, nb, lm, ln, i, j, m,
                           n);
  dc->mat = nullptr;
  dc->uplo = uplo;
  dc->r = static_cast<uint16_t>(r);
  dc->extended = extended;
  dc->diag_patterns = static_cast<uint16_t>(!extended ? 1 : r % 2 != 0 ? (r - 1) / 2 : r - 1);

  int32_t low = -1, high = -1;
  if (myrank < pairs) {
    for (high = 1; static_cast<int64_t>(high) * (high + 1) / 2 <= myrank; ++high) {
    }
    low = static_cast<int32_t>(myrank - static_cast<int64_t>(high) * (high - 1) / 2);
  }
  parsec_tiled_matrix_t& a = dc->super;
  PlaceColumns(a, 2, [&](int column) {
    a.column_starts[a.lnt + 1] = low;
    a.column_starts[a.lnt + 2] = high;
    const Rows rows = StoredRows(a, uplo, column);
    return CountInColumn(*dc, column, rows.first, rows.end);
  });
  Functions<Matrix, RankOfTile, DataOfTile>::SetIn(a.super);
  return PARSEC_SUCCESS;
}
