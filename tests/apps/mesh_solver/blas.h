// The BLAS and LAPACK routines that the solver needs, from OpenBLAS's serial library, made safe for
// several threads.
//
// OpenBLAS built without threads and without USE_LOCKING, as Debian's libopenblas0-serial is, hands
// out its packing buffers without a lock: two threads in dgemm at a time now and then get the same
// one, and wrong results (measured: 494 of 200,000 products of order 104 in two threads; 20 % of
// those of order 16 under OPENBLAS_CORETYPE=Haswell). It takes buffers by calling blas_memory_alloc
// and blas_memory_free through its procedure linkage table, so blas.cc defines these two for the
// whole program: each thread has buffers of its own. blas_test proves that the library calls ours.
#ifndef HEDDLE_TESTS_APPS_MESH_SOLVER_BLAS_H_
#define HEDDLE_TESTS_APPS_MESH_SOLVER_BLAS_H_

#include <cstdint>

namespace heddle::mesh::blas {

// Matrices are column-major; ld is the distance between columns.
// Thread safety: any threads, on different output.  Blocking: never.  Errors: as returned.

// The lower Cholesky factor in place of the lower triangle of `a`. Returns 0, or the column (from
// 1) whose pivot is not positive.
int Potrf(int n, double* a, int ld);
// A = A L^-T with the lower triangular L of order n; A is m x n.
void Trsm(int m, int n, const double* l, int ldl, double* a, int lda);
// The lower triangle of C of order n: C = C - A A^T; A is n x k.
void Syrk(int n, int k, const double* a, int lda, double* c, int ldc);
// C = C - A B^T; C is m x n, A is m x k, B is n x k.
void Gemm(int m, int n, int k, const double* a, int lda, const double* b, int ldb, double* c,
          int ldc);
// x = L^-1 x, or L^-T x.
void Trsv(bool transposed, int n, const double* l, int ldl, double* x);
// y = y - A x, or y = y - A^T x; A is m x n.
void Gemv(bool transposed, int m, int n, const double* a, int lda, const double* x, double* y);

// LAPACK's dpbtrf on a lower band: the peer. Returns 0 or the column whose pivot is not positive.
int Pbtrf(int n, int half_bandwidth, double* ab, int ldab);

// How often the calling thread took a buffer from ours: 0 for ever would mean that the library does
// not use them.
std::int64_t BuffersTakenByThisThread();

// The path of the shared object that the routines come from, and what OpenBLAS says that it is.
const char* LibraryPath();
const char* LibraryConfig();

}  // namespace heddle::mesh::blas

#endif  // HEDDLE_TESTS_APPS_MESH_SOLVER_BLAS_H_
