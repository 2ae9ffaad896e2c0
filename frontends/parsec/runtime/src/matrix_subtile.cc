// One tile cut into smaller ones.
#include <cstdlib>

#include "frontends/parsec/runtime/src/matrix_triangular.h"
#include "parsec/data_dist/matrix/subtile.h"

namespace heddle::parsec {
namespace {

uint32_t RankOfTile(const subtile_desc_t& a, Tile) { return a.super.super.myrank; }

parsec_data_t* DataOfTile(subtile_desc_t& a, Tile tile) {
  if (tile.m >= static_cast<uint32_t>(a.super.lmt)) [[unlikely]] return nullptr;
  const auto position = static_cast<uint32_t>(KeyOf(a.super, tile));
  const size_t offset = size_t{tile.n} * static_cast<size_t>(a.super.nb) * static_cast<size_t>(a.super.lm) +
                        size_t{tile.m} * static_cast<size_t>(a.super.mb);
  return DataAt(a.super, a.mat, offset, position, position);
}

int32_t SubtileVpidOf(parsec_data_collection_t* dc, ...) { return reinterpret_cast<subtile_desc_t*>(dc)->vpid; }
int32_t SubtileVpidOfKey(parsec_data_collection_t* dc, parsec_data_key_t) {
  return reinterpret_cast<subtile_desc_t*>(dc)->vpid;
}

}  // namespace

}  // namespace heddle::parsec

using namespace heddle::parsec;

extern "C" subtile_desc_t* subtile_desc_create(const parsec_tiled_matrix_t* tdesc, int mt, int, int mb, int nb, int i, int j,
                                               int m, int n) {
  auto* sub = static_cast<subtile_desc_t*>(calloc(1, sizeof(subtile_desc_t)));
  if (sub == nullptr) return nullptr;
  parsec_tiled_matrix_t& a = sub->super;
  // Its columns are as far from one another as the tile's.
  (void)mt;
  parsec_tiled_matrix_init(&a, tdesc->mtype, PARSEC_MATRIX_LAPACK, 0, static_cast<int>(tdesc->super.nodes),
                           static_cast<int>(tdesc->super.myrank), mb, nb, BLKLDD(tdesc, mt), tdesc->nb, i, j, m, n);
  a.nb_local_tiles = a.lmt * a.lnt;
  NewDataMap(a);
  sub->mat = nullptr;
  sub->vpid = 0;
  Functions<subtile_desc_t, RankOfTile, DataOfTile>::SetIn(a.super);
  a.super.vpid_of = SubtileVpidOf;
  a.super.vpid_of_key = SubtileVpidOfKey;
  return sub;
}
