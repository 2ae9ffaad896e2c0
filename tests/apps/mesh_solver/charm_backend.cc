// The factorisation in Charm++: a chare array of tiles, which tell each other when they are final. The numbers stay in the band,
// which the PEs of this one process share.
#include <cstdlib>
#include <string>
#include <vector>

#include "mpi-interoperate.h"
#include "tests/apps/mesh_solver/charm_tiles.decl.h"
#include "tests/apps/mesh_solver/solver.h"

namespace {

// What the running factorisation works on; set between two of them.
heddle::mesh::TiledBand* band = nullptr;
heddle::mesh::TaskLedger* ledger = nullptr;
CkCallback done_callback;

}  // namespace

class CholeskyTile : public CBase_CholeskyTile {
  CholeskyTile_SDAG_CODE

 public:
  CholeskyTile() = default;
  explicit CholeskyTile(CkMigrateMessage*) {}

 private:
  int row() const { return thisIndex.x; }
  int column() const { return thisIndex.y; }
  bool OnDiagonal() const { return row() == column(); }
  int FirstColumn() const { return std::max(0, row() - band->block_bandwidth()); }

  void Syrk() { SyrkTask(*ledger, CkMyPe(), band->tile(row(), k_), band->tile(row(), row())); }
  void Gemm() {
    GemmTask(*ledger, CkMyPe(), band->tile(row(), k_), band->tile(column(), k_), band->tile(row(), column()));
  }
  void Potrf() {
    PotrfTask(*ledger, CkMyPe(), band->tile(row(), row()), row() * band->tile_size());
    for (int i = row() + 1; i <= band->last_row(row()); ++i) thisProxy(i, row()).Final(2 * row());
  }
  void Trsm() {
    TrsmTask(*ledger, CkMyPe(), band->tile(column(), column()), band->tile(row(), column()));
    const int key = 2 * column();
    for (int j = column() + 1; j <= row(); ++j) thisProxy(row(), j).Final(key);
    for (int i = row() + 1; i <= band->last_row(column()); ++i) thisProxy(i, row()).Final(key + 1);
  }

  int k_ = 0;
};

#include "tests/apps/mesh_solver/charm_tiles.def.h"

namespace heddle::mesh {
namespace {

void StopScheduler(void*, void* message) {
  CkFreeMsg(message);
  CsdExitScheduler();
}

class CharmBackend : public FactorizationBackend {
 public:
  const char* name() const override { return "charm"; }
  int workers() const override { return CkNumPes(); }

  bool needs_starting_thread() const override { return true; }  // It is PE 0.

  absl::Status Start(const BackendOptions& options) override {
    if (!options.trace_file.empty()) setenv("HEDDLE_TRACE", options.trace_file.c_str(), 1);
    if (options.workers < 0 || options.workers > 4096)
      return absl::InvalidArgumentError("--workers=" + std::to_string(options.workers) + ": Charm++ takes 1 to 4096 PEs");
    static bool started = false;  // Charm++ starts once in a process.
    if (started) return absl::OkStatus();
    started = true;
    std::string program = "mesh_solver", pes = "+p" + std::to_string(options.workers > 0 ? options.workers : 2), quiet = "++quiet";
    std::vector<char*> argv = {program.data(), pes.data(), quiet.data(), nullptr};
    CharmStart(3, argv.data(), _registercharm_tiles);
    return absl::OkStatus();
  }

 protected:
  absl::Status Attach(TiledBand& tiles) override {
    band = &tiles;
    done_callback = CkCallback(StopScheduler, nullptr);
    array_ = CProxy_CholeskyTile::ckNew(CkArrayOptions());
    for (int j = 0; j < tiles.block_rows(); ++j)
      for (int i = j; i <= tiles.last_row(j); ++i) array_(i, j).insert();
    array_.doneInserting();
    CkStartQD(done_callback);
    StartCharmScheduler();
    return absl::OkStatus();
  }

  absl::Status Run(TiledBand&, TaskLedger& of_run) override {
    ledger = &of_run;
    array_.Factor();
    StartCharmScheduler();
    return absl::OkStatus();
  }

  absl::Status Detach(TiledBand&) override {
    array_.ckDestroy();
    CkStartQD(done_callback);
    StartCharmScheduler();
    return absl::OkStatus();
  }

 private:
  CProxy_CholeskyTile array_;
};

}  // namespace

std::unique_ptr<FactorizationBackend> MakeCharmBackend() { return std::make_unique<CharmBackend>(); }

}  // namespace heddle::mesh
