#include "frontends/starpu/src/interface_dense.h"

#include <algorithm>
#include <cstdio>

#include "starpu_hash.h"

namespace heddle::starpu {

uint32_t DenseFootprint(const DenseShape& shape) {
  uint32_t hash = starpu_hash_crc32c_be(static_cast<uint32_t>(shape.element_bytes), 0);
  for (int d = 0; d < shape.dimensions; ++d) hash = starpu_hash_crc32c_be(shape.size[d], hash);
  return hash;
}

starpu_ssize_t DescribeDense(const char* kind, const DenseShape& shape, char* buffer, size_t size) {
  int used = std::snprintf(buffer, size, "%s", kind);
  for (int d = 0; d < shape.dimensions; ++d) {
    const size_t at = std::min(static_cast<size_t>(used), size);
    used += std::snprintf(buffer + at, size - at, "%s%u", d == 0 ? " " : "x", shape.size[d]);
  }
  const size_t at = std::min(static_cast<size_t>(used), size);
  return used + std::snprintf(buffer + at, size - at, "x%zu", shape.element_bytes);
}

}  // namespace heddle::starpu
