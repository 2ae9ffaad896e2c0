// Tiles, and the table of the tiles of a collection.
#include <cstring>
#include <map>

#include "components/sync/paged_pointers.h"
#include "frontends/parsec/runtime/src/dtd_internal.h"
#include "frontends/parsec/runtime/src/grapher.h"

extern "C" {

static void ReleaseTile(parsec_object_t*) {}  // Its table or its taskpool frees it.

PARSEC_OBJ_CLASS_INSTANCE(parsec_dtd_tile_t, parsec_object_t, nullptr, nullptr);
}

namespace heddle::parsec {
namespace {

// parsec_data_collection_t::tile_h_table. Keys below kDenseKeys, which is what matrices and vectors have, are found without a lock.
struct TileTable {
  static constexpr std::uint64_t kDenseKeys = std::uint64_t{1} << 22;

  PagedPointers<parsec_dtd_tile_t> dense;  // Set under lock.
  SpinLock lock;
  std::map<std::uint64_t, parsec_dtd_tile_t*> others;  // Under lock.
};

std::atomic<std::uint64_t> next_collection{0};

TileTable* TableOf(const parsec_data_collection_t* dc) { return reinterpret_cast<TileTable*>(dc->tile_h_table); }

parsec_dtd_tile_t* NewTile(parsec_data_collection_t* dc, std::uint64_t key, int rank) {
  void* const block = PoolAllocate(sizeof(parsec_dtd_tile_t));
  std::memset(block, 0, sizeof(parsec_dtd_tile_t));
  auto* const tile = static_cast<parsec_dtd_tile_t*>(block);
  tile->super.obj_class = &parsec_dtd_tile_t_class;
  tile->super.obj_release = &ReleaseTile;
  tile->super.obj_reference_count = 1;
  tile->arena_index = -1;
  tile->dc = dc;
  tile->key = key;
  tile->rank = rank;
  return tile;
}

parsec_dtd_tile_t* MakeTile(parsec_data_collection_t* dc, TileTable& table, std::uint64_t key) {
  // The collection's functions are the program's: not under the lock.
  const int rank = static_cast<int>(dc->rank_of_key(dc, key));
  parsec_data_copy_t* copy = nullptr;
  if (rank == static_cast<int>(dc->myrank)) {
    parsec_data_t* const data = dc->data_of_key(dc, key);
    if (data == nullptr || data->device_copies[0] == nullptr) {
      Die("tile %llu of collection %s has no data, though it lives in this process", static_cast<unsigned long long>(key),
          dc->key_base != nullptr ? dc->key_base : "(unnamed)");
    }
    copy = data->device_copies[0];
  }
  parsec_dtd_tile_t* const made = NewTile(dc, key, rank);
  made->data_copy = copy;
  table.lock.lock();
  parsec_dtd_tile_t* tile = nullptr;
  if (key < TileTable::kDenseKeys) {
    tile = table.dense.Find(key);
    if (tile == nullptr) table.dense.Set(key, tile = made);
  } else {
    tile = table.others.emplace(key, made).first->second;
  }
  table.lock.unlock();
  if (tile != made) FreeTile(made);  // Another thread was faster.
  return tile;
}

}  // namespace

void FreeTile(parsec_dtd_tile_t* tile) {
  ChainOf(tile).Clear();
  if (DotEnabled()) [[unlikely]] DotForget(tile);
  if (tile->remote != nullptr) ForgetRemote(tile);
  // The copy is the collection's where the tile lives here, and its own otherwise.
  const bool own = tile->dc == nullptr || tile->rank != static_cast<int>(tile->dc->myrank);
  if (own && tile->data_copy != nullptr) FreeCopy(tile->data_copy);
  PoolFree(tile, sizeof(parsec_dtd_tile_t));
}

void ForEachTile(parsec_data_collection_t* dc, void (*visit)(parsec_dtd_tile_t* tile, void* argument), void* argument) {
  TileTable* const table = TableOf(dc);
  if (table == nullptr) return;
  table->dense.ForEach([&](parsec_dtd_tile_t* tile) { visit(tile, argument); });
  table->lock.lock();
  const std::map<std::uint64_t, parsec_dtd_tile_t*> others = table->others;
  table->lock.unlock();
  for (const auto& [key, tile] : others) visit(tile, argument);
}

}  // namespace heddle::parsec

