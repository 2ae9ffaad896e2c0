// What the tests of OpenBLAS on the seven symbols share: the loaded libraries, and problems with
// known results.
#ifndef HEDDLE_TESTS_SITUATIONS_OPENBLAS_H_
#define HEDDLE_TESTS_SITUATIONS_OPENBLAS_H_

#include <functional>
#include <string>
#include <vector>

#include "components/base/random.h"
#include "components/runtime/runtime.h"
#include "tests/situations/seven_symbols.h"

namespace heddle {

// The seven symbols, as the dynamic linker finds them for OpenBLAS.
struct SevenSymbols {
  decltype(&GOMP_parallel) parallel;
  decltype(&omp_get_max_threads) get_max_threads;
  decltype(&omp_get_num_threads) get_num_threads;
  decltype(&omp_get_thread_num) get_thread_num;
  decltype(&omp_in_parallel) in_parallel;
  decltype(&omp_set_num_threads) set_num_threads;
  decltype(&seven_regions) regions;
  decltype(&seven_members) members;
};

// One copy of OpenBLAS.
struct OpenBlas {
  void* handle;
  void (*dgemm)(int order, int transpose_a, int transpose_b, int m, int n, int k, double alpha,
                const double* a, int lda, const double* b, int ldb, double beta, double* c,
                int ldc);
  void (*dpotrf)(const char* half, const int* n, double* a, const int* lda, int* info,
                 std::size_t half_length);
};

// A product and a factorisation whose results are known: of small whole numbers, so that they are
// exact in any order of summation, or nearly so.
class Problem {
 public:
  // Big enough to be threaded.
  static constexpr int kProductSize = 160;
  static constexpr int kFactorSize = 320;

  explicit Problem(std::uint64_t seed);

  // "" where the result is right, else what is wrong.
  std::string Multiply(const OpenBlas& blas) const;
  std::string Factorise(const OpenBlas& blas) const;
  // One of the two.
  std::string Either(const OpenBlas& blas, bool factorise) const {
    return factorise ? Factorise(blas) : Multiply(blas);
  }

 private:
  std::vector<double> a_, b_, product_;  // Column-major.
  std::vector<double> matrix_,
      factor_;  // matrix_ = factor_ * its transpose; the lower half of both.
};

// The process: our seven symbols, copies of OpenBLAS bound to them, the runtime.
// HEDDLE_TEST_WORKERS says how many workers.
//
// A thread that wants a team of its own size has a copy of OpenBLAS of its own: README.md says why.
class Process {
 public:
  static Process& Get();

  static constexpr int kCopies = 4;
  const OpenBlas& blas(int copy = 0) const { return copies_[static_cast<std::size_t>(copy)]; }
  const SevenSymbols& omp() const { return omp_; }
  int workers() const { return workers_; }
  Runtime& runtime() const { return *runtime_; }

  // Runs body(i) in `count` tasks of `client` at once, and waits for all.
  void RunTasks(Client& client, int count, const std::function<void(int)>& body) const;

  // How many threads there are beyond those before the runtime, `others` of the test's own, and the
  // pool's: its threads, its monitor, and the excess that it counted. Above zero is an error.
  int UncountedThreads(int others = 0) const;
  // How many regions there were of each size since the last call.
  std::vector<std::uint64_t> TakeRegions();

 private:
  Process();

  SevenSymbols omp_;
  std::vector<OpenBlas> copies_;
  Runtime* runtime_ = nullptr;
  int workers_;
  int threads_before_;
  std::vector<std::uint64_t> regions_before_;
};

}  // namespace heddle

#endif  // HEDDLE_TESTS_SITUATIONS_OPENBLAS_H_
