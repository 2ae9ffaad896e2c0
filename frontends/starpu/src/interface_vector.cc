// STARPU_VECTOR: nx elements.
#include "frontends/starpu/src/interface_dense.h"

using heddle::starpu::DenseOps;
using heddle::starpu::DenseShape;
using heddle::starpu::InterfaceOf;

namespace {

struct VectorKind : heddle::starpu::FlatKind<struct starpu_vector_interface> {
  static constexpr enum starpu_data_interface_id kId = STARPU_VECTOR_INTERFACE_ID;
  static constexpr char kName[] = "vector", kInterfaceName[] = "STARPU_VECTOR_INTERFACE_ID";
  static DenseShape Shape(const Interface& i) { return DenseShape(i.ptr, i.elemsize).With(i.nx, 1); }
  static size_t AllocationSize(const Interface& i) { return i.allocsize; }
  static void Compact(Interface*) {}
};

}  // namespace

extern "C" {

struct starpu_data_interface_ops starpu_interface_vector_ops = DenseOps<VectorKind>::Make();

void starpu_vector_data_register_allocsize(starpu_data_handle_t* handle, int home_node, uintptr_t ptr, uint32_t nx, size_t elemsize,
                                           size_t allocsize) {
  HEDDLE_CHECK_GE(allocsize, nx * elemsize) << "allocsize of a vector of " << nx << " elements of " << elemsize << " bytes";
  struct starpu_vector_interface description = {STARPU_VECTOR_INTERFACE_ID, ptr, ptr, 0, nx, elemsize, 0, allocsize};
  starpu_data_register(handle, home_node, &description, &starpu_interface_vector_ops);
}

void starpu_vector_data_register(starpu_data_handle_t* handle, int home_node, uintptr_t ptr, uint32_t nx, size_t elemsize) {
  starpu_vector_data_register_allocsize(handle, home_node, ptr, nx, elemsize, nx * elemsize);
}

void starpu_vector_ptr_register(starpu_data_handle_t handle, unsigned node, uintptr_t ptr, uintptr_t dev_handle, size_t offset) {
  starpu_data_ptr_register(handle, node);
  struct starpu_vector_interface& vector = InterfaceOf<VectorKind>(handle);
  vector.ptr = ptr;
  vector.dev_handle = dev_handle;
  vector.offset = offset;
}

uint32_t starpu_vector_get_nx(starpu_data_handle_t handle) { return InterfaceOf<VectorKind>(handle).nx; }
size_t starpu_vector_get_elemsize(starpu_data_handle_t handle) { return InterfaceOf<VectorKind>(handle).elemsize; }
size_t starpu_vector_get_allocsize(starpu_data_handle_t handle) { return InterfaceOf<VectorKind>(handle).allocsize; }
uintptr_t starpu_vector_get_local_ptr(starpu_data_handle_t handle) { return InterfaceOf<VectorKind>(handle).ptr; }

}  // extern "C"
