// The factorisation as PaRSEC's parameterised task graph: band_cholesky.jdf, run over the band's
// collection.
#include "tests/apps/mesh_solver/band_cholesky.h"
#include "tests/apps/mesh_solver/parsec_band.h"

namespace heddle::mesh {
namespace {

class ParsecPtgBackend : public ParsecBackend {
 public:
  const char* name() const override { return "parsec"; }

 protected:
  absl::Status Run(TiledBand& band, TaskLedger& ledger) override {
    mesh_parsec_run run = {&band, &ledger};
    parsec_band_cholesky_taskpool_t* const graph = parsec_band_cholesky_new(
        &collection_->super, &run, band.block_rows(), band.block_bandwidth());
    parsec_arena_datatype_t* const shape =
        &graph->arenas_datatypes[PARSEC_band_cholesky_DEFAULT_ADT_IDX];
    absl::Status status = Shape(shape);
    const auto then = [&status](const char* call, int code) {
      if (status.ok()) status = ParsecStatus(call, code);
    };
    then("parsec_context_add_taskpool", parsec_context_add_taskpool(context_, &graph->super));
    then("parsec_context_start", parsec_context_start(context_));
    then("parsec_context_wait", parsec_context_wait(context_));
    PARSEC_OBJ_DESTRUCT(shape);
    parsec_taskpool_free(&graph->super);
    return status;
  }
};

}  // namespace

std::unique_ptr<FactorizationBackend> MakeParsecPtgBackend() {
  return std::make_unique<ParsecPtgBackend>();
}

}  // namespace heddle::mesh
