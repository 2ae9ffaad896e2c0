// The routines compute what blas.h says, from the serial library, and right in several threads at a
// time.
#include "tests/apps/mesh_solver/blas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace heddle::mesh {
namespace {

// An order for which OpenBLAS packs into a buffer on every kind of x86-64 core.
constexpr int kPacked = 112;

TEST(Blas, ComesFromTheSerialOpenBlas) {
  EXPECT_THAT(std::string(blas::LibraryPath()), testing::HasSubstr("/openblas-serial/"));
  EXPECT_THAT(std::string(blas::LibraryConfig()), testing::HasSubstr("SINGLE_THREADED"));
}

TEST(Blas, TakesItsBuffersFromOurs) {
  std::vector<double> a(kPacked * kPacked, 1);
  std::vector<double> c(kPacked * kPacked, 0);
  const std::int64_t before = blas::BuffersTakenByThisThread();
  blas::Gemm(kPacked, kPacked, kPacked, a.data(), kPacked, a.data(), kPacked, c.data(), kPacked);
  EXPECT_GT(blas::BuffersTakenByThisThread(), before);
}

// With OpenBLAS's own buffers, about one product in 400 is wrong here.
TEST(Blas, ProductsAreRightInSeveralThreadsAtATime) {
  constexpr int kProducts = 3000;
  std::atomic<int> wrong{0};
  const auto body = [&wrong](double value) {
    std::vector<double> a(kPacked * kPacked, value);
    std::vector<double> b(kPacked * kPacked, 1);
    for (int round = 0; round < kProducts; ++round) {
      std::vector<double> c(kPacked * kPacked, 0);
      blas::Gemm(kPacked, kPacked, kPacked, a.data(), kPacked, b.data(), kPacked, c.data(),
                 kPacked);
      for (double element : c) {
        if (element != -kPacked * value) {
          wrong.fetch_add(1);
          break;
        }
      }
    }
  };
  std::thread one(body, 1.0);
  std::thread two(body, 2.0);
  std::thread three(body, 3.0);
  one.join();
  two.join();
  three.join();
  EXPECT_EQ(wrong.load(), 0);
}

TEST(Blas, PotrfReportsTheColumnOfABadPivot) {
  std::vector<double> a = {4, 0, 0, 0, 1, 0, 0, 0, -1};
  EXPECT_EQ(blas::Potrf(3, a.data(), 3), 3);
}

// L = [2 0; 1 3].
TEST(Blas, TriangularRoutinesSolveFromTheSideThatTheyPromise) {
  const std::vector<double> l = {2, 1, -99, 3};
  std::vector<double> a = {2, 4, 4, 5};  // A = X L^T with X = [1 1; 2 1].
  blas::Trsm(2, 2, l.data(), 2, a.data(), 2);
  EXPECT_THAT(a, testing::ElementsAre(1, 2, 1, 1));
  std::vector<double> x = {2, 7};
  blas::Trsv(false, 2, l.data(), 2, x.data());
  EXPECT_THAT(x, testing::ElementsAre(1, 2));
  x = {4, 6};
  blas::Trsv(true, 2, l.data(), 2, x.data());
  EXPECT_THAT(x, testing::ElementsAre(1, 2));
}

TEST(Blas, ProductsSubtract) {
  const std::vector<double> a = {1, 2, 3, 4, 5, 6};  // 3 x 2: rows (1 4), (2 5), (3 6).
  const std::vector<double> b = {1, 0, 0, 1};        // 2 x 2 identity.
  std::vector<double> c(6, 10);
  blas::Gemm(3, 2, 2, a.data(), 3, b.data(), 2, c.data(), 3);
  EXPECT_THAT(c, testing::ElementsAre(9, 8, 7, 6, 5, 4));
  std::vector<double> s(4, 0);
  blas::Syrk(2, 2, a.data(), 3, s.data(), 2);
  EXPECT_THAT(s, testing::ElementsAre(-17, -22, 0, -29));
  const std::vector<double> x = {1, 1};
  std::vector<double> y = {0, 0, 0};
  blas::Gemv(false, 3, 2, a.data(), 3, x.data(), y.data());
  EXPECT_THAT(y, testing::ElementsAre(-5, -7, -9));
  std::vector<double> z = {0, 0};
  blas::Gemv(true, 3, 2, a.data(), 3, std::vector<double>{1, 1, 1}.data(), z.data());
  EXPECT_THAT(z, testing::ElementsAre(-6, -15));
}

}  // namespace
}  // namespace heddle::mesh
