// Pieces of tiles: which there are, and how they are copied.
#include <algorithm>
#include <cstring>

#include "frontends/parsec/runtime/src/matrix.h"
#include "frontends/parsec/runtime/src/matrix_operations.h"
#include "parsec/data_dist/matrix/redistribute/redistribute_internal.h"

namespace heddle::parsec {
namespace {

using Span = heddle_parsec_span_t;
using Part = heddle_parsec_part_t;
using Piece = heddle_parsec_piece_t;

// What a span has of tile s of the source, in rows (columns) of the source. Never empty.
struct Range {
  int begin, end;
};
Range OfSourceTile(const Span& span, int s) {
  return {std::max(span.source, s * span.source_tile), std::min(span.source + span.size, (s + 1) * span.source_tile)};
}

// Rows (columns) that tiles s and t have in common, and where in both.
struct Common {
  int size, source, target;
};
Common InCommon(const Span& span, int s, int t) {
  const Range from = OfSourceTile(span, s);
  const int shift = span.source - span.target;
  const int begin = std::max(from.begin, t * span.target_tile + shift);
  const int end = std::min(from.end, (t + 1) * span.target_tile + shift);
  return {end - begin, begin - s * span.source_tile, begin - shift - t * span.target_tile};
}

// Columns of `rows` elements of `bytes` that begin ld elements apart.
void CopyColumns(char* to, size_t to_ld, const char* from, size_t from_ld, size_t rows, size_t columns, size_t bytes) {
  if (rows == to_ld && rows == from_ld) {
    memcpy(to, from, rows * columns * bytes);
    return;
  }
  for (size_t column = 0; column < columns; ++column)
    memcpy(to + column * to_ld * bytes, from + column * from_ld * bytes, rows * bytes);
}

size_t LeadingDimension(const parsec_tiled_matrix_t& matrix) { return static_cast<size_t>(BLKLDD(&matrix, 0)); }

// Rows and columns of a tile that are in the matrix: LAPACK storage has smaller ones at its end.
struct Extent {
  size_t rows, columns;
};
Extent ExtentOf(const parsec_tiled_matrix_t& matrix, int m, int n) {
  const auto within = [](int size, int all, int begin, int tile, int index) {
    return static_cast<size_t>(std::min(size, std::max(0, all - (begin / size + index) * tile)));
  };
  return {within(matrix.mb, matrix.lm, matrix.i, matrix.mb, m), within(matrix.nb, matrix.ln, matrix.j, matrix.nb, n)};
}

// Rows (columns) that tile `index` has of a submatrix, in tiles of `tile` of them: how many, from where in the tile, and from where in
// the submatrix. It begins `begin` into tile `first`, of which at most `limit` count, and ends with `end` of tile `last`.
struct Slice {
  int size, source, target;
};
Slice OfTile(int index, int first, int last, int begin, int end, int tile, int limit) {
  if (index == first) return {std::min(tile - begin, limit), begin, 0};
  if (index < first || index > last) return {0, 0, 0};
  return {index == last ? end + 1 : tile, 0, (index - first) * tile - begin};
}

}  // namespace

}  // namespace heddle::parsec

using namespace heddle::parsec;

