// Arrays with gaps between their rows (tiles of a matrix, halos of a mesh), packed into memory
// without gaps and out of it. Thread safety: functions of their arguments.  Blocking: never.
#ifndef HEDDLE_COMPONENTS_SERIALIZATION_STRIDED_H_
#define HEDDLE_COMPONENTS_SERIALIZATION_STRIDED_H_

#include <cstddef>
#include <cstdint>

#include "components/base/check.h"

namespace heddle {

// Element (i0, i1, ...) is at base + element_bytes * sum of i_d * stride[d]; the first dimension is
// the innermost. Arrays of more dimensions die in a CHECK.
struct StridedArray {
  static constexpr int kMaxDimensions = 16;

  std::uintptr_t base = 0;
  std::size_t element_bytes = 0;
  int dimensions = 0;
  std::uint32_t size[kMaxDimensions];
  std::uint32_t stride[kMaxDimensions];  // In elements.

  StridedArray(std::uintptr_t at, std::size_t bytes) : base(at), element_bytes(bytes) {}
  StridedArray& With(std::uint32_t n, std::uint32_t s) {
    HEDDLE_CHECK_LT(dimensions, kMaxDimensions) << "dimensions of data";
    size[dimensions] = n;
    stride[dimensions] = s;
    ++dimensions;
    return *this;
  }
  // Of the elements alone.
  [[nodiscard]] std::size_t Bytes() const;
};

// The same dimensions, sizes and bytes of an element; strides may differ.
[[nodiscard]] bool HaveSameSizes(const StridedArray& a, const StridedArray& b);

// Precondition: HaveSameSizes(), and no element of one is an element of the other.
// Cost: a memcpy for each run of bytes that has no gaps in either.
void CopyStrided(const StridedArray& from, const StridedArray& to);

// Pack to, and unpack from, StridedArray::Bytes() bytes, the first dimension's elements side by
// side.
void PackStrided(const StridedArray& from, char* to);
void UnpackStrided(const char* from, const StridedArray& to);

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_SERIALIZATION_STRIDED_H_
