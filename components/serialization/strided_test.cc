// Promised: packing takes the elements in order and leaves the gaps alone, both ways. Not promised:
// anything for arrays that overlap.
#include "components/serialization/strided.h"

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

namespace heddle {
namespace {

StridedArray Over(std::vector<int>& values) {
  return {reinterpret_cast<std::uintptr_t>(values.data()), sizeof(int)};
}

TEST(StridedTest, PacksATileOfAMatrixAndUnpacksItIntoAnother) {
  std::vector<int> matrix(5 * 7);
  std::iota(matrix.begin(), matrix.end(), 0);
  std::vector<int> packed(3 * 4, -1);
  PackStrided(Over(matrix).With(3, 1).With(4, 5), reinterpret_cast<char*>(packed.data()));
  EXPECT_EQ(packed, (std::vector<int>{0, 1, 2, 5, 6, 7, 10, 11, 12, 15, 16, 17}));

  std::vector<int> other(4 * 4, -1);
  UnpackStrided(reinterpret_cast<const char*>(packed.data()), Over(other).With(3, 1).With(4, 4));
  EXPECT_EQ(other, (std::vector<int>{0, 1, 2, -1, 5, 6, 7, -1, 10, 11, 12, -1, 15, 16, 17, -1}));
}

TEST(StridedTest, TransposesByStrides) {
  std::vector<int> from = {0, 1, 2, 3, 4, 5}, to(6);
  CopyStrided(Over(from).With(3, 1).With(2, 3), Over(to).With(3, 2).With(2, 1));
  EXPECT_EQ(to, (std::vector<int>{0, 3, 1, 4, 2, 5}));
}

TEST(StridedTest, EveryShapeOfUpToFourDimensionsComesBack) {
  for (std::uint32_t a = 0; a < 3; ++a)
    for (std::uint32_t b = 0; b < 3; ++b)
      for (std::uint32_t c = 0; c < 3; ++c)
        for (std::uint32_t d = 1; d < 3; ++d) {
          std::vector<int> from(300), to(300, -1);
          std::iota(from.begin(), from.end(), 0);
          const auto shape = [&](std::vector<int>& v) {
            return Over(v).With(a, 2).With(b, 5).With(c, 15).With(d, 60);
          };
          std::vector<int> packed(shape(from).Bytes() / sizeof(int) + 1, -1);
          PackStrided(shape(from), reinterpret_cast<char*>(packed.data()));
          EXPECT_EQ(packed.back(), -1);
          UnpackStrided(reinterpret_cast<const char*>(packed.data()), shape(to));
          std::vector<int> expected(300, -1);
          for (std::uint32_t i = 0; i < a; ++i)
            for (std::uint32_t j = 0; j < b; ++j)
              for (std::uint32_t k = 0; k < c; ++k)
                for (std::uint32_t l = 0; l < d; ++l)
                  expected[2 * i + 5 * j + 15 * k + 60 * l] =
                      static_cast<int>(2 * i + 5 * j + 15 * k + 60 * l);
          EXPECT_EQ(to, expected) << a << b << c << d;
        }
}

TEST(StridedTest, ASingleElementHasNoDimensions) {
  std::vector<int> from = {7}, to = {0};
  CopyStrided(Over(from), Over(to));
  EXPECT_EQ(to[0], 7);
}

TEST(StridedDeathTest, OtherSizesAndTooManyDimensionsDie) {
  std::vector<int> values(4);
  EXPECT_DEATH(CopyStrided(Over(values).With(3, 1), Over(values).With(4, 1)), "12 and 16 bytes");
  StridedArray array = Over(values);
  for (int d = 0; d < StridedArray::kMaxDimensions; ++d) array.With(1, 1);
  EXPECT_DEATH(array.With(1, 1), "dimensions of data");
}

}  // namespace
}  // namespace heddle
