#include "frontends/starpu/src/interface_dense.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "starpu_hash.h"

namespace heddle::starpu {
namespace {

// The longest contiguous run at the inside of both shapes: its bytes, and the first dimension outside of it.
struct Run {
  size_t bytes;
  int outside;
};

Run InnerRun(const DenseShape& a, const DenseShape& b) {
  size_t elements = 1;
  int d = 0;
  while (d < a.dimensions && (a.size[d] == 1 || (a.stride[d] == elements && b.stride[d] == elements))) {
    elements *= a.size[d];
    ++d;
  }
  return {elements * a.elemsize, d};
}

void CopyFrom(const DenseShape& from, const DenseShape& to, const Run& run, int dimension, uintptr_t source, uintptr_t target) {
  if (dimension < run.outside) {
    std::memcpy(reinterpret_cast<void*>(target), reinterpret_cast<const void*>(source), run.bytes);
    return;
  }
  for (uint32_t i = 0; i < from.size[dimension]; ++i) {
    CopyFrom(from, to, run, dimension - 1, source, target);
    source += size_t{from.stride[dimension]} * from.elemsize;
    target += size_t{to.stride[dimension]} * to.elemsize;
  }
}

DenseShape Packed(const DenseShape& shape, uintptr_t memory) {
  DenseShape packed(memory, shape.elemsize);
  uint32_t stride = 1;
  for (int d = 0; d < shape.dimensions; ++d) {
    packed.With(shape.size[d], stride);
    stride *= shape.size[d];
  }
  return packed;
}

}  // namespace

size_t DenseShape::Bytes() const {
  size_t bytes = elemsize;
  for (int d = 0; d < dimensions; ++d) bytes *= size[d];
  return bytes;
}

uint32_t DenseFootprint(const DenseShape& shape) {
  uint32_t hash = starpu_hash_crc32c_be(static_cast<uint32_t>(shape.elemsize), 0);
  for (int d = 0; d < shape.dimensions; ++d) hash = starpu_hash_crc32c_be(shape.size[d], hash);
  return hash;
}

bool SameSizes(const DenseShape& a, const DenseShape& b) {
  if (a.dimensions != b.dimensions || a.elemsize != b.elemsize) return false;
  for (int d = 0; d < a.dimensions; ++d) {
    if (a.size[d] != b.size[d]) return false;
  }
  return true;
}

void CopyDense(const DenseShape& from, const DenseShape& to) {
  HEDDLE_CHECK(SameSizes(from, to)) << "copy between data of " << from.Bytes() << " and " << to.Bytes() << " bytes, or of other sizes";
  if (from.Bytes() == 0) return;
  CopyFrom(from, to, InnerRun(from, to), from.dimensions - 1, from.ptr, to.ptr);
}

void PackDense(const DenseShape& from, char* to) { CopyDense(from, Packed(from, reinterpret_cast<uintptr_t>(to))); }

void UnpackDense(const char* from, const DenseShape& to) {
  CopyDense(Packed(to, reinterpret_cast<uintptr_t>(from)), to);
}

starpu_ssize_t DescribeDense(const char* kind, const DenseShape& shape, char* buffer, size_t size) {
  int used = std::snprintf(buffer, size, "%s", kind);
  for (int d = 0; d < shape.dimensions; ++d) {
    const size_t at = std::min(static_cast<size_t>(used), size);
    used += std::snprintf(buffer + at, size - at, "%s%u", d == 0 ? " " : "x", shape.size[d]);
  }
  const size_t at = std::min(static_cast<size_t>(used), size);
  return used + std::snprintf(buffer + at, size - at, "x%zu", shape.elemsize);
}

}  // namespace heddle::starpu