extern "C" {

void heddle_parsec_pack_tile(const parsec_tiled_matrix_t* matrix, int m, int n, const void* tile, void* packed) {
  const size_t bytes = ElementBytes(matrix->mtype);
  const Extent extent = ExtentOf(*matrix, m, n);
  const auto rows = static_cast<size_t>(matrix->mb), columns = static_cast<size_t>(matrix->nb);
  if (extent.rows < rows || extent.columns < columns) memset(packed, 0, rows * columns * bytes);
  CopyColumns(static_cast<char*>(packed), rows, static_cast<const char*>(tile), LeadingDimension(*matrix), extent.rows,
              extent.columns, bytes);
}

void heddle_parsec_unpack_tile(const parsec_tiled_matrix_t* matrix, int m, int n, const void* packed, void* tile) {
  const Extent extent = ExtentOf(*matrix, m, n);
  CopyColumns(static_cast<char*>(tile), LeadingDimension(*matrix), static_cast<const char*>(packed),
              static_cast<size_t>(matrix->mb), extent.rows, extent.columns, ElementBytes(matrix->mtype));
}

int heddle_parsec_first_source(const Span* span) { return span->source / span->source_tile; }
int heddle_parsec_last_source(const Span* span) { return (span->source + span->size - 1) / span->source_tile; }
int heddle_parsec_first_target(const Span* span, int s) {
  return (OfSourceTile(*span, s).begin - span->source + span->target) / span->target_tile;
}
int heddle_parsec_last_target(const Span* span, int s) {
  return (OfSourceTile(*span, s).end - 1 - span->source + span->target) / span->target_tile;
}

int heddle_parsec_together(const Part* part, int ms, int ns, int mt, int nt) {
  parsec_data_collection_t* source = &part->source->super;
  parsec_data_collection_t* target = &part->target->super;
  return source->rank_of(source, ms, ns) == target->rank_of(target, mt, nt);
}

Piece heddle_parsec_piece(const Part* part, int ms, int ns, int mt, int nt) {
  const Common rows = InCommon(part->rows, ms, mt), columns = InCommon(part->columns, ns, nt);
  return {rows.size, columns.size, rows.source, columns.source, rows.target, columns.target};
}

void heddle_parsec_copy_piece(const Part* part, Piece piece, const void* source, void* target) {
  const size_t bytes = part->element_bytes;
  const size_t source_ld = LeadingDimension(*part->source), target_ld = LeadingDimension(*part->target);
  const size_t from = static_cast<size_t>(piece.source_column) * source_ld + static_cast<size_t>(piece.source_row);
  const size_t to = static_cast<size_t>(piece.target_column) * target_ld + static_cast<size_t>(piece.target_row);
  CopyColumns(static_cast<char*>(target) + to * bytes, target_ld, static_cast<const char*>(source) + from * bytes, source_ld,
              static_cast<size_t>(piece.rows), static_cast<size_t>(piece.columns), bytes);
}

void heddle_parsec_pack_piece(const Part* part, Piece piece, const void* source, void* packed) {
  const size_t bytes = part->element_bytes, ld = LeadingDimension(*part->source);
  const size_t from = static_cast<size_t>(piece.source_column) * ld + static_cast<size_t>(piece.source_row);
  CopyColumns(static_cast<char*>(packed), static_cast<size_t>(piece.rows), static_cast<const char*>(source) + from * bytes, ld,
              static_cast<size_t>(piece.rows), static_cast<size_t>(piece.columns), bytes);
}

void heddle_parsec_unpack_piece(const Part* part, Piece piece, const void* packed, void* target) {
  const size_t bytes = part->element_bytes, ld = LeadingDimension(*part->target);
  const size_t to = static_cast<size_t>(piece.target_column) * ld + static_cast<size_t>(piece.target_row);
  CopyColumns(static_cast<char*>(target) + to * bytes, ld, static_cast<const char*>(packed), static_cast<size_t>(piece.rows),
              static_cast<size_t>(piece.rows), static_cast<size_t>(piece.columns), bytes);
}

void CORE_redistribute_dtd(DTYPE* T, DTYPE* Y, int mb_Y, int nb_Y, int m_Y, int n_Y, int m_Y_start, int m_Y_end, int n_Y_start,
                           int n_Y_end, int i_start, int i_end, int j_start, int j_end, int mb_T, int mb_T_inner, int nb_T_inner,
                           int R, int i_start_T, int j_start_T) {
  const Slice rows = OfTile(m_Y, m_Y_start, m_Y_end, i_start, i_end, mb_Y - 2 * R, mb_T_inner);
  const Slice columns = OfTile(n_Y, n_Y_start, n_Y_end, j_start, j_end, nb_Y - 2 * R, nb_T_inner);
  if (rows.size <= 0 || columns.size <= 0) return;
  DTYPE* to = T + (j_start_T + columns.target) * ptrdiff_t{mb_T} + i_start_T + rows.target;
  const DTYPE* from = Y + (R + columns.source) * ptrdiff_t{mb_Y} + R + rows.source;
  CopyColumns(reinterpret_cast<char*>(to), static_cast<size_t>(mb_T), reinterpret_cast<const char*>(from), static_cast<size_t>(mb_Y),
              static_cast<size_t>(rows.size), static_cast<size_t>(columns.size), sizeof(DTYPE));
}

}  // extern "C"
