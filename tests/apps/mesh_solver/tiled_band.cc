#include "tests/apps/mesh_solver/tiled_band.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>

#include "tests/apps/mesh_solver/text_scanner.h"

namespace heddle::mesh {
namespace {

// MemAvailable of /proc/meminfo in bytes; a very large number where it is not known.
double AvailableBytes() {
  std::ifstream in("/proc/meminfo");
  std::string line;
  while (std::getline(in, line)) {
    unsigned long long kilobytes = 0;
    if (std::sscanf(line.c_str(), "MemAvailable: %llu kB", &kilobytes) == 1)
      return 1024.0 * kilobytes;
  }
  return 1e18;
}

}  // namespace

absl::StatusOr<double*> AllocateDoubles(std::size_t count, const char* what) {
  constexpr std::size_t kAlignment = 4096;
  const double bytes = 8.0 * static_cast<double>(count);
  const double available = AvailableBytes();
  if (bytes > available) {
    return absl::ResourceExhaustedError(Text(what, " takes ", bytes / 1e9, " GB, the machine has ",
                                             available / 1e9, " GB available"));
  }
  const std::size_t rounded = (count * sizeof(double) / kAlignment + 1) * kAlignment;
  void* data = std::aligned_alloc(kAlignment, rounded);
  if (data == nullptr) {
    return absl::ResourceExhaustedError(Text(what, " takes ", bytes / 1e9, " GB: no memory"));
  }
  std::memset(data, 0, rounded);
  return static_cast<double*>(data);
}

absl::StatusOr<TiledBand> TiledBand::Create(int n, int half_bandwidth, int tile_size) {
  if (n < 1 || half_bandwidth < 0 || half_bandwidth >= n || tile_size < 1) {
    return absl::InvalidArgumentError(Text("no band has order ", n, ", half-bandwidth ",
                                           half_bandwidth, " and tiles of ", tile_size));
  }
  TiledBand band;
  band.n_ = n;
  band.half_bandwidth_ = half_bandwidth;
  band.nb_ = std::min(tile_size, n);
  band.block_rows_ = (n - 1) / band.nb_ + 1;
  band.block_bandwidth_ = half_bandwidth == 0 ? 0 : (half_bandwidth - 1) / band.nb_ + 1;
  const std::size_t nb = band.nb_;
  band.tile_stride_ = (nb * nb + 7) / 8 * 8;
  band.doubles_ = band.tile_stride_ * band.block_rows_ * (band.block_bandwidth_ + std::size_t{1});
  auto data = AllocateDoubles(band.doubles_, "the tiled band");
  if (!data.ok()) return data.status();
  band.data_.reset(*data);
  return band;
}

void TiledBand::Fill(const SparseMatrix& a, const std::vector<std::int32_t>& position) {
  std::memset(data_.get(), 0, bytes());
  for (std::int32_t row = 0; row < a.size(); ++row) {
    for (std::int64_t e = a.offsets[row]; e < a.offsets[row + 1]; ++e) {
      const std::int32_t r = position[row];
      const std::int32_t c = position[a.columns[e]];
      if (r < c) continue;
      const Tile t = tile(r / nb_, c / nb_);
      t.data[r % nb_ + static_cast<std::size_t>(c % nb_) * t.ld] = a.values[e];
    }
  }
}

std::int64_t TiledBand::tiles() const {
  std::int64_t count = 0;
  for (int j = 0; j < block_rows_; ++j) count += last_row(j) - j + 1;
  return count;
}

std::int64_t TiledBand::tasks() const {
  std::int64_t count = 0;
  for (int k = 0; k < block_rows_; ++k) {
    const std::int64_t below = last_row(k) - k;
    count += 1 + below + below * (below + 1) / 2;
  }
  return count;
}

double TiledBand::Flops(int n, int half_bandwidth) {
  double flops = 0;
  for (int column = 0; column < n; ++column) {
    const double below = std::min(half_bandwidth, n - 1 - column);
    flops += 1 + below +
             below * (below + 1);  // A root, divisions, and a symmetric update of order `below`.
  }
  return flops;
}

int DefaultTileSize(int n, int half_bandwidth) {
  // Three tiles below the diagonal give two workers something to do; larger tiles than 96 lose
  // OpenBLAS's kernels for small products (98 against 65 GFlop/s), smaller ones than 32 cost more
  // to submit than to run.
  const int nb = std::clamp((half_bandwidth + 2) / 3, 32, 96);
  return std::max(1, std::min((nb + 7) / 8 * 8, n));
}

}  // namespace heddle::mesh
