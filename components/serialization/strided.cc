#include "components/serialization/strided.h"

#include <cstring>

namespace heddle {
namespace {

// The longest run without gaps at the inside of both: its bytes, and the first dimension outside of
// it.
struct Run {
  std::size_t bytes;
  int outside;
};

Run InnerRun(const StridedArray& a, const StridedArray& b) {
  std::size_t elements = 1;
  int d = 0;
  while (d < a.dimensions &&
         (a.size[d] == 1 || (a.stride[d] == elements && b.stride[d] == elements))) {
    elements *= a.size[d];
    ++d;
  }
  return {elements * a.element_bytes, d};
}

void CopyFrom(const StridedArray& from, const StridedArray& to, const Run& run, int dimension,
              std::uintptr_t source, std::uintptr_t target) {
  if (dimension < run.outside) {
    std::memcpy(reinterpret_cast<void*>(target), reinterpret_cast<const void*>(source), run.bytes);
    return;
  }
  for (std::uint32_t i = 0; i < from.size[dimension]; ++i) {
    CopyFrom(from, to, run, dimension - 1, source, target);
    source += std::size_t{from.stride[dimension]} * from.element_bytes;
    target += std::size_t{to.stride[dimension]} * to.element_bytes;
  }
}

// The array without gaps, at `memory`.
StridedArray Packed(const StridedArray& array, std::uintptr_t memory) {
  StridedArray packed(memory, array.element_bytes);
  std::uint32_t stride = 1;
  for (int d = 0; d < array.dimensions; ++d) {
    packed.With(array.size[d], stride);
    stride *= array.size[d];
  }
  return packed;
}

}  // namespace

std::size_t StridedArray::Bytes() const {
  std::size_t bytes = element_bytes;
  for (int d = 0; d < dimensions; ++d) bytes *= size[d];
  return bytes;
}

bool HaveSameSizes(const StridedArray& a, const StridedArray& b) {
  if (a.dimensions != b.dimensions || a.element_bytes != b.element_bytes) return false;
  for (int d = 0; d < a.dimensions; ++d) {
    if (a.size[d] != b.size[d]) return false;
  }
  return true;
}

void CopyStrided(const StridedArray& from, const StridedArray& to) {
  HEDDLE_CHECK(HaveSameSizes(from, to)) << "copy between data of " << from.Bytes() << " and "
                                        << to.Bytes() << " bytes, or of other sizes";
  if (from.Bytes() == 0) return;
  CopyFrom(from, to, InnerRun(from, to), from.dimensions - 1, from.base, to.base);
}

void PackStrided(const StridedArray& from, char* to) {
  CopyStrided(from, Packed(from, reinterpret_cast<std::uintptr_t>(to)));
}

void UnpackStrided(const char* from, const StridedArray& to) {
  CopyStrided(Packed(to, reinterpret_cast<std::uintptr_t>(from)), to);
}

}  // namespace heddle
