// Vectors dealt out over a grid.
//
// PaRSEC 4.1 counts the segments of rows and columns over the other dimension of the grid than it deals them out over, so that
// processes run out of places; here both are the same.
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <numeric>

#include "frontends/parsec/runtime/src/matrix.h"
#include "parsec/data_dist/matrix/vector_two_dim_cyclic.h"

namespace heddle::parsec {
namespace {

using Vector = parsec_vector_two_dim_cyclic_t;

Vector& Of(parsec_data_collection_t* dc) { return *reinterpret_cast<Vector*>(dc); }

// `segment` counts from the beginning of the stored vector.
uint32_t RankOfSegment(const Vector& v, uint32_t segment) {
  const auto rows = static_cast<uint32_t>(v.grid.rows), columns = static_cast<uint32_t>(v.grid.cols);
  const uint32_t row = v.distrib != PARSEC_VECTOR_DISTRIB_COL ? segment % rows : 0;
  const uint32_t column = v.distrib != PARSEC_VECTOR_DISTRIB_ROW ? segment % columns : 0;
  return row * columns + column;
}

parsec_data_t* DataOfSegment(Vector& v, uint32_t segment) {
  if (segment >= static_cast<uint32_t>(v.super.lmt) || RankOfSegment(v, segment) != v.super.super.myrank) [[unlikely]]
    return nullptr;
  const uint32_t position = segment / static_cast<uint32_t>(v.lcm);
  return DataAt(v.super, v.mat, position * v.super.bsiz, position, segment);
}

uint32_t Global(const Vector& v, uint32_t segment) { return segment + static_cast<uint32_t>(v.super.i / v.super.mb); }

#define SEGMENT_ARGUMENT(last)                        \
  ({                                                  \
    va_list arguments_;                               \
    va_start(arguments_, last);                       \
    const uint32_t m_ = va_arg(arguments_, unsigned); \
    va_end(arguments_);                               \
    m_;                                               \
  })

parsec_data_key_t DataKey(parsec_data_collection_t* dc, ...) { return Global(Of(dc), SEGMENT_ARGUMENT(dc)); }
uint32_t RankOf(parsec_data_collection_t* dc, ...) { return RankOfSegment(Of(dc), Global(Of(dc), SEGMENT_ARGUMENT(dc))); }
uint32_t RankOfKey(parsec_data_collection_t* dc, parsec_data_key_t key) {
  return RankOfSegment(Of(dc), static_cast<uint32_t>(key));
}
parsec_data_t* DataOf(parsec_data_collection_t* dc, ...) {
  return DataOfSegment(Of(dc), Global(Of(dc), SEGMENT_ARGUMENT(dc)));
}
parsec_data_t* DataOfKey(parsec_data_collection_t* dc, parsec_data_key_t key) {
  return DataOfSegment(Of(dc), static_cast<uint32_t>(key));
}

int KeyToString(parsec_data_collection_t*, parsec_data_key_t key, char* buffer, uint32_t buffer_size) {
  return snprintf(buffer, buffer_size, "(%" PRIu64 ")", key);
}

}  // namespace

bool IsVector(const parsec_tiled_matrix_t& matrix) { return matrix.super.rank_of == RankOf; }

}  // namespace heddle::parsec

using namespace heddle::parsec;

extern "C" void parsec_vector_two_dim_cyclic_init(parsec_vector_two_dim_cyclic_t* dc, parsec_matrix_type_t mtype,
                                                  enum parsec_vector_two_dim_cyclic_distrib_t distrib, int myrank, int mb, int lm,
                                                  int i, int m, int P, int Q) {
  parsec_grid_2Dcyclic_init(&dc->grid, myrank, P, Q, 1, 1, 0, 0);
  parsec_tiled_matrix_t& v = dc->super;
  parsec_tiled_matrix_init(&v, mtype, PARSEC_MATRIX_TILE, parsec_matrix_block_cyclic_type, P * Q, myrank, mb, 1, lm, 1, i, 0, m,
                           1);
  dc->mat = nullptr;
  dc->distrib = distrib;
  dc->lcm = distrib == PARSEC_VECTOR_DISTRIB_ROW ? P : distrib == PARSEC_VECTOR_DISTRIB_COL ? Q : std::lcm(P, Q);
  for (int first = 0; first < dc->lcm && first < v.lmt; ++first) {
    if (RankOfSegment(*dc, static_cast<uint32_t>(first)) == v.super.myrank) v.nb_local_tiles = (v.lmt - 1 - first) / dc->lcm + 1;
  }
  v.llm = v.nb_local_tiles * mb;
  v.lln = 1;
  NewDataMap(v);
  v.super.data_key = DataKey;
  v.super.key_to_string = KeyToString;
  v.super.rank_of = RankOf;
  v.super.rank_of_key = RankOfKey;
  v.super.data_of = DataOf;
  v.super.data_of_key = DataOfKey;
  v.super.vpid_of = VpidOf;
  v.super.vpid_of_key = VpidOfKey;
}
