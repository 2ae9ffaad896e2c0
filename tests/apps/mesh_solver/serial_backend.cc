// The reference: the tasks of the factorisation one after the other, on the calling thread.
#include "tests/apps/mesh_solver/solver.h"
#include "tests/apps/mesh_solver/text_scanner.h"

namespace heddle::mesh {
namespace {

class SerialBackend : public FactorizationBackend {
 public:
  const char* name() const override { return "serial"; }
  int workers() const override { return 1; }

  absl::Status Start(const BackendOptions& options) override {
    if (options.workers > 1) {
      return absl::InvalidArgumentError(Text(
          "--workers=", options.workers, ": the serial reference has one worker, allowed is 1"));
    }
    if (!options.trace_file.empty()) {
      return absl::InvalidArgumentError(
          "--trace: the serial reference has no runtime to trace; choose another --frontend");
    }
    return absl::OkStatus();
  }

 protected:
  absl::Status Run(TiledBand& band, TaskLedger& ledger) override {
    for (int k = 0; k < band.block_rows(); ++k) {
      PotrfTask(ledger, 0, band.tile(k, k), k * band.tile_size());
      const int last = band.last_row(k);
      for (int i = k + 1; i <= last; ++i) TrsmTask(ledger, 0, band.tile(k, k), band.tile(i, k));
      for (int j = k + 1; j <= last; ++j) {
        SyrkTask(ledger, 0, band.tile(j, k), band.tile(j, j));
        for (int i = j + 1; i <= last; ++i) {
          GemmTask(ledger, 0, band.tile(i, k), band.tile(j, k), band.tile(i, j));
        }
      }
    }
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<FactorizationBackend> MakeSerialBackend() {
  return std::make_unique<SerialBackend>();
}

}  // namespace heddle::mesh
