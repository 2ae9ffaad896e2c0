// The lower band of a symmetric matrix in square tiles: what every frontend's factorisation works
// on.
//
// Tile (i, j) holds rows [i*nb, i*nb + rows) and columns [j*nb, j*nb + cols), column-major and
// contiguous (ld = rows). Stored are the tiles with j <= i <= j + block_bandwidth. Tiles of the
// last block row, and the last diagonal tile, are smaller where nb does not divide n. What a stored
// tile holds outside the band is zero, and stays zero.
#ifndef HEDDLE_TESTS_APPS_MESH_SOLVER_TILED_BAND_H_
#define HEDDLE_TESTS_APPS_MESH_SOLVER_TILED_BAND_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/apps/mesh_solver/sparse.h"

namespace heddle::mesh {

// A column-major block of doubles that somebody else owns.
struct Tile {
  double* data;
  int rows;
  int cols;
  int ld;
};

// Thread safety: any number of threads may work on different tiles.
class TiledBand {
 public:
  // A zero band of order n. Errors: InvalidArgument for sizes that make no sense, ResourceExhausted
  // where it does not fit into the memory that is free.  Cost: touches no memory beyond the block
  // of tiles itself.
  static absl::StatusOr<TiledBand> Create(int n, int half_bandwidth, int tile_size);

  // Zeroes the band and puts A in: row v of A goes to row position[v]. Cost: O(storage + entries).
  void Fill(const SparseMatrix& a, const std::vector<std::int32_t>& position);

  int size() const { return n_; }
  int half_bandwidth() const { return half_bandwidth_; }
  int tile_size() const { return nb_; }
  int block_rows() const { return block_rows_; }  // ceil(n / nb)
  int block_bandwidth() const {
    return block_bandwidth_;
  }  // Tiles below the diagonal one: ceil(half_bandwidth / nb).

  // The last block row of block column j.
  int last_row(int j) const {
    return j + block_bandwidth_ < block_rows_ ? j + block_bandwidth_ : block_rows_ - 1;
  }

  // j <= i <= last_row(j).
  Tile tile(int i, int j) {
    const std::size_t index = static_cast<std::size_t>(j) * (block_bandwidth_ + 1) + (i - j);
    return {data_.get() + index * tile_stride_, rows_of(i), rows_of(j), rows_of(i)};
  }

  std::int64_t tiles() const;  // Stored ones.
  std::int64_t tasks() const;  // Of the factorisation: POTRF, TRSM, SYRK and GEMM.
  std::size_t bytes() const { return doubles_ * sizeof(double); }

  // Operations of a Cholesky factorisation of the band, element by element, as dpbtrf's: the
  // measure for GFlop/s. What tiles compute beyond the band does not count.
  static double Flops(int n, int half_bandwidth);

 private:
  struct Free {
    void operator()(double* data) const { std::free(data); }
  };

  TiledBand() = default;
  int rows_of(int i) const { return i + 1 < block_rows_ ? nb_ : n_ - i * nb_; }

  int n_ = 0;
  int half_bandwidth_ = 0;
  int nb_ = 0;
  int block_rows_ = 0;
  int block_bandwidth_ = 0;
  std::size_t tile_stride_ = 0;  // nb * nb, rounded up to whole cache lines.
  std::size_t doubles_ = 0;
  std::unique_ptr<double[], Free> data_;
};

// A tile size for a band: measured (see README.md).
int DefaultTileSize(int n, int half_bandwidth);

// Zeroed memory for `count` doubles, 4,096-byte aligned. Errors: ResourceExhausted, naming `what`,
// where the machine has not so much available.
absl::StatusOr<double*> AllocateDoubles(std::size_t count, const char* what);

}  // namespace heddle::mesh

#endif  // HEDDLE_TESTS_APPS_MESH_SOLVER_TILED_BAND_H_
