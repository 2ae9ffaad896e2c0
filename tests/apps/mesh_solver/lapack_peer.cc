#include "tests/apps/mesh_solver/lapack_peer.h"

#include <dlfcn.h>

#include <cstdlib>
#include <cstring>

#include "components/base/check.h"
#include "components/base/clock.h"
#include "components/base/sanitizer.h"
#include "tests/apps/mesh_solver/blas.h"
#include "tests/apps/mesh_solver/text_scanner.h"
#include "tests/apps/mesh_solver/tiled_band.h"

namespace heddle::mesh {
namespace {

void SerialDpbtrf(const char*, const int* n, const int* half_bandwidth, double* ab, const int* ldab,
                  int* info, std::size_t) {
  *info = blas::Pbtrf(*n, *half_bandwidth, ab, *ldab);
}

}  // namespace

void LapackBand::Free::operator()(double* data) const { std::free(data); }

absl::StatusOr<LapackBand> LapackBand::Create(int n, int half_bandwidth) {
  LapackBand band;
  band.n_ = n;
  band.half_bandwidth_ = half_bandwidth;
  auto data = AllocateDoubles(static_cast<std::size_t>(n) * band.ld(), "the band of dpbtrf");
  if (!data.ok()) return data.status();
  band.data_.reset(*data);
  return band;
}

void LapackBand::Fill(const SparseMatrix& a, const std::vector<std::int32_t>& position) {
  std::memset(data_.get(), 0, sizeof(double) * n_ * ld());
  for (std::int32_t row = 0; row < a.size(); ++row) {
    for (std::int64_t e = a.offsets[row]; e < a.offsets[row + 1]; ++e) {
      const std::int32_t r = position[row];
      const std::int32_t c = position[a.columns[e]];
      if (r >= c) data_[(r - c) + static_cast<std::size_t>(c) * ld()] = a.values[e];
    }
  }
}

Dpbtrf Dpbtrf::Serial() {
  Dpbtrf dpbtrf;
  dpbtrf.function_ = &SerialDpbtrf;
  dpbtrf.library_ = blas::LibraryPath();
  return dpbtrf;
}

absl::StatusOr<Dpbtrf> Dpbtrf::Threaded(int threads) {
#if HEDDLE_ASAN || HEDDLE_TSAN
  (void)threads;
  return absl::UnimplementedError("a sanitizer forbids RTLD_DEEPBIND");
#else
  // Debian keeps OpenBLAS's builds in folders side by side.
  std::string path = blas::LibraryPath();
  const std::string serial = "openblas-serial";
  const std::size_t at = path.rfind(serial);
  if (at == std::string::npos)
    return absl::NotFoundError(Text("no openblas-pthread beside ", path));
  path.replace(at, serial.size(), "openblas-pthread");
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND | RTLD_NODELETE);
  if (library == nullptr) {
    return absl::NotFoundError(Text("Debian's libopenblas0-pthread: ", dlerror()));
  }
  Dpbtrf dpbtrf;
  dpbtrf.function_ = reinterpret_cast<Function>(dlsym(library, "dpbtrf_"));
  dpbtrf.set_threads_ = reinterpret_cast<void (*)(int)>(dlsym(library, "openblas_set_num_threads"));
  dpbtrf.library_ = path;
  if (dpbtrf.function_ == nullptr || dpbtrf.set_threads_ == nullptr) {
    return absl::NotFoundError(Text(path, " lacks dpbtrf_ or openblas_set_num_threads"));
  }
  dpbtrf.set_threads_(threads);
  return dpbtrf;
#endif
}

int Dpbtrf::operator()(LapackBand& band) const {
  const int n = band.size();
  const int half_bandwidth = band.half_bandwidth();
  const int ld = band.ld();
  int info = 0;
  function_("L", &n, &half_bandwidth, band.data(), &ld, &info, 1);
  HEDDLE_CHECK_GE(info, 0) << "dpbtrf refuses an argument";
  return info;
}

void Dpbtrf::Retire() const {
  if (set_threads_ != nullptr) set_threads_(1);
}

absl::StatusOr<std::vector<double>> TimeDpbtrf(const Dpbtrf& dpbtrf, LapackBand& band,
                                               const SparseMatrix& a,
                                               const std::vector<std::int32_t>& position,
                                               int repeat) {
  std::vector<double> seconds;
  for (int round = 0; round < repeat; ++round) {
    band.Fill(a, position);
    const std::int64_t begin = NowNs();
    const int info = dpbtrf(band);
    seconds.push_back(1e-9 * static_cast<double>(NowNs() - begin));
    if (info != 0)
      return absl::FailedPreconditionError(
          Text("dpbtrf: the pivot of column ", info - 1, " is not positive"));
  }
  return seconds;
}

}  // namespace heddle::mesh
