// Matrices with a band: two matrices behind one.
#include <cstdint>

#include "frontends/parsec/runtime/src/matrix.h"
#include "parsec/data_dist/matrix/sym_two_dim_rectangle_cyclic_band.h"
#include "parsec/data_dist/matrix/two_dim_rectangle_cyclic_band.h"

namespace heddle::parsec {
namespace {

uint32_t Distance(Tile tile) { return tile.m > tile.n ? tile.m - tile.n : tile.n - tile.m; }

// Where the collection that has the tile has it. Bands have no submatrices.
struct Place {
  parsec_data_collection_t* dc;
  Tile tile;
};
Place Find(parsec_matrix_block_cyclic_band_t& a, Tile tile) {
  if (Distance(tile) >= a.band_size) return {&a.off_band.super.super, tile};
  return {&a.band.super.super, {tile.m + a.band_size - 1 - tile.n, tile.n}};
}
Place Find(parsec_matrix_sym_block_cyclic_band_t& a, Tile tile) {
  if (Distance(tile) >= a.band_size) return {&a.off_band.super.super, tile};
  return {&a.band.super.super, {Distance(tile), tile.n}};
}

template <typename Band>
Place FindKey(parsec_data_collection_t* dc, parsec_data_key_t key) {
  auto& a = *reinterpret_cast<Band*>(dc);
  return Find(a, ToLocal(a.super, GlobalOf(a.super, key)));
}

template <typename Band>
uint32_t RankOf(parsec_data_collection_t* dc, ...) {
  const Place at = Find(*reinterpret_cast<Band*>(dc), HEDDLE_PARSEC_TILE_ARGUMENTS(dc));
  return at.dc->rank_of(at.dc, at.tile.m, at.tile.n);
}
template <typename Band>
parsec_data_t* DataOf(parsec_data_collection_t* dc, ...) {
  const Place at = Find(*reinterpret_cast<Band*>(dc), HEDDLE_PARSEC_TILE_ARGUMENTS(dc));
  return at.dc->data_of(at.dc, at.tile.m, at.tile.n);
}
template <typename Band>
uint32_t RankOfKey(parsec_data_collection_t* dc, parsec_data_key_t key) {
  const Place at = FindKey<Band>(dc, key);
  return at.dc->rank_of(at.dc, at.tile.m, at.tile.n);
}
template <typename Band>
parsec_data_t* DataOfKey(parsec_data_collection_t* dc, parsec_data_key_t key) {
  const Place at = FindKey<Band>(dc, key);
  return at.dc->data_of(at.dc, at.tile.m, at.tile.n);
}

template <typename Band>
void Init(Band* desc, int nodes, int myrank, int band_size) {
  if (band_size < 1) MatrixFail("a matrix with a band of %d tiles", band_size);
  const parsec_tiled_matrix_t& like = desc->off_band.super;
  parsec_tiled_matrix_init(&desc->super, like.mtype, like.storage, like.dtype, nodes, myrank, like.mb, like.nb, like.lm, like.ln,
                           like.i, like.j, like.m, like.n);
  desc->band_size = static_cast<unsigned>(band_size);
  parsec_data_collection_t& dc = desc->super.super;
  dc.rank_of = RankOf<Band>;
  dc.rank_of_key = RankOfKey<Band>;
  dc.data_of = DataOf<Band>;
  dc.data_of_key = DataOfKey<Band>;
  dc.vpid_of = VpidOf;
  dc.vpid_of_key = VpidOfKey;
}

}  // namespace

bool IsBand(const parsec_tiled_matrix_t& matrix) {
  return matrix.super.rank_of == RankOf<parsec_matrix_block_cyclic_band_t> ||
         matrix.super.rank_of == RankOf<parsec_matrix_sym_block_cyclic_band_t>;
}

}  // namespace heddle::parsec

using namespace heddle::parsec;

extern "C" {

void parsec_matrix_block_cyclic_band_init(parsec_matrix_block_cyclic_band_t* desc, int nodes, int myrank, int band_size) {
  Init(desc, nodes, myrank, band_size);
}
void parsec_matrix_sym_block_cyclic_band_init(parsec_matrix_sym_block_cyclic_band_t* desc, int nodes, int myrank,
                                              int band_size) {
  Init(desc, nodes, myrank, band_size);
}

}  // extern "C"
