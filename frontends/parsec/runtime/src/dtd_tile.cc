// Tiles, and the table of the tiles of a collection.
//
// Keys below 2^22, which is what matrices and vectors have, are found by two loads: a directory of pages of 64 tiles. Others are in
// a map under the table's lock. A directory that has become too small is kept until the end, since others may be reading it.
#include <cstring>
#include <map>

#include "frontends/parsec/runtime/src/dtd_internal.h"

extern "C" {

static void ReleaseTile(parsec_object_t*) {}  // Its table or its taskpool frees it.

PARSEC_OBJ_CLASS_INSTANCE(parsec_dtd_tile_t, parsec_object_t, nullptr, nullptr);
}

namespace heddle::parsec {
namespace {

struct Page {
  static constexpr std::size_t kTiles = 64;
  std::atomic<parsec_dtd_tile_t*> tiles[kTiles] = {};
};

struct Directory {
  explicit Directory(std::size_t pages_) : pages(pages_), page(new std::atomic<Page*>[pages_]()) {}
  const std::size_t pages;
  const std::unique_ptr<std::atomic<Page*>[]> page;
};

// parsec_data_collection_t::tile_h_table.
struct TileTable {
  static constexpr std::uint64_t kDenseKeys = std::uint64_t{1} << 22;

  std::atomic<Directory*> directory{nullptr};
  SpinLock lock;
  std::vector<std::unique_ptr<Directory>> directories;  // Under lock, as the rest.
  std::vector<std::unique_ptr<Page>> pages;
  std::map<std::uint64_t, parsec_dtd_tile_t*> others;

  parsec_dtd_tile_t* Find(std::uint64_t key) {
    const Directory* const d = directory.load(std::memory_order_acquire);
    if (d == nullptr || key / Page::kTiles >= d->pages) return nullptr;
    const Page* const p = d->page[key / Page::kTiles].load(std::memory_order_acquire);
    return p == nullptr ? nullptr : p->tiles[key % Page::kTiles].load(std::memory_order_acquire);
  }

  // Under lock: where the tile of a key stands.
  std::atomic<parsec_dtd_tile_t*>& Place(std::uint64_t key) {
    const std::size_t index = key / Page::kTiles;
    Directory* d = directory.load(std::memory_order_relaxed);
    if (d == nullptr || index >= d->pages) {
      std::size_t size = d == nullptr ? 16 : 2 * d->pages;
      while (size <= index) size *= 2;
      directories.push_back(std::make_unique<Directory>(size));
      Directory* const bigger = directories.back().get();
      for (std::size_t i = 0; d != nullptr && i < d->pages; ++i) {
        bigger->page[i].store(d->page[i].load(std::memory_order_relaxed), std::memory_order_relaxed);
      }
      directory.store(bigger, std::memory_order_release);
      d = bigger;
    }
    Page* p = d->page[index].load(std::memory_order_relaxed);
    if (p == nullptr) {
      pages.push_back(std::make_unique<Page>());
      p = pages.back().get();
      d->page[index].store(p, std::memory_order_release);
    }
    return p->tiles[key % Page::kTiles];
  }
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
    std::atomic<parsec_dtd_tile_t*>& place = table.Place(key);
    tile = place.load(std::memory_order_relaxed);
    if (tile == nullptr) place.store(tile = made, std::memory_order_release);
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
  if (tile->remote != nullptr) ForgetRemote(tile);
  // The copy is the collection's where the tile lives here, and its own otherwise.
  const bool own = tile->dc == nullptr || tile->rank != static_cast<int>(tile->dc->myrank);
  if (own && tile->data_copy != nullptr) FreeCopy(tile->data_copy);
  PoolFree(tile, sizeof(parsec_dtd_tile_t));
}

void ForEachTile(parsec_data_collection_t* dc, void (*visit)(parsec_dtd_tile_t* tile, void* argument), void* argument) {
  TileTable* const table = TableOf(dc);
  if (table == nullptr) return;
  const Directory* const d = table->directory.load(std::memory_order_acquire);
  for (std::size_t i = 0; d != nullptr && i < d->pages; ++i) {
    Page* const page = d->page[i].load(std::memory_order_acquire);
    if (page == nullptr) continue;
    for (std::atomic<parsec_dtd_tile_t*>& place : page->tiles) {
      parsec_dtd_tile_t* const tile = place.load(std::memory_order_acquire);
      if (tile != nullptr) visit(tile, argument);
    }
  }
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
  if (key < TileTable::kDenseKeys) return table->Find(key);
  table->lock.lock();
  const auto found = table->others.find(key);
  parsec_dtd_tile_t* const tile = found == table->others.end() ? nullptr : found->second;
  table->lock.unlock();
  return tile;
}

parsec_dtd_tile_t* parsec_dtd_tile_of(parsec_data_collection_t* dc, parsec_data_key_t key) {
  TileTable* const table = TableOf(dc);
  if (table != nullptr) [[likely]] {
    parsec_dtd_tile_t* const tile = table->Find(key);
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
  if (tp->context == nullptr || !IsDistributed(state)) return PARSEC_SUCCESS;
  ForEachTile(dc, [](parsec_dtd_tile_t* tile, void* argument) {
    parsec_dtd_data_flush(static_cast<parsec_taskpool_t*>(argument), tile);
  }, tp);
  return PARSEC_SUCCESS;
}
}
