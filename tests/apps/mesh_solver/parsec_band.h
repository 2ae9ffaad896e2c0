// What both of PaRSEC's versions stand on: the band as a data collection, the context, the kernels
// on the tiles that tasks are given.
#ifndef HEDDLE_TESTS_APPS_MESH_SOLVER_PARSEC_BAND_H_
#define HEDDLE_TESTS_APPS_MESH_SOLVER_PARSEC_BAND_H_

#include <parsec.h>
#include <parsec/arena.h>
#include <parsec/data_distribution.h>

#include <vector>

#include "tests/apps/mesh_solver/parsec_kernels.h"
#include "tests/apps/mesh_solver/solver.h"

// What the tasks of one factorisation share. C knows it by its name only.
struct mesh_parsec_run {
  heddle::mesh::TiledBand* band;
  heddle::mesh::TaskLedger* ledger;
};

namespace heddle::mesh {

// The stored tiles as pieces of a collection with two indices, all of this process; a program's own
// collection, as PaRSEC's users write them. `super` is the first member, as they must. Thread
// safety: the functions of the collection from any thread; the rest one thread.
struct BandCollection {
  explicit BandCollection(TiledBand& tiles);
  ~BandCollection();
  BandCollection(const BandCollection&) = delete;
  BandCollection& operator=(const BandCollection&) = delete;

  parsec_data_key_t Key(int i, int j) const {
    return static_cast<parsec_data_key_t>(j) * (band->block_bandwidth() + 1) + (i - j);
  }

  parsec_data_collection_t super;
  TiledBand* band;
  std::vector<parsec_data_t*> tiles;  // By key; nullptr: not stored.
};

// The context's life, and the band's while it is factorised.
class ParsecBackend : public FactorizationBackend {
 public:
  int workers() const override;
  absl::Status Start(const BackendOptions& options) override;
  absl::Status Stop() override;

 protected:
  absl::Status Attach(TiledBand& band) override;
  absl::Status Detach(TiledBand& band) override;

  parsec_context_t* context_ = nullptr;
  std::unique_ptr<BandCollection> collection_;
  // What a tile looks like when it is copied. This process is alone and copies none, so that its
  // size is enough and MPI, which types of a program's own would need, is not.
  absl::Status Shape(parsec_arena_datatype_t* shape) const;

 private:
  int workers_ = 0;             // Outlives the context.
  std::size_t tile_bytes_ = 0;  // Of a full one.
};

// Internal where `code` is not PARSEC_SUCCESS.
absl::Status ParsecStatus(const char* call, int code);

}  // namespace heddle::mesh

#endif  // HEDDLE_TESTS_APPS_MESH_SOLVER_PARSEC_BAND_H_
