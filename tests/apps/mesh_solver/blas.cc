#include "tests/apps/mesh_solver/blas.h"

#include <dlfcn.h>
#include <sys/mman.h>

#include <cstddef>

#include "components/base/check.h"

// The Fortran interface: everything by address, the lengths of strings behind.
extern "C" {
void dpotrf_(const char*, const int*, double*, const int*, int*, std::size_t);
void dpbtrf_(const char*, const int*, const int*, double*, const int*, int*, std::size_t);
void dtrsm_(const char*, const char*, const char*, const char*, const int*, const int*,
            const double*, const double*, const int*, double*, const int*, std::size_t, std::size_t,
            std::size_t, std::size_t);
void dsyrk_(const char*, const char*, const int*, const int*, const double*, const double*,
            const int*, const double*, double*, const int*, std::size_t, std::size_t);
void dgemm_(const char*, const char*, const int*, const int*, const int*, const double*,
            const double*, const int*, const double*, const int*, const double*, double*,
            const int*, std::size_t, std::size_t);
void dtrsv_(const char*, const char*, const char*, const int*, const double*, const int*, double*,
            const int*, std::size_t, std::size_t, std::size_t);
void dgemv_(const char*, const int*, const int*, const double*, const double*, const int*,
            const double*, const int*, const double*, double*, const int*, std::size_t);
char* openblas_get_config(void);
}

namespace heddle::mesh::blas {
namespace {

constexpr double kOne = 1;
constexpr double kMinusOne = -1;
constexpr int kStep = 1;

// What OpenBLAS for x86-64 asks of a buffer: 128 MB and a page, of which it touches what it packs.
constexpr std::size_t kBufferBytes = (std::size_t{128} << 20) + 4096;

// A thread's buffers. A routine takes one, a few nest.
class ThreadBuffers {
 public:
  ~ThreadBuffers() {
    for (Buffer& buffer : buffers_) {
      if (buffer.data != nullptr) munmap(buffer.data, kBufferBytes);
    }
  }

  void* Take() {
    ++taken_;
    for (Buffer& buffer : buffers_) {
      if (buffer.used) continue;
      if (buffer.data == nullptr) {
        buffer.data = mmap(nullptr, kBufferBytes, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        HEDDLE_CHECK(buffer.data != MAP_FAILED) << "no address space for a buffer of OpenBLAS";
      }
      buffer.used = true;
      return buffer.data;
    }
    HEDDLE_CHECK(false) << "OpenBLAS nests more than " << kBuffers << " buffers in a thread";
    return nullptr;
  }

  void GiveBack(void* data) {
    for (Buffer& buffer : buffers_) {
      if (buffer.used && buffer.data == data) {
        buffer.used = false;
        return;
      }
    }
    HEDDLE_CHECK(false) << "OpenBLAS gives back a buffer that this thread did not take";
  }

  std::int64_t taken() const { return taken_; }

 private:
  static constexpr int kBuffers = 8;
  struct Buffer {
    void* data = nullptr;
    bool used = false;
  };
  Buffer buffers_[kBuffers];
  std::int64_t taken_ = 0;
};

thread_local ThreadBuffers thread_buffers;

}  // namespace
}  // namespace heddle::mesh::blas

// In place of OpenBLAS's own of these names.
extern "C" __attribute__((visibility("default"))) void* blas_memory_alloc(int) {
  return heddle::mesh::blas::thread_buffers.Take();
}
extern "C" __attribute__((visibility("default"))) void blas_memory_free(void* data) {
  heddle::mesh::blas::thread_buffers.GiveBack(data);
}

namespace heddle::mesh::blas {

int Potrf(int n, double* a, int ld) {
  int info = 0;
  dpotrf_("L", &n, a, &ld, &info, 1);
  HEDDLE_CHECK_GE(info, 0) << "dpotrf refuses an argument";
  return info;
}

void Trsm(int m, int n, const double* l, int ldl, double* a, int lda) {
  dtrsm_("R", "L", "T", "N", &m, &n, &kOne, l, &ldl, a, &lda, 1, 1, 1, 1);
}

void Syrk(int n, int k, const double* a, int lda, double* c, int ldc) {
  dsyrk_("L", "N", &n, &k, &kMinusOne, a, &lda, &kOne, c, &ldc, 1, 1);
}

void Gemm(int m, int n, int k, const double* a, int lda, const double* b, int ldb, double* c,
          int ldc) {
  dgemm_("N", "T", &m, &n, &k, &kMinusOne, a, &lda, b, &ldb, &kOne, c, &ldc, 1, 1);
}

void Trsv(bool transposed, int n, const double* l, int ldl, double* x) {
  dtrsv_("L", transposed ? "T" : "N", "N", &n, l, &ldl, x, &kStep, 1, 1, 1);
}

void Gemv(bool transposed, int m, int n, const double* a, int lda, const double* x, double* y) {
  dgemv_(transposed ? "T" : "N", &m, &n, &kMinusOne, a, &lda, x, &kStep, &kOne, y, &kStep, 1);
}

int Pbtrf(int n, int half_bandwidth, double* ab, int ldab) {
  int info = 0;
  dpbtrf_("L", &n, &half_bandwidth, ab, &ldab, &info, 1);
  HEDDLE_CHECK_GE(info, 0) << "dpbtrf refuses an argument";
  return info;
}

std::int64_t BuffersTakenByThisThread() { return thread_buffers.taken(); }

const char* LibraryPath() {
  Dl_info info{};
  const bool found = dladdr(reinterpret_cast<void*>(&openblas_get_config), &info) != 0;
  return found && info.dli_fname != nullptr ? info.dli_fname : "?";
}

const char* LibraryConfig() { return openblas_get_config(); }

}  // namespace heddle::mesh::blas
