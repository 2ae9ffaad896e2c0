// The factorisation in PaRSEC's dynamic task discovery: tasks are inserted in the order of the
// loops, tiles carry the dependencies.
#include <parsec/execution_stream.h>
#include <parsec/interfaces/dtd/insert_function.h>

#include "tests/apps/mesh_solver/parsec_band.h"

namespace heddle::mesh {
namespace {

parsec_hook_return_t Potrf(parsec_execution_stream_t* stream, parsec_task_t* task) {
  void *run, *t;
  int k;
  parsec_dtd_unpack_args(task, &run, &k, &t);
  mesh_parsec_potrf(run, stream->th_id, t, k);
  return PARSEC_HOOK_RETURN_DONE;
}
parsec_hook_return_t Trsm(parsec_execution_stream_t* stream, parsec_task_t* task) {
  void *run, *l, *a;
  int m, k;
  parsec_dtd_unpack_args(task, &run, &m, &k, &l, &a);
  mesh_parsec_trsm(run, stream->th_id, l, a, m, k);
  return PARSEC_HOOK_RETURN_DONE;
}
parsec_hook_return_t Syrk(parsec_execution_stream_t* stream, parsec_task_t* task) {
  void *run, *a, *c;
  int m, k;
  parsec_dtd_unpack_args(task, &run, &m, &k, &a, &c);
  mesh_parsec_syrk(run, stream->th_id, a, c, m, k);
  return PARSEC_HOOK_RETURN_DONE;
}
parsec_hook_return_t Gemm(parsec_execution_stream_t* stream, parsec_task_t* task) {
  void *run, *a, *b, *c;
  int m, n, k;
  parsec_dtd_unpack_args(task, &run, &m, &n, &k, &a, &b, &c);
  mesh_parsec_gemm(run, stream->th_id, a, b, c, m, n, k);
  return PARSEC_HOOK_RETURN_DONE;
}

class ParsecDtdBackend : public ParsecBackend {
 public:
  const char* name() const override { return "parsec-dtd"; }
  bool submits_beside_workers() const override {
    return true;
  }  // It inserts, and works only where the window is full.

 protected:
  absl::Status Attach(TiledBand& band) override {
    if (absl::Status status = ParsecBackend::Attach(band); !status.ok()) return status;
    parsec_arena_datatype_t* const shape = parsec_arena_datatype_new();
    absl::Status status = Shape(shape);
    if (!status.ok()) return status;
    status = ParsecStatus("parsec_dtd_attach_arena_datatype",
                          parsec_dtd_attach_arena_datatype(context_, shape, &region_));
    if (status.ok()) parsec_dtd_data_collection_init(&collection_->super);
    return status;
  }

  absl::Status Detach(TiledBand& band) override {
    parsec_dtd_data_collection_fini(&collection_->super);
    parsec_arena_datatype_t* shape = parsec_dtd_detach_arena_datatype(context_, region_);
    parsec_arena_datatype_release(&shape);
    return ParsecBackend::Detach(band);
  }

  absl::Status Run(TiledBand& band, TaskLedger& ledger) override {
    mesh_parsec_run run = {&band, &ledger};
    parsec_taskpool_t* const pool = parsec_dtd_taskpool_new();
    absl::Status status =
        ParsecStatus("parsec_context_add_taskpool", parsec_context_add_taskpool(context_, pool));
    if (status.ok()) status = ParsecStatus("parsec_context_start", parsec_context_start(context_));
    if (!status.ok()) return status;
    Insert(pool, band, &run);
    status = ParsecStatus("parsec_dtd_data_flush_all",
                          parsec_dtd_data_flush_all(pool, &collection_->super));
    const int waited = parsec_taskpool_wait(pool);
    if (status.ok()) status = ParsecStatus("parsec_taskpool_wait", waited);
    const int ended = parsec_context_wait(context_);
    if (status.ok()) status = ParsecStatus("parsec_context_wait", ended);
    parsec_taskpool_free(pool);
    return status;
  }

 private:
  void Insert(parsec_taskpool_t* pool, TiledBand& band, mesh_parsec_run* run) {
    const int read = PARSEC_INPUT | region_;
    const int update = PARSEC_INOUT | region_ | PARSEC_AFFINITY;
    const auto tile = [this](int i, int j) {
      return PARSEC_DTD_TILE_OF_KEY(&collection_->super, collection_->Key(i, j));
    };
    constexpr std::size_t kInt = sizeof(int);
    for (int k = 0; k < band.block_rows(); ++k) {
      parsec_dtd_insert_task(pool, Potrf, 0, PARSEC_DEV_CPU, "potrf", sizeof(run), run, PARSEC_REF,
                             kInt, &k, PARSEC_VALUE, PASSED_BY_REF, tile(k, k), update,
                             PARSEC_DTD_ARG_END);
      for (int m = k + 1; m <= band.last_row(k); ++m) {
        parsec_dtd_insert_task(pool, Trsm, 0, PARSEC_DEV_CPU, "trsm", sizeof(run), run, PARSEC_REF,
                               kInt, &m, PARSEC_VALUE, kInt, &k, PARSEC_VALUE, PASSED_BY_REF,
                               tile(k, k), read, PASSED_BY_REF, tile(m, k), update,
                               PARSEC_DTD_ARG_END);
      }
      for (int n = k + 1; n <= band.last_row(k); ++n) {
        parsec_dtd_insert_task(pool, Syrk, 0, PARSEC_DEV_CPU, "syrk", sizeof(run), run, PARSEC_REF,
                               kInt, &n, PARSEC_VALUE, kInt, &k, PARSEC_VALUE, PASSED_BY_REF,
                               tile(n, k), read, PASSED_BY_REF, tile(n, n), update,
                               PARSEC_DTD_ARG_END);
        for (int m = n + 1; m <= band.last_row(k); ++m) {
          parsec_dtd_insert_task(pool, Gemm, 0, PARSEC_DEV_CPU, "gemm", sizeof(run), run,
                                 PARSEC_REF, kInt, &m, PARSEC_VALUE, kInt, &n, PARSEC_VALUE, kInt,
                                 &k, PARSEC_VALUE, PASSED_BY_REF, tile(m, k), read, PASSED_BY_REF,
                                 tile(n, k), read, PASSED_BY_REF, tile(m, n), update,
                                 PARSEC_DTD_ARG_END);
        }
      }
    }
  }

  int region_ = 0;
};

}  // namespace

std::unique_ptr<FactorizationBackend> MakeParsecDtdBackend() {
  return std::make_unique<ParsecDtdBackend>();
}

}  // namespace heddle::mesh
