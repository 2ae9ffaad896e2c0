// STARPU_NDIM: an array of any number of dimensions. The handle owns its two arrays of sizes and strides.
#include <cstdlib>
#include <cstring>

#include "frontends/starpu/src/interface_dense.h"

using heddle::starpu::DenseOps;
using heddle::starpu::DenseShape;
using heddle::starpu::InterfaceOf;

namespace {

uint32_t* CopyOf(const uint32_t* values, size_t count) {
  auto* const copy = static_cast<uint32_t*>(std::malloc(count * sizeof(uint32_t) + 1));
  HEDDLE_CHECK(copy != nullptr) << "no memory for " << count << " dimensions";
  if (count > 0) std::memcpy(copy, values, count * sizeof(uint32_t));
  return copy;
}

struct NdimKind {
  using Interface = struct starpu_ndim_interface;
  static constexpr enum starpu_data_interface_id kId = STARPU_NDIM_INTERFACE_ID;
  static constexpr char kName[] = "ndim", kInterfaceName[] = "STARPU_NDIM_INTERFACE_ID";
  static DenseShape Shape(const Interface& i) {
    DenseShape shape(i.ptr, i.elemsize);
    for (size_t d = 0; d < i.ndim; ++d) shape.With(i.nn[d], i.ldn[d]);
    return shape;
  }
  static size_t AllocationSize(const Interface& i) { return i.allocsize; }
  static void Compact(Interface* i) {
    uint32_t stride = 1;
    for (size_t d = 0; d < i->ndim; ++d) {
      i->ldn[d] = stride;
      stride *= i->nn[d];
    }
  }
  static void Adopt(Interface* to, const Interface& from) {
    *to = from;
    to->nn = CopyOf(from.nn, from.ndim);
    to->ldn = CopyOf(from.ldn, from.ndim);
  }
  static void Discard(Interface* i) {
    std::free(i->nn);
    std::free(i->ldn);
    i->nn = i->ldn = nullptr;
  }
};

}  // namespace

extern "C" {

struct starpu_data_interface_ops starpu_interface_ndim_ops = DenseOps<NdimKind>::Make();

void starpu_ndim_data_register(starpu_data_handle_t* handle, int home_node, uintptr_t ptr, uint32_t* ldn, uint32_t* nn, size_t ndim,
                               size_t elemsize) {
  size_t bytes = elemsize;
  for (size_t d = 0; d < ndim; ++d) {
    HEDDLE_CHECK(d == 0 || ldn[d] >= ldn[d - 1]) << "stride " << ldn[d] << " of dimension " << d << " after " << ldn[d - 1];
    bytes *= nn[d];
  }
  struct starpu_ndim_interface description = {STARPU_NDIM_INTERFACE_ID, ptr, ptr, 0, bytes, nn, ldn, ndim, elemsize};
  starpu_data_register(handle, home_node, &description, &starpu_interface_ndim_ops);
}

void starpu_ndim_ptr_register(starpu_data_handle_t handle, unsigned node, uintptr_t ptr, uintptr_t dev_handle, size_t offset,
                              uint32_t* ldn) {
  starpu_data_ptr_register(handle, node);
  struct starpu_ndim_interface& array = InterfaceOf<NdimKind>(handle);
  array.ptr = ptr;
  array.dev_handle = dev_handle;
  array.offset = offset;
  std::memcpy(array.ldn, ldn, array.ndim * sizeof(uint32_t));
}

uint32_t* starpu_ndim_get_nn(starpu_data_handle_t handle) { return InterfaceOf<NdimKind>(handle).nn; }
uint32_t* starpu_ndim_get_local_ldn(starpu_data_handle_t handle) { return InterfaceOf<NdimKind>(handle).ldn; }
uintptr_t starpu_ndim_get_local_ptr(starpu_data_handle_t handle) { return InterfaceOf<NdimKind>(handle).ptr; }
size_t starpu_ndim_get_ndim(starpu_data_handle_t handle) { return InterfaceOf<NdimKind>(handle).ndim; }
size_t starpu_ndim_get_elemsize(starpu_data_handle_t handle) { return InterfaceOf<NdimKind>(handle).elemsize; }

uint32_t starpu_ndim_get_ni(starpu_data_handle_t handle, size_t i) {
  const struct starpu_ndim_interface& array = InterfaceOf<NdimKind>(handle);
  HEDDLE_CHECK_LT(i, array.ndim) << "dimensions of data";
  return array.nn[i];
}

uint32_t starpu_ndim_get_local_ldi(starpu_data_handle_t handle, size_t i) {
  const struct starpu_ndim_interface& array = InterfaceOf<NdimKind>(handle);
  HEDDLE_CHECK_LT(i, array.ndim) << "dimensions of data";
  return array.ldn[i];
}

}  // extern "C"
