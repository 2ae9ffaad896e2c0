// The factorisation in StarPU's API: a codelet a kernel, a matrix handle a tile; StarPU finds the dependencies.
#include <starpu.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "tests/apps/mesh_solver/solver.h"
#include "tests/apps/mesh_solver/text_scanner.h"

namespace heddle::mesh {
namespace {

struct Arguments {
  TaskLedger* ledger;
  int first_column;
};

Tile TileOf(void* buffer) {
  return {reinterpret_cast<double*>(STARPU_MATRIX_GET_PTR(buffer)),
          static_cast<int>(STARPU_MATRIX_GET_NX(buffer)),
          static_cast<int>(STARPU_MATRIX_GET_NY(buffer)),
          static_cast<int>(STARPU_MATRIX_GET_LD(buffer))};
}
TaskLedger& Ledger(void* arguments) { return *static_cast<Arguments*>(arguments)->ledger; }

void Potrf(void* buffers[], void* arguments) {
  PotrfTask(Ledger(arguments), starpu_worker_get_id(), TileOf(buffers[0]),
            static_cast<Arguments*>(arguments)->first_column);
}
void Trsm(void* buffers[], void* arguments) {
  TrsmTask(Ledger(arguments), starpu_worker_get_id(), TileOf(buffers[0]), TileOf(buffers[1]));
}
void Syrk(void* buffers[], void* arguments) {
  SyrkTask(Ledger(arguments), starpu_worker_get_id(), TileOf(buffers[0]), TileOf(buffers[1]));
}
void Gemm(void* buffers[], void* arguments) {
  GemmTask(Ledger(arguments), starpu_worker_get_id(), TileOf(buffers[0]), TileOf(buffers[1]),
           TileOf(buffers[2]));
}

starpu_codelet Codelet(const char* name, void (*body)(void**, void*), int reads) {
  starpu_codelet codelet;
  starpu_codelet_init(&codelet);
  codelet.cpu_funcs[0] = body;
  codelet.name = name;
  codelet.nbuffers = reads + 1;
  std::fill_n(codelet.modes, reads, STARPU_R);
  codelet.modes[reads] = STARPU_RW;
  return codelet;
}

class StarpuBackend : public FactorizationBackend {
 public:
  const char* name() const override { return "starpu"; }
  int workers() const override { return static_cast<int>(starpu_cpu_worker_get_count()); }

  bool submits_beside_workers() const override { return true; }  // StarPU's main thread is no worker.

  absl::Status Start(const BackendOptions& options) override {
    if (!options.trace_file.empty()) setenv("HEDDLE_TRACE", options.trace_file.c_str(), 1);
    starpu_conf conf;
    starpu_conf_init(&conf);
    if (options.workers > 0) {
      conf.precedence_over_environment_variables = 1;
      conf.ncpus = options.workers;
    }
    if (const int error = starpu_init(&conf); error != 0) {
      return absl::InvalidArgumentError(Text("starpu_init: error ", error, " with ",
                                             options.workers, " workers"));
    }
    return absl::OkStatus();
  }

  absl::Status Stop() override {
    starpu_shutdown();
    return absl::OkStatus();
  }

 protected:
  absl::Status Attach(TiledBand& band) override {
    handles_.assign(static_cast<std::size_t>(band.block_rows()) * (band.block_bandwidth() + 1),
                    nullptr);
    for (int j = 0; j < band.block_rows(); ++j) {
      for (int i = j; i <= band.last_row(j); ++i) {
        const Tile tile = band.tile(i, j);
        starpu_matrix_data_register(&Handle(band, i, j), STARPU_MAIN_RAM,
                                    reinterpret_cast<uintptr_t>(tile.data), tile.ld, tile.rows,
                                    tile.cols, sizeof(double));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Detach(TiledBand&) override {
    for (starpu_data_handle_t handle : handles_) {
      if (handle != nullptr) starpu_data_unregister(handle);
    }
    handles_.clear();
    return absl::OkStatus();
  }

  absl::Status Run(TiledBand& band, TaskLedger& ledger) override {
    std::vector<Arguments> arguments;
    for (int k = 0; k < band.block_rows(); ++k) {
      arguments.push_back({&ledger, k * band.tile_size()});
    }
    for (int k = 0; k < band.block_rows(); ++k) {
      const int last = band.last_row(k);
      const auto submit = [&](starpu_codelet& codelet, std::initializer_list<starpu_data_handle_t> of) {
        starpu_task* const task = starpu_task_create();
        task->cl = &codelet;
        task->cl_arg = &arguments[static_cast<std::size_t>(k)];
        std::copy(of.begin(), of.end(), task->handles);
        STARPU_CHECK_RETURN_VALUE(starpu_task_submit(task), "starpu_task_submit");
      };
      submit(potrf_, {Handle(band, k, k)});
      for (int i = k + 1; i <= last; ++i) submit(trsm_, {Handle(band, k, k), Handle(band, i, k)});
      for (int j = k + 1; j <= last; ++j) {
        submit(syrk_, {Handle(band, j, k), Handle(band, j, j)});
        for (int i = j + 1; i <= last; ++i) {
          submit(gemm_, {Handle(band, i, k), Handle(band, j, k), Handle(band, i, j)});
        }
      }
    }
    STARPU_CHECK_RETURN_VALUE(starpu_task_wait_for_all(), "starpu_task_wait_for_all");
    return absl::OkStatus();
  }

 private:
  starpu_data_handle_t& Handle(const TiledBand& band, int i, int j) {
    return handles_[static_cast<std::size_t>(j) * (band.block_bandwidth() + 1) + (i - j)];
  }

  starpu_codelet potrf_ = Codelet("potrf", Potrf, 0);
  starpu_codelet trsm_ = Codelet("trsm", Trsm, 1);
  starpu_codelet syrk_ = Codelet("syrk", Syrk, 1);
  starpu_codelet gemm_ = Codelet("gemm", Gemm, 2);
  std::vector<starpu_data_handle_t> handles_;
};

}  // namespace

std::unique_ptr<FactorizationBackend> MakeStarpuBackend() {
  return std::make_unique<StarpuBackend>();
}

}  // namespace heddle::mesh