using namespace heddle::parsec;  // NOLINT(google-build-using-namespace): what follows is C.

extern "C" {

void parsec_dtd_data_collection_init(parsec_data_collection_t* dc) {
  dc->dc_id = next_collection.fetch_add(1, std::memory_order_relaxed);
  dc->tile_h_table = reinterpret_cast<parsec_hash_table_t*>(new TileTable);
}

void parsec_dtd_data_collection_fini(parsec_data_collection_t* dc) {
  TileTable* const table = TableOf(dc);
  if (table == nullptr) return;
  ForEachTile(dc, [](parsec_dtd_tile_t* tile, void*) { FreeTile(tile); }, nullptr);
  delete table;
  dc->tile_h_table = nullptr;
}

parsec_dtd_tile_t* parsec_dtd_tile_find(parsec_data_collection_t* dc, std::uint64_t key) {
  TileTable* const table = TableOf(dc);
  if (table == nullptr) {
    heddle::parsec::Die("parsec_dtd_tile_of on a collection without parsec_dtd_data_collection_init");
  }
  if (key < TileTable::kDenseKeys) return table->dense.Find(key);
  table->lock.lock();
  const auto found = table->others.find(key);
  parsec_dtd_tile_t* const tile = found == table->others.end() ? nullptr : found->second;
  table->lock.unlock();
  return tile;
}

parsec_dtd_tile_t* parsec_dtd_tile_of(parsec_data_collection_t* dc, parsec_data_key_t key) {
  TileTable* const table = TableOf(dc);
  if (table != nullptr) [[likely]] {
    parsec_dtd_tile_t* const tile = table->dense.Find(key);
    if (tile != nullptr) [[likely]] return tile;
  }
  parsec_dtd_tile_t* const tile = parsec_dtd_tile_find(dc, key);
  return tile != nullptr ? tile : MakeTile(dc, *table, key);
}

parsec_dtd_tile_t* parsec_dtd_tile_new(parsec_taskpool_t* tp, int rank) {
  DtdState& state = CheckedStateOf(tp, "parsec_dtd_tile_new");
  parsec_dtd_tile_t* const tile = NewTile(nullptr, 0, rank);
  state.lock.lock();
  tile->key = state.tile_keys++;
  tile->next = state.tiles;
  state.tiles = tile;
  state.lock.unlock();
  return tile;
}

void parsec_dtd_tile_retain(parsec_dtd_tile_t* tile) { PARSEC_OBJ_RETAIN(tile); }
void parsec_dtd_tile_release(parsec_dtd_tile_t* tile) { PARSEC_OBJ_RELEASE(tile); }

int parsec_dtd_data_flush(parsec_taskpool_t* tp, parsec_dtd_tile_t* tile) {
  DtdState& state = CheckedStateOf(tp, "parsec_dtd_data_flush");
  if (tile == nullptr || tp->context == nullptr || !IsDistributed(state)) return PARSEC_SUCCESS;
  TransferList transfers;
  insert_lock.lock();
  BringHome(state, tile, true, &transfers);
  insert_lock.unlock();
  SubmitTransfers(state, &transfers);
  return PARSEC_SUCCESS;
}

int parsec_dtd_data_flush_all(parsec_taskpool_t* tp, parsec_data_collection_t* dc) {
  DtdState& state = CheckedStateOf(tp, "parsec_dtd_data_flush_all");
  if (tp->context == nullptr) return PARSEC_SUCCESS;
  RaisePins(*state.engine->context, DATA_FLUSH_BEGIN, nullptr);
  if (IsDistributed(state)) {
    ForEachTile(dc, [](parsec_dtd_tile_t* tile, void* argument) {
      parsec_dtd_data_flush(static_cast<parsec_taskpool_t*>(argument), tile);
    }, tp);
  }
  RaisePins(*state.engine->context, DATA_FLUSH_END, nullptr);
  return PARSEC_SUCCESS;
}
}
