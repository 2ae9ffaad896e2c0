// The peer: LAPACK's dpbtrf on the same matrix in the same run, from the serial OpenBLAS and from
// the one with threads.
#ifndef HEDDLE_TESTS_APPS_MESH_SOLVER_LAPACK_PEER_H_
#define HEDDLE_TESTS_APPS_MESH_SOLVER_LAPACK_PEER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/apps/mesh_solver/sparse.h"

namespace heddle::mesh {

// A lower band in LAPACK's storage: a(i, j) stands at [(i - j) + j * ld()].
class LapackBand {
 public:
  // Errors: ResourceExhausted.
  static absl::StatusOr<LapackBand> Create(int n, int half_bandwidth);
  void Fill(const SparseMatrix& a, const std::vector<std::int32_t>& position);

  int size() const { return n_; }
  int half_bandwidth() const { return half_bandwidth_; }
  int ld() const { return half_bandwidth_ + 1; }
  double* data() { return data_.get(); }

 private:
  struct Free {
    void operator()(double* data) const;
  };
  LapackBand() = default;
  int n_ = 0;
  int half_bandwidth_ = 0;
  std::unique_ptr<double[], Free> data_;
};

// A dpbtrf: returns LAPACK's info. `this` is used by one thread.
class Dpbtrf {
 public:
  // The serial library's, which the kernels come from as well.
  static Dpbtrf Serial();

  // The one of OpenBLAS with `threads` threads of its own (Debian's libopenblas0-pthread), loaded
  // now and for good beside the serial one: its names stay its own. Its threads spin for some
  // milliseconds after each call: measure it last. Errors: NotFound where it is not installed;
  // Unimplemented under a sanitizer, which forbids RTLD_DEEPBIND.
  static absl::StatusOr<Dpbtrf> Threaded(int threads);

  int operator()(LapackBand& band) const;
  // Lets a threaded library have one thread from now on.
  void Retire() const;
  const std::string& library() const { return library_; }

 private:
  using Function = void (*)(const char*, const int*, const int*, double*, const int*, int*,
                            std::size_t);
  Function function_ = nullptr;
  void (*set_threads_)(int) = nullptr;
  std::string library_;
};

// Seconds of `repeat` factorisations, each of a freshly filled band.
// Errors: FailedPrecondition, with the column (from 0, in the order of the band), where the matrix
// is not positive definite.
absl::StatusOr<std::vector<double>> TimeDpbtrf(const Dpbtrf& dpbtrf, LapackBand& band,
                                               const SparseMatrix& a,
                                               const std::vector<std::int32_t>& position,
                                               int repeat);

}  // namespace heddle::mesh

#endif  // HEDDLE_TESTS_APPS_MESH_SOLVER_LAPACK_PEER_H_
