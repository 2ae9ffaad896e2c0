// Matrices whose tiles are where a table says.
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "frontends/parsec/runtime/src/matrix_triangular.h"
#include "parsec/data_dist/matrix/two_dim_tabular.h"

namespace heddle::parsec {
namespace {

using Matrix = parsec_matrix_tabular_t;
using Table = parsec_two_dim_td_table_t;
using Entry = parsec_two_dim_td_table_elem_t;

const Entry* EntryOf(const Matrix& a, Tile tile) {
  const parsec_data_key_t key = KeyOf(a.super, tile);
  if (a.tiles_table == nullptr || tile.m >= static_cast<uint32_t>(a.super.lmt) ||
      key >= static_cast<parsec_data_key_t>(a.tiles_table->nbelem)) [[unlikely]]
    MatrixFail("tile (%u, %u) of a tabular matrix: not in its table", tile.m, tile.n);
  return &a.tiles_table->elems[key];
}

uint32_t RankOfTile(const Matrix& a, Tile tile) { return EntryOf(a, tile)->rank; }

parsec_data_t* DataOfTile(Matrix& a, Tile tile) {
  const Entry* entry = EntryOf(a, tile);
  if (entry->rank != a.super.super.myrank) [[unlikely]] return nullptr;
  return DataAt(a.super, entry->data, 0, static_cast<uint32_t>(entry->pos), KeyOf(a.super, tile));
}

int32_t TableVpidOf(parsec_data_collection_t* dc, ...) {
  const auto& a = *reinterpret_cast<Matrix*>(dc);
  return EntryOf(a, ToGlobal(a.super, HEDDLE_PARSEC_TILE_ARGUMENTS(dc)))->vpid;
}
int32_t TableVpidOfKey(parsec_data_collection_t* dc, parsec_data_key_t key) {
  const auto& a = *reinterpret_cast<Matrix*>(dc);
  return EntryOf(a, GlobalOf(a.super, key))->vpid;
}

int64_t Tiles(const Matrix& a) { return static_cast<int64_t>(a.super.lmt) * a.super.lnt; }

Table* NewTable(const Matrix& a) {
  const int64_t tiles = Tiles(a);
  auto* table = static_cast<Table*>(calloc(1, sizeof(Table) + static_cast<size_t>(tiles) * sizeof(Entry)));
  if (table == nullptr || tiles > INT_MAX) MatrixFail("no memory for a table of %lld tiles", static_cast<long long>(tiles));
  table->nbelem = static_cast<int>(tiles);
  return table;
}

void CheckTable(const Matrix& a, const Table* table) {
  if (table == nullptr || a.tiles_table != nullptr) MatrixFail("a tabular matrix gets %s table", table == nullptr ? "no" : "a second");
  if (table->nbelem != Tiles(a))
    MatrixFail("a table of %d tiles for a matrix of %d x %d", table->nbelem, a.super.lmt, a.super.lnt);
}

// splitmix64.
uint64_t Mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

}  // namespace heddle::parsec

using namespace heddle::parsec;

extern "C" {

void parsec_matrix_tabular_init(parsec_matrix_tabular_t* dc, parsec_matrix_type_t mtype, unsigned nodes, unsigned myrank,
                                unsigned mb, unsigned nb, unsigned lm, unsigned ln, unsigned i, unsigned j, unsigned m,
                                unsigned n, parsec_two_dim_td_table_t* table) {
  const auto number = [](unsigned value) { return value > INT_MAX ? -1 : static_cast<int>(value); };
  parsec_tiled_matrix_init(&dc->super, mtype, PARSEC_MATRIX_TILE, parsec_matrix_tabular_type, number(nodes), number(myrank),
                           number(mb), number(nb), number(lm), number(ln), number(i), number(j), number(m), number(n));
  dc->tiles_table = nullptr;
  dc->user_table = 0;
  Functions<Matrix, RankOfTile, DataOfTile>::SetIn(dc->super.super);
  dc->super.super.vpid_of = TableVpidOf;
  dc->super.super.vpid_of_key = TableVpidOfKey;
  if (table != nullptr) parsec_matrix_tabular_set_table(dc, table);
}

void parsec_matrix_tabular_destroy(parsec_matrix_tabular_t* dc) {
  parsec_tiled_matrix_destroy(&dc->super);
  Table* table = dc->tiles_table;
  dc->tiles_table = nullptr;
  if (table == nullptr) return;
  if (!dc->user_table) {
    for (int k = 0; k < table->nbelem; ++k) {
      if (table->elems[k].data != nullptr) parsec_data_free(table->elems[k].data);
    }
  }
  free(table);
}

void parsec_matrix_tabular_set_table(parsec_matrix_tabular_t* dc, parsec_two_dim_td_table_t* table) {
  CheckTable(*dc, table);
  dc->tiles_table = table;
  dc->user_table = 0;
  int local = 0;
  const size_t bytes = dc->super.bsiz * ElementBytes(dc->super.mtype);
  for (int k = 0; k < table->nbelem; ++k) {
    Entry& entry = table->elems[k];
    if (entry.rank != dc->super.super.myrank) {
      entry.pos = entry.vpid = -1;
      entry.data = nullptr;
      continue;
    }
    entry.pos = local++;
    entry.data = parsec_data_allocate(bytes);
    if (entry.data == nullptr) MatrixFail("no memory for a tile of %zu bytes", bytes);
  }
  dc->super.nb_local_tiles = local;
  NewDataMap(dc->super);
}

void parsec_matrix_tabular_set_user_table(parsec_matrix_tabular_t* dc, parsec_two_dim_td_table_t* table) {
  CheckTable(*dc, table);
  int local = 0;
  for (int k = 0; k < table->nbelem; ++k) {
    const Entry& entry = table->elems[k];
    if (entry.rank != dc->super.super.myrank) continue;
    if (entry.data == nullptr || entry.pos != local)
      MatrixFail("entry %d of a table: tile %d of process %u, not %d, or without memory", k, entry.pos, entry.rank, local);
    ++local;
  }
  dc->tiles_table = table;
  dc->user_table = 1;
  dc->super.nb_local_tiles = local;
  NewDataMap(dc->super);
}

void parsec_matrix_tabular_set_random_table(parsec_matrix_tabular_t* dc, unsigned seed) {
  Table* table = NewTable(*dc);
  for (int k = 0; k < table->nbelem; ++k) {
    const uint64_t random = Mix((static_cast<uint64_t>(seed) << 32) + static_cast<uint64_t>(k)) >> 32;
    table->elems[k].rank = static_cast<uint32_t>(random * dc->super.super.nodes >> 32);
  }
  parsec_matrix_tabular_set_table(dc, table);
}

void parsec_matrix_tabular_clone_table_structure(parsec_matrix_tabular_t* Src, parsec_matrix_tabular_t* Dst) {
  if (Src->tiles_table == nullptr) MatrixFail("the table of a tabular matrix that has none");
  if (Src->super.lmt != Dst->super.lmt || Src->super.lnt != Dst->super.lnt || Src->super.super.nodes != Dst->super.super.nodes)
    MatrixFail("the table of %d x %d tiles on %u processes for a matrix of %d x %d on %u", Src->super.lmt, Src->super.lnt,
               Src->super.super.nodes, Dst->super.lmt, Dst->super.lnt, Dst->super.super.nodes);
  Table* table = NewTable(*Dst);
  for (int k = 0; k < table->nbelem; ++k) {
    table->elems[k].rank = Src->tiles_table->elems[k].rank;
    table->elems[k].vpid = Src->tiles_table->elems[k].vpid;
  }
  parsec_matrix_tabular_set_table(Dst, table);
}

}  // extern "C"
