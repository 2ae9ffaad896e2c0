#include "tests/apps/mesh_solver/band_solve.h"

#include "tests/apps/mesh_solver/blas.h"

namespace heddle::mesh {

std::vector<double> SolveWithFactor(TiledBand& band, const std::vector<std::int32_t>& position,
                                    const std::vector<double>& rhs) {
  const std::size_t nb = band.tile_size();
  std::vector<double> y(rhs.size());
  for (std::size_t v = 0; v < rhs.size(); ++v) y[position[v]] = rhs[v];

  for (int k = 0; k < band.block_rows(); ++k) {
    const Tile diagonal = band.tile(k, k);
    blas::Trsv(/*transposed=*/false, diagonal.rows, diagonal.data, diagonal.ld, &y[k * nb]);
    for (int i = k + 1; i <= band.last_row(k); ++i) {
      const Tile a = band.tile(i, k);
      blas::Gemv(/*transposed=*/false, a.rows, a.cols, a.data, a.ld, &y[k * nb], &y[i * nb]);
    }
  }
  for (int k = band.block_rows() - 1; k >= 0; --k) {
    for (int i = k + 1; i <= band.last_row(k); ++i) {
      const Tile a = band.tile(i, k);
      blas::Gemv(/*transposed=*/true, a.rows, a.cols, a.data, a.ld, &y[i * nb], &y[k * nb]);
    }
    const Tile diagonal = band.tile(k, k);
    blas::Trsv(/*transposed=*/true, diagonal.rows, diagonal.data, diagonal.ld, &y[k * nb]);
  }

  std::vector<double> x(rhs.size());
  for (std::size_t v = 0; v < rhs.size(); ++v) x[v] = y[position[v]];
  return x;
}

}  // namespace heddle::mesh
