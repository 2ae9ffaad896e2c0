#include "tests/apps/mesh_solver/parsec_band.h"

#include <cstdarg>
#include <cstdlib>

#include "tests/apps/mesh_solver/text_scanner.h"

namespace heddle::mesh {
namespace {

BandCollection& Of(parsec_data_collection_t* dc) { return *reinterpret_cast<BandCollection*>(dc); }

parsec_data_key_t DataKey(parsec_data_collection_t* dc, ...) {
  std::va_list indices;
  va_start(indices, dc);
  const int i = va_arg(indices, int);
  const int j = va_arg(indices, int);
  va_end(indices);
  return Of(dc).Key(i, j);
}
parsec_data_t* DataOf(parsec_data_collection_t* dc, ...) {
  std::va_list indices;
  va_start(indices, dc);
  const int i = va_arg(indices, int);
  const int j = va_arg(indices, int);
  va_end(indices);
  return Of(dc).tiles[Of(dc).Key(i, j)];
}
parsec_data_t* DataOfKey(parsec_data_collection_t* dc, parsec_data_key_t key) {
  return Of(dc).tiles[key];
}
uint32_t RankOf(parsec_data_collection_t* dc, ...) { return dc->myrank; }
uint32_t RankOfKey(parsec_data_collection_t* dc, parsec_data_key_t) { return dc->myrank; }

// The tile (i, j), wherever the runtime has put it.
Tile At(void* run, int i, int j, void* data) {
  Tile tile = static_cast<mesh_parsec_run*>(run)->band->tile(i, j);
  tile.data = static_cast<double*>(data);
  return tile;
}
TaskLedger& Ledger(void* run) { return *static_cast<mesh_parsec_run*>(run)->ledger; }

}  // namespace

BandCollection::BandCollection(TiledBand& tiled) : band(&tiled) {
  parsec_data_collection_init(&super, 1, 0);
  super.data_key = DataKey;
  super.data_of = DataOf;
  super.data_of_key = DataOfKey;
  super.rank_of = RankOf;
  super.rank_of_key = RankOfKey;
  super.default_dtt = parsec_datatype_double_t;
  tiles.assign(static_cast<std::size_t>(band->block_rows()) * (band->block_bandwidth() + 1),
               nullptr);
  for (int j = 0; j < band->block_rows(); ++j) {
    for (int i = j; i <= band->last_row(j); ++i) {
      const Tile tile = band->tile(i, j);
      const parsec_data_key_t key = Key(i, j);
      parsec_data_create(&tiles[key], &super, key, tile.data, sizeof(double) * tile.ld * tile.cols,
                         PARSEC_DATA_FLAG_PARSEC_MANAGED);
    }
  }
}

BandCollection::~BandCollection() {
  for (parsec_data_t* const tile : tiles) parsec_data_destroy(tile);
  parsec_data_collection_destroy(&super);
}

absl::Status ParsecStatus(const char* call, int code) {
  return code == PARSEC_SUCCESS ? absl::OkStatus()
                                : absl::InternalError(Text(call, ": error ", code));
}

int ParsecBackend::workers() const { return workers_; }

absl::Status ParsecBackend::Start(const BackendOptions& options) {
  if (!options.trace_file.empty()) setenv("HEDDLE_TRACE", options.trace_file.c_str(), 1);
  context_ = parsec_init(options.workers > 0 ? options.workers : -1, nullptr, nullptr);
  if (context_ == nullptr) {
    return absl::InvalidArgumentError(
        Text("parsec_init: no context of ", options.workers, " workers"));
  }
  workers_ = parsec_context_query(context_, PARSEC_CONTEXT_QUERY_CORES);
  return absl::OkStatus();
}

absl::Status ParsecBackend::Stop() { return ParsecStatus("parsec_fini", parsec_fini(&context_)); }

absl::Status ParsecBackend::Attach(TiledBand& band) {
  collection_ = std::make_unique<BandCollection>(band);
  tile_bytes_ = sizeof(double) * band.tile_size() * band.tile_size();
  return absl::OkStatus();
}

absl::Status ParsecBackend::Detach(TiledBand&) {
  collection_.reset();
  return absl::OkStatus();
}

absl::Status ParsecBackend::Shape(parsec_arena_datatype_t* shape) const {
  return ParsecStatus("parsec_arena_datatype_set_type",
                      parsec_arena_datatype_set_type(shape, tile_bytes_, PARSEC_ARENA_ALIGNMENT_SSE,
                                                     parsec_datatype_double_t));
}

}  // namespace heddle::mesh

using heddle::mesh::At;
using heddle::mesh::Ledger;

void mesh_parsec_potrf(void* run, int worker, void* t, int k) {
  const int first_column = k * static_cast<mesh_parsec_run*>(run)->band->tile_size();
  PotrfTask(Ledger(run), worker, At(run, k, k, t), first_column);
}
void mesh_parsec_trsm(void* run, int worker, void* l, void* a, int m, int k) {
  TrsmTask(Ledger(run), worker, At(run, k, k, l), At(run, m, k, a));
}
void mesh_parsec_syrk(void* run, int worker, void* a, void* c, int m, int k) {
  SyrkTask(Ledger(run), worker, At(run, m, k, a), At(run, m, m, c));
}
void mesh_parsec_gemm(void* run, int worker, void* a, void* b, void* c, int m, int n, int k) {
  GemmTask(Ledger(run), worker, At(run, m, k, a), At(run, n, k, b), At(run, m, n, c));
}
